"""申込・提供・未対応: what bodies asked for and were given, by area."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Subquery, case, cast, func, select

from talentshare import policy
from talentshare.accounts.models import Area, Body
from talentshare.allocations.models import Allocation, allocation_week
from talentshare.allocations.states import AllocationState
from talentshare.engine.fairness import gini, median
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import NotFound
from talentshare.kernel.period import Period
from talentshare.platform.days import tokyo_days_between
from talentshare.platform.db import db
from talentshare.platform.pictures import Album, Keeper, Scope, of_app
from talentshare.policy import Can
from talentshare.proposals.models import Proposal
from talentshare.reports.queries.read import groupings
from talentshare.reports.queries.wanted import By
from talentshare.talent_requests.models import Position, TalentRequest
from talentshare.talent_requests.states import RequestState

AREAS = (Area.WARDS, Area.CITIES, Area.TOWNS, Area.ISLANDS)
BOOKED = (AllocationState.CONFIRMED, AllocationState.ENDED)
DAY = timedelta(days=1)
MOST_PICTURES, MOST_ROWS = 6, 400_000


class Outcome(StrEnum):
    """What came of a request, as it stands now; each has one."""

    SERVED = "served"
    UNMET = "unmet"
    PENDING = "pending"
    WITHDRAWN = "withdrawn"


ENDS = {
    RequestState.UNMET: Outcome.UNMET,
    RequestState.REFERRED: Outcome.UNMET,
    RequestState.WITHDRAWN: Outcome.WITHDRAWN,
}


class Asked(NamedTuple):
    """Submitted requests of one body that ended alike; days only where somebody was confirmed."""

    body_id: int
    outcome: Outcome
    waited_days: int | None
    body_days: int | None
    requests: int
    asked_minutes: int
    served_minutes: int


@dataclass(frozen=True)
class AreaLine:
    """The bodies of an area and what they asked for; without an area, of all four."""

    area: Area | None
    bodies: int
    asked: Sequence[Asked]

    @property
    def asking_bodies(self) -> int:
        return len({one.body_id for one in self.asked})

    @property
    def silent_bodies(self) -> int:
        """申込みなし."""
        return self.bodies - self.asking_bodies

    @property
    def requests(self) -> int:
        return sum(one.requests for one in self.asked)

    @property
    def asked_minutes(self) -> int:
        return sum(one.asked_minutes for one in self.asked)

    @property
    def served_minutes(self) -> int:
        return sum(one.served_minutes for one in self.asked)

    def count(self, outcome: str) -> int:
        return sum(one.requests for one in self._with(outcome))

    def minutes(self, outcome: str) -> int:
        """What was asked for in requests with this outcome."""
        return sum(one.asked_minutes for one in self._with(outcome))

    @property
    def waited(self) -> int:
        """How many requests the waiting days are of."""
        return sum(one.requests for one in self.asked if one.waited_days is not None)

    @cached_property
    def days(self) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
        """Medians from submission to confirmation: in all, GovTech's, the body's own."""
        whole, ours, own = Counter[int](), Counter[int](), Counter[int]()
        for one in self.asked:
            if one.waited_days is not None:
                of_body = one.body_days or 0
                whole[one.waited_days] += one.requests
                ours[one.waited_days - of_body] += one.requests
                own[of_body] += one.requests
        return median(whole), median(ours), median(own)

    def _with(self, outcome: str) -> list[Asked]:
        return [one for one in self.asked if one.outcome == outcome]


@dataclass(frozen=True)
class Fairness:
    """By area and in all; `gini` is of given time by inhabitants, over `gini_bodies`.

    Given hours are those of a few people: only who sees one person's rates sees them.
    """

    period: Period
    shows_served: bool
    lines: list[AreaLine]
    total: AreaLine
    gini: Fraction | None
    gini_bodies: int

    @property
    def most_requests(self) -> int:
        return max(line.requests for line in self.lines)


def fairness(actor: Actor, period: Period) -> Fairness:
    """What was submitted in these days, and what has come of it until now."""
    if By.ROLE not in groupings(actor):
        raise NotFound("reports.not_found")
    asked = submitted_now(period)
    asking = {one.body_id for one in asked}
    bodies = db.session.execute(
        select(Body.id, Body.area, Body.population, Body.is_active).where(Body.area.in_(AREAS))
    ).all()
    counted = [body for body in bodies if body.is_active or body.id in asking]
    lines = [_line(area, counted, asked) for area in AREAS]
    of_all = [one for line in lines for one in line.asked]
    people = {body.id: body.population for body in counted if body.population}
    served = Counter[int]()
    for one in of_all:
        served[one.body_id] += one.served_minutes
    shares = [Fraction(served[body], count) for body, count in people.items()]
    shows_served = policy.allows(actor, Can.SEE_UTILISATION_OF_ONE)
    total = AreaLine(None, len(counted), of_all)
    return Fairness(
        period, shows_served, lines, total, gini(shares) if shows_served else None, len(shares)
    )


def _line(area: Area, bodies: Sequence[Any], asked: Sequence[Asked]) -> AreaLine:
    those = {body.id for body in bodies if body.area == area}
    return AreaLine(area, len(those), [one for one in asked if one.body_id in those])


def submitted_now(period: Period) -> list[Asked]:
    """What `submitted` finds, kept per process and renewed body by body."""
    if db.session.info.get("in_action"):
        return submitted(period)
    return of_app("reports.areas", _album).now(period)


def _album() -> Album[list[Asked]]:
    return Album(_keeper, len, MOST_PICTURES, MOST_ROWS)


def _keeper(period: Period) -> Keeper[list[Asked]]:
    def renewed(rows: list[Asked], changed: Sequence[int]) -> list[Asked]:
        bodies = frozenset(changed)
        return [*(one for one in rows if one.body_id not in bodies), *submitted(period, changed)]

    return Keeper(BODIES, lambda: submitted(period), renewed)


def submitted(period: Period, bodies: Sequence[int] = ()) -> list[Asked]:
    """Every request that was submitted on one of these days in Tokyo, alike ones as one row.

    Of all bodies, or some. The database counts: of two hundred thousand rows, fetching alone would
    take seconds.
    """
    of_these = (TalentRequest.body_id.in_(bodies),) if bodies else ()
    was_submitted = (
        *of_these,
        TalentRequest.submitted_at >= _midnight(period.first),
        TalentRequest.submitted_at < _midnight(period.last + DAY),
        TalentRequest.state != RequestState.DRAFT,
    )
    wanted, given = _wanted(was_submitted), _given(was_submitted, _weeks(bodies))
    waited = tokyo_days_between(TalentRequest.submitted_at, given.c.agreed_at)
    own = tokyo_days_between(given.c.proposed_at, given.c.agreed_at)
    minutes = (wanted.c.minutes, given.c.minutes)
    is_served = given.c.talent_request_id.is_not(None)
    alike = (TalentRequest.body_id, TalentRequest.state, is_served, waited, own)
    rows = db.session.execute(
        select(
            *alike,
            func.count(),
            *(cast(func.coalesce(func.sum(one), 0), BigInteger) for one in minutes),
        )
        .outerjoin(wanted, wanted.c.talent_request_id == TalentRequest.id)
        .outerjoin(given, given.c.talent_request_id == TalentRequest.id)
        .where(*was_submitted)
        .group_by(*alike)
    )
    return [
        Asked(body, _outcome(state, served), *days_and_sums)
        for body, state, served, *days_and_sums in rows
    ]


def _wanted(was_submitted: tuple[ColumnElement[bool], ...]) -> Subquery:
    """By request: minutes of all its positions."""
    return (
        select(
            Position.talent_request_id,
            func.sum(Position.minutes_per_week * Position.week_count).label("minutes"),
        )
        .join(TalentRequest, TalentRequest.id == Position.talent_request_id)
        .where(*was_submitted)
        .group_by(Position.talent_request_id)
        .subquery()
    )


def _given(was_submitted: tuple[ColumnElement[bool], ...], weeks: Subquery) -> Subquery:
    """By request: minutes of what is confirmed; when the first was proposed and agreed."""
    place = func.row_number().over(
        partition_by=Position.talent_request_id,
        order_by=(Proposal.agreed_at.is_(None), Proposal.agreed_at, Allocation.id),
    )
    each = (
        select(
            Position.talent_request_id,
            weeks.c.minutes,
            Proposal.agreed_at,
            func.coalesce(Proposal.proposed_at, Proposal.agreed_at).label("proposed_at"),
            place.label("place"),
        )
        .select_from(Allocation)
        .join(Position, Position.id == Allocation.position_id)
        .join(TalentRequest, TalentRequest.id == Position.talent_request_id)
        .outerjoin(weeks, weeks.c.allocation_id == Allocation.id)
        .outerjoin(Proposal, Proposal.allocation_id == Allocation.id)
        .where(Allocation.state.in_(BOOKED), *was_submitted)
        .subquery()
    )
    is_first = each.c.place == 1
    return (
        select(
            each.c.talent_request_id,
            func.sum(each.c.minutes).label("minutes"),
            func.max(case((is_first, each.c.agreed_at))).label("agreed_at"),
            func.max(case((is_first, each.c.proposed_at))).label("proposed_at"),
        )
        .group_by(each.c.talent_request_id)
        .subquery()
    )


def _weeks(bodies: Sequence[int]) -> Subquery:
    """What each allocation gives; of many, naming the wanted ones costs more than it saves."""
    found = select(
        allocation_week.c.allocation_id, func.sum(allocation_week.c.minutes).label("minutes")
    ).group_by(allocation_week.c.allocation_id)
    if bodies:
        theirs = select(Allocation.id).where(Allocation.body_id.in_(bodies))
        found = found.where(allocation_week.c.allocation_id.in_(theirs))
    return found.subquery()


def _outcome(state: RequestState, is_served: bool) -> Outcome:
    return Outcome.SERVED if is_served else ENDS.get(state, Outcome.PENDING)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.TOKYO)


_BODY_OF_POSITION = (
    select(TalentRequest.body_id)
    .where(TalentRequest.id == Position.talent_request_id)
    .scalar_subquery()
)
# Whom deeds concern of the bodies: what they asked for and were given.
BODIES = Scope(
    of={
        "talent_request": select(TalentRequest.id, TalentRequest.body_id),
        "position": select(Position.id, TalentRequest.body_id).join(Position.talent_request),
        "proposal": select(Proposal.id, Proposal.body_id),
        "allocation": select(Allocation.id, Allocation.body_id),
    },
    newest=[
        select(TalentRequest.id, TalentRequest.body_id),
        select(Position.id, _BODY_OF_POSITION),
        select(Proposal.id, Proposal.body_id),
        select(Allocation.id, Allocation.body_id),
    ],
    only_these=True,
)
