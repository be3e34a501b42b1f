"""Plan all open positions at once, and prove how good the plan is.

By hand → local search → column generation → branch and price. The result is what `verify` checks.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from talentshare.engine.planning.choices import Choices, choices_of
from talentshare.engine.planning.improve import Improver
from talentshare.engine.planning.instance import Instance, made
from talentshare.engine.planning.tree import Node, Tree

MOVES = 100  # of the local search, per position
OPTIMAL, FEASIBLE = "optimal", "feasible"

Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Allocation:
    """Who serves a position from which week on, by the ids of the instance."""

    position: int
    specialist: int
    start: int


@dataclass(frozen=True)
class Unassigned:
    """A position that the plan leaves out, and why.

    `nobody_eligible`, `nobody_free` (beside what is pinned), or `outbid` by the positions that have
    the time of the specialist and start for which it would have to give way to the least.
    """

    position: int
    reason: str
    by: tuple[int, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Worths are whole: weight × fit × hours × weeks worked, summed."""

    allocations: tuple[Allocation, ...]
    value: int
    bound: int
    certificate: Mapping[str, Any]
    status: str
    seconds: float
    unassigned: tuple[Unassigned, ...]

    @property
    def is_optimal(self) -> bool:
        return self.status == OPTIMAL

    def as_json(self) -> dict[str, Any]:
        """The solution format."""
        return {
            "allocations": [vars(one) for one in self.allocations],
            "value": self.value,
            "bound": self.bound,
            "certificate": self.certificate,
            "status": self.status,
            "seconds": round(self.seconds, 3),
            "objective": "total",
            "unassigned": [
                {"position": one.position, "reasons": [{"code": one.reason, "by": list(one.by)}]}
                for one in self.unassigned
            ],
        }


def solve(
    instance: Instance, seconds: float | None = None, seed: int = 1, tell: Tell | None = None
) -> Plan:
    """Return the best plan found in so many seconds, with its proof; interrupted, the best so far.

    The same instance and seed give the same plan unless the time runs out. `tell` hears value and
    bound now and then.
    """
    began = time.monotonic()
    choices = choices_of(instance)
    tree = Tree(choices, deadline=float("inf") if seconds is None else began + seconds)
    if tell:
        tree.tell = tell
    try:
        _start(tree, seed)
        tree.search()
    except KeyboardInterrupt:
        pass
    return _plan_of(tree, time.monotonic() - began)


def warm() -> None:
    """Compile what is compiled at its first use, so that no time limit pays for it."""
    position = {"body": 0, "hours": 4, "weeks": 2, "earliest": 0, "latest_start": 1, "weight": 1}
    person = {"capacity": [8, 8, 8], "leave": [], "max_bodies": 1}
    pin = {"specialist": 0, "start": 0}
    solve(
        made(
            {
                "weeks": 3,
                "specialists": [{"id": n, **person} for n in range(2)],
                "positions": [
                    {
                        "id": n,
                        **position,
                        "eligible": {"0": 500, "1": 400},
                        "pinned": pin if n == 0 else None,
                    }
                    for n in range(4)
                ],
            }
        )
    )


def _start(tree: Tree, seed: int) -> None:
    """A first plan, by hand and by local search; its schedules are the first columns."""
    improver = Improver(tree.choices)
    draft = improver.by_hand()
    tree.offer(improver.columns(draft))
    tree.master.add(tree.plan)
    moves = MOVES * len(draft.chosen)
    if tree.deadline < float("inf"):
        moves = min(moves, int(_rate(improver) * (tree.deadline - time.monotonic()) / 5))
    tree.offer(improver.columns(improver.improved(draft, moves, seed)))
    tree.master.add(tree.plan)
    tree.tell(tree.value, tree.bound)


def _rate(improver: Improver) -> float:
    """Moves in a second."""
    tried, began = 500, time.monotonic()
    improver.improved(improver.by_hand(), tried, 0)
    return tried / max(1e-6, time.monotonic() - began)


def _plan_of(tree: Tree, seconds: float) -> Plan:
    it, instance = tree.choices, tree.choices.instance
    rows = [choice for _, entries in tree.plan for choice in entries]
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
    bound = tree.bound
    return Plan(
        tuple(sorted(allocations, key=lambda one: one.position)),
        tree.value,
        bound,
        _certificate(tree.root, instance),
        OPTIMAL if bound <= tree.value else FEASIBLE,
        seconds,
        tuple(_unassigned(it, rows)),
    )


def _certificate(node: Node, instance: Instance) -> dict[str, Any]:
    """Prices at the leaves; a branch that proves no more than its prices is a leaf."""
    if node.yes is None or node.no is None or node.rule is None or not node.is_better_below:
        return {
            "prices": {
                str(instance.position_ids[p]): int(node.prices[p])
                for p in np.flatnonzero(~instance.is_pinned)
                if node.prices[p]
            }
        }
    position, specialist, first, last = node.rule
    return {
        "position": int(instance.position_ids[position]),
        "specialist": int(instance.specialist_ids[specialist]),
        "starts": [first, last],
        "yes": _certificate(node.yes, instance),
        "no": _certificate(node.no, instance),
    }


def _unassigned(choices: Choices, rows: list[int]) -> list[Unassigned]:
    instance = choices.instance
    is_served = instance.is_pinned.copy()
    is_served[choices.position[rows]] = True
    has_eligible = np.zeros(len(is_served), dtype=bool)
    has_eligible[instance.pair_position[instance.pair_fit > 0]] = True
    has_choice = np.zeros(len(is_served), dtype=bool)
    has_choice[choices.position] = True
    found = []
    for p in np.flatnonzero(~is_served):
        number = int(instance.position_ids[p])
        if not has_eligible[p]:
            found.append(Unassigned(number, "nobody_eligible"))
        elif not has_choice[p]:
            found.append(Unassigned(number, "nobody_free"))
        else:
            found.append(Unassigned(number, "outbid", _in_the_way(choices, rows, int(p))))
    return found


def _in_the_way(choices: Choices, rows: list[int], position: int) -> tuple[int, ...]:
    """What overlaps the choice of this position for which the least worth would give way."""
    it, instance = choices, choices.instance
    chosen = np.array(rows, np.int64)
    ends = it.start[chosen] + instance.lengths[it.position[chosen]]
    best: tuple[int, tuple[int, ...]] | None = None
    for c in np.flatnonzero(it.position == position):
        overlaps = (it.specialist[chosen] == it.specialist[c]) & (
            it.start[chosen] < it.start[c] + instance.lengths[position]
        )
        overlaps &= ends > it.start[c]
        lost = int(it.worth[chosen[overlaps]].sum()) - int(it.worth[c])
        if best is None or lost < best[0]:
            ids = instance.position_ids[it.position[chosen[overlaps]]]
            best = lost, tuple(sorted(int(one) for one in ids))
    return best[1] if best else ()
