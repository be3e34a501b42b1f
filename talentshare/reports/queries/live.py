"""The ledger as it stands now: everybody found, with days, bookings and extras."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    null,
    or_,
    select,
    table,
    union_all,
)

from talentshare import policy
from talentshare.accounts.models import Person
from talentshare.allocations.models import (
    Allocation,
    allocation_week,
    appointment,
    capacity_strip,
)
from talentshare.allocations.states import AllocationState
from talentshare.catalogue.models import LegalBasis, Skill
from talentshare.engine import utilisation as engine
from talentshare.engine.capacity_table import WIDTH
from talentshare.engine.utilisation import Bookings, Flags, Span, Table, Unit, Whole
from talentshare.engine.week import DAYS
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import NotFound
from talentshare.kernel.period import Period
from talentshare.kernel.weeks import WEEK
from talentshare.platform.days import days_between
from talentshare.platform.db import db
from talentshare.platform.search_text import pattern
from talentshare.policy import Can
from talentshare.proposals.models import Proposal
from talentshare.reports.queries.report import Counted, Work
from talentshare.reports.queries.wanted import BASES, Wanted, Who
from talentshare.specialists import queries as specialists
from talentshare.specialists.models import Specialist, SpecialistRole, SpecialistSkill

NOBODY = -1
LONGEST = 100_000  # more than the minutes of any week
SPACE = 1_000_000_000  # more than the number of any work

extra_grant = table(
    "extra_grant",
    column("specialist_id", Integer),
    column("week_on", Date),
    column("minutes", Integer),
)


def visible(actor: Actor) -> Select[Specialist]:
    """Whose days count in the report: all for GovTech, the own ones for a specialist."""
    if not policy.allows(actor, Can.SEE_UTILISATION):
        raise NotFound("reports.not_found")
    return specialists.visible(actor)


def counted(period: Period, unit: Unit, some: Sequence[int] | None = None) -> Counted:
    """Of everybody, or some: who serves the pool on some day, or has minutes of any kind."""
    span = engine.span_of(period, unit)
    people, cells, skills, is_engaged = _people(span, some)
    at = {who.specialist_id: n for n, who in enumerate(people)}
    beside = _beside_allocations(span, some)
    slots = [row for row in beside if row.starts_at is not None]
    grants = [row for row in beside if row.starts_at is None]
    bookings = _bookings(span, at, _allocated(span, some), _appointed(span, slots))
    minutes = engine.minutes_by_cut(span, cells, bookings, _extra(span, at, grants))
    found = Counted(people, minutes, skills, _work(span, cells, bookings))
    present = is_engaged | minutes.any(axis=(0, 2))
    return found if present.all() else found.chosen(present)


def _work(span: Span, cells: Table, bookings: Bookings) -> Work:
    keys, lines = np.unique(bookings.people * SPACE + bookings.works, return_inverse=True)
    minutes = engine.minutes_by_line(span, cells, bookings, lines, len(keys))
    people, works = np.divmod(keys, SPACE)
    found = Work(people, works // BASES, works % BASES, minutes.astype(np.int32))
    return found.where(np.asarray(minutes.any(axis=(0, 2))))


def _people(span: Span, some: Sequence[int] | None) -> tuple[list[Who], Table, Whole, Flags]:
    """Everybody by kana, the minutes of their days, (people, weeks, 7), skills, who is engaged."""
    rows = db.session.execute(
        _some(joined(select(Specialist)), Specialist.id, some)
        .outerjoin(capacity_strip, capacity_strip.c.specialist_id == Specialist.id)
        .outerjoin(_SKILLS, _SKILLS.c.specialist_id == Specialist.id)
        .with_only_columns(
            Specialist.id,
            Person.name,
            Person.name_latin,
            Person.kana,
            SpecialistRole.role_code,
            engaged(span.period),
            capacity_strip.c.first_week_on,
            capacity_strip.c.cells,
            _SKILLS.c.numbers,
        )
    ).all()
    rows = sorted(rows, key=lambda row: (row.kana, row.id))
    *facts, is_engaged, first_weeks, strips, skills = zip(*rows, strict=True) if rows else [()] * 9
    cells = _cells(span, first_weeks, strips)
    return list(map(Who, *facts)), cells, _pairs(skills), np.array(is_engaged, bool)


def _some(statement: Any, column: Any, ids: Sequence[int] | None) -> Any:
    return statement if ids is None else statement.where(column.in_(ids))


def _pairs(skills: Sequence[str | None]) -> Whole:
    """Pairs (person, skill), from the numbers of each person's skills as one text."""
    found = [(n, int(one)) for n, text in enumerate(skills) for one in (text or "").split()]
    return np.array(found, np.int64).reshape(-1, 2).T


