"""Prices of an hour and of a seat in each week, and the bounds they give, compiled.

Any prices ≥ 0 give valid bounds (Lagrangian relaxation of hours and of bodies in a week); better
ones are found by subgradient steps from those of the time before.
"""

import numpy as np
from numba import njit

from talentshare.engine.planning.instance import Bools, Ints
from talentshare.engine.planning.labels import (
    BODY,
    END,
    GAIN,
    HOURS,
    NO_LIMIT,
    PLACE,
    START,
    Bounds,
    Floats,
    Problem,
    cost,
)

ROUNDS = 40
STEP, SHORTER = 0.1, 0.85
NOTHING = 1e-9


@njit(cache=True)
def seats_beside(most: int, weeks: int, pinned: Ints) -> Ints:
    """How many bodies beside the pinned ones may be served in each week."""
    seats = np.full(weeks, most, np.int64)
    for p in range(len(pinned)):
        for week in range(pinned[p, 1], pinned[p, 2]):
            is_new = True
            for q in range(p):
                if pinned[q, 1] <= week < pinned[q, 2] and pinned[q, 0] == pinned[p, 0]:
                    is_new = False
            seats[week] -= is_new
    return seats


@njit(cache=True)
def shares_of(facts: Ints, pinned: Ints) -> Floats:
    """The part of a seat that each choice takes at least: a body counts once, a pinned one not."""
    place, body = facts[:, PLACE], facts[:, BODY]
    positions = np.zeros(body.max() + 1, np.int64)
    is_counted = np.zeros(place.max() + 1, np.bool_)
    for k in range(len(place)):
        if not is_counted[place[k]]:
            is_counted[place[k]] = True
            positions[body[k]] += 1
    share = 1.0 / positions[body]
    for k in range(len(place)):
        for q in range(len(pinned)):
            if pinned[q, 0] == body[k]:
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
    facts, share = p.facts, p.share
    total, most, rest = 0.0, np.zeros(facts[:, PLACE].max() + 1), np.zeros(len(facts) + 1)
    for k in range(len(facts) - 1, -1, -1):
        net, place = facts[k, GAIN] - cost(k, facts[k, START], facts, share, paid), facts[k, PLACE]
        if net > most[place]:
            total += net - most[place]
            most[place] = net
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
    weeks, places = len(p.left), p.facts[:, PLACE].max() + 1
    now, paid, over = weekly.copy(), np.zeros((2, weeks + 1)), np.empty((2, weeks))
    most, which = np.empty(places), np.empty(places, np.int64)
    usual = p.facts[:, HOURS].mean()  # hours that weigh as much as a seat
    least, step = np.inf, 1.0
    for _ in range(ROUNDS):
        _sum(p.at_work, now, paid)
        bound = _wanted(p, paid, most, which)
        for week in range(weeks):
            bound += _spared(week, p, now)
        if bound < least:
            least = bound
            weekly[:] = now
        else:
            step *= SHORTER
        _count(p, which, over)
        norm = _norm(over, now, usual)
        if norm < NOTHING:
            break
        _step(now, over, step * STEP * least / norm, usual)


@njit(cache=True)
def _wanted(p: Problem, paid: Floats, most: Floats, which: Ints) -> float:
    """What each position would earn at most beyond the prices, summed; `which` choice that is."""
    facts, share = p.facts, p.share
    most[:], which[:], total = 0.0, -1, 0.0
    for k in range(len(facts)):
        first, last, place = facts[k, START], facts[k, END], facts[k, PLACE]
        net = facts[k, GAIN] - facts[k, HOURS] * (paid[0, last] - paid[0, first])
        net -= share[k] * (paid[1, last] - paid[1, first])
        if net > most[place]:
            total += net - most[place]
            most[place], which[place] = net, k
    return float(total)


@njit(cache=True)
def _count(p: Problem, which: Ints, over: Floats) -> None:
    """The hours and seats that these choices take beyond what there is, (2, w)."""
    left, seats, at_work, facts, shares = p.left, p.seats, p.at_work, p.facts, p.share
    for week in range(len(left)):
        over[0, week], over[1, week] = -left[week], -seats[week]
    for k in which:
        if k >= 0:
            hours, share = facts[k, HOURS], shares[k]
            for week in range(facts[k, START], facts[k, END]):
                over[0, week] += hours if at_work[week] else 0.0
                over[1, week] += share


@njit(cache=True)
def _norm(over: Floats, now: Floats, usual: float) -> float:
    total = 0.0
    for week in range(over.shape[1]):
        if over[0, week] > 0 or now[0, week] > 0:
            total += over[0, week] ** 2
        if over[1, week] > 0 or now[1, week] > 0:
            total += (usual * over[1, week]) ** 2
    return total


@njit(cache=True)
def _step(now: Floats, over: Floats, size: float, usual: float) -> None:
    for week in range(over.shape[1]):
        now[0, week] = max(0.0, now[0, week] + size * over[0, week])
        now[1, week] = max(0.0, now[1, week] + size * usual * usual * over[1, week])
