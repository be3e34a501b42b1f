"""The ranking: one position against everybody, best first, each part and each exclusion named."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from talentshare.engine import columns
from talentshare.engine.people import Person, person_of
from talentshare.engine.problem import Ints, Need, Pool, nobody
from talentshare.engine.rules import (
    FULL,
    MUST,
    PREFER,
    WEIGHTS,
    Stay,
    names_of,
    require_weights,
    stay,
)
from talentshare.engine.week import Effort

BEST = FULL * FULL


@dataclass(frozen=True)
class FreeWeek:
    """Minutes asked and free in one week; a week of leave is skipped, not made up."""

    week_on: date
    minutes: int
    inside_minutes: int
    free_minutes: int
    free_inside_minutes: int
    on_leave: bool


@dataclass(frozen=True)
class Candidate:
    """Why a person comes where: `parts` (1/100 points) add up to `score` (0 to 10,000).

    `claimed_only` names the must skills whose level nobody has verified yet.
    """

    person: int
    score: int
    parts: Mapping[str, int]
    start_on: date
    skipped: tuple[date, ...]
    weeks: tuple[FreeWeek, ...]
    claimed_only: tuple[str, ...]


@dataclass(frozen=True)
class Exclusion:
    """The rules broken at the best start: fewest rules, then least minutes, then earliest."""

    person: int
    rules: tuple[str, ...]
    start_on: date
    missing_minutes: int


@dataclass(frozen=True, eq=False)
class Ranking:
    """The answer in columns: `order` and `parts` over candidates, the rest over all people.

    `order` (c,) columns of the pool, best first; `score` (c,); `parts` (preferences, c); `masks`
    (p,) broken rules, 0 for candidates; `starts` (p,) best start in weeks after the first;
    `missing` (p,) minutes.
    """

    need: Need
    pool: Pool
    order: Ints
    score: Ints
    parts: Ints
    masks: Ints
    starts: Ints
    missing: Ints

    @property
    def candidates(self) -> list[Candidate]:
        """All candidates, best first; `top` is cheaper where a page shows a few."""
        return self.top(len(self.order))

    def top(self, count: int) -> list[Candidate]:
        """Return the first `count` candidates in full."""
        return [self._candidate(at) for at in range(min(count, len(self.order)))]

    @property
    def excluded(self) -> list[Exclusion]:
        """All who are no candidates, by id."""
        return [self.exclusion(int(column)) for column in np.flatnonzero(self.masks)]

    def exclusion(self, column: int) -> Exclusion:
        """Return what keeps the person in this column of the pool from being a candidate."""
        return Exclusion(
            int(self.pool.ids[column]),
            names_of(int(self.masks[column])),
            self.need.start_on(int(self.starts[column])),
            int(self.missing[column]),
        )

    @cached_property
    def span(self) -> columns.Span:
        """The weeks of all starts beside the people's."""
        return columns.span_of(columns.beside(self.need, self.pool))

    def weeks_of(self, column: int) -> slice:
        """Return the rows of `span` that the best start of this column takes."""
        first = int(self.starts[column])
        return slice(first, first + self.need.weeks)

    def mondays(self, column: int) -> list[date]:
        """Return the weeks of the best start of this column."""
        weeks = self.weeks_of(column)
        return [self.need.start_on(at) for at in range(weeks.start, weeks.stop)]

    def column_of(self, person: int) -> int:
        """Return the column of a person. Errors: KeyError for whoever is not in the pool."""
        at = int(np.searchsorted(self.pool.ids, person))
        if at == len(self.pool.ids) or self.pool.ids[at] != person:
            raise KeyError(person)
        return at

    def _candidate(self, at: int) -> Candidate:
        need, pool, span, column = self.need, self.pool, self.span, int(self.order[at])
        weeks, mondays = self.weeks_of(column), self.mondays(column)
        here = (span.free_total, span.free_inside, span.on_leave)
        figures = [table[weeks, 0].tolist() for table in (span.asked, span.asked_inside)]
        figures += [table[weeks, column].tolist() for table in here]
        rows = tuple(map(FreeWeek, mondays, *figures))
        held = columns.levels(need, pool)[0][:, column].tolist()
        asked = zip(need.skills, held, strict=True)
        return Candidate(
            int(pool.ids[column]),
            int(self.score[at]),
            dict(zip(PREFER, self.parts[:, at].tolist(), strict=True)),
            mondays[0],
            tuple(week.week_on for week in rows if week.on_leave),
            rows,
            tuple(skill.skill for skill, level in asked if skill.must and level < skill.level),
        )


