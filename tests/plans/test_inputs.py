"""What a plan is made of: each row that the planner may choose, the ledger takes, and no other."""

from datetime import date, timedelta

import pytest

from talentshare.allocations import actions as allocations
from talentshare.kernel.actor import SYSTEM
from talentshare.matching import queries as matching
from talentshare.plans import queries
from talentshare.plans.models import PlanPair
from talentshare.plans.queries import Chosen
from talentshare.plans.states import PairKind, ScopeKind
from talentshare.proposals import actions as proposals
from talentshare.proposals.actions import Terms
from talentshare.specialists.models import TimeOff
from talentshare.specialists.states import TimeOffKind
from tests import make
from tests.matching.world import booked
from tests.plans.world import draft, need, ready

LATE = date(2027, 3, 28)


def planned(run=None):
    """The instance's positions that are planned, by number, and its people."""
    found = queries.given(run or draft())
    needs = {it["id"]: it for it in found.instance["positions"] if it["id"] > 0}
    people = {it["id"]: it for it in found.instance["specialists"]}
    return found, needs, people


def starts_of(it, who):
    every = range(it["earliest"], it["latest_start"] + 1)
    return list(it.get("starts", {}).get(str(who), every))


def takes(found, position, who, week):
    """Whether the ledger takes this row alone."""
    row = Chosen(position.id, who.id, found.first_week_on + week * timedelta(weeks=1))
    return not queries.judged_now([row], [])[0].bad


