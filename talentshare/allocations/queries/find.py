"""Allocations and clashes as rows; with `actor`, what a person may see."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from talentshare import policy
from talentshare.accounts.models import Person
from talentshare.allocations.models import (
    Allocation,
    BookedWeek,
    Clash,
    allocation_inside,
    allocation_week,
)
from talentshare.allocations.queries.weeks import lock_weeks
from talentshare.allocations.states import AllocationState
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.errors import NotFound
from talentshare.kernel.period import Period
from talentshare.platform.db import db
from talentshare.policy import Can
from talentshare.specialists import queries as specialists
from talentshare.talent_requests.models import Position

OWNER = joinedload(Clash.owner).options(selectinload(Person.duties))


def load(allocation_id: int) -> Allocation:
    return _or_not_found(db.session.get(Allocation, allocation_id))


def load_locked(allocation_id: int) -> Allocation:
    """The allocation as it is now, its weeks locked first, in order."""
    allocation = load(allocation_id)
    lock_weeks([allocation.specialist_id], weeks_of([allocation_id]))
    return _or_not_found(
        db.session.get(
            Allocation, allocation_id, populate_existing=True, with_for_update={"key_share": True}
        )
    )


def rows_of(allocation_id: int) -> list[BookedWeek]:
    """The minutes of an allocation, week by week."""
    return rows_of_all([allocation_id]).get(allocation_id, [])


def rows_of_all(allocation_ids: Collection[int]) -> dict[int, list[BookedWeek]]:
    """The same for several at once, by id."""
    inside = allocation_inside.c
    rows = db.session.execute(
        select(
            allocation_week.c.allocation_id,
            allocation_week.c.week_on,
            allocation_week.c.minutes,
            inside.inside_minutes,
        )
        .join(
            allocation_inside,
            (inside.allocation_id == allocation_week.c.allocation_id)
            & (inside.week_on == allocation_week.c.week_on),
        )
        .where(allocation_week.c.allocation_id.in_(allocation_ids))
        .order_by(allocation_week.c.week_on)
    )
    found: dict[int, list[BookedWeek]] = {}
    for allocation_id, *row in rows:
        found.setdefault(allocation_id, []).append(BookedWeek(*row))
    return found


def weeks_of(allocation_ids: Collection[int]) -> list[date]:
    """The weeks in which these allocations have minutes."""
    rows = select(allocation_week.c.week_on).where(
        allocation_week.c.allocation_id.in_(allocation_ids)
    )
    return sorted(set(db.session.scalars(rows)))


def support_of(talent_request_id: int) -> Period | None:
    """From the first to the last day of what is booked for a request; what is past only alone."""
    rows = db.session.execute(
        select(Allocation.starts_on, Allocation.ends_on)
        .join(Position, Position.id == Allocation.position_id)
        .where(
            Position.talent_request_id == talent_request_id,
            Allocation.state.in_((AllocationState.CONFIRMED, AllocationState.ENDED)),
        )
    ).all()
    spans = [Period(*row) for row in rows]
    spans = [span for span in spans if span.last >= clock.today()] or spans
    if not spans:
        return None
    return Period(min(span.first for span in spans), max(span.last for span in spans))


def expired_holds(specialist_id: int | None = None) -> Sequence[Allocation]:
    """Holds that ran out and still have their rows, of one person or of all."""
    late = select(Allocation).where(
        Allocation.state == AllocationState.HELD, Allocation.expires_at <= clock.now()
    )
    if specialist_id is not None:
        late = late.where(Allocation.specialist_id == specialist_id)
    return db.session.scalars(
        late.order_by(Allocation.specialist_id, Allocation.id),
        execution_options={"populate_existing": True},
    ).all()


def visible_clashes(actor: Actor) -> Select[Clash]:
    """Coordinators see all clashes, specialists their own."""
    everything = select(Clash).options(joinedload(Clash.specialist), OWNER)
    if actor.is_system or actor.has(Role.COORDINATOR):
        return everything
    return everything.where(Clash.specialist_id == (actor.specialist_id or 0))


def clashes(actor: Actor, specialist_id: int | None = None) -> Sequence[Clash]:
    """Open clashes that the actor may see, the nearest week first."""
    found = visible_clashes(actor).where(Clash.resolved_at.is_(None))
    if specialist_id is not None:
        found = found.where(Clash.specialist_id == specialist_id)
    return db.session.scalars(found.order_by(Clash.week_on, Clash.id)).all()


def find_clash(actor: Actor, clash_id: int) -> Clash:
    found = db.session.scalar(visible_clashes(actor).where(Clash.id == clash_id))
    if found is None:
        raise NotFound("clash.not_found")
    return found


def requests_in(specialist_id: int, week_on: date) -> Sequence[int]:
    """The requests for which a person has booked time in a week, in order."""
    return db.session.scalars(
        select(Position.talent_request_id)
        .join(Allocation, Allocation.position_id == Position.id)
        .join(allocation_week, allocation_week.c.allocation_id == Allocation.id)
        .where(
            allocation_week.c.specialist_id == specialist_id, allocation_week.c.week_on == week_on
        )
        .distinct()
        .order_by(Position.talent_request_id)
    ).all()


def load_clash(clash_id: int) -> Clash:
    found = db.session.get(Clash, clash_id)
    if found is None:
        raise NotFound("clash.not_found")
    return found


def open_clashes(specialist_id: int) -> dict[date, Clash]:
    """The open clashes of one person by week."""
    rows = select(Clash).where(Clash.specialist_id == specialist_id, Clash.resolved_at.is_(None))
    return {clash.week_on: clash for clash in db.session.scalars(rows)}


def clash_of(specialist_id: int, allocation_id: int) -> Clash | None:
    """The first open clash that takes minutes away from a booking."""
    found = open_clashes(specialist_id).values()
    its = [clash for clash in found if allocation_id in clash.proposal["allocation_ids"]]
    return min(its, key=lambda clash: clash.week_on, default=None)


def clashes_of_request(talent_request_id: int) -> list[Clash]:
    """The open clashes in which a booking of this request gives way first."""
    rows = db.session.execute(
        select(Allocation.id, Allocation.specialist_id)
        .join(Position, Position.id == Allocation.position_id)
        .where(Position.talent_request_id == talent_request_id)
    ).all()
    people, own = {row.specialist_id for row in rows}, {row.id for row in rows}
    found = select(Clash).where(Clash.specialist_id.in_(people), Clash.resolved_at.is_(None))
    return [
        clash
        for clash in db.session.scalars(found.order_by(Clash.id))
        if own & set(clash.proposal.get("allocation_ids", ())[:1])
    ]


def shortages_of(allocations: Collection[Allocation]) -> list[Clash]:
    """The open clashes that take minutes away from any of these bookings, the nearest first."""
    people, own = {it.specialist_id for it in allocations}, {it.id for it in allocations}
    if not people:
        return []
    found = select(Clash).where(Clash.specialist_id.in_(people), Clash.resolved_at.is_(None))
    return [
        clash
        for clash in db.session.scalars(found.order_by(Clash.week_on, Clash.id))
        if own & set(clash.proposal.get("allocation_ids", ()))
    ]


def clash_opened(specialist_id: int, week_on: date, opened_at: datetime) -> Clash | None:
    """The clash of a week that was opened at this very instant, and may be closed again."""
    return db.session.scalar(
        select(Clash).where(
            Clash.specialist_id == specialist_id,
            Clash.week_on == week_on,
            Clash.opened_at == opened_at,
        )
    )


def blocking(actor: Actor, allocation_ids: Collection[int]) -> Sequence[Allocation]:
    """Bookings in the way, with body and request; a specialist is shown own ones only."""
    rows = (
        select(Allocation)
        .where(Allocation.id.in_(allocation_ids))
        .options(
            joinedload(Allocation.body),
            joinedload(Allocation.position).joinedload(Position.talent_request),
        )
        .order_by(Allocation.id)
    )
    if not (actor.is_system or actor.has(Role.COORDINATOR)):
        rows = rows.where(Allocation.specialist_id == (actor.specialist_id or 0))
    return db.session.scalars(rows).unique().all()


def require_visible(actor: Actor, specialist_id: int) -> None:
    """Who may not see the specialist is told that there is none."""
    specialist = specialists.load(specialist_id)
    if not policy.allows(actor, Can.SEE_SPECIALIST, specialist):
        raise NotFound("specialist.not_found")


def _or_not_found(found: Allocation | None) -> Allocation:
    if found is None:
        raise NotFound("allocation.not_found")
    return found
