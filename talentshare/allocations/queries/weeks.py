"""A person's ledger as it is read: weeks, cells and bookings, without holds that ran out."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property

from sqlalchemy import ColumnElement, Table, and_, or_, select

from talentshare.allocations.models import (
    Allocation,
    Booking,
    allocation_inside,
    allocation_week,
    appointment,
    week_cells,
    week_ledger,
)
from talentshare.allocations.states import AllocationState
from talentshare.engine import week as hall
from talentshare.engine.capacity import (
    OFFICE_CLOSES_MINUTE,
    OFFICE_OPENS_MINUTE,
    TimeFacts,
    WeekCells,
)
from talentshare.engine.week import DAYS, Load, Shortage
from talentshare.kernel import clock
from talentshare.kernel.errors import NotFound
from talentshare.kernel.period import Period
from talentshare.kernel.weeks import month_of_week
from talentshare.platform.db import db
from talentshare.specialists.models import Specialist

DAY_MINUTES = 1440
MINUTE = timedelta(minutes=1)
MOST_MINUTES = DAYS * DAY_MINUTES
CELLS = week_cells.c[2:]
NO_CELLS = WeekCells((0,) * DAYS, (0,) * DAYS, 0)

Chosen = Callable[[Table], ColumnElement[bool]]


@dataclass(frozen=True)
class BookingLine:
    """What uses a week: minutes of an allocation, or, without one, of an appointment."""

    week_on: date
    minutes: int
    inside_minutes: int
    weekdays: int
    allocation_id: int | None = None
    body_id: int | None = None
    position_id: int | None = None
    state: AllocationState | None = None

    @property
    def load(self) -> Load:
        label = "" if self.allocation_id is None else str(self.allocation_id)
        return Load(self.minutes, self.inside_minutes, self.weekdays, label)

    @property
    def is_held(self) -> bool:
        return self.state is AllocationState.HELD


@dataclass(frozen=True)
class LedgerWeek:
    """One week of a person; all minutes are counted from its cells and lines."""

    week_on: date
    cells: WeekCells
    extra_minutes: int = 0
    lines: tuple[BookingLine, ...] = ()

    @property
    def capacity_minutes(self) -> int:
        return self.cells.capacity_minutes

    @cached_property
    def booked_minutes(self) -> int:
        return sum(line.minutes for line in self.lines)

    @property
    def gap_minutes(self) -> int:
        """What leave took from booked time."""
        return max(0, self.booked_minutes - self.capacity_minutes - self.extra_minutes)

    @cached_property
    def loads(self) -> tuple[Load, ...]:
        return tuple(line.load for line in self.lines)

    def bodies(self) -> frozenset[int]:
        return frozenset(line.body_id for line in self.lines if line.body_id is not None)

    def shortage(self, *more: Load) -> Shortage | None:
        """Where the lines, and `more`, find no place; granted minutes may be placed anywhere."""
        found = hall.shortage(self.cells.week, [*self.loads, *more])
        if found is None or found.missing_minutes <= self.extra_minutes:
            return None
        missing = found.missing_minutes - self.extra_minutes
        return Shortage(missing, found.days, found.inside_only, found.loads)

    @cached_property
    def missing_minutes(self) -> int:
        """How many booked minutes find no place; not less than the gap."""
        found = self.shortage()
        return found.missing_minutes if found else 0

    def room(self, weekdays: int) -> tuple[int, int]:
        """(total, inside): a booking on these weekdays fits iff neither of its two is more."""
        if not self.extra_minutes:
            return hall.free(self.cells.week, self.loads, weekdays)
        if self.missing_minutes:
            return 0, 0
        return self._most(weekdays, inside=False), self._most(weekdays, inside=True)

    def _most(self, weekdays: int, *, inside: bool) -> int:
        """The largest load that fits; each set of cells takes the granted minutes as well."""
        fits, too_many = 0, MOST_MINUTES + 1
        while too_many - fits > 1:
            middle = (fits + too_many) // 2
            if self.shortage(Load(middle, middle if inside else 0, weekdays)):
                too_many = middle
            else:
                fits = middle
        return fits

    def with_cells(self, cells: WeekCells) -> "LedgerWeek":
        return LedgerWeek(self.week_on, cells, self.extra_minutes, self.lines)


@dataclass(frozen=True)
class PersonTime:
    """The ledger of one person and the limits on it; weeks in order."""

    specialist: Specialist
    weeks: dict[date, LedgerWeek]

    def month_minutes(self, month_on: date) -> int:
        """What is booked in the weeks that count to the month."""
        return sum(
            week.booked_minutes
            for week_on, week in self.weeks.items()
            if month_of_week(week_on) == month_on
        )

    def month_left(self, month_on: date) -> int | None:
        """What the month's cap leaves; None without a cap."""
        cap = self.specialist.month_cap_minutes
        return None if cap is None else max(0, cap - self.month_minutes(month_on))

    def with_booked(self, booking: Booking, body_id: int) -> "PersonTime":
        """The ledger as it would be with this booking, too; weeks beyond it take nothing."""
        weeks = dict(self.weeks)
        for row in booking.weeks:
            if row.week_on in weeks:
                line = BookingLine(
                    row.week_on,
                    row.minutes,
                    row.inside_minutes,
                    booking.weekdays,
                    body_id=body_id,
                    position_id=booking.position_id,
                )
                week = weeks[row.week_on]
                weeks[row.week_on] = replace(week, lines=(*week.lines, line))
        return replace(self, weeks=weeks)

    def month_allocations(self, month_on: date) -> tuple[int, ...]:
        """The allocations that use the weeks of the month."""
        found = {
            line.allocation_id: None
            for week_on, week in self.weeks.items()
            for line in week.lines
            if month_of_week(week_on) == month_on and line.allocation_id is not None
        }
        return tuple(found)

    def is_engaged(self, week_on: date) -> bool:
        """Some day of the week lies in the engagement, and not in a pause."""
        who = self.specialist
        terms = TimeFacts(who.engaged_from, who.engaged_until, who.paused_from, who.paused_until)
        return any(terms.is_engaged(week_on + timedelta(days=n)) for n in range(DAYS))


