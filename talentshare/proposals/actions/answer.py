"""The specialist's answer: on the page, or by phone through a coordinator."""

from dataclasses import dataclass
from enum import StrEnum

from talentshare import policy
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.platform import events
from talentshare.platform.db import transactional
from talentshare.policy import Can
from talentshare.proposals import queries
from talentshare.proposals.actions.back import send_back
from talentshare.proposals.actions.checks import require_same, required, said
from talentshare.proposals.actions.telling import tell_coordinator
from talentshare.proposals.actions.turns import pass_turn
from talentshare.proposals.models import Proposal
from talentshare.proposals.states import DeclineReason


class Answer(StrEnum):
    """What a specialist can say to an offer."""

    ACCEPT = "accept"
    DISCUSS = "discuss"
    DECLINE = "decline"


@dataclass(frozen=True)
class PhoneAnswer:
    """What was said by phone; `reason` belongs to a decline."""

    answer: Answer
    text: str = ""
    reason: DeclineReason | None = None


PAST = {Answer.DISCUSS: "discussed", Answer.DECLINE: "declined"}


@transactional
def accept(actor: Actor, proposal_id: int, version: int) -> Proposal:
    """引き受ける."""
    proposal = queries.load_locked(proposal_id)
    policy.require(actor, Can.ANSWER_PROPOSAL, proposal)
    require_same(proposal, version)
    _answer(proposal, PhoneAnswer(Answer.ACCEPT))
    events.announce(actor, "proposal.accepted", proposal)
    _go_on(actor, proposal)
    pass_turn(actor, proposal.position)
    return proposal


@transactional
def discuss(actor: Actor, proposal_id: int, version: int, text: str) -> Proposal:
    """条件を相談する: back to the coordinator with what should change."""
    proposal = queries.load_locked(proposal_id)
    policy.require(actor, Can.ANSWER_PROPOSAL, proposal)
    require_same(proposal, version)
    _answer(proposal, PhoneAnswer(Answer.DISCUSS, text))
    events.announce(actor, "proposal.discussed", proposal, remark=proposal.side_note)
    tell_coordinator(actor, proposal, "proposal.notice.discussed")
    pass_turn(actor, proposal.position)
    return proposal


@transactional
def decline(
    actor: Actor, proposal_id: int, version: int, reason: DeclineReason, text: str
) -> Proposal:
    """辞退する; a reason is chosen, a text may follow. It never enters a ranking."""
    proposal = queries.load_locked(proposal_id)
    policy.require(actor, Can.ANSWER_PROPOSAL, proposal)
    require_same(proposal, version)
    _answer(proposal, PhoneAnswer(Answer.DECLINE, text, reason))
    events.announce(
        actor, "proposal.declined", proposal, remark=proposal.side_note, reason=reason.value
    )
    tell_coordinator(actor, proposal, "proposal.notice.declined")
    pass_turn(actor, proposal.position)
    return proposal


@transactional
def record_answer(actor: Actor, proposal_id: int, version: int, given: PhoneAnswer) -> Proposal:
    """Write down an answer given by phone: who took it stands in the record."""
    proposal = queries.load_locked(proposal_id)
    policy.require(actor, Can.RECORD_ANSWER, proposal)
    require_same(proposal, version)
    _answer(proposal, given)
    proposal.answer_recorded_by_id = actor.id
    events.announce(
        actor,
        "proposal.answer_recorded",
        proposal,
        remark=proposal.side_note,
        answer=given.answer.value,
        reason=given.reason.value if given.reason else None,
    )
    if given.answer is Answer.ACCEPT:
        _go_on(actor, proposal)
    else:
        tell_coordinator(actor, proposal, f"proposal.notice.{PAST[given.answer]}")
    pass_turn(actor, proposal.position)
    return proposal


def _go_on(actor: Actor, proposal: Proposal) -> None:
    """What was accepted goes to the body, unless other facts hold than were checked."""
    changed = queries.changes(proposal)
    if changed:
        send_back(actor, proposal, changed, "proposal.notice.accepted_but")
    else:
        tell_coordinator(actor, proposal, "proposal.notice.accepted")


def _answer(proposal: Proposal, given: PhoneAnswer) -> None:
    """Take the answer over, if it comes in time and says what it must."""
    if queries.is_overdue(proposal, clock.now()):
        raise Conflict("proposal.offer_over")
    proposal.move(given.answer.value)
    proposal.answered_at = clock.now()
    discusses = given.answer is Answer.DISCUSS
    proposal.side_note = required(given.text) if discusses else said(given.text)
    if given.answer is Answer.DECLINE:
        if given.reason is None:
            raise Invalid("proposal.decline_reason_missing", field="reason")
        proposal.decline_reason, proposal.closed_at = given.reason, clock.now()
