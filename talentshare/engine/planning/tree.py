"""Branch and price: the best whole plan, and prices at the leaves of a tree that prove it.

At each node columns are generated until the bound at whole prices meets the value of the relaxation
or of the best plan. A branch asks: does this specialist serve this position with a start in this
range, or not? Source: Dantzig-Wolfe decomposition by specialist, smoothed prices (Wentges 1997).
"""

import heapq
import time
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from threading import Event

import numpy as np

from talentshare.engine.planning.choices import Choices
from talentshare.engine.planning.dive import Dive
from talentshare.engine.planning.goal import Aim, rewards_of
from talentshare.engine.planning.instance import Bools, Ints
from talentshare.engine.planning.master import Column, Floats, Master, Solution
from talentshare.engine.planning.regroup import Regroup
from talentshare.engine.planning.schedules import Best, Pricer, columns_of

SMOOTHING, LESS = 0.8, 0.3
FRACTION, DIGITS = 1e-6, 6
DIVE_FROM, DIVE_TO = 0.45, 0.9  # of the time that is left when the root is entered
REGROUP_TO = 0.9  # of the time that is left then
# Branches close what is less than this of the plan, or of few specialists, sooner than new groups.
FAR, MANY = 0.0003, 200
CLOSE = 0.001  # of what is not proven: so much less is not worth more columns
REST = 0.85  # of the time that is left, for one local search
WHOLE_SECONDS, WHOLE_EVERY = 5.0, 8  # of looking for a whole plan; every so many nodes
UNPROVEN = 2**62

Polish = Callable[..., list[Column]]
Rule = tuple[int, int, int, int]  # position, specialist, first and last start


