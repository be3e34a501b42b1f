"""Whoever has an offer or a proposal to answer is reminded once, before the day."""

from talentshare import policy
from talentshare.catalogue import queries as catalogue
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.workdays import workdays_until
from talentshare.notices import actions as notices
from talentshare.platform import events
from talentshare.platform.db import transactional
from talentshare.policy import Can
from talentshare.proposals import queries
from talentshare.proposals.actions.telling import answerers
from talentshare.proposals.models import Proposal
from talentshare.proposals.states import ProposalState

SOON_WORKDAYS = 2
WHAT = {ProposalState.OFFERED: "answer", ProposalState.PROPOSED: "decide"}
LACKING = frozenset({ProposalState.PREPARED, ProposalState.ACCEPTED})


@transactional
def remind(actor: Actor) -> int:
    """Remind of answers, and of missing papers, that are due within two working days."""
    policy.require(actor, Can.EXPIRE_PROPOSAL)
    waiting = [*queries.awaiting_answers(), *queries.awaiting_papers()]
    return sum(_remind(actor, proposal) for proposal in waiting)


def _remind(actor: Actor, proposal: Proposal) -> bool:
    lacks_papers = proposal.state in LACKING and queries.next_task(proposal) == "papers"
    request = proposal.position.talent_request
    due_on = request.turn_due_on if lacks_papers else queries.due_on(proposal)
    today = clock.today()
    if due_on is None or due_on < today:
        return False
    closed = catalogue.closed_days(today, due_on)
    if workdays_until(today, due_on, closed) > SOON_WORKDAYS:
        return False
    what = "papers" if lacks_papers else WHAT[proposal.state]
    told = notices.tell_once(
        actor,
        answerers(proposal),
        f"soon:proposal:{proposal.id}:{what}:{due_on}",
        f"proposal.notice.{what}_soon",
        f"/proposals/{proposal.id}" if what == "decide" else f"/offers/{proposal.id}",
        number=request.number,
        title=request.title,
        due_on=due_on,
    )
    if told:
        events.announce(actor, "proposal.reminded", proposal)
    return told > 0
