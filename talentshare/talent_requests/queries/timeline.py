"""What has happened to a request, from the audit trail and the remarks said with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from talentshare.accounts.models import BodyKind, Person
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent, Remark, name_of
from talentshare.talent_requests.models import TalentRequest
from talentshare.talent_requests.states import RequestState, Side

PREFIX = "talent_request."
EDITED, STAFFED = "edited", "staffed"
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
        STAFFED,
        "reopened",
    }
)
QUIET_STATES = frozenset({RequestState.DRAFT.value})


@dataclass(frozen=True)
class Telling:
    """A deed to be told: its words, the side on which it was done, whether its reason is shown."""

    event: AuditEvent
    deed: str
    side: Side | None = None
    details: Mapping[str, object] = field(default_factory=dict)
    says_remark: bool = True

    @property
    def remark_id(self) -> int:
        """The reason said with it; none is 0."""
        return int(self.event.details.get("remark", 0)) if self.says_remark else 0


@dataclass(frozen=True)
class Happening:
    """One deed as the case page tells it; `steps` are the pages that an edit touched.

    Without a person it happened by itself; the side is that on which the person did it.
    """

    deed: str
    at: datetime
    person: Person | None
    remark: str = ""
    steps: tuple[str, ...] = ()
    is_of_a_day: bool = False
    side: Side | None = None
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The code of its sentence; a deed of a higher feature carries that feature's name."""
        feature, _, deed = self.deed.rpartition(".")
        return f"{feature or 'talent_request'}.did.{deed}"


def timeline(actor: Actor, it: TalentRequest) -> list[Happening]:
    """The deeds on a request and, as a higher feature tells them, its proposals; newest first."""
    of_proposals: Callable[[Actor, TalentRequest], list[Telling]]
    of_proposals = current_app.extensions["tellings_of"]
    told = happenings(it, [*_own(it), *of_proposals(actor, it)])
    return sorted([*told, *_by_itself(it)], key=lambda one: one.at, reverse=True)


def happenings(it: TalentRequest, tellings: Sequence[Telling]) -> list[Happening]:
    """Deeds around a request with the people and the reasons behind them, newest first."""
    found = sorted(tellings, key=lambda one: -one.event.seq)
    remarks = _remarks([one.remark_id for one in found if one.remark_id])
    people = _people({one.event.actor_id for one in found})
    told: list[Happening] = []
    for one in found:
        person = people.get(one.event.actor_id)
        happening = Happening(
            one.deed,
            one.event.at,
            person,
            remarks.get(one.remark_id, ""),
            _step(one.event),
            side=_side(it, one, person),
            details=one.details,
        )
        _tell(told, happening)
    return told


def _own(it: TalentRequest) -> list[Telling]:
    return [
        Telling(event, event.deed.removeprefix(PREFIX)) for event in _events(it) if _is_told(event)
    ]


def _side(it: TalentRequest, one: Telling, person: Person | None) -> Side | None:
    """The side on which somebody did it: a manager endorses, and decides where the body wants."""
    if person is None:
        return None
    side = one.side or _own_side(it, person)
    if side is not Side.BODY or Role.MANAGER not in person.roles:
        return side
    if one.side is None:
        return Side.MANAGER if one.deed in {"endorsed", "returned"} else side
    is_only_manager = Role.OFFICER not in person.roles
    return Side.MANAGER if is_only_manager or it.needs_manager else side


def _own_side(it: TalentRequest, person: Person) -> Side:
    """GovTech's for its people; whoever has left the body did it as one of the body."""
    is_inside = Role.COORDINATOR in person.roles or person.body.kind is BodyKind.GOVTECH
    return Side.GOVTECH if person.body_id != it.body_id and is_inside else Side.BODY


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


def _is_told(event: AuditEvent) -> bool:
    deed = event.deed.removeprefix(PREFIX)
    is_quiet = deed == EDITED and event.details.get("state") in QUIET_STATES
    follows = deed == STAFFED and not event.actor_id  # from a confirmation, which is told itself
    return deed in SHOWN and not is_quiet and not follows


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
    told[-1] = replace(last, remark="", steps=tuple(steps))


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
