"""団体: search, what each wants, and those that the catalogue does not know."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentshare.accounts import actions, queries
from talentshare.accounts.forms import BodyForm, OtherBodyForm, typed_hours
from talentshare.accounts.models import Body, BodyKind
from talentshare.accounts.queries import BodiesWanted
from talentshare.accounts.views.blueprint import bp
from talentshare.accounts.views.door import UNREADABLE
from talentshare.accounts.views.people import LONGEST_SEARCH
from talentshare.platform.formats import clock_time
from talentshare.platform.i18n import sentence
from talentshare.platform.incoming import bounded
from talentshare.platform.web import current_actor, done, tried, typed

OFFICE_HOURS = {"opens": clock_time(510), "closes": clock_time(1035)}


@bp.get("/admin/bodies")
def bodies() -> ResponseReturnValue:
    wanted = BodiesWanted(
        text=request.args.get("text", "")[:LONGEST_SEARCH],
        kind=request.args.get("kind", ""),
        page=request.args.get("page", 1, type=bounded),
    )
    return render_template(
        "accounts/bodies.html",
        found=queries.search_bodies(current_actor(), wanted),
        wanted=wanted,
        kind_options=[(kind.value, sentence(f"body_kind.{kind}")) for kind in BodyKind],
        url_of=_url_of,
    )


def _url_of(page: int) -> str:
    kept: dict[str, Any] = {n: text for n, text in request.args.items() if text and n != "page"}
    return url_for(".bodies", **kept, page=page)


@bp.route("/admin/bodies/new", methods=["GET", "POST"])
def add_body() -> ResponseReturnValue:
    actor = current_actor()
    queries.check_bodies(actor)
    form = OtherBodyForm(typed(), data=OFFICE_HOURS)
    if form.validate_on_submit():
        added = tried(form, lambda: actions.add_other_body(actor, form.facts(), form.settings()))
        if added:
            done("body.added", name=added)
            return redirect(url_for(".bodies"))
    page = render_template("accounts/add_body.html", form=form)
    return page, UNREADABLE if form.is_submitted() else 200


@bp.route("/admin/bodies/<int:body_id>", methods=["GET", "POST"])
def edit_body(body_id: int) -> ResponseReturnValue:
    found = queries.find_body(current_actor(), body_id)
    form = _form_of(found)
    if form.validate_on_submit():
        edited = tried(form, lambda: _edit(found, form))
        if edited:
            done("body.saved", name=edited)
            return redirect(url_for(".bodies"))
    page = render_template("accounts/edit_body.html", form=form, body=found)
    return page, UNREADABLE if form.is_submitted() else 200


def _form_of(body: Body) -> BodyForm:
    kind = OtherBodyForm if body.is_named_by_hand else BodyForm
    return kind(typed(), obj=body, data=typed_hours(body))


def _edit(body: Body, form: BodyForm) -> Body:
    return actions.edit_body(
        current_actor(),
        body.id,
        form.seen_version,
        form.settings(),
        form.facts() if isinstance(form, OtherBodyForm) else None,
    )
