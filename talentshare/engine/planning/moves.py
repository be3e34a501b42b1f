"""Putting positions in and taking them out, and local search by simulated annealing, compiled."""

from typing import NamedTuple

import numpy as np
from numba import njit

from talentshare.engine.planning.instance import Ints

NOTHING = -1
MOST_OUT = 128  # positions taken out in one move
COOLED = 100.0  # by how much the temperature falls
OUT, PUT, EARNED, OWN = range(4)  # what `tally` holds
NOW, BEST = 4, 5  # of what `span` holds
WHO, POSITION, LENGTH, HOURS, BODY, MOST, PAIR = range(7)  # columns of `pairs`
LEFT, SERVED = range(2)  # of a week
SIZE, HELD = range(2)  # columns of `held`


class Facts(NamedTuple):
    """A pair is a position and a specialist. Shapes: c choices, q pairs, p positions.

    Behind the choices and the pairs stand those that are pinned.
    """

    first: Ints  # (p + 1) pairs of a position, the dearest first
    pairs: Ints  # (q, PAIR) rows of both, weeks, hours and body; bodies that may be served at once
    first_of_pair: Ints  # (q + 1) in `by_pair`
    by_pair: Ints  # (c) choices by pair, then by start
    pair: Ints  # (c)
    start: Ints  # (c)
    worth: Ints  # (c)


class Draft(NamedTuple):
    """A plan under work, changed in place. Shapes: s specialists, w weeks."""

    chosen: Ints  # (p) choice or NOTHING
    room: Ints  # (s, w, 2) hours left, bodies served
    held: Ints  # (s, HELD + positions) how many, choices; the pinned ones first


class Move(NamedTuple):
    """What one move took out and put in, so that it can be undone."""

    out: Ints
    put: Ints
    tally: Ints


@njit(cache=True)
def fill(order: Ints, draft: Draft, facts: Facts) -> None:
    """Put each position where it earns most of what is free, in this order."""
    for p in order:
        if draft.chosen[p] == NOTHING:
            _place(p, draft, facts)


@njit(cache=True)
def take(chosen: Ints, draft: Draft, facts: Facts) -> None:
    """Put these choices in."""
    for c in chosen:
        if c != NOTHING:
            put(c, draft, facts)


@njit(cache=True)
def take_free(wanted: Ints, draft: Draft, facts: Facts) -> None:
    """Put these choices in, one after the other, where there is room still."""
    for c in wanted:
        if draft.chosen[facts.pairs[facts.pair[c], POSITION]] == NOTHING and (
            _in_the_way(c, draft, facts) == NOTHING
        ):
            put(c, draft, facts)


@njit(cache=True)
def anneal(span: Ints, warm: float, draft: Draft, facts: Facts, best: Ints) -> None:
    """A part of the moves; `warm` is the worth that is risked at first, `best` (p) what was best.

    `span` holds the first move of the part, the one after it, the number of all, the seed, and what
    the draft and what the best has earned so far.
    """
    first, end, moves, seed, now, most = span
    np.random.seed(seed + first)  # noqa: NPY002  numba has no other
    chosen = draft.chosen
    move = Move(
        np.empty(MOST_OUT, np.int64), np.empty(2 * MOST_OUT, np.int64), np.zeros(4, np.int64)
    )
    for number in range(first, end if len(best) else first):
        p = _drawn(chosen, facts.first)
        c = _drawn_of(p, facts)
        if c == NOTHING or c == chosen[p]:
            continue
        heat = warm * COOLED ** (-number / moves)
        move.tally[:] = 0
        if _try(c, draft, facts, move) and _is_kept(move.tally[EARNED], heat):
            now += move.tally[EARNED]
            if now > most:
                most = now
                best[:] = chosen
        else:
            _undo(draft, facts, move)
    span[NOW], span[BEST] = now, most


@njit(cache=True, forceinline=True)
def _is_kept(earned: int, heat: float) -> bool:
    return earned >= 0 or np.random.random() < np.exp(earned / heat)  # noqa: NPY002  numba has no other


