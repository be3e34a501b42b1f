"""A coordinator's pages: prepare, check, offer, propose, and the ways out."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired

from talentshare.catalogue import queries as catalogue
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.errors import Conflict, Invalid, NotFound
from talentshare.kernel.weeks import monday
from talentshare.platform.formats import day, named
from talentshare.platform.incoming import bounded
from talentshare.platform.web import current_actor, done, typed
from talentshare.proposals import actions, queries
from talentshare.proposals.forms import (
    ConsentForm,
    EndForm,
    FitForm,
    InnerTextForm,
    OfferForm,
    PhoneForm,
    PlainForm,
    PrepareForm,
    TermsForm,
    TextForm,
    VersionedForm,
    monday_of,
)
from talentshare.proposals.models import Proposal
from talentshare.proposals.views import body, checking, refusals, settling, shown
from talentshare.proposals.views.settling import Deed
from talentshare.proposals.views.shown import bp
from talentshare.specialists import queries as specialists
from talentshare.specialists.models import Specialist
from talentshare.talent_requests import queries as talent_requests
from talentshare.talent_requests.models import Position, TalentRequest

Do = Callable[[Actor, Proposal, Any], object]
UNREAD = 422
COST_LACKS = frozenset({"proposal.cost_unknown", "proposal.cost_missing"})


@bp.route("/requests/<number>/proposals/new", methods=["GET", "POST"])
def prepare(number: str) -> ResponseReturnValue:
    """Choose one candidate of one position."""
    actor = current_actor()
    position = _position(actor, number)
    chosen = specialists.find(actor, request.values.get("specialist_id", type=bounded) or 0)
    form = PrepareForm(typed())
    if request.method == "GET":
        return _prepare_page(position, chosen, _first_cost(form, position.talent_request), 200)
    if not form.validate():
        _say_cost_too(form, position.talent_request)
        return _prepare_page(position, chosen, form, 422)
    try:
        made = actions.prepare(actor, position.id, chosen.id, form.terms())
    except (Invalid, Conflict) as refusal:
        if refusals.is_about_time(refusal):
            return refusals.page(actor, _tried_first(position, chosen, form), refusal)
        settling.write_error(form, refusal)
        status = 409 if isinstance(refusal, Conflict) else 422
        return _prepare_page(position, chosen, form, status)
    return _prepared(made)


def _say_cost_too(form: PrepareForm | TermsForm, case: TalentRequest) -> None:
    """Beside what else is missing, that the cost is: all is said at once, each at its field."""
    terms = form.terms()
    bearer = case.cost_bearer if terms.cost_bearer is None else terms.cost_bearer
    note = case.cost_note if terms.cost_note is None else terms.cost_note
    lacking = queries.lacking_cost(bearer, note)
    if lacking and not form[lacking].errors:
        settling.write_error(form, Invalid("proposal.cost_missing", field=lacking))


def _prepared(made: Proposal) -> ResponseReturnValue:
    done("proposal.done.prepare")
    return redirect(url_for(".show", proposal_id=made.id))


def _first_cost(form: PrepareForm, case: TalentRequest) -> PrepareForm:
    """Before anything is typed, the cost is what the request says."""
    form.cost_bearer.data, form.cost_note.data = case.cost_bearer, case.cost_note
    return form


@bp.app_template_global()
def prepare_form(case: TalentRequest, specialist_id: int) -> PrepareForm:
    """The form inside a candidate's card; where the request names no cost it asks for it."""
    form = _first_cost(PrepareForm(None), case)
    for field in form:
        field.id = field.label.field_id = f"{field.name}-{specialist_id}"
    if queries.says_cost(case):
        del form.cost_bearer, form.cost_note
    return form


def _prepare_page(
    position: Position, chosen: Specialist, form: PrepareForm, status: int
) -> ResponseReturnValue:
    start_on = monday_of(form.start_on.data)
    page = render_template(
        "proposals/prepare.html",
        form=form,
        position=position,
        case=position.talent_request,
        specialist=chosen,
        cares=shown.period_care(position, start_on) if start_on else [],
        cost_is_known=queries.says_cost(position.talent_request),
    )
    return page, status


def _tried_first(position: Position, chosen: Specialist, form: PrepareForm) -> refusals.Tried:
    number, terms = position.talent_request.number, form.terms()
    cost = {"cost_note": terms.cost_note, "cost_bearer": terms.cost_bearer}
    return refusals.Tried(
        position,
        chosen,
        terms.minutes_per_week,
        terms.start_on,
        url_for(".prepare", number=number),
        {
            "position": position.ordinal,
            "specialist_id": chosen.id,
            "reason": terms.reason,
            **{name: said for name, said in cost.items() if said is not None},
        },
        url_for("matching.candidates", number=number, position=position.ordinal),
    )


def _position(actor: Actor, number: str) -> Position:
    case = talent_requests.find(actor, number)
    ordinal = request.values.get("position", 1, type=bounded)
    if actor.has(Role.COORDINATOR):
        for position in case.live_positions:
            if position.ordinal == ordinal:
                return position
    raise NotFound("talent_request.not_found")


