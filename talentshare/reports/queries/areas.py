"""申込・提供・未対応: what bodies asked for and were given, by area."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import func, select

from talentshare import policy
from talentshare.accounts.models import Area, Body
from talentshare.allocations.models import Allocation, allocation_week
from talentshare.allocations.states import AllocationState
from talentshare.engine.fairness import gini, median
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import NotFound
from talentshare.kernel.period import Period
from talentshare.platform.db import db
from talentshare.policy import Can
from talentshare.proposals.models import Proposal
from talentshare.reports.queries.read import groupings
from talentshare.reports.queries.wanted import By
from talentshare.talent_requests.models import Position, TalentRequest
from talentshare.talent_requests.states import RequestState

AREAS = (Area.WARDS, Area.CITIES, Area.TOWNS, Area.ISLANDS)
BOOKED = (AllocationState.CONFIRMED, AllocationState.ENDED)
DAY = timedelta(days=1)


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
    """A request that was submitted; waiting days only where somebody was confirmed."""

    body_id: int
    outcome: Outcome
    asked_minutes: int
    served_minutes: int
    waited_days: int | None
    body_days: int | None


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
    def asked_minutes(self) -> int:
        return sum(one.asked_minutes for one in self.asked)

    @property
    def served_minutes(self) -> int:
        return sum(one.served_minutes for one in self.asked)

    def count(self, outcome: str) -> int:
        return len(self._with(outcome))

    def minutes(self, outcome: str) -> int:
        """What was asked for in requests with this outcome."""
        return sum(one.asked_minutes for one in self._with(outcome))

    @property
    def waited(self) -> int:
        """How many requests the waiting days are of."""
        return len([one for one in self.asked if one.waited_days is not None])

    @cached_property
    def days(self) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
        """Medians from submission to confirmation: in all, GovTech's, the body's own."""
        pairs = [(one.waited_days, one.body_days or 0) for one in self.asked]
        known = [(whole, own) for whole, own in pairs if whole is not None]
        return (
            median([whole for whole, _ in known]),
            median([whole - own for whole, own in known]),
            median([own for _, own in known]),
        )

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
        return max(len(line.asked) for line in self.lines)


def fairness(actor: Actor, period: Period) -> Fairness:
    """What was submitted in these days, and what has come of it until now."""
    if By.ROLE not in groupings(actor):
        raise NotFound("reports.not_found")
    asked = _asked(period)
    asking = {one.body_id for one in asked}
    bodies = db.session.execute(
        select(Body.id, Body.area, Body.population, Body.is_active).where(Body.area.in_(AREAS))
    ).all()
    counted = [body for body in bodies if body.is_active or body.id in asking]
    lines = [_line(area, counted, asked) for area in AREAS]
    of_all = [one for line in lines for one in line.asked]
    people = {body.id: body.population for body in counted if body.population}
    shares = [Fraction(_served(of_all, body), count) for body, count in people.items()]
    shows_served = policy.allows(actor, Can.SEE_UTILISATION_OF_ONE)
    total = AreaLine(None, len(counted), of_all)
    return Fairness(
        period, shows_served, lines, total, gini(shares) if shows_served else None, len(shares)
    )


def _line(area: Area, bodies: Sequence[Any], asked: Sequence[Asked]) -> AreaLine:
    those = {body.id for body in bodies if body.area == area}
    return AreaLine(area, len(those), [one for one in asked if one.body_id in those])


def _served(asked: Sequence[Asked], body_id: int) -> int:
    return sum(one.served_minutes for one in asked if one.body_id == body_id)


def _asked(period: Period) -> list[Asked]:
    """Every request that was submitted on one of these days in Tokyo."""
    minutes = (
        select(func.sum(Position.minutes_per_week * Position.week_count))
        .where(Position.talent_request_id == TalentRequest.id)
        .scalar_subquery()
    )
    was_submitted = (
        TalentRequest.submitted_at >= _midnight(period.first),
        TalentRequest.submitted_at < _midnight(period.last + DAY),
        TalentRequest.state != RequestState.DRAFT,
    )
    rows = db.session.execute(
        select(
            TalentRequest.id,
            TalentRequest.body_id,
            TalentRequest.state,
            TalentRequest.submitted_at,
            func.coalesce(minutes, 0).label("minutes"),
        ).where(*was_submitted)
    ).all()
    given = _given(was_submitted)
    return [_outcome(row, given.get(row.id, [])) for row in rows]


def _given(was_submitted: tuple[Any, ...]) -> dict[int, list[Any]]:
    """By request: minutes of what is confirmed, and when it was proposed and agreed."""
    weeks = (
        select(func.sum(allocation_week.c.minutes))
        .where(allocation_week.c.allocation_id == Allocation.id)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Position.talent_request_id,
            func.coalesce(weeks, 0).label("minutes"),
            Proposal.proposed_at,
            Proposal.agreed_at,
        )
        .select_from(Allocation)
        .join(Position, Position.id == Allocation.position_id)
        .join(TalentRequest, TalentRequest.id == Position.talent_request_id)
        .outerjoin(Proposal, Proposal.allocation_id == Allocation.id)
        .where(Allocation.state.in_(BOOKED), *was_submitted)
    )
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.talent_request_id, []).append(row)
    return found


def _outcome(row: Any, given: Sequence[Any]) -> Asked:
    outcome = Outcome.SERVED if given else ENDS.get(row.state, Outcome.PENDING)
    minutes = sum(one.minutes for one in given)
    agreed = [one for one in given if one.agreed_at is not None]
    if not agreed:
        return Asked(row.body_id, outcome, row.minutes, minutes, None, None)
    first = min(agreed, key=lambda one: one.agreed_at)
    waited = _days(row.submitted_at, first.agreed_at)
    own = _days(first.proposed_at or first.agreed_at, first.agreed_at)
    return Asked(row.body_id, outcome, row.minutes, minutes, waited, own)


def _days(first: datetime, last: datetime) -> int:
    """Days between two moments on Tokyo's calendar."""
    return (clock.tokyo_day(last) - clock.tokyo_day(first)).days


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.TOKYO)
