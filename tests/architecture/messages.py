"""What the package says: Japanese sentences to be translated, and codes to be worded."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from talentshare.platform.i18n import FOLDER
from tests.architecture.sources import PACKAGE, modules, name_of, tree

KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
JINJA = {"extensions": "jinja2.ext.do", "trim_blocks": "true", "silent": "false"}
CODE = re.compile(r"[a-z_]+(?:\.[a-z_0-9]+)+")
BLANK = re.compile(r"%\((\w+)\)[sd]")
JAPANESE = re.compile(r"[぀-ヿ㐀-鿿々〆ヶ。、「」]")
REFUSALS = {"NotFound", "Forbidden", "Conflict", "Invalid", "TooMany", "Unavailable", "Refusal"}
IN_TEMPLATES = re.compile(r"sentence\(\s*(['\"])([a-z_.0-9]+)\1\s*(~?)")
SHEETS = {"components.html"}  # the sheet of all macros, which no user sees


@dataclass(frozen=True)
class Entry:
    """One message of a .po file."""

    file: str
    id: str | tuple[str, ...]
    texts: tuple[str, ...]
    is_fuzzy: bool

    @property
    def key(self) -> str:
        return self.id if isinstance(self.id, str) else self.id[0]


@cache
def entries(locale: str) -> tuple[Entry, ...]:
    """All messages of one language, file by file."""
    found = []
    for path in sorted((FOLDER / locale).glob("*.po")):
        with path.open("rb") as source:
            for message in read_po(source, locale=locale):
                if message.id:
                    texts = message.string
                    texts = texts if isinstance(texts, tuple) else (texts,)
                    found.append(Entry(path.name, message.id, texts, message.fuzzy))
    return tuple(found)


@cache
def sentences() -> dict[str, list[str]]:
    """Everything inside gettext calls, with the places where it stands."""
    options = {"**.html": JINJA}
    found: dict[str, list[str]] = {}
    for file, line, message, *_ in extract_from_dir(PACKAGE, METHODS, options, KEYWORDS):
        if Path(file).name not in SHEETS:
            first = message if isinstance(message, str) else message[0]
            found.setdefault(first, []).append(f"{file}:{line}")
    return found


def said() -> Iterator[tuple[str, str]]:
    """Each code in a place from which it is worded, a prefix ending with a dot or underscore."""
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and is_voice(ast.unparse(node.func)):
                arguments = [*node.args, *(k.value for k in node.keywords)]
                for code in (code for a in arguments for code in codes_in(a)):
                    yield code, f"{name_of(path)}:{node.lineno}"
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                for code in told_by(node.value):
                    yield code, f"{name_of(path)}:{node.lineno}"
    for path in (PACKAGE / "templates").rglob("*.html"):
        for found in IN_TEMPLATES.finditer(path.read_text("utf-8")):
            yield found[2], name_of(path)


def is_voice(called: str) -> bool:
    """Whether what is called words its codes: refusals, sentences, flashes, notices."""
    last = called.rpartition(".")[2]
    return last in REFUSALS | {"sentence", "done", "settled", "Reason"} or last.lstrip(
        "_"
    ).startswith("tell")


def told_by(text: str) -> list[str]:
    """The codes that a text stands for: a notice, a flash, a task, whichever way it travels."""
    if re.fullmatch(r"[a-z_]+\.(?:notice|done)\.[a-z_.]*[a-z]", text):
        return [text]
    return [f"{text}.name", f"{text}.why"] if re.fullmatch(r"home\.task\.[a-z_]+", text) else []


def codes_in(argument: ast.expr) -> Iterator[str]:
    """The codes of one argument; of a text with blanks the part before the first."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        if CODE.fullmatch(argument.value):
            yield argument.value
    elif isinstance(argument, ast.JoinedStr) and isinstance(argument.values[0], ast.Constant):
        prefix = str(argument.values[0].value)
        if re.match(r"[a-z_]+\.", prefix):
            yield prefix
    elif isinstance(argument, ast.IfExp):
        yield from codes_in(argument.body)
        yield from codes_in(argument.orelse)


@cache
def literals() -> frozenset[str]:
    """Every code that stands as a text anywhere in the package, spoken or not."""
    found = set()
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set(CODE.findall(node.value)) if len(node.value) < 200 else set()
    for path in PACKAGE.rglob("*.html"):
        found |= set(CODE.findall(path.read_text("utf-8")))
    return frozenset(found)
