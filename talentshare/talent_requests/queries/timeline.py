"""What has happened to a request, from the audit trail and the remarks said with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from talentshare.accounts.models import Person
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent, Remark, name_of
from talentshare.talent_requests.models import TalentRequest
from talentshare.talent_requests.states import RequestState

PREFIX = "talent_request."
EDITED = "edited"
INTERNAL = frozenset({"turn_passed"})
SHOWN = frozenset(
    {
        "created",
        "edited",
        "submitted",
        "endorsed",
        "returned",
        "received",
        "opened",
        "referred",
        "held",
        "resumed",
        "withdrawn",
        "completed",
        "closed_unmet",
        "taken_over",
        "staffed",
        "reopened",
        "turn_passed",
    }
)
QUIET_STATES = frozenset({RequestState.DRAFT.value})


@dataclass(frozen=True)
class Happening:
    """One deed as the case page tells it; `steps` are the pages that an edit touched."""

    deed: str
    at: datetime
    person: Person | None
    remark: str = ""
    steps: tuple[str, ...] = ()
    is_of_a_day: bool = False


def timeline(actor: Actor, it: TalentRequest) -> list[Happening]:
    """The deeds on a request, newest first; a body sees nothing internal."""
    found = [event for event in _events(it) if _is_told(actor, event)]
    remarks = _remarks([event.details["remark"] for event in found if "remark" in event.details])
    people = _people({event.on_behalf_of_id or event.actor_id for event in found})
    told: list[Happening] = []
    for event in found:
        one = Happening(
            event.deed.removeprefix(PREFIX),
            event.at,
            people.get(event.on_behalf_of_id or event.actor_id),
            remarks.get(event.details.get("remark", 0), ""),
            _step(event),
        )
        _tell(told, one)
    return sorted([*told, *_by_itself(it)], key=lambda one: one.at, reverse=True)


def _by_itself(it: TalentRequest) -> list[Happening]:
    """What the calendar did: support began, and its last day passed."""
    first, last, today = it.support_starts_on, it.support_ends_on, clock.today()
    happened = []
    if first is not None and first <= today:
        happened.append(("began", datetime.combine(first, time.min, clock.TOKYO)))
    if last is not None and last < today:
        happened.append(("ran_out", datetime.combine(last, time.max, clock.TOKYO)))
    return [Happening(deed, at, None, is_of_a_day=True) for deed, at in happened]


def _events(it: TalentRequest) -> Sequence[AuditEvent]:
    return db.session.scalars(
        select(AuditEvent).where(AuditEvent.subject == name_of(it)).order_by(AuditEvent.seq.desc())
    ).all()


def _is_told(actor: Actor, event: AuditEvent) -> bool:
    deed = event.deed.removeprefix(PREFIX)
    if deed not in SHOWN or (deed in INTERNAL and not actor.has(Role.COORDINATOR)):
        return False
    return not (deed == EDITED and event.details.get("state") in QUIET_STATES)


def _step(event: AuditEvent) -> tuple[str, ...]:
    step = event.details.get("step")
    return (str(step),) if step else ()


def _tell(told: list[Happening], one: Happening) -> None:
    """Add a deed; edits of one person in a row are told as one."""
    last = told[-1] if told else None
    if last is None or (last.deed, one.deed, last.person) != (EDITED, EDITED, one.person):
        told.append(one)
        return
    steps = dict.fromkeys(one.steps + last.steps)
    told[-1] = Happening(EDITED, last.at, last.person, "", tuple(steps))


def _remarks(ids: list[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = db.session.execute(select(Remark.id, Remark.text).where(Remark.id.in_(ids)))
    return {row.id: row.text for row in rows}


def _people(ids: set[int]) -> dict[int, Person]:
    found = db.session.scalars(
        select(Person).where(Person.id.in_(ids)).options(selectinload(Person.duties))
    )
    return {person.id: person for person in found}
