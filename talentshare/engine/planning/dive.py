"""A plan from the relaxation: fix what it is surest of, look for new schedules beside that, again.

Source: diving heuristics of branch and price (Joncour and others 2010).
"""

from collections.abc import Callable

import numpy as np

from talentshare.engine.planning.choices import Choices
from talentshare.engine.planning.instance import Bools
from talentshare.engine.planning.master import Column, Master, Solution
from talentshare.engine.planning.schedules import Pricer, columns_of

SURE, WHOLE = 0.95, 1 - 1e-6
AT_ONCE = 0.05  # of what is undecided is fixed in one step, at least
ROUNDS = 2  # of new schedules in one step


class Dive:
    """What is fixed so far. The master is restricted to what is left open."""

    def __init__(self, choices: Choices, master: Master, pricer: Pricer) -> None:
        self.choices, self.master, self.pricer = choices, master, pricer
        self.allowed: Bools = np.ones(len(choices), np.bool_)
        self.is_fixed = np.zeros(len(choices.instance.specialist_ids), np.bool_)
        self.by_position = np.argsort(choices.position, kind="stable")
        counts = np.bincount(choices.position, minlength=len(choices.instance.position_ids))
        self.first = np.concatenate([[0], np.cumsum(counts)])

    def run(self, solution: Solution, is_over: Callable[[], bool]) -> list[Column]:
        """The schedules of a whole plan; where the time runs out, the surest first."""
        while not self._is_whole(solution) and not is_over():
            self._fix(solution)
            self.master.restrict(self.allowed)
            solution = self._solved(is_over)
        return self.order(solution)

    def order(self, solution: Solution) -> list[Column]:
        """The schedules that the relaxation takes, the surest first."""
        return [self.master.columns[k] for k in self._order(solution)]

    def _order(self, solution: Solution) -> list[int]:
        used = np.flatnonzero(solution.shares > 1 - WHOLE)
        return [int(k) for k in used[np.argsort(-solution.shares[used], kind="stable")]]

    def _is_whole(self, solution: Solution) -> bool:
        return bool(np.all((solution.shares < 1 - WHOLE) | (solution.shares > WHOLE)))

    def _fix(self, solution: Solution) -> None:
        """Fix the schedules with the greatest shares, as far as they go together."""
        undecided = (solution.shares > 1 - WHOLE) & (solution.shares < SURE)
        least, count = max(1, int(AT_ONCE * undecided.sum())), 0
        for k in self._order(solution):
            if solution.shares[k] < SURE and count >= least:
                break
            who, entries = self.master.columns[k]
            rows = list(entries)
            if not self.is_fixed[who] and self.allowed[rows].all():
                self._fix_one(who, rows)
                count += 1

    def _fix_one(self, who: int, rows: list[int]) -> None:
        it = self.choices
        self.allowed[it.first[who] : it.first[who + 1]] = False
        for p in it.position[rows]:
            self.allowed[self.by_position[self.first[p] : self.first[p + 1]]] = False
        self.allowed[rows] = True
        self.is_fixed[who] = True

    def _solved(self, is_over: Callable[[], bool]) -> Solution:
        solution = self.master.solve()
        for _ in range(ROUNDS):
            if is_over():
                break
            prices = np.maximum(np.rint(solution.prices), 0).astype(np.int64)
            known = self.master.best_known(prices, self.choices.worth)
            best = self.pricer.best(prices, self.allowed, known)
            if not self.master.add(columns_of(best)):
                break
            solution = self.master.solve()
        return solution
