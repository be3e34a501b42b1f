"""People in plain values as the columns of a pool: the way back from `person_of`."""

from datetime import timedelta

import numpy as np

from talentshare.engine.people import BEYOND_LEDGER
from talentshare.engine.problem import NO_CAP, Marks, Pool
from talentshare.kernel.weeks import month_of_week

KINDS = {
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


def pool_of(people, first_week_on, weeks, weekdays):
    """Return the columns of `people`, in any order, over `weeks` weeks from a Monday."""
    rows = sorted(people, key=lambda person: person.id)
    mondays = [first_week_on + timedelta(weeks=at) for at in range(weeks)]
    tied = marks_of((key, p.id, 1) for p in rows for key in p.suppliers)
    return Pool(
        **plain_of(rows),
        **skills_of(rows),
        **time_of(rows, mondays),
        first_week_on=first_week_on,
        weekdays=weekdays,
        serving=marks_of(
            (body, p.id, at)
            for p in rows
            for at, monday in enumerate(mondays)
            for body in p.weeks.get(monday, BEYOND_LEDGER).bodies
        ),
        body_experience=marks_of((b, p.id, n) for p in rows for b, n in p.body_experience.items()),
        theme_experience=marks_of(
            (t, p.id, n) for p in rows for t, n in p.theme_experience.items()
        ),
        suppliers={key: marks.ids for key, marks in tied.items()},
    )


def plain_of(rows):
    attribute = {"ids": "id"}
    return {
        name: np.array([getattr(p, attribute.get(name, name)) for p in rows], dtype)
        for name, dtype in KINDS.items()
    }


def skills_of(rows):
    roles = tuple(sorted({role for p in rows for role in p.roles}))
    skills = tuple(sorted({skill for p in rows for skill in (*p.verified, *p.claimed)}))
    return {
        "roles": roles,
        "skills": skills,
        "has_role": table_of([[r in p.roles for p in rows] for r in roles], np.bool_, rows),
        "verified": table_of([[p.verified.get(s, 0) for p in rows] for s in skills], np.int8, rows),
        "claimed": table_of([[p.claimed.get(s, 0) for p in rows] for s in skills], np.int8, rows),
    }


def time_of(rows, mondays):
    grid = [[p.weeks.get(monday, BEYOND_LEDGER) for p in rows] for monday in mondays]
    months = sorted({month_of_week(monday) for monday in mondays})
    caps = [[p.month_left.get(month, NO_CAP) for p in rows] for month in months]
    return {
        "free_total": table_of([[w.free_total for w in line] for line in grid], np.int16, rows),
        "free_inside": table_of([[w.free_inside for w in line] for line in grid], np.int16, rows),
        "on_leave": table_of([[w.on_leave for w in line] for line in grid], np.bool_, rows),
        "engaged": table_of([[w.engaged for w in line] for line in grid], np.bool_, rows),
        "bodies_served": table_of(
            [[w.bodies_served for w in line] for line in grid], np.int8, rows
        ),
        "month_left": table_of(caps, np.int32, rows),
    }


def table_of(lines, dtype, rows):
    return np.array(lines, dtype).reshape(len(lines), len(rows))


def marks_of(notes):
    grouped = {}
    for key, who, value in notes:
        grouped.setdefault(key, []).append((who, value))
    return {
        key: Marks(*np.array(pairs, np.int64).reshape(-1, 2).T) for key, pairs in grouped.items()
    }
