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
    tell_checkers,
    tell_coordinator,
    tell_preparer,
    tell_specialist,
)
from talentshare.proposals.actions.turns import pass_turn
from talentshare.proposals.models import Proposal
from talentshare.proposals.queries.against import FACTS, Against
from talentshare.proposals.states import ProposalState
from talentshare.specialists.models import Declaration, Pledge
from talentshare.talent_requests.models import TalentRequest

P = ProposalState
CONSENTED = frozenset({P.CHECKED, P.OFFERED, P.ACCEPTED, P.PROPOSED})
BODY_HEARS = {"papers": "proposal.notice.papers_body"}


@transactional
def note_changes(actor: Actor, talent_request: TalentRequest) -> None:
    """Who looks after a proposal hears that facts behind it have changed, once of each set."""
    policy.require(actor, Can.TELL)
    for proposal in queries.live_of_request(talent_request.id):
        if queries.state_now(proposal) not in CONSENTED:
            continue
        facts = " ".join(queries.changed_facts(proposal))
        if facts == queries.facts_told(proposal):
            continue
        if facts:
            why = queries.changes(proposal).in_both_languages()
            tell_preparer(actor, proposal, "proposal.notice.facts_changed", why=why)
        events.announce(actor, "proposal.facts_changed", proposal, facts=facts)


@transactional
def note_papers(actor: Actor, paper: Declaration | Pledge) -> None:
    """What waited for a declaration or a pledge goes on."""
    policy.require(actor, Can.TELL)
    for proposal in queries.live_of_specialist(paper.specialist_id):
        request = proposal.position.talent_request
        waited = request.turn_task == "papers" and request.turn_path == f"/offers/{proposal.id}"
        if not waited or queries.next_task(proposal) == "papers":
            continue
        pass_turn(actor, proposal.position)
        events.announce(actor, "proposal.papers_given", proposal)
        tell_coordinator(actor, proposal, "proposal.notice.papers_given")
        if queries.next_task(proposal) == "check":
            tell_checkers(actor, proposal, "proposal.notice.to_check")


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
    task = queries.next_task(proposal)
    todo = "proposal.todo.check" if task == "check" else None
    tell_coordinator(actor, proposal, code, why=why.in_both_languages(todo))
    if task == "check":
        tell_checkers(actor, proposal, "proposal.notice.to_check")
    if was_proposed:
        tell_body(actor, proposal, BODY_HEARS.get(task, "proposal.notice.sent_back_body"))
    _tell_specialist(actor, proposal, task)


def _tell_specialist(actor: Actor, proposal: Proposal, task: str) -> None:
    if task != "papers":
        tell_specialist(actor, proposal, "proposal.notice.revised")
        return
    stops = queries.against(proposal).without({FACTS})
    why = stops.in_both_languages("")
    tell_specialist(actor, proposal, "proposal.notice.papers", why=why)
