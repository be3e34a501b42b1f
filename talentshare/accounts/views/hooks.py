"""What `platform.web` asks of this feature: who it is, what was typed, what was refused."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Request, current_app, flash, g, request
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from talentshare.accounts import actions, queries
from talentshare.accounts.models import cookie_name
from talentshare.accounts.queries import SignedIn
from talentshare.kernel.actor import SYSTEM, Actor
from talentshare.kernel.errors import Refusal
from talentshare.platform.i18n import sentence
from talentshare.platform.web import SAFE, signed_in

LARGEST_INPUT = 200_000
LONGEST_NUMBER = 15
ID = re.compile(r"[A-Za-z][\w-]{0,99}", re.ASCII)
SECRET_FIELDS = re.compile(r"csrf_token|^_|password|^(current|new|again)$", re.IGNORECASE)
NOBODY = Actor(id=0)


def session_of(incoming: Request) -> SignedIn | None:
    """Who is behind the cookie of a request."""
    token = _carried(incoming)
    return queries.signed_in(SYSTEM, token) if token else None


def expired_actor() -> Actor | None:
    """Who was signed in until the time ran out."""
    token = _carried(request)
    return queries.run_out(SYSTEM, token) if token else None


def _carried(incoming: Request) -> str | None:
    return incoming.cookies.get(cookie_name(current_app.config["HTTPS"]))


def keep_input() -> str:
    """The path on which to go on; what was typed and sent too late is kept for its person."""
    if request.method in SAFE:
        return request.full_path.rstrip("?")
    path, query = _form_page()
    actor = current_user.actor if signed_in() else expired_actor()
    data = _worth_keeping()
    fragment = ""
    if actor and data:
        field = _field(data)
        saved_id = actions.keep_input(actor, path, field, data)
        query["restored"] = str(saved_id)
        fragment = f"#{field}" if field else ""
    return path + (f"?{urlencode(query)}" if query else "") + fragment


def _form_page() -> tuple[str, dict[str, str]]:
    """Path and query of the page on which the form stood."""
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc == request.host and came_from.path.startswith("/"):
        query = dict(parse_qsl(came_from.query))
        query.pop("restored", None)
        return came_from.path, query
    adapter = current_app.create_url_adapter(request)
    has_page = adapter is not None and adapter.test(request.path, method="GET")
    return (request.path if has_page else "/"), {}


def _worth_keeping() -> dict[str, list[str]]:
    """What was typed, without secrets; nothing when it is too much."""
    data = {
        name: values
        for name, values in request.form.to_dict(flat=False).items()
        if not SECRET_FIELDS.search(name)
    }
    size = sum(len(text.encode()) for values in data.values() for text in values)
    return data if size <= LARGEST_INPUT else {}


def _field(data: dict[str, list[str]]) -> str:
    """Where to go on typing: the field last used, else the first one."""
    last = request.form.get("_focus", "")
    if ID.fullmatch(last):
        return last
    return next((name for name in data if name != "version" and ID.fullmatch(name)), "")


def restored_input() -> MultiDict[str, str]:
    """What the person had typed on this page when it was sent too late, once."""
    if "restored" not in g:
        g.restored = _taken_back()
        if g.restored:
            flash(sentence("sign_in.input_restored"), "plain")
    restored: MultiDict[str, str] = g.restored
    return restored


def _taken_back() -> MultiDict[str, str]:
    number = request.args.get("restored", "")
    if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER):
        return MultiDict()
    if not signed_in():
        return MultiDict()
    return MultiDict(queries.take_back(current_user.actor, int(number), request.path))


def note_refusal(refusal: Refusal) -> None:
    """Leave a trace of a shut door; tokens in paths are left out."""
    actor = current_user.actor if signed_in() else NOBODY
    things = {
        name: str(value)[:LONGEST_NUMBER]
        for name, value in (request.view_args or {}).items()
        if name != "token"
    }
    queries.note_refusal(
        actor, request.endpoint or "", refusal, method=request.method, things=str(things)
    )
