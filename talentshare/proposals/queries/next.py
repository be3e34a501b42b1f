"""What a proposal under way waits for now: on it rest the turn, the pages and the first page."""

from talentshare.proposals.models import Proposal
from talentshare.proposals.queries.against import FACTS, PAPERS, Against, against
from talentshare.proposals.states import ProposalState
from talentshare.specialists import queries as specialists

P = ProposalState

TASKS: dict[ProposalState, str] = {
    P.PROPOSED: "decide",
    P.RETURNED: "revise_proposal",
    P.ACCEPTED: "propose",
    P.CHECKED: "offer",
    P.PREPARED: "check",
    P.OFFERED: "answer",
}


def next_task(proposal: Proposal) -> str:
    """The task of the state, unless it would be refused: then what has to come before it."""
    if proposal.was_sent_back:
        stops = against(proposal).without({FACTS})
        if stops:
            return "papers" if is_about_papers(stops) else "revise_proposal"
    elif proposal.state is P.ACCEPTED:
        lacking = specialists.lacking_papers([proposal.specialist_id])
        if lacking and is_about_papers(against(proposal)):
            return "papers"
    return TASKS[proposal.state]


def is_about_papers(why: Against) -> bool:
    """Nothing but a declaration or a pledge is missing."""
    return bool(why) and why.codes <= PAPERS
