"""The moves of a request from hand to hand. Each tells whose turn it becomes and until when."""

from datetime import date

from talentshare import policy
from talentshare.catalogue import queries as catalogue
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, Forbidden, Invalid
from talentshare.platform import events
from talentshare.platform.db import transactional
from talentshare.policy import Can
from talentshare.talent_requests import queries
from talentshare.talent_requests.actions.handing import handed, passed, reason_of, tell
from talentshare.talent_requests.models import TalentRequest
from talentshare.talent_requests.states import PositionState, RequestState


@transactional
def submit(
    actor: Actor, request_id: int, remark: str = "", version: int | None = None
) -> TalentRequest:
    """Hand the request over; gaps may be left to the coordinator."""
    it = queries.load(request_id)
    policy.require(actor, Can.SUBMIT_REQUEST, it)
    said = handed(it, remark, version)
    is_writer = queries.may_edit(actor, it)
    it.move("submit")
    if not is_writer:
        raise Conflict("talent_request.not_editable")
    if queries.gaps_to_submit(it):
        raise Invalid("talent_request.not_enough")
    it.submitted_at, it.submitted_by_id = clock.now(), actor.id
    it.catalogue_version = catalogue.current_version()
    if it.lacks_endorser:
        raise Conflict("talent_request.no_endorser")
    task = "endorse" if it.awaits_endorsement else "receive"
    passed(it, queries.due_after(task))
    events.announce(actor, "talent_request.submitted", it, remark=said)
    turn = queries.whose_turn(it)
    if turn is not None:
        tell(actor, it, queries.people_of(it, turn), f"to_{task}")
    return it


@transactional
def endorse(
    actor: Actor, request_id: int, remark: str = "", version: int | None = None
) -> TalentRequest:
    """The manager lets the request go out; never for the own submission."""
    it = queries.load(request_id)
    policy.require(actor, Can.ENDORSE_REQUEST, it)
    said = handed(it, remark, version)
    if not it.awaits_endorsement:
        raise Conflict("talent_request.not_now", state=it.state, event="endorse")
    if not queries.may_endorse(actor, it):
        raise Forbidden("talent_request.own_endorsement")
    it.move("endorse")
    passed(it, queries.due_after("receive"))
    events.announce(actor, "talent_request.endorsed", it, remark=said)
    tell(actor, it, queries.coordinators_of(it), "to_receive")
    tell(actor, it, queries.officers_of(it), "endorsed")
    return it


@transactional
def receive(
    actor: Actor, request_id: int, remark: str = "", version: int | None = None
) -> TalentRequest:
    """Take the request on: the coordinator owns it from now on."""
    it = queries.load(request_id)
    policy.require(actor, Can.HANDLE_REQUEST, it)
    said = handed(it, remark, version)
    if it.awaits_endorsement:
        raise Conflict("talent_request.endorsement_first")
    it.move("receive")
    it.coordinator_id = actor.id
    passed(it, queries.due_after("scope"))
    events.announce(actor, "talent_request.received", it, remark=said)
    tell(actor, it, queries.officers_of(it), "received")
    return it


@transactional
def open_(
    actor: Actor, request_id: int, remark: str = "", version: int | None = None
) -> TalentRequest:
    """Begin to look for candidates; nothing that ranking needs may be missing."""
    it = queries.load(request_id)
    policy.require(actor, Can.HANDLE_REQUEST, it)
    said = handed(it, remark, version)
    missing = len(queries.gaps_to_open(it))
    it.move("open")
    if missing:
        raise Invalid("talent_request.incomplete", missing=missing)
    it.opened_at = clock.now()
    passed(it, queries.due_after("choose"))
    events.announce(actor, "talent_request.opened", it, remark=said)
    tell(actor, it, queries.officers_of(it), "opened")
    return it


@transactional
def return_(
    actor: Actor, request_id: int, remark: str, version: int | None = None
) -> TalentRequest:
    """Give the request back to the officer with a reason: the manager first, then GovTech."""
    it = queries.load(request_id)
    policy.require(actor, queries.permission_for(it, "return"), it)
    said = reason_of(it, remark, version)
    it.move("return")
    passed(it, queries.due_after("revise"))
    events.announce(actor, "talent_request.returned", it, remark=said)
    tell(actor, it, queries.officers_of(it), "returned")
    return it


@transactional
def refer(actor: Actor, request_id: int, remark: str, version: int | None = None) -> TalentRequest:
    """Show the body to another office that can help better."""
    it = queries.load(request_id)
    policy.require(actor, Can.HANDLE_REQUEST, it)
    said = reason_of(it, remark, version)
    it.move("refer")
    passed(it, None)
    _close_positions(it)
    events.announce(actor, "talent_request.referred", it, remark=said)
    tell(actor, it, queries.officers_of(it), "referred")
    return it


@transactional
def hold(
    actor: Actor, request_id: int, remark: str, until_on: date | None, version: int | None = None
) -> TalentRequest:
    """Let the request rest until a day, with a reason."""
    it = queries.load(request_id)
    policy.require(actor, Can.HANDLE_REQUEST, it)
    said = reason_of(it, remark, version)
    if until_on is None:
        raise Invalid("talent_request.until_missing", field="until_on")
    if until_on <= clock.today():
        raise Invalid("talent_request.until_past", field="until_on")
    it.move("hold")
    passed(it, until_on)
    events.announce(actor, "talent_request.held", it, remark=said, until=until_on.isoformat())
    tell(actor, it, queries.officers_of(it), "held")
    return it


@transactional
def resume(
    actor: Actor, request_id: int, remark: str = "", version: int | None = None
) -> TalentRequest:
    """Go on where the request was when it was put to rest."""
    it = queries.load(request_id)
    policy.require(actor, Can.HANDLE_REQUEST, it)
    said = handed(it, remark, version)
    it.move("rescope" if it.opened_at is None else "resume")
    passed(it, queries.due_after("choose" if it.state == RequestState.OPEN else "scope"))
    events.announce(actor, "talent_request.resumed", it, remark=said)
    tell(actor, it, queries.officers_of(it), "resumed")
    return it


@transactional
def withdraw(
    actor: Actor, request_id: int, remark: str = "", version: int | None = None
) -> TalentRequest:
    """It is wanted no more; only a draft needs no reason, and who began it by phone may."""
    it = queries.load_locked(request_id)
    policy.require(actor, Can.WITHDRAW_REQUEST, it)
    queries.require_stoppable(actor, it, "withdraw")
    draft = it.state == RequestState.DRAFT
    said = (handed if draft else reason_of)(it, remark, version)
    it.move("withdraw")
    passed(it, None)
    _close_positions(it)
    events.announce(actor, "talent_request.withdrawn", it, remark=said)
    if it.submitted_at is not None:
        tell(actor, it, queries.coordinators_of(it), "withdrawn")
    return it


@transactional
def close_unmet(
    actor: Actor, request_id: int, remark: str, version: int | None = None
) -> TalentRequest:
    """End the search without anybody; it stays on record as unmet demand."""
    it = queries.load_locked(request_id)
    policy.require(actor, Can.HANDLE_REQUEST, it)
    queries.require_stoppable(actor, it, "close_unmet")
    said = reason_of(it, remark, version)
    it.move("close_unmet")
    passed(it, None)
    _close_positions(it)
    events.announce(actor, "talent_request.closed_unmet", it, remark=said)
    tell(actor, it, queries.officers_of(it), "closed_unmet")
    return it


def _close_positions(it: TalentRequest) -> None:
    for position in it.positions:
        if position.state == PositionState.OPEN:
            position.move("close")
