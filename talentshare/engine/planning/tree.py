"""Branch and price: the best whole plan, and prices at the leaves of a tree that prove it.

At each node columns are generated until the bound at whole prices meets the value of the relaxation
or of the best plan. A branch asks: does this specialist serve this position with a start in this
range, or not? Source: Dantzig-Wolfe decomposition by specialist, smoothed prices (Wentges 1997).
"""

import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from talentshare.engine.planning.choices import Choices
from talentshare.engine.planning.instance import Bools, Ints
from talentshare.engine.planning.master import Column, Floats, Master, Solution
from talentshare.engine.planning.schedules import Best, Pricer

SMOOTHING, LESS = 0.8, 0.3
FRACTION, DIGITS = 1e-6, 6
WHOLE_SECONDS, WHOLE_EVERY = 5.0, 8  # of looking for a whole plan; every so many nodes
UNPROVEN = 2**62

Rule = tuple[int, int, int, int]  # position, specialist, first and last start


@dataclass
class Node:
    """A part of all plans: what a branch demands or rules out, and the best proof so far."""

    allowed: Bools | None  # (c)
    forced: frozenset[int]
    prices: Ints  # (p)
    bound: int
    rule: Rule | None = None
    yes: "Node | None" = None
    no: "Node | None" = None

    @property
    def proven(self) -> int:
        """No plan in this part is worth more."""
        if self.yes is None or self.no is None:
            return self.bound
        return min(self.bound, max(self.yes.proven, self.no.proven))

    @property
    def is_better_below(self) -> bool:
        """Whether its branches prove more than its own prices."""
        return self.proven < self.bound


