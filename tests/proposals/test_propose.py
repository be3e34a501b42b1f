"""提案: the time is held until the body has decided, once longer, for one person at a time."""

from datetime import date, timedelta

import pytest

from talentshare.allocations import actions as allocations
from talentshare.allocations import queries as allocation_queries
from talentshare.allocations.models import Allocation, week_ledger
from talentshare.allocations.states import AllocationState
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Conflict
from talentshare.platform.db import db
from talentshare.proposals import actions, queries
from talentshare.proposals.actions import Terms
from tests.proposals.stage import FIRST, Stage, now, ready


def booked(specialist, week_on=FIRST) -> int:
    row = week_ledger.c
    return db.session.scalar(
        db.select(row.booked_minutes).where(
            row.specialist_id == specialist.id, row.week_on == week_on
        )
    )


def decided_on(stage, day):
    stage.request.decision_on = day
    db.session.commit()


def test_proposing_holds_every_week_until_the_decision_is_due(either_stage):
    it = either_stage.to("proposed")
    held = db.session.get(Allocation, it.allocation_id)
    assert (held.state, held.expires_at) == (AllocationState.HELD, it.hold_expires_at)
    assert [row.minutes for row in allocation_queries.rows_of(held.id)] == [480, 480, 480, 90]
    assert booked(it.specialist) == 480
    assert allocation_queries.check() == []


@pytest.mark.parametrize(
    ("planned", "last_day"),
    [
        (date(2026, 12, 1), date(2026, 12, 3)),  # Tuesday, two working days later
        (date(2026, 12, 4), date(2026, 12, 8)),  # Friday: the weekend does not count
        (date(2026, 11, 24), date(2026, 11, 26)),  # today
        (date(2026, 11, 20), date(2026, 12, 8)),  # past: ten working days
        (None, date(2026, 12, 8)),
        (date(2027, 2, 1), date(2026, 12, 22)),  # at most twenty working days
    ],
)
def test_the_deadline_follows_the_planned_decision(stage, planned, last_day):
    decided_on(stage, planned)
    it = stage.to("proposed")
    assert queries.due_on(it) == last_day


def test_one_extension_of_five_working_days(stage):
    it = stage.to("proposed")
    own = stage.actor(stage.owner)
    assert queries.due_on(it) == date(2026, 12, 3)
    actions.extend_hold(own, it.id, it.version)
    assert queries.due_on(it) == date(2026, 12, 10)
    assert db.session.get(Allocation, it.allocation_id).expires_at == it.hold_expires_at
    with pytest.raises(Conflict) as refusal:
        actions.extend_hold(own, it.id, it.version)
    assert refusal.value.code == "proposal.extended_before"


def test_a_hold_that_ran_out_is_not_extended(stage, still_clock):
    it = stage.to("proposed")
    still_clock(it.hold_expires_at)
    with pytest.raises(Conflict) as refusal:
        actions.extend_hold(stage.actor(stage.owner), it.id, it.version)
    assert refusal.value.code == "proposal.nothing_held"


def test_a_body_is_asked_about_one_person_at_a_time(stage):
    stage.to("proposed")
    other = stage.to("consented", ready())
    with pytest.raises(Conflict) as refusal:
        actions.propose(stage.actor(stage.owner), other.id, other.version)
    assert refusal.value.code == "proposal.another_is_proposed"
    assert now(other) == "accepted"


def test_a_proposal_that_ran_out_makes_room_for_the_next(either_stage, still_clock):
    first = either_stage.to("proposed")
    second = either_stage.to("consented", ready())
    still_clock(first.hold_expires_at)
    either_stage.step(second, "proposed")
    assert (first.state, now(second)) == ("expired", "proposed")
    assert booked(first.specialist) == 0
    assert allocation_queries.check() == []


def test_after_the_deadline_the_time_is_free_for_others_without_any_job(either_stage, still_clock):
    who = ready(windows=((540, 1020),))
    first = either_stage.to("proposed", who)
    still_clock(first.hold_expires_at)
    assert now(first) == "expired"
    other = Stage(specialist=who, owner=either_stage.owner, second=either_stage.second)
    it = other.wanting(2400).to("proposed")
    assert now(it) == "proposed"
    assert booked(who) == 2400
    assert allocation_queries.check() == []


def test_time_that_is_gone_is_refused_with_weeks_minutes_and_bookings(either_stage):
    who = ready(windows=((540, 780),))  # 20 hours a week
    early = either_stage.to("consented", who)
    rival = Stage(specialist=who, owner=either_stage.owner, second=either_stage.second)
    taken = rival.wanting(900).to("proposed")
    with pytest.raises(Conflict) as refusal:
        actions.propose(either_stage.actor(either_stage.owner), early.id, early.version)
    details = refusal.value.details
    assert refusal.value.code == "allocation.no_fit"
    assert details["week_on"] == FIRST
    assert (details["capacity_minutes"], details["booked_minutes"]) == (1200, 900)
    assert (details["asked_minutes"], details["missing_minutes"]) == (480, 180)
    assert details["allocation_ids"] == (taken.allocation_id,)
    assert now(early) == "accepted"
    assert booked(who) == 900


def test_every_offered_way_out_works(stage):
    who = ready(windows=((540, 780),))
    it = stage.to("consented", who)
    rival = Stage(specialist=who, owner=stage.owner, second=stage.second)
    rival.wanting(900).to("proposed")
    own = stage.actor(stage.owner)
    ways = queries.ways_for(own, stage.position, who.id, (480, FIRST))
    assert ways.minutes_per_week == 300
    assert ways.start_on == date(2027, 1, 4)  # after the four weeks of the other
    actions.revise(own, it.id, it.version, Terms("時期を変えるため", 480, ways.start_on))
    for step in ("checked", "offered", "accepted", "consented", "proposed"):
        stage.step(it, step)
    assert (now(it), it.weeks[0].week_on) == ("proposed", date(2027, 1, 4))
    actions.withdraw(own, it.id, "やり直すため")
    again = stage.to("proposed", who, minutes_per_week=ways.minutes_per_week, start_on=FIRST)
    assert (now(again), again.minutes_per_week) == ("proposed", 300)
    assert allocation_queries.check() == []


def test_no_fewer_hours_and_no_other_start_work_than_those_offered(stage):
    who = ready(windows=((540, 780),))
    it = stage.to("consented", who)
    rival = Stage(specialist=who, owner=stage.owner, second=stage.second)
    rival.wanting(900).to("proposed")
    own = stage.actor(stage.owner)
    for terms in (Terms("15分多い", 315, FIRST), Terms("1週早い", 480, date(2026, 12, 28))):
        with pytest.raises(Conflict) as refusal:
            actions.revise(own, it.id, it.version, terms)
        assert refusal.value.code == "matching.not_a_candidate"


def test_what_the_ledger_gave_back_is_not_given_back_twice(stage, still_clock):
    it = stage.to("proposed")
    still_clock(it.hold_expires_at + timedelta(hours=1))
    allocations.release_expired(SYSTEM)
    actions.expire(stage.actor(stage.owner), it.id)
    assert (it.state, booked(it.specialist)) == ("expired", 0)
    assert allocation_queries.check() == []
