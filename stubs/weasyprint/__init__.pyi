from collections.abc import Sequence

from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

class Document:
    pages: Sequence[object]
    def write_pdf(self, *, pdf_variant: str) -> bytes: ...

class CSS:
    def __init__(
        self,
        *,
        url: str = ...,
        string: str = ...,
        url_fetcher: URLFetcher,
        font_config: FontConfiguration,
    ) -> None: ...

class HTML:
    def __init__(
        self, *, string: str, base_url: str, url_fetcher: URLFetcher, media_type: str = ...
    ) -> None: ...
    def render(
        self, *, stylesheets: Sequence[CSS], font_config: FontConfiguration, pdf_variant: str
    ) -> Document: ...
