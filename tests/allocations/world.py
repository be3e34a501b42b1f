"""Small makers for the tests of booked time: bookings, leave, and changes of working time."""

from datetime import date, timedelta

from sqlalchemy import select

from talentshare.allocations import actions
from talentshare.allocations.models import (
    BookedWeek,
    Booking,
    allocation_inside,
    allocation_week,
    week_ledger,
)
from talentshare.engine.week import Effort, weekly_rows
from talentshare.kernel.actor import SYSTEM
from talentshare.platform.db import db, transactional
from talentshare.specialists.models import DayOverride, TimeOff
from talentshare.specialists.states import TimeOffKind
from tests import make

WEEK_ON = date(2026, 12, 7)
WORKDAYS = 0b0011111
MONDAYS = 0b0000001


def at(week: int, day: int = 0) -> date:
    """A day of the week that lies `week` weeks after 7 December 2026."""
    return WEEK_ON + timedelta(days=7 * week + day)


def specialist(windows=((540, 780),), **given):
    """Somebody with an open ledger: twenty hours a week, all inside office hours."""
    who = make.specialist(windows=windows, **given)
    actions.open_weeks(SYSTEM, who)
    return who


def booking(who, position, minutes=240, weeks=(0, 1), inside=None, weekdays=WORKDAYS):
    """The same minutes in some weeks, given by their distance from 7 December."""
    inside = minutes if inside is None else inside
    rows = tuple(BookedWeek(at(week), minutes, inside) for week in weeks)
    return Booking(who.id, position.id, weekdays, minutes, inside, rows)


def effort_booking(who, position, effort: Effort, start_on: date, weeks: int, closed=frozenset()):
    """What a position asks for, short weeks included."""
    rows = tuple(
        BookedWeek(row.week_on, row.minutes, row.inside_minutes)
        for row in weekly_rows(effort, start_on, weeks, closed)
        if row.minutes
    )
    return Booking(
        who.id,
        position.id,
        effort.weekdays,
        effort.minutes_per_week,
        effort.inside_minutes_per_week,
        rows,
    )


@transactional
def take_leave(who, first: date, last: date | None = None, hours=(None, None)) -> TimeOff:
    """Leave, and what follows for booked time, in one transaction."""
    off = TimeOff(
        specialist_id=who.id,
        kind=TimeOffKind.LEAVE,
        starts_on=first,
        ends_on=last or first,
        starts_minute=hours[0],
        ends_minute=hours[1],
    )
    db.session.add(off)
    db.session.flush()
    actions.keep_capacity_after_leave(SYSTEM, who)
    return off


@transactional
def withdraw(who, off: TimeOff, when) -> None:
    off.withdrawn_at = when
    actions.keep_capacity(SYSTEM, who)


@transactional
def override(who, day: date, inside: int, outside: int = 0) -> None:
    """Set one day's minutes, as a specialist does."""
    row = db.session.scalar(
        select(DayOverride).where(DayOverride.specialist_id == who.id, DayOverride.day == day)
    )
    if row is None:
        row = DayOverride(specialist_id=who.id, day=day)
        db.session.add(row)
    row.inside_minutes, row.outside_minutes = inside, outside
    db.session.flush()
    actions.keep_capacity(SYSTEM, who)


@transactional
def change_terms(who, **terms) -> None:
    for name, value in terms.items():
        setattr(who, name, value)
    db.session.flush()
    actions.keep_capacity(SYSTEM, who)


def ledger(who, week_on: date) -> tuple[int, int, int]:
    """(capacity, booked, gap) as the database holds them."""
    columns = week_ledger.c
    row = db.session.execute(
        select(columns.capacity_minutes, columns.booked_minutes, columns.leave_gap_minutes).where(
            columns.specialist_id == who.id, columns.week_on == week_on
        )
    ).one()
    return tuple(row)


def rows(allocation) -> dict[date, tuple[int, int]]:
    """Minutes, and those inside office hours, of each week in the two tables."""
    booked = db.session.execute(
        select(allocation_week.c.week_on, allocation_week.c.minutes).where(
            allocation_week.c.allocation_id == allocation.id
        )
    )
    inside = dict(
        db.session.execute(
            select(allocation_inside.c.week_on, allocation_inside.c.inside_minutes).where(
                allocation_inside.c.allocation_id == allocation.id
            )
        ).all()
    )
    found = dict(booked.all())
    assert found.keys() == inside.keys()
    return {week_on: (found[week_on], inside[week_on]) for week_on in found}
