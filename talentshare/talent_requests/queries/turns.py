"""Whose turn it is, what may be done now, and what a request still lacks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from talentshare.accounts import queries as accounts
from talentshare.accounts.models import Body, Person
from talentshare.catalogue import queries as catalogue
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.errors import Conflict
from talentshare.kernel.workdays import add_workdays
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent, name_of
from talentshare.policy import Can, allows
from talentshare.talent_requests.models import Outline, Position, TalentRequest
from talentshare.talent_requests.states import (
    CHECK,
    EDITABLE,
    ENDED,
    SCOPED,
    TASK_WORKDAYS,
    PositionState,
    RequestState,
    Side,
    Turn,
)

DEEDS = (
    "submit",
    "endorse",
    "receive",
    "open",
    "resume",
    "complete",
    "reopen",
    "return",
    "hold",
    "refer",
    "close_unmet",
    "withdraw",
)
PERMISSIONS = {
    "submit": Can.SUBMIT_REQUEST,
    "endorse": Can.ENDORSE_REQUEST,
    "withdraw": Can.WITHDRAW_REQUEST,
}
STOPPING = frozenset({"close_unmet", "withdraw"})
GATED = frozenset({"submit", "open"})
LONGEST_CLOSURE = timedelta(days=30)


@dataclass(frozen=True)
class Gap:
    """Something that is not answered yet, and the page on which it is asked."""

    step: str
    name: str
    ordinal: int = 1


def whose_turn(it: TalentRequest) -> Turn | None:
    """Who has to do what today; None when the request has ended."""
    return it.turn


def is_your_turn(actor: Actor, it: TalentRequest) -> bool:
    """Tell whether the case waits for this very person."""
    turn = it.turn
    if turn is None or turn.side is None or turn.about_id == actor.id:
        return False
    return YOURS[turn.side](actor, it)


def _is_its_officer(actor: Actor, it: TalentRequest) -> bool:
    if _is_about_officer(it):
        return actor.has(Role.OFFICER, Role.MANAGER) and actor.body_id == it.body_id
    mine = it.officer_id == actor.id or it.acting_officer is None
    return actor.has(Role.OFFICER) and actor.body_id == it.body_id and mine


def _is_about_officer(it: TalentRequest) -> bool:
    return it.turn_about_id is not None and it.turn_about_id == it.officer_id


def colleagues_to_decide(it: TalentRequest) -> tuple[Side, list[Person]]:
    """Who decides where the officer is the one proposed: other officers, else the managers."""
    if not _is_about_officer(it):
        return Side.BODY, []
    for side, role in ((Side.BODY, Role.OFFICER), (Side.MANAGER, Role.MANAGER)):
        people = accounts.people_with(role, it.body_id)
        others = [one for one in people if one.id != it.turn_about_id]
        if others:
            return side, others
    return Side.BODY, []


def _is_its_manager(actor: Actor, it: TalentRequest) -> bool:
    return actor.has(Role.MANAGER) and actor.body_id == it.body_id and may_endorse(actor, it)


def _is_its_coordinator(actor: Actor, it: TalentRequest) -> bool:
    if it.turn_task == CHECK:  # by a colleague of who looks after the request
        return actor.has(Role.COORDINATOR) and it.coordinator_id != actor.id
    mine = it.coordinator_id == actor.id or it.acting_coordinator is None
    return actor.has(Role.COORDINATOR) and mine


YOURS: dict[Side, Callable[[Actor, TalentRequest], bool]] = {
    Side.BODY: _is_its_officer,
    Side.MANAGER: _is_its_manager,
    Side.GOVTECH: _is_its_coordinator,
    Side.SPECIALIST: lambda _actor, _it: False,
}


def may_endorse(actor: Actor, it: TalentRequest) -> bool:
    """Nobody endorses what the same person submitted."""
    return not it.awaits_endorsement or actor.id != it.submitted_by_id


def possible_deeds(actor: Actor, it: TalentRequest) -> list[str]:
    """What this person may do to the request now: possible and allowed."""
    return [deed for deed in DEEDS if deed in it.next_events and _may(actor, it, deed)]


def permission_for(it: TalentRequest, deed: str) -> Can:
    """Who may do this deed; while a manager can endorse, giving back is the manager's."""
    if deed == "return" and it.awaits_endorsement and not it.lacks_endorser:
        return Can.ENDORSE_REQUEST
    return PERMISSIONS.get(deed, Can.HANDLE_REQUEST)


