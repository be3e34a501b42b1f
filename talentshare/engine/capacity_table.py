"""`capacity.week_cells` for many weeks at once: the same minutes, computed in columns."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from talentshare.engine.capacity import Pattern, TimeFacts, day_minutes, usual_minutes
from talentshare.engine.week import DAYS

Cells = npt.NDArray[np.int16]
WIDTH = 2 * DAYS + 1
PARTS = 3
LONG_AGO = date(1, 1, 8)  # a Monday
NO_CELLS: Cells = np.zeros((0, WIDTH), np.int16)


def cells_table(
    facts: TimeFacts, first_week_on: date, weeks: int, closed: Collection[date] = ()
) -> Cells:
    """Return one row for each of `weeks` weeks from Monday `first_week_on`, shape (weeks, 15).

    A row holds the inside minutes Monday to Sunday, the outside minutes, and `pattern_minutes`.
    Errors: ValueError when the first day is no Monday.
    """
    if first_week_on.weekday():
        raise ValueError("weeks start on Monday")
    days = np.zeros((weeks * DAYS, PARTS), np.int16)
    for pattern, first, last in _reigns(facts, first_week_on, weeks * DAYS):
        days[first:last] = np.resize(_usual_week(pattern), (weeks * DAYS, PARTS))[first:last]
    last_on = first_week_on + timedelta(days=weeks * DAYS - 1)
    for day in closed:
        if first_week_on <= day <= last_on:
            days[(day - first_week_on).days] = 0
    _clear_absent(facts, first_week_on, days)
    for day in _special_days(facts, first_week_on, last_on):
        found = day_minutes(facts, day, closed)
        days[(day - first_week_on).days] = found.inside, found.outside, found.without_leave
    by_week = days.reshape(weeks, DAYS, PARTS)
    whole = by_week[:, :, 2].sum(axis=1, dtype=np.int16, keepdims=True)
    return np.concatenate([by_week[:, :, 0], by_week[:, :, 1], whole], axis=1)


def _reigns(facts: TimeFacts, first_on: date, count: int) -> Iterator[tuple[Pattern, int, int]]:
    """Each pattern with the range of days, counted from the first, on which it is valid."""
    starts = [min(max((p.valid_from - first_on).days, 0), count) for p in facts.patterns]
    ends = [*starts[1:], count] if starts else []
    for pattern, first, last in zip(facts.patterns, starts, ends, strict=True):
        if first < last:
            yield pattern, first, last


@lru_cache(maxsize=4096)
def _usual_week(pattern: Pattern) -> npt.NDArray[np.int16]:
    alone = TimeFacts(
        LONG_AGO, patterns=(Pattern(LONG_AGO, pattern.share_percent, pattern.windows),)
    )
    week = [usual_minutes(alone, LONG_AGO + timedelta(days=n)) for n in range(DAYS)]
    return np.array([(day.inside, day.outside, day.without_leave) for day in week], np.int16)


def _clear_absent(facts: TimeFacts, first_on: date, days: npt.NDArray[Any]) -> None:
    """Nothing outside the engagement and in a pause."""
    count = len(days)

    def at(day: date) -> int:
        return min(max((day - first_on).days, 0), count)

    days[: at(facts.engaged_from)] = 0
    if facts.engaged_until:
        days[at(facts.engaged_until + timedelta(days=1)) :] = 0
    if facts.paused_from and facts.paused_until:
        days[at(facts.paused_from) : at(facts.paused_until + timedelta(days=1))] = 0


def _special_days(facts: TimeFacts, first_on: date, last_on: date) -> set[date]:
    days = {day for day in facts.overrides if first_on <= day <= last_on}
    for off in facts.time_off:
        first, last = max(off.starts_on, first_on), min(off.ends_on, last_on)
        days.update(first + timedelta(days=n) for n in range((last - first).days + 1))
    return days