@dataclass
class Node:
    """A part of all plans: what a branch demands or rules out, and the best proof so far."""

    allowed: Bools | None  # (c)
    forced: frozenset[int]
    prices: Ints  # (p + r) of positions, then of units of rewards, scaled
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
    """The search: the best plan so far and what is proven of all others, by their score."""

    choices: Choices
    aim: Aim = field(default_factory=Aim)
    value: int = 0  # with what is pinned
    plan: list[Column] = field(default_factory=list)
    deadline: float = float("inf")
    stop: Event = field(default_factory=Event)
    tell: Callable[[int, int], None] = lambda _value, _bound: None
    polish: Polish | None = None  # where plans are judged by worth alone
    seed: int = 1
    due: int | None = None  # position that a plan must serve

    def __post_init__(self) -> None:
        self.rewards = rewards_of(self.choices, self.aim)
        self.fixed = self.choices.pinned_worth + self.rewards.fixed
        self.master = Master(self.choices, self.rewards, self.stop)
        self.pricer = Pricer(self.choices)
        self.pricer.is_over = lambda: self.is_over
        self.positions = len(self.choices.instance.position_ids)
        zero = np.zeros(self.positions + len(self.rewards), np.int64)
        self.root = Node(None, frozenset(), zero, UNPROVEN)
        self.open: list[tuple[int, int, Node]] = []
        self.nodes = self.rounds = 0
        self.pause = float("inf")

    @property
    def bound(self) -> int:
        """No plan is worth more."""
        return self.root.proven

    @property
    def is_over(self) -> bool:
        return self.stop.is_set() or time.monotonic() >= self.deadline

    def worth_of(self, plan: list[Column]) -> int:
        """With what is pinned."""
        rows = [choice for _, entries in plan for choice in entries]
        return int(self.choices.worth[rows].sum()) + self.rewards.paid(rows) + self.fixed

    def forcing(self, position: int, plan: list[Column]) -> "Tree":
        """A search among the plans that serve this position, as this plan does."""
        found = copy(self)
        found.root = Node(None, frozenset({position}), self.root.prices, UNPROVEN)
        found.open, found.nodes = [], 0
        found.value, found.plan = self.worth_of(plan), plan
        found.due, found.tell, found.polish = position, Tree.tell, None
        found.master.add(plan)
        return found

    def over_after(self, share: float) -> Callable[[], bool]:
        """Whether so much of the time that is left now is over, or all is to stop."""
        now = time.monotonic()
        end = now + share * (self.deadline - now)
        return lambda: self.stop.is_set() or time.monotonic() >= end

    @property
    def is_paused(self) -> bool:
        """Whether it is time to look for plans rather than for the proof."""
        return time.monotonic() >= self.pause

    def offer(self, plan: list[Column]) -> bool:
        """Keep a plan if it is better than the best so far."""
        value = self.worth_of(plan)
        is_due = self.due is not None and not any(
            self.choices.position[choice] == self.due for _, entries in plan for choice in entries
        )
        if is_due or (value <= self.value and self.plan):
            return False
        self.value, self.plan = value, plan
        self.tell(self.value, self.bound)
        return True

    def price(self, node: Node, prices: Floats) -> Best:
        """The best schedules at whole prices near these; the node keeps the best bound."""
        count, scale, worth = self.positions, self.rewards.scale, self.choices.worth
        whole = np.rint(prices * scale).astype(np.int64)
        free = np.ones(len(whole), dtype=bool)
        free[list(node.forced)] = False
        whole[free] = np.maximum(whole[free], 0)
        whole[count:] = np.minimum(whole[count:], scale * self.rewards.pay)
        whole[:count][self.choices.instance.is_pinned] = 0
        if len(self.rewards):
            worth = scale * worth + self.rewards.bonus(whole[count:])
            self.pricer.market = self.pricer.market._replace(worth=worth)
        known = self.master.best_known(whole[:count], worth)
        best = self.pricer.best(whole[:count], node.allowed, known)
        earned = int(whole[:count].sum() + best.upper.sum())
        earned += self.rewards.unearned(whole[count:])
        bound = earned // scale + self.fixed
        if bound < node.bound:
            node.bound, node.prices = bound, whole
        return best

    def solve_node(self, node: Node) -> Solution | None:
        """Generate columns until the bound is proven; the relaxation, if it is needed still."""
        self.master.restrict(node.allowed, node.forced)
        self.master.add(columns_of(self.price(node, node.prices / self.rewards.scale)))
        solution = self.master.solve()
        while node.bound > self.value and not self.is_over and not self.is_paused:
            self.rounds += 1
            missing = node.bound - solution.objective - self.fixed
            if missing < max(1, CLOSE * (node.bound - self.value)):
                break
            added, best = self._generate(node, solution)
            self.tell(self.value, self.bound)
            if node.bound <= self.value:
                return None
            if self.is_over:
                break
            cut = int((best.upper - best.lower).sum()) // self.rewards.scale
            is_extended = (not added or missing < 2 * cut) and self.pricer.extend(best)
            if not added and not is_extended:
                break
            try:
                solution = self.master.solve()
            except TimeoutError:  # that of the round before says enough
                break
        return solution

    def _generate(self, node: Node, solution: Solution) -> tuple[int, Best]:
        """Columns at prices between the best and those of the relaxation, ever nearer to these."""
        smoothing = SMOOTHING
        while True:
            center = node.prices / self.rewards.scale
            best = self.price(node, smoothing * center + (1 - smoothing) * solution.prices)
            added = self.master.add(self._worthy(best, solution))
            if added or smoothing <= 0 or node.bound <= self.value:
                return added, best
            smoothing = max(0.0, smoothing - LESS)

    def search(self) -> None:
        """Solve nodes, those with the highest bound first, until no plan can be better."""
        if len(self.choices) == 0 or self.is_over:  # no plan but what is pinned, or no time
            self._prove_something()
            return
        try:
            self._search()
        except TimeoutError:  # no relaxation in time: better plans are still to be had
            while self.polish and not self.is_over:
                self.offer(self.polish(self.plan, REST))

    def _search(self) -> None:
        began = time.monotonic()
        share = DIVE_FROM if self.polish else 1.0
        self.pause = self.master.deadline = began + share * (self.deadline - began)
        solution = self._visit(self.root)
        was_paused, self.pause, self.master.deadline = self.is_paused, float("inf"), self.deadline
        if was_paused and solution and not self.is_over:
            # What the bound is too high by, beside what the plan is too poor by.
            unproven = (self.bound - solution.objective - self.fixed) / (self.bound - self.value)
            now = time.monotonic()
            self.pause = self.master.deadline = now + unproven * (self.deadline - now)
            solution = self._visit(self.root) or solution
            self.pause, self.master.deadline = float("inf"), self.deadline
        many = len(self.choices.instance.specialist_ids) >= MANY
        if solution and self.polish and many and self.bound - self.value > FAR * self.value:
            self._regroup(solution)
        while self.open and not self.is_over:
            _, _, node = heapq.heappop(self.open)
            if node.bound <= self.value:
                break
            for child in self._children(node):
                self._visit(child)

    def _prove_something(self) -> None:
        """At the worth of its dearest choice no position is worth serving: a bound for nothing."""
        it, most = self.choices, np.zeros(self.positions, np.int64)
        np.maximum.at(most, it.position, it.worth + self.rewards.bonus(self.rewards.pay))
        self.root.prices = np.concatenate([most, self.rewards.pay]) * self.rewards.scale
        self.root.bound = int(most.sum()) + self.fixed

    def _visit(self, node: Node) -> Solution | None:
        """Its relaxation, if plans that are better could be in it."""
        self.nodes += 1
        solution = self.solve_node(node)
        if solution is None or node.bound <= self.value or self.is_over:
            return None
        rule = self._rule(solution)
        if rule is None:
            if self.offer(self._chosen(solution)) and node.bound > self.value:
                return self._visit(node)  # what was close enough before is to be proven now
            rule = self._any_rule(node, solution)
        elif self.nodes == 1 and self.polish:
            self._dive(solution, self.polish)
        elif self.nodes % WHOLE_EVERY == 1:
            self.offer(
                self.master.whole(min(WHOLE_SECONDS, self.deadline - time.monotonic()), self.plan)
            )
        self.tell(self.value, self.bound)
        if node.bound > self.value and rule is not None and not self.is_paused:
            node.rule = rule
            heapq.heappush(self.open, (-node.bound, self.nodes, node))
        return solution

    def _dive(self, solution: Solution, polish: Polish) -> None:
        self.master.deadline = self.deadline
        dive, is_over = Dive(self.choices, self.master, self.pricer), self.over_after(DIVE_TO)
        self.offer(polish(dive.order(solution)))
        self.tell(self.value, self.bound)
        self.offer(polish(dive.run(solution, is_over)))

    def _regroup(self, solution: Solution) -> None:
        regroup = Regroup(self.master, self.pricer, self.plan, self.seed)
        regroup.run(solution, self.over_after(REGROUP_TO), self.offer)
        self.master.add(regroup.plan)

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

    def _any_rule(self, node: Node, solution: Solution) -> Rule | None:
        """Where a whole relaxation is not proven for rounded prices: one of its choices."""
        it = self.choices
        for _, entries in self._chosen(solution):
            for choice in entries:
                position, start = int(it.position[choice]), int(it.start[choice])
                if position not in node.forced:
                    return position, int(it.specialist[choice]), start, start
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
        worth = it.worth + self.rewards.bonus(solution.prices[self.positions :])
        for who, entries in columns_of(best):
            rows = list(entries)
            earned = worth[rows].sum() - solution.prices[it.position[rows]].sum()
            if earned > solution.wages[who] + 1e-3:
                found.append((who, entries))
        return found
