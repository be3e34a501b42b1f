"""Putting positions in and taking them out, and local search by simulated annealing, compiled."""

from typing import NamedTuple

import numpy as np
from numba import njit

from talentshare.engine.planning.instance import Bools, Ints

NOTHING = -1
MOST_OUT = 128  # positions taken out in one move
COOLED = 100.0  # by how much the temperature falls
OUT, PUT, EARNED, OWN = range(4)  # what `tally` holds


class Facts(NamedTuple):
    """Shapes: p positions, c choices, s specialists, w weeks, b pinned positions."""

    first: Ints  # (p + 1)
    by_position: Ints  # (c) choices by position, the dearest first
    specialist: Ints  # (c)
    position: Ints  # (c)
    start: Ints  # (c)
    end: Ints  # (c)
    worth: Ints  # (c)
    hours: Ints  # (p)
    bodies: Ints  # (p)
    at_work: Bools  # (s, w)
    most: Ints  # (s) bodies in one week
    pinned_first: Ints  # (s + 1)
    pinned: Ints  # (b)
    pinned_start: Ints  # (p)
    pinned_end: Ints  # (p)


class Draft(NamedTuple):
    """A plan under work, changed in place."""

    chosen: Ints  # (p) choice or NOTHING
    left: Ints  # (s, w) hours
    served: Ints  # (s, w) bodies
    held: Ints  # (s, positions) choices
    size: Ints  # (s)


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
            _put(c, draft, facts)


@njit(cache=True)
def anneal(moves: int, seed: int, warm: float, draft: Draft, facts: Facts) -> Ints:
    """The best choices (p) seen in so many moves; `warm` is the worth that is risked at first."""
    np.random.seed(seed)  # noqa: NPY002  numba has no other
    now, most, best = 0, 0, draft.chosen.copy()
    move = Move(
        np.empty(MOST_OUT, np.int64), np.empty(2 * MOST_OUT, np.int64), np.zeros(4, np.int64)
    )
    for number in range(moves if len(best) else 0):
        c = _drawn(draft, facts)
        if c == NOTHING or c == draft.chosen[facts.position[c]]:
            continue
        heat = warm * COOLED ** (-number / moves)
        move.tally[:] = 0
        if _try(c, draft, facts, move) and _is_kept(move.tally[EARNED], heat):
            now += move.tally[EARNED]
            if now > most:
                most = now
                best[:] = draft.chosen
        else:
            _undo(draft, facts, move)
    return best


@njit(cache=True)
def _is_kept(earned: int, heat: float) -> bool:
    return earned >= 0 or np.random.random() < np.exp(earned / heat)  # noqa: NPY002  numba has no other


@njit(cache=True)
def _drawn(draft: Draft, facts: Facts) -> int:
    """A choice to try: rather of a position that is not served, and rather a dear one."""
    count = len(draft.chosen)
    p = np.random.randint(count)  # noqa: NPY002  numba has no other
    if draft.chosen[p] != NOTHING and np.random.random() < 1 / 2:  # noqa: NPY002  numba has no other
        for _ in range(8):
            q = np.random.randint(count)  # noqa: NPY002  numba has no other
            if draft.chosen[q] == NOTHING and facts.first[q] < facts.first[q + 1]:
                p = q
                break
    among = facts.first[p + 1] - facts.first[p]
    if among == 0:
        return NOTHING
    at = facts.first[p] + int(among * np.random.random() ** 2)  # noqa: NPY002  numba has no other
    return int(facts.by_position[at])


@njit(cache=True)
def _try(c: int, draft: Draft, facts: Facts, move: Move) -> bool:
    """Make room for a choice, put it in, and find other places for what was in the way."""
    own = draft.chosen[facts.position[c]]
    if own != NOTHING:
        _take_out(own, draft, facts, move)
        move.tally[OWN] = 1
    while True:
        week = _in_the_way(c, draft, facts)
        if week == NOTHING:
            break
        victim = _victim(facts.specialist[c], week, draft, facts)
        if victim == NOTHING or move.tally[OUT] == MOST_OUT:
            return False
        _take_out(victim, draft, facts, move)
    _put_in(c, draft, facts, move)
    for at in range(move.tally[OWN], move.tally[OUT]):
        found = _place(facts.position[move.out[at]], draft, facts)
        if found != NOTHING:
            move.put[move.tally[PUT]] = found
            move.tally[PUT] += 1
            move.tally[EARNED] += facts.worth[found]
    return True


