"""One person in plain values, and the way to and from the columns of a pool."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np

from talentshare.engine.problem import NO_CAP, Marks, Pool
from talentshare.kernel.weeks import add_months, month_of_week


@dataclass(frozen=True)
class PersonWeek:
    """One week of a person; `bodies` names those of the `bodies_served` that are known by id."""

    free_total: int = 0
    free_inside: int = 0
    on_leave: bool = False
    engaged: bool = True
    bodies_served: int = 0
    bodies: frozenset[int] = frozenset()


BEYOND_LEDGER = PersonWeek()


@dataclass(frozen=True)
class Person:
    """One row of a pool; weeks by Monday, caps by first day of month, experience in engagements."""

    id: int
    roles: frozenset[str] = frozenset()
    verified: Mapping[str, int] = field(default_factory=dict)
    claimed: Mapping[str, int] = field(default_factory=dict)
    weeks: Mapping[date, PersonWeek] = field(default_factory=dict)
    month_left: Mapping[date, int] = field(default_factory=dict)
    max_bodies: int = 1
    online: bool = True
    onsite: bool = True
    islands: bool = False
    areas: int = 0
    pledge_valid: bool = True
    declaration_valid: bool = True
    suppliers: frozenset[str] = frozenset()
    legal_bases: int = 1
    body_experience: Mapping[int, int] = field(default_factory=dict)
    theme_experience: Mapping[str, int] = field(default_factory=dict)
    load_permille: int = 0
    served_minutes: int = 0


def pool_of(people: Iterable[Person], first_week_on: date, weeks: int, weekdays: int) -> Pool:
    """Return the columns of `people`, in any order, over `weeks` weeks from a Monday."""
    rows = sorted(people, key=lambda person: person.id)
    mondays = [first_week_on + timedelta(weeks=at) for at in range(weeks)]
    tied = _marks((key, p.id, 1) for p in rows for key in p.suppliers)
    return Pool(
        **_plain(rows),
        **_skills(rows),
        **_time(rows, mondays),
        first_week_on=first_week_on,
        weekdays=weekdays,
        serving=_marks(
            (body, p.id, at)
            for p in rows
            for at, monday in enumerate(mondays)
            for body in p.weeks.get(monday, BEYOND_LEDGER).bodies
        ),
        body_experience=_marks((b, p.id, n) for p in rows for b, n in p.body_experience.items()),
        theme_experience=_marks((t, p.id, n) for p in rows for t, n in p.theme_experience.items()),
        suppliers={key: marks.ids for key, marks in tied.items()},
    )


def person_of(pool: Pool, column: int) -> Person:
    """Return the person who stands in `column` of the pool; unlisted caps mean none."""
    who = int(pool.ids[column])
    first = month_of_week(pool.first_week_on)
    left = enumerate(pool.month_left[:, column].tolist())
    return Person(
        id=who,
        roles=frozenset(r for r, has in zip(pool.roles, pool.has_role, strict=True) if has[column]),
        verified=dict(zip(pool.skills, pool.verified[:, column].tolist(), strict=True)),
        claimed=dict(zip(pool.skills, pool.claimed[:, column].tolist(), strict=True)),
        weeks=_weeks_of(pool, column),
        month_left={add_months(first, month): cap for month, cap in left if cap < NO_CAP},
        suppliers=frozenset(key for key, ids in pool.suppliers.items() if who in ids),
        body_experience=_own(pool.body_experience, who),
        theme_experience=_own(pool.theme_experience, who),
        **{name: getattr(pool, name)[column].item() for name in PLAIN if name != "ids"},
    )


PLAIN: dict[str, type[np.generic]] = {
    "ids": np.int64,
    "max_bodies": np.int8,
    "online": np.bool_,
    "onsite": np.bool_,
    "islands": np.bool_,
    "areas": np.int64,
    "pledge_valid": np.bool_,
    "declaration_valid": np.bool_,
    "legal_bases": np.int64,
    "load_permille": np.int32,
    "served_minutes": np.int32,
}


def _plain(rows: list[Person]) -> dict[str, Any]:
    attribute = {"ids": "id"}
    return {
        name: np.array([getattr(p, attribute.get(name, name)) for p in rows], dtype)
        for name, dtype in PLAIN.items()
    }


def _skills(rows: list[Person]) -> dict[str, Any]:
    roles = tuple(sorted({role for p in rows for role in p.roles}))
    skills = tuple(sorted({skill for p in rows for skill in (*p.verified, *p.claimed)}))
    return {
        "roles": roles,
        "skills": skills,
        "has_role": _table([[r in p.roles for p in rows] for r in roles], np.bool_, rows),
        "verified": _table([[p.verified.get(s, 0) for p in rows] for s in skills], np.int8, rows),
        "claimed": _table([[p.claimed.get(s, 0) for p in rows] for s in skills], np.int8, rows),
    }


def _time(rows: list[Person], mondays: list[date]) -> dict[str, Any]:
    grid = [[p.weeks.get(monday, BEYOND_LEDGER) for p in rows] for monday in mondays]
    months = sorted({month_of_week(monday) for monday in mondays})
    caps = [[p.month_left.get(month, NO_CAP) for p in rows] for month in months]
    return {
        "free_total": _table([[w.free_total for w in line] for line in grid], np.int16, rows),
        "free_inside": _table([[w.free_inside for w in line] for line in grid], np.int16, rows),
        "on_leave": _table([[w.on_leave for w in line] for line in grid], np.bool_, rows),
        "engaged": _table([[w.engaged for w in line] for line in grid], np.bool_, rows),
        "bodies_served": _table([[w.bodies_served for w in line] for line in grid], np.int8, rows),
        "month_left": _table(caps, np.int32, rows),
    }


def _table(lines: list[list[Any]], dtype: type[np.generic], rows: list[Person]) -> Any:
    return np.array(lines, dtype).reshape(len(lines), len(rows))


def _marks(notes: Iterable[tuple[Any, int, int]]) -> dict[Any, Marks]:
    grouped: dict[Any, list[tuple[int, int]]] = {}
    for key, who, value in notes:
        grouped.setdefault(key, []).append((who, value))
    return {
        key: Marks(*np.array(pairs, np.int64).reshape(-1, 2).T) for key, pairs in grouped.items()
    }


def _own(marks: Mapping[Any, Marks], who: int) -> dict[Any, int]:
    return {key: int(m.values[m.ids == who].sum()) for key, m in marks.items() if who in m.ids}


def _weeks_of(pool: Pool, column: int) -> dict[date, PersonWeek]:
    who = pool.ids[column]
    bodies: dict[int, set[int]] = {}
    for body, marks in pool.serving.items():
        for at in marks.values[marks.ids == who].tolist():
            bodies.setdefault(at, set()).add(body)
    columns = ("free_total", "free_inside", "on_leave", "engaged", "bodies_served")
    figures = zip(*(getattr(pool, name)[:, column].tolist() for name in columns), strict=True)
    return {
        pool.week_on(at): PersonWeek(total, inside, leave, engaged, served, known)
        for at, (total, inside, leave, engaged, served) in enumerate(figures)
        for known in [frozenset(bodies.get(at, ()))]
    }
