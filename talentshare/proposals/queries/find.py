"""One proposal, or those of one position: for a reader, or locked for a use case."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import lazyload
from sqlalchemy.orm.attributes import set_committed_value

from talentshare.accounts import queries as accounts
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.errors import Conflict, NotFound
from talentshare.platform.db import db
from talentshare.proposals.models import Proposal
from talentshare.proposals.queries.terms import state_now
from talentshare.proposals.states import LIVE, ProposalState
from talentshare.talent_requests.models import Position, TalentRequest

T = TypeVar("T", TalentRequest, Position)

# What hangs on a proposal is read where a use case needs it: most of it is there already.
BARE = (lazyload(Proposal.position), lazyload(Proposal.specialist), lazyload(Proposal.weeks))


def visible(actor: Actor) -> Select[Proposal]:
    """Coordinators see all; a body what was put before it; a specialist what was offered.

    A hold once placed, an offer once sent: neither is taken out of sight again.
    """
    statement = select(Proposal)
    if actor.has(Role.COORDINATOR) or actor.is_system:
        return statement
    seen: list[ColumnElement[bool]] = [false()]
    if actor.has(Role.OFFICER, Role.MANAGER):
        was_proposed = Proposal.allocation_id.is_not(None)
        seen.append(and_(Proposal.body_id == actor.body_id, was_proposed))
    if actor.has(Role.SPECIALIST) and actor.specialist_id is not None:
        was_offered = Proposal.offer_due_at.is_not(None)
        seen.append(and_(Proposal.specialist_id == actor.specialist_id, was_offered))
    return statement.where(or_(*seen))


def find(actor: Actor, proposal_id: int) -> Proposal:
    """One proposal that the actor may see."""
    return _or_not_found(db.session.scalar(visible(actor).where(Proposal.id == proposal_id)))


def find_bare(actor: Actor, proposal_id: int) -> Proposal:
    """The same before a use case, which reads all of it anew."""
    statement = visible(actor).where(Proposal.id == proposal_id).options(*BARE)
    return _or_not_found(db.session.scalar(statement))


def load(proposal_id: int) -> Proposal:
    """One proposal, read anew, for a use case."""
    statement = select(Proposal).where(Proposal.id == proposal_id).options(*BARE)
    return _or_not_found(db.session.scalar(statement.execution_options(populate_existing=True)))


def load_locked(proposal_id: int) -> Proposal:
    """The same as it is now, its request and position held against others until the end."""
    keys = select(Position.talent_request_id, Position.id).join(
        Proposal, Proposal.position_id == Position.id
    )
    found = db.session.execute(keys.where(Proposal.id == proposal_id)).one_or_none()
    if found is None:
        raise NotFound("proposal.not_found")
    position = _locked(*found)
    proposal = load(proposal_id)
    set_committed_value(proposal, "position", position)
    return proposal


def lock_position(position_id: int) -> Position:
    """The position as it is now, held with its request against others until the end."""
    request_id = db.session.scalar(
        select(Position.talent_request_id).where(Position.id == position_id)
    )
    if request_id is None:
        raise NotFound("talent_request.not_found")
    return _locked(request_id, position_id)


def _locked(request_id: int, position_id: int) -> Position:
    """First the request, then the position, which keeps it at hand."""
    request = _lock(TalentRequest, request_id)
    position = _lock(Position, position_id)
    set_committed_value(position, "talent_request", request)
    return position


def _lock(kind: type[T], key: int) -> T:
    """One row as it is now, locked; rows that refer to it may still be written."""
    found = db.session.get(
        kind,
        key,
        options=[lazyload(Position.skills)] if kind is Position else (),
        populate_existing=True,
        with_for_update={"of": kind, "key_share": True},
    )
    if found is None:
        raise NotFound("talent_request.not_found")
    return found


def live_of(position_id: int) -> Sequence[Proposal]:
    """The proposals of a position that are under way, those that ran out of time included."""
    return db.session.scalars(
        select(Proposal)
        .where(Proposal.position_id == position_id, Proposal.state.in_(LIVE))
        .options(*BARE)
        .order_by(Proposal.id)
    ).all()


def confirmed_of(position_id: int) -> Sequence[Proposal]:
    """Who was found for a position: confirmed, and neither cancelled nor ended early."""
    return db.session.scalars(
        select(Proposal)
        .where(Proposal.position_id == position_id, Proposal.state == ProposalState.CONFIRMED)
        .order_by(Proposal.id)
    ).all()


def live_of_request(talent_request_id: int) -> Sequence[Proposal]:
    return db.session.scalars(
        select(Proposal)
        .join(Position)
        .where(Position.talent_request_id == talent_request_id, Proposal.state.in_(LIVE))
        .options(*BARE)
        .order_by(Proposal.id)
    ).all()


def live_of_specialist(specialist_id: int) -> Sequence[Proposal]:
    return db.session.scalars(
        select(Proposal)
        .where(Proposal.specialist_id == specialist_id, Proposal.state.in_(LIVE))
        .options(*BARE)
        .order_by(Proposal.id)
    ).all()


def deciders_of(proposal: Proposal) -> list[int]:
    """Who may answer for the body: managers, officers where it lets them, never the specialist."""
    roles = [Role.MANAGER] if proposal.needs_manager else [Role.MANAGER, Role.OFFICER]
    people = {one for role in roles for one in accounts.ids_with(role, proposal.body_id)}
    return sorted(people - {proposal.specialist.person_id})


def require_unproposed(actor: Actor, position: Position) -> None:
    """Nobody changes a position about which somebody is being asked."""
    live = [p for p in live_of(position.id) if state_now(p) in LIVE]
    if live:
        raise Conflict("proposal.position_in_use", count=len(live))


def _or_not_found(found: Proposal | None) -> Proposal:
    if found is None:
        raise NotFound("proposal.not_found")
    return found