@njit(cache=True)
def _undo(draft: Draft, facts: Facts, move: Move) -> None:
    for at in range(move.tally[PUT] - 1, -1, -1):
        _out(move.put[at], draft, facts)
    for at in range(move.tally[OUT] - 1, -1, -1):
        _put(move.out[at], draft, facts)


@njit(cache=True)
def _take_out(c: int, draft: Draft, facts: Facts, move: Move) -> None:
    move.out[move.tally[OUT]] = c
    move.tally[OUT] += 1
    move.tally[EARNED] -= facts.worth[c]
    _out(c, draft, facts)


@njit(cache=True)
def _put_in(c: int, draft: Draft, facts: Facts, move: Move) -> None:
    move.put[move.tally[PUT]] = c
    move.tally[PUT] += 1
    move.tally[EARNED] += facts.worth[c]
    _put(c, draft, facts)


@njit(cache=True)
def _victim(who: int, week: int, draft: Draft, facts: Facts) -> int:
    """Any of what a specialist does in a week, if it is not pinned."""
    seen, victim = 0, NOTHING
    for at in range(draft.size[who]):
        other = draft.held[who, at]
        if facts.start[other] <= week < facts.end[other]:
            seen += 1
            if np.random.random() * seen < 1:  # noqa: NPY002  numba has no other
                victim = other
    return victim


@njit(cache=True, forceinline=True)
def _in_the_way(c: int, draft: Draft, facts: Facts) -> int:
    """The first week in which there is no room for a choice, or NOTHING."""
    who, p = facts.specialist[c], facts.position[c]
    is_shared = _serves(who, facts.bodies[p], draft, facts)
    for week in range(facts.start[c], facts.end[c]):
        if facts.at_work[who, week] and draft.left[who, week] < facts.hours[p]:
            return week
        if draft.served[who, week] >= facts.most[who] and not (
            is_shared and _serves_in(week, who, facts.bodies[p], draft, facts)
        ):
            return week
    return NOTHING


@njit(cache=True, forceinline=True)
def _serves(who: int, body: int, draft: Draft, facts: Facts) -> bool:
    """Whether a specialist serves this body in any week."""
    for at in range(draft.size[who]):
        if facts.bodies[facts.position[draft.held[who, at]]] == body:
            return True
    for at in range(facts.pinned_first[who], facts.pinned_first[who + 1]):
        if facts.bodies[facts.pinned[at]] == body:
            return True
    return False


@njit(cache=True, forceinline=True)
def _serves_in(week: int, who: int, body: int, draft: Draft, facts: Facts) -> bool:
    for at in range(draft.size[who]):
        other = draft.held[who, at]
        if (
            facts.bodies[facts.position[other]] == body
            and facts.start[other] <= week < facts.end[other]
        ):
            return True
    for at in range(facts.pinned_first[who], facts.pinned_first[who + 1]):
        p = facts.pinned[at]
        if facts.bodies[p] == body and facts.pinned_start[p] <= week < facts.pinned_end[p]:
            return True
    return False


@njit(cache=True)
def _put(c: int, draft: Draft, facts: Facts) -> None:
    who, p = facts.specialist[c], facts.position[c]
    _count(c, 1, draft, facts)
    draft.held[who, draft.size[who]] = c
    draft.size[who] += 1
    draft.chosen[p] = c


@njit(cache=True)
def _out(c: int, draft: Draft, facts: Facts) -> None:
    who, p = facts.specialist[c], facts.position[c]
    for at in range(draft.size[who]):
        if draft.held[who, at] == c:
            draft.size[who] -= 1
            draft.held[who, at] = draft.held[who, draft.size[who]]
            break
    _count(c, -1, draft, facts)
    draft.chosen[p] = NOTHING


@njit(cache=True, forceinline=True)
def _count(c: int, sign: int, draft: Draft, facts: Facts) -> None:
    """Hours and bodies of a choice that is not held now."""
    who, p = facts.specialist[c], facts.position[c]
    is_shared = _serves(who, facts.bodies[p], draft, facts)
    for week in range(facts.start[c], facts.end[c]):
        if facts.at_work[who, week]:
            draft.left[who, week] -= sign * facts.hours[p]
        if not (is_shared and _serves_in(week, who, facts.bodies[p], draft, facts)):
            draft.served[who, week] += sign


@njit(cache=True)
def _place(p: int, draft: Draft, facts: Facts) -> int:
    """Put a position where it earns most of what is free; the choice, or NOTHING."""
    for at in range(facts.first[p], facts.first[p + 1]):
        c = facts.by_position[at]
        if _in_the_way(c, draft, facts) == NOTHING:
            _put(c, draft, facts)
            return int(c)
    return NOTHING
