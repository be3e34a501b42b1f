"""What a proposal under way waits for now: on it rest the turn, the pages and the first page."""

from collections.abc import Callable
from datetime import date, datetime

from talentshare.kernel import clock
from talentshare.proposals.models import Proposal
from talentshare.proposals.queries.against import FACTS, PAPERS, Against, against
from talentshare.proposals.queries.terms import due_on
from talentshare.proposals.states import ProposalState
from talentshare.specialists import queries as specialists
from talentshare.talent_requests import queries as talent_requests

P = ProposalState

TASKS: dict[ProposalState, str] = {
    P.PROPOSED: "decide",
    P.RETURNED: "revise_proposal",
    P.ACCEPTED: "propose",
    P.CHECKED: "offer",
    P.PREPARED: "check",
    P.OFFERED: "answer",
}

SINCE: dict[ProposalState, Callable[[Proposal], datetime | None]] = {
    P.PREPARED: lambda proposal: proposal.agreed_at or proposal.prepared_at,
    P.CHECKED: lambda proposal: proposal.checked_at,
    P.ACCEPTED: lambda proposal: proposal.answered_at,
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


def desk_due_on(proposal: Proposal) -> date | None:
    """By when GovTech acts: as the desk reads it from the request; beside the turn, as long."""
    turn = talent_requests.whose_turn(proposal.position.talent_request)
    if turn is not None and turn.path in {f"/proposals/{proposal.id}", f"/offers/{proposal.id}"}:
        return turn.due_on
    since = SINCE[proposal.state](proposal) if proposal.state in SINCE else None
    day = due_on(proposal) or (clock.tokyo_day(since) if since else None)
    return talent_requests.due_after("follow_up", day) if day else None


def is_about_papers(why: Against) -> bool:
    """Nothing but a declaration or a pledge is missing."""
    return bool(why) and why.codes <= PAPERS
