"""Pairs that coordinators fixed or forbade, and what was decided otherwise than planned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, selectinload

from talentshare import policy
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, NotFound
from talentshare.kernel.weeks import add_months
from talentshare.plans.models import PlanPair, PlanRow, PlanRun
from talentshare.plans.states import HAS_PLAN
from talentshare.platform.db import db
from talentshare.policy import Can
from talentshare.proposals.models import Proposal
from talentshare.proposals.queries import open_positions
from talentshare.specialists.models import Specialist
from talentshare.talent_requests.models import Position


@dataclass(frozen=True)
class Override:
    """A proposal, of no plan, of somebody else than the newest plan before it had."""

    proposal: Proposal
    run_id: int
    planned: Specialist


@dataclass(frozen=True)
class Month:
    """What coordinators decided otherwise than a plan would, in one month."""

    month_on: date
    pairs: Sequence[PlanPair]
    overrides: Sequence[Override]


def pairs(actor: Actor) -> Sequence[PlanPair]:
    """All that hold now, the newest first."""
    policy.require(actor, Can.MAKE_PLAN)
    live = _read().where(PlanPair.removed_at.is_(None)).order_by(PlanPair.id.desc())
    return db.session.scalars(live).all()


def pairs_of(position_id: int) -> Sequence[PlanPair]:
    """Those that hold now for one position."""
    live = select(PlanPair).where(
        PlanPair.removed_at.is_(None), PlanPair.position_id == position_id
    )
    return db.session.scalars(live.order_by(PlanPair.id)).all()


def load_pair(pair_id: int) -> PlanPair:
    """One pair as it is now."""
    found = db.session.get(PlanPair, pair_id, populate_existing=True)
    if found is None:
        raise NotFound("plan.pair_not_found")
    return found


def require_open_position(position_id: int) -> None:
    """Only what looks for somebody can be planned."""
    if position_id not in {position.id for position in open_positions()}:
        raise Conflict("plan.position_not_open", field="position")


def require_specialist(specialist_id: int) -> None:
    """Somebody who is listed."""
    if db.session.get(Specialist, specialist_id) is None:
        raise NotFound("specialist.not_found")


def month_list(actor: Actor, month_on: date) -> Month:
    """For the council: pairs made in a month, and proposals of others than were planned."""
    policy.require(actor, Can.MAKE_PLAN)
    first, last = _midnight(month_on), _midnight(add_months(month_on, 1))
    made = _read().where(PlanPair.made_at >= first, PlanPair.made_at < last)
    return Month(
        month_on,
        db.session.scalars(made.order_by(PlanPair.id)).all(),
        _overrides(first, last),
    )


def _overrides(first: datetime, last: datetime) -> list[Override]:
    """Of each proposal the newest plan that was there before it and placed its position."""
    rows = db.session.execute(
        select(Proposal, PlanRow)
        .join(PlanRow, PlanRow.position_id == Proposal.position_id)
        .join(PlanRun, PlanRun.id == PlanRow.run_id)
        .where(
            Proposal.prepared_at >= first,
            Proposal.prepared_at < last,
            PlanRun.state.in_(HAS_PLAN),
            PlanRun.ended_at <= Proposal.prepared_at,
            Proposal.id.not_in(select(PlanRow.proposal_id).where(PlanRow.proposal_id.is_not(None))),
        )
        .options(contains_eager(PlanRow.run))
        .order_by(Proposal.id, PlanRun.id)
    ).all()
    newest = {proposal.id: (proposal, row) for proposal, row in rows if not row.run.is_trial}
    return [
        Override(proposal, row.run_id, row.specialist)
        for proposal, row in newest.values()
        if row.specialist_id != proposal.specialist_id
    ]


def _read() -> Select[PlanPair]:
    return select(PlanPair).options(
        selectinload(PlanPair.position).selectinload(Position.talent_request),
        selectinload(PlanPair.maker),
        selectinload(PlanPair.remover),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.TOKYO).astimezone(UTC)
