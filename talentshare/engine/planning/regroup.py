"""Better plans from a good one: specialists who compete share what they serve anew.

Each group is a small problem of its own: its schedules so far, new ones at its own prices, and the
best whole choice among them. Groups grow when they find nothing. Source: large neighbourhood search
(Shaw 1998), with columns.
"""

import time
from collections.abc import Callable, Iterator

import numpy as np

from talentshare.engine.planning.instance import Bools, Ints
from talentshare.engine.planning.master import Column, Master, Solution
from talentshare.engine.planning.schedules import Pricer

SIZE, LARGER = 128, 2  # specialists in a group at first; times
ROUNDS = 2  # of new schedules for a group
NODES = 100  # of the search for the best whole choice
CLOSE = 0.3  # of the dearest choice a schedule may miss and still tell who competes
NOBODY = -1


class Regroup:
    """A plan under change. Shapes: s specialists, p positions."""

    def __init__(self, master: Master, pricer: Pricer, plan: list[Column], seed: int) -> None:
        self.choices, self.master, self.pricer = master.choices, master, pricer
        self.draw = np.random.default_rng(seed)
        self.held = {column[0]: column for column in plan}
        self.server = np.full(master.positions, NOBODY, np.int64)
        self._serve(plan)
        self.columns: dict[int, dict[Column, None]] = {}
        self._keep([*master.columns, *plan])
        self.dearest = int(self.choices.worth.max())
        self.wanted: dict[int, Ints] = {}  # positions in the good schedules of a specialist
        self.rivals: dict[int, Ints] = {}  # specialists who have a position in good schedules

    @property
    def plan(self) -> list[Column]:
        return [self.held[who] for who in sorted(self.held)]

    def run(
        self,
        solution: Solution,
        is_over: Callable[[], bool],
        offer: Callable[[list[Column]], object],
    ) -> None:
        """Until the time is over, or the largest groups find nothing."""
        self._learn(solution)
        size, idle = SIZE, 0
        while self.wanted and not is_over():
            if self._shared_anew(self._group(size), is_over):
                idle = 0
                offer(self.plan)
                continue
            idle += 1
            if size >= len(self.wanted):
                return
            if idle > len(self.wanted) // size:
                size, idle = size * LARGER, 0

    def _serve(self, columns: list[Column]) -> None:
        for who, entries in columns:
            self.server[self.choices.position[list(entries)]] = who

    def _keep(self, columns: list[Column]) -> None:
        for column in columns:
            self.columns.setdefault(column[0], {})[column] = None

    def _learn(self, solution: Solution) -> None:
        """Who competes for what."""
        wanted: dict[int, set[int]] = {}
        rivals: dict[int, set[int]] = {}
        worth, position = self.choices.worth, self.choices.position
        for who, columns in self.columns.items():
            for _, entries in columns:
                rows = list(entries)
                gained = worth[rows].sum() - solution.prices[position[rows]].sum()
                if gained >= solution.wages[who] - CLOSE * self.dearest:
                    wanted.setdefault(who, set()).update(position[rows].tolist())
        for who, found in wanted.items():
            for p in found:
                rivals.setdefault(p, set()).add(who)
        self.wanted = {who: np.array(sorted(found)) for who, found in wanted.items()}
        self.rivals = {p: np.array(sorted(found)) for p, found in rivals.items()}

    def _group(self, size: int) -> Ints:
        """Specialists who compete with each other, from a random one on."""
        if size >= len(self.wanted):
            return np.array(sorted(self.wanted), np.int64)
        everybody = sorted(self.wanted)
        found = dict.fromkeys([everybody[self.draw.integers(len(everybody))]])
        for other in self._near(list(found)):
            found[other] = None
            if len(found) >= size:
                break
        return np.array(sorted(found), np.int64)

    def _near(self, queue: list[int]) -> Iterator[int]:
        """Rivals of these, then rivals of those, each once; maybe fewer than there are."""
        seen = set(queue)
        for who in queue:
            for p in self.draw.permutation(self.wanted[who]).tolist():
                for other in self.draw.permutation(self.rivals[p]).tolist():
                    if other not in seen:
                        seen.add(other)
                        queue.append(other)
                        yield other

    def _shared_anew(self, group: Ints, is_over: Callable[[], bool]) -> bool:
        """Whether what this group serves, and what nobody does, can be shared better."""
        is_open = (self.server == NOBODY) | np.isin(self.server, group)
        before = [self.held[who] for who in group.tolist() if who in self.held]
        small = Master(self.choices, self.master.rewards, self.master.stop)
        small.deadline = self.master.deadline
        small.add([*before, *self._open_columns(group, is_open)])
        for _ in range(ROUNDS):
            solution = small.solve()
            if is_over() or not small.add(self._new(small, group, is_open, solution)):
                break
        after = small.whole(small.deadline - time.monotonic(), before, NODES)
        if self._worth(after) <= self._worth(before):
            return False
        for who, entries in before:
            self.server[self.choices.position[list(entries)]] = NOBODY
            del self.held[who]
        self._serve(after)
        self.held |= {column[0]: column for column in after}
        return True

    def _worth(self, plan: list[Column]) -> int:
        return int(self.choices.worth[[c for _, entries in plan for c in entries]].sum())

    def _open_columns(self, group: Ints, is_open: Bools) -> list[Column]:
        """What is known of the group that takes nothing from others."""
        mine = [column for who in group.tolist() for column in self.columns.get(who, ())]
        if not mine:
            return []
        flat = np.array([choice for _, entries in mine for choice in entries])
        sizes = np.array([len(entries) for _, entries in mine])
        is_taken = ~is_open[self.choices.position[flat]]
        is_free = np.add.reduceat(is_taken, np.cumsum(sizes) - sizes) == 0
        return [mine[k] for k in np.flatnonzero(is_free)]

    def _new(self, small: Master, group: Ints, is_open: Bools, solution: Solution) -> list[Column]:
        """The best schedules at the prices of the group; what others serve is too dear."""
        prices = np.maximum(np.rint(solution.prices[: len(is_open)]), 0).astype(np.int64)
        prices = np.where(is_open, prices, self.dearest)
        known = small.best_known(prices, self.choices.worth)
        best = self.pricer.best(prices, None, known, group)
        found = [
            (int(group[n]), tuple(sorted(best.entries[n, : best.size[n]].tolist())))
            for n in np.flatnonzero(best.size)
        ]
        self._keep(found)
        return found
