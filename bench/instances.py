"""Planning instances as a capital, a region or a country would have them, drawn by seed.

Usage: python -m bench.instances SIZE SEED      prints one as JSON; SIZE: now tight full full_tight region japan
"""

import json
import sys
from typing import NamedTuple

import numpy as np

from bench import by_hand


class Size(NamedTuple):
    bodies: int
    specialists: int
    positions: int
    weeks: int
    areas: int


SIZES = {
    "now": Size(92, 120, 150, 26, 6),
    "tight": Size(92, 120, 300, 26, 6),
    "full": Size(92, 400, 600, 52, 6),
    "full_tight": Size(92, 400, 1200, 52, 6),
    "region": Size(400, 2000, 3000, 52, 12),
    "japan": Size(1788, 10_000, 15_000, 52, 47),
}
SKILLS = 60
ROLES = (0.22, 0.15, 0.13, 0.22, 0.13, 0.15)  # the share of each among people and among needs
LEAST_FIT = 300
PINNED = 20  # one position in so many is agreed already
USUAL_HOURS = {4: 0.25, 8: 0.35, 12: 0.17, 16: 0.12, 20: 0.06, 24: 0.05}
LEVELS_ASKED = {1: 0.3, 2: 0.4, 3: 0.25, 4: 0.05}
WEIGHTS = {1: 0.1, 2: 0.25, 3: 0.35, 4: 0.2, 5: 0.1}
MOST_BODIES = {1: 0.15, 2: 0.4, 3: 0.3, 4: 0.15}


class People(NamedTuple):
    """Shapes: s specialists, r roles, k skills, w weeks, a areas."""

    roles: np.ndarray  # (s, r) has it
    levels: np.ndarray  # (s, k) 0 to 4
    capacity: np.ndarray  # (s, w) hours
    leave: np.ndarray  # (s, w)
    most_bodies: np.ndarray  # (s)
    areas: np.ndarray  # (s, a) works there


def made(size, seed):
    """The instance of this size and seed, always the same."""
    rng = np.random.default_rng([seed, *size])
    fashion = popularity(rng)
    people = drawn_people(rng, size, fashion)
    needs = drawn_needs(rng, size)
    area_of = rng.integers(size.areas, size=size.bodies)
    for need in needs:
        need["eligible"] = eligible(rng, people, need, fashion, area_of)
    instance = {
        "weeks": size.weeks,
        "specialists": [written(people, n) for n in range(size.specialists)],
        "positions": [{**need, "pinned": None} for need in needs],
    }
    pin(instance)
    return instance


def popularity(rng):
    """(r, k) how likely a role has or needs a skill: few skills are wanted often, others by each role."""
    ranks = np.array([rng.permutation(SKILLS) for _ in ROLES]) + 1
    often = ranks**-0.8
    return often / often.sum(axis=1, keepdims=True)


def drawn_people(rng, size, fashion):
    count = size.specialists
    first, second = rng.choice(len(ROLES), (2, count), p=ROLES)
    is_double = rng.random(count) < 0.45
    roles = np.zeros((count, len(ROLES)), bool)
    roles[np.arange(count), first] = True
    roles[is_double, second[is_double]] = True
    likely = fashion[first] + 0.6 * is_double[:, None] * fashion[second]
    likely /= likely.sum(axis=1, keepdims=True)
    capacity, leave = drawn_time(rng, count, size.weeks)
    home = rng.integers(size.areas, size=count)
    areas = np.zeros((count, size.areas), bool)
    for away, share in ((0, 1.0), (1, 0.4), (2, 0.4)):
        goes = rng.random(count) < share
        areas[goes, (home[goes] + away) % size.areas] = True
    most_bodies = one_of(rng, MOST_BODIES, count)
    return People(roles, drawn_levels(rng, likely), capacity, leave, most_bodies, areas)


def drawn_levels(rng, likely):
    """Some seventeen skills each; who is senior is so in most of them."""
    count = len(likely)
    known = np.clip(rng.lognormal(2.85, 0.5, count), 3, 45).astype(int)
    senior = rng.normal(0, 0.6, count)
    levels = np.zeros((count, SKILLS), np.int64)
    for n in range(count):
        skills = rng.choice(SKILLS, known[n], replace=False, p=likely[n])
        reached = np.round(rng.normal(2.1 + senior[n], 0.9, known[n]))
        levels[n, skills] = np.clip(reached, 1, 4)
    return levels


