"""What comes in by address and form: numbers that a row can have, texts that a database keeps."""

from collections.abc import Iterable
from typing import Any

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter

LARGEST = 2**31 - 1
NUL = "\x00"


def bounded(text: str) -> int:
    """A whole number that a row can have. Errors: ValueError for every other text."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST))):
        raise ValueError(text)
    if int(text) > LARGEST:
        raise ValueError(text)
    return int(text)


class RowNumber(IntegerConverter):
    """A number in a path; the address of what no row can be does not exist."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST)


class Text(UnicodeConverter):
    """A text in a path, without what no database keeps."""

    def __init__(self, url_map: Map, **given: Any) -> None:
        super().__init__(url_map, **given)
        self.regex = self.regex.replace("[^/]", "[^/\\x00]")


class Typed(ImmutableMultiDict[str, Any]):
    """Fields of an address or a form, without what no database keeps."""

    def __init__(self, pairs: Iterable[tuple[str, Any]] | None = None) -> None:
        super().__init__([(_kept(name), _kept(value)) for name, value in pairs or ()])


class Incoming(Request):
    """A request whose fields can be asked of the database and written into it."""

    parameter_storage_class = Typed


def init_app(app: Flask) -> None:
    """Before the first route is added."""
    app.request_class = Incoming
    app.url_map.converters.update(int=RowNumber, default=Text, string=Text)


def _kept(value: Any) -> Any:
    return value.replace(NUL, "") if isinstance(value, str) else value
