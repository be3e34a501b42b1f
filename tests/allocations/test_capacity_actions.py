"""Ledgers are opened, follow what people choose, and follow leave whatever is booked."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from talentshare.allocations import actions, queries
from talentshare.allocations.models import Clash, week_cells, week_ledger
from talentshare.catalogue.models import Holiday
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Conflict, Forbidden, Invalid
from talentshare.kernel.weeks import weeks_between
from talentshare.notices.models import Notice
from talentshare.platform.db import db
from tests import make
from tests.allocations import world
from tests.allocations.world import at


def weeks_of(who):
    rows = select(week_ledger.c.week_on).where(week_ledger.c.specialist_id == who.id)
    return db.session.scalars(rows.order_by(week_ledger.c.week_on)).all()


def clashes():
    open_ones = select(Clash).where(Clash.resolved_at.is_(None)).order_by(Clash.week_on)
    return db.session.scalars(open_ones).all()


def told(person):
    codes = select(Notice.code).where(Notice.person_id == person.id).order_by(Notice.id)
    return db.session.scalars(codes).all()


def test_a_ledger_reaches_to_the_end_of_the_next_fiscal_year(either_app):
    old = world.specialist()
    assert weeks_of(old) == list(weeks_between(date(2026, 3, 30), date(2028, 3, 31)))
    new = world.specialist(engaged_from=date(2026, 12, 9))
    assert weeks_of(new)[0] == date(2026, 12, 7)
    assert world.ledger(new, at(0))[0] == 3 * 240
    assert queries.check() == []


def test_opening_again_adds_only_what_is_missing(either_app, still_clock):
    who = world.specialist()
    position = make.position()
    actions.book(SYSTEM, world.booking(who, position))
    before = weeks_of(who)
    actions.open_weeks(SYSTEM, who)
    assert weeks_of(who) == before
    still_clock(timedelta(days=150))
    assert clock.today() > date(2027, 4, 1)
    actions.open_weeks(SYSTEM, who)
    assert weeks_of(who) == [*before, *weeks_between(date(2028, 4, 3), date(2029, 3, 31))]
    assert world.ledger(who, at(0)) == (1200, 240, 0)
    assert world.ledger(who, date(2028, 4, 10))[0] == 1200


def test_all_ledgers_are_opened_at_once(either_app):
    people = [make.specialist(windows=((540, 780),)) for _ in range(3)]
    grown = world.specialist()
    assert actions.open_weeks_for_all(SYSTEM) == 3
    assert actions.open_weeks_for_all(SYSTEM) == 0
    assert all(weeks_of(who) == weeks_of(grown) for who in people)
    assert queries.check() == []


def test_capacity_is_the_sum_of_the_days(either_app):
    who = world.specialist(windows=((480, 600), (1000, 1080)), share=50)
    row = db.session.execute(
        select(week_cells).where(
            week_cells.c.specialist_id == who.id, week_cells.c.week_on == at(0)
        )
    ).one()
    assert row[2:] == (62, 62, 62, 62, 62, 0, 0, 38, 38, 38, 38, 38, 0, 0, 500)
    assert world.ledger(who, at(0))[0] == 500


def test_a_chosen_change_is_followed(either_app):
    who = world.specialist()
    world.override(who, at(0, 5), 120)
    assert world.ledger(who, at(0))[0] == 1320
    world.override(who, at(0, 5), 0)
    world.override(who, at(0), 60, 90)
    assert world.ledger(who, at(0))[0] == 1110
    assert queries.check() == []


def test_a_chosen_cut_below_what_is_booked_is_refused(either_app):
    who, position = world.specialist(), make.position()
    first = actions.book(SYSTEM, world.booking(who, position, 900, weeks=(0, 1)))
    second = actions.hold(
        SYSTEM, world.booking(who, position, 240, weeks=(1,)), clock.now() + timedelta(days=3)
    )
    world.override(who, at(0), 0)
    with pytest.raises(Conflict) as caught:
        world.override(who, at(1), 0)
    details = caught.value.details
    assert caught.value.code == "time.below_booked"
    assert (details["week_on"], details["capacity_minutes"]) == (at(1), 960)
    assert (details["booked_minutes"], details["missing_minutes"]) == (1140, 180)
    assert set(details["allocation_ids"]) == {first.id, second.id}
    assert world.ledger(who, at(0)) == (960, 900, 0)
    assert world.ledger(who, at(1)) == (1200, 1140, 0)
    assert queries.check() == []


def test_an_expired_hold_is_not_in_the_way_of_a_cut(either_app, still_clock):
    who, position = world.specialist(), make.position()
    actions.hold(
        SYSTEM, world.booking(who, position, 1200, weeks=(0,)), clock.now() + timedelta(days=1)
    )
    still_clock(timedelta(days=1))
    world.override(who, at(0), 0)
    assert world.ledger(who, at(0)) == (960, 0, 0)


def test_a_cut_on_the_one_day_that_is_booked_is_refused(either_app):
    who, position = world.specialist(), make.position()
    actions.book(SYSTEM, world.booking(who, position, 240, weeks=(0,), weekdays=world.MONDAYS))
    world.override(who, at(0, 1), 0)
    with pytest.raises(Conflict, match=r"time\.below_booked"):
        world.override(who, at(0), 180)
    assert world.ledger(who, at(0)) == (960, 240, 0)


def test_a_pause_over_booked_weeks_is_refused(either_app):
    who, position = world.specialist(), make.position()
    actions.book(SYSTEM, world.booking(who, position, 300, weeks=(0,)))
    with pytest.raises(Conflict, match=r"time\.below_booked"):
        world.change_terms(who, paused_from=at(0, 1), paused_until=at(2, 6))
    world.change_terms(who, paused_from=at(1), paused_until=at(2, 6))
    assert [world.ledger(who, at(week))[0] for week in (0, 1, 2, 3)] == [1200, 0, 0, 240]
    assert queries.check() == []


def test_limits_below_what_is_booked_are_refused(either_app):
    who = world.specialist(max_bodies=2)
    actions.book(SYSTEM, world.booking(who, make.position(), 240, weeks=(0,)))
    actions.book(SYSTEM, world.booking(who, make.position(), 240, weeks=(0,)))
    with pytest.raises(Conflict, match=r"time\.bodies_below_booked"):
        world.change_terms(who, max_bodies=1)
    db.session.refresh(who)
    with pytest.raises(Conflict, match=r"time\.cap_below_booked"):
        world.change_terms(who, month_cap_minutes=479)
    db.session.refresh(who)
    world.change_terms(who, month_cap_minutes=480)
    assert queries.check() == []


def test_leave_always_succeeds_and_leaves_a_clash(either_app):
    coordinator, officer = make.coordinator(), make.officer()
    request = make.talent_request(of=officer.body, coordinator_id=coordinator.id, officer=officer)
    position = make.position(request)
    who = world.specialist()
    booked = actions.book(SYSTEM, world.booking(who, position, 900, weeks=(0, 1)))
    world.take_leave(who, at(0), at(0, 3))
    assert world.ledger(who, at(0)) == (240, 900, 660)
    [clash] = clashes()
    assert (clash.week_on, clash.missing_minutes, clash.owner_id) == (at(0), 660, coordinator.id)
    assert clash.proposal == {
        "weeks": [
            {"week_on": "2026-12-14", "minutes": 300, "allocation_id": booked.id},
            {"week_on": "2026-12-21", "minutes": 360, "allocation_id": booked.id},
        ],
        "allocation_ids": [booked.id],
        "left_minutes": 0,
    }
    assert told(who.person) == ["clash.notice.specialist"]
    assert told(coordinator) == ["clash.notice.coordinator"]
    assert told(officer) == ["clash.notice.officer"]
    assert queries.check() == []


def test_in_a_week_with_a_gap_nothing_is_booked(either_app):
    who, position = world.specialist(), make.position()
    actions.book(SYSTEM, world.booking(who, position, 900, weeks=(0,)))
    world.take_leave(who, at(0), at(0, 3))
    with pytest.raises(Conflict, match=r"allocation\.no_fit"):
        actions.book(SYSTEM, world.booking(who, position, 15, weeks=(0,)))


def test_leave_by_the_hour_takes_only_its_hours(either_app):
    who = world.specialist()
    world.take_leave(who, at(0), hours=(540, 600))
    assert world.ledger(who, at(0))[0] == 1140
    assert clashes() == []


def test_leave_on_the_booked_day_is_a_clash_without_a_gap(either_app):
    who, position = world.specialist(), make.position()
    actions.book(SYSTEM, world.booking(who, position, 240, weeks=(0,), weekdays=world.MONDAYS))
    world.take_leave(who, at(0), hours=(540, 600))
    assert world.ledger(who, at(0)) == (1140, 240, 0)
    [clash] = clashes()
    assert clash.missing_minutes == 60
    with pytest.raises(Conflict, match=r"allocation\.day_full"):
        actions.book(SYSTEM, world.booking(who, position, 15, weeks=(0,)))
    assert queries.check() == []


def test_leave_withdrawn_resolves_the_clash(either_app):
    who, position = world.specialist(), make.position()
    actions.book(SYSTEM, world.booking(who, position, 900, weeks=(0, 1)))
    off = world.take_leave(who, at(0), at(1, 4))
    assert [clash.missing_minutes for clash in clashes()] == [900, 900]
    world.withdraw(who, off, clock.now())
    assert clashes() == []
    assert world.ledger(who, at(0)) == (1200, 900, 0)
    world.take_leave(who, at(0), at(0, 4))
    assert [clash.week_on for clash in clashes()] == [at(0)]
    assert queries.check() == []


def test_more_leave_makes_the_same_clash_larger_and_tells_again(either_app):
    who, position = world.specialist(), make.position()
    actions.book(SYSTEM, world.booking(who, position, 900, weeks=(0,)))
    world.take_leave(who, at(0), at(0, 1))
    world.take_leave(who, at(0, 2))
    [clash] = clashes()
    assert clash.missing_minutes == 420
    assert told(who.person) == ["clash.notice.specialist"] * 2


def test_a_release_shrinks_the_gap_and_resolves_the_clash(either_app):
    who, position = world.specialist(), make.position()
    actions.book(SYSTEM, world.booking(who, position, 300, weeks=(0,)))
    hold = actions.hold(
        SYSTEM, world.booking(who, position, 900, weeks=(0,)), clock.now() + timedelta(days=3)
    )
    world.take_leave(who, at(0), at(0, 2))
    assert world.ledger(who, at(0)) == (480, 1200, 720)
    assert clashes()[0].proposal["allocation_ids"] == [hold.id]
    with pytest.raises(Conflict, match=r"allocation\.clash_open"):
        actions.confirm(SYSTEM, hold.id)
    actions.release(SYSTEM, hold.id)
    assert world.ledger(who, at(0)) == (480, 300, 0)
    assert clashes() == []
    assert queries.check() == []


def test_ending_early_resolves_the_clash_of_a_later_week(either_app):
    who, position = world.specialist(), make.position()
    booked = actions.book(SYSTEM, world.booking(who, position, 900, weeks=(0, 1)))
    world.take_leave(who, at(1), at(1, 4))
    actions.end_early(SYSTEM, booked.id, at(0), "休養のため")
    assert clashes() == []
    assert queries.check() == []


def test_a_coordinator_moves_the_minutes_as_proposed(either_app):
    who, position = world.specialist(), make.position()
    booked = actions.book(SYSTEM, world.booking(who, position, 900, weeks=(0, 1)))
    world.take_leave(who, at(0), at(0, 3))
    coordinator = make.actor_of(make.coordinator())
    [clash] = clashes()
    with pytest.raises(Invalid, match=r"allocation\.reason_needed"):
        actions.resolve_clash(coordinator, clash.id, " ")
    with pytest.raises(Forbidden):
        actions.resolve_clash(make.actor_of(who.person), clash.id, "理由")
    actions.resolve_clash(coordinator, clash.id, "両者と相談済み")
    assert world.rows(booked) == {at(0): (240, 240), at(1): (1200, 1200), at(2): (360, 360)}
    assert booked.ends_on == at(2, 4)
    assert clashes() == []
    assert queries.check() == []
    with pytest.raises(Conflict, match=r"clash\.resolved_before"):
        actions.resolve_clash(coordinator, clash.id, "もう一度")


def test_held_minutes_are_not_moved_behind_the_body(either_app):
    who, position = world.specialist(), make.position()
    actions.hold(
        SYSTEM, world.booking(who, position, 900, weeks=(0,)), clock.now() + timedelta(days=3)
    )
    world.take_leave(who, at(0), at(0, 3))
    coordinator = make.actor_of(make.coordinator())
    with pytest.raises(Conflict, match=r"clash\.of_a_hold"):
        actions.resolve_clash(coordinator, clashes()[0].id, "理由")


def test_a_new_closure_acts_like_leave(either_app):
    busy, idle, position = world.specialist(), world.specialist(), make.position()
    actions.book(SYSTEM, world.booking(busy, position, 1200, weeks=(0,)))
    closure = make.saved(Holiday(day=at(0, 2), name_ja="臨時休業", name_en="Closure"))
    assert actions.keep_all_capacities(SYSTEM, closure) == 2
    assert world.ledger(busy, at(0)) == (960, 1200, 240)
    assert world.ledger(idle, at(0)) == (960, 0, 0)
    assert [clash.specialist_id for clash in clashes()] == [busy.id]
    assert queries.check() == []
    closure.is_closed = False
    db.session.commit()
    actions.keep_all_capacities(SYSTEM, closure)
    assert world.ledger(busy, at(0)) == (1200, 1200, 0)
    assert clashes() == []
    assert queries.check() == []


def test_weeks_that_are_over_keep_their_figures_but_leave_lowers_them(either_app, still_clock):
    who = world.specialist()
    still_clock(timedelta(days=28))
    assert clock.today() == at(2, 1)
    world.override(who, at(0), 0)
    assert world.ledger(who, at(0))[0] == 1200
    world.take_leave(who, at(1, 1))
    assert world.ledger(who, at(1))[0] == 960
    world.change_terms(who, paused_from=at(3), paused_until=at(3, 6))
    world.change_terms(who, paused_from=at(5), paused_until=at(5, 6))
    assert [world.ledger(who, at(week))[0] for week in (1, 3, 4, 5)] == [960, 240, 1200, 0]
    assert queries.check() == []


def test_only_the_system_and_coordinators_keep_capacities(app):
    who = make.specialist()
    with pytest.raises(Forbidden):
        actions.open_weeks(make.actor_of(who.person), who)
    with pytest.raises(Forbidden):
        actions.keep_capacity_after_leave(make.actor_of(make.officer()), who)
    assert db.session.scalar(select(func.count()).select_from(week_ledger)) == 0