@dataclass
class Tree:
    """The search: the best plan so far and what is proven of all others."""

    choices: Choices
    value: int = 0  # with what is pinned
    plan: list[Column] = field(default_factory=list)
    deadline: float = float("inf")
    tell: Callable[[int, int], None] = lambda _value, _bound: None

    def __post_init__(self) -> None:
        self.master = Master(self.choices)
        self.pricer = Pricer(self.choices)
        zero = np.zeros(len(self.choices.instance.position_ids), np.int64)
        self.root = Node(None, frozenset(), zero, UNPROVEN)
        self.open: list[tuple[int, int, Node]] = []
        self.nodes = self.rounds = 0

    @property
    def bound(self) -> int:
        """No plan is worth more."""
        return self.root.proven

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.deadline

    def offer(self, plan: list[Column]) -> bool:
        """Keep a plan if it is better than the best so far."""
        value = self.choices.pinned_worth + sum(
            int(self.choices.worth[list(entries)].sum()) for _, entries in plan
        )
        if value <= self.value and self.plan:
            return False
        self.value, self.plan = value, plan
        return True

    def price(self, node: Node, prices: Floats) -> Best:
        """The best schedules at whole prices near these; the node keeps the best bound."""
        whole = np.rint(prices).astype(np.int64)
        free = np.ones(len(whole), dtype=bool)
        free[list(node.forced)] = False
        whole[free] = np.maximum(whole[free], 0)
        whole[self.choices.instance.is_pinned] = 0
        best = self.pricer.best(whole, node.allowed, self.master.best_known(whole))
        bound = int(whole.sum() + best.upper.sum()) + self.choices.pinned_worth
        if bound < node.bound:
            node.bound, node.prices = bound, whole
        return best

    def solve_node(self, node: Node) -> Solution | None:
        """Generate columns until the bound is proven; the relaxation, if it is needed still."""
        self.master.restrict(node.allowed, node.forced)
        self.master.add(columns_of(self.price(node, node.prices.astype(float))))
        solution = self.master.solve()
        while node.bound > self.value and not self.is_over:
            self.rounds += 1
            missing = node.bound - solution.objective - self.choices.pinned_worth
            if missing < 1:
                break
            added, best = self._generate(node, solution)
            if node.bound <= self.value:
                return None
            cut = int((best.upper - best.lower).sum())
            is_extended = (not added or missing < 2 * cut) and self.pricer.extend(best)
            if not added and not is_extended:
                break
            solution = self.master.solve()
        return solution

    def _generate(self, node: Node, solution: Solution) -> tuple[int, Best]:
        """Columns at prices between the best and those of the relaxation, ever nearer to these."""
        smoothing = SMOOTHING
        while True:
            best = self.price(node, smoothing * node.prices + (1 - smoothing) * solution.prices)
            added = self.master.add(self._worthy(best, solution))
            if added or smoothing <= 0 or node.bound <= self.value:
                return added, best
            smoothing = max(0.0, smoothing - LESS)

    def search(self) -> None:
        """Solve nodes, those with the highest bound first, until no plan can be better."""
        if len(self.choices) == 0:  # no plan but what is pinned
            self.root.bound = self.choices.pinned_worth
            return
        self._visit(self.root)
        while self.open and not self.is_over:
            _, _, node = heapq.heappop(self.open)
            if node.bound <= self.value:
                break
            for child in self._children(node):
                self._visit(child)

    def _visit(self, node: Node) -> None:
        self.nodes += 1
        solution = self.solve_node(node)
        if solution is None or node.bound <= self.value or self.is_over:
            return
        rule = self._rule(solution)
        if rule is None:
            self.offer(self._chosen(solution))
        elif self.nodes % WHOLE_EVERY == 1:
            self.offer(
                self.master.whole(min(WHOLE_SECONDS, self.deadline - time.monotonic()), self.plan)
            )
        self.tell(self.value, self.bound)
        if node.bound > self.value and rule is not None:
            node.rule = rule
            heapq.heappush(self.open, (-node.bound, self.nodes, node))

    def _chosen(self, solution: Solution) -> list[Column]:
        return [self.master.columns[k] for k in np.flatnonzero(solution.shares > 1 - FRACTION)]

    def _children(self, node: Node) -> tuple[Node, Node]:
        it, rule = self.choices, node.rule
        if rule is None:
            raise ValueError("a node without a rule has no children")
        position, specialist, first, last = rule
        of_position = it.position == position
        within = (
            of_position & (it.specialist == specialist) & (first <= it.start) & (it.start <= last)
        )
        allowed = np.ones(len(it), np.bool_) if node.allowed is None else node.allowed
        node.yes = Node(
            allowed & (within | ~of_position), node.forced | {position}, node.prices, node.bound
        )
        node.no = Node(allowed & ~within, node.forced, node.prices, node.bound)
        return node.yes, node.no

    def _rule(self, solution: Solution) -> Rule | None:
        """What to ask next: where the relaxation is least decided; None where it is whole."""
        instance, starts = self.choices.instance, self._starts(solution)
        shares = {pair: sum(at.values()) for pair, at in starts.items()}
        undecided = {
            pair: round(min(share, 1 - share), DIGITS)
            for pair, share in shares.items()
            if FRACTION < share < 1 - FRACTION
        }
        if undecided:
            position, who = max(undecided, key=lambda pair: (undecided[pair], pair))
            return position, who, int(instance.earliest[position]), int(instance.latest[position])
        for (position, who), at in sorted(starts.items()):
            if len(at) > 1:
                middle = sorted(at)[len(at) // 2 - 1]
                return position, who, int(instance.earliest[position]), middle
        return None

    def _starts(self, solution: Solution) -> dict[tuple[int, int], dict[int, float]]:
        """How much of each start the relaxation takes, by position and specialist."""
        it = self.choices
        found: dict[tuple[int, int], dict[int, float]] = {}
        for k in np.flatnonzero(solution.shares > FRACTION):
            who, entries = self.master.columns[k]
            for choice in entries:
                at = found.setdefault((int(it.position[choice]), who), {})
                start = int(it.start[choice])
                at[start] = at.get(start, 0.0) + float(solution.shares[k])
        return found

    def _worthy(self, best: Best, solution: Solution) -> list[Column]:
        """The schedules that would improve the relaxation at its own prices."""
        it, found = self.choices, []
        for who, entries in columns_of(best):
            rows = list(entries)
            earned = it.worth[rows].sum() - solution.prices[it.position[rows]].sum()
            if earned > solution.wages[who] + 1e-3:
                found.append((who, entries))
        return found


def columns_of(best: Best) -> list[Column]:
    """The schedules found, as columns."""
    return [
        (int(who), tuple(sorted(best.entries[who, : best.size[who]].tolist())))
        for who in np.flatnonzero(best.size)
    ]
