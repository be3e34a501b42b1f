"""Why a plan leaves a position out, what it would cost to serve it, and what would make room.

The cost is exact: the best plan that must serve the position is looked for, with a proof, too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numba import njit

from talentshare.engine.planning.choices import LEAVE_SHARE, Choices
from talentshare.engine.planning.instance import Bools, Instance, Ints
from talentshare.engine.planning.master import Column
from talentshare.engine.planning.tree import Tree

HOURS, FEWER, BODIES, START, ELIGIBLE = "hours", "fewer_hours", "bodies", "start", "eligible"


@dataclass(frozen=True)
class Change:
    """With this alone the position could be served and all of the plan stay; none smaller does.

    `hours` more a week for the specialist, `fewer_hours` of the position, `bodies` more in a week
    for the specialist, a `start` so many weeks before or after the window, or the specialist made
    `eligible`, as whom `amount` specialists have room.
    """

    kind: str
    amount: int
    specialist: int
    start: int


@dataclass(frozen=True)
class Unassigned:
    """A position that the plan leaves out, and why.

    `worth_nothing`, `nobody_eligible`, `nobody_free` or `bodies_limit` (beside what is pinned
    nobody has the hours, or who has them serves too many bodies), or `outbid`: the best plan that
    serves it is worth less than this plan, by `least` or more; one that is worth less by `most`
    keeps all of this plan but the allocations of `by`.
    """

    position: int
    reason: str
    by: tuple[int, ...] = ()
    least: int = 0
    most: int = 0
    changes: tuple[Change, ...] = ()


class Beside:
    """What each specialist has left beside a plan; shapes as in Instance."""

    def __init__(self, choices: Choices, rows: Sequence[int]) -> None:
        self.instance = it = choices.instance
        pinned = np.flatnonzero(it.is_pinned)
        who = np.concatenate([it.pinned_to[pinned], choices.specialist[list(rows)]])
        start = np.concatenate([it.pinned_start[pinned], choices.start[list(rows)]])
        position = np.concatenate([pinned, choices.position[list(rows)]])
        self.held = np.stack([who, position, start, start + it.lengths[position]], axis=1)
        self.left, self.served = it.capacity.copy(), np.zeros_like(it.capacity)
        seen: set[tuple[int, int, int]] = set()
        for one, p, first, end in self.held.tolist():
            self.left[one, first:end] -= it.hours[p]
            for week in range(first, end):
                if (one, week, int(it.bodies[p])) not in seen:
                    seen.add((one, week, int(it.bodies[p])))
                    self.served[one, week] += 1

    def lacks(self, p: int, start: int, among: Ints) -> tuple[Ints, Ints, Bools]:
        """The hours and seats each of these specialists misses to serve p from a start; too absent.

        Rows of `among` are those of the answer.
        """
        it, span = self.instance, slice(start, start + int(self.instance.lengths[p]))
        at_work = it.at_work[among, span]
        hours = np.where(at_work, it.hours[p] - self.left[among, span], 0).max(axis=1)
        beyond = self.served[among, span] + 1 - it.max_bodies[among, None]
        is_meant = it.bodies[self.held[:, 1]] == it.bodies[p]
        is_meant &= (self.held[:, 2] < span.stop) & (self.held[:, 3] > start)
        is_meant &= np.isin(self.held[:, 0], among)
        for who, _, first, end in self.held[is_meant].tolist():
            beyond[among == who, max(first - start, 0) : end - start] = 0
        length = int(it.lengths[p])
        is_absent = length - at_work.sum(axis=1) > length // LEAVE_SHARE
        return np.maximum(hours, 0), np.maximum(beyond.max(axis=1), 0), is_absent


class Ways:
    """For each position left out the choice that takes the least from what overlaps it."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        it, self.rows = tree.choices, np.array(sorted(_rows(tree.plan)), np.int64)
        self.is_served = it.instance.is_pinned.copy()
        self.is_served[it.position[self.rows]] = True
        who = np.arange(len(it.instance.specialist_ids) + 1)
        self.first = np.searchsorted(it.specialist[self.rows], who)
        self.ends = it.start[self.rows] + it.instance.lengths[it.position[self.rows]]
        held = Held(self.first, it.start[self.rows], self.ends, it.worth[self.rows])
        columns = it.specialist, it.position, it.start, it.worth
        self.best = _least_taken(~self.is_served, it.instance.lengths, columns, held)
        self.units = tree.rewards.units(self.rows.tolist())

    def gone(self, p: int) -> Ints:
        """The choices of the plan that overlap the best one of a position."""
        it, c = self.tree.choices, self.best[p]
        mine = np.arange(self.first[it.specialist[c]], self.first[it.specialist[c] + 1])
        starts, end = it.start[self.rows[mine]], it.start[c] + it.instance.lengths[p]
        return np.asarray(self.rows[mine[(starts < end) & (self.ends[mine] > it.start[c])]])

    def lost(self, p: int) -> int:
        """By how much the plan with this position is worth less, rewards included."""
        worth, rewards, gone = self.tree.choices.worth, self.tree.rewards, self.gone(p)
        units = self.units - rewards.units(gone.tolist()) + rewards.units([int(self.best[p])])
        before, after = (np.minimum(one, rewards.most) for one in (self.units, units))
        unpaid = int((before - after) @ rewards.pay)
        return int(worth[gone].sum()) - int(worth[self.best[p]]) + unpaid

    def plan(self, p: int) -> list[Column]:
        """The plan with this position."""
        kept = np.setdiff1d(self.rows, self.gone(p))
        return columns(self.tree.choices, [int(self.best[p]), *kept.tolist()])


