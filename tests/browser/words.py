"""Reads the words of a page: those of the other language, and codes without a sentence."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import talentshare
from tests.browser.pages import database

SPOKEN = ("title", "aria-label", "alt", "placeholder")
AS_WRITTEN = re.compile(
    r"日本語|令和\d+年\d+月\d+日|開庁記念日"
)  # a language's name, examples to type
SILENT = {"script", "style"}
WITHOUT_END = {"input", "link", "meta", "br", "hr", "img", "wbr", "col"}
JAPANESE = re.compile(r"[ぁ-ゖァ-ヺ一-鿿々]")
CODE = re.compile(r'^msgid "(([a-z_]+)\.[a-z0-9_.-]+)"$', re.MULTILINE)


class Words(HTMLParser):
    """What a page says, piece by piece; parts that declare another language are left out."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language, self.pieces, self.open = language, [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        foreign = given.get("lang", self.language) != self.language
        if tag not in WITHOUT_END:
            self.open.append((tag, foreign or tag in SILENT))
        if not self.is_left_out and not foreign:
            self.pieces += [given[name] for name in SPOKEN if given.get(name)]

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not self.is_left_out and data.strip():
            self.pieces.append(" ".join(data.split()))

    @property
    def is_left_out(self):
        return any(left_out for _tag, left_out in self.open)


def words_of(html: str, language: str) -> list[str]:
    reader = Words(language)
    reader.feed(html)
    return reader.pieces


def codes() -> re.Pattern[str]:
    """Matches what looks like one of our codes, known or not."""
    folder = Path(talentshare.__file__).with_name("translations") / "ja"
    heads = {m[2] for file in folder.glob("*.po") for m in CODE.finditer(file.read_text("utf-8"))}
    return re.compile(rf"(?<![\w.@/-])(?:{'|'.join(sorted(heads))})\.[a-z_][a-z0-9_.-]*[a-z0-9_]")


def data_in_japanese(folder: Path) -> list[str]:
    """Every text in the database with Japanese in it, the longest first."""
    with closing(database(folder)) as connection:
        found = {" ".join(text.split()) for text in texts(connection)}
    return sorted((text for text in found if JAPANESE.search(text)), key=len, reverse=True)


def texts(connection: sqlite3.Connection) -> Iterator[str]:
    tables = [
        row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    ]
    for table in tables:
        for row in connection.execute(f'SELECT * FROM "{table}"'):
            for value in row:
                if isinstance(value, str):
                    yield from in_json(value) if value[:1] in "[{" else [value, *value.splitlines()]


def in_json(value: str) -> Iterator[str]:
    try:
        found = json.loads(value)
    except ValueError:
        found = value
    waiting = [found]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict):
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part


def leaks(piece: str, data: list[str]) -> str:
    """What is left of a piece in Japanese when all data are taken out."""
    piece = AS_WRITTEN.sub("", piece)
    for value in data:
        if value in piece:
            piece = piece.replace(value, "")
    return piece if JAPANESE.search(piece) else ""
