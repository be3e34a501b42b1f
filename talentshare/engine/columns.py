"""The rules of `rules` for everybody at once: each function is the columnar twin of one row.

Shapes: p people, w weeks of the span, s starts. `rules` is the definition; tests compare.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from talentshare.engine.problem import Bools, Ints, Need, Place, Pool
from talentshare.engine.rules import (
    BODY_STEP,
    CLAIMED_ONLY,
    FULL,
    MOST_TIMES,
    MUST,
    SERVED_PLENTY,
    SKILL_ABOVE,
    SKILL_MET,
    THEME_STEP,
)
from talentshare.engine.week import STEP, Effort, available_days

Minutes = npt.NDArray[np.int32]
Codes = npt.NDArray[np.uint8]
COUNT_AT = 24  # above the bits of any number of missing minutes


def levels(need: Need, pool: Pool) -> tuple[Ints, Ints]:
    """Return verified and claimed levels of the skills asked for, each (skills asked, p)."""
    row = {skill: at for at, skill in enumerate(pool.skills)}
    none = np.zeros(len(pool.ids), np.int8)
    tables = [
        [table[row[s.skill]] if s.skill in row else none for s in need.skills]
        for table in (pool.verified, pool.claimed)
    ]
    shape = len(need.skills), len(pool.ids)
    verified, claimed = (np.array(table, np.int8).reshape(shape) for table in tables)
    return verified, claimed


def has_role(need: Need, pool: Pool) -> Bools:
    if need.role not in pool.roles:
        return np.zeros(len(pool.ids), dtype=bool)
    return np.asarray(pool.has_role[pool.roles.index(need.role)])


def has_must_skills(need: Need, pool: Pool) -> Bools:
    verified, claimed = levels(need, pool)
    met = np.ones(len(pool.ids), dtype=bool)
    for at, asked in enumerate(need.skills):
        if asked.must:
            met &= (verified[at] >= asked.level) | (claimed[at] >= asked.level)
    return met


def reaches_place(need: Need, pool: Pool) -> Bools:
    reached = np.ones(len(pool.ids), dtype=bool)
    if need.place != Place.ONSITE:
        reached &= pool.online
    if need.place != Place.ONLINE:
        reached &= pool.onsite & ((need.areas & ~pool.areas) == 0)
        if need.island:
            reached &= pool.islands
    return reached


def has_pledge(need: Need, pool: Pool) -> Bools:
    return pool.pledge_valid


def has_declaration(need: Need, pool: Pool) -> Bools:
    return pool.declaration_valid


def has_no_conflict(need: Need, pool: Pool) -> Bools:
    clear = np.ones(len(pool.ids), dtype=bool)
    for key in need.suppliers & pool.suppliers.keys():
        at, known = pool.columns_of(pool.suppliers[key])
        clear[at[known]] = False
    return clear


def has_legal_basis(need: Need, pool: Pool) -> Bools:
    return np.asarray((pool.legal_bases & need.legal_bases) != 0)


STILL: Mapping[str, Callable[[Need, Pool], Bools]] = {
    "role": has_role,
    "must_skills": has_must_skills,
    "place": reaches_place,
    "pledge": has_pledge,
    "declaration": has_declaration,
    "no_conflict": has_no_conflict,
    "legal_basis": has_legal_basis,
}


def broken_still(need: Need, pool: Pool) -> npt.NDArray[np.uint16]:
    """Return the mask of broken rules that do not depend on the start, shape (p,)."""
    mask = np.zeros(len(pool.ids), np.uint16)
    for name, holds in STILL.items():
        mask |= np.where(holds(need, pool), np.uint16(0), np.uint16(1 << MUST[name].bit))
    return mask


@lru_cache(maxsize=512)
def days_of(weekdays: int, first_week_on: date, weeks: int, closed: frozenset[date]) -> Minutes:
    """Return how many days of the mask each week has open, shape (w,)."""
    first = np.datetime64(first_week_on)
    mondays = [(first + 7 * at).item() for at in range(weeks)]
    return np.array([available_days(weekdays, monday, closed) for monday in mondays], np.int32)


def asked_of(minutes: Any, effort: Effort, days: Minutes) -> Minutes:
    """Return minutes asked per week, (w, 1) for one number or (w, p) for one per person."""
    share = np.atleast_1d(minutes) * days[:, None] // effort.weekdays.bit_count()
    return np.asarray(share // STEP * STEP)


@dataclass(frozen=True, eq=False)
class Span:
    """The weeks that some starts touch, beside the people's: weeks beyond a ledger are not free."""

    starts: int
    asked: Minutes
    asked_inside: Minutes
    free_total: Ints
    free_inside: Ints
    on_leave: Bools
    engaged: Bools
    crowded: Bools
    months: tuple[int, ...]

    @property
    def weeks(self) -> int:
        return len(self.months)

    @cached_property
    def is_counted(self) -> Ints:
        """1 where something is asked, 0 in weeks of leave, in the type of the minutes, (w, p)."""
        return np.asarray((~self.on_leave).astype(self.asked.dtype))


