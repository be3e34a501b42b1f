"""Back to the preparer: what was checked does not hold any more, the answer stays recorded."""

from talentshare import policy
from talentshare.kernel.actor import Actor, system_for
from talentshare.platform import events
from talentshare.platform.db import transactional
from talentshare.policy import Can
from talentshare.proposals import queries
from talentshare.proposals.actions.close import release_hold
from talentshare.proposals.actions.telling import (
    tell_body,
    tell_coordinator,
    tell_preparer,
    tell_specialist,
)
from talentshare.proposals.models import Proposal
from talentshare.proposals.queries.against import FACTS, Against
from talentshare.proposals.states import ProposalState
from talentshare.talent_requests.models import TalentRequest

P = ProposalState
CONSENTED = frozenset({P.CHECKED, P.OFFERED, P.ACCEPTED, P.PROPOSED})


@transactional
def note_changes(actor: Actor, talent_request: TalentRequest) -> None:
    """Who looks after a proposal hears that facts behind it have changed."""
    policy.require(actor, Can.TELL)
    for proposal in queries.live_of_request(talent_request.id):
        if queries.state_now(proposal) not in CONSENTED:
            continue
        why = queries.changes(proposal)
        if why:
            tell_preparer(
                actor, proposal, "proposal.notice.facts_changed", why=why.in_both_languages()
            )
            facts = " ".join(queries.changed_facts(proposal))
            events.announce(actor, "proposal.facts_changed", proposal, facts=facts)


def send_back(actor: Actor, proposal: Proposal, why: Against, code: str) -> None:
    """The second person looks again; the coordinator is told why."""
    was_proposed = proposal.proposed_at is not None
    release_hold(actor, proposal)
    proposal.move("revise")
    proposal.checked_by_id = proposal.checked_at = None
    proposal.offered_at = proposal.answered_at = proposal.answer_recorded_by_id = None
    proposal.proposed_at, proposal.is_extended = None, False
    if FACTS in why.codes:
        proposal.home_consent, proposal.home_consent_on = "", None
    reasons = " ".join(sorted(why.codes))
    events.announce(system_for(actor), "proposal.sent_back", proposal, reasons=reasons)
    tell_coordinator(actor, proposal, code, why=why.in_both_languages())
    if was_proposed:
        tell_body(actor, proposal, "proposal.notice.sent_back_body")
    tell_specialist(actor, proposal, "proposal.notice.revised")
