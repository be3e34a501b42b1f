"""Reads a page as a strict reader would: balance, ids, references, forbidden attributes."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
        "path",
        "rect",
        "line",
        "circle",
    ]
)
REFERENCES = ("aria-describedby", "aria-labelledby", "for")


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None]
    text: str = ""


@dataclass
class Page(HTMLParser):
    elements: list[Element] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.opened: list[Element] = []
        self.guarded: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.problems.append(f"attribute twice in <{tag}>")
        self.problems += [
            f"<{tag} {name}>" for name in names if name == "style" or name.startswith("on")
        ]
        if tag == "style" or (tag == "script" and "src" not in names):
            self.problems.append(f"<{tag}>")
        element = Element(tag, dict(attrs))
        self.elements.append(element)
        if tag == "form" and any(e.tag == "form" for e in self.opened):
            self.problems.append("form inside a form")
        if element.attributes.get("name") == "csrf_token":
            self.guarded += [e for e in self.opened if e.tag == "form"]
        if tag not in VOID:
            self.opened.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self.opened or self.opened[-1].tag != tag:
            self.problems.append(f"</{tag}> closes nothing")
            return
        element = self.opened.pop()
        if element.attributes.get("method") == "post" and element not in self.guarded:
            self.problems.append("form posts without a guard")

    def handle_data(self, data: str) -> None:
        for element in self.opened:
            element.text += data

    def find(self, tag: str, **attributes: str) -> Element:
        return self.all(tag, **attributes)[0]

    def all(self, tag: str, **attributes: str) -> list[Element]:
        return [
            e
            for e in self.elements
            if e.tag == tag and all(e.attributes.get(k) == v for k, v in attributes.items())
        ]


def read(html: str) -> Page:
    page = Page()
    page.feed(html)
    page.close()
    page.problems += [f"<{element.tag}> stays open" for element in page.opened]
    ids = [str(e.attributes["id"]) for e in page.elements if e.attributes.get("id")]
    page.problems += [f"id {name} twice" for name in set(ids) if ids.count(name) > 1]
    for element in page.elements:
        for name in REFERENCES:
            for target in (element.attributes.get(name) or "").split():
                if target not in ids:
                    page.problems.append(f"{name}={target} leads nowhere")
    return page
