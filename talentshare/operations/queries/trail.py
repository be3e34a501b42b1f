"""The audit trail as an admin reads it: who did what, when, to what, and from where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)

from talentshare import policy
from talentshare.accounts.models import Person
from talentshare.allocations.models import Allocation, Clash
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM, Actor
from talentshare.matching.models import StoredRanking
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
# What the first part of a deed is about, in the order in which the page offers it.
KINDS = (
    *("talent_request", "position", "ranking", "plan", "proposal", "allocation", "clash"),
    *("capacity", "specialist", "skill", "person", "sign_in", "session", "input", "refused"),
    *("notice", "mail", "catalogue", "body", "weights", "band", "utilisation", "audit", "demo"),
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
    if wanted.about:
        conditions.append(AuditEvent.subject.in_(_subjects(wanted.about)))
    if wanted.first:
        conditions.append(AuditEvent.at >= _midnight(wanted.first))
    if wanted.last:
        conditions.append(AuditEvent.at < _midnight(wanted.last + timedelta(days=1)))
    if wanted.before is not None:
        conditions.append(AuditEvent.seq < wanted.before)
    if wanted.kind in KINDS:
        conditions.append(_of_kind(wanted, conditions))
    if wanted.who:
        conditions = [AuditEvent.seq.in_(_newest_by(wanted.who, conditions))]
    return select(AuditEvent).where(*conditions)


def _of_kind(wanted: Wanted, conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Where nothing else narrows the search, a page of each deed of the kind, from an index."""
    if wanted.who or wanted.about:
        begins = AuditEvent.deed.startswith(f"{wanted.kind}.", autoescape=True)
        return or_(AuditEvent.deed == wanted.kind, begins)
    parts = [AuditEvent.deed == deed for deed in _deeds_of(wanted.kind)]
    return AuditEvent.seq.in_(_newest_of_each(parts, conditions)) if parts else false()


def _deeds_of(kind: str) -> list[str]:
    """The deeds of a kind that were ever done; the index is walked in leaps, a deed at a time."""
    deed = select(func.min(AuditEvent.deed).label("deed")).cte("deed", recursive=True)
    later = select(func.min(AuditEvent.deed)).where(AuditEvent.deed > deed.c.deed)
    found = deed.union_all(select(later.scalar_subquery()).where(deed.c.deed.is_not(None)))
    every = db.session.scalars(select(found.c.deed).where(found.c.deed.is_not(None)))
    return [one for one in every if one == kind or one.startswith(f"{kind}.")]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.TOKYO).astimezone(UTC)


def _newest_by(text: str, conditions: Sequence[ColumnElement[bool]]) -> CompoundSelect[tuple[int]]:
    """A page of what these people did and one of what they set off: each comes from an index."""
    people = select(Person.id).where(Person.search_text.like(pattern(text), escape="\\"))
    did = AuditEvent.actor_id.in_(people)
    set_off = (AuditEvent.actor_id == SYSTEM.id) & AuditEvent.on_behalf_of_id.in_(people)
    return _newest_of_each((did, set_off), conditions)


def _newest_of_each(
    parts: Sequence[ColumnElement[bool]], conditions: Sequence[ColumnElement[bool]]
) -> CompoundSelect[tuple[int]]:
    """A page of each part, which an index gives in order."""
    newest = select(AuditEvent.seq).where(*conditions).order_by(AuditEvent.seq.desc())
    pages = [newest.where(part).limit(ROWS + 1).subquery() for part in parts]
    return union_all(*(select(page.c.seq) for page in pages))


def _subjects(text: str) -> list[str]:
    """A request with all that hangs on it, by its number; or a thing as the trail names it."""
    request = select(TalentRequest.id).where(TalentRequest.number == number_like(text))
    positions = select(Position.id).where(Position.talent_request_id.in_(request))
    parts: Mapping[str, Select[int]] = {
        "talent_request": request,
        "position": positions,
        "proposal": select(Proposal.id).where(Proposal.position_id.in_(positions)),
        "allocation": select(Allocation.id).where(Allocation.position_id.in_(positions)),
        "stored_ranking": select(StoredRanking.id).where(StoredRanking.position_id.in_(positions)),
    }
    named = (ids.add_columns(literal(table).label("part")) for table, ids in parts.items())
    rows = db.session.execute(union_all(*named)).all()
    allocations = {row.id for row in rows if row.part == "allocation"}
    found = [f"{row.part}:{row.id}" for row in rows] + _clashes(allocations)
    return found or [text.strip()]


def _clashes(allocations: set[int]) -> list[str]:
    """The clashes, open or not, that took minutes away from these bookings."""
    people = select(Allocation.specialist_id).where(Allocation.id.in_(allocations))
    theirs = select(Clash.id, Clash.proposal).where(Clash.specialist_id.in_(people))
    return [
        f"clash:{row.id}"
        for row in db.session.execute(theirs)
        if allocations.intersection(row.proposal.get("allocation_ids", ()))
    ]


def _lines(events: Sequence[AuditEvent]) -> list[Line]:
    about = [event.subject.partition(":") for event in events]
    ids = {int(n) for table, _, n in about if table == "talent_request" and n.isdigit()}
    found = select(TalentRequest.id, TalentRequest.number).where(TalentRequest.id.in_(ids))
    numbers: dict[str, str] = {str(row.id): row.number for row in db.session.execute(found)}
    owners = _owners({(table, int(n)) for table, _, n in about if table in OWNED and n.isdigit()})
    people = _people(
        {event.actor_id for event in events}
        | {event.on_behalf_of_id or 0 for event in events}
        | {int(number) for table, _, number in about if table == "person" and number.isdigit()}
        | set(owners.values())
    )
    lines = []
    for event, (table, _, number) in zip(events, about, strict=True):
        key = int(number) if number.isdigit() else 0
        person = key if table == "person" else owners.get((table, key), 0)
        shown = numbers.get(number, "") if table == "talent_request" else ""
        for_whom = people.get(event.on_behalf_of_id or 0)
        who = people.get(event.actor_id)
        lines.append(Line(event, who, for_whom, table, shown or number, people.get(person)))
    return lines


def _owners(things: set[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """Whose each of these things is."""
    rows = union_all(
        *(
            select(literal(table).label("part"), owned.id, owned.person_id).where(
                owned.id.in_({number for name, number in things if name == table})
            )
            for table, owned in OWNED.items()
        )
    )
    return {(row.part, row.id): row.person_id for row in db.session.execute(rows)}


def _people(ids: set[int]) -> dict[int, Person]:
    found = db.session.scalars(select(Person).where(Person.id.in_(ids)))
    return {person.id: person for person in found}
