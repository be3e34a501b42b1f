"""Everybody's time in columns is what each person's weeks say one by one."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert

from talentshare.allocations import actions, queries
from talentshare.allocations.models import appointment
from talentshare.engine.problem import NO_CAP
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Conflict
from talentshare.kernel.weeks import WEEK, month_of_week
from talentshare.platform.db import db
from tests import make
from tests.allocations import world
from tests.allocations.world import at

WEEKS = 12
MASKS = [31, 127, 1, 20]


def slot(who, starts_at, minutes):
    """A clock slot that blocks minutes of the ledger; pages for them come later."""
    db.session.execute(
        insert(appointment).values(
            specialist_id=who.id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=minutes),
            buffer_before=0,
            buffer_after=0,
            state="confirmed",
        )
    )
    db.session.commit()


def some_world(rng):
    people = [
        world.specialist(
            windows=rng.choice([((540, 780),), ((540, 660), (1080, 1200))]),
            share=rng.choice([100, 70]),
            max_bodies=rng.choice([1, 2, 3]),
            month_cap_minutes=rng.choice([None, 1200]),
            engaged_from=rng.choice([date(2020, 4, 1), at(2, 3)]),
            engaged_until=rng.choice([None, at(9, 6)]),
        )
        for _ in range(5)
    ]
    positions = [make.position() for _ in range(3)]
    for _ in range(25):
        wanted = world.booking(
            rng.choice(people),
            rng.choice(positions),
            rng.choice([60, 240, 480]),
            weeks=sorted(rng.sample(range(-1, 11), rng.randint(1, 5))),
            inside=rng.choice([0, 60]),
            weekdays=rng.choice(MASKS),
        )
        try:
            if rng.random() < 0.5:
                actions.hold(SYSTEM, wanted, clock.now() + timedelta(days=rng.randint(1, 5)))
            else:
                actions.book(SYSTEM, wanted)
        except Conflict:
            continue
    for who in people[:3]:
        first = at(rng.randint(0, 9))
        world.take_leave(who, first, first + timedelta(days=rng.choice([0, 6])))
    world.change_terms(people[3], paused_from=at(10, 2), paused_until=at(11, 6))
    return people


@pytest.mark.parametrize("seed", range(3))
def test_columns_say_what_the_weeks_say(either_app, still_clock, seed):
    rng = random.Random(seed)
    people = [*some_world(rng), world.specialist()]
    slot(people[-1], datetime(2026, 12, 15, 1, 0, tzinfo=UTC), 90)
    still_clock(timedelta(days=2))
    columns = queries.columns(at(0), WEEKS)
    assert columns.ids.tolist() == [who.id for who in people]
    free = {mask: columns.free(mask) for mask in MASKS}
    for column, who in enumerate(people):
        time = queries.person_time(who.id)
        for row in range(WEEKS):
            week_on = at(row)
            week, place = time.weeks.get(week_on), (row, column)
            assert columns.engaged[place] == time.is_engaged(week_on)
            if week is None:
                assert columns.capacity[place] == 0
                continue
            assert columns.capacity[place] == week.capacity_minutes
            assert columns.on_leave[place] == week.cells.is_leave
            assert columns.bodies_served[place] == len(week.bodies())
            booked = columns.minutes(held=True)[place] + columns.minutes(held=False)[place]
            assert booked == week.booked_minutes
            for mask in MASKS:
                assert (free[mask][0][place], free[mask][1][place]) == week.room(mask)
        for row, left in enumerate(columns.month_left[:, column].tolist()):
            month_on = month_of_week(at(0) + WEEK * 4 * row + timedelta(days=row))
            expected = time.month_left(month_on)
            assert left == (NO_CAP if expected is None else expected)
    for body_id, marks in columns.serving.items():
        pairs = list(zip(marks.ids.tolist(), marks.values.tolist(), strict=True))
        assert len(set(pairs)) == len(pairs)
        for who_id, row in pairs:
            assert body_id in queries.person_time(who_id).weeks[at(row)].bodies()
    served = sum(len(marks.ids) for marks in columns.serving.values())
    assert served == columns.bodies_served.sum()


def test_columns_of_some_are_a_part_of_everybodys(app):
    people = some_world(random.Random(0))
    chosen = [people[1], people[3]]
    everybody, some = queries.columns(at(0), 6), queries.columns(at(0), 6, [w.id for w in chosen])
    assert some.ids.tolist() == [who.id for who in chosen]
    for whole, part in zip(everybody.free(31), some.free(31), strict=True):
        assert (whole[:, [1, 3]] == part).all()
    assert (everybody.bodies_served[:, [1, 3]] == some.bodies_served).all()
    assert (everybody.month_left[:, [1, 3]] == some.month_left).all()


def test_columns_of_nobody(app):
    columns = queries.columns(at(0), 4)
    assert columns.free(31)[0].shape == (4, 0)
    assert columns.serving == {}
    assert columns.month_left.shape == (1, 0)


def test_weeks_beyond_the_ledger_have_nothing(app):
    world.specialist()
    columns = queries.columns(date(2028, 3, 20), 4)
    assert columns.capacity[:, 0].tolist() == [960, 1200, 0, 0]


def test_an_appointment_takes_its_day(app):
    who, position = world.specialist(), make.position()
    slot(who, datetime(2026, 12, 7, 0, 0, tzinfo=UTC), 180)
    [line] = queries.bookings_in(who.id)
    assert (line.minutes, line.inside_minutes, line.weekdays) == (180, 180, 1)
    assert queries.person_time(who.id).weeks[at(0)].room(1) == (60, 60)
    with pytest.raises(Conflict, match=r"allocation\.day_full"):
        actions.book(SYSTEM, world.booking(who, position, 75, weeks=(0,), weekdays=1))
    assert queries.check() == []


def test_an_appointment_over_midnight_is_cut(app):
    who = world.specialist(windows=((0, 1440),))
    slot(who, datetime(2026, 12, 7, 14, 0, tzinfo=UTC), 600)
    lines = queries.bookings_in(who.id)
    assert [(line.minutes, line.inside_minutes, line.weekdays) for line in lines] == [
        (60, 0, 1),
        (540, 30, 2),
    ]