def person_time(
    specialist_id: int, span: Period | None = None, *, with_expired: bool = False
) -> PersonTime:
    """The ledger of one person, all of it or the weeks whose Mondays lie in `span`."""
    specialist = db.session.get(Specialist, specialist_id, populate_existing=True)
    if specialist is None:
        raise NotFound("specialist.not_found")
    weeks = _ledger_weeks(_of_person(specialist_id, span), with_expired)
    return PersonTime(specialist, {week.week_on: week for _, week in weeks})


def weeks_of_all(
    weeks: Collection[date], *, with_expired: bool = False
) -> Iterator[tuple[int, LedgerWeek]]:
    """These weeks of everybody by id; on request with holds that ran out and have their rows."""
    return _ledger_weeks(lambda table: table.c.week_on.in_(weeks), with_expired)


def bookings_in(specialist_id: int, span: Period | None = None) -> list[BookingLine]:
    """What uses the weeks whose Mondays lie in `span`, by week; expired holds are gone."""
    return [line for _, line in _lines(_of_person(specialist_id, span), with_expired=False)]


def _of_person(specialist_id: int, span: Period | None) -> Chosen:
    return lambda table: and_(
        table.c.specialist_id == specialist_id, _within(table.c.week_on, span)
    )


def _ledger_weeks(chosen: Chosen, with_expired: bool) -> Iterator[tuple[int, LedgerWeek]]:
    lines: dict[tuple[int, date], list[BookingLine]] = {}
    for who, line in _lines(chosen, with_expired):
        lines.setdefault((who, line.week_on), []).append(line)
    for who, week_on, extra, cells in _cells_of(chosen):
        yield who, LedgerWeek(week_on, cells, extra, tuple(lines.get((who, week_on), ())))


