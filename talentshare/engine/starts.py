"""The rules that move with the start, for everybody at once: compiled, block by block of people.

Shapes: p people, w weeks of all starts, s starts, b people of a block. `rules` is the definition;
tests compare. The loops over people write one array from few others, in narrow integers, without
branches and never into the array they read: only then the compiler takes many people in one step.
Indices that are not counted from 0 are unsigned for the same reason. Only what never changes is
compiled in.
"""

from typing import NamedTuple

import numpy as np

from talentshare.engine.compiled import compiled
from talentshare.engine.problem import Ints
from talentshare.engine.rules import MUST

i16, i32, u8, u64 = np.int16, np.int32, np.uint8, np.uint64

BLOCK = 2048
FREE_TIME, LEAVE, CAP, BODIES, ENGAGED = (
    MUST[name].bit
    for name in ("free_time", "leave_share", "month_cap", "bodies_per_week", "engaged")
)
# A key orders starts: rules broken, then minutes missing (< 2 ** 20 in 104 weeks), then the start.
START_BITS, COUNT_AT = 8, 28
STARTS, MISSING = (1 << START_BITS) - 1, (1 << COUNT_AT - START_BITS) - 1
MOST = np.iinfo(np.int32).max


class Weeks(NamedTuple):
    """What is asked: minutes int16 (w, 1) or (w, p); `months` (w) rows of `month_left`.

    `is_open` uint8 (w): some day of the week is. Of each start `leave_weeks` may be leave.
    """

    minutes: Ints
    inside: Ints
    is_open: Ints
    months: Ints
    starts: int
    length: int
    leave_weeks: int


class Calendar(NamedTuple):
    """The same weeks of people, (w, p), with what they set: as in a pool, claims as uint8."""

    total: Ints
    inside: Ints
    on_leave: Ints
    engaged: Ints
    served: Ints
    max_bodies: Ints
    month_left: Ints


class Marks(NamedTuple):
    """Columns, in order, with a value each."""

    columns: Ints
    values: Ints


class Room(NamedTuple):
    """Of a block of people: running sums, (w + 1, b), and what is used again week by week, (b)."""

    missing: Ints
    taken: Ints
    worked: Ints
    there: Ints
    crowded: Ints
    same: Ints  # (w, b) serving the body that asks
    over: Ints  # (s, b) the bit of the cap
    best: Ints
    works: Ints
    minutes: Ints
    inside: Ints
    sum_missing: Ints
    sum_taken: Ints
    sum_claims: Ints


