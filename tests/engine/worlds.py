"""Seeded random needs and pools: small, tight, and full of ties and edges."""

import random
from dataclasses import replace
from datetime import date, timedelta

from talentshare.engine.people import Person, PersonWeek
from talentshare.engine.problem import Need, Place, SkillNeed
from talentshare.engine.week import Effort
from talentshare.kernel.weeks import month_of_week
from tests.engine.pools import pool_of

MONDAY = date(2026, 12, 7)
SKILLS = ("A01", "B06", "C03", "F01")
SUPPLIERS = ("sample-kiban", "1010001000001", "example")


def some_week(rng, on_leave, engaged):
    free = 0 if on_leave else 15 * rng.choice([0, 20, 24, 28, 32, 32, 36, 64])
    bodies = frozenset(rng.sample([1, 2, 3], rng.choice([0, 0, 1, 2])))
    served = len(bodies) + rng.choice([0, 0, 0, 1])
    inside = min(free, 15 * rng.choice([0, 16, 24, 40, 40]))
    return PersonWeek(free, inside, on_leave, engaged, served, bodies)


def some_person(rng, id, mondays):
    good = rng.random() < 0.6
    first, last = rng.choice([(0, 99), (0, 99), (0, 99), (2, 99), (0, 9)])
    pause = rng.choice([-1, -1, -1, rng.randrange(len(mondays))])
    leave = rng.choice([0, 0, 0.1, 0.3])
    reach = len(mondays) - rng.choice([0, 0, 0, 0, 3])
    weeks = {
        monday: some_week(rng, rng.random() < leave, first <= at < last and at != pause)
        for at, monday in enumerate(mondays[:reach])
    }
    if good:
        weeks = {
            m: PersonWeek(0 if w.on_leave else max(w.free_total, 480), 0 if w.on_leave else 480,
                          w.on_leave, w.engaged, w.bodies_served, w.bodies)
            for m, w in weeks.items()
        }  # fmt: skip
    caps = {
        month: 15 * rng.randint(40, 150)
        for month in sorted({month_of_week(m) for m in mondays})
        if rng.random() < 0.7
    }
    return Person(
        id,
        roles=frozenset(rng.sample(["PM", "SA"], rng.choice([1, 2, 2]))),
        verified={s: rng.randint(0, 4) for s in SKILLS if rng.random() < 0.7},
        claimed={s: rng.randint(1, 4) for s in SKILLS if rng.random() < 0.6},
        weeks=weeks,
        month_left=caps if rng.random() < 0.4 else {},
        max_bodies=rng.choice([1, 2, 3, 5]),
        online=rng.random() < 0.9,
        onsite=rng.random() < 0.9,
        islands=rng.random() < 0.5,
        areas=rng.choice([0b1111, 0b0011]),
        pledge_valid=rng.random() < 0.95,
        declaration_valid=rng.random() < 0.95,
        suppliers=frozenset(s for s in SUPPLIERS if rng.random() < 0.1),
        legal_bases=rng.choice([1, 2, 3, 3]),
        body_experience={b: rng.randint(1, 3) for b in (1, 2) if rng.random() < 0.3},
        theme_experience={"窓口": rng.randint(1, 3)} if rng.random() < 0.4 else {},
        load_permille=rng.choice([0, 305, 610, 999, 1200]),
        served_minutes=rng.choice([0, 480, 9600, 20000]),
    )


def without_limits(person):
    """The same person where nothing but skills and time decides."""
    return replace(
        person, roles=frozenset({"PM", "SA", "UX"}), online=True, onsite=True, islands=True,
        areas=0b1111, pledge_valid=True, declaration_valid=True, suppliers=frozenset(),
        legal_bases=3, max_bodies=5,
    )  # fmt: skip


def some_need(rng, weekdays=31):
    skills = rng.sample(SKILLS, rng.randint(0, 3))
    starts, weeks = rng.choice([1, 1, 2, 4, 6]), rng.choice([1, 3, 5, 8])
    first = MONDAY + timedelta(weeks=rng.randint(-1, 5))
    minutes = 15 * rng.choice([0, 10, 16, 24, 30, 32])
    return Need(
        7,
        rng.choice(["PM", "SA", "SA", "UX"] if rng.random() < 0.2 else ["SA"]),
        tuple(SkillNeed(s, rng.randint(0, 3), rng.random() < 0.6, rng.randint(1, 3)) for s in skills),
        Effort(minutes, rng.choice([0, 15 * (minutes // 20), minutes]), weekdays),
        weeks,
        first,
        first + timedelta(weeks=starts - 1),
        body=rng.choice([1, 2, 3, 9]),
        theme=rng.choice(["窓口", "調達"]),
        place=rng.choice(list(Place)),
        areas=rng.choice([0, 0b0001, 0b0100]),
        island=rng.random() < 0.1,
        suppliers=frozenset(rng.sample(SUPPLIERS, rng.choice([0, 0, 1, 2]))),
        legal_bases=rng.choice([1, 2, 3]),
        closed=some_closures(rng),
    )  # fmt: skip


def some_closures(rng):
    """Single holidays, and sometimes a whole week, as at the turn of the year."""
    days = {rng.randint(0, 80) for _ in range(rng.choice([0, 6, 25]))}
    if rng.random() < 0.5:
        monday = 7 * rng.randint(0, 8)
        days |= set(range(monday, monday + 7))
    return frozenset(MONDAY + timedelta(days=day) for day in days)


def some_pool(rng, people=8, weeks=14, weekdays=31, free_share=0.0):
    mondays = [MONDAY + timedelta(weeks=at) for at in range(weeks)]
    ids = rng.sample(range(1, 999), people)
    everybody = [some_person(rng, who, mondays) for who in ids]
    plain = [without_limits(p) if rng.random() < free_share else p for p in everybody]
    return pool_of(plain, MONDAY, weeks, weekdays)


def world(seed, people=8):
    rng = random.Random(seed)
    weekdays = rng.choice([31, 31, 0b10010, 127])
    return some_need(rng, weekdays), some_pool(rng, people, weekdays=weekdays)


def open_need(**changes):
    """A position that everybody of `open_person` can serve."""
    plain = {
        "id": 1, "role": "SA", "skills": (SkillNeed("A01", 2),), "effort": Effort(480, 360, 31),
        "weeks": 4, "first_start_on": MONDAY, "last_start_on": MONDAY, "body": 1,
    }  # fmt: skip
    return Need(**plain | changes)


def open_person(id=1, weeks=None, **changes):
    """A person without any limit; `weeks` overrides single weeks by their number."""
    calendar = {MONDAY + timedelta(weeks=at): PersonWeek(960, 960) for at in range(20)}
    calendar |= {MONDAY + timedelta(weeks=at): week for at, week in (weeks or {}).items()}
    plain = {
        "roles": frozenset({"SA"}), "verified": {"A01": 2}, "weeks": calendar, "islands": True,
        "areas": 0b1111, "max_bodies": 9,
    }  # fmt: skip
    return Person(id, **plain | changes)


def open_pool(*people):
    return pool_of(people, MONDAY, 20, 31)
