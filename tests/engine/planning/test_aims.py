"""Bodies first, a floor of hours, few changes: no plan is better in that order."""

import copy
import random
from functools import cache

import pytest

from talentshare.engine.planning.aims import sentences, solve_for
from talentshare.engine.planning.goal import Aim
from talentshare.engine.planning.instance import Malformed, made
from talentshare.engine.planning.verify import verify, verify_goal
from tests.engine.planning import small

SEEDS = small.seeds(30)
AIMS = [Aim("served_then_total"), Aim("total", 12), Aim("served_then_total", 20), Aim("total", 400)]


def plans(given):
    """Every feasible plan, as options."""
    needs = given["positions"]

    def more(at, plan):
        if at == len(needs):
            yield plan
            return
        if not needs[at]["pinned"]:
            yield from more(at + 1, plan)
        for option in small.options(given, needs[at]):
            if small.is_feasible(given, [*plan, option]):
                yield from more(at + 1, [*plan, option])

    return more(0, [])


@cache
def everything(seed):
    given = crowded(seed)
    return given, [facts(given, plan) for plan in plans(given)]


def crowded(seed):
    """One position may be worth nothing: it still serves its body."""
    given = small.KINDS[seed % 2](seed, specialists=2, positions=5)
    if seed % 4 == 0:
        given["positions"][-1]["weight"] = 0
    return given


def facts(given, plan):
    """Hours by body, the total."""
    hours = {}
    for option in plan:
        need, _ = small.found(given, option)
        own = need["hours"] * len(small.worked(given, option))
        hours[need["body"]] = hours.get(need["body"], 0) + own
    return hours, sum(small.worth(given, option) for option in plan), plan


def floors(given, floor):
    asked = {}
    for need in given["positions"]:
        asked[need["body"]] = asked.get(need["body"], 0) + need["hours"] * need["weeks"]
    return {body: min(hours, floor) for body, hours in asked.items()}


def key(given, aim, hours, total):
    """What is compared, in this order."""
    served = len(hours) if aim.objective == "served_then_total" else 0
    targets = floors(given, aim.floor_hours)
    return served, sum(min(hours.get(body, 0), most) for body, most in targets.items()), total


def of_plan(given, plan):
    rows = [(one.position, one.specialist, one.start) for one in plan.allocations]
    assert small.is_feasible(given, rows)
    return facts(given, rows)


@pytest.mark.parametrize("aim", AIMS)
@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_is_better_in_the_order_of_the_aim(seed, aim):
    given, all_plans = everything(seed)
    plan = solve_for(aim, made(given))
    hours, total, _ = of_plan(given, plan)
    best = max(key(given, aim, *one[:2]) for one in all_plans)
    assert key(given, aim, hours, total) == best
    assert plan.status == "optimal"
    assert plan.value == total
    dearest = max(one[1] for one in all_plans)
    assert plan.goal["price_of_fairness"] == (dearest - total, dearest - total)


@pytest.mark.parametrize("aim", AIMS)
@pytest.mark.parametrize("seed", SEEDS)
def test_both_proofs_hold_for_whoever_recomputes_them(seed, aim):
    given = crowded(seed)
    plan = solve_for(aim, made(given)).as_json()
    assert verify(given, plan).mistakes == ()
    verdict = verify_goal(given, plan, aim.floor_hours)
    assert verdict.mistakes == ()
    assert verdict.value == verdict.bound == plan["goal"]["score"] == plan["goal"]["bound"]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_said_of_bodies_is_true(seed):
    given, all_plans = everything(seed)
    aim = Aim("served_then_total", 20)
    plan = solve_for(aim, made(given))
    hours, _, _ = of_plan(given, plan)
    most = max(len(one[0]) for one in all_plans)
    assert plan.goal["served"] == [len(hours), most]
    targets = floors(given, 20)
    short = sum(max(0, most - hours.get(body, 0)) for body, most in targets.items())
    assert plan.goal["hours_short"] == [short, short]
    assert plan.goal["below_floor"] == [
        {
            "body": body,
            "hours": hours.get(body, 0),
            "floor": target,
            "most": max(one[0].get(body, 0) for one in all_plans),
        }
        for body, target in sorted(targets.items())
        if hours.get(body, 0) < target
    ]


def before(given, seed):
    """A plan made for other worths, one allocation of somebody who is gone, one of nothing."""
    draw = random.Random(seed)
    earlier = copy.deepcopy(given)
    for need in earlier["positions"]:
        need["weight"] = draw.randint(1, 3)
    allocations = [vars(one) for one in solve_for(Aim(), made(earlier)).allocations]
    if seed % 3 == 1 and allocations:
        allocations[0] = allocations[0] | {"specialist": 77}
    gone = {"position": 999, "specialist": 10, "start": 0}
    return {**given, "previous": [*allocations, gone], "penalty": draw.choice([0, 900, 20_000])}


@pytest.mark.parametrize("aim", [Aim(), Aim("served_then_total")])
@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_is_better_when_each_change_costs(seed, aim):
    given, all_plans = everything(seed)
    given = before(given, seed)
    known = {(one["position"], one["specialist"], one["start"]) for one in given["previous"][:-1]}

    def score(hours, total, plan):
        changes = len(known - set(plan))
        return *key(given, aim, hours, total)[:2], total - given["penalty"] * changes

    plan = solve_for(aim, made(given))
    found = of_plan(given, plan)
    assert score(*found) == max(score(*one) for one in all_plans)
    assert plan.value == found[1]
    if given["penalty"]:
        assert plan.goal["changes"] == len(known - set(found[2]))
    verdict = verify_goal(given, plan.as_json())
    assert verdict.mistakes == ()
    assert verdict.value == verdict.bound


MUTATIONS = {
    "is paid for a body": lambda goal: goal.update(per_body=goal["per_body"] + 1),
    "the score is": lambda goal: goal.update(score=goal["score"] + 1),
    "what is proven is": lambda goal: goal.update(bound=goal["bound"] - 1),
    "is negative": lambda goal: goal["certificate"]["bodies"].update({"0": -1}),
}


@pytest.mark.parametrize("sentence", MUTATIONS)
def test_a_changed_proof_is_caught(sentence):
    given = small.instance(7)
    plan = copy.deepcopy(solve_for(Aim("served_then_total", 20), made(given)).as_json())
    assert "bodies" in plan["goal"]["certificate"]
    MUTATIONS[sentence](plan["goal"])
    assert any(sentence in one for one in verify_goal(given, plan, 20).mistakes)


def test_numbers_too_large_for_an_order_are_refused():
    given = small.instance(1)
    given["positions"][1]["weight"] = 10**9
    with pytest.raises(Malformed, match="too large for this objective"):
        solve_for(Aim("served_then_total", 999_999), made(given))


def test_the_sentences_name_who_cannot_reach_the_floor():
    given = small.instance(0)
    said = " ".join(sentences(solve_for(Aim("served_then_total", 20), made(given))))
    assert "bodies are served; no plan serves more than" in said
    assert "of the total." in said
