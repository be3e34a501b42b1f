"""Whether a booking fits, and if not: which weeks, by how much, and what would fit instead."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from talentshare.allocations.models import BookedWeek, Booking
from talentshare.allocations.queries.weeks import PersonTime, person_time
from talentshare.catalogue.queries import closed_days
from talentshare.engine.week import (
    DAYS,
    STEP,
    Effort,
    Load,
    asked,
    available_days,
    weekly_rows,
)
from talentshare.kernel import clock
from talentshare.kernel.errors import NotFound
from talentshare.kernel.weeks import WEEK, monday, month_of_week
from talentshare.platform.db import db
from talentshare.talent_requests.models import Position

LEAVE_SHARE = 5


@dataclass(frozen=True)
class BadWeek:
    """Why one week of a booking does not fit; of a monthly cap the figures are the month's."""

    code: str
    week_on: date
    asked_minutes: int
    missing_minutes: int = 0
    capacity_minutes: int = 0
    booked_minutes: int = 0
    allocation_ids: tuple[int, ...] = ()
    days: tuple[date, ...] = ()
    inside_only: bool = False


@dataclass(frozen=True)
class NoFit:
    """All weeks that fail, the first reason first, and the smallest changes that would work."""

    weeks: tuple[BadWeek, ...]
    fewer_minutes_per_week: int | None
    other_start_on: date | None
    other_start_in_window: bool

    @property
    def code(self) -> str:
        return self.weeks[0].code


def no_fit(booking: Booking) -> NoFit | None:
    """Why the booking does not fit and what would, or None when it fits now."""
    time = person_time(booking.specialist_id)
    bad = bad_weeks(time, booking)
    if not bad:
        return None
    position = load_position(booking.position_id)
    other = _other_start(time, booking, position)
    return NoFit(
        weeks=bad,
        fewer_minutes_per_week=_fewer_minutes(time, booking, position.talent_request.body_id),
        other_start_on=other,
        other_start_in_window=other is not None
        and _last_day(booking, other) <= position.latest_end_on,
    )


def load_position(position_id: int) -> Position:
    """The position with its request, which names the body."""
    found = db.session.get(Position, position_id)
    if found is None:
        raise NotFound("talent_request.not_found")
    return found


def bad_weeks(time: PersonTime, booking: Booking) -> tuple[BadWeek, ...]:
    """Every week that fails with its first reason, in the order of the checks, then of weeks."""
    body_id = load_position(booking.position_id).talent_request.body_id
    found: dict[date, BadWeek] = {}
    for check in CHECKS:
        for row in booking.weeks:
            if row.week_on not in found and (bad := check(time, (booking, body_id), row)):
                found[row.week_on] = bad
    return (*found.values(), *_over_cap(time, booking.weeks))


Asked = tuple[Booking, int]


def has_begun(weekdays: int, week_on: date) -> bool:
    """Claim that an open day of the week on which its work could fall lies before today."""
    gone = (clock.today() - week_on).days
    if not 0 < gone < DAYS:
        return gone > 0
    closed = closed_days(week_on, week_on + WEEK)
    return available_days(weekdays & (1 << gone) - 1, week_on, closed) > 0


def _past(time: PersonTime, booking: Asked, row: BookedWeek) -> BadWeek | None:
    if not has_begun(booking[0].weekdays, row.week_on):
        return None
    return BadWeek("allocation.week_past", row.week_on, row.minutes, row.minutes)


def _beyond_ledger(time: PersonTime, booking: Asked, row: BookedWeek) -> BadWeek | None:
    if row.week_on in time.weeks:
        return None
    return BadWeek("allocation.beyond_ledger", row.week_on, row.minutes, row.minutes)


def _not_engaged(time: PersonTime, booking: Asked, row: BookedWeek) -> BadWeek | None:
    if time.is_engaged(row.week_on):
        return None
    return BadWeek("allocation.not_engaged", row.week_on, row.minutes, row.minutes)


def _beyond_capacity(time: PersonTime, booking: Asked, row: BookedWeek) -> BadWeek | None:
    week = time.weeks[row.week_on]
    capacity = week.capacity_minutes + week.extra_minutes
    missing = week.booked_minutes + row.minutes - capacity
    if missing <= 0:
        return None
    return BadWeek(
        "allocation.no_fit",
        row.week_on,
        row.minutes,
        missing,
        capacity,
        week.booked_minutes,
        tuple(line.allocation_id for line in week.lines if line.allocation_id is not None),
    )


def _day_full(time: PersonTime, booking: Asked, row: BookedWeek) -> BadWeek | None:
    week = time.weeks[row.week_on]
    load = Load(row.minutes, row.inside_minutes, booking[0].weekdays, "new")
    short = week.shortage(load)
    if short is None:
        return None
    there = {one.label for one in short.loads}
    return BadWeek(
        "allocation.day_full",
        row.week_on,
        row.minutes,
        short.missing_minutes,
        week.capacity_minutes + week.extra_minutes,
        week.booked_minutes,
        tuple(x.allocation_id for x in week.lines if x.allocation_id and x.load.label in there),
        tuple(row.week_on + timedelta(days=day) for day in short.days),
        short.inside_only,
    )


