"""Forms as a browser reads them from a page: what would be sent if one only pressed the button."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit


@dataclass
class Form:
    """One form of a page: where it goes, and the fields that would be sent."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)

    def take(self, name: str | None, value: str) -> None:
        if name:
            self.fields.setdefault(name, []).append(value)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.form: Form | None = None
        self.area: str | None = None
        self.select: str | None = None
        self.options: list[tuple[str, bool]] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.form = Form(given.get("action") or "", (given.get("method") or "get").lower())
            self.forms.append(self.form)
        elif self.form is None:
            return
        elif tag == "input":
            self._input(given)
        elif tag == "textarea":
            self.area, self.text = given.get("name"), ""
        elif tag == "select":
            self.select, self.options = given.get("name"), []
        elif tag == "option" and self.select:
            self.options.append((given.get("value") or "", "selected" in given))

    def _input(self, given):
        kind = given.get("type") or "text"
        is_off = kind in {"radio", "checkbox"} and "checked" not in given
        if kind not in {"submit", "button", "image", "reset", "file"} and not is_off:
            value = given.get("value")
            default = "on" if kind == "checkbox" else ""
            self.form.take(given.get("name"), default if value is None else value)

    def handle_data(self, data):
        if self.area:
            self.text += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "textarea" and self.area and self.form:
            self.form.take(self.area, self.text.removeprefix("\r").removeprefix("\n"))
            self.area = None
        elif tag == "select" and self.select and self.form:
            chosen = [value for value, is_on in self.options if is_on] or [
                value for value, _ in self.options[:1]
            ]
            for value in chosen:
                self.form.take(self.select, value)
            self.select = None


def forms_of(page: str) -> list[Form]:
    """All forms of a page, in order."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms


def posting(page: str, path: str) -> Form:
    """The form that posts to a path; one without an address posts to its own page."""
    posted = [f for f in forms_of(page) if f.method == "post"]
    found = [f for f in posted if urlsplit(f.action).path in {"", path}]
    if not found:
        raise LookupError(f"no form posts to {path}")
    return found[0]
