"""What pages show of weeks and days, and to whom."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from talentshare.allocations import actions, queries
from talentshare.allocations.models import Clash
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Forbidden, NotFound
from talentshare.platform.db import db
from tests import make
from tests.allocations import world
from tests.allocations.world import at


@pytest.fixture
def coordinator(app):
    return make.actor_of(make.coordinator())


def test_a_week_shows_held_and_confirmed_apart(app, coordinator):
    who, position = world.specialist(), make.position()
    actions.book(SYSTEM, world.booking(who, position, 720, weeks=(0,)))
    actions.hold(
        SYSTEM, world.booking(who, position, 240, weeks=(0,)), clock.now() + timedelta(days=1)
    )
    [week] = queries.week_view(coordinator, who.id, at(0, 2), at(0, 4))
    assert (week.capacity, week.booked, week.held, week.confirmed) == (1200, 960, 240, 720)
    assert (week.extra, week.gap, week.free) == (0, 0, 240)


def test_a_week_with_a_gap_has_nothing_free(app, coordinator):
    who, position = world.specialist(), make.position()
    actions.book(SYSTEM, world.booking(who, position, 720, weeks=(0,)))
    world.take_leave(who, at(0), at(0, 2))
    [week] = queries.week_view(coordinator, who.id, at(0), at(0))
    assert (week.capacity, week.booked, week.gap, week.free) == (480, 720, 240, 0)


def test_days_show_what_uses_them(app, coordinator):
    """PRODUCT, section 7: booked time lies on its days by available minutes."""
    who, position = world.specialist(), make.position()
    world.take_leave(who, at(0, 1), hours=(540, 660))
    booked = actions.book(SYSTEM, world.booking(who, position, 720, weeks=(0,)))
    mondays = world.booking(who, position, 60, weeks=(0,), weekdays=world.MONDAYS)
    actions.hold(SYSTEM, mondays, clock.now() + timedelta(days=1))
    days = queries.day_view(coordinator, who.id, date(2026, 12, 1))
    assert [view.day.day for view in days] == list(range(1, 32))
    week = [view for view in days if at(0) <= view.day <= at(0, 6)]
    assert [view.minutes for view in week] == [240, 120, 240, 240, 240, 0, 0]
    assert [view.off_minutes for view in week] == [0, 120, 0, 0, 0, 0, 0]
    assert [[use.minutes for use in view.uses] for view in week] == [
        [160, 60],
        [80],
        [160],
        [160],
        [160],
        [],
        [],
    ]
    assert week[0].uses[0].allocation.id == booked.id
    assert week[0].uses[0].body.id == position.talent_request.body_id
    assert [view.is_closed for view in days if view.day.day >= 29] == [True] * 3


def test_a_straddling_week_is_spread_over_both_months(app, coordinator):
    who, position = world.specialist(), make.position()
    actions.book(SYSTEM, world.booking(who, position, 500, weeks=(-1,)))
    november = queries.day_view(coordinator, who.id, date(2026, 11, 1))
    december = queries.day_view(coordinator, who.id, date(2026, 12, 1))
    assert november[-1].used_minutes == 100
    assert [view.used_minutes for view in december[:4]] == [100] * 4


def test_free_minutes_of_a_list_of_people(either_app, still_clock):
    coordinator = make.actor_of(make.coordinator())
    one, two, position = world.specialist(), world.specialist(), make.position()
    actions.book(SYSTEM, world.booking(one, position, 720, weeks=(0,)))
    actions.hold(SYSTEM, world.booking(one, position, 400), clock.now() + timedelta(days=1))
    world.take_leave(two, at(0), at(0, 6))
    ids = [one.id, two.id]
    assert queries.free_by_specialist(coordinator, ids, at(0), 2) == {one.id: 880, two.id: 1200}
    chosen = queries.having_free(coordinator, 1201, at(0), 2)
    assert db.session.scalars(chosen).all() == []
    still_clock(timedelta(days=1))
    assert queries.free_by_specialist(coordinator, ids, at(0), 2) == {one.id: 1680, two.id: 1200}
    assert db.session.scalars(chosen).all() == []
    assert db.session.scalars(queries.having_free(coordinator, 1201, at(0), 2)).all() == [one.id]
    with pytest.raises(Forbidden):
        queries.free_by_specialist(make.actor_of(one.person), ids, at(0), 2)


def test_who_may_not_see_the_person_finds_nobody(app, coordinator):
    who, other = world.specialist(), world.specialist()
    for stranger in (make.officer(), make.manager(), other.person):
        actor = make.actor_of(stranger)
        with pytest.raises(NotFound):
            queries.week_view(actor, who.id, at(0), at(1))
        with pytest.raises(NotFound):
            queries.day_view(actor, who.id, date(2026, 12, 1))
    assert queries.week_view(make.actor_of(who.person), who.id, at(0), at(1))


def test_clashes_are_seen_by_coordinators_and_by_whom_they_concern(app, coordinator):
    who, other, position = world.specialist(), world.specialist(), make.position()
    booked = actions.book(SYSTEM, world.booking(who, position, 1200, weeks=(0,)))
    world.take_leave(who, at(0))
    clash = db.session.scalars(select(Clash)).one()
    assert queries.clashes(coordinator) == [clash]
    assert queries.clashes(make.actor_of(who.person)) == [clash]
    assert queries.clashes(coordinator, other.id) == []
    for stranger in (other.person, make.officer(of=position.talent_request.body)):
        actor = make.actor_of(stranger)
        assert queries.clashes(actor) == []
        with pytest.raises(NotFound):
            queries.find_clash(actor, clash.id)
        assert queries.blocking(actor, [booked.id]) == []
    assert queries.blocking(make.actor_of(who.person), [booked.id]) == [booked]