@bp.get("/requests/<number>/proposals")
def index(number: str) -> ResponseReturnValue:
    """All proposals of a request, as far as the reader may see them."""
    case, found = queries.of_request(current_actor(), number)
    return render_template("proposals/index.html", case=case, rows=shown.rows(found))


@bp.app_template_global()
def proposals_of(position_id: int) -> dict[int, dict[str, str]]:
    """Who is being asked already, by specialist, for the page of candidates."""
    return _by_specialist(queries.under_way(current_actor(), position_id))


@bp.app_template_global()
def earlier_proposals_of(position_id: int) -> dict[int, dict[str, str]]:
    """What became of the last offer to whoever was asked before, by specialist."""
    return _by_specialist(queries.asked_before(current_actor(), position_id))


def _by_specialist(found: Sequence[Proposal]) -> dict[int, dict[str, str]]:
    return {
        proposal.specialist_id: {
            "name": named(proposal.specialist.person),
            "text": shown.state_words(proposal),
            "url": url_for("proposals.show", proposal_id=proposal.id),
        }
        for proposal in found
    }


@bp.app_template_global()
def url_of_hold(allocation_id: int) -> str:
    """The page of the proposal for which time is held, for the page of a shortage."""
    found = queries.of_allocation(current_actor(), allocation_id)
    return url_for("proposals.show", proposal_id=found.id) if found else ""


@bp.get("/proposals/<int:proposal_id>")
def show(proposal_id: int) -> ResponseReturnValue:
    """One address for both sides: the coordinator's desk or the body's page."""
    actor, proposal = shown.find(proposal_id)
    if actor.has(Role.COORDINATOR):
        return page(actor, proposal, forms_of(proposal))
    if actor.has(Role.OFFICER, Role.MANAGER) and actor.body_id == proposal.body_id:
        return body.page(actor, proposal, body.forms_of(proposal))
    return redirect(url_for(".offer_page", proposal_id=proposal.id))


def page(
    actor: Actor, proposal: Proposal, forms: Any, status: int = 200, kept: Any = ()
) -> ResponseReturnValue:
    """The coordinator's view, with the forms of what is possible now."""
    may = checking.may(actor, proposal)
    told = queries.happenings(actor, proposal)
    return (
        render_template(
            "proposals/coordinator.html",
            forms=forms,
            kept=kept,
            may=may,
            desk_due=shown.due_words(queries.desk_due_on(proposal)),
            **checking.outlook(proposal, may),
            looks=checking.looks(proposal) if "check" in may else [],
            steps=checking.steps(proposal),
            told=checking.told(told),
            said_by=checking.said_by(told, proposal),
            why=checking.why_not(proposal),
            reasons=shown.reasons_of(proposal),
            others=shown.rows(queries.siblings(actor, proposal)),
            **shown.context(proposal),
        ),
        status,
    )


def forms_of(proposal: Proposal) -> dict[str, VersionedForm]:
    """The forms of the page, each with what was posted to it."""
    return {name: make(proposal) for name, make in FORMS.items()}


@bp.post("/proposals/<int:proposal_id>/desk/<deed>")
def act(proposal_id: int, deed: str) -> ResponseReturnValue:
    """One move by a coordinator."""
    actor, proposal = _at_desk(proposal_id)
    if deed not in DEEDS:
        raise NotFound("proposal.not_found")
    return _settled(actor, proposal, deed, f"proposal.done.{deed}")


@bp.post("/proposals/<int:proposal_id>/fit")
def fit(proposal_id: int) -> ResponseReturnValue:
    """Take one of the offered ways: fewer hours, or another start."""
    actor, proposal = _at_desk(proposal_id)
    return _settled(actor, proposal, "fit", "proposal.done.revise")


def _at_desk(proposal_id: int) -> tuple[Actor, Proposal]:
    actor, proposal = shown.find(proposal_id)
    if not actor.has(Role.COORDINATOR):
        raise NotFound("proposal.not_found")
    return actor, proposal


def _settled(actor: Actor, proposal: Proposal, name: str, words: str) -> ResponseReturnValue:
    form, number = FORMS[name](proposal), proposal.id
    do: Do = _fit if name == "fit" else DEEDS[name]
    to = url_for(".show", proposal_id=number)
    deed = Deed(actor, proposal, form, lambda: do(actor, proposal, form), words, to)

    def again(status: int, kept: Any = ()) -> ResponseReturnValue:
        now = queries.find(actor, number)
        if status == UNREAD and isinstance(form, TermsForm):
            _say_cost_too(form, now.position.talent_request)
        return page(actor, now, forms_of(now) | {name: form}, status, kept)

    def refused(refusal: Invalid | Conflict) -> ResponseReturnValue | None:
        now = queries.find(actor, number)
        if settling.is_stale(refusal):
            return again(409, settling.ask_again(form, now))
        if refusal.code in COST_LACKS and name != "revise":  # the field is another form's
            forms = forms_of(now) | {name: form}
            settling.write_error(forms["revise"], refusal)
            return page(actor, now, forms, 409)
        if not refusals.is_about_time(refusal):
            return None
        if name == "propose":
            return refusals.no_fit_of(actor, now, refusal)
        minutes, start_on = form["minutes_per_week"].data, monday_of(form["start_on"].data)
        return refusals.page(actor, refusals.tried_with(now, minutes, start_on), refusal)

    return settling.settled(deed, again, refused)


