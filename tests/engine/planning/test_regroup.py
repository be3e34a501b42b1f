"""Groups that share anew what they serve: the plan only becomes better, and keeps the rules."""

import pytest

from talentshare.engine.planning import regroup as groups
from talentshare.engine.planning.choices import choices_of
from talentshare.engine.planning.improve import Improver
from talentshare.engine.planning.instance import made
from talentshare.engine.planning.regroup import Regroup
from talentshare.engine.planning.solve import allocations_of
from talentshare.engine.planning.tree import Tree
from tests.engine.planning import small


def never():
    return False


def relaxed(given):
    """A plan by hand, and the relaxation."""
    tree = Tree(choices_of(made(given)))
    improver = Improver(tree.choices)
    tree.offer(improver.columns(improver.by_hand()))
    return tree, tree.solve_node(tree.root)


def offers(tree):
    """All that a regrouping offers, each checked."""
    found = []

    def offer(plan):
        tree.value, tree.plan = tree.worth_of(plan), plan
        found.append((tree.value, [vars(one) for one in allocations_of(tree)]))

    return found, offer


@pytest.mark.parametrize("kind", small.KINDS)
@pytest.mark.parametrize("seed", range(12))
def test_each_plan_is_better_and_keeps_the_rules(seed, kind, monkeypatch):
    monkeypatch.setattr(groups, "SIZE", 3)
    given = kind(seed, specialists=10, positions=40, weeks=14)
    tree, solution = relaxed(given)
    first = tree.value
    found, offer = offers(tree)
    Regroup(tree.master, tree.pricer, tree.plan, seed).run(solution, never, offer)
    values = [first, *(value for value, _ in found)]
    assert values == sorted(set(values))
    for value, plan in found:
        rows = [(one["position"], one["specialist"], one["start"]) for one in plan]
        assert small.is_feasible(given, rows)
        assert len({row[0] for row in rows}) == len(rows)
        assert all(row in small.options(given, small.found(given, row)[0]) for row in rows)
        assert value == sum(small.worth(given, row) for row in rows)
    assert tree.value <= tree.bound


def test_a_plan_by_hand_becomes_better():
    better = 0
    for seed in range(12):
        tree, solution = relaxed(small.instance(seed, specialists=10, positions=40, weeks=14))
        found, offer = offers(tree)
        Regroup(tree.master, tree.pricer, tree.plan, seed).run(solution, never, offer)
        better += bool(found)
    assert better >= 6


def test_the_same_seed_gives_the_same_plans():
    def plans():
        tree, solution = relaxed(small.instance(3, specialists=10, positions=40, weeks=14))
        found, offer = offers(tree)
        Regroup(tree.master, tree.pricer, tree.plan, 5).run(solution, never, offer)
        return found

    assert plans() == plans()


def test_it_ends_when_the_time_is_over():
    tree, solution = relaxed(small.instance(3, specialists=10, positions=40, weeks=14))
    found, offer = offers(tree)
    Regroup(tree.master, tree.pricer, tree.plan, 1).run(solution, lambda: True, offer)
    assert found == []
