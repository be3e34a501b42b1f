"""利用者: search, invite, edit, suspend."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from talentshare.accounts import actions, queries
from talentshare.accounts.forms import NewPersonForm, PersonForm
from talentshare.accounts.models import Person
from talentshare.accounts.queries import PeopleWanted
from talentshare.accounts.states import PersonState
from talentshare.accounts.views.blueprint import bp
from talentshare.accounts.views.door import UNREADABLE
from talentshare.kernel.actor import Role
from talentshare.platform import presses
from talentshare.platform.formats import named
from talentshare.platform.i18n import sentence
from talentshare.platform.incoming import bounded
from talentshare.platform.web import current_actor, done, tried, typed

LONGEST_SEARCH = 100


@bp.get("/admin/people")
def people() -> ResponseReturnValue:
    actor = current_actor()
    wanted = _wanted()
    return render_template(
        "accounts/people.html",
        found=queries.search_people(actor, wanted),
        wanted=wanted,
        asked_count=queries.reset_asked_count(actor),
        role_options=[(role.value, sentence(f"role.{role}")) for role in Role],
        body_options=[(body.id, named(body)) for body in queries.choosable_bodies(actor)],
        state_options=_state_options(),
        asked_reset=queries.ASKED_RESET,
        url_of=_url_of,
    )


def _state_options() -> list[tuple[str, str]]:
    options = [(state.value, sentence(f"person_state.{state}")) for state in PersonState]
    return [*options, (queries.ASKED_RESET, _("再設定の依頼"))]


def _wanted() -> PeopleWanted:
    state = request.args.get("state", "")
    return PeopleWanted(
        text=request.args.get("text", "")[:LONGEST_SEARCH],
        role=request.args.get("role", ""),
        body_id=request.args.get("body_id", type=bounded),
        state="" if state == queries.ASKED_RESET else state,
        asked_reset=state == queries.ASKED_RESET,
        page=request.args.get("page", 1, type=bounded),
    )


def _url_of(page: int) -> str:
    kept: dict[str, Any] = {n: text for n, text in request.args.items() if text and n != "page"}
    return url_for(".people", **kept, page=page)


@bp.route("/admin/people/new", methods=["GET", "POST"])
def invite() -> ResponseReturnValue:
    actor = current_actor()
    bodies = queries.choosable_bodies(actor)
    form = NewPersonForm(typed())
    form.offer(bodies)
    if form.validate_on_submit():
        invited = tried(form, lambda: actions.invite(actor, form.draft()))
        if invited:
            return _link_page(*invited, is_new=True)
    page = render_template("accounts/invite.html", form=form)
    return page, UNREADABLE if form.is_submitted() else 200


def _link_page(person: Person, token: str, is_new: bool = False) -> ResponseReturnValue:
    """Show a link the only time that it can be shown: it is kept nowhere."""
    link = queries.find_link(current_actor(), token)
    again = url_for(".person", person_id=person.id)
    presses.answer_with(again, "ok", sentence("person.link_shown_once"))
    url = url_for(".set_password", token=token, _external=True)
    return render_template(
        "accounts/link_made.html", person=person, link=link, url=url, is_new=is_new
    )


@bp.get("/admin/people/<int:person_id>")
def person(person_id: int) -> ResponseReturnValue:
    actor = current_actor()
    found = queries.find_person(actor, person_id)
    return render_template(
        "accounts/person.html",
        person=found,
        link=queries.link_of(actor, found.id),
        session_count=queries.session_count(actor, found.id),
        cases_left=queries.cases_left(actor, found.id),
        is_oneself=found.id == actor.id,
        possible=found.next_events,
    )


@bp.route("/admin/people/<int:person_id>/edit", methods=["GET", "POST"])
def edit_person(person_id: int) -> ResponseReturnValue:
    actor = current_actor()
    found = queries.find_person(actor, person_id)
    bodies = queries.choosable_bodies(actor)
    form = PersonForm(typed(), obj=found)
    form.offer(bodies if found.body in bodies else [*bodies, found.body])
    if form.validate_on_submit():
        edited = tried(
            form, lambda: actions.edit_person(actor, person_id, form.seen_version, form.facts())
        )
        if edited:
            done("person.saved", name=edited)
            return redirect(url_for(".person", person_id=person_id))
    page = render_template("accounts/edit_person.html", form=form, person=found)
    return page, UNREADABLE if form.is_submitted() else 200


@bp.post("/admin/people/<int:person_id>/invitation")
def make_invitation(person_id: int) -> ResponseReturnValue:
    token = actions.make_invitation(current_actor(), person_id)
    return _link_page(queries.find_person(current_actor(), person_id), token)


@bp.post("/admin/people/<int:person_id>/reset")
def make_reset(person_id: int) -> ResponseReturnValue:
    token = actions.make_reset(current_actor(), person_id)
    return _link_page(queries.find_person(current_actor(), person_id), token)


@bp.post("/admin/people/<int:person_id>/suspend")
def suspend(person_id: int) -> ResponseReturnValue:
    suspended = actions.suspend(current_actor(), person_id)
    done("person.suspended", name=suspended)
    return redirect(url_for(".person", person_id=person_id))


@bp.post("/admin/people/<int:person_id>/resume")
def resume(person_id: int) -> ResponseReturnValue:
    resumed = actions.resume(current_actor(), person_id)
    done("person.resumed", name=resumed)
    return redirect(url_for(".person", person_id=person_id))


@bp.post("/admin/people/<int:person_id>/end-sessions")
def end_sessions(person_id: int) -> ResponseReturnValue:
    actions.end_all_sessions(current_actor(), person_id)
    done("session.all_ended")
    return redirect(url_for(".person", person_id=person_id))
