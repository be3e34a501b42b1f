"""Prices of an hour and of a seat in each week, and the bounds they give, compiled.

Any prices ≥ 0 give valid bounds (Lagrangian relaxation of hours and of bodies in a week); better
ones are found by subgradient steps from those of the time before.
"""

import numpy as np
from numba import njit

from talentshare.engine.planning.instance import Bools, Ints
from talentshare.engine.planning.labels import NO_LIMIT, Bounds, Floats, Problem, cost

ROUNDS = 40
STEP, SHORTER = 0.1, 0.85
NOTHING = 1e-9


@njit(cache=True)
def seats_beside(most: int, weeks: int, start: Ints, end: Ints, body: Ints) -> Ints:
    """How many bodies beside the pinned ones may be served in each week."""
    seats = np.full(weeks, most, np.int64)
    for p in range(len(body)):
        for week in range(start[p], end[p]):
            is_new = True
            for q in range(p):
                if start[q] <= week < end[q] and body[q] == body[p]:
                    is_new = False
            seats[week] -= is_new
    return seats


@njit(cache=True)
def shares_of(place: Ints, body: Ints, pinned_body: Ints) -> Floats:
    """The part of a seat that each choice takes at least: a body counts once, a pinned one not."""
    positions = np.zeros(body.max() + 1, np.int64)
    is_counted = np.zeros(place.max() + 1, np.bool_)
    for k in range(len(place)):
        if not is_counted[place[k]]:
            is_counted[place[k]] = True
            positions[body[k]] += 1
    share = 1.0 / positions[body]
    for k in range(len(place)):
        for other in pinned_body:
            if other == body[k]:
                share[k] = 0.0
    return share


@njit(cache=True)
def bounds_of(p: Problem, weekly: Floats) -> Bounds:
    """Improve `weekly` (2, w), and return what it says."""
    weeks = len(p.left)
    _improve(p, weekly)
    spare = np.zeros(weeks + 1)
    for week in range(weeks - 1, -1, -1):
        spare[week] = spare[week + 1] + _spared(week, p, weekly)
    paid = np.zeros((2, weeks + 1))
    _sum(p.at_work, weekly, paid)
    return Bounds(paid, spare, _rests(p, paid), _least_between(p.left, p.at_work))


@njit(cache=True)
def _spared(week: int, p: Problem, weekly: Floats) -> float:
    return float(weekly[0, week] * p.left[week] + weekly[1, week] * p.seats[week])


@njit(cache=True)
def _sum(at_work: Bools, weekly: Floats, paid: Floats) -> None:
    for week in range(len(at_work)):
        paid[0, week + 1] = paid[0, week] + (weekly[0, week] if at_work[week] else 0.0)
        paid[1, week + 1] = paid[1, week] + weekly[1, week]


@njit(cache=True)
def _rests(p: Problem, paid: Floats) -> Floats:
    """What choices k and later could earn beyond the weekly prices, each position once."""
    total, most, rest = 0.0, np.zeros(p.place.max() + 1), np.zeros(len(p.gain) + 1)
    for k in range(len(p.gain) - 1, -1, -1):
        net = p.gain[k] - cost(k, p.start[k], p, paid)
        if net > most[p.place[k]]:
            total += net - most[p.place[k]]
            most[p.place[k]] = net
        rest[k] = total
    return rest


@njit(cache=True)
def _least_between(left: Ints, at_work: Bools) -> Ints:
    weeks = len(left)
    least = np.full((weeks + 1, weeks + 1), NO_LIMIT, np.int64)
    for first in range(weeks):
        now = NO_LIMIT
        for week in range(first, weeks):
            if at_work[week]:
                now = min(now, left[week])
            least[first, week + 1] = now
    return least


@njit(cache=True)
def _improve(p: Problem, weekly: Floats) -> None:
    """Subgradient steps; `weekly` becomes the best prices seen."""
    weeks = len(p.left)
    now, paid, used = weekly.copy(), np.zeros((2, weeks + 1)), np.empty((2, weeks))
    usual = p.hours.mean()  # hours that weigh as much as a seat
    least, step = np.inf, 1.0
    for _ in range(ROUNDS):
        _sum(p.at_work, now, paid)
        bound = _used(p, paid, used)
        for week in range(weeks):
            bound += _spared(week, p, now)
        if bound < least:
            least = bound
            weekly[:] = now
        else:
            step *= SHORTER
        for week in range(weeks):  # from what is used to what is used too much
            used[0, week] -= p.left[week]
            used[1, week] = usual * (used[1, week] - p.seats[week])
        norm = np.sum(np.where((used > 0) | (now > 0), used * used, 0.0))
        if norm < NOTHING:
            break
        used[1] *= usual
        now = np.maximum(0.0, now + step * STEP * least / norm * used)


@njit(cache=True)
def _used(p: Problem, paid: Floats, used: Floats) -> float:
    """What each position would earn at most, summed; what that takes goes into `used`."""
    places, total = p.place.max() + 1, 0.0
    most, which = np.zeros(places), np.full(places, -1, np.int64)
    for k in range(len(p.gain)):
        net = p.gain[k] - cost(k, p.start[k], p, paid)
        if net > most[p.place[k]]:
            most[p.place[k]], which[p.place[k]] = net, k
    used[:] = 0.0
    for k in which:
        if k >= 0:
            total += most[p.place[k]]
            for week in range(p.start[k], p.end[k]):
                used[1, week] += p.share[k]
                if p.at_work[week]:
                    used[0, week] += p.hours[k]
    return total
