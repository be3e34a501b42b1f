"""Forgotten passwords and one-time links."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from talentshare.accounts import actions, queries
from talentshare.accounts.forms import ForgottenForm, NewPasswordForm
from talentshare.accounts.queries import Link
from talentshare.accounts.views.blueprint import bp
from talentshare.accounts.views.door import TOO_MANY, UNREADABLE, must_wait
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import NotFound
from talentshare.platform.web import done, public, tried

GONE = 410


@bp.route("/account/forgotten", methods=["GET", "POST"])
@public
def forgotten() -> ResponseReturnValue:
    """Ask for a reset link; the answer is the same for every name."""
    form = ForgottenForm()
    if not form.is_submitted():
        return render_template("accounts/forgotten.html", form=form)
    if not form.validate():
        return render_template("accounts/forgotten.html", form=form), UNREADABLE
    name = form.sign_in_name.data or ""
    if must_wait(form, f"reset of {name}"):
        return render_template("accounts/forgotten.html", form=form), TOO_MANY
    actions.ask_reset(SYSTEM, name)
    return redirect(url_for(".forgotten_asked"))


@bp.get("/account/forgotten/asked")
@public
def forgotten_asked() -> ResponseReturnValue:
    return render_template("accounts/forgotten_asked.html")


@bp.route("/account/set-password/<token>", methods=["GET", "POST"])
@public
def set_password(token: str) -> ResponseReturnValue:
    """Choose a password by an invitation or a reset link."""
    try:
        link = queries.find_link(SYSTEM, token)
        return _set_password(token, link)
    except NotFound:
        return render_template("accounts/link_dead.html"), GONE


def _set_password(token: str, link: Link) -> ResponseReturnValue:
    form = NewPasswordForm()
    if form.validate_on_submit():
        password = form.new.data or ""
        if tried(form, lambda: actions.set_password(SYSTEM, token, password)):
            done("password.set", name=link.sign_in_name)
            return redirect(url_for(".sign_in"))
    page = render_template("accounts/set_password.html", form=form, link=link)
    return page, UNREADABLE if form.is_submitted() else 200
