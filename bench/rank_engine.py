"""Rank one position against 10,000 and 100,000 people x 60 weeks in memory, and 600 against 400.

Usage: python -m bench.rank_engine [PEOPLE]      one core, warm; prints a Markdown table
"""

import random
import sys
from dataclasses import replace
from datetime import date, timedelta
from statistics import median

import numpy as np

from bench import peer_sql
from bench.instances import SIZES, made
from bench.table import Row, milliseconds, written
from talentshare.engine.changes import changes_for, relaxations
from talentshare.engine.matrix import matrix
from talentshare.engine.problem import NO_CAP, Marks, Need, Place, Pool, SkillNeed
from talentshare.engine.rank import prepare, rank, rank_reference
from talentshare.engine.week import Effort

FIRST = date(2026, 11, 23)
WEEKS, SKILLS, BODIES = 60, 91, 70
WARM_GOAL = 5
MANY = 100_000
FIRST_50, FIRST_50_OF_MANY, TIMES_SQL, MATRIX = 0.5, 3, 80, 50
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
    return round(median(milliseconds(run, times)), 3)


def first_50(position, pool):
    """The best fifty: who they are, their score, its parts and their start."""
    found = rank(position, pool)
    best = found.order[:50]
    return pool.ids[best], found.score[:50], found.parts[:, :50], found.starts[best]


def at_scale(mixed):
    """The first fifty of both sizes beside one query of SQLite, and the whole matrix."""
    took = timed(lambda: first_50(need(16, 1), mixed), 300)
    yield Row(f"{len(mixed.ids)} people, 1 start, with the first 50", took, goal=FIRST_50)
    nine = timed(lambda: first_50(need(16, 9), mixed), 300)
    yield Row(f"{len(mixed.ids)} people, 9 starts, with the first 50", nine, goal=FIRST_50)
    yield from beside_sql(mixed, took)
    many = build(MANY, 0.4)
    for starts, said in ((1, "1 start"), (9, "9 starts")):
        asked = need(16, starts)
        took = timed(lambda n=asked: first_50(n, many), 50)
        goal = FIRST_50_OF_MANY if starts == 1 else None
        yield Row(f"{MANY} people, {said}, with the first 50", took, goal=goal)
    yield from whole_matrix()


def beside_sql(pool, took):
    position = need(16, 1)
    db, facts = peer_sql.filled(pool, position), peer_sql.given(position, pool)
    sql = timed(lambda: peer_sql.first_50(db, facts), 5)
    ids, score, *_ = first_50(position, pool)
    same = peer_sql.first_50(db, facts) == list(zip(ids.tolist(), score.tolist(), strict=True))
    yield Row("the same by one SQL query in SQLite", sql)
    yield Row("one SQL query is as long as so many of ours", round(sql / took), "", TIMES_SQL, True)
    yield Row("places that SQL and we give to others", int(not same), "", 0)


def whole_matrix():
    """600 positions of an instance of the planner, with skills of their own, against 400 people."""
    few, rng = build(400, 0.4), random.Random(901)
    needs = [position(one, rng) for one in made(SIZES["full"], 901)["positions"]]
    found = matrix(needs, [few] * len(needs))
    pairs = len(found.pairs[0])
    wrong = sum(
        not np.array_equal(row, rank(n, few).masks)
        for n, row in zip(needs, found.masks, strict=True)
    )
    yield Row(
        f"{len(needs)} positions against {len(few.ids)} people, {pairs} pairs fit: the matrix",
        timed(lambda: matrix(needs, [few] * len(needs)), 15), goal=MATRIX,
    )  # fmt: skip
    yield Row("positions judged otherwise than alone", wrong, "", 0)


def position(one, rng):
    skills = [
        SkillNeed(f"S{n:02}", rng.randint(1, 2), rng.random() < 0.3)
        for n in rng.sample(range(SKILLS), 4)
    ]
    first, last = (FIRST + timedelta(weeks=one[name]) for name in ("earliest", "latest_start"))
    effort = Effort(60 * one["hours"], 0, 31)
    return Need(
        one["id"], rng.choice(ROLES), tuple(skills), effort, one["weeks"], first, last,
        body=one["body"], legal_bases=3, closed=need(16, 1).closed,
    )  # fmt: skip


def figures(people):
    prepare()
    mixed, all_capped = build(people, 0.4), build(people, 1.0)
    yield from at_scale(mixed)
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
