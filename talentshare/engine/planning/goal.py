"""What a plan is for beyond its worth: bodies served, and hours for each body, in that order.

The score of a plan is one whole number: so much for each body served, so much for each hour up to
the floor of its body, and the worth. What comes first pays more than all that comes later together,
so that the best score is the best plan in this order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from talentshare.engine.planning.choices import Choices
from talentshare.engine.planning.instance import Instance, Ints, Malformed

TOTAL, SERVED = "total", "served_then_total"
OBJECTIVES = TOTAL, SERVED
MOST_SCORE = 2**52  # so that sums stay exact in the solver, too
FINEST = 2**13
NOTHING = -1
BODY, HOUR = range(2)


@dataclass(frozen=True)
class Aim:
    """`floor_hours` are for each body over all weeks, or all it asks for, if that is less."""

    objective: str = TOTAL
    floor_hours: int = 0

    @property
    def is_plain(self) -> bool:
        return self.objective == TOTAL and not self.floor_hours


@dataclass(frozen=True)
class Rewards:
    """Shapes: r rows, one for each body and kind that can still earn; c choices."""

    per_body: int
    per_hour: int
    targets: Ints  # (bodies) hours of the floor
    kind: Ints  # (r) BODY or HOUR
    body: Ints  # (r)
    most: Ints  # (r) units that are paid, beside what is pinned
    fixed: int  # what is earned by what is pinned
    row: Ints  # (2, c) the row in which a choice counts for each kind, or NOTHING
    scale: int  # prices are whole numbers of 1 / scale, so that those of hours are fine enough
    amount: Ints  # (2, c) its units, no more than are paid

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def pay(self) -> Ints:
        """(r) For a unit, not scaled."""
        return np.where(self.kind == BODY, self.per_body, self.per_hour)

    def bonus(self, prices: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """What each choice (c) earns at prices of a unit (r)."""
        if not len(self):
            return np.zeros(self.row.shape[1], prices.dtype)
        padded = np.append(prices, np.zeros(1, prices.dtype))
        return np.asarray((padded[self.row] * self.amount).sum(axis=0))

    def units(self, rows: Sequence[int]) -> Ints:
        """(r) That these choices bring, more than are paid maybe."""
        found = np.zeros(len(self) + 1, np.int64)
        np.add.at(found, self.row[:, rows], self.amount[:, rows])
        return found[:-1]

    def paid(self, rows: Sequence[int]) -> int:
        return int(np.minimum(self.units(rows), self.most) @ self.pay)

    def unearned(self, prices: Ints) -> int:
        """What is paid at most beyond these scaled prices of a unit, none above its pay."""
        return int(self.most @ (self.scale * self.pay - prices))


def rewards_of(choices: Choices, aim: Aim) -> Rewards:
    """Errors: Malformed, where the numbers are too large for this order."""
    it = choices.instance
    bodies = int(it.bodies.max(initial=-1)) + 1
    asked = np.bincount(it.bodies, it.hours * it.lengths, bodies).astype(np.int64)
    targets = np.minimum(asked, aim.floor_hours)
    per_hour = _more_than_all(it) if aim.floor_hours else 0
    per_body = 0
    if aim.objective == SERVED:
        per_body = _more_than_all(it) * (1 + int(targets.sum()))
    greatest = per_body * bodies + (per_hour + 1) * (int(targets.sum()) + 1)
    if greatest > MOST_SCORE:
        raise Malformed("positions: weight × fit × hours × weeks is too large for this objective.")
    given, is_served = _pinned(it, bodies)
    already = np.minimum(given, targets)
    kinds = [(BODY, (~is_served).astype(np.int64) * (per_body > 0)), (HOUR, targets - already)]
    amount = np.ones((2, len(choices)), np.int64)
    hours = it.hours[choices.position] * choices.weeks
    amount[HOUR] = np.minimum(hours, (targets - already)[it.bodies[choices.position]])
    rows = [(kind, body) for kind, most in kinds for body in np.flatnonzero(most).tolist()]
    row_of = np.full((2, bodies), NOTHING)
    for number, (kind, body) in enumerate(rows):
        row_of[kind, body] = number
    row = row_of[:, it.bodies[choices.position]]
    kind_of, body_of = np.array(rows, np.int64).reshape(-1, 2).T.copy()
    paid = np.array([kinds[kind][1][body] for kind, body in rows], np.int64)
    fixed = per_body * int(is_served.sum()) + per_hour * int(already.sum())
    scale = min(FINEST, max(1, MOST_SCORE // greatest)) if per_hour else 1
    shape = per_body, per_hour, targets, kind_of, body_of, paid, fixed, row
    return Rewards(*shape, scale, amount)


def _more_than_all(it: Instance) -> int:
    """More than any two plans can differ in worth, less what is paid for keeping."""
    fit = np.zeros(len(it.position_ids), np.int64)
    np.maximum.at(fit, it.pair_position, it.pair_fit)
    return 1 + int((it.weights * fit * it.hours * it.lengths).sum()) + it.penalty * len(it.previous)


def _pinned(it: Instance, bodies: int) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """The hours that each body is given by what is pinned, and whether it is served."""
    given, is_served = np.zeros(bodies, np.int64), np.zeros(bodies, dtype=bool)
    for p in np.flatnonzero(it.is_pinned):
        start = it.pinned_start[p]
        weeks = it.at_work[it.pinned_to[p], start : start + it.lengths[p]].sum()
        given[it.bodies[p]] += it.hours[p] * weeks
        is_served[it.bodies[p]] = True
    return given, is_served
