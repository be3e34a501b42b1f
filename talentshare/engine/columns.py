"""A need and a pool as the compiled rules take them, and the weeks of both side by side.

Shapes: p people, w weeks of the span, s starts. `rules` is the definition; tests compare.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from talentshare.engine import points, standing, starts
from talentshare.engine.problem import Bools, Ints, Need, Place, Pool
from talentshare.engine.week import DAYS, STEP, Effort
from talentshare.kernel.weeks import month_of_week

SCALE = points.Scale()
BEYOND = (0, 0, False, True, 0)  # of the first columns of a calendar
NOBODY = np.zeros(0, np.int64)


class Judged(NamedTuple):
    """Of the best start, (p,): `start` in weeks after the first, `missing` minutes, mask `code`.

    Best = fewest broken rules, then least missing minutes, then earliest. `codes` uint8 (s, p) are
    the masks of all starts, of the rules that move with them.
    """

    start: Ints
    missing: Ints
    code: Ints
    codes: Ints


class Whole(NamedTuple):
    """Everybody judged: `masks` uint16 (p,) of all broken rules at the best start, 0 = candidate.

    `who` (c,) are the columns of candidates, in order; `parts` int64 (preferences, c) points ×
    weight, in the order of PREFER.
    """

    judged: Judged
    masks: Ints
    who: Ints
    parts: Ints


def beside(
    need: Need, pool: Pool, at: range | None = None, efforts: tuple[Any, Any] | None = None
) -> points.Side:
    """Return the weeks of starts `at` (weeks after the first start; all when not given).

    `efforts`: minutes per week, in all and inside office hours, one number or one per person.
    Weeks beyond the ledger have nothing free. Errors: ValueError for other weekdays.
    """
    if need.effort.weekdays != pool.weekdays:
        raise ValueError("the pool's free minutes are counted for other weekdays")
    at = range(need.starts) if at is None else at
    weeks, first_on = len(at) + need.weeks - 1, need.start_on(at.start)
    first = (first_on - pool.first_week_on).days // DAYS
    asked = _asked_weeks(need, pool, first, weeks, efforts)
    people = _rows(pool.once(_calendar), first, weeks)
    column, week = pool.noted("serving", need.body)
    inside = np.flatnonzero((week >= first) & (week < first + weeks))
    serving = starts.Marks(column[inside], week[inside] - first)
    known = _terms(need, pool), pool.once(_profile), _past(need, pool)
    return points.Side(asked, people, serving, *known)


def _asked_weeks(
    need: Need, pool: Pool, first: int, weeks: int, efforts: tuple[Any, Any] | None
) -> starts.Weeks:
    window = need.effort, pool.week_on(first), weeks, need.closed
    return starts.Weeks(
        *(_asked_of_all(*window) if efforts is None else _asked_of_each(*window, efforts)),
        months_of(pool.first_week_on, first, weeks),
        weeks - need.weeks + 1,
        need.weeks,
        need.leave_weeks,
    )


def whole(need: Need, pool: Pool, weights: Mapping[str, int]) -> Whole:
    """Judge everybody by all rules, and weigh the candidates."""
    shares = np.array([weights[name] for name in points.KINDS], np.int64)
    judged, *rest = points.whole(beside(need, pool), SCALE, shares)
    return Whole(Judged(*judged), *rest)


def judge(side: points.Side) -> Judged:
    """Judge everybody by the rules that move with the start."""
    return Judged(*points.by_start(side))


def broken_still(need: Need, pool: Pool) -> Ints:
    """Return the mask of broken rules that do not depend on the start, uint16 (p,)."""
    return points.standing_alone(_terms(need, pool), pool.once(_profile))


@lru_cache(maxsize=4096)
def _asked_of_all(
    effort: Effort, first_week_on: date, weeks: int, closed: frozenset[date]
) -> tuple[Ints, Ints, Ints]:
    efforts = effort.minutes_per_week, effort.inside_minutes_per_week
    return _asked_of_each(effort, first_week_on, weeks, closed, efforts)


def _asked_of_each(
    effort: Effort,
    first_week_on: date,
    weeks: int,
    closed: frozenset[date],
    efforts: tuple[Any, Any],
) -> tuple[Ints, Ints, Ints]:
    """Return minutes in all and inside office hours, and which weeks have an open day."""
    days = days_of(effort.weekdays, first_week_on, weeks, closed)
    minutes, inside = (asked_of(one, effort, days) for one in efforts)
    return minutes, inside, (days > 0).view(np.uint8)


@lru_cache(maxsize=4096)
def days_of(weekdays: int, first_week_on: date, weeks: int, closed: frozenset[date]) -> Ints:
    """Return how many days of the mask each week has open, shape (w,)."""
    days = np.full(weeks, weekdays.bit_count(), np.int64)
    for day in closed:
        week, weekday = divmod((day - first_week_on).days, DAYS)
        if 0 <= week < weeks and weekdays >> weekday & 1:
            days[week] -= 1
    return days


@lru_cache(maxsize=4096)
def months_of(first_week_on: date, first: int, weeks: int) -> Ints:
    """Return to which month after that of the first week each week counts, shape (w,)."""
    day = np.datetime64(first_week_on, "D") + DAYS * np.arange(first, first + weeks) + 3
    return (day.astype("M8[M]") - np.datetime64(month_of_week(first_week_on), "M")).astype(np.int64)


def asked_of(minutes: Any, effort: Effort, days: Ints) -> Ints:
    """Return minutes asked per week, int16, (w, 1) for one number or (w, p) for one per person."""
    share = days[:, None] * minutes // effort.weekdays.bit_count()
    return np.asarray(share // STEP * STEP, np.int16)


def levels(need: Need, pool: Pool) -> tuple[Ints, Ints]:
    """Return verified and claimed levels of the skills asked for, each (skills asked, p)."""
    row = pool.row_of
    none = np.zeros(len(pool.ids), np.int8)
    tables = [
        [table[row[s.skill]] if s.skill in row else none for s in need.skills]
        for table in (pool.verified, pool.claimed)
    ]
    shape = len(need.skills), len(pool.ids)
    verified, claimed = (np.array(table, np.int8).reshape(shape) for table in tables)
    return verified, claimed


@dataclass(frozen=True, eq=False)
class Span:
    """The weeks that all starts touch, beside the people's: weeks beyond a ledger are not free."""

    asked: Ints
    asked_inside: Ints
    free_total: Ints
    free_inside: Ints
    on_leave: Bools
    engaged: Bools
    crowded: Bools
    months: tuple[int, ...]


