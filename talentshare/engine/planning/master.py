"""The restricted master problem: which of the schedules found so far, and the prices."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Event

import highspy
import numpy as np
import numpy.typing as npt

from talentshare.engine.planning.choices import Choices
from talentshare.engine.planning.goal import Rewards
from talentshare.engine.planning.instance import Bools, Ints

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int32]
Column = tuple[int, tuple[int, ...]]  # a specialist and the choices of one schedule

USUAL_WORTH = 1_000.0  # of the dearest choice inside the solver, whose tolerances are absolute
INFINITY: float = highspy.kHighsInf
MOST_NODES = 2**31 - 1


@dataclass(frozen=True)
class Solution:
    """Shapes: p positions, r rewards, s specialists, k columns."""

    objective: float  # without what is pinned
    prices: Floats  # (p + r) duals of the positions and of the rewards
    wages: Floats  # (s) duals of the specialists
    shares: Floats  # (k) of each column


class Master:
    """Columns are schedules; a position is served once, a specialist has one schedule.

    A position that a branch forces must be served: even by nobody, which costs more than all that
    can be earned, so that there is always a solution. A reward is paid for the units that the
    columns bring.
    """

    def __init__(self, choices: Choices, rewards: Rewards, stop: Event) -> None:
        self.choices, self.rewards, self.stop = choices, rewards, stop
        self.columns: list[Column] = []
        self._known: set[Column] = set()
        self._entries: list[int] = []
        self._firsts: list[int] = [0]
        self.positions = len(choices.instance.position_ids)
        self.specialists = len(choices.instance.specialist_ids)
        greatest = int(choices.worth.max()) if len(choices) else 1
        self.fixed = self.positions + len(rewards)  # columns that are no schedules
        self.scale = USUAL_WORTH / max(1, greatest)
        self.solver = self._empty()
        self._allowed: Bools | None = None
        self._forced: frozenset[int] = frozenset()
        self.deadline = INFINITY  # of time.monotonic()

    def _empty(self) -> highspy.Highs:
        """Rows, and a column per position that serves it with nobody, closed until it is forced."""
        rows, count = self.positions + self.specialists, self.positions
        none, each = np.zeros(rows, np.int32), np.arange(count, dtype=np.int32)
        made = _solver(self.stop)
        made.addRows(rows, np.full(rows, -INFINITY), np.ones(rows), 0, none, none[:0], np.zeros(0))
        worths = self.choices.worth + self.rewards.bonus(self.rewards.pay)
        most = 1.0 + count * float(worths.max(initial=0))
        nobody = np.full(count, -most * self.scale)
        made.addCols(
            count, nobody, np.zeros(count), np.zeros(count), count, each, each, np.ones(count)
        )
        self._add_rewards(made, rows)
        made.changeObjectiveSense(highspy.ObjSense.kMaximize)
        return made

    def _add_rewards(self, made: highspy.Highs, first: int) -> None:
        """A row for each: units brought, less units paid."""
        it, count = self.rewards, len(self.rewards)
        none, each = np.zeros(count, np.int32), np.arange(count, dtype=np.int32)
        most = np.full(count, INFINITY)
        made.addRows(count, np.zeros(count), most, 0, none, none[:0], np.zeros(0))
        pay, zero = (it.pay * self.scale).astype(np.float64), np.zeros(count)
        made.addCols(
            count, pay, zero, it.most.astype(float), count, each, each + first, -np.ones(count)
        )

    def add(self, columns: Iterable[Column]) -> int:
        """Add those that are new; how many were."""
        wanted = dict.fromkeys(column for column in columns if column[1])
        new = [column for column in wanted if column not in self._known]
        if not new:
            return 0
        flat = np.concatenate([np.array(entries) for _, entries in new])
        firsts = np.concatenate([[0], np.cumsum([len(entries) for _, entries in new])])
        worths = np.add.reduceat(self.choices.worth[flat], firsts[:-1])
        most = np.full(len(new), INFINITY)
        if self._allowed is not None:
            most[np.add.reduceat(~self._allowed[flat], firsts[:-1]) > 0] = 0.0
        # Each column: the rows of its positions, then that of its specialist.
        index = np.insert(
            self.choices.position[flat],
            firsts[1:],
            self.positions + np.array([who for who, _ in new]),
        ).astype(np.int32)
        begins = (firsts[:-1] + np.arange(len(new))).astype(np.int32)
        entries = np.ones(len(index))
        if len(self.rewards):
            begins, index, entries = self._with_rewards(new, begins, index)
        costs, least = worths * self.scale, np.zeros(len(new))
        self.solver.addCols(len(new), costs, least, most, len(index), begins, index, entries)
        self.columns += new
        self._known.update(new)
        self._entries += flat.tolist()
        self._firsts += (self._firsts[-1] + firsts[1:]).tolist()
        return len(new)

    def _with_rewards(
        self, new: Sequence[Column], begins: Indices, index: Indices
    ) -> tuple[Indices, Indices, Floats]:
        """The same columns with the units that they bring."""
        rows, amounts, first = list[Indices](), list[Floats](), self.positions + self.specialists
        for (_, entries), own in zip(new, np.split(index, begins[1:]), strict=True):
            units = self.rewards.units(list(entries))
            brought = np.flatnonzero(units)
            rows.append(np.concatenate([own, first + brought]).astype(np.int32))
            amounts.append(np.concatenate([np.ones(len(own)), units[brought]]))
        sizes = [0, *(len(one) for one in rows[:-1])]
        return np.cumsum(sizes).astype(np.int32), np.concatenate(rows), np.concatenate(amounts)

    def best_known(self, prices: Ints, worth: Ints) -> Ints:
        """What the dearest allowed column of each specialist earns at whole prices, (s)."""
        best = np.zeros(self.specialists, np.int64)
        if self.columns:
            entries, firsts = np.array(self._entries), np.array(self._firsts[:-1])
            gains = np.add.reduceat(worth[entries] - prices[self.choices.position[entries]], firsts)
            if self._allowed is not None:
                gains[np.add.reduceat(~self._allowed[entries], firsts) > 0] = 0
            np.maximum.at(best, np.array([who for who, _ in self.columns]), gains)
        return best

    def restrict(self, allowed: Bools | None, forced: frozenset[int] = frozenset()) -> None:
        """Only columns of allowed choices (c); forced positions must be served."""
        self._allowed = allowed
        if self.columns:
            most = np.full(len(self.columns), INFINITY)
            if allowed is not None:
                refused = ~allowed[np.array(self._entries)]
                most[np.add.reduceat(refused, np.array(self._firsts[:-1])) > 0] = 0.0
            which = np.arange(len(most), dtype=np.int32) + self.fixed
            self.solver.changeColsBounds(len(most), which, np.zeros(len(most)), most)
        for p in sorted(forced ^ self._forced):
            is_forced = p in forced
            self.solver.changeRowBounds(p, 1.0 if is_forced else -INFINITY, 1.0)
            self.solver.changeColBounds(p, 0.0, 1.0 if is_forced else 0.0)
        self._forced = forced

    def solve(self) -> Solution:
        """The linear relaxation. Errors: TimeoutError, RuntimeError where the solver has none."""
        left = max(0.01, self.deadline - time.monotonic())
        self.solver.setOptionValue("time_limit", self.solver.getRunTime() + left)
        self.solver.run()
        status = self.solver.getModelStatus()
        if status in {highspy.HighsModelStatus.kTimeLimit, highspy.HighsModelStatus.kInterrupt}:
            raise TimeoutError
        if status != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"the master problem ended as {status}")
        solution = self.solver.getSolution()
        duals = np.array(solution.row_dual) / self.scale
        first = self.positions + self.specialists
        return Solution(
            self.solver.getInfo().objective_function_value / self.scale,
            np.concatenate([duals[: self.positions], -duals[first:]]),
            np.maximum(duals[self.positions : first], 0),
            np.array(solution.col_value)[self.fixed :],
        )

    def whole(
        self, seconds: float, start: Sequence[Column] = (), nodes: int = MOST_NODES
    ) -> list[Column]:
        """The best whole choice of columns found in so many seconds, or nodes, beside `start`.

        It may be worse than `start`: presolved, the solver misjudges that (seen in HiGHS 1.16).
        """
        solver = _solver(self.stop)
        solver.setOptionValue("mip_max_nodes", nodes)
        solver.setOptionValue("time_limit", max(seconds, 0.01))
        solver.setOptionValue("mip_rel_gap", 0.0)
        solver.setOptionValue("mip_abs_gap", 0.5 * self.scale)
        solver.passModel(self.solver.getModel())
        count = self.fixed + len(self.columns)
        every = np.arange(count, dtype=np.int32)
        solver.changeColsIntegrality(
            count, every, np.full(count, highspy.HighsVarType.kInteger.value, np.uint8)
        )
        wanted = set(start)
        given = highspy.HighsSolution()
        units = self.rewards.units([choice for _, entries in start for choice in entries])
        units = np.minimum(units, self.rewards.most)
        given.col_value = [0.0] * self.positions + units.astype(float).tolist()
        given.col_value += [float(column in wanted) for column in self.columns]
        solver.setSolution(given)
        solver.run()
        values = np.array(solver.getSolution().col_value)
        if len(values) != count:
            return list(start)
        return [self.columns[k] for k in np.flatnonzero(values[self.fixed :] > 1 / 2)]


def _solver(stop: Event) -> highspy.Highs:
    def heed(event: highspy.HighsCallbackEvent) -> None:
        if stop.is_set():
            event.interrupt()

    made = highspy.Highs()  # type: ignore[no-untyped-call]  # of the library
    made.cbSimplexInterrupt += heed
    made.cbMipInterrupt += heed
    made.setOptionValue("output_flag", False)
    made.setOptionValue("log_to_console", False)
    made.setOptionValue("threads", 1)
    return made