class Held(NamedTuple):
    """What a plan holds, by specialist; shapes: s specialists, n choices."""

    first: Ints  # (s + 1)
    start: Ints  # (n)
    end: Ints  # (n)
    worth: Ints  # (n)


@njit(cache=True)
def _least_taken(
    is_out: Bools, lengths: Ints, columns: tuple[Ints, Ints, Ints, Ints], held: Held
) -> Ints:
    """For each position that is out the choice for which the least is lost, or -1."""
    specialist, position, starts, worth = columns
    best, least = np.full(len(is_out), -1, np.int64), np.zeros(len(is_out), np.int64)
    for c in range(len(position)):
        p, who, start = position[c], specialist[c], starts[c]
        if not is_out[p]:
            continue
        lost = -worth[c]
        for at in range(held.first[who], held.first[who + 1]):
            if held.start[at] < start + lengths[p] and held.end[at] > start:
                lost += held.worth[at]
        if best[p] < 0 or lost < least[p]:
            best[p], least[p] = c, lost
    return best


def unassigned(tree: Tree, ways: Ways | None = None) -> list[Unassigned]:
    """Each position left out with its reason; what it would cost is not looked for yet."""
    ways, instance = ways or Ways(tree), tree.choices.instance
    pinned, found = Beside(tree.choices, []), []
    for p in np.flatnonzero(~ways.is_served).tolist():
        number = int(instance.position_ids[p])
        if ways.best[p] >= 0:
            by = _ids(tree.choices, ways.gone(p))
            found.append(Unassigned(number, "outbid", by, tree.value - tree.bound, ways.lost(p)))
        else:
            found.append(Unassigned(number, _refusal(p, pinned)))
    return found


def explained(tree: Tree) -> list[Unassigned]:
    """The same with what would make room, and what each would cost, until the time is over."""
    row_of = {int(number): p for p, number in enumerate(tree.choices.instance.position_ids)}
    ways = Ways(tree)
    beside, found = Beside(tree.choices, ways.rows.tolist()), unassigned(tree, ways)
    for n, one in enumerate(found):
        if tree.is_over:
            break
        found[n] = replace(one, changes=tuple(_changes(row_of[one.position], beside)))
    for n, one in enumerate(found):
        if one.reason == "outbid" and not tree.is_over:
            found[n] = _costed(one, row_of[one.position], ways)
    return found


