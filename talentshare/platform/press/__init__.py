"""Sets a page in type: HTML to PDF with the fonts beside this file, and nothing else within reach.

Importing it loads Pango; `platform.paper` does so when the first paper is asked for.
"""

from collections.abc import Mapping
from pathlib import Path

from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

FOLDER = Path(__file__).parent
SCHEME = "press:"
TYPES = {"paper.css": "text/css", "BIZUDPGothic-Regular.ttf": "font/ttf"}
TYPES |= {"BIZUDPGothic-Bold.ttf": "font/ttf"}
SIZES = (10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5)  # points
VARIANT = "pdf/ua-1"  # tagged, for screen readers


class OwnFiles(URLFetcher):
    """Finds the style sheet and the fonts of this folder by name; every other address is none."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:  # noqa: ARG002  its caller names it
        name = url.removeprefix(SCHEME)
        if not url.startswith(SCHEME) or name not in TYPES:
            raise ValueError(f"A paper is made of its own files alone, not of {url}")
        return URLFetcherResponse(url, (FOLDER / name).read_bytes(), {"Content-Type": TYPES[name]})


def pdf(html: str, *, on_one_page: bool = False) -> bytes:
    """Give the page as a tagged PDF; to stay on one page its type becomes smaller, never cut."""
    for size in SIZES if on_one_page else SIZES[:1]:
        document = _set(html, size)
        if len(document.pages) == 1:
            break
    return document.write_pdf(pdf_variant=VARIANT)


def _set(html: str, size: float) -> Document:
    fonts, fetcher = FontConfiguration(), OwnFiles()
    sheets = [
        CSS(url=f"{SCHEME}paper.css", url_fetcher=fetcher, font_config=fonts),
        CSS(string=f"html {{ font-size: {size}pt }}", url_fetcher=fetcher, font_config=fonts),
    ]
    page = HTML(string=html, base_url=SCHEME, url_fetcher=fetcher, media_type="print")
    return page.render(stylesheets=sheets, font_config=fonts, pdf_variant=VARIANT)
