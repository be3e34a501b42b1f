"""What the planner is measured on: always the same, readable, and planned by hand within the rules."""

import json

import pytest

from bench import by_hand
from bench.instances import LEAST_FIT, PINNED, SIZES, Size, fits, made, np
from talentshare.engine.planning.instance import read
from talentshare.engine.planning.verify import verify
from tests.engine.planning import small

TINY = Size(bodies=5, specialists=12, positions=30, weeks=8, areas=2)


def test_a_seed_gives_one_instance_and_another_seed_another_one():
    assert json.dumps(made(TINY, 7)) == json.dumps(made(TINY, 7))
    assert made(TINY, 7) != made(TINY, 8)
    assert made(TINY, 7) != made(TINY._replace(areas=3), 7)


@pytest.mark.parametrize("size", [TINY, SIZES["now"]])
def test_the_planner_reads_what_is_made(size):
    given = made(size, 101)
    instance = read(json.dumps(given))
    assert instance.weeks == size.weeks
    assert len(instance.specialist_ids) == size.specialists
    assert len(instance.position_ids) == size.positions
    assert set(given["positions"][0]) == {
        *("id", "body", "hours", "weeks", "earliest", "latest_start", "weight"),
        *("eligible", "pinned"),
    }
    assert all(one["body"] < size.bodies for one in given["positions"])
    assert instance.capacity[~instance.at_work].max(initial=0) == 0
    assert instance.pair_fit.min() >= LEAST_FIT
    assert instance.pair_fit.max() <= 1000


def test_one_position_in_twenty_is_pinned_where_it_can_be():
    given = made(SIZES["now"], 101)
    pinned = [one["id"] for one in given["positions"] if one["pinned"]]
    assert 1 <= len(pinned) <= len(given["positions"]) / PINNED + 1
    assert all(number % PINNED == 0 for number in pinned)


def test_fit_is_850_for_all_that_is_asked_and_1000_for_two_levels_more():
    least, matters = np.array([2, 1]), np.array([3, 1])
    levels = np.array([[2, 1], [4, 3], [4, 4], [1, 1], [0, 1], [0, 0]])
    # Half of the first skill: (3/2 + 1) of 4 of the 850; none of it: 1 of 4, which is 212.5.
    assert fits(levels, least, matters).tolist() == [850, 1000, 1000, 531, 213, 0]


@pytest.mark.parametrize("seed", [101, 102, 103])
def test_a_plan_by_hand_breaks_no_rule_and_leaves_nobody_out_who_has_room(seed):
    given = made(SIZES["now"], seed)
    allocations = by_hand.plan(given)
    assert verify(given, {"allocations": allocations}).is_honest
    served = {one["position"] for one in allocations}
    for need in (one for one in given["positions"] if one["id"] not in served):
        for _, who, start in small.options(given, need):
            one = {"position": need["id"], "specialist": who, "start": start}
            assert not verify(given, {"allocations": [*allocations, one]}).is_honest


def test_by_hand_the_heavier_position_comes_first_and_the_better_specialist_gets_it():
    given = {
        "weeks": 2,
        "specialists": [
            {"id": n, "capacity": [8, 8], "leave": [], "max_bodies": 1} for n in range(2)
        ],
        "positions": [
            {
                "id": n,
                "body": n,
                "hours": 8,
                "weeks": 2,
                "earliest": 0,
                "latest_start": 0,
                "weight": 1 + n,
                "eligible": {"0": 500, "1": 600 + n},
                "pinned": None,
            }
            for n in range(2)
        ],
    }
    assert by_hand.plan(given) == [
        {"position": 1, "specialist": 1, "start": 0},
        {"position": 0, "specialist": 0, "start": 0},
    ]
    given["positions"][0]["pinned"] = {"specialist": 1, "start": 0}
    assert by_hand.plan(given)[-1] == {"position": 1, "specialist": 0, "start": 0}
