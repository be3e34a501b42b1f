"""`week.free` for very many weeks at once: the same two numbers, computed in columns."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from talentshare.engine.week import ALL_DAYS, DAYS, MASKS, MORE_THAN_ANY_WEEK, require_days

Ints = npt.NDArray[np.integer[Any]]
Table = npt.NDArray[np.int32]
ROWS_AT_ONCE = 4096


@dataclass(frozen=True, eq=False)
class Loads:
    """Loads in columns: `row` says into which week each goes; minutes; masks of weekdays."""

    row: Ints
    minutes: Ints
    inside_minutes: Ints
    weekdays: Ints

    def some(self, chosen: npt.NDArray[np.bool_]) -> "Loads":
        columns = (self.row, self.minutes, self.inside_minutes, self.weekdays)
        return Loads(*(column[chosen] for column in columns))


def free_many(
    inside: Ints, outside: Ints, loads: Loads, weekdays: int = ALL_DAYS
) -> tuple[Table, Table]:
    """Return (total, inside) of `week.free` for n weeks, each int32 of shape (n,), in minutes.

    `inside` and `outside` have shape (n, 7), Monday first. Source: `week.free`, proof there.
    """
    require_days(weekdays)
    total, within = _free_of_sums(inside, outside, loads, weekdays)
    days = 1 << np.arange(DAYS)
    open_days = ((inside > 0) | (outside > 0)) @ days
    bound = (open_days[loads.row] & ~loads.weekdays) != 0
    hard = np.zeros(len(inside), dtype=bool)
    hard[loads.row[bound & (loads.minutes > 0)]] = True
    rows = np.flatnonzero(hard)
    for first in range(0, len(rows), ROWS_AT_ONCE):
        chunk = rows[first : first + ROWS_AT_ONCE]
        total[chunk], within[chunk] = _free_of_sets(inside, outside, loads, (chunk, weekdays))
    return total, within


def _free_of_sums(inside: Ints, outside: Ints, loads: Loads, weekdays: int) -> tuple[Table, Table]:
    chosen = [d for d in range(DAYS) if weekdays >> d & 1]
    left_inside = inside.sum(axis=1, dtype=np.int32)
    left = left_inside + outside.sum(axis=1, dtype=np.int32)
    np.subtract.at(left, loads.row, loads.minutes.astype(np.int32))
    np.subtract.at(left_inside, loads.row, loads.inside_minutes.astype(np.int32))
    there = inside[:, chosen].sum(axis=1, dtype=np.int32)
    beside = outside[:, chosen].sum(axis=1, dtype=np.int32)
    total = np.minimum(np.minimum(there, left_inside) + beside, left)
    within = np.minimum(np.minimum(there, left_inside), left)
    fits = (left >= 0) & (left_inside >= 0)
    return total * fits, within * fits


def _free_of_sets(
    inside: Ints, outside: Ints, loads: Loads, what: tuple[Ints, int]
) -> tuple[Table, Table]:
    rows, weekdays = what
    place = np.full(len(inside), -1)
    place[rows] = np.arange(len(rows))
    mine = loads.some(place[loads.row] >= 0)
    at = place[mine.row]
    of_inside, of_outside = (np.zeros((len(rows), MASKS), np.int32) for _ in range(2))
    for d in range(DAYS):
        of_inside[:, 1 << d] = inside[rows, d]
        of_outside[:, 1 << d] = outside[rows, d]
    rest = (mine.minutes - mine.inside_minutes).astype(np.int32)
    np.subtract.at(of_inside, (at, mine.weekdays), mine.inside_minutes.astype(np.int32))
    np.subtract.at(of_outside, (at, mine.weekdays), rest)
    _over_subsets(np.add, of_inside)
    _over_subsets(np.add, of_outside)
    around = (np.arange(MASKS) & weekdays) == weekdays
    bound = np.where(around, of_outside, np.int32(MORE_THAN_ANY_WEEK))
    _over_subsets(np.minimum, of_outside)
    _over_subsets(np.minimum, bound)
    slack = of_inside + of_outside
    fits = slack.min(axis=1) >= 0
    total = (of_inside + bound)[:, around].min(axis=1)
    return total * fits, slack[:, around].min(axis=1) * fits


def _over_subsets(fold: np.ufunc, table: Table) -> None:
    """Fold into each of 128 sets (last axis) the entries of all its subsets, in place."""
    for d in range(DAYS):
        halves = table.reshape(len(table), MASKS >> d + 1, 2, 1 << d)
        fold(halves[:, :, 1], halves[:, :, 0], out=halves[:, :, 1])