def span_of(side: points.Side) -> Span:
    """Return the weeks as they are explained: `crowded`, one body more is one too many."""
    asked, people, serving = side.asked, side.people, side.serving
    crowded = people.served >= people.max_bodies
    at = serving.values, serving.columns
    crowded[at] = people.served[at] > people.max_bodies[serving.columns]
    return Span(
        asked.minutes,
        asked.inside,
        people.total,
        people.inside,
        (people.on_leave & asked.is_open[:, None]).view(np.bool_),
        people.engaged.view(np.bool_),
        crowded,
        tuple(asked.months.tolist()),
    )


def _calendar(pool: Pool) -> starts.Calendar:
    """The whole ledger."""
    return starts.Calendar(
        _as(pool.free_total, np.int16),
        _as(pool.free_inside, np.int16),
        _claims(pool.on_leave),
        _claims(pool.engaged),
        _as(pool.bodies_served, np.int8),
        _as(pool.max_bodies, np.int8),
        _as(pool.month_left, np.int32),
    )


def _rows(of: starts.Calendar, first: int, weeks: int) -> starts.Calendar:
    """Some weeks of the ledger; beyond it nothing is free and nobody away."""
    last, head = first + weeks, len(BEYOND)
    if first >= 0 and last <= len(of.total):
        tables = [table[first:last] for table in of[:head]]
    else:
        known = zip(of, BEYOND, strict=False)
        tables = [_padded(table, first, weeks, beyond) for table, beyond in known]
    return starts.Calendar._make([*tables, *of[head:]])


def _padded(table: Ints, first: int, weeks: int, beyond: int) -> Ints:
    rows = np.full((weeks, table.shape[1]), beyond, table.dtype)
    low, high = max(first, 0), min(first + weeks, len(table))
    if low < high:
        rows[low - first : high - first] = table[low:high]
    return rows


def _terms(need: Need, pool: Pool) -> standing.Asked:
    row = pool.row_of
    facts = [(row.get(s.skill, -1), s.level, s.must, s.worth) for s in need.skills]
    rows, levels, is_must, worth = np.array(facts, np.int64).reshape(-1, 4).T.copy()
    tied: list[Ints] = [NOBODY]
    for key in need.suppliers & pool.suppliers.keys():
        at, known = pool.columns_of(pool.suppliers[key])
        tied.append(at[known])
    return standing.Asked(
        pool.roles.index(need.role) if need.role in pool.roles else -1,
        rows,
        levels,
        is_must,
        worth,
        int(need.place != Place.ONSITE),
        int(need.place != Place.ONLINE),
        need.areas,
        int(need.island),
        need.legal_bases,
        np.concatenate(tied) if len(tied) > 1 else NOBODY,
    )


def _profile(pool: Pool) -> standing.Profile:
    return standing.Profile(
        _claims(pool.has_role),
        _as(pool.verified, np.int8),
        _as(pool.claimed, np.int8),
        _claims(pool.online),
        _claims(pool.onsite),
        _claims(pool.islands),
        _as(pool.areas, np.int64),
        _claims(pool.pledge_valid),
        _claims(pool.declaration_valid),
        _as(pool.legal_bases, np.int64),
    )


def _past(need: Need, pool: Pool) -> points.Past:
    return points.Past(
        starts.Marks(*pool.noted("body_experience", need.body)),
        starts.Marks(*pool.noted("theme_experience", need.theme)),
        *pool.once(_lately),
    )


def _lately(pool: Pool) -> tuple[Ints, Ints]:
    return _as(pool.load_permille, np.int32), _as(pool.served_minutes, np.int32)


def _as(table: Any, kind: type[np.generic]) -> Any:
    """The same numbers as the compiled code takes them; mostly the same array."""
    return np.ascontiguousarray(table, kind)


def _claims(table: Bools) -> Ints:
    return np.ascontiguousarray(table, np.bool_).view(np.uint8)
