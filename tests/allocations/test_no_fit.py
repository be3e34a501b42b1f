"""What would fit instead, against trying everything."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from talentshare.allocations import actions, queries
from talentshare.allocations.models import BookedWeek
from talentshare.catalogue.queries import closed_days
from talentshare.engine.week import Effort
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Conflict
from talentshare.kernel.weeks import WEEK
from talentshare.platform.db import db
from tests import make
from tests.allocations import world
from tests.allocations.world import at

CLOSED_FROM, CLOSED_TO = date(2026, 11, 1), date(2028, 4, 30)


def fits(booking):
    """Whether the actions themselves take the booking; nothing is kept."""
    session = db.session()
    session.rollback()
    session.info["in_action"] = True
    try:
        actions.book(SYSTEM, booking)
    except Conflict:
        return False
    finally:
        session.rollback()
        session.info.clear()
    return True


def asked_rows(who, position, effort, start_on, weeks):
    return world.effort_booking(
        who, position, effort, start_on, weeks, closed_days(CLOSED_FROM, CLOSED_TO)
    )


def test_what_fits_needs_no_advice(app):
    who, position = world.specialist(), make.position()
    assert queries.no_fit(world.booking(who, position, 1200)) is None


def test_the_worked_example(app):
    """LABELS: 14 hours, 12 of them taken; of 4 more, 2 are missing; 2 a week would fit."""
    who, position = world.specialist(), make.position()
    week_on = date(2026, 11, 30)
    world.take_leave(who, date(2026, 11, 30))
    world.take_leave(who, date(2026, 12, 1), hours=(540, 660))
    first = world.booking(who, position, 720, weeks=(-1,))
    booked = actions.book(SYSTEM, first)
    told = queries.no_fit(world.booking(who, position, 240, weeks=(-1,)))
    assert told.code == "allocation.no_fit"
    [week] = told.weeks
    assert (week.week_on, week.capacity_minutes, week.booked_minutes) == (week_on, 840, 720)
    assert (week.asked_minutes, week.missing_minutes) == (240, 120)
    assert week.allocation_ids == (booked.id,)
    assert told.fewer_minutes_per_week == 120
    assert told.other_start_on == at(0)
    assert told.other_start_in_window


def test_a_start_beyond_what_the_body_asked_is_marked(app):
    who = world.specialist()
    position = make.position(latest_end_on=at(1, 4))
    actions.book(SYSTEM, world.booking(who, make.position(), 1200, weeks=(0, 1)))
    told = queries.no_fit(world.booking(who, position, 240, weeks=(0, 1)))
    assert (told.other_start_on, told.other_start_in_window) == (at(2), False)


def test_too_many_bodies_are_not_helped_by_fewer_hours(app):
    who = world.specialist(max_bodies=1)
    actions.book(SYSTEM, world.booking(who, make.position(), 60, weeks=(0, 1)))
    told = queries.no_fit(world.booking(who, make.position(), 60, weeks=(0, 1)))
    assert told.code == "allocation.bodies_limit"
    assert told.fewer_minutes_per_week is None
    assert told.other_start_on == at(2)


def test_leave_weeks_are_skipped_up_to_a_fifth_in_other_starts(app):
    who, position = world.specialist(), make.position(latest_end_on=date(2027, 12, 31))
    actions.book(SYSTEM, world.booking(who, position, 1200, weeks=(0, 1, 2)))
    actions.book(SYSTEM, world.booking(who, position, 240, weeks=(3,)))
    world.take_leave(who, at(6), at(6, 6))
    wanted = asked_rows(who, position, Effort(960, 960), at(0), 5)
    assert queries.no_fit(wanted).other_start_on == at(4)
    world.take_leave(who, at(7), at(7, 6))
    assert queries.no_fit(wanted).other_start_on == at(7)


@pytest.mark.parametrize("seed", range(12))
def test_advice_equals_trying_everything(app, seed):
    rng = random.Random(seed)
    who = world.specialist(
        windows=rng.choice([((540, 780),), ((540, 660), (1080, 1200)), ((480, 540),)]),
        max_bodies=rng.choice([1, 2]),
        month_cap_minutes=rng.choice([None, 2400]),
        engaged_until=date(2027, 3, 14),
    )
    for _ in range(rng.randint(1, 5)):
        taken = world.booking(
            who,
            make.position(),
            rng.choice([120, 240, 480]),
            weeks=sorted(rng.sample(range(8), rng.randint(1, 4))),
            inside=rng.choice([0, 60, 120]),
            weekdays=rng.choice([31, 1, 6, 24]),
        )
        if fits(taken):
            actions.book(SYSTEM, taken)
    effort = Effort(rng.choice([480, 600, 960]), rng.choice([0, 240, 480]), rng.choice([31, 3, 20]))
    wanted = asked_rows(who, make.position(), effort, at(rng.randint(0, 3)), rng.randint(1, 4))
    told = queries.no_fit(wanted)
    assert (told is None) == fits(wanted)
    if told is None:
        return
    assert told.fewer_minutes_per_week == most_that_fits(wanted)
    assert told.other_start_on == first_that_fits(who, wanted, effort)


def most_that_fits(wanted):
    closed = closed_days(CLOSED_FROM, CLOSED_TO)
    full = Effort(wanted.minutes_per_week, wanted.inside_minutes_per_week, wanted.weekdays)
    for minutes in range(wanted.minutes_per_week - 15, 0, -15):
        effort = full.cut_to(minutes)
        span = (wanted.weeks[-1].week_on - wanted.weeks[0].week_on) // WEEK + 1
        cut = world.effort_booking(
            who_of(wanted),
            position_of(wanted),
            effort,
            wanted.weeks[0].week_on,
            span,
            closed,
        )
        kept = {row.week_on for row in wanted.weeks}
        rows = tuple(row for row in cut.weeks if row.week_on in kept)
        if len(rows) == len(kept) and fits(replace(cut, weeks=rows)):
            return minutes
    return None


def first_that_fits(who, wanted, effort):
    span = (wanted.weeks[-1].week_on - wanted.weeks[0].week_on) // WEEK + 1
    start_on = at(0)
    while start_on < date(2028, 4, 1):
        moved = asked_rows(who_of(wanted), position_of(wanted), effort, start_on, span)
        if start_on != wanted.weeks[0].week_on and moved.weeks and fits(moved):
            return start_on
        start_on += WEEK
    return None


class Named:
    def __init__(self, id):
        self.id = id


def who_of(booking):
    return Named(booking.specialist_id)


def position_of(booking):
    return Named(booking.position_id)


def test_the_short_week_stays_in_proportion_when_hours_are_cut(app):
    who, position = world.specialist(), make.position(latest_end_on=date(2027, 3, 31))
    actions.book(SYSTEM, world.booking(who, make.position(), 600, weeks=(4, 6)))
    assert at(5) == date(2027, 1, 11)  # its Monday is a holiday
    wanted = asked_rows(who, position, Effort(840, 420), at(4), 3)
    assert [row.minutes for row in wanted.weeks] == [840, 660, 840]
    told = queries.no_fit(wanted)
    assert told.fewer_minutes_per_week == 600
    assert told.weeks[0].missing_minutes == 240


def test_an_expired_hold_is_no_reason(app, still_clock):
    who, position = world.specialist(), make.position()
    actions.hold(SYSTEM, world.booking(who, position, 1200), clock.now() + timedelta(days=1))
    wanted = world.booking(who, position, 240)
    assert queries.no_fit(wanted) is not None
    still_clock(timedelta(days=1))
    assert queries.no_fit(wanted) is None


def test_all_failing_weeks_are_named(app):
    who, position = world.specialist(), make.position()
    actions.book(SYSTEM, world.booking(who, position, 1200, weeks=(0, 2)))
    wanted = replace(
        world.booking(who, position, 240, weeks=(0, 1, 2)),
        weeks=tuple(BookedWeek(at(week), 240, 240) for week in (0, 1, 2)),
    )
    assert [week.week_on for week in queries.no_fit(wanted).weeks] == [at(0), at(2)]