def _consent_form(proposal: Proposal) -> ConsentForm:
    form = settling.form_of(
        ConsentForm, "consent", proposal, who=proposal.home_consent, on=proposal.home_consent_on
    )
    form.who.label.text, form.who.description, missing = shown.home_of(proposal)
    form.who.validators = [InputRequired(missing), *form.who.validators[1:]]
    form.on.description = shown.example_of(clock.today())
    return form


def _end_form(proposal: Proposal) -> EndForm:
    weeks, this_week = checking.last_weeks(proposal), monday(clock.today())
    proposed = this_week.isoformat() if this_week in weeks else None
    form = settling.form_of(EndForm, "end", proposal, last_week_on=proposed)
    form.last_week_on.choices = [
        SelectChoice("", _("選んでください")),
        *(SelectChoice(on.isoformat(), _last_week(on, this_week)) for on in weeks),
    ]
    return form


def _last_week(on: date, this_week: date) -> str:
    """One week with which support may end; of one that is over, what choosing it means."""
    if on < this_week:
        return _("%(day)sの週（終わった週。今週からは支援しない）", day=day(on, year=True))
    if on == this_week:
        return _("%(day)sの週（今週）", day=day(on, year=True))
    return _("%(day)sの週", day=day(on, year=True))


def _terms_form(proposal: Proposal) -> TermsForm:
    first_on = queries.first_start(proposal.position)
    form = settling.form_of(
        TermsForm,
        "revise",
        proposal,
        reason=proposal.reason,
        minutes_per_week=proposal.minutes_per_week,
        start_on=max(proposal.weeks[0].week_on, first_on),
        basis_code=proposal.basis_code,
        cost_note=proposal.cost_note,
        cost_bearer=proposal.cost_bearer,
    )
    form.start_on.description = shown.example_of(first_on)
    wanted = {*proposal.position.talent_request.basis_codes, proposal.basis_code}
    form.basis_code.choices = [
        SelectChoice(basis.code, named(basis))
        for basis in catalogue.legal_bases()
        if basis.code in wanted
    ]
    return form


def _text_form(name: str, kind: type[TextForm] = TextForm) -> Callable[[Proposal], TextForm]:
    return lambda proposal: settling.form_of(kind, name, proposal)


def _plain_form(name: str) -> Callable[[Proposal], PlainForm]:
    return lambda proposal: settling.form_of(PlainForm, name, proposal)


def _fit(actor: Actor, proposal: Proposal, form: FitForm) -> Proposal:
    """The same terms but for hours or start."""
    terms = actions.Terms(
        proposal.reason,
        form.minutes_per_week.data or proposal.minutes_per_week,
        monday_of(form.start_on.data),
        proposal.basis_code,
        proposal.cost_note,
        proposal.cost_bearer,
    )
    return actions.revise(actor, proposal.id, form.seen_version, terms)


FORMS: dict[str, Callable[[Proposal], VersionedForm]] = {
    **{name: _plain_form(name) for name in ("check", "propose", "extend", "expire")},
    **{name: _text_form(name) for name in ("return", "reject")},
    **{name: _text_form(name, InnerTextForm) for name in ("withdraw", "cancel")},
    "revise": _terms_form,
    "consent": _consent_form,
    "fit": lambda p: settling.form_of(FitForm, "fit", p),
    "offer": lambda p: settling.form_of(OfferForm, "offer", p),
    "phone": lambda p: settling.form_of(PhoneForm, "phone", p),
    "end": _end_form,
}
DEEDS: dict[str, Do] = {
    "check": lambda a, p, f: actions.check(a, p.id, f.seen_version),
    "return": lambda a, p, f: actions.return_to_preparer(a, p.id, f.seen_version, f.text.data),
    "reject": lambda a, p, f: actions.reject(a, p.id, f.seen_version, f.text.data),
    "withdraw": lambda a, p, f: actions.withdraw(a, p.id, f.text.data, f.seen_version),
    "revise": lambda a, p, f: actions.revise(a, p.id, f.seen_version, f.terms()),
    "offer": lambda a, p, f: actions.offer(a, p.id, f.seen_version, f.days.data),
    "consent": lambda a, p, f: actions.record_home_consent(
        a, p.id, f.seen_version, f.who.data, f.on.data
    ),
    "phone": lambda a, p, f: actions.record_answer(a, p.id, f.seen_version, f.given()),
    "propose": lambda a, p, f: actions.propose(a, p.id, f.seen_version),
    "extend": lambda a, p, f: actions.extend_hold(a, p.id, f.seen_version),
    "expire": lambda a, p, _f: actions.expire(a, p.id),
    "cancel": lambda a, p, f: actions.cancel(a, p.id, f.seen_version, f.text.data),
    "end": lambda a, p, f: actions.end_early(
        a, p.id, f.seen_version, date.fromisoformat(f.last_week_on.data), f.text.data
    ),
}
