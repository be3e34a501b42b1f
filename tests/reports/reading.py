"""Reads a page's tables back, as a reader would."""

import csv
import io
from html.parser import HTMLParser


class Tables(HTMLParser):
    """Collects the rows of all tables of a page: lists of cells, each its texts in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: list[list[list[list[str]]]] = []
        self.is_in_cell = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):  # noqa: ARG002  html.parser calls it so
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self.tables[-1][-1].append([])
            self.is_in_cell = True

    def handle_endtag(self, tag):
        if tag in {"td", "th"}:
            self.is_in_cell = False

    def handle_data(self, data):
        if self.is_in_cell and data.strip():
            self.tables[-1][-1][-1].append(" ".join(data.split()))


def tables(html: str) -> list[list[list[list[str]]]]:
    return Tables(html).tables


def sheet(response) -> list[list[str]]:
    text = response.data.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))
