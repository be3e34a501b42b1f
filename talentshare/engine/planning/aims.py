"""Plans for another goal than the total alone: bodies first, a floor of hours, few changes.

Where bodies come first the total is planned, too: so the price of fairness comes with the result.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from talentshare.engine.planning.choices import Choices, choices_of
from talentshare.engine.planning.goal import Aim
from talentshare.engine.planning.improve import Improver
from talentshare.engine.planning.instance import Instance, Ints
from talentshare.engine.planning.moves import Draft, fill
from talentshare.engine.planning.run import Run
from talentshare.engine.planning.solve import (
    FEASIBLE,
    OPTIMAL,
    SEARCH,
    Plan,
    allocations_of,
    certificate,
    known,
    listen,
    polishing,
    solve_and_explain,
    start,
)
from talentshare.engine.planning.tree import Tree
from talentshare.engine.planning.unassigned import explained

SHARE_OF_TOTAL = 0.4  # of the time, for the plan with the best total


def solve_for(aim: Aim, instance: Instance, run: Run | None = None) -> Plan:
    """Return the best plan for an aim, with its proof. Errors: Malformed, too large numbers."""
    run = run or Run()
    if aim.is_plain and not instance.previous:
        return solve_and_explain(instance, run)
    began, total, seconds = time.monotonic(), None, run.seconds
    choices = choices_of(instance, with_worthless=not aim.is_plain)
    tree = Tree(choices, aim, stop=run.stop)
    begin = known(choices, run.begin)
    if not aim.is_plain:
        total = Tree(choices, stop=tree.stop)
        if seconds is not None:
            total.deadline = began + SHARE_OF_TOTAL * seconds
        listen(total, run, is_total=True)
        start(total, run.seed, begin=begin)
        total.search()
    if seconds is not None:
        tree.deadline = began + SEARCH * seconds
    listen(tree, run, is_total=False)
    _start(tree, total, run.seed, begin)
    tree.search()
    took = time.monotonic() - began
    if seconds is not None:
        tree.deadline = began + seconds
    return _plan(tree, total, took)


def _start(tree: Tree, total: Tree | None, seed: int, begin: Ints) -> None:
    """From what was planned or found before, the best total, and a position of each body."""
    it = tree.choices
    kept = np.flatnonzero(it.kept)
    if len(begin):
        improver = Improver(it)
        _offer_filled(tree, improver.free(begin), improver)
    if len(kept):
        start_as_before(tree, kept)
        if tree.aim.is_plain:
            tree.polish = polishing(tree, Improver(it, tree.stop), seed)
    elif total is None:
        start(tree, seed, begin=begin)
    if total is not None:
        tree.master.add(total.master.columns)
        tree.offer(total.plan)
        improver = Improver(it)
        draft = improver.empty()
        fill(_one_of_each_body(it), draft, improver.facts)
        _offer_filled(tree, draft, improver)


def start_as_before(tree: Tree, kept: Ints) -> None:
    """Keep of these choices what can be kept, and fill what is left by hand."""
    improver, it = Improver(tree.choices), tree.choices.instance
    position = tree.choices.position[kept]
    by_weight = np.lexsort((it.position_ids[position], -it.weights[position]))
    _offer_filled(tree, improver.free(kept[by_weight]), improver)


def _offer_filled(tree: Tree, draft: Draft, improver: Improver) -> None:
    """Offer the plan that keeps this draft and puts the rest in by hand."""
    plan = improver.columns(improver.by_hand(draft))
    tree.offer(plan)
    tree.master.add(plan)


def _one_of_each_body(choices: Choices) -> Ints:
    """The position of each body that is easiest to serve; the hardest body first."""
    it = choices.instance
    ways = np.bincount(choices.position, minlength=len(it.position_ids))
    by_ease = np.lexsort((it.position_ids, -ways, it.bodies))
    _, first = np.unique(it.bodies[by_ease], return_index=True)
    ones = by_ease[first]
    return np.asarray(ones[np.argsort(ways[ones], kind="stable")])


def _plan(tree: Tree, total: Tree | None, took: float) -> Plan:
    worth, changes = _worth(tree)
    goal: dict[str, Any] = {
        "score": tree.value,
        "bound": tree.bound,
        "per_body": tree.rewards.per_body,
        "per_hour": tree.rewards.per_hour,
        "certificate": certificate(tree),
    }
    if tree.choices.instance.previous:
        goal["changes"] = changes
    if total is not None:
        goal |= _fairness(tree) | {"price_of_fairness": _price(tree, total)}
    is_proof = total is not None and not tree.choices.instance.previous
    return Plan(
        allocations_of(tree),
        worth,
        total.bound if total and is_proof else None,
        certificate(total) if total and is_proof else None,
        OPTIMAL if tree.bound <= tree.value else FEASIBLE,
        took,
        tuple(explained(tree)),
        tree.aim.objective,
        goal,
    )


def _worth(tree: Tree) -> tuple[int, int]:
    """The worth of a plan without what is paid and what changes cost; the number of changes."""
    it, rows = tree.choices, _rows(tree)
    penalty = it.instance.penalty
    paid = tree.rewards.paid(rows) + tree.rewards.fixed
    saved = int(it.kept[rows].sum())
    all_changed = it.all_changed
    changes = all_changed - (saved // penalty if penalty else 0)
    return tree.value - paid + penalty * changes, changes


def _rows(tree: Tree) -> list[int]:
    return [choice for _, entries in tree.plan for choice in entries]


def _fairness(tree: Tree) -> dict[str, Any]:
    """Bodies served and the most that is proven possible; hours short of the floor, likewise."""
    given, is_served = _given(tree)
    it, served = tree.rewards, int(is_served.sum())
    found, rest, is_most = dict[str, Any](), tree.bound, True
    if it.per_body:
        most = min(len(is_served), tree.bound // it.per_body)
        found["served"], is_most = [served, most], most == served
        rest -= it.per_body * served
    if it.per_hour:
        wanted = int(it.targets.sum())
        short = int(np.maximum(it.targets - given, 0).sum())
        least = max(0, wanted - rest // it.per_hour) if is_most else 0
        found["hours_short"] = [least, short]
        found["below_floor"] = [
            {
                "body": int(tree.choices.instance.body_ids[body]),
                "hours": int(given[body]),
                "floor": int(it.targets[body]),
                "most": _most_hours(tree, body),
            }
            for body in np.flatnonzero(given < it.targets).tolist()
        ]
    return found


def _given(tree: Tree) -> tuple[Ints, Ints]:
    """Hours that each body gets over all weeks, and whether it is served (0 or 1)."""
    it, instance, rows = tree.choices, tree.choices.instance, _rows(tree)
    hours = np.zeros(len(instance.body_ids), np.int64)
    worked = instance.hours[it.position[rows]] * it.weeks[rows]
    np.add.at(hours, instance.bodies[it.position[rows]], worked)
    is_served = np.zeros(len(hours), np.int64)
    is_served[instance.bodies[it.position[rows]]] = 1
    for p in np.flatnonzero(instance.is_pinned):
        span = slice(instance.pinned_start[p], instance.pinned_start[p] + instance.lengths[p])
        weeks = instance.at_work[instance.pinned_to[p], span].sum()
        hours[instance.bodies[p]] += instance.hours[p] * weeks
        is_served[instance.bodies[p]] = 1
    return hours, is_served


def _most_hours(tree: Tree, body: int) -> int:
    """The hours that a body gets at most, where nobody else but what is pinned is served."""
    it = tree.choices.instance
    weights = np.where(it.bodies == body, 1, 0)
    fits = np.ones_like(it.pair_fit)
    alone = Tree(
        choices_of(replace(it, weights=weights, pair_fit=fits, previous=(), penalty=0)),
        deadline=tree.deadline,
        stop=tree.stop,
    )
    alone.search()
    return alone.bound


def _price(tree: Tree, total: Tree) -> tuple[int, int]:
    """What the plan is worth less than the best total, changes counted: at least, at most."""
    it, rows = tree.rewards, _rows(tree)
    score = tree.value - it.paid(rows) - it.fixed
    return max(0, total.value - score), total.bound - score


def sentences(plan: Plan) -> Iterator[str]:
    """What is proven of a plan, and what its goal has cost."""
    if plan.bound is not None:
        gap = plan.bound / plan.value - 1 if plan.value else 0.0
        yield f"No plan is worth more than {plan.bound} ({gap:.4%})."
    goal = plan.goal or {}
    if plan.goal and plan.status == OPTIMAL:
        yield "No plan is better in the order of the goal."
    elif plan.goal:
        yield f"The score is {goal['score']}, that of no plan above {goal['bound']}."
    if "changes" in goal:
        yield f"{goal['changes']} previous allocations are changed."
    if "served" in goal:
        yield "{} bodies are served; no plan serves more than {}.".format(*goal["served"])
    if "price_of_fairness" in goal:
        least, most = goal["price_of_fairness"]
        yield f"That costs {least}{f' to {most}' if most > least else ''} of the total."
    for one in goal.get("below_floor", []):
        is_possible = one["most"] >= one["floor"]
        why = "others would get less" if is_possible else f"it can get {one['most']} at most"
        yield f"Body {one['body']} gets {one['hours']} of {one['floor']} hours: {why}."
