"""Plan all open positions at once, and prove how good the plan is.

By hand → local search → prices by descent → column generation → dive → branch and price. The
result is what `verify` checks.
"""

import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from talentshare.engine.planning.choices import Choices, choices_of
from talentshare.engine.planning.descent import Descent
from talentshare.engine.planning.goal import HOUR, TOTAL
from talentshare.engine.planning.improve import RISKED, Improver
from talentshare.engine.planning.instance import Instance, Ints, made
from talentshare.engine.planning.master import Column
from talentshare.engine.planning.run import Allocation, Progress, Run
from talentshare.engine.planning.tree import UNPROVEN, Node, Polish, Tree
from talentshare.engine.planning.unassigned import Unassigned, explained, unassigned

DESCENT_SHARE = 0.3  # of the time, at most
MOVES_SHARE = 0.1  # of the time, at most, in one local search
CAREFUL = 0.05  # of the mean worth of a position is risked where the plan is good already
MOVES, MOST_MOVES = 100, 3_000  # of the local search, per position
FEW = 200  # specialists: the relaxation finds its prices as fast as the descent would
SEARCH = 0.95  # of the time; the rest is for explaining what is left out
OPTIMAL, FEASIBLE = "optimal", "feasible"
NO_CHOICES: Ints = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Plan:
    """Worths are whole: weight × fit × hours × weeks worked, summed.

    `bound` and `certificate` are of the total; None where only another goal was looked for.
    """

    allocations: tuple[Allocation, ...]
    value: int
    bound: int | None
    certificate: Mapping[str, Any] | None
    status: str
    seconds: float
    unassigned: tuple[Unassigned, ...]
    objective: str = TOTAL
    goal: Mapping[str, Any] | None = None

    @property
    def is_optimal(self) -> bool:
        return self.status == OPTIMAL

    def as_json(self) -> dict[str, Any]:
        """The solution format."""
        proof = {"bound": self.bound, "certificate": self.certificate}
        return {
            "allocations": [vars(one) for one in self.allocations],
            "value": self.value,
            **({} if self.bound is None else proof),
            **({} if self.goal is None else {"goal": self.goal}),
            "status": self.status,
            "seconds": round(self.seconds, 3),
            "objective": self.objective,
            "unassigned": [_as_json(one) for one in self.unassigned],
        }


def solve(instance: Instance, run: Run | None = None) -> Plan:
    """Return the best plan that a run finds, with its proof."""
    tree, took = _searched(instance, run or Run())
    return _plan_of(tree, took, unassigned(tree))


def solve_and_explain(instance: Instance, run: Run | None = None) -> Plan:
    """Return the same plan, and in what is left of the time what it costs to serve the others."""
    began, run = time.monotonic(), run or Run()
    share = None if run.seconds is None else SEARCH * run.seconds
    tree, took = _searched(instance, replace(run, seconds=share))
    if run.seconds is not None:
        tree.deadline = began + run.seconds
    return _plan_of(tree, took, explained(tree))


def _searched(instance: Instance, run: Run) -> tuple[Tree, float]:
    began = time.monotonic()
    choices = choices_of(instance)
    deadline = float("inf") if run.seconds is None else began + run.seconds
    tree = Tree(choices, deadline=deadline, stop=run.stop, seed=run.seed)
    listen(tree, run, is_total=True)
    start(tree, run.seed, begin=known(choices, run.begin))
    tree.search()
    return tree, time.monotonic() - began


def listen(tree: Tree, run: Run, *, is_total: bool) -> None:
    """Let whoever listens hear of this search."""
    tell = run.tell
    if tell:

        def pass_on(value: int, bound: int) -> None:
            proven = None if bound >= UNPROVEN else bound
            tell(Progress(value, proven, is_total, lambda: allocations_of(tree)))

        tree.tell = pass_on


def known(choices: Choices, begin: Sequence[Allocation]) -> Ints:
    """The choices that these allocations are, without what is none (any more)."""
    it, found = choices.instance, list[Ints]()
    positions, specialists = (
        {number: row for row, number in enumerate(ids.tolist())}
        for ids in (it.position_ids, it.specialist_ids)
    )
    for one in begin:
        p, who = positions.get(one.position), specialists.get(one.specialist)
        if p is not None and who is not None:
            mine = np.arange(choices.first[who], choices.first[who + 1])
            is_meant = (choices.position[mine] == p) & (choices.start[mine] == one.start)
            found.append(mine[is_meant])
    return np.concatenate([NO_CHOICES, *found])


def warm() -> None:
    """Compile what is compiled at its first use, so that no time limit pays for it."""
    position = {"body": 0, "hours": 4, "weeks": 2, "earliest": 0, "latest_start": 1, "weight": 1}
    person = {"capacity": [8, 8, 8], "leave": [], "max_bodies": 1}
    pin = {"specialist": 0, "start": 0}
    needs = [
        {
            "id": n,
            **position,
            "eligible": {"0": 500, "1": 400},
            "pinned": pin if n == 0 else None,
        }
        for n in range(4)
    ]
    people = [{"id": n, **person} for n in range(2)]
    tree = Tree(choices_of(made({"weeks": 3, "specialists": people, "positions": needs})))
    start(tree, 1, few=0)
    tree.search()
    explained(tree)


