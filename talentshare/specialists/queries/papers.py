"""Declarations and pledges: what must be valid before anything is offered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, or_, select

from talentshare import policy
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.weeks import fiscal_year
from talentshare.platform.db import db
from talentshare.policy import Can
from talentshare.specialists.models import Declaration, Pledge, Specialist, TimeOff, WorkingPattern

MARCH = 3


@dataclass(frozen=True)
class Papers:
    """What is valid today; None where it is stale or was never made."""

    declaration: Declaration | None
    pledge: Pledge | None

    @property
    def are_valid(self) -> bool:
        return self.declaration is not None and self.pledge is not None


def papers_of(actor: Actor, specialist: Specialist) -> Papers:
    policy.require(actor, Can.SEE_SPECIALIST, specialist)
    return _papers(specialist.id)


def own_papers(actor: Actor) -> Papers:
    """The same of the specialist who asks."""
    policy.require(actor, Can.SEE_SPECIALIST, actor)
    return _papers(actor.specialist_id or 0)


def _papers(specialist_id: int) -> Papers:
    today = clock.today()
    return Papers(
        declaration_on(specialist_id, today), pledge_for(specialist_id, fiscal_year(today))
    )


def last_declaration(actor: Actor, specialist: Specialist) -> Declaration | None:
    """The latest one, valid or not, as a start for the next."""
    policy.require(actor, Can.SEE_SPECIALIST, specialist)
    return db.session.scalar(_declarations(specialist.id).limit(1))


def pledges_of(actor: Actor, specialist: Specialist) -> Sequence[Pledge]:
    policy.require(actor, Can.SEE_SPECIALIST, specialist)
    signed = select(Pledge).where(Pledge.specialist_id == specialist.id)
    return db.session.scalars(signed.order_by(Pledge.fiscal_year.desc())).all()


def patterns_of(actor: Actor, specialist: Specialist) -> Sequence[WorkingPattern]:
    """The ways of working in the order in which they begin."""
    policy.require(actor, Can.SEE_SPECIALIST, specialist)
    found = select(WorkingPattern).where(WorkingPattern.specialist_id == specialist.id)
    return db.session.scalars(found.order_by(WorkingPattern.valid_from)).all()


def coming_time_off(actor: Actor, specialist: Specialist) -> Sequence[TimeOff]:
    """Leave and other work that has not ended."""
    policy.require(actor, Can.SEE_SPECIALIST, specialist)
    found = select(TimeOff).where(
        TimeOff.specialist_id == specialist.id,
        TimeOff.withdrawn_at.is_(None),
        TimeOff.ends_on >= clock.today(),
    )
    return db.session.scalars(found.order_by(TimeOff.starts_on, TimeOff.id)).all()


def pledge_years(actor: Actor) -> tuple[int, ...]:
    """The fiscal years that can be pledged today: this one, and from March on the next."""
    day = clock.today()
    year = fiscal_year(day)
    return (year, year + 1) if day.month == MARCH else (year,)


def declaration_on(specialist_id: int, day: date) -> Declaration | None:
    """The declaration that is valid on a day."""
    return db.session.scalar(
        _declarations(specialist_id).where(Declaration.valid_until >= day).limit(1)
    )


def pledge_for(specialist_id: int, year: int) -> Pledge | None:
    return db.session.scalar(
        select(Pledge).where(Pledge.specialist_id == specialist_id, Pledge.fiscal_year == year)
    )


def lacking_papers(specialist_ids: Collection[int]) -> set[int]:
    """Those who have no valid declaration or no pledge of this fiscal year today."""
    if not specialist_ids:
        return set()
    today = clock.today()
    pledged = select(Pledge.specialist_id).where(Pledge.fiscal_year == fiscal_year(today))
    declared = select(Declaration.specialist_id).where(Declaration.valid_until >= today)
    found = select(Specialist.id).where(
        Specialist.id.in_(specialist_ids),
        or_(Specialist.id.not_in(pledged), Specialist.id.not_in(declared)),
    )
    return set(db.session.scalars(found))


def _declarations(specialist_id: int) -> Select[Declaration]:
    return (
        select(Declaration)
        .where(Declaration.specialist_id == specialist_id)
        .order_by(Declaration.made_at.desc(), Declaration.id.desc())
    )