# What depends on how far support has come.
SINCE_SUPPORT: dict[str, Callable[[TalentRequest], bool]] = {
    "complete": lambda it: it.is_over,
    "reopen": lambda it: it.state_now is RequestState.IN_PROGRESS,
    **dict.fromkeys(STOPPING, lambda it: not it.has_staffed),
}


def _may(actor: Actor, it: TalentRequest, deed: str) -> bool:
    permission = permission_for(it, deed)
    if not allows(actor, permission, it) or (deed == "withdraw" and is_left_to_body(actor, it)):
        return False
    if deed == "submit":
        return may_edit(actor, it)
    if deed in SINCE_SUPPORT:
        return SINCE_SUPPORT[deed](it)
    if permission is Can.ENDORSE_REQUEST:
        return it.awaits_endorsement and may_endorse(actor, it)
    return not (deed == "receive" and it.awaits_endorsement)


def require_stoppable(actor: Actor, it: TalentRequest, deed: str) -> None:
    """Support that is booked, runs or was given is cancelled or completed, not stopped so."""
    if deed in STOPPING and it.has_staffed:
        raise Conflict(f"talent_request.staffed_before_{deed}", number=it.number)
    if deed == "withdraw" and is_left_to_body(actor, it):
        raise Conflict("talent_request.left_to_body")


def is_left_to_body(actor: Actor, it: TalentRequest) -> bool:
    """Who began a draft by phone stops it no more once it was sent or others had a hand in it."""
    if is_of_body(actor, it):
        return False
    others = AuditEvent.actor_id.not_in((0, actor.id))
    by_others = select(AuditEvent.id).where(AuditEvent.subject == name_of(it), others).limit(1)
    return it.submitted_at is not None or db.session.scalar(by_others) is not None


def may_edit(actor: Actor, it: TalentRequest) -> bool:
    """The body, or who writes for it, until it is submitted; then the coordinators."""
    if not allows(actor, Can.EDIT_REQUEST, it):
        return False
    if it.state in EDITABLE:
        return is_of_body(actor, it) or it.created_by_id == actor.id
    return it.state in SCOPED and actor.has(Role.COORDINATOR)


def may_take_over(actor: Actor, it: TalentRequest) -> bool:
    """A colleague of the owner on the same side may, until the request has ended."""
    if it.state in ENDED or not allows(actor, Can.TAKE_OVER_REQUEST, it):
        return False
    return actor.id != (it.officer_id if is_of_body(actor, it) else it.coordinator_id)


def is_of_body(actor: Actor, it: TalentRequest) -> bool:
    return actor.has(Role.OFFICER) and actor.body_id == it.body_id


def gaps(actor: Actor, it: TalentRequest, deed: str) -> list[Gap]:
    """What the actor would have to fill in before this deed."""
    return {"submit": gaps_to_submit, "open": gaps_to_open}[deed](it) if deed in GATED else []


def gaps_to_submit(it: TalentRequest) -> list[Gap]:
    """What must be there before anybody else reads the request."""
    asked = (
        Gap("worry", "worry"),
        Gap("kind", "kind"),
        Gap("place", "place"),
        Gap("data", "personal_data"),
        Gap("data", "is_procurement"),
        Gap("closing", "title"),
    )
    return [gap for gap in asked if getattr(it, gap.name) in (None, "")]


