"""The end of support: begun and over as every reader sees it, completed, or looked for again."""

from collections.abc import Collection

from talentshare import policy
from talentshare.kernel.actor import Actor, system_for
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.notices import actions as notices
from talentshare.platform import events
from talentshare.platform.db import transactional
from talentshare.policy import Can
from talentshare.talent_requests import queries
from talentshare.talent_requests.actions.handing import handed, passed, reason_of, tell
from talentshare.talent_requests.actions.owners import reopen
from talentshare.talent_requests.models import TalentRequest
from talentshare.talent_requests.states import PositionState, RequestState


@transactional
def begin_support(actor: Actor, request_id: int) -> TalentRequest:
    """Write down what every reader already sees: the first day of the support has come."""
    it = queries.load(request_id)
    policy.require(actor, Can.PROGRESS_REQUEST, it)
    if it.state is RequestState.STAFFED and it.state_now is RequestState.STAFFED:
        raise Conflict("talent_request.not_begun", starts_on=it.support_starts_on)
    it.move("start")
    events.announce(actor, "talent_request.started", it)
    return it


@transactional
def begin_supports(actor: Actor) -> int:
    """The same for all whose first day has come."""
    policy.require(actor, Can.PROGRESS_REQUEST)
    begun = queries.to_begin()
    for it in begun:
        begin_support(actor, it.id)
        events.announce(actor, "talent_request.day_came", it)
    return len(begun)


@transactional
def tell_supports_over(actor: Actor) -> int:
    """The coordinators learn, once, that a last day has passed and the case waits to be closed."""
    policy.require(actor, Can.PROGRESS_REQUEST)
    return sum(_tell_over(actor, it) for it in queries.supports_over())


def _tell_over(actor: Actor, it: TalentRequest) -> bool:
    facts = {"number": it.number, "title": it.title}
    told = notices.tell_once(
        actor,
        queries.coordinators_of(it),
        f"over:{it.number}:{it.support_ends_on}",
        "talent_request.notice.over",
        f"/requests/{it.number}",
        **facts,
    )
    if told:
        events.announce(actor, "talent_request.over_told", it)
    return told > 0


@transactional
def complete(
    actor: Actor, request_id: int, remark: str, version: int | None = None
) -> TalentRequest:
    """完了: after the last day, with what the support has brought."""
    it = queries.load(request_id)
    policy.require(actor, Can.HANDLE_REQUEST, it)
    said = handed(it, remark, version)
    if not said:
        raise Invalid("talent_request.outcome_missing", field="remark")
    if it.state_now is RequestState.IN_PROGRESS and not it.is_over:
        raise Conflict("talent_request.still_running", last_on=it.support_ends_on)
    if it.state is RequestState.STAFFED:
        begin_support(system_for(actor), it.id)
    it.move("complete")
    passed(it, None)
    events.announce(actor, "talent_request.completed", it, remark=said)
    tell(actor, it, queries.officers_of(it), "completed")
    return it


@transactional
def search_again(
    actor: Actor,
    request_id: int,
    ordinals: Collection[int],
    remark: str,
    version: int | None = None,
) -> TalentRequest:
    """Look for somebody again for these positions, when the need goes on."""
    it = queries.load(request_id)
    policy.require(actor, Can.HANDLE_REQUEST, it)
    said = reason_of(it, remark, version)
    if it.state_now is not RequestState.IN_PROGRESS:
        raise Conflict("talent_request.not_now", state=it.state, event="reopen")
    staffed = [p for p in it.live_positions if p.state is PositionState.STAFFED]
    chosen = [p for p in staffed if len(staffed) == 1 or p.ordinal in ordinals]
    if not chosen:
        raise Invalid("talent_request.positions_missing", field="ordinals")
    for position in chosen:
        reopen(actor, position.id, said)
    events.announce(actor, "talent_request.searched_again", it, positions=len(chosen))
    return it