def span_of(
    need: Need, pool: Pool, starts: range | None = None, efforts: tuple[Any, Any] | None = None
) -> Span:
    """Return the span of `starts` (weeks after the first start; all when not given).

    `efforts`: minutes per week, in all and inside office hours, one number or one per person.
    """
    if need.effort.weekdays != pool.weekdays:
        raise ValueError("the pool's free minutes are counted for other weekdays")
    starts = range(need.starts) if starts is None else starts
    weeks = len(starts) + need.weeks - 1
    effort, first_on = need.effort, need.start_on(starts.start)
    days = days_of(effort.weekdays, first_on, weeks, need.closed)
    at = (first_on - pool.first_week_on).days // 7
    minutes, inside = efforts or (effort.minutes_per_week, effort.inside_minutes_per_week)
    on_leave = _weeks(pool.on_leave, at, weeks, False)
    return Span(
        len(starts),
        asked_of(minutes, effort, days).astype(pool.free_total.dtype),
        asked_of(inside, effort, days).astype(pool.free_total.dtype),
        _weeks(pool.free_total, at, weeks, 0),
        _weeks(pool.free_inside, at, weeks, 0),
        on_leave if days.all() else on_leave & (days > 0)[:, None],
        _weeks(pool.engaged, at, weeks, True),
        _crowded(need, pool, at, weeks),
        tuple(pool.month_at(at + week) for week in range(weeks)),
    )


def _weeks(table: Any, first: int, weeks: int, beyond: Any) -> Any:
    """Return `weeks` rows from row `first`, filled up where the table has no such row."""
    if first >= 0 and first + weeks <= len(table):
        return table[first : first + weeks]
    rows = np.full((weeks, table.shape[1]), beyond, table.dtype)
    low, high = max(first, 0), min(first + weeks, len(table))
    if low < high:
        rows[low - first : high - first] = table[low:high]
    return rows


def _crowded(need: Need, pool: Pool, first: int, weeks: int) -> Bools:
    """Claim per week that one more body, or this one, is more than the person takes on."""
    served = _weeks(pool.bodies_served, first, weeks, 0)
    crowded: Bools = served >= pool.max_bodies
    column, week = pool.noted("serving", need.body)
    inside = (week >= first) & (week < first + weeks)
    row, column = week[inside] - first, column[inside]
    crowded[row, column] = served[row, column] > pool.max_bodies[column]
    return crowded


@dataclass(frozen=True, eq=False)
class Judged:
    """Per start and person, (s, p): the mask of broken moving rules and the minutes missing."""

    codes: Codes
    missing: Minutes


def judge(need: Need, pool: Pool, span: Span) -> Judged:
    """Judge all starts of the span by the rules that move with the start."""
    starts, ends = slice(span.starts), slice(need.weeks, None)
    missing = _missing_sums(span)
    leave = _running(span.on_leave, np.uint8)
    crowded = _running(span.crowded, np.uint8)
    away = _running(~span.engaged, np.uint8)
    gaps = missing[ends] - missing[starts]
    codes = _bits(gaps != 0, "free_time")
    codes |= _bits(leave[ends] - leave[starts] > need.leave_weeks, "leave_share")
    codes |= _bits(crowded[ends] != crowded[starts], "bodies_per_week")
    codes |= _bits(away[ends] != away[starts], "engaged")
    if pool.has_caps:
        for at, over in _over_cap(need, pool, span).items():
            codes[at] |= _bits(over, "month_cap")
    return Judged(codes, gaps)


def _bits(broken: Bools, name: str) -> Codes:
    """Turn claims, in place, into the rule's bit of the mask."""
    bits = broken.view(np.uint8)
    return np.left_shift(bits, MUST[name].bit, out=bits)


def _missing_sums(span: Span) -> Minutes:
    """Return running sums of the minutes missing per week, none in weeks of leave."""
    gaps = span.asked - span.free_total
    np.maximum(gaps, span.asked_inside - span.free_inside, out=gaps)
    np.maximum(gaps, gaps.dtype.type(0), out=gaps)
    np.multiply(gaps, span.is_counted, out=gaps)
    sums: Minutes = _running(gaps, np.int32)
    return sums


def _taken_sums(span: Span) -> Minutes:
    """Return running sums of the minutes asked per week, none in weeks of leave."""
    sums: Minutes = _running(span.asked * span.is_counted, np.int32)
    return sums


def _running(table: Any, dtype: type[np.generic]) -> Any:
    """Return running sums over weeks with a leading row of zeros; differences may wrap around."""
    sums = np.empty((len(table) + 1, table.shape[1]), dtype)
    sums[0] = 0
    for at, row in enumerate(table):
        np.add(sums[at], row, out=sums[at + 1])
    return sums


