"""Asking the specialist, then the body: offer without a hold, propose with one."""

from datetime import date

from talentshare import policy
from talentshare.allocations import actions as allocations
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.platform import events
from talentshare.platform.db import transactional
from talentshare.policy import Can
from talentshare.proposals import queries
from talentshare.proposals.actions.checks import (
    forget_decision,
    require_decider,
    require_open,
    require_same,
    require_unchanged,
    required,
)
from talentshare.proposals.actions.close import expire_overdue_of
from talentshare.proposals.actions.days import end_of, workday_after, workdays_from_today
from talentshare.proposals.actions.telling import tell_body, tell_specialist
from talentshare.proposals.actions.turns import pass_turn
from talentshare.proposals.models import Proposal
from talentshare.proposals.queries.against import PAST
from talentshare.proposals.states import HELD

OFFER_DAYS = 3
MOST_OFFER_DAYS = 10
DAYS_AFTER_DECISION = 2
HOLD_DAYS = 10
MOST_HOLD_DAYS = 20
EXTENSION_DAYS = 5
LONGEST_CONSENT = 200


@transactional
def offer(actor: Actor, proposal_id: int, version: int, days: int = OFFER_DAYS) -> Proposal:
    """打診: ask the specialist, without a hold, until the end of a working day."""
    proposal = queries.load_locked(proposal_id)
    policy.require(actor, Can.OFFER_PROPOSAL, proposal)
    require_same(proposal, version)
    proposal.move("offer")
    require_open(proposal.position)
    require_unchanged(proposal)
    if not 1 <= days <= MOST_OFFER_DAYS:
        raise Invalid("proposal.offer_days", field="days", most=MOST_OFFER_DAYS)
    due_on = workdays_from_today(days)
    proposal.offered_at, proposal.offer_due_at = clock.now(), end_of(due_on)
    events.announce(actor, "proposal.offered", proposal, due_on=due_on.isoformat())
    tell_specialist(actor, proposal, "proposal.notice.offered")
    pass_turn(actor, proposal.position)
    return proposal


@transactional
def record_home_consent(
    actor: Actor, proposal_id: int, version: int, who: str, on: date
) -> Proposal:
    """Consent of the specialist's home: group leader, 所属長, stored permission or 責任者."""
    proposal = queries.load_locked(proposal_id)
    policy.require(actor, Can.OFFER_PROPOSAL, proposal)
    require_same(proposal, version)
    proposal.move("consent")
    consent = required(who, "who")
    if len(consent) > LONGEST_CONSENT:
        raise Invalid("proposal.consent_too_long", field="who", most=LONGEST_CONSENT)
    if on > clock.today():
        raise Invalid("proposal.consent_in_future", field="on")
    proposal.home_consent, proposal.home_consent_on = consent, on
    events.announce(actor, "proposal.home_consented", proposal, on=on.isoformat())
    pass_turn(actor, proposal.position)
    return proposal


@transactional
def propose(actor: Actor, proposal_id: int, version: int) -> Proposal:
    """団体に提案する: the time is held until the body's decision is due."""
    proposal = queries.load_locked(proposal_id)
    policy.require(actor, Can.PROPOSE, proposal)
    require_same(proposal, version)
    expire_overdue_of(actor, proposal.position_id)
    is_taken = any(p.state in HELD for p in queries.live_of(proposal.position_id))
    if is_taken and "propose" in proposal.next_events:
        raise Conflict("proposal.another_is_proposed")
    proposal.move("propose")
    require_open(proposal.position)
    if not proposal.home_consent:
        raise Conflict("proposal.home_consent_missing")
    if not queries.says_cost(proposal):
        raise Conflict("proposal.cost_unknown", field="cost_note")
    require_decider(proposal)
    require_unchanged(proposal, {PAST})  # the hold asks for the weeks, and offers other ones
    due_on = _decision_due_on(proposal)
    proposal.proposed_at, proposal.hold_expires_at = clock.now(), end_of(due_on)
    forget_decision(proposal)
    booking = queries.booking_of(proposal)
    proposal.allocation_id = allocations.hold(actor, booking, proposal.hold_expires_at).id
    events.announce(actor, "proposal.proposed", proposal, due_on=due_on.isoformat())
    tell_body(actor, proposal, "proposal.notice.proposed")
    pass_turn(actor, proposal.position)
    return proposal


@transactional
def extend_hold(actor: Actor, proposal_id: int, version: int) -> Proposal:
    """Give the body more time, once."""
    proposal = queries.load_locked(proposal_id)
    policy.require(actor, Can.PROPOSE, proposal)
    require_same(proposal, version)
    proposal.move("extend")
    last_on = queries.due_on(proposal)
    if last_on is None or queries.is_overdue(proposal, clock.now()):
        raise Conflict("proposal.nothing_held")
    if proposal.is_extended:
        raise Conflict("proposal.extended_before")
    due_on = workday_after(last_on, EXTENSION_DAYS)
    proposal.is_extended, proposal.hold_expires_at = True, end_of(due_on)
    if proposal.allocation_id is not None:
        allocations.extend_hold(actor, proposal.allocation_id, proposal.hold_expires_at)
    events.announce(actor, "proposal.hold_extended", proposal, due_on=due_on.isoformat())
    tell_body(actor, proposal, "proposal.notice.extended")
    pass_turn(actor, proposal.position)
    return proposal


def _decision_due_on(proposal: Proposal) -> date:
    """Two working days after the body's planned decision, at most twenty from today."""
    planned = proposal.position.talent_request.decision_on
    if planned is None or planned < clock.today():
        return workdays_from_today(HOLD_DAYS)
    return min(workdays_from_today(MOST_HOLD_DAYS), workday_after(planned, DAYS_AFTER_DECISION))