@compiled
def judge(ask: Weeks, of: Calendar, serving: Marks) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the broken rules that move with the start, and each person's best start.

    `serving`: in which of the weeks whom the body that asks has already. Of the best start, each
    (p,): start int32, missing minutes int32, mask uint8; then the masks of all, uint8 (s, p).
    """
    people = of.total.shape[1]
    codes = np.empty((ask.starts, people), np.uint8)
    start, missing = np.empty(people, np.int32), np.empty(people, np.int32)
    code = np.empty(people, np.uint8)
    room = _room(len(ask.months), ask.starts, min(BLOCK, people))
    first = 0
    for low in range(0, people, BLOCK):
        high = min(low + BLOCK, people)
        last = first + np.searchsorted(serving.columns[first:], high)
        for at in range(first, last):
            room.same[serving.values[at], serving.columns[at] - low] = 1
        _add_minutes(room, ask, of, low, high)
        _add_claims(room, ask, of, low, high)
        _find_over_cap(room, ask, of, low, high)
        _judge_starts(room, ask, codes, low, high)
        _read(room.best, codes[:, low:high], start[low:high], code[low:high], missing[low:high])
        for at in range(first, last):
            room.same[serving.values[at], serving.columns[at] - low] = 0
        first = last
    return start, missing, code, codes


@compiled
def _room(weeks: int, starts: int, people: int) -> Room:
    tall = (weeks + 1, people)
    return Room(
        np.empty(tall, np.int32),
        np.empty(tall, np.int32),
        np.empty(tall, np.uint8),
        np.empty(tall, np.uint8),
        np.empty(tall, np.uint8),
        np.zeros((weeks, people), np.int8),
        np.empty((starts, people), np.uint8),
        np.empty(people, np.int32),
        np.empty(people, np.uint8),
        np.empty(people, np.int16),
        np.empty(people, np.int16),
        np.empty(people, np.int32),
        np.empty(people, np.int32),
        np.empty(people, np.uint8),
    )


@compiled
def _add_minutes(room: Room, ask: Weeks, of: Calendar, low: int, high: int) -> None:
    """Sum up the minutes missing and taken; none in weeks of leave."""
    missing, taken, works = room.sum_missing, room.sum_taken, room.works
    total, free_inside, on_leave = of.total, of.inside, of.on_leave
    minutes, inside, skip = room.minutes, room.inside, u64(low)
    missing[:], taken[:] = 0, 0
    room.missing[0], room.taken[0] = 0, 0
    for week in range(len(ask.months)):
        _ask(room, ask, week, low, high)
        is_open = ask.is_open[week]
        for i in range(high - low):
            works[i] = u8(1) - (on_leave[week, skip + u64(i)] & is_open)
        for i in range(high - low):
            at = skip + u64(i)
            lacks = max(i16(minutes[i] - total[week, at]), i16(inside[i] - free_inside[week, at]))
            missing[i] += i32(i16(max(lacks, i16(0)) * works[i]))
        for i in range(high - low):
            taken[i] += i32(i16(minutes[i] * works[i]))
        _keep(room.missing, week + 1, missing)
        _keep(room.taken, week + 1, taken)


@compiled
def _ask(room: Room, ask: Weeks, week: int, low: int, high: int) -> None:
    if ask.minutes.shape[1] == 1:
        room.minutes[:], room.inside[:] = ask.minutes[week, 0], ask.inside[week, 0]
    else:
        room.minutes[: high - low] = ask.minutes[week, low:high]
        room.inside[: high - low] = ask.inside[week, low:high]


@compiled
def _add_claims(room: Room, ask: Weeks, of: Calendar, low: int, high: int) -> None:
    """Count the weeks at work, within the engagement, and with one body too many."""
    on_leave, engaged, count = of.on_leave, of.engaged, room.sum_claims
    served, most, same, skip = of.served, of.max_bodies, room.same, u64(low)
    weeks, n = len(ask.months), high - low
    room.worked[0], room.there[0], room.crowded[0] = 0, 0, 0
    count[:] = 0
    for week in range(weeks):
        is_open = ask.is_open[week]
        for i in range(n):
            count[i] += u8(1) - (on_leave[week, skip + u64(i)] & is_open)
        _keep(room.worked, week + 1, count)
    count[:] = 0
    for week in range(weeks):
        for i in range(n):
            count[i] += engaged[week, skip + u64(i)]
        _keep(room.there, week + 1, count)
    count[:] = 0
    for week in range(weeks):
        for i in range(n):
            at = skip + u64(i)
            count[i] += u8(np.int8(served[week, at] - same[week, i]) >= most[at])
        _keep(room.crowded, week + 1, count)


@compiled
def _keep(sums: Ints, row: int, now: Ints) -> None:
    for i in range(len(now)):
        sums[row, i] = now[i]


@compiled
def _find_over_cap(room: Room, ask: Weeks, of: Calendar, low: int, high: int) -> None:
    """Claim per start that a month takes more than its cap has left."""
    room.over[:] = 0
    first, weeks = 0, len(ask.months)
    for end in range(1, weeks + 1):
        if end < weeks and ask.months[end] == ask.months[first]:
            continue
        if 0 <= ask.months[first] < len(of.month_left):
            left = of.month_left[ask.months[first], low:high]
            if _any_over(room.taken[end], room.taken[first], left):
                _mark_over(room, ask, left, first, end)
        first = end


@compiled
def _any_over(after: Ints, before: Ints, left: Ints) -> bool:
    found = False
    for i in range(len(left)):
        found |= bool(i32(after[i] - before[i]) > left[i])
    return found


@compiled
def _mark_over(room: Room, ask: Weeks, left: Ints, first: int, end: int) -> None:
    """Compare what each start takes of the weeks of one month, from `first` up to before `end`."""
    taken, over = room.taken, room.over
    for at in range(max(0, first - ask.length + 1), min(ask.starts, end)):
        after, before = min(end, at + ask.length), max(first, at)
        for i in range(len(left)):
            part = i32(taken[after, i] - taken[before, i])
            over[at, i] |= u8(part > left[i]) << u8(CAP)


@compiled
def _judge_starts(room: Room, ask: Weeks, codes: Ints, low: int, high: int) -> None:
    worked, there, crowded, over = room.worked, room.there, room.crowded, room.over
    missing, best, n, skip = room.missing, room.best, high - low, u64(low)
    length, least = u8(ask.length), u8(ask.length - ask.leave_weeks)
    best[:] = MOST
    for at in range(ask.starts):
        end = at + ask.length
        for i in range(n):
            codes[at, skip + u64(i)] = (
                (u8(u8(worked[end, i] - worked[at, i]) < least) << u8(LEAVE))
                | (u8(u8(there[end, i] - there[at, i]) != length) << u8(ENGAGED))
                | (u8(crowded[end, i] != crowded[at, i]) << u8(BODIES))
            )
        for i in range(n):
            is_short = u8(missing[end, i] != missing[at, i])
            codes[at, skip + u64(i)] |= (is_short << u8(FREE_TIME)) | over[at, i]
        for i in range(n):
            lacks = i32(i32(missing[end, i] - missing[at, i]) << i32(START_BITS))
            broken = i32(i32(_bits(codes[at, skip + u64(i)])) << i32(COUNT_AT))
            best[i] = min(best[i], i32(i32(broken + lacks) + i32(at)))


@compiled
def _bits(code: np.uint8) -> np.uint8:
    """Return how many bits of eight are set, without a table."""
    pairs = u8(code - ((code >> u8(1)) & u8(0x55)))
    fours = u8((pairs & u8(0x33)) + ((pairs >> u8(2)) & u8(0x33)))
    return u8((fours + (fours >> u8(4))) & u8(0x0F))


@compiled
def _read(best: Ints, codes: Ints, start: Ints, code: Ints, missing: Ints) -> None:
    for i in range(len(start)):
        start[i] = best[i] & STARTS
        missing[i] = (best[i] >> START_BITS) & MISSING
        code[i] = codes[start[i], i]
