"""Whether the rows of a plan can be booked together, by the ledger's own rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from talentshare.allocations import queries as allocations
from talentshare.allocations.models import BookedWeek, Booking
from talentshare.allocations.queries import BadWeek
from talentshare.catalogue.queries import closed_days
from talentshare.kernel.weeks import WEEK, month_of_week
from talentshare.plans.models import PlanRow
from talentshare.platform.db import db
from talentshare.proposals.models import Proposal
from talentshare.proposals.queries import booking_of, state_now
from talentshare.proposals.states import HELD, LIVE
from talentshare.talent_requests.models import Position


@dataclass(frozen=True)
class Chosen:
    """A specialist for a position from a Monday on; `worth` decides who yields to whom."""

    position_id: int
    specialist_id: int
    start_on: date
    worth: int = 0
    is_pinned: bool = False


@dataclass(frozen=True)
class Judged:
    """What is chosen with its minutes week by week, and why the ledger would refuse it."""

    chosen: Chosen
    rows: tuple[BookedWeek, ...]
    bad: tuple[BadWeek, ...]


def judged(
    chosen: Iterable[Chosen], positions: Mapping[int, Position], under_way: Sequence[Proposal]
) -> list[Judged]:
    """Judge all rows together: those that are fixed first, then by worth, then by position.

    The time of proposals that hold none yet is kept for them.
    """
    by_person: dict[int, list[Chosen]] = {}
    for one in chosen:
        by_person.setdefault(one.specialist_id, []).append(one)
    return [
        found
        for person in sorted(by_person)
        for found in _of_person(person, by_person[person], positions, under_way)
    ]


def _of_person(
    person: int,
    chosen: Sequence[Chosen],
    positions: Mapping[int, Position],
    under_way: Sequence[Proposal],
) -> list[Judged]:
    time = allocations.person_time(person)
    for proposal in under_way:
        if proposal.specialist_id == person and proposal.state not in HELD:
            time = time.with_booked(booking_of(proposal), proposal.body_id)
    found = []
    for one in sorted(chosen, key=lambda c: (not c.is_pinned, -c.worth, c.position_id)):
        position = positions[one.position_id]
        whole = booking_from(position, person)
        last_on = one.start_on + position.week_count * WEEK
        rows = allocations.rows_from(
            time, whole, (one.start_on, position.week_count), closed_days(one.start_on, last_on)
        )
        booking = replace(whole, weeks=rows)
        bad = allocations.bad_weeks(time, booking)
        if not bad:
            time = time.with_booked(booking, position.talent_request.body_id)
        found.append(Judged(one, rows, bad))
    return found


def booking_from(position: Position, specialist_id: int) -> Booking:
    """What the position asks for, without weeks."""
    return Booking(
        specialist_id,
        position.id,
        position.weekdays,
        position.minutes_per_week,
        position.inside_minutes_per_week,
        (),
    )


def judged_now(chosen: Sequence[Chosen], under_way_ids: Sequence[int]) -> list[Judged]:
    """The same by numbers, with everything read anew."""
    numbers = {one.position_id for one in chosen}
    found = db.session.scalars(
        select(Position)
        .where(Position.id.in_(numbers))
        .options(selectinload(Position.talent_request))
    )
    live = select(Proposal).where(Proposal.id.in_(under_way_ids)).order_by(Proposal.id)
    positions = {position.id: position for position in found}
    return judged(chosen, positions, db.session.scalars(live).all())


def refused_together(rows: Sequence[PlanRow]) -> dict[int, tuple[str, Mapping[str, Any]]]:
    """Of rows that are to be applied together, those that the ledger refuses today, and why.

    Positions that are not open any more are left to the use case that prepares a proposal.
    """
    positions = {row.position_id: row.position for row in rows}
    chosen = {
        Chosen(row.position_id, row.specialist_id, row.start_on, row.worth, row.is_pinned): row
        for row in rows
    }
    live = _live_of({row.specialist_id for row in rows}, set(positions))
    return {
        chosen[one.chosen].id: why(one.bad) for one in judged(chosen, positions, live) if one.bad
    }


def why(bad: Sequence[BadWeek]) -> tuple[str, Mapping[str, Any]]:
    """The first reason of a refusal with what its sentence needs."""
    first = bad[0]
    return first.code, {
        "week_on": first.week_on,
        "month_on": month_of_week(first.week_on),
        "day_on": first.days[0] if first.days else first.week_on,
        "capacity_minutes": first.capacity_minutes,
        "booked_minutes": first.booked_minutes,
        "asked_minutes": first.asked_minutes,
        "missing_minutes": first.missing_minutes,
        "count": sum(1 for week in bad if week.code == first.code),
    }


def _live_of(people: set[int], but: set[int]) -> Sequence[Proposal]:
    """Proposals of these people that are under way for other positions."""
    found = db.session.scalars(
        select(Proposal).where(
            Proposal.specialist_id.in_(people),
            Proposal.position_id.not_in(but),
            Proposal.state.in_(LIVE),
        )
    )
    return [proposal for proposal in found if state_now(proposal) in LIVE]
