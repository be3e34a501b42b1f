"""Ways in which a proposal ends: out of time, withdrawn, cancelled, ended early."""

from datetime import date

from talentshare import policy
from talentshare.allocations import actions as allocations
from talentshare.allocations import queries as allocation_queries
from talentshare.allocations.states import AllocationState
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, system_for
from talentshare.kernel.errors import Conflict
from talentshare.platform import events
from talentshare.platform.db import transactional
from talentshare.policy import Can
from talentshare.proposals import queries
from talentshare.proposals.actions.checks import require_same, required, said
from talentshare.proposals.actions.telling import (
    tell_body,
    tell_coordinator,
    tell_specialist,
    tell_whom_it_was_put_to,
)
from talentshare.proposals.actions.turns import pass_turn
from talentshare.proposals.models import Proposal
from talentshare.proposals.states import ProposalState
from talentshare.talent_requests import actions as talent_requests
from talentshare.talent_requests.models import Position, TalentRequest

P = ProposalState
RAN_OUT = {
    P.OFFERED: "proposal.notice.offered_expired",
    P.PROPOSED: "proposal.notice.proposed_expired",
}


@transactional
def withdraw(actor: Actor, proposal_id: int, text: str, version: int | None = None) -> Proposal:
    """取下げ by GovTech; time that was held is free again."""
    proposal = queries.load_locked(proposal_id)
    policy.require(actor, Can.WITHDRAW_PROPOSAL, proposal)
    require_same(proposal, version)
    if queries.is_overdue(proposal, clock.now()):
        raise Conflict("proposal.over_already")
    proposal.move("withdraw")
    proposal.side_note, proposal.closed_at = said(text), clock.now()
    release_hold(actor, proposal)
    events.announce(actor, "proposal.withdrawn", proposal, remark=proposal.side_note)
    tell_whom_it_was_put_to(actor, proposal)
    pass_turn(actor, proposal.position)
    return proposal


@transactional
def withdraw_all(actor: Actor, talent_request: TalentRequest) -> int:
    """When a request stops, its proposals stop with it; what ran out of time has expired."""
    policy.require(actor, Can.WITHDRAW_PROPOSAL, talent_request)
    live = queries.live_of_request(talent_request.id)
    for proposal in live:
        if queries.is_overdue(proposal, clock.now()):
            expire(actor, proposal.id)
        else:
            withdraw(actor, proposal.id, "")
    if live:
        events.announce(actor, "proposal.all_withdrawn", talent_request, count=len(live))
    return len(live)


@transactional
def expire(actor: Actor, proposal_id: int) -> Proposal:
    """期限切れ: write down what every reader already sees."""
    proposal = queries.load_locked(proposal_id)
    policy.require(actor, Can.EXPIRE_PROPOSAL, proposal)
    if not queries.is_overdue(proposal, clock.now()):
        raise Conflict("proposal.not_overdue")
    was = proposal.state
    proposal.move("expire")
    proposal.closed_at = clock.now()
    release_hold(actor, proposal)
    events.announce(actor, "proposal.expired", proposal)
    tell_coordinator(actor, proposal, RAN_OUT[was])
    tell_specialist(actor, proposal, "proposal.notice.expired")
    if was is P.PROPOSED:
        tell_body(actor, proposal, "proposal.notice.expired_body")
    pass_turn(actor, proposal.position)
    return proposal


@transactional
def expire_overdue(actor: Actor) -> int:
    """Expire all that ran out of time; safe to run twice."""
    policy.require(actor, Can.EXPIRE_PROPOSAL)
    late = queries.overdue(clock.now())
    for proposal in late:
        expire(actor, proposal.id)
        events.announce(actor, "proposal.tidied", proposal)
    return len(late)


@transactional
def cancel(actor: Actor, proposal_id: int, version: int, reason: str) -> Proposal:
    """取消し before the start: the time is free, the position looks for somebody again."""
    proposal = queries.load_locked(proposal_id)
    policy.require(actor, Can.END_ALLOCATION, proposal)
    require_same(proposal, version)
    proposal.move("cancel")
    proposal.side_note, proposal.closed_at = required(reason), clock.now()
    if proposal.allocation_id is not None:
        allocations.cancel(system_for(actor), proposal.allocation_id, proposal.side_note)
    events.announce(actor, "proposal.cancelled", proposal, remark=proposal.side_note)
    talent_requests.reopen(system_for(actor), proposal.position_id)
    _tell_end(actor, proposal, "proposal.notice.cancelled", "proposal.notice.cancelled_desk")
    pass_turn(actor, proposal.position)
    return proposal


@transactional
def end_early(
    actor: Actor, proposal_id: int, version: int, last_week_on: date, reason: str
) -> Proposal:
    """End a running engagement after a week; later weeks are free again."""
    proposal = queries.load_locked(proposal_id)
    policy.require(actor, Can.END_ALLOCATION, proposal)
    require_same(proposal, version)
    proposal.move("end")
    proposal.side_note, proposal.closed_at = required(reason), clock.now()
    if proposal.allocation_id is not None:
        allocations.end_early(
            system_for(actor), proposal.allocation_id, last_week_on, proposal.side_note
        )
    events.announce(
        actor,
        "proposal.ended",
        proposal,
        remark=proposal.side_note,
        last_week_on=last_week_on.isoformat(),
    )
    _tell_end(actor, proposal, "proposal.notice.ended", "proposal.notice.ended_desk")
    pass_turn(actor, proposal.position)
    return proposal


def _tell_end(actor: Actor, proposal: Proposal, code: str, code_at_desk: str) -> None:
    """That support stops, on all sides; why is read within GovTech alone, as on the pages."""
    tell_specialist(actor, proposal, code)
    tell_body(actor, proposal, code)
    tell_coordinator(actor, proposal, code_at_desk, why=proposal.side_note)


@transactional
def end_past(actor: Actor, position: Position) -> None:
    """When a position looks again for somebody, who has served on it is over; nobody serves on."""
    policy.require(actor, Can.EXPIRE_PROPOSAL, position)
    for proposal in queries.confirmed_of(position.id):
        last_on = proposal.allocation.ends_on if proposal.allocation else None
        if last_on is not None and last_on >= clock.today():
            raise Conflict("proposal.still_serving", last_on=last_on)
        proposal.move("end")
        proposal.closed_at = clock.now()
        events.announce(actor, "proposal.served", proposal)


def expire_overdue_of(actor: Actor, position_id: int) -> None:
    """Make room on a position: what ran out of time is written down first."""
    now = clock.now()
    for proposal in queries.live_of(position_id):
        if queries.is_overdue(proposal, now):
            expire(system_for(actor), proposal.id)


def release_hold(actor: Actor, proposal: Proposal) -> None:
    """Give held time back, if there is any."""
    proposal.hold_expires_at = None
    if proposal.allocation_id is None:
        return
    allocation = allocation_queries.load_locked(proposal.allocation_id)
    if allocation.state is AllocationState.HELD:
        allocations.release(system_for(actor), allocation.id)