def _costed(one: Unassigned, p: int, ways: Ways) -> Unassigned:
    tree = ways.tree
    forced = tree.forcing(p, ways.plan(p))
    forced.search()
    least, most = tree.value - forced.bound, tree.value - forced.value
    by = _ids(tree.choices, np.setdiff1d(ways.rows, _rows(forced.plan)))
    return replace(one, by=by, least=max(one.least, least), most=most)


def _rows(plan: Sequence[Column]) -> list[int]:
    return [choice for _, entries in plan for choice in entries]


def columns(choices: Choices, rows: Sequence[int]) -> list[Column]:
    """The choices of each specialist as a schedule."""
    mine: dict[int, list[int]] = {}
    for choice in sorted(rows):
        mine.setdefault(int(choices.specialist[choice]), []).append(choice)
    return [(who, tuple(entries)) for who, entries in sorted(mine.items())]


def _ids(choices: Choices, rows: Ints) -> tuple[int, ...]:
    """The positions of these choices."""
    return tuple(sorted(choices.instance.position_ids[choices.position[rows]].tolist()))


def _eligible(p: int, instance: Instance) -> Ints:
    """Rows of pairs."""
    mine = np.arange(*np.searchsorted(instance.pair_position, [p, p + 1]))
    return mine[instance.pair_fit[mine] > 0]


def _refusal(p: int, pinned: Beside) -> str:
    """Why nobody can serve a position beside what is pinned."""
    it = pinned.instance
    pairs = _eligible(p, it)
    who = it.pair_specialist[pairs]
    if len(who) == 0:
        return "nobody_eligible"
    is_seat_missing = False
    for start in range(int(it.earliest[p]), int(it.latest[p]) + 1):
        hours, seats, is_absent = pinned.lacks(p, start, who)
        is_present = ~is_absent & (hours == 0) & it.may_start(pairs, start)
        if (is_present & (seats == 0)).any():
            return "worth_nothing"
        is_seat_missing |= bool(is_present.any())
    return "bodies_limit" if is_seat_missing else "nobody_free"


def _changes(p: int, beside: Beside) -> Iterator[Change]:
    it = beside.instance
    first, last = int(it.earliest[p]), int(it.latest[p])
    everybody, pairs = np.arange(len(it.specialist_ids)), _eligible(p, it)
    is_eligible = np.isin(everybody, it.pair_specialist[pairs])
    found: dict[str, tuple[int, int, int]] = {}  # amount, start, row
    free: set[int] = set()

    def note(kind: str, amounts: Ints, could: Bools, start: int) -> None:
        for row in np.flatnonzero(could & (amounts > 0)):
            now = int(amounts[row]), start, int(row)
            found[kind] = min(found.get(kind, now), now)

    for start in range(it.weeks - int(it.lengths[p]) + 1):
        hours, seats, is_absent = beside.lacks(p, start, everybody)
        is_inside = first <= start <= last
        could = it.may_start(pairs, start) if is_inside else ~it.is_limited[pairs]
        who = np.isin(everybody, it.pair_specialist[pairs[could]])
        has_seat, has_hours = who & ~is_absent & (seats == 0), who & ~is_absent & (hours == 0)
        if not is_inside:
            away = np.full(len(who), max(first - start, start - last))
            note(START, away, has_seat & has_hours, start)
            continue
        note(HOURS, hours, has_seat, start)
        note(FEWER, hours, has_seat & (hours < it.hours[p]), start)
        note(BODIES, seats, has_hours, start)
        is_free = ~is_eligible & ~is_absent & (hours == 0) & (seats == 0)
        note(ELIGIBLE, np.ones_like(hours), is_free, start)
        free |= set(np.flatnonzero(is_free).tolist())
    for kind, (amount, start, row) in found.items():
        count = len(free) if kind == ELIGIBLE else amount
        yield Change(kind, count, int(it.specialist_ids[row]), start)