def drawn_time(rng, count, weeks):
    """Hours a week with spells of fewer, and leave; on leave there are none."""
    offered = np.clip(2 * np.round(rng.gamma(1.6, 7.0, count) / 2), 4, 40).astype(np.int64)
    capacity = np.tile(offered[:, None], weeks)
    leave = np.zeros((count, weeks), bool)
    for n in range(count):
        for _ in range(rng.integers(3)):
            spell = span(rng.integers(-10, weeks), rng.integers(4, 26))
            capacity[n, spell] -= rng.integers(1, max(2, offered[n] // 2) + 1)
        for _ in range(rng.poisson(1.3 * weeks / 26)):
            leave[n, span(rng.integers(weeks), 1 + (rng.random() < 0.25))] = True
        if rng.random() < 0.02:
            leave[n, span(rng.integers(weeks), 16)] = True
    return np.where(leave, 0, np.clip(capacity, 0, 40)), leave


def span(start, length):
    return slice(max(0, start), max(0, start + length))


def drawn_needs(rng, size):
    """What each position asks for but skills; `role` and `is_on_site` are part of no format."""
    count, weeks = size.positions, size.weeks
    big = (1 + rng.pareto(1.2, size.bodies)) ** 0.6
    is_usual = rng.random(count) < 0.6
    hours = np.where(is_usual, one_of(rng, USUAL_HOURS, count), rng.integers(4, 21, count))
    longest = min(40, max(8, int(0.77 * weeks)), weeks)
    length = np.clip(np.round(rng.lognormal(2.6, 0.8, count)), 1, longest).astype(np.int64)
    flexible = np.minimum(np.minimum(rng.geometric(0.16, count) - 1, 15), weeks - length)
    earliest = rng.integers(weeks - length - flexible + 1)
    columns = {
        "body": rng.choice(size.bodies, count, p=big / big.sum()),
        "hours": hours,
        "weeks": length,
        "earliest": earliest,
        "latest_start": earliest + flexible,
        "weight": one_of(rng, WEIGHTS, count),
        "role": rng.choice(len(ROLES), count, p=ROLES),
        "is_on_site": rng.random(count) < 0.25,
    }
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return [{"id": n, **dict(zip(columns, row, strict=True))} for n, row in enumerate(rows)]


def one_of(rng, shares, count):
    return rng.choice(list(shares), count, p=list(shares.values()))


def eligible(rng, people, need, fashion, area_of):
    """The fit of whoever has the role, the skills that are a must and, on site, the area."""
    role, is_on_site = need.pop("role"), need.pop("is_on_site")
    count = rng.integers(3, 7)
    skills = rng.choice(SKILLS, count, replace=False, p=fashion[role])
    least, matters = one_of(rng, LEVELS_ASKED, count), rng.integers(1, 6, count)
    is_must = rng.random(count) < 0.22
    able = people.roles[:, role].copy()
    if is_on_site:
        able &= people.areas[:, area_of[need["body"]]]
    who = np.flatnonzero(able)
    levels = people.levels[np.ix_(who, skills)]
    fit = fits(levels, least, matters)
    fit[(levels < least)[:, is_must].any(axis=1)] = 0
    good = fit >= LEAST_FIT
    return dict(zip(map(str, who[good].tolist()), fit[good].tolist(), strict=True))


def fits(levels, least, matters):
    """(s) In 1/1000: 850 for all levels that are asked, 150 for two levels more; halves go up."""
    twelfths = np.minimum(12 * levels // least, 12) @ matters  # whole for levels from 1 to 4
    beyond = np.clip(levels - least, 0, 2) @ matters
    whole = 12 * matters.sum()
    return (50 * (17 * twelfths + 18 * beyond) + whole // 2) // whole


def written(people, n):
    return {
        "id": n,
        "capacity": people.capacity[n].tolist(),
        "leave": np.flatnonzero(people.leave[n]).tolist(),
        "max_bodies": int(people.most_bodies[n]),
    }


def pin(instance):
    """Some positions are agreed as they were planned by hand before there were others."""
    early = instance["positions"][::PINNED]
    for one in by_hand.plan(instance | {"positions": early}):
        pinned = {"specialist": one["specialist"], "start": one["start"]}
        instance["positions"][one["position"]]["pinned"] = pinned


if __name__ == "__main__":
    print(json.dumps(made(SIZES[sys.argv[1]], int(sys.argv[2]))))
