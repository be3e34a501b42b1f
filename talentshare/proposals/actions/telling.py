"""Who is told of a move, in the app: the person, the body, the coordinator. Never who made it."""

from collections.abc import Iterable

from talentshare.accounts import queries as accounts
from talentshare.kernel.actor import Actor, Role
from talentshare.notices import actions as notices
from talentshare.proposals import queries
from talentshare.proposals.models import Proposal
from talentshare.talent_requests import queries as talent_requests


def tell_specialist(actor: Actor, proposal: Proposal, code: str, why: object = None) -> None:
    """The specialist, with the request's number and title, and why."""
    to = _others(actor, [proposal.specialist.person_id])
    request = proposal.position.talent_request
    if to:
        notices.tell(
            actor,
            to,
            code,
            f"/offers/{proposal.id}",
            due_on=queries.due_on(proposal),
            number=request.number,
            title=request.title,
            why=why,
        )


def tell_body(actor: Actor, proposal: Proposal, code: str) -> None:
    """The officer, and the manager where the body wants it; nobody is named."""
    request = proposal.position.talent_request
    people = talent_requests.officers_of(request)
    if proposal.needs_manager:
        people += accounts.ids_with(Role.MANAGER, request.body_id)
    to = _others(actor, people)
    if to:
        notices.tell(
            actor,
            to,
            code,
            f"/proposals/{proposal.id}",
            due_on=queries.due_on(proposal),
            number=request.number,
            title=request.title,
        )


def tell_whom_it_was_put_to(actor: Actor, proposal: Proposal) -> None:
    """That it has ended: a request that stops tells its own body."""
    if proposal.offer_due_at is not None:
        tell_specialist(actor, proposal, "proposal.notice.withdrawn")
    if proposal.allocation_id is not None and not actor.is_system:
        tell_body(actor, proposal, "proposal.notice.withdrawn_from_body")


def tell_coordinator(actor: Actor, proposal: Proposal, code: str, why: object = None) -> None:
    """The coordinator of the request."""
    people = talent_requests.coordinators_of(proposal.position.talent_request)
    _tell_govtech(actor, proposal, code, people, why)


def tell_preparer(actor: Actor, proposal: Proposal, code: str, why: object = None) -> None:
    """Whoever prepared it, and the coordinator of the request."""
    request = proposal.position.talent_request
    people = [proposal.prepared_by_id, request.coordinator_id or proposal.prepared_by_id]
    _tell_govtech(actor, proposal, code, people, why)


def tell_checkers(actor: Actor, proposal: Proposal, code: str) -> None:
    """All coordinators who may check it."""
    people = accounts.ids_with(Role.COORDINATOR)
    _tell_govtech(actor, proposal, code, set(people) - {proposal.prepared_by_id})


def _tell_govtech(
    actor: Actor, proposal: Proposal, code: str, people: Iterable[int], why: object = None
) -> None:
    to = _others(actor, people)
    request = proposal.position.talent_request
    if to:
        notices.tell(
            actor,
            to,
            code,
            f"/proposals/{proposal.id}",
            number=request.number,
            title=request.title,
            name=proposal.specialist.person,
            why=why,
        )


def _others(actor: Actor, people: Iterable[int]) -> list[int]:
    return sorted(set(people) - {actor.id, actor.on_behalf_of_id})
