"""Holding, confirming and giving back, on both databases."""

from datetime import date, timedelta

import pytest

from talentshare.allocations import actions, queries
from talentshare.allocations.models import BookedWeek, Booking
from talentshare.allocations.states import AllocationState
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Conflict, Forbidden, Invalid
from talentshare.platform.db import db
from tests import make
from tests.allocations import world
from tests.allocations.world import at

S = AllocationState


def in_days(days):
    return clock.now() + timedelta(days=days)


def refused(do, code):
    with pytest.raises((Conflict, Invalid)) as caught:
        do()
    assert caught.value.code == code
    return caught.value.details


def test_a_hold_takes_the_time_and_a_release_gives_it_back(either_app):
    who, position = world.specialist(), make.position()
    hold = actions.hold(SYSTEM, world.booking(who, position), in_days(3))
    assert world.rows(hold) == {at(0): (240, 240), at(1): (240, 240)}
    assert world.ledger(who, at(0)) == (1200, 240, 0)
    assert (hold.state, hold.body_id) == (S.HELD, position.talent_request.body_id)
    assert (hold.starts_on, hold.ends_on) == (at(0), at(1, 4))
    actions.release(SYSTEM, hold.id)
    assert world.rows(hold) == {}
    assert world.ledger(who, at(0)) == (1200, 0, 0)
    assert queries.check() == []


def test_a_confirmed_hold_no_longer_expires(either_app, still_clock):
    who, position = world.specialist(), make.position()
    hold = actions.hold(SYSTEM, world.booking(who, position), in_days(1))
    actions.confirm(SYSTEM, hold.id)
    still_clock(timedelta(days=2))
    assert actions.release_expired(SYSTEM) == 0
    assert world.ledger(who, at(0))[1] == 240
    assert queries.check() == []


def test_a_full_week_names_minutes_and_bookings_in_the_way(either_app):
    who, position = world.specialist(), make.position()
    first = actions.book(SYSTEM, world.booking(who, position, 720))
    second = actions.hold(SYSTEM, world.booking(who, position, 240, weeks=(1,)), in_days(3))
    told = refused(
        lambda: actions.hold(SYSTEM, world.booking(who, position, 600), in_days(3)),
        "allocation.no_fit",
    )
    assert (told["week_on"], told["capacity_minutes"], told["booked_minutes"]) == (at(0), 1200, 720)
    assert (told["asked_minutes"], told["missing_minutes"]) == (600, 120)
    assert [(week.week_on, week.missing_minutes) for week in told["weeks"]] == [
        (at(0), 120),
        (at(1), 360),
    ]
    assert set(told["allocation_ids"]) == {first.id, second.id}
    assert queries.check() == []


def test_an_expired_hold_is_gone_for_readers_and_for_bookers(either_app, still_clock):
    who, position = world.specialist(), make.position()
    late = actions.hold(SYSTEM, world.booking(who, position, 1200), in_days(1))
    still_clock(timedelta(days=1))
    coordinator = make.actor_of(make.coordinator())
    [week] = queries.week_view(coordinator, who.id, at(0), at(0))
    assert (week.booked, week.free) == (0, 1200)
    assert queries.bookings_in(who.id) == []
    actions.hold(SYSTEM, world.booking(who, position, 1200), in_days(1))
    db.session.refresh(late)
    assert late.state is S.RELEASED
    assert queries.check() == []


def test_an_expired_hold_cannot_be_confirmed_nor_extended(either_app, still_clock):
    who, position = world.specialist(), make.position()
    hold = actions.hold(SYSTEM, world.booking(who, position), in_days(1))
    actions.extend_hold(SYSTEM, hold.id, in_days(2))
    still_clock(timedelta(days=1, hours=23, minutes=59))
    assert queries.load(hold.id).expires_at > clock.now()
    still_clock(timedelta(minutes=1))
    refused(lambda: actions.confirm(SYSTEM, hold.id), "allocation.hold_expired")
    refused(lambda: actions.extend_hold(SYSTEM, hold.id, in_days(2)), "allocation.hold_expired")
    assert actions.release_expired(SYSTEM) == 1
    assert world.ledger(who, at(0))[1] == 0
    refused(lambda: actions.confirm(SYSTEM, hold.id), "allocation.not_now")


