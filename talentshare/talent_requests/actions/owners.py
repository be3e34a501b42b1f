"""Who looks after a request on each side, and whose turn it is while proposals are under way."""

from datetime import date

from sqlalchemy import update

from talentshare import policy
from talentshare.accounts import queries as accounts
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.errors import Conflict
from talentshare.kernel.period import Period
from talentshare.platform import events
from talentshare.platform.db import db, transactional
from talentshare.policy import Can
from talentshare.talent_requests import queries
from talentshare.talent_requests.actions.handing import passed, tell
from talentshare.talent_requests.models import TalentRequest
from talentshare.talent_requests.states import ENDED, PositionState, RequestState, Turn


@transactional
def take_over(actor: Actor, request_id: int, with_all: bool = False) -> int:
    """Become the owner on one's own side, on wish of all that the predecessor owned; how many."""
    it = queries.load(request_id)
    policy.require(actor, Can.TAKE_OVER_REQUEST, it)
    if not queries.may_take_over(actor, it):
        raise Conflict("talent_request.nothing_to_take_over")
    taken = [it, *(queries.others_of_owner(actor, it) if with_all else [])]
    for each in taken:
        before = _own(actor, each)
        events.announce(actor, "talent_request.taken_over", each, side=_side(actor, each))
        tell(actor, each, _concerned(actor, each, before), "taken_over")
    return len(taken)


def _own(actor: Actor, it: TalentRequest) -> int | None:
    if queries.is_of_body(actor, it):
        before, it.officer_id = it.officer_id, actor.id
    else:
        before, it.coordinator_id = it.coordinator_id, actor.id
    return before


def _side(actor: Actor, it: TalentRequest) -> str:
    return "body" if queries.is_of_body(actor, it) else "govtech"


def _concerned(actor: Actor, it: TalentRequest, before: int | None) -> list[int]:
    """The predecessor, if still there, and whoever owns the request on the other side."""
    if queries.is_of_body(actor, it):
        colleagues = accounts.ids_with(Role.OFFICER, it.body_id)
        others = queries.coordinators_of(it) if it.coordinator_id else []
    else:
        colleagues = accounts.ids_with(Role.COORDINATOR)
        others = queries.officers_of(it) if it.officer_id else []
    return [*(one for one in colleagues if one == before), *others]


@transactional
def pass_turn(actor: Actor, request_id: int, turn: Turn | None) -> None:
    """Say whose turn it is while proposals are under way; None goes back to what the state says."""
    it = queries.load(request_id)
    policy.require(actor, Can.PROGRESS_REQUEST, it)
    if it.state in ENDED:
        return
    if turn is None:
        task = {RequestState.OPEN: "choose", RequestState.RECEIVED: "scope"}.get(it.state, "")
        passed(it, queries.due_after(task))
    else:
        it.turn_side, it.turn_task, it.turn_path = turn.side, turn.task, turn.path
        it.turn_about_id, it.turn_due_on = turn.about_id, turn.due_on
        it.follow_up_due_on = queries.due_after("follow_up", turn.due_on) if turn.due_on else None
    now = queries.whose_turn(it)
    events.announce(
        actor, "talent_request.turn_passed", it, task=now.task if now else "", state=it.state.value
    )


@transactional
def mark_staffed(actor: Actor, position_id: int) -> None:
    """Somebody was found for a position; with the last one the request is staffed."""
    position = queries.load_position(position_id)
    it = position.talent_request
    policy.require(actor, Can.PROGRESS_REQUEST, it)
    position.move("staff")
    events.announce(actor, "position.staffed", position)
    if is_filled(it):
        staff(actor, it.id, is_told=True)


def is_filled(it: TalentRequest) -> bool:
    """Tell whether somebody was found for each position, and none is being added."""
    found = [p.state == PositionState.STAFFED for p in it.live_positions]
    return bool(found) and all(found) and not it.sketches


@transactional
def staff(actor: Actor, request_id: int, *, is_told: bool = False) -> None:
    """All positions have somebody: the search is over; a confirmation has told it already."""
    it = queries.load(request_id)
    policy.require(actor, Can.PROGRESS_REQUEST, it)
    if not is_filled(it):
        raise Conflict("talent_request.positions_open")
    it.move("staff")
    passed(it, None)
    it.follow_up_due_on = _closing_due_on(it.support_ends_on)
    events.announce(actor, "talent_request.staffed", it)
    if is_told or it.is_over:  # over: the last role looked for was given up afterwards
        return
    tell(actor, it, [*queries.officers_of(it), *queries.coordinators_of(it)], "staffed")


@transactional
def keep_support(actor: Actor, request_id: int, span: Period | None) -> None:
    """Remember from which to which day support is booked: the state is read from it."""
    it = queries.load(request_id)
    policy.require(actor, Can.PROGRESS_REQUEST, it)
    first, last = (span.first, span.last) if span else (None, None)
    days = {"support_starts_on": first, "support_ends_on": last}
    if it.state is not RequestState.OPEN:
        days["follow_up_due_on"] = _closing_due_on(last)
    db.session.execute(update(TalentRequest).where(TalentRequest.id == it.id).values(days))
    events.announce(actor, "talent_request.support_booked", it, last_on=str(last or ""))


def _closing_due_on(last_on: date | None) -> date | None:
    """By when a case should be closed whose support ends, or has ended, on this day."""
    return queries.due_after("close", max(last_on, clock.today())) if last_on else None


@transactional
def reopen(actor: Actor, position_id: int, remark: str = "") -> None:
    """Look for somebody again; the request goes back to the search unless it has ended."""
    position = queries.load_position(position_id)
    it = position.talent_request
    policy.require(actor, Can.PROGRESS_REQUEST, it)
    position.move("reopen")
    events.announce(actor, "position.reopened", position)
    if it.state in ENDED:
        position.move("close")
    if it.state in (RequestState.STAFFED, RequestState.IN_PROGRESS):
        it.move("reopen")
        passed(it, queries.due_after("choose"))
        events.announce(actor, "talent_request.reopened", it, remark=remark)
        tell(actor, it, [*queries.officers_of(it), *queries.coordinators_of(it)], "reopened")