def joined(people: Select[Specialist]) -> Select[Any]:
    """Specialists with the person and the main role."""
    main = and_(SpecialistRole.specialist_id == Specialist.id, SpecialistRole.is_primary)
    return people.join(Specialist.person).outerjoin(SpecialistRole, main)


def conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        Person.search_text.like(pattern(word), escape="\\") for word in wanted.text.split()
    ]
    if wanted.role_code:
        found.append(SpecialistRole.role_code == wanted.role_code)
    return found


def engaged(period: Period) -> ColumnElement[bool]:
    """Serves the pool on some day of the period."""
    return and_(
        Specialist.engaged_from <= period.last,
        or_(Specialist.engaged_until.is_(None), Specialist.engaged_until >= period.first),
    )


def _cells(span: Span, first_weeks: Sequence[date | None], strips: Sequence[bytes | None]) -> Table:
    """The days of the span's weeks from everybody's strip; a day that is not there holds nothing.

    Strips of the same weeks are read at once.
    """
    cells = np.zeros((len(strips), span.week_count, DAYS), np.int32)
    alike: dict[tuple[date, int], list[int]] = {}
    for n, (first_week_on, strip) in enumerate(zip(first_weeks, strips, strict=True)):
        if first_week_on is not None and strip:
            alike.setdefault((first_week_on, len(strip)), []).append(n)
    for (first_week_on, _), rows in alike.items():
        packed = b"".join(strips[n] or b"" for n in rows)
        weeks = np.frombuffer(packed, "<i2").reshape(len(rows), -1, WIDTH)
        ahead = (span.first_week_on - first_week_on) // WEEK
        first, last = max(ahead, 0), min(ahead + span.week_count, weeks.shape[1])
        if first < last:
            inside, outside = weeks[:, first:last, :DAYS], weeks[:, first:last, DAYS : 2 * DAYS]
            cells[rows, first - ahead : last - ahead] = inside.astype(np.int32) + outside
    return cells


def _bookings(span: Span, at: Mapping[int, int], *rows: Whole) -> Bookings:
    """What stands in the weeks of the span: confirmed, live holds, appointments."""
    columns = np.concatenate(rows)
    who, weeks, minutes, weekdays, held, works = columns.T
    place = np.full(max([NOBODY, *at, *who.max(initial=0, keepdims=True).tolist()]) + 1, NOBODY)
    place[list(at)] = list(at.values())
    people = place[who]
    known = people != NOBODY
    return Bookings(
        people[known], weeks[known], minutes[known], weekdays[known], held[known] > 0, works[known]
    )


def _allocated(span: Span, some: Sequence[int] | None) -> Whole:
    """Rows (person, week, minutes, weekdays, held, work) of all allocations.

    The database joins all into two texts, what is said once of an allocation and each of its weeks
    as one number: of a million rows, fetching alone would take longer than all the rest.
    """
    weeks = _weeks_of_each(span, some)
    is_held = Allocation.state == AllocationState.HELD
    work = cast(Allocation.body_id, BigInteger) * BASES + func.coalesce(LegalBasis.id, 0)
    said = (Allocation.specialist_id, Allocation.weekdays, case((is_held, 1), else_=0), work)
    once: ColumnElement[str] = cast(weeks.c.count, String)
    for one in said:
        once = once + " " + cast(one, String)
    statement = (
        select(func.aggregate_strings(once, " "), func.aggregate_strings(weeks.c.numbers, " "))
        .select_from(weeks)
        .join(Allocation, Allocation.id == weeks.c.allocation_id)
        # the basis is that of the proposal by which the allocation came about
        .outerjoin(Proposal, Proposal.allocation_id == Allocation.id)
        .outerjoin(LegalBasis, LegalBasis.code == Proposal.basis_code)
        .where(or_(~is_held, Allocation.expires_at > clock.now()))
    )
    allocations, numbers = db.session.execute(statement).one()
    counts, who, weekdays, held, works = _read(allocations).reshape(-1, 5).T
    week_of, minutes = np.divmod(_read(numbers), LONGEST)
    rows = np.repeat(np.stack([who, weekdays, held, works]), counts, axis=1)
    return np.column_stack([rows[0], week_of, minutes, *rows[1:]])


