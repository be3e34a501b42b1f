"""Whether a proposal still fits, what is in its way, and which smallest changes would work."""

from dataclasses import dataclass
from datetime import date

from talentshare.accounts import queries as accounts
from talentshare.accounts.models import Body
from talentshare.allocations import queries as allocations
from talentshare.allocations.queries import BookingLine, NoFit
from talentshare.engine.changes import smallest_cut, smallest_shift
from talentshare.engine.problem import Need, Pool
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.errors import Conflict, NotFound
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


def in_the_way(actor: Actor, proposal: Proposal, found: NoFit | None) -> list[InTheWay]:
    """What is booked in the weeks that are short; other bodies' names are for coordinators."""
    if found is None or not actor.has(Role.COORDINATOR):
        return []
    weeks = {bad.week_on for bad in found.weeks}
    span = Period(min(weeks), max(weeks))
    names = {body.id: body for body in accounts.bodies(active_only=False)}
    return [
        InTheWay(line, names.get(line.body_id or 0))
        for line in allocations.bookings_in(proposal.specialist_id, span)
        if line.week_on in weeks
    ]


def ways_for(actor: Actor, position: Position, specialist_id: int, asked: Asked) -> Ways:
    """The smallest cut of hours and the nearest other start that the ranking would accept."""
    matching.case_of(actor, position.talent_request.number, position.ordinal)
    minutes, start_on = asked
    first_on = _first_start(position)
    try:
        found = matching.ranked(position, minutes, start_on)
    except Conflict:  # its window has passed
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


def _first_start(position: Position) -> date:
    """The first Monday, from today on, that the body asked for."""
    return max(position.first_start_on, first_possible_start(clock.today()))
