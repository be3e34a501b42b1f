"""来月だれが空いているか: free minutes of the weeks of a month, by main role, most free first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from sqlalchemy import or_

from talentshare import policy
from talentshare.accounts.models import Person
from talentshare.accounts.states import PersonState
from talentshare.catalogue import queries as catalogue
from talentshare.catalogue.models import JobRole
from talentshare.engine.utilisation import CAPACITY, CONFIRMED, HELD, Unit, by_part, whole_months
from talentshare.engine.week import STEP, asked, available_days
from talentshare.kernel.actor import Actor
from talentshare.kernel.period import Period
from talentshare.kernel.weeks import WEEK, month_of_week, weeks_between
from talentshare.platform.db import db
from talentshare.policy import Can
from talentshare.reports.queries.live import visible
from talentshare.reports.queries.read import utilisation
from talentshare.reports.queries.report import Report
from talentshare.reports.queries.wanted import Wanted, Who
from talentshare.specialists.models import Specialist

DAY = timedelta(days=1)
FULL = 5  # days of a full week, from Monday on
WORKDAYS = (1 << FULL) - 1


@dataclass(frozen=True)
class FreeLine:
    """What can be asked of one person in each week, in quarters of an hour.

    `month_left` is what the month's cap leaves, if there is one: no week has more, nor all of them.
    `every_week_minutes` are those of a full week, asked of each week by the rule of short weeks.
    """

    who: Who
    weeks: list[int]
    every_week_minutes: int
    month_left: int | None = None

    @property
    def total_minutes(self) -> int:
        return min(sum(self.weeks), sum(self.weeks) if self.month_left is None else self.month_left)


@dataclass(frozen=True)
class FreeRole:
    """Everybody of one main role who has something free."""

    role: JobRole | None
    lines: list[FreeLine]


@dataclass(frozen=True)
class FreeMonth:
    """The weeks that count to a month, by their Thursday, and who is free in them."""

    month_on: date
    mondays: list[date]
    open_days: list[int]
    roles: list[FreeRole]


def free_in(actor: Actor, month_on: date, roles: Sequence[JobRole]) -> FreeMonth:
    """Who could be asked for time in this month: engaged, not paused, able to answer."""
    policy.require(actor, Can.SEE_UTILISATION_OF_ONE)
    month = whole_months(month_on, month_on)
    mondays = [w for w in weeks_between(month.first, month.last) if month_of_week(w) == month_on]
    days = Period(mondays[0], mondays[-1] + WEEK - DAY)
    closed = catalogue.closed_days(days.first, days.last)
    open_days = [available_days(WORKDAYS, monday, closed) for monday in mondays]
    report = utilisation(actor, Wanted(days, Unit.WEEK), roles)
    lines = _lines(report, _askable(actor, days), open_days)
    by_role = [
        FreeRole(role, [one for one in lines if one.who.role_code == (role and role.code)])
        for role in (*roles, None)
    ]
    return FreeMonth(month_on, mondays, open_days, [one for one in by_role if one.lines])


def every_week(free: Sequence[int], open_days: Sequence[int], month_left: int | None) -> int:
    """The most minutes of a full week that fit into each week, asked by its open days."""
    # asked(most, FULL, days) <= minutes just where most * days < (minutes + STEP) * FULL
    most = min(
        (
            ((minutes + STEP) * FULL - 1) // days
            for minutes, days in zip(free, open_days, strict=True)
            if days
        ),
        default=0,
    )
    most = most // STEP * STEP
    if month_left is None:
        return most
    least = month_left * FULL // max(1, sum(open_days)) // STEP * STEP
    while least < most and _asked_in_all(least + STEP, open_days) <= month_left:
        least += STEP
    return min(most, least)


def _asked_in_all(minutes_per_week: int, open_days: Sequence[int]) -> int:
    return sum(asked(minutes_per_week, FULL, days) for days in open_days)


def _lines(
    report: Report, cap_of: Mapping[int, int | None], open_days: Sequence[int]
) -> list[FreeLine]:
    weeks = by_part(report.minutes, report.span.numbers_of(report.parts))
    booked = weeks[CONFIRMED] + weeks[HELD]
    rows = np.maximum(weeks[CAPACITY] - booked, 0).tolist()
    found = []
    for who, row, used in zip(report.people, rows, booked.sum(axis=1).tolist(), strict=True):
        if who.specialist_id in cap_of:
            cap = cap_of[who.specialist_id]
            left = None if cap is None else max(0, cap - used) // STEP * STEP
            free = [
                min(minutes, minutes if left is None else left) // STEP * STEP for minutes in row
            ]
            if any(free):
                found.append(FreeLine(who, free, every_week(free, open_days, left), left))
    return sorted(found, key=lambda one: (-one.every_week_minutes, -one.total_minutes))


def _askable(actor: Actor, days: Period) -> dict[int, int | None]:
    """Who serves the pool on all these days without a pause and can answer; the cap of a month."""
    statement = (
        visible(actor)
        .join(Person, Person.id == Specialist.person_id)
        .where(
            Specialist.engaged_from <= days.first,
            or_(Specialist.engaged_until.is_(None), Specialist.engaged_until >= days.last),
            or_(
                Specialist.paused_from.is_(None),
                Specialist.paused_from > days.last,
                Specialist.paused_until < days.first,
            ),
            Person.state != PersonState.SUSPENDED,
        )
    )
    rows = statement.with_only_columns(Specialist.id, Specialist.month_cap_minutes)
    return {row.id: row.month_cap_minutes for row in db.session.execute(rows)}