@njit(cache=True, forceinline=True)
def _drawn(chosen: Ints, first: Ints) -> int:
    """A position to try: rather one that is not served."""
    count = len(chosen)
    p = np.random.randint(count)  # noqa: NPY002  numba has no other
    if chosen[p] != NOTHING and np.random.random() < 1 / 2:  # noqa: NPY002  numba has no other
        for _ in range(8):
            q = np.random.randint(count)  # noqa: NPY002  numba has no other
            if chosen[q] == NOTHING and first[q] < first[q + 1]:
                return q
    return p


@njit(cache=True)
def _drawn_of(p: int, facts: Facts) -> int:
    """A choice to try of a position: rather a dear one."""
    among = facts.first[p + 1] - facts.first[p]
    if among == 0:
        return NOTHING
    pair = facts.first[p] + int(among * np.random.random() ** 2)  # noqa: NPY002  numba has no other
    first = facts.first_of_pair[pair]
    starts = facts.first_of_pair[pair + 1] - first
    return int(facts.by_pair[first + int(starts * np.random.random())])  # noqa: NPY002  numba has no other


@njit(cache=True)
def _try(c: int, draft: Draft, facts: Facts, move: Move) -> bool:
    """Make room for a choice, put it in, and find other places for what was in the way."""
    pairs, pair, worth, tally = facts.pairs, facts.pair, facts.worth, move.tally
    own = draft.chosen[pairs[pair[c], POSITION]]
    if own != NOTHING:
        _take_out(own, draft, facts, move)
        tally[OWN] = 1
    while True:
        week = _in_the_way(c, draft, facts)
        if week == NOTHING:
            break
        victim = _victim(pairs[pair[c], WHO], week, draft.held, facts)
        if victim == NOTHING or tally[OUT] == MOST_OUT:
            return False
        _take_out(victim, draft, facts, move)
    put(c, draft, facts)
    move.put[tally[PUT]] = c
    tally[PUT] += 1
    tally[EARNED] += worth[c]
    for at in range(tally[OWN], tally[OUT]):
        found = _place(pairs[pair[move.out[at]], POSITION], draft, facts)
        if found != NOTHING:
            move.put[tally[PUT]] = found
            tally[PUT] += 1
            tally[EARNED] += worth[found]
    return True


@njit(cache=True)
def _undo(draft: Draft, facts: Facts, move: Move) -> None:
    for at in range(move.tally[PUT] - 1, -1, -1):
        take_out(move.put[at], draft, facts)
    for at in range(move.tally[OUT] - 1, -1, -1):
        put(move.out[at], draft, facts)


@njit(cache=True)
def _take_out(c: int, draft: Draft, facts: Facts, move: Move) -> None:
    move.out[move.tally[OUT]] = c
    move.tally[OUT] += 1
    move.tally[EARNED] -= facts.worth[c]
    take_out(c, draft, facts)


@njit(cache=True)
def _victim(who: int, week: int, held: Ints, facts: Facts) -> int:
    """Any of what a specialist does in a week, if it is not pinned."""
    pair, start, pairs, seen, victim = facts.pair, facts.start, facts.pairs, 0, NOTHING
    for at in range(HELD, HELD + held[who, SIZE]):
        other = held[who, at]
        if other < len(facts.by_pair) and (
            start[other] <= week < start[other] + pairs[pair[other], LENGTH]
        ):
            seen += 1
            if np.random.random() * seen < 1:  # noqa: NPY002  numba has no other
                victim = other
    return victim


@njit(cache=True)
def _in_the_way(c: int, draft: Draft, facts: Facts) -> int:
    """The first week in which there is no room for a choice, or NOTHING."""
    pairs, room, pair = facts.pairs, draft.room, facts.pair[c]
    who, hours, most = pairs[pair, WHO], pairs[pair, HOURS], pairs[pair, MOST]
    for week in range(facts.start[c], facts.start[c] + pairs[pair, LENGTH]):
        if room[who, week, LEFT] < hours:
            return int(week)
        if room[who, week, SERVED] >= most and not _serves(who, pair, week, draft.held, facts):
            return int(week)
    return NOTHING


