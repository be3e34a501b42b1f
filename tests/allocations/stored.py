"""What the machine reads from the database beside the oracle, and writes of working time."""

from sqlalchemy import select

from talentshare.allocations.models import (
    Allocation,
    allocation_inside,
    allocation_week,
    week_ledger,
)
from talentshare.kernel.actor import SYSTEM
from talentshare.platform.db import db, transactional
from talentshare.specialists.models import DayOverride, PatternWindow, TimeOff, WorkingPattern


def ledger_of(who, weeks):
    found = db.session.execute(
        select(
            *week_ledger.c["week_on", "capacity_minutes", "booked_minutes", "leave_gap_minutes"]
        ).where(week_ledger.c.specialist_id == who.id, week_ledger.c.week_on.in_(weeks))
    )
    return {week_on: tuple(rest) for week_on, *rest in found}


def all_rows_of(who):
    """States of the person's allocations, and the rows of those that have any."""
    states = dict(
        db.session.execute(
            select(Allocation.id, Allocation.state).where(Allocation.specialist_id == who.id)
        ).all()
    )
    booked, inside = allocation_week.c, allocation_inside.c
    found = db.session.execute(
        select(booked.allocation_id, booked.week_on, booked.minutes, inside.inside_minutes)
        .outerjoin(
            allocation_inside,
            (inside.allocation_id == booked.allocation_id) & (inside.week_on == booked.week_on),
        )
        .where(booked.specialist_id == who.id)
    )
    rows = {}
    for number, week_on, *row in found:
        rows.setdefault(number, {})[week_on] = tuple(row)
    return states, rows


def total_of(rows):
    return sum(row[0] for row in rows.values())


@transactional
def written(write, keep, who):
    write()
    db.session.flush()
    keep(SYSTEM, who)


def set_pattern(who, valid_from, share, windows):
    row = db.session.scalar(
        select(WorkingPattern).where(
            WorkingPattern.specialist_id == who.id, WorkingPattern.valid_from == valid_from
        )
    )
    if row is None:
        row = WorkingPattern(specialist_id=who.id, valid_from=valid_from)
        db.session.add(row)
    row.share_percent = share
    row.windows = [
        PatternWindow(weekday=day, starts_minute=first, ends_minute=last)
        for day in range(5)
        for first, last in windows
    ]


def set_day(who, day, inside, outside):
    row = db.session.scalar(
        select(DayOverride).where(DayOverride.specialist_id == who.id, DayOverride.day == day)
    )
    if row is None:
        row = DayOverride(specialist_id=who.id, day=day)
        db.session.add(row)
    row.inside_minutes, row.outside_minutes = inside, outside


def withdraw(number, now):
    db.session.get(TimeOff, number).withdrawn_at = now