def rank(need: Need, pool: Pool, weights: Mapping[str, int] = WEIGHTS) -> Ranking:
    """Judge everybody in the pool and order the candidates by (-score, id).

    `weights`: share of 100 for each of PREFER. The order of people in the source data does not
    matter. Errors: ValueError for other weights or a pool counted for other weekdays.
    """
    require_weights(weights)
    judged, masks, who, parts = columns.whole(need, pool, weights)
    score = parts.sum(axis=0)
    order = np.argsort((BEST - score).astype(np.uint16), kind="stable")  # 16 bits: by counting
    found = who[order], score[order], parts[:, order]
    return Ranking(need, pool, *found, masks, judged.start, judged.missing)


def prepare() -> None:
    """Have everything compiled before somebody waits: seconds the first time, then a blink."""
    monday = date(2026, 4, 6)
    need, pool = Need(0, "", (), Effort(0), 1, monday, monday, 0), nobody(monday)
    rank(need, pool)
    columns.judge(columns.beside(need, pool))
    columns.broken_still(need, pool)


def rank_reference(
    need: Need,
    pool: Pool,
    weights: Mapping[str, int] = WEIGHTS,
    without: frozenset[str] = frozenset(),
) -> tuple[list[Candidate], list[Exclusion]]:
    """Return candidates and exclusions by the rules one person at a time: slow, readable.

    `without` names MUST rules that are not asked.
    """
    require_weights(weights)
    candidates, excluded = [], []
    for column in range(len(pool.ids)):
        person = person_of(pool, column)
        start, at_best, broken = _best(need, person, without)
        if broken:
            gap = sum(week.missing_minutes for week in at_best)
            excluded.append(Exclusion(person.id, broken, need.start_on(start), gap))
            continue
        parts = {n: weights[n] * row.points(need, person, at_best) for n, row in PREFER.items()}
        candidates.append(candidate(need, person, parts, at_best))
    return sorted(candidates, key=lambda c: (-c.score, c.person)), excluded


def _best(need: Need, person: Person, without: frozenset[str]) -> tuple[int, Stay, tuple[str, ...]]:
    judged = []
    for start in range(need.starts):
        weeks = stay(need, person, start)
        broken = broken_rules(need, person, weeks, without)
        gap = sum(week.missing_minutes for week in weeks)
        judged.append((len(broken), gap, start, weeks, broken))
    _, _, start, weeks, broken = min(judged, key=lambda row: row[:3])
    return start, weeks, broken


def broken_rules(
    need: Need, person: Person, weeks: Stay, without: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Name the MUST rules that this person breaks in these weeks; none makes a candidate."""
    return tuple(
        name
        for name, rule in MUST.items()
        if name not in without and not rule.holds(need, person, weeks)
    )


def candidate(need: Need, person: Person, parts: Mapping[str, int], weeks: Stay) -> Candidate:
    """Return the candidate in full from the parts and the weeks of the chosen start."""
    claimed = tuple(
        s.skill for s in need.skills if s.must and person.verified.get(s.skill, 0) < s.level
    )
    rows = tuple(
        FreeWeek(w.week_on, w.minutes, w.inside_minutes, w.free_total, w.free_inside, w.on_leave)
        for w in weeks
    )
    skipped = tuple(week.week_on for week in weeks if week.on_leave)
    return Candidate(
        person.id, sum(parts.values()), parts, weeks[0].week_on, skipped, rows, claimed
    )