def _too_many_bodies(time: PersonTime, booking: Asked, row: BookedWeek) -> BadWeek | None:
    week = time.weeks[row.week_on]
    if len(week.bodies() | {booking[1]}) <= time.specialist.max_bodies:
        return None
    others = [line for line in week.lines if line.body_id not in {None, booking[1]}]
    return BadWeek(
        "allocation.bodies_limit",
        row.week_on,
        row.minutes,
        row.minutes,
        week.capacity_minutes + week.extra_minutes,
        week.booked_minutes,
        tuple(line.allocation_id for line in others if line.allocation_id is not None),
    )


CHECKS: tuple[Callable[[PersonTime, Asked, BookedWeek], BadWeek | None], ...] = (
    _past,
    _beyond_ledger,
    _not_engaged,
    _beyond_capacity,
    _day_full,
    _too_many_bodies,
)


def _over_cap(time: PersonTime, rows: Iterable[BookedWeek]) -> Iterator[BadWeek]:
    """The months in which the rows would exceed the monthly cap, by their first week."""
    cap = time.specialist.month_cap_minutes
    months: dict[date, list[BookedWeek]] = {}
    for row in rows if cap is not None else ():
        months.setdefault(month_of_week(row.week_on), []).append(row)
    for month_on, asking in months.items():
        wanted = sum(row.minutes for row in asking)
        used = time.month_minutes(month_on)
        if cap is not None and used + wanted > cap:
            yield BadWeek(
                "allocation.month_cap",
                asking[0].week_on,
                wanted,
                used + wanted - cap,
                cap,
                used,
                time.month_allocations(month_on),
            )


def _fewer_minutes(time: PersonTime, booking: Booking, body_id: int) -> int | None:
    """The most minutes per week, in steps of 15, with which all the same weeks fit."""
    fixed = (_past, _beyond_ledger, _not_engaged, _too_many_bodies)
    if any(check(time, (booking, body_id), row) for check in fixed for row in booking.weeks):
        return None
    rooms = {row.week_on: time.weeks[row.week_on].room(booking.weekdays) for row in booking.weeks}
    last_on = booking.weeks[-1].week_on + WEEK
    closed = closed_days(booking.weeks[0].week_on, last_on)
    fits, too_many = 0, (booking.minutes_per_week - 1) // STEP + 1
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        rows = cut_rows(booking, middle * STEP, closed)
        room = all(
            row.minutes <= rooms[row.week_on][0] and row.inside_minutes <= rooms[row.week_on][1]
            for row in rows
        )
        if room and not any(_over_cap(time, rows)):
            fits = middle
        else:
            too_many = middle
    kept = len(cut_rows(booking, fits * STEP, closed)) == len(booking.weeks)
    return fits * STEP if kept else None


def cut_rows(
    booking: Booking, minutes_per_week: int, closed: frozenset[date]
) -> tuple[BookedWeek, ...]:
    """The rows of a booking with fewer minutes per week; short weeks stay in proportion."""
    full = Effort(booking.minutes_per_week, booking.inside_minutes_per_week, booking.weekdays)
    effort = full.cut_to(minutes_per_week)
    allowed = booking.weekdays.bit_count()
    rows = []
    for row in booking.weeks:
        days = available_days(booking.weekdays, row.week_on, closed)
        minutes = min(row.minutes, asked(effort.minutes_per_week, allowed, days))
        inside = asked(effort.inside_minutes_per_week, allowed, days)
        rows.append(BookedWeek(row.week_on, minutes, min(inside, minutes, row.inside_minutes)))
    return tuple(row for row in rows if row.minutes)


def _other_start(time: PersonTime, booking: Booking, position: Position) -> date | None:
    """The earliest other Monday, from today and from what the body asked, on which all fits."""
    first_on, last_on = booking.weeks[0].week_on, booking.weeks[-1].week_on
    length = (last_on - first_on) // WEEK + 1
    start_on = _next_monday(max(clock.today(), position.earliest_on))
    horizon = max(time.weeks, default=start_on)
    closed = closed_days(start_on, horizon + WEEK)
    while start_on + WEEK * (length - 1) <= horizon:
        rows = rows_from(time, booking, (start_on, length), closed)
        if start_on != first_on and rows and not bad_weeks(time, replace(booking, weeks=rows)):
            return start_on
        start_on += WEEK
    return None


def rows_from(
    time: PersonTime, booking: Booking, span: tuple[date, int], closed: frozenset[date]
) -> tuple[BookedWeek, ...]:
    """The rows of the same minutes per week from another start on, without weeks of leave.

    Up to a fifth of the weeks may be skipped as leave; of more, the later ones stay, and fail.
    """
    start_on, length = span
    effort = Effort(booking.minutes_per_week, booking.inside_minutes_per_week, booking.weekdays)
    skipped, rows = 0, []
    for row in weekly_rows(effort, start_on, length, closed):
        week = time.weeks.get(row.week_on)
        if row.minutes and week and week.cells.is_leave and skipped < length // LEAVE_SHARE:
            skipped += 1
        elif row.minutes:
            rows.append(BookedWeek(row.week_on, row.minutes, row.inside_minutes))
    return tuple(rows)


def _last_day(booking: Booking, start_on: date) -> date:
    weeks = (booking.weeks[-1].week_on - booking.weeks[0].week_on) // WEEK
    return start_on + weeks * WEEK + timedelta(days=booking.weekdays.bit_length() - 1)


def _next_monday(day: date) -> date:
    return day if day.weekday() == 0 else monday(day) + WEEK