def gaps_to_open(it: TalentRequest) -> list[Gap]:
    """What must be known before candidates can be ranked."""
    asked = (Gap("wish", "theme_code"), Gap("wish", "phase_code"), Gap("basis", "basis_codes"))
    gaps = gaps_to_submit(it) + [gap for gap in asked if not getattr(it, gap.name)]
    if not it.ordinals:
        return [*gaps, *_gaps_of(Outline(), 1)]
    for ordinal in it.ordinals:
        gaps += _gaps_of(it.outline(ordinal) or Outline(), ordinal)
    return gaps


def _gaps_of(outline: Outline, ordinal: int) -> list[Gap]:
    return [
        Gap("role" if name == "role_code" else "time", name, ordinal) for name in outline.missing
    ]


def due_after(task: str, day: date | None = None) -> date | None:
    """By when a task should be done that begins today, or on `day`; None for one without limit."""
    count = TASK_WORKDAYS.get(task)
    if count is None:
        return None
    begins_on = day or clock.today()
    closed = catalogue.closed_days(
        begins_on, begins_on + LONGEST_CLOSURE + timedelta(days=2 * count)
    )
    return add_workdays(begins_on, count, closed)


def people_of(it: TalentRequest, turn: Turn) -> list[int]:
    """Whom a notice reaches when it is the turn of this side."""
    if turn.side == Side.MANAGER:
        return accounts.ids_with(Role.MANAGER, it.body_id)
    if turn.side == Side.GOVTECH:
        return coordinators_of(it)
    return officers_of(it)


def officers_of(it: TalentRequest) -> list[int]:
    """The officer of the request, or all of the body's while there is none who can act."""
    return _owner_or_all(it.officer_id, accounts.ids_with(Role.OFFICER, it.body_id))


def coordinators_of(it: TalentRequest) -> list[int]:
    """The coordinator of the request, or all while there is none who can act."""
    return _owner_or_all(it.coordinator_id, accounts.ids_with(Role.COORDINATOR))


def concerned_by(requests: Iterable[TalentRequest]) -> dict[int, tuple[list[int], list[int]]]:
    """The same two of each of many requests, by its id."""
    coordinators, officers = accounts.ids_with(Role.COORDINATOR), accounts.ids_by_body(Role.OFFICER)
    return {
        it.id: (
            _owner_or_all(it.officer_id, officers.get(it.body_id, [])),
            _owner_or_all(it.coordinator_id, coordinators),
        )
        for it in requests
    }


def count_waiting(day: date) -> int:
    """Requests that still look for somebody, in a span with this day."""
    rows = (
        select(func.count(Position.talent_request_id.distinct()))
        .join(TalentRequest, TalentRequest.id == Position.talent_request_id)
        .where(
            Position.state == PositionState.OPEN,
            Position.earliest_on <= day,
            Position.latest_end_on >= day,
            TalentRequest.state.not_in({RequestState.DRAFT, *ENDED}),
        )
    )
    return db.session.scalar(rows) or 0


def _owner_or_all(owner_id: int | None, people: list[int]) -> list[int]:
    return [owner_id] if owner_id is not None and owner_id in people else people


@dataclass(frozen=True)
class Editor:
    """Who wrote last, and when."""

    person: Person | None
    at: datetime | None


def last_editor(actor: Actor, it: TalentRequest) -> Editor:
    """Who changed the request that the actor sees, last of all."""
    person = accounts.person(it.edited_by_id) if it.edited_by_id else None
    return Editor(person, it.edited_at)


def own_body(actor: Actor) -> Body:
    """The actor's own body."""
    return accounts.person(actor.id).body


def officers(actor: Actor, body_id: int) -> list[Person]:
    """Those of a body for whom a coordinator may write a request."""
    if not actor.has(Role.COORDINATOR):
        return []
    return accounts.people_with(Role.OFFICER, body_id)
