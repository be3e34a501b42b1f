"""The audit trail as an admin reads it: who did what, when, to what, and from where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, or_, select

from talentshare import policy
from talentshare.accounts.models import Person
from talentshare.allocations.models import Allocation
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.notices.models import Mail, Notice
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from talentshare.platform.search_text import pattern
from talentshare.policy import Can
from talentshare.proposals.models import Proposal
from talentshare.specialists.models import Specialist
from talentshare.talent_requests.models import Position, TalentRequest
from talentshare.talent_requests.queries import number_like

ROWS = 50
MOST_PEOPLE = 200
# What the first part of a deed is about, in the order in which the page offers it.
KINDS = (
    *("talent_request", "position", "proposal", "allocation", "clash", "capacity"),
    *("specialist", "skill", "person", "sign_in", "session", "refused"),
    *("notice", "mail", "catalogue", "body", "weights", "band", "utilisation"),
)

# What belongs to a person, who is named beside it.
OWNED: Mapping[str, type[Specialist | Mail | Notice]] = {
    "specialist": Specialist,
    "mail": Mail,
    "notice": Notice,
}


@dataclass(frozen=True)
class Wanted:
    """What an admin looks for; empty means all. `before` is a number of the trail."""

    who: str = ""
    about: str = ""
    kind: str = ""
    first: date | None = None
    last: date | None = None
    before: int | None = None

    @property
    def is_narrow(self) -> bool:
        return any((self.who, self.about, self.kind, self.first, self.last))


@dataclass(frozen=True)
class Line:
    """One deed; `who` is None where the system did it, for `for_whom` if somebody set it off."""

    event: AuditEvent
    who: Person | None
    for_whom: Person | None
    kind: str
    number: str
    person: Person | None


@dataclass(frozen=True)
class Trail:
    """Some deeds, the newest first, and where the older ones begin."""

    lines: Sequence[Line]
    before: int | None


def trail(actor: Actor, wanted: Wanted) -> Trail:
    """Deeds that match, fifty at a time."""
    policy.require(actor, Can.SEE_AUDIT)
    found = _matching(wanted).order_by(AuditEvent.seq.desc()).limit(ROWS + 1)
    events = db.session.scalars(found).all()
    shown = events[:ROWS]
    return Trail(_lines(shown), shown[-1].seq if len(events) > ROWS else None)


def _matching(wanted: Wanted) -> Select[AuditEvent]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.who:
        ids = _people_like(wanted.who)
        conditions.append(or_(AuditEvent.actor_id.in_(ids), AuditEvent.on_behalf_of_id.in_(ids)))
    if wanted.about:
        conditions.append(AuditEvent.subject.in_(_subjects(wanted.about)))
    if wanted.kind in KINDS:
        begins = AuditEvent.deed.startswith(f"{wanted.kind}.", autoescape=True)
        conditions.append(or_(AuditEvent.deed == wanted.kind, begins))
    if wanted.first:
        conditions.append(AuditEvent.at >= _midnight(wanted.first))
    if wanted.last:
        conditions.append(AuditEvent.at < _midnight(wanted.last + timedelta(days=1)))
    if wanted.before is not None:
        conditions.append(AuditEvent.seq < wanted.before)
    return select(AuditEvent).where(*conditions)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.TOKYO).astimezone(UTC)


def _people_like(text: str) -> Sequence[int]:
    like = Person.search_text.like(pattern(text), escape="\\")
    found = select(Person.id).where(or_(like, Person.sign_in_name == text.strip()))
    return db.session.scalars(found.order_by(Person.id).limit(MOST_PEOPLE)).all()


def _subjects(text: str) -> list[str]:
    """A request with all that hangs on it, by its number; or a thing as the trail names it."""
    request = db.session.scalar(
        select(TalentRequest.id).where(TalentRequest.number == number_like(text))
    )
    if request is None:
        return [text.strip()]
    positions = select(Position.id).where(Position.talent_request_id == request)
    parts: Mapping[str, Select[int]] = {
        "position": positions,
        "proposal": select(Proposal.id).where(Proposal.position_id.in_(positions)),
        "allocation": select(Allocation.id).where(Allocation.position_id.in_(positions)),
    }
    return [
        f"talent_request:{request}",
        *(f"{name}:{one}" for name, ids in parts.items() for one in db.session.scalars(ids)),
    ]


def _lines(events: Sequence[AuditEvent]) -> list[Line]:
    about = [event.subject.partition(":") for event in events]
    ids = {int(n) for table, _, n in about if table == "talent_request" and n.isdigit()}
    found = select(TalentRequest.id, TalentRequest.number).where(TalentRequest.id.in_(ids))
    numbers: dict[str, str] = {str(row.id): row.number for row in db.session.execute(found)}
    owners = {
        table: _persons_of(owned, {int(n) for t, _, n in about if t == table and n.isdigit()})
        for table, owned in OWNED.items()
    }
    people = _people(
        {event.actor_id for event in events}
        | {event.on_behalf_of_id or 0 for event in events}
        | {int(number) for table, _, number in about if table == "person" and number.isdigit()}
        | {person for owned in owners.values() for person in owned.values()}
    )
    lines = []
    for event, (table, _, number) in zip(events, about, strict=True):
        key = int(number) if number.isdigit() else 0
        person = key if table == "person" else owners.get(table, {}).get(key, 0)
        shown = numbers.get(number, "") if table == "talent_request" else ""
        for_whom = people.get(event.on_behalf_of_id or 0)
        who = people.get(event.actor_id)
        lines.append(Line(event, who, for_whom, table, shown or number, people.get(person)))
    return lines


def _persons_of(owned: type[Specialist | Mail | Notice], ids: set[int]) -> dict[int, int]:
    """Whose each of these things is."""
    rows = select(owned.id, owned.person_id).where(owned.id.in_(ids))
    return {row.id: row.person_id for row in db.session.execute(rows)}


def _people(ids: set[int]) -> dict[int, Person]:
    found = db.session.scalars(select(Person).where(Person.id.in_(ids)))
    return {person.id: person for person in found}
