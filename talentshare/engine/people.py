"""One person in plain values, as read from the columns of a pool."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

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

# Columns with one value per person.
PLAIN = (
    "max_bodies",
    "online",
    "onsite",
    "islands",
    "areas",
    "pledge_valid",
    "declaration_valid",
    "legal_bases",
    "load_permille",
    "served_minutes",
)


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
        **{name: getattr(pool, name)[column].item() for name in PLAIN},
    )


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