def test_a_hold_needs_a_deadline_ahead(either_app):
    who, position = world.specialist(), make.position()
    refused(
        lambda: actions.hold(SYSTEM, world.booking(who, position), clock.now()),
        "allocation.deadline_passed",
    )


def test_a_day_may_be_full_though_the_week_is_not(either_app):
    who, position = world.specialist(), make.position()
    mondays = actions.book(
        SYSTEM, world.booking(who, position, 180, weeks=(0,), weekdays=world.MONDAYS)
    )
    told = refused(
        lambda: actions.book(
            SYSTEM, world.booking(who, position, 120, weeks=(0,), weekdays=world.MONDAYS)
        ),
        "allocation.day_full",
    )
    assert (told["missing_minutes"], told["day_on"]) == (60, at(0))
    assert told["allocation_ids"] == (mondays.id,)
    [week] = told["weeks"]
    assert week.days == (at(0),)


def test_minutes_inside_office_hours_are_counted_apart(either_app):
    who, position = world.specialist(windows=((540, 660), (1080, 1200))), make.position()
    actions.book(SYSTEM, world.booking(who, position, 540, weeks=(0,)))
    told = refused(
        lambda: actions.book(SYSTEM, world.booking(who, position, 120, weeks=(0,))),
        "allocation.day_full",
    )
    assert told["missing_minutes"] == 60
    assert told["weeks"][0].inside_only
    actions.book(SYSTEM, world.booking(who, position, 120, weeks=(0,), inside=60))


def test_only_so_many_bodies_a_week_holds_included(either_app):
    who = world.specialist(max_bodies=2)
    one, two, three = make.position(), make.position(), make.position()
    actions.hold(SYSTEM, world.booking(who, one, 60), in_days(3))
    second = actions.book(SYSTEM, world.booking(who, two, 60))
    told = refused(
        lambda: actions.book(SYSTEM, world.booking(who, three, 60)), "allocation.bodies_limit"
    )
    assert second.id in told["allocation_ids"]
    actions.book(SYSTEM, world.booking(who, two, 60))
    actions.book(SYSTEM, world.booking(who, three, 60, weeks=(2,)))
    assert queries.check() == []


def test_a_monthly_cap_counts_weeks_by_their_thursday(either_app):
    who, position = world.specialist(month_cap_minutes=600), make.position()
    actions.hold(SYSTEM, world.booking(who, position, 300, weeks=(-1,)), in_days(3))
    assert at(-1) == date(2026, 11, 30)
    told = refused(
        lambda: actions.book(SYSTEM, world.booking(who, position, 180, weeks=(0, 1))),
        "allocation.month_cap",
    )
    assert (told["month_on"], told["capacity_minutes"]) == (date(2026, 12, 1), 600)
    assert (told["booked_minutes"], told["asked_minutes"]) == (300, 360)
    assert told["missing_minutes"] == 60
    actions.book(SYSTEM, world.booking(who, position, 150, weeks=(0, 1)))
    actions.book(SYSTEM, world.booking(who, position, 600, weeks=(5,)))
    assert queries.check() == []


def test_beyond_the_ledger_and_outside_the_engagement_nothing_is_booked(either_app):
    who, position = world.specialist(engaged_until=date(2027, 1, 31)), make.position()
    far = Booking(who.id, position.id, 31, 60, 60, (BookedWeek(date(2028, 4, 3), 60, 60),))
    refused(lambda: actions.book(SYSTEM, far), "allocation.beyond_ledger")
    last = Booking(who.id, position.id, 31, 60, 60, (BookedWeek(date(2028, 3, 27), 60, 60),))
    refused(lambda: actions.book(SYSTEM, last), "allocation.not_engaged")
    refused(
        lambda: actions.book(SYSTEM, world.booking(who, position, 60, weeks=(8,))),
        "allocation.not_engaged",
    )
    actions.book(SYSTEM, world.booking(who, position, 60, weeks=(7,)))


