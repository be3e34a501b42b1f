"""What every route shares: the actor, the language, forms, and refusals made visible."""

import gzip
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user
from flask_wtf import CSRFProtect, FlaskForm
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from talentshare import policy
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    TooMany,
    Unavailable,
)
from talentshare.platform import failures, formats, i18n
from talentshare.platform.db import reading

STATUS: dict[type[Refusal], int] = {
    NotFound: 404,
    Forbidden: 403,
    Conflict: 409,
    Invalid: 422,
    TooMany: 429,
    Unavailable: 503,
}
REFUSAL_PAGES: dict[type[Refusal], str] = {
    NotFound: "errors/404.html",
    TooMany: "errors/429.html",
}
ERROR_PAGES = {
    400: "errors/400.html",
    404: "errors/404.html",
    405: "errors/404.html",
    429: "errors/429.html",
    503: "errors/503.html",
}
OK = 200
TOO_LARGE = 413
SQUEEZED = frozenset({"text/css", "text/javascript", "image/svg+xml"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

T = TypeVar("T")
csrf = CSRFProtect()
login_manager = LoginManager()


class SignedIn(Protocol):
    """What the session loader gives for a signed-in person."""

    is_authenticated: bool
    actor: Actor
    locale: str


PUBLIC: set[str] = {"static"}


def public(view: Callable[..., T]) -> Callable[..., T]:
    """Mark a view as open to strangers; the blueprint's name is added when it is mounted."""
    view.is_public = True  # type: ignore[attr-defined]  # a mark read by `open_doors`
    return view


def open_doors(app: Flask) -> None:
    """Collect the endpoints that are marked as public."""
    PUBLIC.update(
        name for name, view in app.view_functions.items() if getattr(view, "is_public", False)
    )


def current_actor() -> Actor:
    actor: Actor = current_user.actor
    return actor


def signed_in() -> bool:
    return bool(current_user and current_user.is_authenticated)


def begin_request() -> None:
    """Reading takes no write lock, before and after a use case neither: it begins its own."""
    g.reading_token = reading.set(True)


def require_sign_in() -> ResponseReturnValue | None:
    """Shut every door that is not marked public, so that a forgotten route is a closed one."""
    if request.endpoint in PUBLIC or signed_in():
        return None
    if request.path.startswith("/api/"):
        return {"code": "sign_in.needed", "message": i18n.sentence("sign_in.needed")}, 401
    keep: Callable[[], str] = request_hooks()["keep_input"]
    return redirect(url_for("accounts.sign_in", next=keep()))


def request_hooks() -> Mapping[str, Callable[..., Any]]:
    """What the app injects so that this module need not know the features."""
    hooks: Mapping[str, Callable[..., Any]] = login_manager.hooks  # type: ignore[attr-defined]  # see init_app
    return hooks


def choose_locale() -> str:
    """The language chosen on the page, else the person's, else the browser's."""
    chosen = request.cookies.get("locale")
    if chosen in i18n.LOCALES:
        return chosen
    if _knows_reader() and current_user.locale in i18n.LOCALES:
        locale: str = current_user.locale
        return locale
    return request.accept_languages.best_match(i18n.LOCALES) or i18n.LOCALES[0]


def _knows_reader() -> bool:
    """Without the database nobody is known; a page that says so needs a language all the same."""
    try:
        return signed_in()
    except DBAPIError:
        return False


def local_path(target: str | None) -> str:
    """A path on this site taken from a parameter, or the first page."""
    parts = urlsplit(target or "")
    if not target or parts.scheme or parts.netloc or not target.startswith("/"):
        return "/"
    return "/" if target.startswith(("//", "/\\")) else target


def back_url() -> str:
    """The page that the reader came from, without what was asked of it; empty for the first."""
    back = local_path(urlsplit(request.referrer or "").path)
    leads_here = request.method in SAFE and back == request.path
    return "" if back == "/" or leads_here else back


def typed() -> MultiDict[str, str] | None:
    """What was typed: the posted form, or input kept from before the session ended."""
    if request.method == "POST":
        return request.form
    restored: MultiDict[str, str] = request_hooks()["restored_input"]()
    return restored or None  # a form takes an empty one for boxes that were unticked


def tried(form: FlaskForm, do: Callable[[], T]) -> T | None:
    """Run a use case; a refusal becomes an error of the form, so that what was typed stays."""
    try:
        return do()
    except (Invalid, Conflict) as refusal:
        blame(form, refusal)
        return None


def blame(form: FlaskForm, refusal: Refusal) -> None:
    """Say a refusal at the field that it names, or above the form."""
    message = i18n.sentence(refusal.code, **formats.worded(refusal.details))
    field = str(refusal.details.get("field") or "")
    if field in form:
        form[field].errors = [*form[field].errors, message]
    else:
        form.form_errors.append(message)


def done(code: str, **details: object) -> None:
    """Say on the next page that it is done."""
    flash(i18n.sentence(code, **formats.worded(details)), "ok")


def show_refusal(refusal: Refusal) -> ResponseReturnValue:
    status = next(s for kind, s in STATUS.items() if isinstance(refusal, kind))
    if isinstance(refusal, NotFound | Forbidden):
        request_hooks()["note_refusal"](refusal)
    message = i18n.sentence(refusal.code, **formats.worded(refusal.details))
    if request.path.startswith("/api/"):
        return {"code": refusal.code, "message": message}, status
    page = REFUSAL_PAGES.get(type(refusal), "errors/refusal.html")
    minutes = -(-int(str(refusal.details.get("seconds", 0))) // 60)
    context = {"message": message, "refusal": refusal, "wait_minutes": minutes}
    return render_template(page, **context, back_url=back_url()), status


def show_csrf_error(_error: CSRFError) -> ResponseReturnValue:
    return render_template("errors/400.html", kept=False, back_url=back_url()), 400


def show_http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if request.path.startswith("/api/"):
        return {"code": f"http.{status}", "message": error.name}, status
    if status == TOO_LARGE:
        texts = failures.texts_too_long() if signed_in() else []
        return render_template("errors/413.html", texts=texts, back_url=back_url()), status
    if status in ERROR_PAGES:
        return render_template(ERROR_PAGES[status]), status
    return failures.show_failure(error)


def add_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def squeeze(response: Response) -> Response:
    """Style sheets and scripts travel small; pages do not: beside a secret, size tells of it."""
    if request.endpoint != "static" or response.mimetype not in SQUEEZED:
        return response
    response.vary.add("Accept-Encoding")
    is_whole = response.status_code == OK and request.method == "GET"
    if not is_whole or not request.accept_encodings["gzip"]:
        return response
    etag, _ = response.get_etag()
    response.direct_passthrough = False
    response.set_data(_squeezed(response.get_data()))
    response.set_etag(str(etag), weak=True)  # the same sheet, byte by byte another
    response.content_encoding = "gzip"
    return response


@lru_cache(maxsize=32)
def _squeezed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def end_request(_error: BaseException | None = None) -> None:
    token = g.pop("reading_token", None)
    if token is not None:
        reading.reset(token)


def other_locale_url() -> str:
    other = "en" if i18n.locale_code() == "ja" else "ja"
    here = request.full_path.rstrip("?") if request.method in SAFE else request.path
    return url_for("home.language", locale=other, next=here)


def init_app(app: Flask, hooks: Mapping[str, Callable[..., Any]]) -> None:
    """Wire the guard, the language, the headers and the refusals into the app."""
    login_manager.hooks = hooks  # type: ignore[attr-defined]  # see request_hooks
    login_manager.init_app(app)
    login_manager.session_protection = None
    login_manager.request_loader(hooks["session_of"])
    csrf.init_app(app)
    i18n.init_app(app, choose_locale)
    app.before_request(begin_request)
    app.before_request(require_sign_in)
    app.after_request(squeeze)
    app.after_request(add_headers)
    app.teardown_request(end_request)
    failures.init_app(app)
    app.register_error_handler(Refusal, show_refusal)
    app.register_error_handler(CSRFError, show_csrf_error)
    app.register_error_handler(HTTPException, show_http_error)
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        locale=i18n.locale_code,
        sentence=i18n.sentence,
        allows=policy.allows,
        Can=policy.Can,
        other_locale_url=other_locale_url,
        **formats.GLOBALS,
    )
    app.context_processor(hooks["frame"])
