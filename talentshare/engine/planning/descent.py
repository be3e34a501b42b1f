"""Good prices fast: what is wanted too often becomes dearer, what nobody wants cheaper.

Specialists are asked in groups; each group sees the prices that the answers of those before it have
made. Source: incremental subgradient methods (Nedić and Bertsekas 2001), answers of all kept.
"""

from collections.abc import Callable

import numpy as np

from talentshare.engine.planning.choices import Choices
from talentshare.engine.planning.instance import Ints
from talentshare.engine.planning.master import Column, Floats
from talentshare.engine.planning.schedules import Best, Pricer

GROUPS, LEAST_IN_GROUP = 20, 40
FIRST_PRICE = 0.8  # of what the dearest choice of a position is worth
STEP, SHORTER = 0.3, 0.8  # of that worth, in one round
ROUNDS = 15
KEPT = 10  # rounds whose schedules are worth keeping


class Descent:
    """Prices under way. Shapes: p positions, s specialists."""

    def __init__(self, choices: Choices, pricer: Pricer, seed: int) -> None:
        self.choices, self.pricer = choices, pricer
        self.draw = np.random.default_rng(seed)
        self.dearest = np.zeros(len(choices.instance.position_ids), np.int64)
        np.maximum.at(self.dearest, choices.position, choices.worth)
        self.prices: Floats = np.asarray(FIRST_PRICE * self.dearest, np.float64)
        self.wanted = np.zeros(len(self.dearest))
        self.schedules: list[tuple[int, ...]] = [()] * len(choices.instance.specialist_ids)
        self.columns: dict[Column, None] = {}

    def run(self, is_over: Callable[[], bool]) -> Floats:
        """The mean prices (p) of the last round; `columns` are schedules worth keeping."""
        mean, step = self.prices, STEP
        for n in range(ROUNDS):
            mean = self._round(step, is_kept=n >= ROUNDS - KEPT)
            step *= SHORTER
            if is_over():
                break
        return mean

    def _round(self, step: float, *, is_kept: bool) -> Floats:
        """Ask everybody once."""
        count, mean = len(self.schedules), np.zeros(len(self.prices))
        groups = max(1, min(GROUPS, count // LEAST_IN_GROUP))
        for group in np.array_split(self.draw.permutation(count), groups):
            best = self.pricer.best(self.prices.astype(np.int64), whom=group)
            self._answer(group, best, is_kept=is_kept)
            self.prices += step / groups * self.dearest * (self.wanted - 1)
            np.clip(self.prices, 0, self.dearest, out=self.prices)
            mean += self.prices
        return mean / groups

    def _answer(self, group: Ints, best: Best, *, is_kept: bool) -> None:
        for n, who in enumerate(group):
            entries = tuple(sorted(best.entries[n, : best.size[n]].tolist()))
            before = self.schedules[who]
            self.wanted[self.choices.position[list(before)]] -= 1
            self.wanted[self.choices.position[list(entries)]] += 1
            self.schedules[who] = entries
            if is_kept and entries:
                self.columns[int(who), entries] = None
