"""Signing in and out."""

from flask import current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm

from talentshare.accounts import actions
from talentshare.accounts.actions import Opened
from talentshare.accounts.forms import SignInForm
from talentshare.accounts.models import Device, cookie_name
from talentshare.accounts.views.blueprint import bp
from talentshare.accounts.views.hooks import expired_actor
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import TooMany
from talentshare.platform.formats import worded
from talentshare.platform.i18n import sentence
from talentshare.platform.presses import repeatable
from talentshare.platform.web import done, local_path, public, signed_in, tried

TOO_MANY = 429
UNREADABLE = 422


@bp.route("/sign-in", methods=["GET", "POST"])
@public
@repeatable
def sign_in() -> ResponseReturnValue:
    """The one public form; it never tells whether a name exists."""
    goal = local_path(request.args.get("next"))
    if signed_in():
        return redirect(goal)
    form = SignInForm()
    if not form.is_submitted():
        return _page(form, goal, has_run_out=goal != "/" and expired_actor() is not None)
    if not form.validate():
        return _page(form, goal), UNREADABLE
    name, password = form.sign_in_name.data or "", form.password.data or ""
    if must_wait(form, name):
        return _page(form, goal), TOO_MANY
    opened = tried(form, lambda: actions.sign_in(SYSTEM, name, password, device()))
    return _carry(opened, goal) if opened else (_page(form, goal), UNREADABLE)


def _page(form: SignInForm, goal: str, has_run_out: bool = False) -> str:
    return render_template(
        "accounts/sign_in.html",
        form=form,
        has_goal=goal != "/",
        has_run_out=has_run_out,
        has_kept="restored=" in goal,
    )


def must_wait(form: FlaskForm, name: str) -> bool:
    """Count a try; the form tells how long it must wait when it comes too soon."""
    try:
        actions.count_try(SYSTEM, name, request.remote_addr or "")
    except TooMany as refusal:
        form.form_errors.append(sentence(refusal.code, **worded(refusal.details)))
        return True
    return False


def device() -> Device:
    """From where this request comes."""
    return Device(user_agent=request.user_agent.string, ip=request.remote_addr or "")


def _carry(opened: Opened, goal: str) -> ResponseReturnValue:
    """Give the browser its session; forms left open stay sendable for the same person only."""
    if session.get("owner") != opened.person_id:
        session.clear()
        session["owner"] = opened.person_id
    response = redirect(goal)
    response.set_cookie(**opened.cookie)
    return response


@bp.post("/sign-out")
@public
@repeatable
def sign_out() -> ResponseReturnValue:
    if signed_in():
        actions.sign_out(current_user.actor, current_user.session_id)
    session.clear()
    done("sign_in.signed_out")
    response = redirect(url_for(".sign_in"))
    https: bool = current_app.config["HTTPS"]
    response.delete_cookie(cookie_name(https), secure=https, httponly=True, samesite="Lax")
    return response
