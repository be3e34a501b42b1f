"""The best schedule of each specialist at given prices, and so a bound on every plan.

A price is what a position must earn to be worth serving. At prices ≥ 0 their sum and the sum of the
best schedules bound every plan (Dantzig-Wolfe decomposition by specialist); so what is said of a
schedule is a bound even where the search is cut short.
"""

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numba import njit, prange

from talentshare.engine.planning.choices import Choices
from talentshare.engine.planning.instance import Bools, Ints
from talentshare.engine.planning.labels import (
    BODY,
    EARLIER,
    END,
    FACTS,
    GAIN,
    HOURS,
    MARGIN,
    NO_LIMIT,
    PLACE,
    START,
    UNTIL,
    Floats,
    Problem,
    walk,
)
from talentshare.engine.planning.master import Column
from talentshare.engine.planning.weekly import bounds_of, seats_beside, shares_of

QUICK = 16  # labels of one week, in a quick look
USUAL = 256  # at first
LONGER = 8  # times
AT_ONCE = 0.1  # seconds, before it is asked whether the time is over
FEWEST = 2  # specialists at once


class Market(NamedTuple):
    """What stays the same from pricing to pricing; shapes as in Choices and Instance."""

    first: Ints
    position: Ints
    start: Ints
    worth: Ints
    sooner: Ints
    bodies: Ints
    hours: Ints
    lengths: Ints
    left: Ints
    at_work: Bools
    max_bodies: Ints
    pinned_first: Ints
    pinned: Ints
    pinned_start: Ints


class Asked(NamedTuple):
    """What changes. Shapes: p positions, c choices, s specialists, w weeks."""

    prices: Ints  # (p)
    allowed: Bools  # (c)
    limits: Ints  # (s) labels of one week; 0 where only the weekly prices are asked
    known: Ints  # (s) only what is worth more is looked for
    weekly: Floats  # (s, 2, w)
    whom: Ints  # rows of specialists


class Best(NamedTuple):
    """What was found. Shapes: s specialists."""

    upper: Ints  # (s) no schedule is worth more
    lower: Ints  # (s) there is one worth this
    size: Ints  # (s) its number of choices; 0 where it was known
    nodes: Ints  # (s) labels made
    entries: Ints  # (s, positions) its choices


