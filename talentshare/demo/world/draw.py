"""Seeded draws that do not disturb each other, in whole numbers."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate, islice
from random import Random
from typing import TypeVar

T = TypeVar("T")
SATURDAY = 5


def stream(seed: int, *path: str | int) -> Random:
    """A generator of its own for each thing, so that one more draw here changes nothing there."""
    return Random(":".join(map(str, (seed, *path))))


def weighted(rng: Random, weights: Mapping[T, int]) -> T:
    """One key, each as likely as its whole-number weight."""
    sums = list(accumulate(weights.values()))
    place = bisect_right(sums, rng.randrange(sums[-1]))
    return next(islice(weights, place, None))


def several(rng: Random, weights: Mapping[T, int], count: int) -> list[T]:
    """`count` different keys, drawn one after the other by weight."""
    items, left = list(weights), list(weights.values())
    total = sum(left)
    drawn: list[T] = []
    for _ in range(min(count, len(items))):
        ticket, place = rng.randrange(total), 0
        while ticket >= left[place]:
            ticket -= left[place]
            place += 1
        drawn.append(items.pop(place))
        total -= left.pop(place)
    return drawn


def chance(rng: Random, percent: int) -> bool:
    return rng.randrange(100) < percent


def one_of(rng: Random, items: Sequence[T]) -> T:
    return items[rng.randrange(len(items))]


def days_before(day: date, count: int) -> date:
    """`count` days earlier, on the Friday before if that is a weekend."""
    earlier = day - timedelta(days=count)
    return earlier - timedelta(days=max(0, earlier.weekday() - SATURDAY + 1))
