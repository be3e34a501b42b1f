"""Rank one position against 10,000 people x 60 weeks in memory: median of 50 warm runs.

Usage: python -m bench.rank_engine [PEOPLE]      one core; prints a Markdown table
"""

import sys
from dataclasses import replace
from datetime import date, timedelta
from statistics import median

import numpy as np

from bench.table import Row, milliseconds, written
from talentshare.engine.changes import changes_for, relaxations
from talentshare.engine.problem import NO_CAP, Marks, Need, Place, Pool, SkillNeed
from talentshare.engine.rank import rank, rank_reference
from talentshare.engine.week import Effort

FIRST = date(2026, 11, 23)
WEEKS, SKILLS, BODIES = 60, 91, 70
WARM_GOAL = 5
ROLES = ("PM", "SA", "UX", "AP", "IN", "SE")


def marks(rng, ids, count, high):
    return Marks(np.sort(rng.choice(ids, count, replace=False)), rng.integers(0, high, count))


def build(people, capped_share):
    rng = np.random.default_rng(20261123)
    ids = np.sort(rng.choice(np.arange(people * 7), people, replace=False)).astype(np.int64)
    shape = (WEEKS, people)
    capacity = rng.choice([480, 960, 1395, 2325], people)
    free = (capacity * rng.integers(0, 5, shape) // 4).astype(np.int16)
    leave = rng.random(shape) < 0.05
    free[leave] = 0
    capped = rng.random(people) < capped_share
    months = np.where(capped, rng.integers(600, 4800, (14, people)), NO_CAP).astype(np.int32)
    level = rng.integers(1, 5, (SKILLS, people)).astype(np.int8)
    verified = np.where(rng.random((SKILLS, people)) < 0.3, level, 0).astype(np.int8)
    claimed = np.where(rng.random((SKILLS, people)) < 0.4, level, 0).astype(np.int8)
    few = people // 20
    return Pool(
        ids=ids,
        first_week_on=FIRST,
        weekdays=31,
        roles=ROLES,
        has_role=rng.random((len(ROLES), people)) < 0.5,
        skills=tuple(f"S{n:02}" for n in range(SKILLS)),
        verified=verified,
        claimed=claimed,
        free_total=free,
        free_inside=free * 3 // 4,
        on_leave=leave,
        engaged=rng.random(shape) < 0.998,
        bodies_served=rng.integers(0, 4, shape).astype(np.int8),
        month_left=months,
        max_bodies=rng.integers(3, 6, people).astype(np.int8),
        online=rng.random(people) < 0.95,
        onsite=rng.random(people) < 0.9,
        islands=rng.random(people) < 0.3,
        areas=rng.choice([0b0001, 0b0111, 0b1111], people).astype(np.int64),
        pledge_valid=rng.random(people) < 0.97,
        declaration_valid=rng.random(people) < 0.97,
        legal_bases=rng.choice([1, 2, 3], people).astype(np.int64),
        load_permille=rng.integers(0, 1000, people).astype(np.int32),
        served_minutes=rng.integers(0, 15000, people).astype(np.int32),
        serving={
            body: Marks(rng.choice(ids, few * 8), rng.integers(0, WEEKS, few * 8))
            for body in range(BODIES)
        },
        body_experience={body: marks(rng, ids, few, 4) for body in range(BODIES)},
        theme_experience={"窓口": marks(rng, ids, people // 5, 4)},
        suppliers={"sample": ids[:: max(1, people // 100)]},
    )


def need(weeks, starts):
    return Need(
        1,
        "SA",
        (SkillNeed("S01", 2), SkillNeed("S02", 1), SkillNeed("S03", 3, must=False)),
        Effort(240, 180, 31),
        weeks,
        FIRST + timedelta(weeks=2),
        FIRST + timedelta(weeks=1 + starts),
        body=5,
        theme="窓口",
        place=Place.HYBRID,
        areas=1,
        suppliers=frozenset({"sample"}),
        legal_bases=1,
        closed=frozenset({date(2027, 1, 1), date(2027, 1, 11), date(2027, 2, 11)}),
    )


def easy(position):
    return replace(position, skills=(), effort=Effort(60, 0, 31), place=Place.ONLINE)


def timed(run, times):
    run()
    return round(median(milliseconds(run, times)), 2)


def figures(people):
    mixed, all_capped = build(people, 0.4), build(people, 1.0)
    cases = [
        ("16 weeks, 1 start", mixed, need(16, 1), WARM_GOAL),
        ("16 weeks, 9 starts", mixed, need(16, 9), WARM_GOAL),
        ("26 weeks, 33 starts: all 58 weeks", mixed, need(26, 33), None),
        ("16 weeks, 9 starts, no skills: many fit", mixed, easy(need(16, 9)), None),
        ("16 weeks, 43 starts, all capped", all_capped, need(16, 43), None),
    ]
    for name, pool, position, goal in cases:
        ranking = rank(position, pool)
        said = f"{name}; {len(ranking.order)} candidates"
        yield Row(f"{said}: rank", timed(lambda p=pool, n=position: rank(n, p), 50), goal=goal)
        yield Row(f"{name}: the first 10 in full", timed(lambda r=ranking: r.top(10), 5))
        yield Row(f"{name}: relaxations", timed(lambda r=ranking: relaxations(r), 5))
        yield Row(f"{name}: changes", timed(lambda r=ranking: changes_for(r, FIRST), 3))
    few = mixed.take(np.arange(min(people, 400)))
    candidates, excluded = rank_reference(need(16, 9), few)
    ranking = rank(need(16, 9), few)
    wrong = (ranking.candidates, ranking.excluded) != (candidates, excluded)
    yield Row("answers that differ from the plain reference, of 400 people", int(wrong), "", 0)


if __name__ == "__main__":
    print(written(figures(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)))
