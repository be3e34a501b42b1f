"""What pages show of a person's time: weeks, days and what uses them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, case, func, select

from talentshare import policy
from talentshare.accounts.models import Body
from talentshare.allocations.models import Allocation, allocation_week, week_ledger
from talentshare.allocations.queries.find import blocking, require_visible
from talentshare.allocations.queries.weeks import (
    NO_CELLS,
    BookingLine,
    LedgerWeek,
    is_live,
    person_time,
)
from talentshare.allocations.states import AllocationState
from talentshare.catalogue.queries import closed_days
from talentshare.engine.capacity import (
    day_minutes,
    spread_over_days,
)
from talentshare.engine.week import ALL_DAYS, DAYS, available_days
from talentshare.kernel.actor import SYSTEM, Actor
from talentshare.kernel.period import Period
from talentshare.kernel.weeks import WEEK, add_months, monday, weeks_between
from talentshare.platform.db import db
from talentshare.policy import Can
from talentshare.specialists import queries as specialists


@dataclass(frozen=True)
class WeekView:
    """One week in minutes; `free` is what a booking on any day could still get."""

    week_on: date
    capacity: int
    booked: int
    held: int
    confirmed: int
    extra: int
    gap: int
    free: int


@dataclass(frozen=True)
class DayUse:
    """Minutes of a day that an allocation, or without one an appointment, comes to."""

    minutes: int
    state: AllocationState | None
    allocation: Allocation | None

    @property
    def body(self) -> Body | None:
        return self.allocation.body if self.allocation else None


@dataclass(frozen=True)
class DayView:
    """One day: what it holds, what it would hold without time off, and what uses it."""

    day: date
    inside: int
    outside: int
    full_minutes: int
    is_closed: bool
    is_changed: bool
    is_away: bool
    uses: tuple[DayUse, ...]

    @property
    def minutes(self) -> int:
        return self.inside + self.outside

    @property
    def off_minutes(self) -> int:
        """Leave and other work."""
        return max(0, self.full_minutes - self.minutes)

    @property
    def used_minutes(self) -> int:
        return sum(use.minutes for use in self.uses)


def week_view(actor: Actor, specialist_id: int, first: date, last: date) -> list[WeekView]:
    """The weeks that touch the days `first` to `last`, as far as the ledger reaches."""
    require_visible(actor, specialist_id)
    time = person_time(specialist_id, Period(monday(first), monday(last)))
    return [_week_view(week) for week in time.weeks.values()]


def _week_view(week: LedgerWeek) -> WeekView:
    held = sum(line.minutes for line in week.lines if line.is_held)
    return WeekView(
        week.week_on,
        week.capacity_minutes,
        week.booked_minutes,
        held,
        week.booked_minutes - held,
        week.extra_minutes,
        week.gap_minutes,
        week.room(ALL_DAYS)[0],
    )


def day_view(actor: Actor, specialist_id: int, month_on: date) -> list[DayView]:
    """Each day of a month; booked time is spread over its days as in the figures."""
    require_visible(actor, specialist_id)
    last = add_months(month_on, 1) - timedelta(days=1)
    span = Period(monday(month_on), monday(last))
    time = person_time(specialist_id, span)
    closed = closed_days(span.first, span.last + WEEK)
    facts = specialists.time_facts(specialist_id)
    known = {one.id: one for one in blocking(SYSTEM, _allocations(time.weeks.values()))}
    views = []
    for week_on in weeks_between(month_on, last):
        week = time.weeks.get(week_on) or LedgerWeek(week_on, NO_CELLS)
        uses = [(line, spread_line(week, line, closed)) for line in week.lines]
        for n in range(DAYS):
            day = week_on + timedelta(days=n)
            usual = day_minutes(facts, day, closed)
            views.append(
                DayView(
                    day,
                    week.cells.inside[n],
                    week.cells.outside[n],
                    usual.full_minutes,
                    usual.is_closed,
                    usual.is_overridden,
                    usual.is_away,
                    tuple(_use(line, days[n], known) for line, days in uses if days[n]),
                )
            )
    return [view for view in views if month_on <= view.day <= last]


def spread_line(week: LedgerWeek, line: BookingLine, closed: Collection[date]) -> list[int]:
    """The minutes of a line on each day of its week."""
    cells = week.cells
    there = [a + b for a, b in zip(cells.inside, cells.outside, strict=True)]
    open_days = sum(1 << d for d in range(DAYS) if available_days(1 << d, week.week_on, closed))
    return spread_over_days(line.minutes, line.weekdays, there, open_days)


def _use(line: BookingLine, minutes: int, known: dict[int, Allocation]) -> DayUse:
    allocation = known.get(line.allocation_id) if line.allocation_id is not None else None
    return DayUse(minutes, line.state, allocation)


def _allocations(weeks: Collection[LedgerWeek]) -> set[int]:
    lines = (line for week in weeks for line in week.lines)
    return {line.allocation_id for line in lines if line.allocation_id is not None}


def free_by_specialist(
    actor: Actor, specialist_ids: Collection[int], first_week_on: date, weeks: int
) -> dict[int, int]:
    """Minutes that are not booked, summed over the weeks, for a list of people."""
    policy.require(actor, Can.LIST_SPECIALISTS)
    people = _free_minutes(first_week_on, weeks).subquery()
    rows = select(people).where(people.c.specialist_id.in_(specialist_ids))
    return {who: int(minutes) for who, minutes in db.session.execute(rows)}


def having_free(actor: Actor, minutes: int, first_week_on: date, weeks: int) -> Select[int]:
    """The ids of those with so many minutes not booked in the weeks, as a sub-select."""
    policy.require(actor, Can.LIST_SPECIALISTS)
    people = _free_minutes(first_week_on, weeks).subquery()
    return select(people.c.specialist_id).where(people.c.free_minutes >= minutes)


def _free_minutes(first_week_on: date, weeks: int) -> Select[int, int]:
    """Per person; what expired holds still take of the ledger counts as free."""
    week, last_on = week_ledger.c, first_week_on + WEEK * (weeks - 1)
    gone = (
        select(
            allocation_week.c.specialist_id,
            allocation_week.c.week_on,
            func.sum(allocation_week.c.minutes).label("minutes"),
        )
        .join(Allocation, Allocation.id == allocation_week.c.allocation_id)
        .where(~is_live(), allocation_week.c.week_on.between(first_week_on, last_on))
        .group_by(allocation_week.c.specialist_id, allocation_week.c.week_on)
        .subquery()
    )
    booked = week.booked_minutes - func.coalesce(gone.c.minutes, 0)
    free = week.capacity_minutes + week.granted_extra_minutes - booked
    return (
        select(week.specialist_id, func.sum(case((free > 0, free), else_=0)).label("free_minutes"))
        .outerjoin(
            gone,
            (gone.c.specialist_id == week.specialist_id) & (gone.c.week_on == week.week_on),
        )
        .where(week.week_on.between(first_week_on, last_on))
        .group_by(week.specialist_id)
    )