def _weeks_of_each(span: Span, some: Sequence[int] | None) -> Subquery:
    """By allocation: its weeks in the span, how many, and each as one number in one text."""
    week = days_between(literal(span.first_week_on, Date), allocation_week.c.week_on) // DAYS
    number = cast(week * LONGEST + allocation_week.c.minutes, String)
    those_weeks = allocation_week.c.week_on.between(span.first_week_on, span.last_week_on)
    found = select(
        allocation_week.c.allocation_id,
        func.count().label("count"),
        func.aggregate_strings(number, " ").label("numbers"),
    ).where(those_weeks)
    grouped: Select[Any] = _some(found, allocation_week.c.specialist_id, some).group_by(
        allocation_week.c.allocation_id
    )
    return grouped.subquery()


def _read(numbers: str | None) -> Whole:
    return np.fromstring(numbers or "", np.int64, sep=" ")


def _beside_allocations(span: Span, some: Sequence[int] | None) -> Sequence[Any]:
    """Appointments, and 上限の特例 without `starts_at`, of the weeks of the span: one reading."""
    slots = select(
        appointment.c.specialist_id,
        appointment.c.week_on,
        appointment.c.live_minutes.label("minutes"),
        appointment.c.starts_at,
    ).where(
        appointment.c.week_on.between(span.first_week_on, span.last_week_on),
        appointment.c.live_minutes > 0,
    )
    grants = (
        select(
            extra_grant.c.specialist_id,
            extra_grant.c.week_on,
            func.sum(extra_grant.c.minutes),
            null(),
        )
        .where(extra_grant.c.week_on.between(span.first_week_on, span.last_week_on))
        .group_by(extra_grant.c.specialist_id, extra_grant.c.week_on)
    )
    parts = (
        _some(slots, appointment.c.specialist_id, some),
        _some(grants, extra_grant.c.specialist_id, some),
    )
    return db.session.execute(union_all(*parts)).all()


def _appointed(span: Span, rows: Sequence[Any]) -> Whole:
    """The same rows of appointments: confirmed, and allowed on their Tokyo day alone."""
    found = [
        (who, _place(span, week_on), minutes, 1 << clock.tokyo_day(starts_at).weekday(), 0, 0)
        for who, week_on, minutes, starts_at in rows
    ]
    return np.array(found, np.int64).reshape(-1, 6)


def _place(span: Span, week_on: date) -> int:
    """The number of a week of the span."""
    return (week_on - span.first_week_on) // WEEK


def _extra(span: Span, at: Mapping[int, int], rows: Sequence[Any]) -> Table:
    """上限の特例: minutes granted beyond capacity, (people, weeks)."""
    found = np.zeros((len(at), span.week_count), np.int32)
    for who, week_on, minutes, _ in rows:
        if who in at:
            found[at[who], _place(span, week_on)] = minutes
    return found


# Skills at level 1 or more, verified before claimed: their numbers as one text.
_SKILLS = (
    select(
        SpecialistSkill.specialist_id,
        func.aggregate_strings(cast(Skill.id, String), " ").label("numbers"),
    )
    .join(Skill, Skill.code == SpecialistSkill.skill_code)
    .where(func.coalesce(SpecialistSkill.verified_level, SpecialistSkill.claimed_level) > 0)
    .group_by(SpecialistSkill.specialist_id)
    .subquery()
)