@njit(cache=True)
def _serves(who: int, wanted: int, week: int, held: Ints, facts: Facts) -> bool:
    """Whether a specialist serves the body of this pair in a week."""
    pairs, start, body = facts.pairs, facts.start, facts.pairs[wanted, BODY]
    for at in range(HELD, HELD + held[who, SIZE]):
        pair = facts.pair[held[who, at]]
        if pairs[pair, BODY] == body:
            first = start[held[who, at]]
            if first <= week < first + pairs[pair, LENGTH]:
                return True
    return False


@njit(cache=True)
def put(c: int, draft: Draft, facts: Facts) -> None:
    """Put a choice in."""
    pair, held = facts.pair[c], draft.held
    who = facts.pairs[pair, WHO]
    _count(c, 1, draft, facts)
    held[who, HELD + held[who, SIZE]] = c
    held[who, SIZE] += 1
    draft.chosen[facts.pairs[pair, POSITION]] = c


@njit(cache=True)
def take_out(c: int, draft: Draft, facts: Facts) -> None:
    """Take a choice out."""
    pair, held = facts.pair[c], draft.held
    who, at = facts.pairs[pair, WHO], HELD
    while held[who, at] != c:
        at += 1
    held[who, SIZE] -= 1
    held[who, at] = held[who, HELD + held[who, SIZE]]
    _count(c, -1, draft, facts)
    draft.chosen[facts.pairs[pair, POSITION]] = NOTHING


@njit(cache=True)
def _count(c: int, sign: int, draft: Draft, facts: Facts) -> None:
    """Hours and bodies of a choice that is not held now."""
    pairs, room, held, pair = facts.pairs, draft.room, draft.held, facts.pair[c]
    who, hours, is_shared = pairs[pair, WHO], pairs[pair, HOURS], False
    for at in range(HELD, HELD + held[who, SIZE]):
        is_shared = is_shared or pairs[facts.pair[held[who, at]], BODY] == pairs[pair, BODY]
    for week in range(facts.start[c], facts.start[c] + pairs[pair, LENGTH]):
        room[who, week, LEFT] -= sign * hours
        if not (is_shared and _serves(who, pair, week, held, facts)):
            room[who, week, SERVED] += sign


@njit(cache=True)
def _place(p: int, draft: Draft, facts: Facts) -> int:
    """Put a position where it earns most of what is free; the choice, or NOTHING."""
    worth, first_of_pair, by_pair = facts.worth, facts.first_of_pair, facts.by_pair
    best, most = NOTHING, 0
    for pair in range(facts.first[p], facts.first[p + 1]):
        dearest = 0
        for at in range(first_of_pair[pair], first_of_pair[pair + 1]):
            dearest = max(dearest, worth[by_pair[at]])
        if dearest <= most:
            break
        c = _free(pair, most, draft, facts)
        if c != NOTHING:
            best, most = c, worth[c]
    if best != NOTHING:
        put(best, draft, facts)
    return int(best)


@njit(cache=True)
def _free(pair: int, most: int, draft: Draft, facts: Facts) -> int:
    """The dearest choice of a pair that is free and worth more than `most`, or NOTHING."""
    pairs, room, worth, best = facts.pairs, draft.room, facts.worth, NOTHING
    who, hours, seats = pairs[pair, WHO], pairs[pair, HOURS], pairs[pair, MOST]
    free_from = week = 0  # all weeks from `free_from` to before `week` are free
    for at in range(facts.first_of_pair[pair], facts.first_of_pair[pair + 1]):
        c = facts.by_pair[at]
        start = facts.start[c]
        if start < free_from or worth[c] <= most:
            continue
        week = max(week, start)
        while week < start + pairs[pair, LENGTH]:
            if room[who, week, LEFT] < hours or (
                room[who, week, SERVED] >= seats and not _serves(who, pair, week, draft.held, facts)
            ):
                free_from = week + 1
            week += 1
        if start >= free_from:
            best, most = c, worth[c]
    return best
