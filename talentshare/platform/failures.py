"""What is shown when the system itself fails: pages that ask nothing of database or session."""

import re
import secrets
import sqlite3
from typing import Any

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

UNAVAILABLE = 503
WAIT_SECONDS = 30
SECRET = re.compile(r"password|^(current|new|again)$", re.IGNORECASE)
LARGEST_RESENT = 200_000
LARGEST_SHOWN, MOST_FIELDS = 5_000_000, 2_000
SHORTEST_SHOWN = 200
PRIMARY_CODE = 0xFF  # of an extended one of SQLite
AWAY_CODES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
# Connection, deadlock, resources, operator, the machine; locks not had, a standby that only reads.
AWAY_CLASSES = frozenset({"08", "40", "53", "57", "58"})
AWAY_STATES = frozenset({"55P03", "25006"})


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


def show_database_failure(error: DBAPIError) -> ResponseReturnValue:
    """A database that is away, or a fault of ours: a missing table is not mended by waiting."""
    if is_away(error):
        return show_unavailable(error)
    raise error


def is_away(error: DBAPIError) -> bool:
    """Tell whether the same statement can succeed later, when nobody has changed the program."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & PRIMARY_CODE in AWAY_CODES
    state: str | None = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state[:2] in AWAY_CLASSES or state in AWAY_STATES
    is_lost = isinstance(error, OperationalError | InterfaceError)
    return error.connection_invalidated or (is_lost and not isinstance(error.orig, sqlite3.Error))


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


def texts_too_long() -> list[str]:
    """The texts of a form that was too large to take: shown, so that they are not lost."""
    size = request.content_length or 0
    if size > LARGEST_SHOWN or request.mimetype != "application/x-www-form-urlencoded":
        return []
    request.max_content_length = LARGEST_SHOWN
    if request.get_data().count(b"&") > MOST_FIELDS:
        return []
    fields = [(name, text) for name, text in request.form.items(multi=True) if name[:1] != "_"]
    if any(SECRET.search(name) for name, _text in fields):
        return []
    return [text for _name, text in fields if len(text) >= SHORTEST_SHOWN]


def init_app(app: Flask) -> None:
    """Tell a database that is away from a fault of the program."""
    app.register_error_handler(DBAPIError, show_database_failure)
    app.register_error_handler(PoolTimeout, show_unavailable)
