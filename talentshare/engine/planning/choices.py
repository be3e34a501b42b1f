"""What each specialist could do: one choice is a position from one start week on."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit

from talentshare.engine.planning.instance import NOBODY, Bools, Instance, Ints

MOST_HOURS = np.iinfo(np.int64).max
LEAVE_SHARE = 5  # leave may take at most a fifth of the weeks


@dataclass(frozen=True)
class Choices:
    """Shapes: c choices, sorted by specialist, start and worth; s, p, w as in Instance.

    Only what a specialist could do beside what is pinned is here; what is pinned is no choice.
    """

    instance: Instance
    first: Ints  # (s + 1) the choices of specialist i are first[i] to first[i + 1] - 1
    specialist: Ints  # (c) row
    position: Ints  # (c) row
    start: Ints  # (c) week
    worth: Ints  # (c) weight × fit × hours × weeks worked, and the penalty that keeping it saves
    weeks: Ints  # (c) worked
    kept: Ints  # (c) the penalty that is part of the worth
    sooner: Ints  # (c) the same pair one week earlier, if that is worth no less; else -1
    left: Ints  # (s, w) hours beside what is pinned
    served: Ints  # (s, w) bodies of what is pinned
    pinned_first: Ints  # (s + 1)
    pinned: Ints  # rows of pinned positions, by specialist
    all_changed: int  # previous allocations but those pinned as they were
    pinned_worth: int  # less the penalty of these

    def __len__(self) -> int:
        return len(self.start)


def choices_of(instance: Instance, *, with_worthless: bool = False) -> Choices:
    """All choices that are feasible by themselves beside what is pinned."""
    left, served = _beside_pinned(instance)
    count = len(instance.specialist_ids)
    pinned = np.flatnonzero(instance.is_pinned)
    pinned = pinned[np.argsort(instance.pinned_to[pinned], kind="stable")]
    pinned_first = _firsts(instance.pinned_to[pinned], count)
    specialist, position, start, fit = _possible(instance)
    worked = np.zeros((count, instance.weeks + 1), np.int64)
    worked[:, 1:] = np.cumsum(instance.at_work, axis=1)
    lengths = instance.lengths[position]
    weeks = worked[specialist, start + lengths] - worked[specialist, start]
    worth = (instance.weights * instance.hours)[position] * fit * weeks
    room = Room(
        *(instance.hours, instance.lengths, instance.bodies),
        *(np.where(instance.at_work, left, MOST_HOURS), served, instance.max_bodies),
        *(pinned_first, pinned, instance.pinned_start),
    )
    fits = _has_room(specialist, position, start, room)
    saved = _saved(instance, specialist, position, start)
    fits &= lengths - weeks <= lengths // LEAVE_SHARE
    fits &= (worth + saved > 0) | with_worthless
    worth += saved
    kept = np.flatnonzero(fits)
    kept = kept[np.lexsort((position[kept], -worth[kept], start[kept], specialist[kept]))]
    all_changed = _all_changed(instance)
    columns = specialist[kept], position[kept], start[kept], worth[kept], weeks[kept]
    return Choices(
        instance,
        _firsts(columns[0], count),
        *columns,
        saved[kept],
        _sooner(*columns),
        *(left, served, pinned_first, pinned),
        all_changed,
        _pinned_worth(instance, worked) - instance.penalty * all_changed,
    )


def _possible(instance: Instance) -> tuple[Ints, Ints, Ints, Ints]:
    """Specialist, position, start and fit of each pair and each start that is possible for it."""
    pair = np.flatnonzero(~instance.is_pinned[instance.pair_position])
    flexible = (instance.latest - instance.earliest + 1)[instance.pair_position[pair]]
    of_pair = np.repeat(pair, flexible)
    offset = np.arange(len(of_pair)) - np.repeat(np.cumsum(flexible) - flexible, flexible)
    position = instance.pair_position[of_pair]
    start = instance.earliest[position] + offset
    if instance.is_limited.any():
        may = instance.may_start(of_pair, start)
        of_pair, position, start = of_pair[may], position[may], start[may]
    return instance.pair_specialist[of_pair], position, start, instance.pair_fit[of_pair]


def _firsts(of: Ints, count: int) -> Ints:
    return np.concatenate([[0], np.cumsum(np.bincount(of, minlength=count))]).astype(np.int64)


def _beside_pinned(instance: Instance) -> tuple[Ints, Ints]:
    left = instance.capacity.copy()
    bodies: dict[tuple[int, int], set[int]] = {}
    for p in np.flatnonzero(instance.is_pinned):
        who, start = int(instance.pinned_to[p]), int(instance.pinned_start[p])
        for week in range(start, start + int(instance.lengths[p])):
            if instance.at_work[who, week]:
                left[who, week] -= instance.hours[p]
            bodies.setdefault((who, week), set()).add(int(instance.bodies[p]))
    served = np.zeros_like(left)
    for (who, week), found in bodies.items():
        served[who, week] = len(found)
    return left, served


def _pinned_worth(instance: Instance, worked: Ints) -> int:
    total = 0
    for pair in range(len(instance.pair_fit)):
        p, who = instance.pair_position[pair], instance.pair_specialist[pair]
        if instance.pinned_to[p] == who:
            start = instance.pinned_start[p]
            weeks = worked[who, start + instance.lengths[p]] - worked[who, start]
            total += int(instance.weights[p] * instance.pair_fit[pair] * instance.hours[p] * weeks)
    return total


def _saved(instance: Instance, specialist: Ints, position: Ints, start: Ints) -> Ints:
    """The penalty for each choice that is a previous allocation."""
    rows = np.array(instance.previous, np.int64).reshape(-1, 3)
    people, weeks = len(instance.specialist_ids), instance.weeks

    def keys(p: Ints, who: Ints, week: Ints) -> Ints:
        return np.asarray((p * people + who) * weeks + week)

    known = rows[rows[:, 1] != NOBODY].T
    return np.isin(keys(position, specialist, start), keys(*known)) * np.int64(instance.penalty)


def _all_changed(instance: Instance) -> int:
    """How many previous allocations there are but those that are pinned as they were."""
    pins = zip(instance.pinned_to.tolist(), instance.pinned_start.tolist(), strict=True)
    kept = {(p, *pin) for p, pin in enumerate(pins) if pin[0] != NOBODY}
    return len(set(instance.previous) - kept)


def _sooner(specialist: Ints, position: Ints, start: Ints, worth: Ints, weeks: Ints) -> Ints:
    """Where a choice is no better than the same pair a week earlier: that one."""
    by_pair = np.lexsort((start, position, specialist))
    before, after = by_pair[:-1], by_pair[1:]
    follows = (specialist[before] == specialist[after]) & (position[before] == position[after])
    follows &= (start[before] + 1 == start[after]) & (worth[before] >= worth[after])
    follows &= weeks[before] >= weeks[after]
    found = np.full(len(start), NOBODY, np.int64)
    found[after[follows]] = before[follows]
    return found


class Room(NamedTuple):
    """What a choice needs and what there is; shapes as in Instance and Choices."""

    hours: Ints
    lengths: Ints
    bodies: Ints
    left: Ints
    served: Ints
    max_bodies: Ints
    pinned_first: Ints
    pinned: Ints
    pinned_start: Ints


@njit(cache=True)
def _has_room(specialist: Ints, position: Ints, start: Ints, room: Room) -> Bools:
    """Whether each choice alone is feasible beside what is pinned."""
    found = np.ones(len(start), np.bool_)
    for n in range(len(start)):
        who, p = specialist[n], position[n]
        for week in range(start[n], start[n] + room.lengths[p]):
            has_hours = room.left[who, week] >= room.hours[p]
            has_seat = room.served[who, week] < room.max_bodies[who]
            if not has_hours or not (has_seat or _is_served(who, p, week, room)):
                found[n] = False
                break
    return found


@njit(cache=True)
def _is_served(who: int, p: int, week: int, room: Room) -> bool:
    """Whether what is pinned serves the body of a position in this week."""
    for at in range(room.pinned_first[who], room.pinned_first[who + 1]):
        other = room.pinned[at]
        start, end = room.pinned_start[other], room.pinned_start[other] + room.lengths[other]
        if room.bodies[other] == room.bodies[p] and start <= week < end:
            return True
    return False
