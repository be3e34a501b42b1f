"""After each move: whose turn it is on the request, until when, on which page."""

from datetime import date

from talentshare.kernel.actor import Actor, system_for
from talentshare.proposals import queries
from talentshare.proposals.actions.days import workdays_from_today
from talentshare.proposals.models import Proposal
from talentshare.proposals.states import ProposalState
from talentshare.talent_requests import actions as talent_requests
from talentshare.talent_requests.models import Position, TalentRequest
from talentshare.talent_requests.states import CHECK, DECIDE, RequestState, Side, Turn

P = ProposalState

# The first task of this list for which a live proposal waits decides whose turn it is.
SIDES: dict[str, Side] = {
    "decide": Side.BODY,
    "revise_proposal": Side.GOVTECH,
    "propose": Side.GOVTECH,
    "offer": Side.GOVTECH,
    "check": Side.GOVTECH,
    "papers": Side.SPECIALIST,
    "answer": Side.SPECIALIST,
}
RANKS = {task: rank for rank, task in enumerate(SIDES)}
GOVTECH_WORKDAYS = 3
DECIDED = frozenset({CHECK, DECIDE})  # never by the one whom it is about


def pass_turn(actor: Actor, position: Position) -> None:
    """Tell the request whose turn it is now; without live proposals it is the coordinator's."""
    request = position.talent_request
    if request.state is not RequestState.OPEN:
        return
    waiting = {
        p: queries.next_task(p)
        for p in queries.live_of_request(request.id)
        if queries.state_now(p) in queries.TASKS
    }
    first = min(waiting, key=lambda p: (RANKS[waiting[p]], p.id), default=None)
    turn = _turn_of(request, first, waiting[first]) if first else None
    if turn != _turn_before(request):
        talent_requests.pass_turn(system_for(actor), request.id, turn)


def _turn_of(request: TalentRequest, proposal: Proposal, task: str) -> Turn:
    side = SIDES[task]
    path = f"/offers/{proposal.id}" if side is Side.SPECIALIST else f"/proposals/{proposal.id}"
    about_id = proposal.specialist.person_id if task in DECIDED else None
    return Turn(side, task, _due_on(request, proposal, (task, path)), path, about_id)


def _due_on(request: TalentRequest, proposal: Proposal, now: tuple[str, str]) -> date | None:
    """The deadline of the answer; a task of GovTech that goes on keeps its day."""
    if proposal.state in {P.PROPOSED, P.OFFERED}:
        return queries.due_on(proposal)
    if (request.turn_task, request.turn_path) == now:
        return request.turn_due_on
    return workdays_from_today(GOVTECH_WORKDAYS)


def _turn_before(request: TalentRequest) -> Turn | None:
    """What was said last; None while the state of the request speaks for itself."""
    if request.turn_side is None:
        return None
    task, path = request.turn_task, request.turn_path
    return Turn(request.turn_side, task, request.turn_due_on, path, request.turn_about_id)