def _over_cap(need: Need, pool: Pool, span: Span) -> dict[int, Bools]:
    """Claim per start, each (p,), that a month takes more than its cap has left."""
    taken = _taken_sums(span)
    parts: dict[tuple[int, int], Bools] = {}
    over: dict[int, Bools] = {}
    none = np.zeros(len(pool.ids), dtype=bool)
    for month in sorted(set(span.months) & set(range(len(pool.month_left)))):
        first = span.months.index(month)
        last = first + span.months.count(month)
        for start in range(max(0, first - need.weeks + 1), min(span.starts, last)):
            part = max(first, start), min(last, start + need.weeks)
            if part not in parts:
                parts[part] = taken[part[1]] - taken[part[0]] > pool.month_left[month]
            over[start] = over.get(start, none) | parts[part]
    return over


def best_starts(judged: Judged) -> tuple[Ints, Codes, Minutes]:
    """Return each person's best start, with its mask and missing minutes, each (p,).

    Best = fewest broken rules, then least missing minutes, then earliest.
    """
    counts = np.bitwise_count(judged.codes)
    best = judged.missing[0] + np.left_shift(counts[0], COUNT_AT, dtype=np.int32)
    start, key = np.zeros(len(best), np.int32), np.empty(len(best), np.int32)
    for at in range(1, len(judged.codes)):
        np.left_shift(counts[at], COUNT_AT, out=key, dtype=np.int32)
        np.add(key, judged.missing[at], out=key)
        np.copyto(start, at, where=key < best)
        np.minimum(best, key, out=best)
    people = np.arange(len(best))
    return start, judged.codes[start, people], judged.missing[start, people]


@dataclass(frozen=True, eq=False)
class Chosen:
    """The candidates: their columns in the pool and the start of each, both (c,)."""

    columns: Ints
    starts: Ints
    verified: Ints
    claimed: Ints


def skill(need: Need, pool: Pool, chosen: Chosen) -> Ints:
    points = []
    for at, asked in enumerate(need.skills):
        held = np.maximum(chosen.verified[at], chosen.claimed[at]).astype(np.int32)
        above = np.minimum(FULL, SKILL_MET + SKILL_ABOVE * (held - asked.level))
        below = SKILL_MET * held // max(1, asked.level)
        points.append((asked.worth, np.where(held < asked.level, below, above)))
    return _weighted(points, chosen)


def evidence(need: Need, pool: Pool, chosen: Chosen) -> Ints:
    points = []
    for at, asked in enumerate(need.skills):
        claim = np.where(chosen.claimed[at] >= asked.level, CLAIMED_ONLY, 0)
        proof = np.where(chosen.verified[at] >= asked.level, FULL, claim)
        points.append((asked.worth, proof))
    return _weighted(points, chosen)


def free_time(need: Need, pool: Pool, chosen: Chosen, span: Span) -> Ints:
    spare = np.zeros(len(chosen.columns), np.int64)
    total = np.zeros(len(chosen.columns), np.int64)
    for start in np.unique(chosen.starts).tolist():
        at = np.flatnonzero(chosen.starts == start)
        weeks = slice(start, start + need.weeks)
        asked = span.asked[weeks] * ~span.on_leave[weeks, chosen.columns[at]]
        free = span.free_total[weeks, chosen.columns[at]] - asked
        spare[at] = np.minimum(np.maximum(free, 0), asked).sum(axis=0)
        total[at] = asked.sum(axis=0)
    return np.asarray(FULL * spare // np.maximum(1, total))


def experience(need: Need, pool: Pool, chosen: Chosen) -> Ints:
    body = pool.spread("body_experience", need.body)[chosen.columns]
    theme = pool.spread("theme_experience", need.theme)[chosen.columns]
    times = BODY_STEP * np.minimum(MOST_TIMES, body), THEME_STEP * np.minimum(MOST_TIMES, theme)
    return np.asarray(sum(times))


def balance(need: Need, pool: Pool, chosen: Chosen) -> Ints:
    return np.asarray((1000 - np.minimum(1000, pool.load_permille[chosen.columns])) // 10)


def fairness(need: Need, pool: Pool, chosen: Chosen) -> Ints:
    left = np.maximum(0, SERVED_PLENTY - pool.served_minutes[chosen.columns])
    return np.asarray(FULL * left // SERVED_PLENTY)


def _weighted(points: list[tuple[int, Ints]], chosen: Chosen) -> Ints:
    if not points:
        return np.full(len(chosen.columns), FULL)
    worth = sum(worth for worth, _ in points)
    return np.asarray(sum(w * values for w, values in points) // worth)


POINTS: Mapping[str, Callable[[Need, Pool, Chosen], Ints]] = {
    "skill": skill,
    "evidence": evidence,
    "experience": experience,
    "balance": balance,
    "fairness": fairness,
}
