"""Whether a chosen change leaves room for what is booked."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from talentshare.allocations.models import Clash
from talentshare.allocations.queries.fit import BadWeek
from talentshare.allocations.queries.strips import Change
from talentshare.allocations.queries.weeks import LedgerWeek, PersonTime, weeks_of_all
from talentshare.kernel import clock
from talentshare.kernel.errors import Conflict
from talentshare.kernel.weeks import monday, month_of_week
from talentshare.platform.db import db


def require_kept(time: PersonTime, change: Change) -> None:
    """Refuse a change by which more booked minutes would lack a place, or limits be exceeded."""
    short = [bad for week_on in change.changed_weeks if (bad := _shorter(time, change, week_on))]
    if short:
        raise Conflict("time.below_booked", **_details(short))
    crowded = [bad for week in _coming(time) if (bad := _crowded(time, week))]
    if crowded:
        raise Conflict("time.bodies_below_booked", **_details(crowded))
    for month_on in sorted({month_of_week(week.week_on) for week in _coming(time)}):
        cap, used = time.specialist.month_cap_minutes, time.month_minutes(month_on)
        if cap is not None and used > cap:
            raise Conflict(
                "time.cap_below_booked",
                month_on=month_on,
                capacity_minutes=cap,
                booked_minutes=used,
                missing_minutes=used - cap,
                allocation_ids=time.month_allocations(month_on),
            )


def strained_people(weeks: Collection[date]) -> set[int]:
    """Those whose booked time finds no place in one of these weeks, or who had a clash there."""
    clashes = select(Clash.specialist_id).where(
        Clash.week_on.in_(weeks), Clash.resolved_at.is_(None)
    )
    short = {who for who, week in weeks_of_all(weeks, with_expired=True) if week.missing_minutes}
    return short | set(db.session.scalars(clashes))


def _coming(time: PersonTime) -> list[LedgerWeek]:
    this_week = monday(clock.today())
    return [week for week_on, week in time.weeks.items() if week_on >= this_week]


def _shorter(time: PersonTime, change: Change, week_on: date) -> BadWeek | None:
    week = time.weeks[week_on]
    then = week.with_cells(change.after.week(week_on))
    short = then.shortage()
    if short is None or short.missing_minutes <= week.missing_minutes:
        return None
    there = {load.label for load in short.loads}
    return BadWeek(
        "time.below_booked",
        week_on,
        0,
        short.missing_minutes,
        then.capacity_minutes + then.extra_minutes,
        then.booked_minutes,
        tuple(x.allocation_id for x in week.lines if x.allocation_id and x.load.label in there),
    )


def _crowded(time: PersonTime, week: LedgerWeek) -> BadWeek | None:
    if len(week.bodies()) <= time.specialist.max_bodies:
        return None
    ids = tuple(line.allocation_id for line in week.lines if line.allocation_id is not None)
    return BadWeek("time.bodies_below_booked", week.week_on, 0, allocation_ids=ids)


def _details(bad: list[BadWeek]) -> dict[str, object]:
    first = bad[0]
    return {
        "week_on": first.week_on,
        "capacity_minutes": first.capacity_minutes,
        "booked_minutes": first.booked_minutes,
        "missing_minutes": first.missing_minutes,
        "count": len(bad),
        "weeks": tuple(bad),
        "allocation_ids": tuple(dict.fromkeys(i for week in bad for i in week.allocation_ids)),
    }
