"""People with ledgers and bookings for the tests of reports."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from talentshare.allocations import actions as allocations
from talentshare.allocations.models import BookedWeek, Booking, appointment
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM, Role
from talentshare.platform.db import db
from talentshare.specialists.models import PatternWindow, TimeOff, WorkingPattern
from talentshare.specialists.states import TimeOffKind
from tests import make

extra_grant = sa.table(
    "extra_grant",
    *(
        sa.column(name)
        for name in ("id", "specialist_id", "minutes", "reason", "granted_by", "checked_by")
    ),
    sa.column("week_on", sa.Date),
)
FOUR_HOURS = ((540, 780),)


def member(name="見本 花子", kana="ミホン ハナコ", windows=FOUR_HOURS, **given):
    """Somebody with four hours each working day, all for the pool, and an open ledger."""
    latin = given.pop("name_latin", "")
    who = make.person(Role.SPECIALIST, name=name, kana=kana, name_latin=latin)
    made = make.specialist(person=who, windows=windows, **given)
    allocations.open_weeks(SYSTEM, made)
    return made


def days_off(specialist, first, last=None, hours=None, kind=TimeOffKind.LEAVE):
    """Leave of whole days, or of the given minutes of one day; the ledger follows."""
    starts, ends = hours or (None, None)
    make.saved(
        TimeOff(
            specialist_id=specialist.id,
            kind=kind,
            starts_on=first,
            ends_on=last or first,
            starts_minute=starts,
            ends_minute=ends,
        )
    )
    allocations.keep_capacity_after_leave(SYSTEM, specialist)


def new_pattern(specialist, valid_from, windows, share=100):
    make.saved(make.pattern(specialist, windows, share, valid_from=valid_from))
    allocations.keep_capacity(SYSTEM, specialist)


def odd_pattern(specialist, valid_from, days):
    """Other minutes on each weekday, from 9:00 on."""
    made = WorkingPattern(specialist_id=specialist.id, valid_from=valid_from, share_percent=100)
    made.windows = [
        PatternWindow(weekday=day, starts_minute=540, ends_minute=540 + minutes)
        for day, minutes in enumerate(days)
        if minutes
    ]
    make.saved(made)
    allocations.keep_capacity(SYSTEM, specialist)


def booking(specialist, minutes, *mondays, weekdays=127, position=None):
    where = position or make.position(week_count=max(1, len(mondays)))
    rows = tuple(BookedWeek(week_on, minutes, 0) for week_on in mondays)
    return Booking(specialist.id, where.id, weekdays, minutes, 0, rows)


def booked(specialist, minutes, *mondays, **given):
    return allocations.book(SYSTEM, booking(specialist, minutes, *mondays, **given))


def held(specialist, minutes, *mondays, until: datetime | None = None, **given):
    until = until or clock.now() + timedelta(days=5)
    return allocations.hold(SYSTEM, booking(specialist, minutes, *mondays, **given), until)


def appointed(specialist, starts_at, minutes, state="confirmed"):
    """A clock slot, as a later issue will make it: straight into the table."""
    slot = {
        "id": next(make.numbers),
        "specialist_id": specialist.id,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=minutes),
        "buffer_before": 0,
        "buffer_after": 0,
        "state": state,
    }
    db.session.execute(db.insert(appointment).values(slot))
    db.session.commit()


def granted(specialist, week_on, minutes):
    """上限の特例, as a later issue will give it: straight into the table."""
    grant = {
        "id": next(make.numbers),
        "specialist_id": specialist.id,
        "week_on": week_on,
        "minutes": minutes,
        "reason": "年度末のため",
        "granted_by": 1,
        "checked_by": 2,
    }
    db.session.execute(db.insert(extra_grant).values(grant))
    db.session.commit()


def held_and_expired(specialist, minutes, *mondays, **given):
    """A hold that has run out, and that nobody has tidied away."""
    made = held(specialist, minutes, *mondays, **given)
    made.expires_at = clock.now()
    return make.saved(made)
