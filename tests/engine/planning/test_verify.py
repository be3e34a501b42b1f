"""The judge catches every plan that is not what it says."""

import copy

import pytest

from talentshare.engine.planning.instance import made
from talentshare.engine.planning.solve import solve
from talentshare.engine.planning.verify import verify
from tests.engine.planning import small


@pytest.fixture(scope="module")
def given():
    return small.instance(12, specialists=3, positions=8)


@pytest.fixture
def plan(given):
    return copy.deepcopy(solve(made(given)).as_json())


def test_an_honest_plan_passes(given, plan):
    assert verify(given, plan).is_honest


def test_a_plan_without_a_proof_is_checked_by_its_rules(given, plan):
    del plan["certificate"], plan["bound"]
    verdict = verify(given, plan)
    assert verdict.is_honest
    assert verdict.bound is None


MUTATIONS = {
    "the value is": lambda plan: plan.update(value=plan["value"] + 1),
    "what is proven is": lambda plan: plan.update(bound=plan["value"] - 1),
    "is served twice": lambda plan: plan["allocations"].append(plan["allocations"][0]),
    "is unknown": lambda plan: plan["allocations"][0].update(position=999),
    "is not eligible": lambda plan: plan["allocations"][0].update(specialist=11),
    "cannot start": lambda plan: plan["allocations"][0].update(start=-1),
    "was moved": lambda plan: plan.update(
        allocations=[one for one in plan["allocations"] if one["position"] != 101]
    ),
    "is negative": lambda plan: plan.update(certificate={"prices": {"102": -1}}),
}


def world():
    """One pin, one position beside it, and somebody who may do neither."""
    person = {"capacity": [8, 8, 8], "leave": [], "max_bodies": 1}
    need = {"body": 0, "hours": 4, "weeks": 2, "earliest": 0, "latest_start": 1, "weight": 2}
    return {
        "weeks": 3,
        "specialists": [{"id": n, **person} for n in (10, 11)],
        "positions": [
            {"id": 101, **need, "eligible": {"10": 700}, "pinned": {"specialist": 10, "start": 0}},
            {"id": 102, **need, "eligible": {"10": 600}, "pinned": None},
        ],
    }


@pytest.mark.parametrize("sentence", MUTATIONS)
def test_a_changed_plan_is_caught(sentence):
    plan = copy.deepcopy(solve(made(world())).as_json())
    assert verify(world(), plan).is_honest
    MUTATIONS[sentence](plan)
    assert any(sentence in mistake for mistake in verify(world(), plan).mistakes)


def test_a_start_that_is_not_possible_for_the_specialist_is_caught():
    limited = world()
    limited["positions"][1]["starts"] = {"10": [1]}
    plan = solve(made(limited)).as_json()
    assert plan["allocations"][1] == {"position": 102, "specialist": 10, "start": 1}
    assert verify(limited, plan).is_honest
    limited["positions"][1]["starts"] = {"10": [0]}
    plan = {"allocations": plan["allocations"]}
    assert verify(limited, plan).mistakes == ("position 102 cannot start in week 1",)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"capacity": [8, 7, 8]}, "no room"),
        ({"max_bodies": 0}, "no room"),
        ({"leave": [0, 1]}, "leave takes more than a fifth"),
    ],
)
def test_a_rule_of_a_person_is_kept(change, sentence):
    plan = copy.deepcopy(solve(made(world())).as_json())
    changed = world()
    changed["specialists"][0] |= change
    assert any(sentence in mistake for mistake in verify(changed, plan).mistakes)
