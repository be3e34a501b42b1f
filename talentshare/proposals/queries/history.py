"""What happened to proposals; a body is told what was put before it."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from sqlalchemy import select

from talentshare.allocations.models import Allocation
from talentshare.kernel.actor import Actor, Role
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent, name_of
from talentshare.proposals.models import Proposal
from talentshare.proposals.queries.lists import of_request
from talentshare.proposals.queries.terms import basis_of, named_to_body
from talentshare.talent_requests import queries as talent_requests
from talentshare.talent_requests.models import TalentRequest
from talentshare.talent_requests.queries import Happening, Telling
from talentshare.talent_requests.states import Side

PREFIX = "proposal."
OF_SPECIALIST = frozenset({"accepted", "discussed", "declined"})
OF_BODY = frozenset({"decision_recorded", "agreed", "body_discussed", "refused"})
OF_GOVTECH = frozenset(
    {
        *("prepared", "revised", "checked", "returned", "rejected", "offered", "home_consented"),
        *("phone_accept", "phone_discuss", "phone_decline", "proposed", "hold_extended"),
        *("withdrawn", "cancelled", "ended"),
    }
)
DAYS = frozenset({"due_on", "last_week_on", "week_on", "to_week_on"})
SERVED = "served"  # the page of the request says so by its last day
# What became of booked time; a body reads it of its own support alone, so at any time.
PREFIX_OF_TIME = "allocation."
TIME_TOLD = frozenset({"fell_short", "restored", "moved", "dropped"})
BY_ITSELF = frozenset({"confirmed", "sent_back", "passed_over", "expired", SERVED})
TOLD = OF_SPECIALIST | OF_BODY | OF_GOVTECH | BY_ITSELF

# A body knows of these at any time, of the others only while it has to answer.
ALWAYS_TOLD = OF_BODY | {"proposed", "hold_extended", "confirmed", "cancelled", "ended"}
TOLD_WHILE_ASKED = frozenset({"sent_back", "withdrawn", "expired"})
ASKED_NO_MORE = frozenset({"body_discussed", "refused", "confirmed", "revised"}) | TOLD_WHILE_ASKED


def tellings(actor: Actor, it: TalentRequest) -> list[Telling]:
    """The deeds on all proposals that the actor may see, as the page of the request tells them."""
    _case, found = of_request(actor, it.number)
    return [one for one in _told(actor, found) if one.deed != PREFIX + SERVED]


def happenings(actor: Actor, proposal: Proposal) -> list[Happening]:
    """The deeds on one proposal, newest first; coordinators alone read them all."""
    if not actor.has(Role.COORDINATOR):
        return []
    request = proposal.position.talent_request
    return talent_requests.happenings(request, _told(actor, [proposal]))


def _told(actor: Actor, found: Collection[Proposal]) -> list[Telling]:
    names = {name: proposal.id for proposal in found for name in _names(proposal)}
    by_proposal: dict[int, list[AuditEvent]] = {proposal.id: [] for proposal in found}
    for event in _events(list(names)):
        by_proposal[names[event.subject]].append(event)
    return [
        telling
        for proposal in found
        for telling in _of_one(actor, proposal, by_proposal[proposal.id])
    ]


def _names(proposal: Proposal) -> list[str]:
    """The proposal and its booked time, as the audit names them."""
    booked = proposal.allocation_id
    time = [] if booked is None else [f"{Allocation.__tablename__}:{booked}"]
    return [name_of(proposal), *time]


def _events(names: Sequence[str]) -> Sequence[AuditEvent]:
    wanted = select(AuditEvent).where(AuditEvent.subject.in_(names))
    return db.session.scalars(wanted.order_by(AuditEvent.seq)).all() if names else ()


def _of_one(actor: Actor, proposal: Proposal, events: Sequence[AuditEvent]) -> Iterator[Telling]:
    at_desk, is_asked = actor.has(Role.COORDINATOR), False
    name = proposal.specialist.person if at_desk else named_to_body(proposal, basis_of(proposal))
    for event in events:
        if event.deed.startswith(PREFIX_OF_TIME):
            if event.deed.removeprefix(PREFIX_OF_TIME) in TIME_TOLD:
                yield Telling(event, event.deed, Side.GOVTECH, {"name": name, **_facts(event)})
            continue
        deed = _deed(event, is_asked=is_asked)
        is_known = deed in ALWAYS_TOLD or (is_asked and deed in TOLD_WHILE_ASKED)
        if deed in TOLD and (at_desk or is_known):
            says_remark = at_desk or deed in OF_BODY
            details = {"name": name, **_facts(event)}
            yield Telling(event, PREFIX + deed, _part(deed), details, says_remark)
        is_asked = deed == "proposed" or (is_asked and deed not in ASKED_NO_MORE)


def _deed(event: AuditEvent, *, is_asked: bool) -> str:
    """The deed, with whose answer it was where the audit has one word for several."""
    deed = event.deed.removeprefix(PREFIX)
    if deed == "answer_recorded":
        return f"phone_{event.details['answer']}"
    return "body_discussed" if deed == "discussed" and is_asked else deed


def _part(deed: str) -> Side:
    if deed in OF_SPECIALIST:
        return Side.SPECIALIST
    return Side.BODY if deed in OF_BODY else Side.GOVTECH


def _facts(event: AuditEvent) -> dict[str, date | int]:
    """The days and the minutes of a deed, which its sentence may name."""
    days = {name: value for name, value in event.details.items() if name in DAYS}
    minutes = {name: value for name, value in event.details.items() if name == "minutes"}
    return {**{name: date.fromisoformat(str(day)) for name, day in days.items()}, **minutes}
