"""設定: one's own data, language, password and devices."""

import re

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response as WerkzeugResponse

from talentshare.accounts import actions, queries
from talentshare.accounts.forms import ChangePasswordForm, LanguageForm, MailPaceForm
from talentshare.accounts.models import MailPace, Person
from talentshare.accounts.views.blueprint import bp
from talentshare.accounts.views.door import TOO_MANY, UNREADABLE, must_wait
from talentshare.platform.i18n import sentence
from talentshare.platform.presses import repeatable
from talentshare.platform.web import current_actor, done, tried

YEAR_SECONDS = 365 * 24 * 3600
BROWSERS = {
    "Edge": r"Edg/",
    "Firefox": r"Firefox/",
    "Chrome": r"Chrome/|CriOS/",
    "Safari": r"Safari/",
}
SYSTEMS = {
    "iPhone": r"iPhone",
    "iPad": r"iPad",
    "Android": r"Android",
    "Windows": r"Windows",
    "macOS": r"Macintosh",
    "Linux": r"Linux",
}


def device_name(user_agent: str) -> str:
    """Chrome（Windows）, as far as the browser tells."""
    browser = _first(BROWSERS, user_agent)
    system = _first(SYSTEMS, user_agent)
    if not browser and not system:
        return sentence("device.unknown")
    return sentence("device.known", browser=browser or "?", system=system or "?")


def _first(patterns: dict[str, str], text: str) -> str:
    return next((name for name, pattern in patterns.items() if re.search(pattern, text)), "")


@bp.get("/account")
def settings() -> ResponseReturnValue:
    return _settings()


def _settings(form: LanguageForm | None = None, pace: MailPaceForm | None = None) -> str:
    who = current_user.person
    form = form or LanguageForm(formdata=None, locale=current_user.locale)
    pace = pace or MailPaceForm(formdata=None, mail_pace=who.mail_pace)
    sessions = [
        {
            "id": opened.id,
            "device": device_name(opened.user_agent),
            "since": opened.created_at,
            "seen": opened.seen_at,
            "is_this": opened.id == current_user.session_id,
        }
        for opened in queries.own_sessions(current_actor())
    ]
    return render_template(
        "accounts/settings.html", form=form, pace=pace, sessions=sessions, me=who
    )


@bp.post("/account/language")
@repeatable
def choose_language() -> ResponseReturnValue:
    form = LanguageForm()
    if not form.validate():
        return _settings(form), UNREADABLE
    locale: str = form.locale.data
    actions.choose_language(current_actor(), locale)
    return _remember(redirect(url_for(".settings")), locale)


@bp.post("/account/mail")
def choose_mail_pace() -> ResponseReturnValue:
    form = MailPaceForm()
    if not form.validate():
        return _settings(pace=form), UNREADABLE
    actions.choose_mail_pace(current_actor(), MailPace(form.mail_pace.data))
    done("person.done.mail_pace")
    return redirect(url_for(".settings"))


def _remember(response: Response | WerkzeugResponse, locale: str) -> ResponseReturnValue:
    response.set_cookie(
        "locale",
        locale,
        max_age=YEAR_SECONDS,
        samesite="Lax",
        secure=current_app.config["HTTPS"],
    )
    return response


@bp.route("/account/password", methods=["GET", "POST"])
@repeatable
def change_password() -> ResponseReturnValue:
    form = ChangePasswordForm()
    if not form.is_submitted():
        return _password_page(form)
    if not form.validate():
        return _password_page(form), UNREADABLE
    if must_wait(form, current_user.person.sign_in_name):
        return _password_page(form), TOO_MANY
    if not tried(form, lambda: _change(form)):
        return _password_page(form), UNREADABLE
    done("password.changed")
    return redirect(url_for(".settings"))


def _change(form: ChangePasswordForm) -> Person:
    return actions.change_password(
        current_actor(),
        current_user.session_id,
        form.current.data or "",
        form.new.data or "",
        request.remote_addr or "",
    )


def _password_page(form: ChangePasswordForm) -> str:
    return render_template("accounts/change_password.html", form=form)


@bp.post("/account/sessions/<int:session_id>/end")
def end_session(session_id: int) -> ResponseReturnValue:
    actions.end_session(current_actor(), session_id)
    done("session.ended")
    return redirect(url_for(".settings"))


@bp.post("/account/sessions/end-others")
def end_other_sessions() -> ResponseReturnValue:
    actions.end_other_sessions(current_actor(), current_user.session_id)
    done("session.others_ended")
    return redirect(url_for(".settings"))
