"""A run begins where another one ended, and is heard of while it lasts."""

from threading import Event

import pytest

from talentshare.engine.planning.aims import solve_for
from talentshare.engine.planning.goal import SERVED, Aim
from talentshare.engine.planning.instance import made
from talentshare.engine.planning.run import Allocation, Run
from talentshare.engine.planning.solve import solve, solve_and_explain
from talentshare.engine.planning.verify import verify
from tests.engine.planning import small

HERE = Aim(), Aim(SERVED), Aim(floor_hours=12)


def instance(seed=1):
    return small.limited(seed, specialists=12, positions=50, weeks=14)


def stopped():
    """An event that is set: only what a run begins with is to be had."""
    event = Event()
    event.set()
    return event


def rows(allocations):
    return [(one.position, one.specialist, one.start) for one in allocations]


@pytest.mark.parametrize("aim", HERE)
@pytest.mark.parametrize("seed", range(4))
def test_a_run_is_no_worse_than_the_plan_with_which_it_begins(seed, aim):
    given = made(instance(seed))
    best = solve_for(aim, given, Run(seconds=3))
    fresh = solve_for(aim, given, Run(stop=stopped()))
    again = solve_for(aim, given, Run(begin=best.allocations, stop=stopped()))

    def reached(plan):
        return plan.goal["score"] if plan.goal else plan.value

    assert reached(again) >= reached(best) > reached(fresh)


def test_what_is_no_longer_feasible_of_a_beginning_is_left_out():
    given = instance()
    best = solve(made(given)).allocations
    nothing = [Allocation(9_999, 10, 0), Allocation(101, 9_999, 0), Allocation(101, 10, 99)]
    away = next(one.specialist for one in best if not _is_pinned(given, one))
    for person in given["specialists"]:
        if person["id"] == away:
            person["capacity"] = [
                sum(
                    need["hours"]
                    for need in given["positions"]
                    if need["pinned"]
                    and need["pinned"]["specialist"] == away
                    and need["pinned"]["start"] <= week < need["pinned"]["start"] + need["weeks"]
                )
                for week in range(given["weeks"])
            ]
    kept = [one for one in best if one.specialist != away or _is_pinned(given, one)]
    begin = [*nothing, *best, *best]
    plan = solve(made(given), Run(begin=begin, stop=stopped()))
    assert plan.value >= sum(small.worth(given, one) for one in rows(kept))
    assert verify(given, plan.as_json()).is_honest


def _is_pinned(given, one):
    return bool(small.found(given, rows([one])[0])[0]["pinned"])


def test_the_same_beginning_gives_the_same_plan():
    given = made(instance())
    begin = solve(given, Run(stop=stopped())).allocations
    first, second = (solve(given, Run(begin=begin)) for _ in range(2))
    assert first.allocations == second.allocations
    assert first.certificate == second.certificate


@pytest.mark.parametrize("aim", HERE)
def test_what_is_heard_is_a_plan_that_is_worth_it(aim):
    given, heard = instance(3), []

    def tell(progress):
        heard.append((progress, progress.allocations()))

    plan = solve_for(aim, made(given), Run(tell=tell))
    for is_total in (True, False):
        mine = [(one, rows(found)) for one, found in heard if one.is_total == is_total]
        assert bool(mine) == (is_total or not aim.is_plain)
        values = [one.value for one, _ in mine]
        bounds = [one.bound for one, _ in mine if one.bound is not None]
        assert values == sorted(values)
        assert bounds == sorted(bounds, reverse=True)
        for one, plan_so_far in mine:
            assert small.is_feasible(given, plan_so_far)
            if is_total:
                assert one.value == sum(small.worth(given, row) for row in plan_so_far)
    last, allocations = heard[-1]
    assert allocations == plan.allocations
    assert last.value == (plan.goal["score"] if plan.goal else plan.value)


def test_whoever_listens_changes_nothing():
    given, heard = made(instance(3)), []
    for way in (solve, solve_and_explain):
        alone, listened = way(given), way(given, Run(tell=heard.append))
        assert heard
        assert alone.allocations == listened.allocations
        assert alone.certificate == listened.certificate
