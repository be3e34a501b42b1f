"""What large instances need, forced on small ones: prices by descent, diving, plans without a proof."""

import json
import os
import subprocess
import sys
import time
from threading import Event

import numpy as np
import pytest

from talentshare.engine.planning.aims import solve_for
from talentshare.engine.planning.choices import choices_of
from talentshare.engine.planning.descent import Descent
from talentshare.engine.planning.dive import Dive
from talentshare.engine.planning.goal import SERVED, Aim
from talentshare.engine.planning.improve import AT_ONCE, Improver
from talentshare.engine.planning.instance import made
from talentshare.engine.planning.run import Run
from talentshare.engine.planning.solve import allocations_of, certificate, start
from talentshare.engine.planning.tree import Tree
from talentshare.engine.planning.verify import verify
from tests.engine.planning import small

SEEDS = small.seeds(20)

COMPILED = """
import json, sys
from numba.core.dispatcher import Dispatcher
from talentshare.engine.planning import aims, labels, moves, schedules, solve, unassigned, weekly
from talentshare.engine.planning import choices as made_of, goal, instance

def compiled():
    parts = labels, moves, schedules, weekly, unassigned, made_of
    found = {f"{part.__name__}.{name}": one for part in parts for name, one in vars(part).items()}
    return {name: len(one.signatures) for name, one in found.items() if isinstance(one, Dispatcher)}

solve.warm()
before = compiled()
given = instance.made(json.load(sys.stdin))
tree = solve.Tree(made_of.choices_of(given))
solve.start(tree, 3, few=0)
tree.search()
unassigned.explained(tree)
aims.solve_for(goal.Aim(goal.SERVED, 20), given)
print(json.dumps([before, compiled()]))
"""


def crowded(seed):
    return small.instance(seed, specialists=2, positions=7)


def options(tree, plan):
    """A plan as (position, specialist, start), with what is pinned."""
    tree.plan = plan
    return [(one.position, one.specialist, one.start) for one in allocations_of(tree)]


def never():
    return False


@pytest.mark.parametrize("seed", SEEDS)
def test_prices_by_descent_bound_every_plan(seed):
    given = crowded(seed)
    tree = Tree(choices_of(made(given)))
    descent = Descent(tree.choices, tree.pricer, seed)
    tree.price(tree.root, descent.run(never))
    proof = {"certificate": certificate(tree), "bound": tree.bound, "value": 0, "allocations": []}
    assert verify(given, proof).bound == tree.bound >= small.best_worth(given)
    for column in descent.columns:
        assert small.is_feasible(given, options(tree, [column]))


def test_descent_ends_when_the_time_is_over():
    tree = Tree(choices_of(made(crowded(1))))
    begun, whole = (Descent(tree.choices, tree.pricer, 1) for _ in range(2))
    begun.run(lambda: True)
    whole.run(never)
    assert len(begun.columns) < len(whole.columns)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_dive_ends_at_a_plan_that_keeps_the_rules(seed):
    given = crowded(seed)
    tree = Tree(choices_of(made(given)))
    descent = Descent(tree.choices, tree.pricer, seed)
    descent.run(never)
    tree.master.add(descent.columns)
    relaxed = tree.master.solve()
    plan = Dive(tree.choices, tree.master, tree.pricer).run(relaxed, never)
    served = options(tree, plan)
    assert len({who for who, _ in plan}) == len(plan)
    assert len({position for position, _, _ in served}) == len(served)
    assert small.is_feasible(given, served)
    assert sum(small.worth(given, one) for one in served) <= small.best_worth(given)


def test_a_dive_is_needed_and_decides_what_the_relaxation_leaves_open():
    undecided = 0
    for seed in SEEDS:
        given = small.instance(seed, specialists=6, positions=30, weeks=20)
        tree = Tree(choices_of(made(given)))
        descent = Descent(tree.choices, tree.pricer, seed)
        descent.run(never)
        tree.master.add(descent.columns)
        relaxed = tree.master.solve()
        dive = Dive(tree.choices, tree.master, tree.pricer)
        if len(dive.order(relaxed)) > len({who for who, _ in dive.order(relaxed)}):
            undecided += 1
            assert small.is_feasible(given, options(tree, dive.run(relaxed, never)))
            assert dive.is_fixed.any()
    assert undecided


@pytest.mark.parametrize("seed", SEEDS)
def test_by_descent_and_dive_no_plan_is_better_than_the_plan(seed):
    given = crowded(seed)
    tree = Tree(choices_of(made(given)))
    start(tree, seed, few=0)
    tree.search()
    assert tree.value == tree.bound == small.best_worth(given)
    served = options(tree, tree.plan)
    assert small.is_feasible(given, served)
    assert sum(small.worth(given, one) for one in served) == tree.value


@pytest.mark.parametrize("few", [0, 200])
@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.1])
def test_whatever_the_limit_the_plan_and_what_is_proven_are_true(seconds, few):
    given = small.instance(4, specialists=14, positions=42, weeks=16)
    tree = Tree(choices_of(made(given)))
    tree.deadline = time.monotonic() + seconds
    start(tree, 1, few)
    tree.search()
    proof = {"certificate": certificate(tree), "bound": tree.bound, "value": tree.value}
    found = verify(given, proof | {"allocations": [vars(one) for one in allocations_of(tree)]})
    assert found.mistakes == ()
    assert found.value == tree.value <= found.bound <= tree.bound


def test_what_is_stopped_stops_everywhere():
    stop = Event()
    stop.set()
    instance = made(small.instance(1, specialists=20, positions=60))
    tree = Tree(choices_of(instance), stop=stop)
    start(tree, 1, few=0)
    tree.search()
    assert tree.nodes == 0
    assert tree.plan
    for aim in (Aim(), Aim(SERVED)):
        plan = solve_for(aim, instance, Run(stop=stop))
        assert plan.allocations
        assert not plan.is_optimal


def test_local_search_stops_between_its_parts():
    class Second(Event):
        """Set when it is asked the second time."""

        asked = 0

        def is_set(self):
            self.asked += 1
            return self.asked > 1

    choices = choices_of(made(small.instance(1, specialists=20, positions=60)))
    one, many = Improver(choices), Improver(choices, Second())
    alone = one.improved(one.by_hand(), AT_ONCE, 1)
    first = many.improved(many.by_hand(), 50 * AT_ONCE, 1)
    assert many.stop.asked == 2
    assert many.worth(first) >= many.worth(many.by_hand())
    assert np.count_nonzero(alone.chosen >= 0)


def test_warm_compiles_all_that_planning_needs():
    done = subprocess.run(
        [sys.executable, "-c", COMPILED],
        input=json.dumps(crowded(3)),
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )
    before, after = json.loads(done.stdout.splitlines()[-1])
    assert after == before
