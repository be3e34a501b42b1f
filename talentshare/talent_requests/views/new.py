"""Where a request begins: from a worry, from a template, or on the phone for a body."""

from itertools import groupby

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentshare import policy
from talentshare.accounts import queries as accounts
from talentshare.accounts.models import Body
from talentshare.catalogue import queries as catalogue
from talentshare.catalogue.models import RequestTemplate, Theme
from talentshare.kernel.actor import Actor, Role
from talentshare.platform.formats import named
from talentshare.platform.web import current_actor, tried, typed
from talentshare.policy import Can
from talentshare.talent_requests import actions, queries
from talentshare.talent_requests.forms import StartForm
from talentshare.talent_requests.views.blueprint import bp
from talentshare.talent_requests.views.steps import url_of


@bp.route("/requests/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    actor = current_actor()
    policy.require(actor, Can.CREATE_REQUEST)
    form = StartForm(formdata=typed() or None)
    if request.method == "POST" and form.validate():
        it = tried(form, lambda: actions.start(actor, form.origin()))
        if it is not None:
            return redirect(url_of(it, "worry"))
    bodies = _bodies(actor)
    body = next((body for body in bodies if body.id == _body_id(form)), None)
    page = render_template(
        "talent_requests/new.html",
        form=form,
        bodies=bodies,
        body_choices=[(body.id, named(body)) for body in bodies],
        body=body,
        officers=queries.officers(actor, body.id) if body else [],
        themes=_templates_by_theme(),
        back_url=url_for(".desk" if bodies else ".index"),
    )
    return page, 422 if form.errors else 200


def _bodies(actor: Actor) -> list[Body]:
    """The bodies for which the actor may write; none for an officer, who writes for the own one."""
    return [] if actor.has(Role.OFFICER) else list(accounts.bodies())


def _body_id(form: StartForm) -> int | None:
    typed_id = request.args.get("body_id", "")
    chosen: int | None = form.body_id.data
    return chosen or (int(typed_id) if typed_id.isascii() and typed_id.isdigit() else None)


def _templates_by_theme() -> list[tuple[Theme, list[RequestTemplate]]]:
    fitting = catalogue.choosable(catalogue.templates())
    ranks = {theme.code: theme.rank for theme in catalogue.themes()}
    by_theme = sorted(fitting, key=lambda t: (ranks.get(t.theme_code, 0), t.code))
    known = catalogue.theme_by_code()
    return [
        (known[code], list(group))
        for code, group in groupby(by_theme, key=lambda t: t.theme_code)
        if code in known
    ]
