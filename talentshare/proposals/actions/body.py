"""The body's answer: 庁内決定 recorded, agreement, which books at once what was checked."""

import unicodedata
from dataclasses import dataclass
from datetime import date

from talentshare import policy
from talentshare.allocations import actions as allocations
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, system_for
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.platform import events
from talentshare.platform.db import transactional
from talentshare.policy import Can
from talentshare.proposals import queries
from talentshare.proposals.actions.back import send_back
from talentshare.proposals.actions.checks import require_same, required, said
from talentshare.proposals.actions.close import expire_overdue_of, release_hold
from talentshare.proposals.actions.telling import tell_body, tell_coordinator, tell_specialist
from talentshare.proposals.actions.turns import pass_turn
from talentshare.proposals.models import Proposal
from talentshare.proposals.states import ProposalState, RefuseReason
from talentshare.talent_requests import actions as talent_requests


@dataclass(frozen=True)
class Decision:
    """庁内決定: when, by whom (title, not name), under which number."""

    decided_on: date | None
    decider_title: str
    document_number: str


@transactional
def record_decision(actor: Actor, proposal_id: int, version: int, decision: Decision) -> Proposal:
    """庁内決定を記録する; the agreement itself may follow later."""
    proposal = queries.load_locked(proposal_id)
    policy.require(actor, Can.DECIDE_PROPOSAL, proposal)
    require_same(proposal, version)
    _require_in_time(proposal)
    proposal.move("record")
    _write(proposal, decision)
    events.announce(actor, "proposal.decision_recorded", proposal)
    pass_turn(actor, proposal.position)
    return proposal


@transactional
def agree(actor: Actor, proposal_id: int, version: int, decision: Decision) -> Proposal:
    """合意: confirmed at once if all still is as it was checked, else back to the coordinator."""
    proposal = queries.load_locked(proposal_id)
    policy.require(actor, Can.DECIDE_PROPOSAL, proposal)
    require_same(proposal, version)
    _require_in_time(proposal)
    proposal.move("agree")
    _write(proposal, decision)
    proposal.agreed_by_id, proposal.agreed_at = actor.id, clock.now()
    events.announce(actor, "proposal.agreed", proposal)
    why = queries.against(proposal)
    if why:
        send_back(actor, proposal, why, "proposal.notice.sent_back")
    else:
        _confirm(actor, proposal)
    pass_turn(actor, proposal.position)
    return proposal


@transactional
def discuss_terms(actor: Actor, proposal_id: int, version: int, text: str) -> Proposal:
    """条件を相談する by the body: the hold ends, the coordinator prepares anew."""
    proposal = queries.load_locked(proposal_id)
    policy.require(actor, Can.DECIDE_PROPOSAL, proposal)
    require_same(proposal, version)
    _require_in_time(proposal)
    proposal.move("discuss_terms")
    proposal.side_note = required(text)
    release_hold(actor, proposal)
    events.announce(actor, "proposal.discussed", proposal, remark=proposal.side_note)
    tell_coordinator(actor, proposal, "proposal.notice.body_discusses")
    tell_specialist(actor, proposal, "proposal.notice.revised")
    pass_turn(actor, proposal.position)
    return proposal


@transactional
def refuse(
    actor: Actor, proposal_id: int, version: int, reason: RefuseReason, text: str
) -> Proposal:
    """今回は見送る; a reason is chosen, a text may follow."""
    proposal = queries.load_locked(proposal_id)
    policy.require(actor, Can.DECIDE_PROPOSAL, proposal)
    require_same(proposal, version)
    _require_in_time(proposal)
    proposal.move("refuse")
    proposal.refuse_reason, proposal.side_note = reason, said(text)
    proposal.closed_at = clock.now()
    release_hold(actor, proposal)
    events.announce(
        actor, "proposal.refused", proposal, remark=proposal.side_note, reason=reason.value
    )
    tell_coordinator(actor, proposal, "proposal.notice.refused")
    tell_specialist(actor, proposal, "proposal.notice.not_chosen")
    pass_turn(actor, proposal.position)
    return proposal


def _require_in_time(proposal: Proposal) -> None:
    if queries.state_now(proposal) is ProposalState.EXPIRED:
        raise Conflict("proposal.hold_over")


def _write(proposal: Proposal, decision: Decision) -> None:
    if decision.decided_on is None:
        raise Invalid("proposal.decided_on_missing", field="decided_on")
    if decision.decided_on > clock.today():
        raise Invalid("proposal.decided_in_future", field="decided_on")
    put_on = clock.tokyo_day(proposal.proposed_at or clock.now())
    if decision.decided_on < put_on:
        raise Invalid("proposal.decided_before", field="decided_on", put_on=put_on)
    if not decision.decider_title.strip():
        raise Invalid("proposal.decider_missing", field="decider_title")
    body = proposal.position.talent_request.body
    if body.needs_document_number and not decision.document_number.strip():
        raise Invalid("proposal.document_number_missing", field="document_number")
    proposal.decided_on = decision.decided_on
    proposal.decider_title = said(decision.decider_title, "decider_title")
    number = unicodedata.normalize("NFKC", decision.document_number)
    proposal.document_number = said(number, "document_number")


def _confirm(actor: Actor, proposal: Proposal) -> None:
    """Book for good; the others who were asked are told in a friendly way."""
    by_system = system_for(actor)
    if proposal.allocation_id is None:
        raise Conflict("proposal.hold_over")
    allocations.confirm(by_system, proposal.allocation_id)
    proposal.move("confirm")
    proposal.hold_expires_at = None
    events.announce(by_system, "proposal.confirmed", proposal)
    talent_requests.mark_staffed(by_system, proposal.position_id)
    for tell in (tell_specialist, tell_coordinator, tell_body):
        tell(actor, proposal, "proposal.notice.confirmed")
    expire_overdue_of(actor, proposal.position_id)
    for other in queries.live_of(proposal.position_id):
        _pass_over(actor, other)


def _pass_over(actor: Actor, other: Proposal) -> None:
    was = other.state
    other.move("pass_over")
    other.closed_at = clock.now()
    events.announce(system_for(actor), "proposal.passed_over", other)
    if was is ProposalState.ACCEPTED:
        tell_specialist(actor, other, "proposal.notice.not_chosen")
    elif other.offer_due_at is not None:
        tell_specialist(actor, other, "proposal.notice.offer_ended")