def test_the_first_refusal_is_the_gravest(either_app):
    who, position = world.specialist(), make.position()
    rows = (BookedWeek(at(0), 1260, 0), BookedWeek(date(2028, 4, 3), 60, 0))
    both = Booking(who.id, position.id, 31, 1260, 0, rows)
    told = refused(lambda: actions.book(SYSTEM, both), "allocation.beyond_ledger")
    assert [week.code for week in told["weeks"]] == [
        "allocation.beyond_ledger",
        "allocation.no_fit",
    ]


def test_cancelling_is_for_what_has_not_begun(either_app, still_clock):
    who, position = world.specialist(), make.position()
    soon = actions.book(SYSTEM, world.booking(who, position))
    refused(lambda: actions.cancel(SYSTEM, soon.id, " "), "allocation.reason_needed")
    still_clock(timedelta(days=13))
    assert clock.today() == at(0)
    refused(lambda: actions.cancel(SYSTEM, soon.id, "計画の変更"), "allocation.started")
    later = actions.book(SYSTEM, world.booking(who, position, weeks=(1,)))
    gone = actions.cancel(SYSTEM, later.id, "計画の変更")
    assert (gone.state, gone.close_reason, world.rows(gone)) == (S.CANCELLED, "計画の変更", {})
    assert world.ledger(who, at(1))[1] == 240
    assert queries.check() == []


def test_ending_early_keeps_what_lies_before(either_app):
    who, position = world.specialist(), make.position()
    booked = actions.book(SYSTEM, world.booking(who, position, weeks=(0, 1, 2, 5)))
    for week_on in (at(-1), at(5), at(9)):
        refused(
            lambda last=week_on: actions.end_early(SYSTEM, booked.id, last, "終了"),
            "allocation.end_outside",
        )
    refused(lambda: actions.end_early(SYSTEM, booked.id, at(1), ""), "allocation.reason_needed")
    ended = actions.end_early(SYSTEM, booked.id, at(1), "業務の終了")
    assert world.rows(ended).keys() == {at(0), at(1)}
    assert (ended.state, ended.ends_on) == (S.ENDED, at(1, 4))
    assert [world.ledger(who, at(week))[1] for week in (0, 1, 2, 5)] == [240, 240, 0, 0]
    refused(lambda: actions.cancel(SYSTEM, booked.id, "もう一度"), "allocation.not_now")
    assert queries.check() == []


def test_a_hold_is_neither_cancelled_nor_ended(either_app):
    who, position = world.specialist(), make.position()
    hold = actions.hold(SYSTEM, world.booking(who, position), in_days(3))
    refused(lambda: actions.cancel(SYSTEM, hold.id, "理由"), "allocation.not_now")
    refused(lambda: actions.end_early(SYSTEM, hold.id, at(0), "理由"), "allocation.not_now")
    assert world.rows(hold).keys() == {at(0), at(1)}


def test_weeks_without_minutes_are_not_booked(either_app):
    who, position = world.specialist(), make.position()
    rows = (BookedWeek(at(0), 60, 0), BookedWeek(at(1), 0, 0), BookedWeek(at(2), 60, 60))
    booked = actions.book(SYSTEM, Booking(who.id, position.id, 31, 60, 60, rows))
    assert world.rows(booked) == {at(0): (60, 0), at(2): (60, 60)}


@pytest.mark.parametrize(
    "weeks",
    [
        (),
        (BookedWeek(at(0), 0, 0),),
        (BookedWeek(at(0, 1), 60, 0),),
        (BookedWeek(at(1), 60, 0), BookedWeek(at(0), 60, 0)),
        (BookedWeek(at(0), 60, 61),),
    ],
)
def test_a_booking_that_no_form_sends_is_a_defect(app, weeks):
    who, position = world.specialist(), make.position()
    with pytest.raises(ValueError, match=r"booking|inside"):
        actions.book(SYSTEM, Booking(who.id, position.id, 31, 60, 0, weeks))


@pytest.mark.parametrize("role", ["officer", "manager", "specialist", "admin"])
def test_only_coordinators_book(app, role):
    who, position = world.specialist(), make.position()
    other = who.person if role == "specialist" else getattr(make, role)()
    with pytest.raises(Forbidden):
        actions.book(make.actor_of(other), world.booking(who, position))
    booked = actions.book(make.actor_of(make.coordinator()), world.booking(who, position))
    with pytest.raises(Forbidden):
        actions.cancel(make.actor_of(other), booked.id, "理由")
