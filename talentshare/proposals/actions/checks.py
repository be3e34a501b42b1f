"""What several moves look at before they change anything."""

from collections.abc import Collection

from talentshare.kernel.errors import Conflict, Invalid
from talentshare.proposals import queries
from talentshare.proposals.models import Proposal
from talentshare.talent_requests import queries as talent_requests
from talentshare.talent_requests.models import Position
from talentshare.talent_requests.states import PositionState, RequestState


def require_same(proposal: Proposal, version: int | None) -> None:
    """A form that was opened before somebody else's change is refused."""
    if version is not None and proposal.version != version:
        raise Conflict("state.changed_meanwhile")


def require_open(position: Position) -> None:
    """Only a position that still looks for somebody, in an open request, is filled."""
    request = position.talent_request
    if request.state is not RequestState.OPEN or position.state is not PositionState.OPEN:
        raise Conflict("proposal.position_closed", number=request.number)


def require_decider(proposal: Proposal) -> None:
    """Time is held only for a body in which somebody may answer."""
    if not queries.deciders_of(proposal):
        raise Conflict("proposal.no_manager" if proposal.needs_manager else "proposal.no_officer")


def require_unchanged(proposal: Proposal, but: Collection[str] = ()) -> None:
    """Refuse to go on where facts, MUST rules or weeks to come are not as they were checked."""
    why = queries.against(proposal).without(but)
    if why:
        raise Conflict("proposal.not_as_checked", why=why)


def forget_decision(proposal: Proposal) -> None:
    """A decision of the body was about the round that is over; the record keeps it."""
    proposal.decided_on, proposal.decider_title, proposal.document_number = None, "", ""
    proposal.agreed_by_id = proposal.agreed_at = None


def said(text: str, field: str = "text") -> str:
    """A text without spaces at its ends; prices that are not disclosed stay out of it."""
    found = talent_requests.price_in(text)
    if found:
        raise Invalid("proposal.price_in_text", field=field, found=found)
    return text.strip()


def required(text: str, field: str = "text") -> str:
    """The same where something must be said."""
    if not text.strip():
        raise Invalid("proposal.text_missing", field=field)
    return said(text, field)
