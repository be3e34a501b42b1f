"""What is said of a position that is left out is true: tried out on all plans."""

import copy
from dataclasses import replace

import pytest

from talentshare.engine.planning.instance import made
from talentshare.engine.planning.solve import solve, solve_and_explain
from tests.engine.planning import small

SEEDS = small.seeds(40)


def told(given):
    """The plan as options, and what is said of each position that it leaves out."""
    plan = solve_and_explain(made(given))
    rows = [(one.position, one.specialist, one.start) for one in plan.allocations]
    needs = {one["id"]: one for one in given["positions"]}
    return plan, rows, [(needs[one.position], one) for one in plan.unassigned]


def crowded(seed, kind=small.instance):
    return kind(seed, specialists=2, positions=7)


@pytest.mark.parametrize("kind", small.KINDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_loss_is_that_of_the_best_plan_that_serves_it(seed, kind):
    given = crowded(seed, kind)
    plan, _, left_out = told(given)
    for need, one in left_out:
        if one.reason == "outbid":
            best = small.best_worth(given, served=need["id"])
            assert one.least == one.most == plan.value - best
            assert one.by


@pytest.mark.parametrize("kind", small.KINDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_without_time_the_loss_is_a_span_that_holds_the_truth(seed, kind):
    given = crowded(seed, kind)
    plan = solve(made(given))
    for one in plan.unassigned:
        if one.reason == "outbid":
            lost = plan.value - small.best_worth(given, served=one.position)
            assert one.least <= lost <= one.most


@pytest.mark.parametrize("kind", small.KINDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_each_reason_is_true_beside_what_is_pinned(seed, kind):
    given = crowded(seed, kind)
    pinned = [small.options(given, n)[0] for n in given["positions"] if n["pinned"]]

    def can_serve(need, world):
        return any(small.is_feasible(world, [*pinned, o]) for o in small.options(world, need))

    roomy = copy.deepcopy(given)
    for person in roomy["specialists"]:
        person["max_bodies"] = 99
    for need, one in told(given)[2]:
        assert (one.reason == "nobody_eligible") == (need["eligible"] == {})
        assert (one.reason == "outbid") == can_serve(need, given)
        if one.reason in {"nobody_free", "bodies_limit"}:
            assert (one.reason == "bodies_limit") == can_serve(need, roomy)


def changed(given, number, change, amount):
    """The instance with a change of this amount, and the ways to serve the position then."""
    world = copy.deepcopy(given)
    need = next(one for one in world["positions"] if one["id"] == number)
    people = {one["id"]: one for one in world["specialists"]}
    if change.kind == "hours":
        person = people[change.specialist]
        person["capacity"] = [hours + amount for hours in person["capacity"]]
    elif change.kind == "bodies":
        people[change.specialist]["max_bodies"] += amount
    elif change.kind == "fewer_hours":
        need["hours"] -= amount
    elif change.kind == "eligible":
        need["eligible"][str(change.specialist)] = 1
    elif change.kind == "start":
        need["earliest"] = max(0, need["earliest"] - amount)
        need["latest_start"] = min(world["weeks"] - need["weeks"], need["latest_start"] + amount)
    return world, small.options(world, need)


def everybody(given, change):
    return [replace(change, specialist=one["id"]) for one in given["specialists"]]


@pytest.mark.parametrize("kind", small.KINDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_each_change_serves_it_and_none_smaller_does(seed, kind):
    given = crowded(seed, kind)
    plan, rows, left_out = told(given)
    for need, one in left_out:
        for change in one.changes:
            amount = 1 if change.kind == "eligible" else change.amount
            world, options = changed(given, need["id"], change, amount)
            assert (need["id"], change.specialist, change.start) in options
            assert small.is_feasible(world, [*rows, (need["id"], change.specialist, change.start)])
            if need["weight"] and change.kind != "fewer_hours":
                assert small.best_worth(world) > plan.value
            for other in everybody(given, change):
                world, options = changed(given, need["id"], other, amount - 1)
                if change.kind != "eligible":
                    assert not any(small.is_feasible(world, [*rows, o]) for o in options)


@pytest.mark.parametrize("kind", small.KINDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_kind_of_change_that_is_not_named_does_not_help(seed, kind):
    given = crowded(seed, kind)
    _, rows, left_out = told(given)
    for need, one in left_out:
        named = {change.kind: change for change in one.changes}
        if "hours" not in named:
            world = copy.deepcopy(given)
            for person in world["specialists"]:
                person["capacity"] = [999] * world["weeks"]
            options = small.options(world, need)
            assert not any(small.is_feasible(world, [*rows, o]) for o in options)
        free = {
            other["id"]
            for other in given["specialists"]
            if str(other["id"]) not in need["eligible"]
            for start in range(need["earliest"], need["latest_start"] + 1)
            if small.is_feasible(given, [*rows, (need["id"], other["id"], start)])
        }
        assert ("eligible" in named) == bool(free)
        assert not free or named["eligible"].amount == len(free)


def test_every_kind_of_reason_and_change_is_met():
    found = [one for seed in range(40) for _, one in told(crowded(seed))[2]]
    assert {one.reason for one in found} >= {"nobody_eligible", "outbid", "nobody_free"}
    assert {change.kind for one in found for change in one.changes} == {
        "hours",
        "fewer_hours",
        "bodies",
        "start",
        "eligible",
    }


def test_what_is_worth_nothing_says_so():
    given = crowded(2)
    given["positions"][1]["weight"] = 0
    assert {one.position: one.reason for one in solve(made(given)).unassigned}[101] == (
        "worth_nothing"
    )


def test_a_specialist_with_hours_but_too_many_bodies():
    need = {"hours": 4, "weeks": 2, "earliest": 0, "latest_start": 1, "weight": 1}
    pin = {"specialist": 1, "start": 0}
    given = {
        "weeks": 3,
        "specialists": [{"id": 1, "capacity": [8] * 3, "leave": [], "max_bodies": 1}],
        "positions": [
            {"id": 1, "body": 0, **need, "eligible": {"1": 500}, "pinned": pin},
            {"id": 2, "body": 1, **need, "eligible": {"1": 500}, "pinned": None},
        ],
    }
    (one,) = solve_and_explain(made(given)).unassigned
    assert (one.position, one.reason) == (2, "bodies_limit")
    assert [(c.kind, c.amount, c.start) for c in one.changes] == [("bodies", 1, 0)]