def start(tree: Tree, seed: int, few: int = FEW, begin: Ints = NO_CHOICES) -> None:
    """First plans, by hand, by local search and from first prices; first columns and a bound.

    Where it begins with choices of a plan found before, less is risked in the local search.
    """
    improver = Improver(tree.choices, tree.stop)
    tree.offer(improver.columns(improver.by_hand(improver.free(begin))))
    tree.polish = polish = polishing(tree, improver, seed)
    tree.offer(polish(tree.plan, MOVES_SHARE, CAREFUL if len(begin) else RISKED))
    tree.master.add(tree.plan)
    tree.tell(tree.value, tree.bound)
    if len(tree.choices) == 0 or len(tree.choices.instance.specialist_ids) < few:
        return
    descent = Descent(tree.choices, tree.pricer, seed)
    prices = descent.run(tree.over_after(DESCENT_SHARE))
    tree.price(tree.root, prices)
    tree.master.add(descent.columns)
    tree.offer(polish(list(descent.columns)[::-1]))
    tree.master.add(tree.plan)
    tree.tell(tree.value, tree.bound)


def polishing(tree: Tree, improver: Improver, seed: int) -> Polish:
    """Local search from the best of some schedules, for a share of the time that is left."""
    count, seeds = len(tree.choices.instance.position_ids), itertools.count(seed)
    rate = float("inf") if tree.deadline == float("inf") else _rate(improver)

    def polished(
        columns: Sequence[Column], share: float = MOVES_SHARE, risked: float = CAREFUL
    ) -> list[Column]:
        moves = count * (MOVES if share == MOVES_SHARE else MOST_MOVES)
        if rate < float("inf"):
            moves = max(0, min(moves, int(rate * share * (tree.deadline - time.monotonic()))))
        draft = improver.rounded(columns)
        return improver.columns(improver.improved(draft, moves, next(seeds), risked))

    return polished


def _rate(improver: Improver) -> float:
    """Moves in a second."""
    tried, draft = 2_000, improver.by_hand()
    began = time.monotonic()
    improver.improved(draft, tried, 0)
    return tried / max(1e-6, time.monotonic() - began)


def _as_json(one: Unassigned) -> dict[str, Any]:
    reason: dict[str, Any] = {"code": one.reason}
    if one.reason == "outbid":
        reason |= {"by": list(one.by), "loss": [one.least, one.most]}
    return {
        "position": one.position,
        "reasons": [reason],
        "changes": [vars(change) for change in one.changes],
    }


def _plan_of(tree: Tree, seconds: float, left_out: Sequence[Unassigned]) -> Plan:
    bound = tree.bound
    return Plan(
        allocations_of(tree),
        tree.value,
        bound,
        certificate(tree),
        OPTIMAL if bound <= tree.value else FEASIBLE,
        seconds,
        tuple(left_out),
    )


def allocations_of(tree: Tree) -> tuple[Allocation, ...]:
    """By position, what is pinned included."""
    return allocations_in(tree.choices, tree.plan)


def allocations_in(it: Choices, plan: Sequence[Column]) -> tuple[Allocation, ...]:
    """The same of any schedules."""
    instance = it.instance
    rows = [choice for _, entries in plan for choice in entries]
    allocations = [
        Allocation(
            int(instance.position_ids[it.position[c]]),
            int(instance.specialist_ids[it.specialist[c]]),
            int(it.start[c]),
        )
        for c in rows
    ] + [
        Allocation(
            int(instance.position_ids[p]),
            int(instance.specialist_ids[instance.pinned_to[p]]),
            int(instance.pinned_start[p]),
        )
        for p in np.flatnonzero(instance.is_pinned)
    ]
    return tuple(sorted(allocations, key=lambda one: one.position))


def certificate(tree: Tree) -> dict[str, Any]:
    """What `verify` recomputes."""
    return _certificate(tree.root, tree)


def _certificate(node: Node, tree: Tree) -> dict[str, Any]:
    """Prices at the leaves; a branch that proves no more than its prices is a leaf."""
    instance = tree.choices.instance
    if node.yes is None or node.no is None or node.rule is None or not node.is_better_below:
        return {
            "prices": {
                str(instance.position_ids[p]): int(node.prices[p])
                for p in np.flatnonzero(~instance.is_pinned)
                if node.prices[p]
            }
        } | _reward_prices(node.prices[tree.positions :], tree)
    position, specialist, first, last = node.rule
    return {
        "position": int(instance.position_ids[position]),
        "specialist": int(instance.specialist_ids[specialist]),
        "starts": [first, last],
        "yes": _certificate(node.yes, tree),
        "no": _certificate(node.no, tree),
    }


def _reward_prices(prices: Ints, tree: Tree) -> dict[str, Any]:
    """Of a body served, and of an hour up to its floor, by body."""
    it, found = tree.rewards, dict[str, Any]()
    if it.scale != 1:
        found["scale"] = it.scale
    for kind, body, price in zip(it.kind, it.body, prices, strict=True):
        name = "hours" if kind == HOUR else "bodies"
        found.setdefault(name, {})[str(tree.choices.instance.body_ids[body])] = int(price)
    return found
