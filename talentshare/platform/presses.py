"""One press of a button has one effect: its key and its answer are committed with the deed."""

import hashlib
import json
import secrets
from collections.abc import Callable
from contextvars import Token
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, TypeVar

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    g,
    has_request_context,
    message_flashed,
    redirect,
    render_template,
    request,
)
from flask import session as flask_session
from flask.typing import ResponseReturnValue
from sqlalchemy import JSON, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from talentshare.kernel import clock
from talentshare.kernel.errors import Refusal
from talentshare.platform.db import (
    Base,
    at_begin,
    commit_held,
    db,
    is_held,
    short_transaction,
    undo_held,
    with_answer,
)
from talentshare.platform.web import back_url, current_actor, request_hooks, signed_in

FIELD = "_press"
# A form that names the version of what it changes is refused by that, with both values at hand.
VERSION = "version"
NOT_COUNTED = frozenset({FIELD, "csrf_token", "_focus"})
KEPT = timedelta(days=2)

V = TypeVar("V", bound=Callable[..., Any])


class Press(Base):
    """A form that was sent and had its effect; where it led, and what was said there.

    There is a row for what was sent, and one for the form itself, which takes nothing else.
    """

    __tablename__ = "press"

    key: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime] = mapped_column(index=True)
    location: Mapped[str] = mapped_column(default="")
    said: Mapped[list[list[str]]] = mapped_column(JSON, default=list)


@dataclass
class Pressed:
    """The press that this request is, and what is said on the page after it."""

    keys: list[str]
    token: Token[bool]
    location: str = ""
    said: list[list[str]] = field(default_factory=list)


class AlreadyPressed(Exception):
    """The same press was just answered by another process."""


def repeatable(view: V) -> V:
    """Mark a view that may be asked again: its answer is a cookie, or each wrong try must count."""
    view.is_repeatable = True  # type: ignore[attr-defined]  # a mark read by `_begin`
    return view


def new_key() -> str:
    """What a form carries, so that it is known again."""
    return secrets.token_urlsafe(12)


def answer_with(location: str, category: str, message: str) -> None:
    """What a second press gets where the first page can be shown only once."""
    pressed = _pressed()
    if pressed is not None:
        pressed.location, pressed.said = location, [[category, message]]


def forget_old() -> int:
    """Delete presses whose pages nobody has open any more."""
    with short_transaction() as session:
        gone = session.execute(delete(Press).where(Press.at < clock.now() - KEPT))
        return int(gone.rowcount)  # type: ignore[attr-defined]  # a DELETE counts its rows


def _pressed() -> Pressed | None:
    return g.get("pressed") if has_request_context() else None


def _begin() -> ResponseReturnValue | None:
    """Answer a press that had its effect as it was answered then."""
    once = request.form.get(FIELD, "") if request.method == "POST" else ""
    view = current_app.view_functions.get(request.endpoint or "")
    if not once or getattr(view, "is_repeatable", False):
        return None
    keys = _keys(once)
    answer = _answered_before(keys)
    if answer is None:
        g.pressed = Pressed(keys, with_answer.set(True))
    return answer


def _keys(once: str) -> list[str]:
    """Who sent what where, after the form from which it was sent."""
    who = current_actor().id if signed_in() else 0
    form = [once, who, request.full_path]
    said = sorted(pair for pair in request.form.items(multi=True) if pair[0] not in NOT_COUNTED)
    sent = _key([*form, said])
    return [sent] if VERSION in request.form else [_key(form), sent]


def _key(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def _answered_before(keys: list[str]) -> ResponseReturnValue | None:
    """The answer that this press had; a refusal when its form has been sent with other answers."""
    rows = select(Press).where(Press.key.in_(keys)).execution_options(populate_existing=True)
    known = {press.key: press for press in db.session.scalars(rows)}
    if keys[-1] in known:
        return _answered_again(known[keys[-1]])
    return _refused() if known else None


def _claim(session: Session) -> None:
    """First in the transaction of the deed: a press at the same moment waits here for the other."""
    pressed = _pressed()
    if pressed is None or session.info.get("held"):
        return
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if is_postgresql else sqlite.insert
    unless_known = insert(Press.__table__).on_conflict_do_nothing(index_elements=["key"])
    for key in pressed.keys:
        facts = {"key": key, "at": clock.now(), "location": "", "said": []}
        if session.scalar(unless_known.values(facts).returning(Press.__table__.c.id)) is None:
            raise AlreadyPressed


def _note_flash(_app: Flask, message: str, category: str, **_more: object) -> None:
    pressed = _pressed()
    if pressed is not None:
        pressed.said.append([category, message])


def _keep_answer(response: Response) -> Response:
    """Deed and answer are committed as one; after an error page nothing of the deed stays."""
    pressed = _pressed()
    if pressed is None or not is_held():
        return response
    if response.status_code >= HTTPStatus.BAD_REQUEST:
        undo_held()
        return response
    answer = {"location": response.location or pressed.location, "said": pressed.said}
    try:
        db.session.execute(update(Press).where(Press.key == pressed.keys[-1]).values(answer))
        commit_held()
    except (Refusal, SQLAlchemyError) as error:
        undo_held()
        flask_session.pop("_flashes", None)
        return current_app.make_response(current_app.handle_user_exception(error))
    return response


def _end(_error: BaseException | None = None) -> None:
    pressed = g.pop("pressed", None)
    if pressed is not None:
        with_answer.reset(pressed.token)


def _show_again(_again: AlreadyPressed) -> ResponseReturnValue:
    """Two at once: the first has just been answered."""
    keys = g.pressed.keys
    _end()  # this one does nothing any more: what is kept of it is a deed of its own
    answer = _answered_before(keys)
    if answer is None:
        raise RuntimeError("a press is known and yet is not")
    return answer


def _answered_again(press: Press) -> ResponseReturnValue:
    if not press.location:
        return render_template("errors/repeated.html", back_url=back_url())
    for category, message in press.said:
        flash(message, category)
    return redirect(press.location)


def _refused() -> ResponseReturnValue:
    """What was typed goes into the form that is opened anew."""
    form_url: str = request_hooks()["keep_input"]()
    is_kept = "restored=" in form_url
    page = render_template("errors/sent.html", form_url=form_url, is_kept=is_kept)
    return page, HTTPStatus.CONFLICT


at_begin.append(_claim)


def init_app(app: Flask) -> None:
    """After the guard: whose press it is, is known then."""
    app.before_request(_begin)
    app.after_request(_keep_answer)
    app.teardown_request(_end)
    app.register_error_handler(AlreadyPressed, _show_again)
    message_flashed.connect(_note_flash, app)
    app.jinja_env.globals["press_key"] = new_key
