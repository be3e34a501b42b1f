"""What is shown when the system itself fails: pages that ask nothing of database or session."""

import re
import secrets
from typing import Any

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

UNAVAILABLE = 503
WAIT_SECONDS = 30
SECRET = re.compile(r"password|^(current|new|again)$", re.IGNORECASE)
LARGEST_RESENT = 200_000


def show_failure(_error: BaseException) -> ResponseReturnValue:
    """Something is wrong in the program: the number stands in the log, too."""
    reference = secrets.token_hex(4)
    current_app.logger.error("failure %s at %s", reference, request.endpoint)
    return _page("errors/500.html", reference=reference), 500


def show_unavailable(error: BaseException) -> ResponseReturnValue:
    """The database is away or cannot write: what was sent can be sent again, with its own key."""
    current_app.logger.error("the database failed at %s: %s", request.endpoint, _cause(error))
    resent = _sent_again()
    page = _page("errors/503.html", resent=resent, is_lost=request.method == "POST" and not resent)
    return page, UNAVAILABLE, {"Retry-After": str(WAIT_SECONDS)}


def _cause(error: BaseException) -> str:
    """The database's own words, without the statement and its values."""
    return str(getattr(error, "orig", None) or error).partition("\n")[0]


def _page(name: str, **given: Any) -> str:
    return current_app.jinja_env.get_template(name).render(request=request, **given)


def _sent_again() -> list[tuple[str, str]]:
    """The fields of the form that was sent; none where a password would be among them."""
    fields = list(request.form.items(multi=True)) if request.method == "POST" else []
    is_secret = any(SECRET.search(name) for name, _value in fields)
    is_large = sum(len(value.encode()) for _name, value in fields) > LARGEST_RESENT
    return [] if is_secret or is_large else fields


def init_app(app: Flask) -> None:
    """Tell a database that is away from a fault of the program."""
    for kind in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(kind, show_unavailable)