def test_hours_are_quarters_of_an_hour_of_a_full_week(app):
    who, position = ready(), need(latest_end_on=date(2027, 1, 10))
    found, needs, people = planned()
    it = needs[position.id]
    assert (it["hours"], it["weeks"], it["weight"]) == (32, 4, 10)
    assert found.first_week_on == date(2026, 11, 23) + timedelta(weeks=1)
    assert (it["earliest"], it["latest_start"]) == (1, 2)
    score = matching.ranked(position).candidates(0, 1)[0].score
    assert it["eligible"] == {str(who.id): score // 10}
    assert people[who.id]["capacity"][1] == 35 * 4
    assert people[who.id]["max_bodies"] == 2


def test_a_short_week_asks_less_so_that_as_much_fits_as_into_a_full_one(app):
    """Of 28 December one day is open: its 7 hours take what 36 hours a week ask, floored."""
    who = ready()
    need()
    _found, _needs, people = planned()
    assert people[who.id]["capacity"][4] == 36 * 4


def test_a_row_is_possible_exactly_when_the_ledger_takes_it(app):
    people = [
        ready(),
        ready(windows=((1020, 1260),)),  # evenings, outside office hours
        ready(month_cap_minutes=40 * 60),
        ready(max_bodies=1),
        ready(windows=((540, 660),)),  # ten hours a week
    ]
    booked(people[0], minutes=1800)
    booked(people[3], minutes=240, weeks=range(2, 8))
    away = date(2027, 1, 11)
    make.saved(
        TimeOff(
            specialist_id=people[4].id,
            kind=TimeOffKind.LEAVE,
            starts_on=away,
            ends_on=away + timedelta(days=13),
        )
    )
    allocations.keep_capacity_after_leave(SYSTEM, people[4])
    positions = [
        need(latest_end_on=LATE),
        need(latest_end_on=LATE, minutes_per_week=600, inside_minutes_per_week=0),
        need(latest_end_on=LATE, minutes_per_week=600, inside_minutes_per_week=600, week_count=6),
        need(latest_end_on=LATE, minutes_per_week=240, inside_minutes_per_week=0, weekdays=3),
    ]
    found, needs, there = planned()
    seen = {True: 0, False: 0}
    for position in positions:
        it = needs[position.id]
        for who in people:
            for week in range(it["earliest"], it["latest_start"] + 1):
                is_possible = str(who.id) in it["eligible"] and week in starts_of(it, who.id)
                assert is_possible == takes(found, position, who, week), (position.id, who.id, week)
                seen[is_possible] += 1
                if is_possible:
                    weeks = range(week, week + it["weeks"])
                    away = there[who.id]["leave"]
                    capacity = there[who.id]["capacity"]
                    assert all(capacity[at] >= it["hours"] for at in weeks if at not in away)
    assert min(seen.values()) > 20


def test_what_is_booked_keeps_its_hours_and_its_seat(app):
    who = ready(max_bodies=1)
    booked(who, minutes=480, weeks=range(2))
    position = need(latest_end_on=LATE)
    _found, needs, people = planned()
    assert starts_of(needs[position.id], who.id)[0] == 3  # two weeks from 7 December are taken
    stand_in = {"hours": 32, "weeks": 2, "weight": 0, "earliest": 1, "latest_start": 1}
    found = queries.given(draft()).instance["positions"]
    assert [it for it in found if it["id"] < 0 and stand_in.items() <= it.items()]
    assert people[who.id]["capacity"][1] == 35 * 4  # with the hours of the stand-in


def test_a_proposal_under_way_keeps_its_position_and_its_time(app):
    who, coordinator = ready(), make.coordinator()
    asked, other = need(), need()
    proposal = proposals.prepare(
        make.actor_of(coordinator), asked.id, who.id, Terms("経験があるためです")
    )
    found, needs, people = planned()
    assert set(needs) == {other.id}
    assert [one.id for one in found.under_way] == [proposal.id]
    assert people[who.id]["capacity"][1] == 35 * 4  # with the hours of the stand-in


@pytest.mark.parametrize(
    ("kind", "scope", "is_in"),
    [
        (ScopeKind.ROLE, ["SA"], True),
        (ScopeKind.ROLE, ["PM"], False),
        (ScopeKind.REQUESTS, ["R-0"], False),
    ],
)
def test_only_what_is_in_the_scope_is_planned(app, kind, scope, is_in):
    ready()
    position = need()
    _found, needs, _people = planned(draft(scope_kind=kind, scope=scope))
    assert (position.id in needs) == is_in


def test_what_does_not_end_within_the_horizon_says_so(app):
    ready()
    position = need(week_count=16, latest_end_on=date(2027, 6, 27))
    found, needs, _people = planned(draft(horizon_weeks=13))
    assert position.id not in needs
    assert found.not_reached == {position.id: "plan.beyond_horizon"}


def pair(kind, position, who):
    return make.saved(
        PlanPair(
            kind=kind,
            position_id=position.id,
            specialist_id=who.id,
            reason="団体の希望です",
            made_by_id=who.person_id,
            made_at=make.clock.now(),
        )
    )


def test_a_forbidden_pair_is_not_eligible_and_a_fixed_one_is_pinned(app):
    one, other, position = ready(), ready(), need()
    pair(PairKind.FORBID, position, one)
    pair(PairKind.PIN, position, other)
    _found, needs, _people = planned()
    it = needs[position.id]
    assert str(one.id) not in it["eligible"]
    assert it["pinned"] == {"specialist": other.id, "start": 1}


def test_a_fixed_pair_without_room_is_told(app):
    who, first, second = ready(), need(minutes_per_week=1800), need(minutes_per_week=1800)
    pair(PairKind.PIN, first, who)
    beside = pair(PairKind.PIN, second, who)
    found, needs, _people = planned()
    assert [one.id for one in found.unplaced] == [beside.id]
    assert needs[second.id]["pinned"] is None


def test_trials_suppose_people_hours_and_weights(app):
    who = ready(windows=((540, 660),))
    position = need(minutes_per_week=900, inside_minutes_per_week=0)
    what_if = {
        "hours": {str(who.id): 600},
        "weights": {str(position.id): 77},
        "added": [{"role": "SA", "minutes_per_week": 1200}],
    }
    assert str(who.id) not in planned()[1][position.id]["eligible"]
    _found, needs, people = planned(draft(what_if=what_if))
    it = needs[position.id]
    assert it["weight"] == 77
    assert {str(who.id), "-1"} <= set(it["eligible"])
    assert people[-1]["capacity"] == [80] * len(people[-1]["capacity"])
    gone = planned(draft(what_if={**what_if, "without": [who.id]}))[1][position.id]
    assert set(gone["eligible"]) == {"-1"}