class Pricer:
    """Prices schedules again and again, each time from the weekly prices of the time before."""

    def __init__(self, choices: Choices) -> None:
        it = choices.instance
        count = len(it.specialist_ids)
        self.market = Market(
            choices.first,
            choices.position,
            choices.start,
            choices.worth,
            choices.sooner,
            it.bodies,
            it.hours,
            it.lengths,
            choices.left,
            it.at_work,
            it.max_bodies,
            choices.pinned_first,
            choices.pinned,
            it.pinned_start,
        )
        self.limits = np.full(count, USUAL, np.int64)
        self.weekly = np.zeros((count, 2, it.weeks))
        self.everybody = np.arange(count)
        self.everything = np.ones(len(choices), np.bool_)
        self.nothing = np.zeros(count, np.int64)
        self.at_once = FEWEST
        self.is_over: Callable[[], bool] = lambda: False
        pairs = np.unique(np.stack([choices.specialist, choices.position]), axis=1)
        self.most_entries = int(np.bincount(pairs[0], minlength=1).max(initial=0)) + 1

    def best(
        self,
        prices: Ints,
        allowed: Bools | None = None,
        known: Ints | None = None,
        whom: Ints | None = None,
    ) -> Best:
        """The best schedules at whole prices (p), of allowed choices (c), beyond the known (s).

        Only rows of `whom`, if given, are looked at. When the time is over, bounds only.
        """
        whom = self.everybody if whom is None else whom
        found = np.zeros((len(whom), 4), np.int64)
        entries = np.zeros((len(whom), self.most_entries), np.int64)
        asked = Asked(
            prices,
            self.everything if allowed is None else allowed,
            self.limits,
            self.nothing if known is None else known,
            self.weekly,
            whom,
        )
        at = 0
        while at < len(whom):
            began, part = time.monotonic(), slice(at, at + self.at_once)
            if self.is_over():
                part, asked = slice(at, len(whom)), asked._replace(limits=self.nothing)
            now = asked._replace(whom=whom[part])
            _best_schedules(self.market, now, found[part], entries[part])
            at = part.stop
            is_quick = time.monotonic() - began < AT_ONCE
            many = 2 * self.at_once if is_quick else self.at_once // 2
            self.at_once = min(max(FEWEST, many), len(self.limits) + FEWEST)
        upper, lower, size, nodes = found.T.copy()
        return Best(upper, lower, size, nodes, entries)

    def extend(self, found: Best) -> bool:
        """Search longer for those whose search was cut short; tells whether there was anybody."""
        cut = found.upper > found.lower
        self.limits[cut] = np.minimum(self.limits[cut] * LONGER, NO_LIMIT // LONGER)
        return bool(cut.any())


def columns_of(best: Best) -> list[Column]:
    """The schedules found, as columns."""
    return [
        (int(who), tuple(sorted(best.entries[who, : best.size[who]].tolist())))
        for who in np.flatnonzero(best.size)
    ]


@njit(cache=True, parallel=True)
def _best_schedules(m: Market, asked: Asked, found: Ints, entries: Ints) -> None:
    for n in prange(len(found)):
        who = asked.whom[n]
        row = _worthwhile(who, m, asked)
        if len(row):
            found[n] = _best_schedule(who, _problem(who, row, m, asked), asked, entries[n])


@njit(cache=True)
def _best_schedule(who: int, problem: Problem, asked: Asked, entries: Ints) -> Ints:
    """A quick look first: the more is known, the less has to be looked at."""
    bounds = bounds_of(problem, asked.weekly[who])
    limit, known = asked.limits[who], asked.known[who]
    if limit == 0:
        most = np.int64(np.floor(bounds.spare[0] + bounds.rest[0] + MARGIN))
        return np.array([max(most, known), known, 0, 0])
    first = walk(problem, bounds, QUICK, known, entries)
    if first[0] == first[1] or limit <= QUICK:
        return first
    second = walk(problem, bounds, limit, first[1], entries)
    if second[2] == 0:  # nothing better: what the first wrote stands
        second[2] = first[2]
    second[3] += first[3]
    return second


@njit(cache=True)
def _worthwhile(who: int, m: Market, asked: Asked) -> Ints:
    """The allowed choices of a specialist that are worth more than their price."""
    row, n = np.empty(m.first[who + 1] - m.first[who], np.int64), 0
    for c in range(m.first[who], m.first[who + 1]):
        if asked.allowed[c] and m.worth[c] > asked.prices[m.position[c]]:
            row[n] = c
            n += 1
    return row[:n]


@njit(cache=True)
def _problem(who: int, row: Ints, m: Market, asked: Asked) -> Problem:
    position, weeks = m.position[row], len(m.left[who])
    mine = m.pinned[m.pinned_first[who] : m.pinned_first[who + 1]]
    kinds = _ranks(np.concatenate((m.bodies[position], m.bodies[mine])))
    facts, pinned = np.empty((len(row), FACTS), np.int64), np.empty((len(mine), 3), np.int64)
    facts[:, GAIN] = m.worth[row] - asked.prices[position]
    facts[:, START], facts[:, END] = m.start[row], m.start[row] + m.lengths[position]
    facts[:, HOURS], facts[:, PLACE] = m.hours[position], _ranks(position)
    facts[:, BODY], facts[:, EARLIER] = kinds[: len(row)], _earlier(row, m.sooner)
    facts[:, UNTIL] = _until(facts)
    pinned[:, 0], pinned[:, 1] = kinds[len(row) :], m.pinned_start[mine]
    pinned[:, 2] = m.pinned_start[mine] + m.lengths[mine]
    return Problem(
        row,
        facts,
        shares_of(facts, pinned),
        m.left[who],
        m.at_work[who],
        seats_beside(m.max_bodies[who], weeks, pinned),
        pinned,
    )


@njit(cache=True)
def _ranks(of: Ints) -> Ints:
    """Small numbers for what is the same."""
    return np.searchsorted(np.unique(of), of)


@njit(cache=True)
def _earlier(row: Ints, sooner: Ints) -> Ints:
    """Where among these choices the same pair a week earlier is; -1 where it is not."""
    found = np.full(len(row), -1, np.int64)
    for k in range(len(row)):
        if sooner[row[k]] >= 0:
            at = np.searchsorted(row, sooner[row[k]])
            if row[at] == sooner[row[k]]:
                found[k] = at
    return found


@njit(cache=True)
def _until(facts: Ints) -> Ints:
    """How long a choice is remembered: a week beyond its end, and while it could be taken again."""
    last = np.zeros(facts[:, PLACE].max() + 1, np.int64)
    for k in range(len(facts)):
        last[facts[k, PLACE]] = max(last[facts[k, PLACE]], facts[k, START])
    return np.maximum(facts[:, END], last[facts[:, PLACE]]) + 1
