"""All positions against everybody at once: who fits, how well, and from which weeks on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from talentshare.engine import columns
from talentshare.engine.problem import Bools, Ints, Need, Pool
from talentshare.engine.rules import WEIGHTS, require_weights

PER_FIT = 10  # 10,000 points of a score are 1000 of fit


@dataclass(frozen=True, eq=False)
class Matrix:
    """Rows of n positions, in the order given, and columns of p people, ordered by `ids`.

    `masks` (n, p) uint16 rules broken at the best start, as `rules.names_of` reads them; 0 makes a
    pair eligible. `fit` (n, p) int16 in 1/1000, the score floored; 0 where not eligible. `starts`
    holds for each position bool (starts of its need, p): possible for this person alone, beside
    what is booked; in week k after the position's first start; none where not eligible.
    """

    ids: Ints
    masks: Ints
    fit: Ints
    starts: tuple[Bools, ...]

    @property
    def pairs(self) -> tuple[Ints, Ints]:
        """The eligible pairs: rows of positions and columns of people, by position, then person."""
        rows, people = np.nonzero(self.masks == 0)
        return rows, people

    def starts_of(self, row: int, column: int) -> list[int]:
        """Return when this pair may start, in weeks after the position's first start."""
        return np.flatnonzero(self.starts[row][:, column]).tolist()


def matrix(
    needs: Sequence[Need], pools: Sequence[Pool], weights: Mapping[str, int] = WEIGHTS
) -> Matrix:
    """Judge each position against everybody, as `rank` does with each alone.

    `pools` holds for each need the same people, as that need asks about them; one pool may stand
    for several. Errors: ValueError for other people in a pool, and those of `rank`.
    """
    require_weights(weights)
    people = pools[0].ids if pools else np.zeros(0, np.int64)
    if not all(pool.ids is people or np.array_equal(pool.ids, people) for pool in pools):
        raise ValueError("all pools hold the same people")
    masks = np.zeros((len(needs), len(people)), np.uint16)
    fit = np.zeros(masks.shape, np.int16)
    starts = []
    for row, (need, pool) in enumerate(zip(needs, pools, strict=True)):
        judged, masks[row], who, parts = columns.whole(need, pool, weights)
        fit[row, who] = parts.sum(axis=0) // PER_FIT
        starts.append((judged.codes == 0) & (masks[row] == 0))
    return Matrix(people, masks, fit, tuple(starts))
