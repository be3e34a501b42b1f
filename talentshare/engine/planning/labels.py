"""The best schedule of one specialist at given prices: exact, week by week, compiled.

A label is what a specialist has begun and not ended, and what that has earned. Of two ways to the
same only the dearer is kept, and none that the weekly prices show to be no better than the best
schedule known.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from talentshare.engine.planning.instance import Bools, Ints

Floats = npt.NDArray[np.float64]

MOST_HELD = 24  # positions at the same time
NO_LIMIT = 2**62
ENOUGH, MARGIN = 1 - 0.02, 0.02  # worths are whole; sums with weekly prices are rounded
COUNT, TRAILS, LOWER, BEST, DROPPED, MADE = range(6)  # what `now` holds


class Problem(NamedTuple):
    """Shapes: n choices of one specialist, sorted by start; b pinned positions; w weeks."""

    row: Ints  # (n) in all choices
    gain: Ints  # (n) worth beyond the price
    earlier: Ints  # (n) the same pair one week earlier, if it gains no less; else -1
    until: Ints  # (n) week from which on it is forgotten
    place: Ints  # (n) small number of the position
    body: Ints  # (n) small number of the body
    start: Ints  # (n)
    end: Ints  # (n) week after the last
    hours: Ints  # (n)
    share: Floats  # (n) part of a seat that it takes at least
    left: Ints  # (w) hours
    at_work: Bools  # (w)
    seats: Ints  # (w) bodies beside the pinned ones
    most: int  # bodies in one week
    pinned_start: Ints  # (b)
    pinned_end: Ints  # (b)
    pinned_body: Ints  # (b)


class Bounds(NamedTuple):
    """What weekly prices say. Shapes as in Problem."""

    paid: Floats  # (2, w + 1) prices of an hour and of a seat, summed up to a week
    spare: Floats  # (w + 1) what all hours and seats from a week on are worth
    rest: Floats  # (n + 1) what choice n and later could earn beyond
    least: Ints  # (w + 1, w + 1) the fewest hours in a week of a span; leave takes none


class Labels(NamedTuple):
    """Shapes: a labels, of which the first `now[COUNT]` are meant."""

    value: Ints  # (a)
    trail: Ints  # (a) row of the trail
    depth: Ints  # (a) how many are held
    owed: Floats  # (a) what the held cost from this week on
    held: Ints  # (a, MOST_HELD) choices


class Trail(NamedTuple):
    """How each label came about: the row before, and the choice taken."""

    before: Ints
    taken: Ints


@njit(cache=True)
def walk(p: Problem, bounds: Bounds, limit: int, known: int, entries: Ints) -> Ints:
    """Look for what is worth more than `known`, with at most `limit` labels at the begin of a week.

    Returns an upper bound, the worth, the size and the number of labels; choices go into `entries`.
    """
    labels, trail = _first_labels(), Trail(np.empty(256, np.int64), np.empty(256, np.int64))
    now = np.array([1, 0, known, -1, 0, 0])
    k, n = 0, len(p.row)
    while k < n and now[COUNT]:
        week = p.start[k]
        _forget(k, p, bounds, labels, now)
        _merge(labels, now)
        if now[COUNT] > limit:
            _choose(limit, k, p, bounds, (labels, now))
        while k < n and p.start[k] == week:
            labels = _grown(labels, 2 * now[COUNT])
            trail = _grown_trail(trail, now[TRAILS] + now[COUNT])
            _take(k, p, bounds, (labels, trail), now)
            k += 1
        now[MADE] += now[COUNT]
    size, at = 0, now[BEST]
    while at >= 0:
        entries[size] = p.row[trail.taken[at]]
        size += 1
        at = trail.before[at]
    return np.array([max(now[LOWER], now[DROPPED]), now[LOWER], size, now[MADE]])


@njit(cache=True)
def _first_labels() -> Labels:
    """One label that holds nothing."""
    room = 64
    return Labels(
        np.zeros(room, np.int64),
        np.full(room, -1, np.int64),
        np.zeros(room, np.int64),
        np.zeros(room),
        np.empty((room, MOST_HELD), np.int64),
    )


@njit(cache=True)
def _grown(labels: Labels, needed: int) -> Labels:
    room = len(labels.value)
    if room >= needed:
        return labels
    held, owed = np.empty((2 * needed, MOST_HELD), np.int64), np.empty(2 * needed)
    held[:room], owed[:room] = labels.held, labels.owed
    return Labels(
        _longer(labels.value, 2 * needed),
        _longer(labels.trail, 2 * needed),
        _longer(labels.depth, 2 * needed),
        owed,
        held,
    )


@njit(cache=True)
def _grown_trail(trail: Trail, needed: int) -> Trail:
    if len(trail.before) >= needed:
        return trail
    return Trail(_longer(trail.before, 2 * needed), _longer(trail.taken, 2 * needed))


@njit(cache=True)
def _longer(of: Ints, room: int) -> Ints:
    wider = np.empty(room, np.int64)
    wider[: len(of)] = of
    return wider


@njit(cache=True, forceinline=True)
def cost(k: int, first: int, p: Problem, paid: Floats) -> float:
    """What the hours and the seat of a choice cost from a week to its end."""
    last = p.end[k]
    if last <= first:
        return 0.0
    hours, seats = paid[0, last] - paid[0, first], paid[1, last] - paid[1, first]
    return float(p.hours[k] * hours + p.share[k] * seats)


@njit(cache=True, forceinline=True)
def _bound(a: int, k: int, p: Problem, bounds: Bounds, labels: Labels) -> float:
    """What label `a` could become with choice `k` and later."""
    more = bounds.rest[k] + bounds.spare[p.start[k]]
    return float(labels.value[a] + more - labels.owed[a])


@njit(cache=True, forceinline=True)
def _move(a: int, to: int, labels: Labels) -> None:
    labels.value[to], labels.trail[to] = labels.value[a], labels.trail[a]
    labels.depth[to], labels.owed[to] = labels.depth[a], labels.owed[a]
    labels.held[to, : labels.depth[a]] = labels.held[a, : labels.depth[a]]


@njit(cache=True)
def _forget(k: int, p: Problem, bounds: Bounds, labels: Labels, now: Ints) -> None:
    """What is over is no longer held; labels that cannot become better than the best go."""
    kept = 0
    for a in range(now[COUNT]):
        size, owed = 0, 0.0
        for h in range(labels.depth[a]):
            other = labels.held[a, h]
            if p.until[other] > p.start[k]:
                labels.held[a, size] = other
                owed += cost(other, p.start[k], p, bounds.paid)
                size += 1
        labels.depth[a], labels.owed[a] = size, owed
        if _bound(a, k, p, bounds, labels) >= now[LOWER] + ENOUGH:
            _move(a, kept, labels)
            kept += 1
    now[COUNT] = kept


@njit(cache=True)
def _merge(labels: Labels, now: Ints) -> None:
    """Of labels that hold the same keep the dearest."""
    slots = 8
    while slots < 2 * now[COUNT]:
        slots *= 2
    table = np.full(slots, -1, np.int64)
    kept = 0
    for a in range(now[COUNT]):
        slot = _slot(a, labels, slots)
        while table[slot] >= 0 and not _is_same(a, table[slot], labels):
            slot = (slot + 1) & (slots - 1)
        b = table[slot]
        if b < 0:
            table[slot] = kept
            _move(a, kept, labels)
            kept += 1
        elif labels.value[a] > labels.value[b]:
            labels.value[b], labels.trail[b] = labels.value[a], labels.trail[a]
    now[COUNT] = kept


@njit(cache=True, forceinline=True)
def _slot(a: int, labels: Labels, slots: int) -> int:
    code = np.uint64(14695981039346656037)
    for h in range(labels.depth[a]):
        code = (code ^ np.uint64(labels.held[a, h] + 1)) * np.uint64(1099511628211)
    return int(np.int64((code ^ (code >> np.uint64(29))) & np.uint64(slots - 1)))


@njit(cache=True, forceinline=True)
def _is_same(a: int, b: int, labels: Labels) -> bool:
    if labels.depth[a] != labels.depth[b]:
        return False
    size = labels.depth[a]
    return bool(np.all(labels.held[a, :size] == labels.held[b, :size]))


@njit(cache=True)
def _choose(limit: int, k: int, p: Problem, bounds: Bounds, state: tuple[Labels, Ints]) -> None:
    """Keep the most promising labels, and in mind what none of the others can exceed."""
    labels, now = state
    could = np.empty(now[COUNT])
    for a in range(now[COUNT]):
        could[a] = _bound(a, k, p, bounds, labels)
    order = np.argsort(-could, kind="mergesort")
    now[DROPPED] = max(now[DROPPED], np.int64(np.floor(could[order[limit]] + MARGIN)))
    chosen = np.sort(order[:limit])
    for kept in range(limit):
        _move(chosen[kept], kept, labels)
    now[COUNT] = limit


@njit(cache=True)
def _take(k: int, p: Problem, bounds: Bounds, store: tuple[Labels, Trail], now: Ints) -> None:
    """Add choice `k` to each label that has room for it and could become better than the best."""
    labels, trail = store
    own = cost(k, p.start[k], p, bounds.paid)
    ahead = bounds.rest[k + 1] - bounds.rest[k] - own + p.gain[k]
    for a in range(now[COUNT]):
        could = _bound(a, k, p, bounds, labels) + ahead
        worth = labels.value[a] + p.gain[k]
        if worth <= now[LOWER] and could < now[LOWER] + ENOUGH:
            continue
        if not _fits(k, a, p, bounds.least, labels):
            continue
        if p.earlier[k] >= 0 and _fits_before(k, a, p, labels):
            continue
        new, row = now[COUNT], now[TRAILS]
        _move(a, new, labels)
        trail.before[row], trail.taken[row] = labels.trail[a], k
        labels.value[new], labels.trail[new] = worth, row
        labels.owed[new] += own
        labels.held[new, labels.depth[a]] = k
        labels.depth[new] += 1
        if worth > now[LOWER]:
            now[LOWER], now[BEST] = worth, row
        now[TRAILS] += 1
        now[COUNT] += 1


@njit(cache=True, forceinline=True)
def _fits(k: int, a: int, p: Problem, least: Ints, labels: Labels) -> bool:
    """Whether there is room for a choice: all that is held has begun, so the load only falls."""
    week, size = p.start[k], labels.depth[a]
    if size >= MOST_HELD:
        return False
    for h in range(size):
        other = labels.held[a, h]
        if p.place[other] == p.place[k]:
            return False
        if p.end[other] <= week:
            continue
        load = p.hours[k]
        for g in range(size):
            if p.end[labels.held[a, g]] >= p.end[other]:
                load += p.hours[labels.held[a, g]]
        if least[week, min(p.end[other], p.end[k])] < load:
            return False
    last = week + 1 if len(p.pinned_body) == 0 else p.end[k]
    while week < last and _may_serve(k, a, week, p, labels):
        week += 1
    return bool(week == last)


@njit(cache=True, forceinline=True)
def _fits_before(k: int, a: int, p: Problem, labels: Labels) -> bool:
    """Whether there is room for choice `k` in the week before it begins, too."""
    week = p.start[k] - 1
    load = p.hours[k]
    for h in range(labels.depth[a]):
        if p.end[labels.held[a, h]] > week:
            load += p.hours[labels.held[a, h]]
    if p.at_work[week] and load > p.left[week]:
        return False
    return _may_serve(k, a, week, p, labels)


@njit(cache=True, forceinline=True)
def _may_serve(k: int, a: int, week: int, p: Problem, labels: Labels) -> bool:
    """Whether the body of choice `k` may be served in this week beside the others."""
    seats = 0
    for h in range(labels.depth[a]):
        other = labels.held[a, h]
        if p.end[other] <= week:
            continue
        if p.body[other] == p.body[k]:
            return True
        seats += not (_holds(h, labels.held[a], week, p) or is_pinned(other, week, p))
    return seats < p.seats[week] or is_pinned(k, week, p)


@njit(cache=True, forceinline=True)
def _holds(at: int, held: Ints, week: int, p: Problem) -> bool:
    """Whether one of those held before `at` serves the same body in this week."""
    h = 0
    while h < at and (p.end[held[h]] <= week or p.body[held[h]] != p.body[held[at]]):
        h += 1
    return h < at


@njit(cache=True, forceinline=True)
def is_pinned(k: int, week: int, p: Problem) -> bool:
    """Whether what is pinned serves the body of choice `k` in this week."""
    for q in range(len(p.pinned_body)):
        if p.pinned_body[q] == p.body[k] and p.pinned_start[q] <= week < p.pinned_end[q]:
            return True
    return False
