"""The best schedule of one specialist at given prices: exact, week by week, compiled.

A label is what a specialist has begun and not ended, and what that has earned. Of two ways to the
same only the dearer is kept, none that holds more than another and has earned no more, and none
that the weekly prices show to be no better than the best schedule known.

Tables of numbers, not tuples of columns: a loop that takes columns out of tuples counts references.
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
GAIN, START, END, HOURS, PLACE, BODY, UNTIL, EARLIER, FACTS = range(9)  # columns of `facts`
DEPTH, TRAIL, FIRST = range(3)  # columns of `held`
BEFORE, TAKEN = range(2)  # columns of the trail


class Problem(NamedTuple):
    """Shapes: n choices of one specialist, sorted by start; b pinned positions; w weeks.

    Facts of a choice: its gain beyond the price, first week and week after the last, hours, small
    numbers of position and body, the week from which on it is forgotten, and where the same pair a
    week earlier is, if that gains no less; else -1.
    """

    row: Ints  # (n) in all choices
    facts: Ints  # (n, FACTS)
    share: Floats  # (n) part of a seat that it takes at least
    left: Ints  # (w) hours
    at_work: Bools  # (w)
    seats: Ints  # (w) bodies beside the pinned ones
    pinned: Ints  # (b, 3) body, first week, week after the last


class Bounds(NamedTuple):
    """What weekly prices say. Shapes as in Problem."""

    paid: Floats  # (2, w + 1) prices of an hour and of a seat, summed up to a week
    spare: Floats  # (w + 1) what all hours and seats from a week on are worth
    rest: Floats  # (n + 1) what choice n and later could earn beyond
    least: Ints  # (w + 1, w + 1) the fewest hours in a week of a span; leave takes none


class Labels(NamedTuple):
    """Shapes: a labels, of which the first `now[COUNT]` are meant."""

    value: Ints  # (a)
    reach: Floats  # (a) value and what the hours and seats left over are worth from this week on
    held: Ints  # (a, FIRST + MOST_HELD) how many, row of the trail, choices by end, latest first


@njit(cache=True)
def walk(p: Problem, bounds: Bounds, limit: int, known: int, entries: Ints) -> Ints:
    """Look for what is worth more than `known`, with at most `limit` labels at the begin of a week.

    Returns an upper bound, the worth, the size and the number of labels; choices go into `entries`.
    """
    labels, trail = _first_labels(), np.empty((256, 2), np.int64)
    now = np.array([1, 0, known, -1, 0, 0])
    k, n = 0, len(p.row)
    while k < n and now[COUNT]:
        week = p.facts[k, START]
        _forget(k, p, bounds, labels, now)
        _merge(labels, now)
        if now[COUNT] > limit:
            _choose(limit, bounds.rest[k], labels, now)
        while k < n and p.facts[k, START] == week:
            labels = _grown(labels, 2 * now[COUNT])
            trail = _longer(trail, now[TRAILS] + now[COUNT])
            _take(k, p, bounds, (labels, trail), now)
            k += 1
        now[MADE] += now[COUNT]
    size, at = 0, now[BEST]
    while at >= 0:
        entries[size] = p.row[trail[at, TAKEN]]
        size += 1
        at = trail[at, BEFORE]
    return np.array([max(now[LOWER], now[DROPPED]), now[LOWER], size, now[MADE]])


@njit(cache=True)
def _first_labels() -> Labels:
    """One label that holds nothing."""
    room = 64
    held = np.zeros((room, FIRST + MOST_HELD), np.int64)
    held[0, TRAIL] = -1
    return Labels(np.zeros(room, np.int64), np.zeros(room), held)


@njit(cache=True)
def _grown(labels: Labels, needed: int) -> Labels:
    room = len(labels.value)
    if room >= needed:
        return labels
    value, reach = np.empty(2 * needed, np.int64), np.empty(2 * needed)
    value[:room], reach[:room] = labels.value, labels.reach
    return Labels(value, reach, _longer(labels.held, needed))


@njit(cache=True)
def _longer(of: Ints, needed: int) -> Ints:
    if len(of) >= needed:
        return of
    wider = np.empty((2 * needed, of.shape[1]), np.int64)
    wider[: len(of)] = of
    return wider


@njit(cache=True, forceinline=True)
def cost(k: int, first: int, facts: Ints, share: Floats, paid: Floats) -> float:
    """What the hours and the seat of a choice cost from a week to its end."""
    last = facts[k, END]
    if last <= first:
        return 0.0
    hours, seats = paid[0, last] - paid[0, first], paid[1, last] - paid[1, first]
    return float(facts[k, HOURS] * hours + share[k] * seats)


@njit(cache=True, forceinline=True)
def _copy(a: int, to: int, value: Ints, reach: Floats, held: Ints) -> None:
    value[to], reach[to] = value[a], reach[a]
    for at in range(FIRST + held[a, DEPTH]):
        held[to, at] = held[a, at]


@njit(cache=True)
def _forget(k: int, p: Problem, bounds: Bounds, labels: Labels, now: Ints) -> None:
    """What is over is no longer held; labels that cannot become better than the best go."""
    facts, share, paid = p.facts, p.share, bounds.paid
    value, reach, held = labels.value, labels.reach, labels.held
    week, kept = facts[k, START], 0
    least = now[LOWER] + ENOUGH - bounds.rest[k]
    for a in range(now[COUNT]):
        size, could = FIRST, value[a] + bounds.spare[week]
        for at in range(FIRST, FIRST + held[a, DEPTH]):
            other = held[a, at]
            if facts[other, UNTIL] > week:
                held[a, size] = other
                could -= cost(other, week, facts, share, paid)
                size += 1
        held[a, DEPTH], reach[a] = size - FIRST, could
        if could >= least:
            _copy(a, kept, value, reach, held)
            kept += 1
    now[COUNT] = kept


@njit(cache=True)
def _merge(labels: Labels, now: Ints) -> None:
    """Of labels that hold the same keep the dearest; none that is no dearer and holds more."""
    value, reach, held = labels.value, labels.reach, labels.held
    slots = 8
    while slots < 2 * now[COUNT]:
        slots *= 2
    table = np.full(slots, -1, np.int64)
    kept = 0
    for a in range(now[COUNT]):
        slot = _slot(a, -1, held, table)
        b = table[slot]
        if b < 0:
            table[slot] = kept
            _copy(a, kept, value, reach, held)
            kept += 1
        elif value[a] > value[b]:
            value[b], reach[b], held[b, TRAIL] = value[a], reach[a], held[a, TRAIL]
    now[COUNT] = kept
    _drop_idle(table, labels, now)


@njit(cache=True)
def _drop_idle(table: Ints, labels: Labels, now: Ints) -> None:
    """Drop labels for which one less held would be no less dear."""
    value, reach, held = labels.value, labels.reach, labels.held
    is_kept = np.ones(now[COUNT], np.bool_)
    for a in range(now[COUNT]):
        for without in range(FIRST, FIRST + held[a, DEPTH]):
            b = table[_slot(a, without, held, table)]
            if b >= 0 and value[b] >= value[a]:
                is_kept[a] = False
                break
    kept = 0
    for a in range(now[COUNT]):
        if is_kept[a]:
            _copy(a, kept, value, reach, held)
            kept += 1
    now[COUNT] = kept


@njit(cache=True, forceinline=True)
def _slot(a: int, without: int, held: Ints, table: Ints) -> int:
    """Where in the table is, or belongs, the label that holds what `a` holds, without one."""
    code, last = np.uint64(0), np.uint64(len(table) - 1)
    for at in range(FIRST, FIRST + held[a, DEPTH]):
        if at != without:
            mixed = np.uint64(held[a, at] + 1) * np.uint64(0x9E3779B97F4A7C15)
            code += mixed ^ (mixed >> np.uint64(32))
    slot = np.int64((code ^ (code >> np.uint64(29))) & last)
    while table[slot] >= 0 and not _is_same(a, without, table[slot], held):
        slot = (slot + 1) & np.int64(last)
    return int(slot)


@njit(cache=True, forceinline=True)
def _is_same(a: int, without: int, b: int, held: Ints) -> bool:
    """Whether label `b` holds what `a` holds, without one."""
    if held[b, DEPTH] != held[a, DEPTH] - (without >= 0):
        return False
    other = FIRST
    for at in range(FIRST, FIRST + held[a, DEPTH]):
        if at == without:
            continue
        if held[a, at] != held[b, other]:
            return False
        other += 1
    return True


@njit(cache=True)
def _choose(limit: int, rest: float, labels: Labels, now: Ints) -> None:
    """Keep the most promising labels, and in mind what none of the others can exceed."""
    reach = labels.reach
    order = np.argsort(-reach[: now[COUNT]], kind="mergesort")
    could = reach[order[limit]] + rest
    now[DROPPED] = max(now[DROPPED], np.int64(np.floor(could + MARGIN)))
    chosen = np.sort(order[:limit])
    for kept in range(limit):
        _copy(chosen[kept], kept, labels.value, reach, labels.held)
    now[COUNT] = limit


@njit(cache=True)
def _take(k: int, p: Problem, bounds: Bounds, store: tuple[Labels, Ints], now: Ints) -> None:
    """Add choice `k` to each label that has room for it and could become better than the best."""
    facts, least, trail = p.facts, bounds.least, store[1]
    value, reach, held = store[0].value, store[0].reach, store[0].held
    has_pins, most = len(p.pinned) > 0, p.seats[facts[k, START]]
    gain, new, row, lower = facts[k, GAIN], now[COUNT], now[TRAILS], now[LOWER]
    ahead = gain - cost(k, facts[k, START], facts, p.share, bounds.paid)
    needed = ENOUGH - bounds.rest[k + 1] - ahead
    for a in range(now[COUNT]):
        worth = value[a] + gain
        if worth <= lower and reach[a] < lower + needed:
            continue
        if not _has_hours(k, a, held, facts, least):
            continue
        if not (_has_seats(k, a, p, held) if has_pins else _has_seat(k, a, most, held, facts)):
            continue
        if facts[k, EARLIER] >= 0 and _fits_before(k, a, p, held):
            continue
        trail[row, BEFORE], trail[row, TAKEN] = held[a, TRAIL], k
        _copy(a, new, value, reach, held)
        value[new], reach[new] = worth, reach[a] + ahead
        _hold(k, new, row, held, facts)
        if worth > lower:
            lower, now[BEST] = worth, row
        row += 1
        new += 1
    now[COUNT], now[TRAILS], now[LOWER] = new, row, lower


@njit(cache=True, forceinline=True)
def _hold(k: int, a: int, row: int, held: Ints, facts: Ints) -> None:
    """Put a choice among those held, by end."""
    at = FIRST + held[a, DEPTH]
    while at > FIRST and facts[held[a, at - 1], END] < facts[k, END]:
        held[a, at] = held[a, at - 1]
        at -= 1
    held[a, at] = k
    held[a, DEPTH] += 1
    held[a, TRAIL] = row


@njit(cache=True, forceinline=True)
def _has_hours(k: int, a: int, held: Ints, facts: Ints, least: Ints) -> bool:
    """Whether there are hours for a choice: all that is held has begun, so the load only falls."""
    week, end, load = facts[k, START], facts[k, END], facts[k, HOURS]
    if held[a, DEPTH] >= MOST_HELD:
        return False
    for at in range(FIRST, FIRST + held[a, DEPTH]):
        other = held[a, at]
        if facts[other, PLACE] == facts[k, PLACE]:
            return False
        last = facts[other, END]
        if last > week:
            load += facts[other, HOURS]
            if least[week, min(last, end)] < load:
                return False
    return True


@njit(cache=True, forceinline=True)
def _has_seat(k: int, a: int, most: int, held: Ints, facts: Ints) -> bool:
    """Whether a body more may be served in the first week of a choice, where none is pinned."""
    if held[a, DEPTH] < most:
        return True
    return _seats_taken(facts[k, BODY], facts[k, START], a, held, facts) < most


@njit(cache=True, forceinline=True)
def _seats_taken(body: int, week: int, a: int, held: Ints, facts: Ints) -> int:
    """How many bodies are served in a week; none where this body is among them."""
    taken = 0
    for at in range(FIRST, FIRST + held[a, DEPTH]):
        other = held[a, at]
        if facts[other, END] <= week:
            break
        if facts[other, START] > week:
            continue
        if facts[other, BODY] == body:
            return -1
        is_new = 1
        for before in range(FIRST, at):
            if _serves(held[a, before], facts[other, BODY], week, facts):
                is_new = 0
        taken += is_new
    return taken


@njit(cache=True)
def _has_seats(k: int, a: int, p: Problem, held: Ints) -> bool:
    """Whether the body of a choice may be served in all its weeks beside those pinned."""
    for week in range(p.facts[k, START], p.facts[k, END]):
        if not _may_serve(k, week, a, p, held):
            return False
    return True


@njit(cache=True)
def _may_serve(k: int, week: int, a: int, p: Problem, held: Ints) -> bool:
    """Whether the body of choice `k` may be served in this week; pinned ones take no seat."""
    facts, pinned, seats = p.facts, p.pinned, 0
    if _is_pinned(facts[k, BODY], week, pinned):
        return True
    for at in range(FIRST, FIRST + held[a, DEPTH]):
        other = held[a, at]
        if facts[other, END] <= week:
            break
        if facts[other, START] > week:
            continue
        body = facts[other, BODY]
        if body == facts[k, BODY]:
            return True
        is_new = not _is_pinned(body, week, pinned)
        for before in range(FIRST, at):
            is_new = is_new and not _serves(held[a, before], body, week, facts)
        seats += is_new
    return bool(seats < p.seats[week])


@njit(cache=True, forceinline=True)
def _serves(k: int, body: int, week: int, facts: Ints) -> bool:
    """Whether a choice that has not ended before this week serves a body in it."""
    return bool(facts[k, BODY] == body and facts[k, START] <= week)


@njit(cache=True, forceinline=True)
def _is_pinned(body: int, week: int, pinned: Ints) -> bool:
    """Whether what is pinned serves a body in this week."""
    for q in range(len(pinned)):
        if pinned[q, 0] == body and pinned[q, 1] <= week < pinned[q, 2]:
            return True
    return False


@njit(cache=True, forceinline=True)
def _fits_before(k: int, a: int, p: Problem, held: Ints) -> bool:
    """Whether there is room for choice `k` in the week before it begins, too."""
    facts, week = p.facts, p.facts[k, START] - 1
    load = facts[k, HOURS]
    for at in range(FIRST, FIRST + held[a, DEPTH]):
        if facts[held[a, at], START] <= week < facts[held[a, at], END]:
            load += facts[held[a, at], HOURS]
    if p.at_work[week] and load > p.left[week]:
        return False
    if len(p.pinned):
        return _may_serve(k, week, a, p, held)
    return bool(_seats_taken(facts[k, BODY], week, a, held, facts) < p.seats[week])