def _lines(chosen: Chosen, with_expired: bool) -> list[tuple[int, BookingLine]]:
    """Whose time is used by what, by week."""
    booked = (
        select(
            allocation_week.c.specialist_id,
            allocation_week.c.week_on,
            allocation_week.c.minutes,
            allocation_inside.c.inside_minutes,
            Allocation.weekdays,
            Allocation.id,
            Allocation.body_id,
            Allocation.position_id,
            Allocation.state,
        )
        .join(Allocation, Allocation.id == allocation_week.c.allocation_id)
        .outerjoin(
            allocation_inside,
            (allocation_inside.c.allocation_id == allocation_week.c.allocation_id)
            & (allocation_inside.c.week_on == allocation_week.c.week_on),
        )
        .where(chosen(allocation_week))
        .order_by(allocation_week.c.week_on, Allocation.id)
    )
    if not with_expired:
        booked = booked.where(is_live())
    lines = [
        (who, BookingLine(week_on, minutes, inside or 0, *rest))
        for who, week_on, minutes, inside, *rest in db.session.execute(booked)
    ]
    return sorted([*lines, *_appointments(chosen)], key=lambda found: found[1].week_on)


def is_live() -> ColumnElement[bool]:
    """Not a hold that ran out."""
    return or_(Allocation.expires_at.is_(None), Allocation.expires_at > clock.now())


def lock_weeks(specialist_ids: Collection[int], weeks: Collection[date] | None = None) -> None:
    """Lock ledger rows in order, all or those of `weeks`; on SQLite the transaction is the lock."""
    if db.engine.dialect.name == "sqlite":
        return
    rows = select(week_ledger.c.specialist_id).where(
        week_ledger.c.specialist_id.in_(specialist_ids)
    )
    if weeks is not None:
        rows = rows.where(week_ledger.c.week_on.in_(weeks))
    ordered = rows.order_by(week_ledger.c.specialist_id, week_ledger.c.week_on)
    db.session.execute(ordered.with_for_update(key_share=True)).all()


def _within(column: ColumnElement[date], span: Period | None) -> ColumnElement[bool]:
    return column.is_not(None) if span is None else column.between(span.first, span.last)


def _cells_of(chosen: Chosen) -> Iterator[tuple[int, date, int, WeekCells]]:
    rows = db.session.execute(
        select(
            week_ledger.c.specialist_id,
            week_ledger.c.week_on,
            week_ledger.c.granted_extra_minutes,
            *CELLS,
        )
        .outerjoin(
            week_cells,
            (week_cells.c.specialist_id == week_ledger.c.specialist_id)
            & (week_cells.c.week_on == week_ledger.c.week_on),
        )
        .where(chosen(week_ledger))
        .order_by(week_ledger.c.week_on)
    )
    for who, week_on, extra, *cells in rows:
        if cells[0] is None:
            yield who, week_on, extra, NO_CELLS
        else:
            days = WeekCells(tuple(cells[:DAYS]), tuple(cells[DAYS:-1]), cells[-1])
            yield who, week_on, extra, days


def _appointments(chosen: Chosen) -> list[tuple[int, BookingLine]]:
    rows = db.session.execute(
        select(
            appointment.c.specialist_id,
            appointment.c.starts_at,
            appointment.c.ends_at,
            appointment.c.week_on,
        )
        .where(chosen(appointment), appointment.c.live_minutes > 0)
        .order_by(appointment.c.starts_at)
    )
    return [
        (who, line)
        for who, starts_at, ends_at, week_on in rows
        for line in lines_of_slots(week_on, starts_at, ends_at)
    ]


def lines_of_slots(week_on: date, starts_at: datetime, ends_at: datetime) -> Iterator[BookingLine]:
    """A clock slot, cut at midnight, as minutes of its days."""
    midnight = datetime.combine(week_on, time.min, clock.TOKYO)
    first, last = ((at - midnight) // MINUTE for at in (starts_at, ends_at))
    for day in range(DAYS):
        from_minute = max(first - day * DAY_MINUTES, 0)
        to_minute = min(last - day * DAY_MINUTES, DAY_MINUTES)
        if from_minute < to_minute:
            inside = min(to_minute, OFFICE_CLOSES_MINUTE) - max(from_minute, OFFICE_OPENS_MINUTE)
            yield BookingLine(week_on, to_minute - from_minute, max(0, inside), 1 << day)
