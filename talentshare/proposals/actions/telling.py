"""Who is told of a move, in the app: the person, the body, the coordinator. Never who made it."""

from collections.abc import Iterable

from talentshare.accounts import queries as accounts
from talentshare.kernel.actor import Actor, Role
from talentshare.notices import actions as notices
from talentshare.proposals import queries
from talentshare.proposals.models import Proposal
from talentshare.proposals.states import ProposalState
from talentshare.talent_requests import queries as talent_requests

# What the officer reads instead where only the manager can answer.
MANAGER_ANSWERS = {"proposal.notice.proposed": "proposal.notice.proposed_to_manager"}


def tell_specialist(actor: Actor, proposal: Proposal, code: str, why: object = None) -> None:
    """The specialist, with the request's number and title, and why."""
    who = proposal.specialist
    to = _others(actor, [who.person_id] if who.can_answer else [])
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
    about = proposal.specialist.person_id
    officers = {*talent_requests.officers_of(request)} - {about}
    if officers and not proposal.needs_manager:
        _tell_body(actor, proposal, code, officers)
        return
    deciders = {*queries.deciders_of(proposal)}
    _tell_body(actor, proposal, code, deciders)
    _tell_body(actor, proposal, MANAGER_ANSWERS.get(code, code), officers - deciders)


def answerers(proposal: Proposal) -> list[int]:
    """Who can act on it now: the specialist, or those of the body who decide."""
    who = proposal.specialist
    if proposal.state is not ProposalState.PROPOSED:
        return [who.person_id] if who.can_answer else []
    officers = {*talent_requests.officers_of(proposal.position.talent_request)} - {who.person_id}
    return sorted(
        officers if officers and not proposal.needs_manager else queries.deciders_of(proposal)
    )


def _tell_body(actor: Actor, proposal: Proposal, code: str, people: Iterable[int]) -> None:
    to, request = _others(actor, people), proposal.position.talent_request
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
    """Whoever prepared it, while able to act, and the coordinator of the request."""
    people = talent_requests.coordinators_of(proposal.position.talent_request)
    preparer = proposal.prepared_by_id
    if preparer not in people and preparer in accounts.ids_with(Role.COORDINATOR):
        people.append(preparer)
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
