"""Whether a proposal still fits, what is in its way, and which smallest changes would work."""

from dataclasses import dataclass, replace
from datetime import date

from talentshare.accounts import queries as accounts
from talentshare.accounts.models import Body
from talentshare.allocations import queries as allocations
from talentshare.allocations.models import Booking
from talentshare.allocations.queries import BookingLine, NoFit
from talentshare.catalogue.queries import closed_days
from talentshare.engine.changes import smallest_cut, smallest_shift
from talentshare.engine.problem import Need, Pool
from talentshare.engine.week import Effort
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.errors import Conflict, Invalid, NotFound
from talentshare.kernel.period import Period
from talentshare.kernel.weeks import WEEK
from talentshare.matching import queries as matching
from talentshare.matching.queries.needs import first_possible_start
from talentshare.proposals.models import Proposal
from talentshare.proposals.queries.terms import booking_of
from talentshare.talent_requests.models import Position

Asked = tuple[int | None, date | None]


@dataclass(frozen=True)
class Ways:
    """Fewer minutes per week, or another first week, with which the person is a candidate."""

    minutes_per_week: int | None = None
    start_on: date | None = None


@dataclass(frozen=True)
class InTheWay:
    """Minutes that another body has in a week already."""

    line: BookingLine
    body: Body | None


def does_fit(proposal: Proposal) -> NoFit | None:
    """Why the time of the proposal is not there any more, or None when it is."""
    return allocations.no_fit(booking_of(proposal))


def would_fit(position: Position, specialist_id: int, asked: Asked, start_on: date) -> NoFit | None:
    """Why this person has no time from a Monday on, weeks of leave skipped; None when there is."""
    full = Effort(position.minutes_per_week, position.inside_minutes_per_week, position.weekdays)
    effort = full if asked[0] is None else full.cut_to(asked[0])
    booking = Booking(
        specialist_id,
        position.id,
        effort.weekdays,
        effort.minutes_per_week,
        effort.inside_minutes_per_week,
        (),
    )
    last_on = start_on + position.week_count * WEEK
    rows = allocations.rows_from(
        allocations.person_time(specialist_id),
        booking,
        (start_on, position.week_count),
        closed_days(start_on, last_on),
    )
    return allocations.no_fit(replace(booking, weeks=rows)) if rows else None


def in_the_way(actor: Actor, specialist_id: int, found: NoFit | None) -> list[InTheWay]:
    """What is booked in the weeks that are short; other bodies' names are for coordinators."""
    if found is None or not actor.has(Role.COORDINATOR):
        return []
    weeks = {bad.week_on for bad in found.weeks}
    span = Period(min(weeks), max(weeks))
    names = {body.id: body for body in accounts.bodies(active_only=False)}
    return [
        InTheWay(line, names.get(line.body_id or 0))
        for line in allocations.bookings_in(specialist_id, span)
        if line.week_on in weeks
    ]


def ways_for(actor: Actor, position: Position, specialist_id: int, asked: Asked) -> Ways:
    """The smallest cut of hours and the nearest other start that the ranking would accept."""
    matching.case_of(actor, position.talent_request.number, position.ordinal)
    minutes, start_on = asked
    first_on = first_start(position)
    try:
        found = matching.ranked(position, minutes, start_on)
    except (Conflict, Invalid):  # its window, or the start, has passed
        found = matching.ranked(position, minutes, first_on)
        if found.candidate(specialist_id):
            return Ways(None, first_on)
    need, pool = found.need, found.ranking.pool
    if specialist_id not in pool.ids:
        raise NotFound("specialist.not_found")
    return Ways(
        smallest_cut(need, pool, specialist_id), _other_start(need, pool, first_on, specialist_id)
    )


def _other_start(need: Need, pool: Pool, first_on: date, specialist_id: int) -> date | None:
    """Only the edge of a moved window is new; what lies inside was tried already."""
    shift = smallest_shift(need, pool, first_on, specialist_id)
    if shift is None:
        return None
    return (need.last_start_on if shift > 0 else need.first_start_on) + shift * WEEK


def first_start(position: Position) -> date:
    """The first Monday, from today on, that the body asked for."""
    return max(position.first_start_on, first_possible_start(clock.today()))
