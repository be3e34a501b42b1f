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


@transactional
def remind(actor: Actor) -> int:
    """Remind of answers that are due within two working days."""
    policy.require(actor, Can.EXPIRE_PROPOSAL)
    return sum(_remind(actor, proposal) for proposal in queries.awaiting_answers())


def _remind(actor: Actor, proposal: Proposal) -> bool:
    due_on, today = queries.due_on(proposal), clock.today()
    if due_on is None or due_on < today:
        return False
    closed = catalogue.closed_days(today, due_on)
    if workdays_until(today, due_on, closed) > SOON_WORKDAYS:
        return False
    is_offer = proposal.state is ProposalState.OFFERED
    request = proposal.position.talent_request
    told = notices.tell_once(
        actor,
        answerers(proposal),
        f"soon:proposal:{proposal.id}:{due_on}",
        "proposal.notice.answer_soon" if is_offer else "proposal.notice.decide_soon",
        f"/offers/{proposal.id}" if is_offer else f"/proposals/{proposal.id}",
        number=request.number,
        title=request.title,
        due_on=due_on,
    )
    if told:
        events.announce(actor, "proposal.reminded", proposal)
    return told > 0
