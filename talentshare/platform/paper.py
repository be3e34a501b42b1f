"""Papers that people keep: a rendered page as a PDF, where this machine has what is needed."""

import io
from importlib import import_module
from threading import Lock
from types import ModuleType

from flask import Response, send_file

from talentshare.kernel.errors import Unavailable

PRESS = "talentshare.platform.press"
_one_at_a_time = Lock()  # Pango is used by one thread only


def _press() -> ModuleType | None:
    """The press; loaded when first needed, for it takes a second and 40 MB. None without Pango."""
    try:
        return import_module(PRESS)
    except (ImportError, OSError):
        return None


def pdf(html: str, *, on_one_page: bool = False) -> bytes:
    """Turn a page into the bytes of a PDF, the same for the same page."""
    with _one_at_a_time:
        press = _press()
        if press is None:
            raise Unavailable("press.missing")
        made: bytes = press.pdf(html, on_one_page=on_one_page)
        return made


def sent(html: str, name: str, *, on_one_page: bool = False) -> Response:
    """Answer with the page as a PDF to save, named like the paper."""
    made = io.BytesIO(pdf(html, on_one_page=on_one_page))
    return send_file(made, "application/pdf", as_attachment=True, download_name=f"{name}.pdf")
