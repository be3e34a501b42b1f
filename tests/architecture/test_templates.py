"""Templates: what the strict CSP would refuse, and what a reader without a mouse needs."""

import re

import pytest

from tests.architecture.sources import PACKAGE, name_of

TEMPLATES = sorted((PACKAGE / "templates").rglob("*.html"))
SHEETS = {"components.html"}  # the sheet of all macros, which no user sees
STYLES = sorted((PACKAGE / "static").rglob("*.css"))
SCRIPTS = sorted((PACKAGE / "static").rglob("*.js"))
COMMENT = re.compile(r"{#.*?#}|<!--.*?-->", re.DOTALL)

FORBIDDEN = {
    "a style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "an inline style": re.compile(r"<style\b", re.IGNORECASE),
    "an inline script": re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE),
    "an event attribute": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "a script address": re.compile(r"javascript:", re.IGNORECASE),
    "another host": re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE),
    "an unescaped value": re.compile(r"(?<!['\"])\|\s*safe\b|autoescape\s+false"),
    "a hurried language": re.compile(r"\bhx-on|\bjs:"),
}


def text_of(path):
    return COMMENT.sub("", path.read_text("utf-8"))


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_has(what):
    found = [
        f"{name_of(path)}: {hit[0]}"
        for path in TEMPLATES
        for hit in FORBIDDEN[what].finditer(text_of(path))
    ]
    assert found == []


def test_every_posting_form_carries_its_token():
    """Each `<form method="post">` holds the token, by its macro or by a macro that opens forms."""
    bare = []
    for path in TEMPLATES:
        for form in re.findall(r"<form\b.*?</form>", text_of(path), re.DOTALL):
            is_post = re.search(r"method=[\"']post", form, re.IGNORECASE)
            has_token = re.search(
                r"hidden_csrf\(|csrf_token\(|opening\(|\.hidden_tag\(|in resent %", form
            )
            if is_post and not has_token:
                bare.append(f"{name_of(path)}: {form[:80]}")
    assert bare == []


def test_every_image_has_a_text_and_no_id_stands_twice():
    faults = []
    for path in TEMPLATES:
        text = text_of(path)
        faults += [name_of(path) for tag in re.findall(r"<img\b[^>]*>", text) if "alt=" not in tag]
        fixed = re.findall(r"\sid=\"([\w-]+)\"", text)
        branches = {name for name in fixed if fixed.count(name) > 1}
        faults += [f"{name_of(path)}: {name}" for name in branches if "{% e" not in text]
    assert faults == []


def test_no_japanese_stands_outside_of_gettext():
    """What people read goes through `_()`; only signs that join words may stand alone."""
    japanese = re.compile(r"[぀-ヿ一-鿿]")
    in_japanese = re.compile(r"<(\w+)[^>]*\slang=\"ja\"[^>]*>.*?</\1>")
    code = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)
    bare = [
        f"{name_of(path)}: {line.strip()[:60]}"
        for path in TEMPLATES
        if path.name not in SHEETS
        for line in code.sub("", in_japanese.sub("", text_of(path))).splitlines()
        if japanese.search(line)
    ]
    assert bare == []


def test_static_files_ask_no_other_host():
    asking = [
        f"{name_of(path)}: {hit[0]}"
        for path in [*STYLES, *SCRIPTS]
        for hit in re.finditer(r"(?:https?:)?//[\w.-]+\.\w+|@import", path.read_text("utf-8"))
        if not hit[0].startswith("//www.w3.org")
    ]
    assert asking == []
