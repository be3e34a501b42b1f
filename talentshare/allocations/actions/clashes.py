"""不足: booked time that leave pushed out. Opened, told, kept current, resolved."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from talentshare import policy
from talentshare.accounts import queries as accounts
from talentshare.allocations import queries
from talentshare.allocations.actions.rows import keep_support, move_rows
from talentshare.allocations.models import Allocation, Clash
from talentshare.allocations.queries import Move
from talentshare.allocations.states import AllocationState
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role, system_for
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.notices import actions as notices
from talentshare.platform import events
from talentshare.platform.db import db, transactional
from talentshare.policy import Can
from talentshare.specialists.models import Specialist
from talentshare.talent_requests import queries as talent_requests
from talentshare.talent_requests.models import TalentRequest

BOOKED = frozenset({AllocationState.HELD, AllocationState.CONFIRMED})


@transactional
def resolve_clash(actor: Actor, clash_id: int, reason: str, *, is_given_up: bool = False) -> Clash:
    """Move the minutes as proposed, after talking with those concerned; the rest is given up.

    Where those concerned do without the time, all of it is given up and nothing is moved.
    """
    clash = queries.load_clash(clash_id)
    policy.require(actor, Can.RESOLVE_CLASH, clash)
    if not reason.strip():
        raise Invalid("allocation.reason_needed", field="reason")
    requests = _lock_requests(clash)
    queries.lock_weeks([clash.specialist_id])
    db.session.refresh(clash)
    if clash.resolved_at is not None:
        raise Conflict("clash.resolved_before")
    time = queries.person_time(clash.specialist_id, with_expired=True)
    moves = queries.moves_out_of(time, clash.week_on)
    if any(move.line.is_held for move in moves):
        raise Conflict("clash.of_a_hold")
    if is_given_up:
        moves = [replace(move, to=()) for move in moves]
    if not requests.issuperset(queries.requests_in(clash.specialist_id, clash.week_on)):
        raise Conflict("state.changed_meanwhile")
    move_rows(moves)
    _keep_spans(actor, moves)
    known = queries.open_clashes(clash.specialist_id)
    review_clashes(actor, clash.specialist_id, known, may_open=False, moved=clash)
    if clash.resolved_at is None:
        raise Conflict("clash.still_missing", missing_minutes=clash.missing_minutes)
    events.announce(actor, "clash.moved", clash, remark=reason, weeks=len(moves))
    for move in moves:
        _tell_move(actor, move)
    return clash


def _lock_requests(clash: Clash) -> set[int]:
    """Requests before weeks, as whoever agrees or cancels does; those with time in the week."""
    found = queries.requests_in(clash.specialist_id, clash.week_on)
    for request_id in found:
        talent_requests.load_locked(request_id)
    return set(found)


@transactional
def hand_over_clashes(actor: Actor, talent_request: TalentRequest) -> None:
    """The successor of a coordinator owns the open clashes of the request too."""
    policy.require(actor, Can.KEEP_CAPACITY, talent_request)
    for clash in queries.clashes_of_request(talent_request.id):
        if clash.owner_id != talent_request.coordinator_id:
            clash.owner_id = talent_request.coordinator_id
            events.announce(actor, "clash.handed_over", clash)


def review_clashes(
    actor: Actor,
    specialist_id: int,
    weeks: Iterable[date],
    *,
    may_open: bool,
    moved: Clash | None = None,
) -> list[Clash]:
    """Bring the clashes of these weeks up to date; return those that opened or grew.

    Who is concerned is told of one that is over, but of `moved` by whoever moved it.
    """
    known = queries.open_clashes(specialist_id)
    if not known and not may_open:
        return []
    db.session.flush()
    time = queries.person_time(specialist_id, with_expired=True)
    worse = []
    for week_on in sorted(set(weeks) & time.weeks.keys()):
        missing = time.weeks[week_on].missing_minutes
        clash = known.get(week_on)
        if not missing and clash is not None:
            _resolve(actor, clash)
            if clash is not moved:
                _tell_settled(actor, clash)
        elif missing and (clash is not None or may_open):
            was = clash.missing_minutes if clash else 0
            moves = queries.moves_out_of(time, week_on)
            clash = clash or _opened(specialist_id, week_on)
            _describe(clash, missing, moves)
            if missing != was:
                events.announce(actor, "clash.noted", clash, missing_minutes=missing)
            if missing > was:
                worse.append(clash)
    return worse


def tell_clashes(actor: Actor, specialist: Specialist, worse: list[Clash]) -> None:
    """Tell the specialist, and of each affected request the coordinator and the officer."""
    if not worse:
        return
    first = worse[0].week_on
    notices.tell(
        actor,
        [specialist.person_id],
        "clash.notice.specialist",
        f"/me/availability?month={first:%Y-%m}",
        week_on=first,
        count=len(worse),
        missing_minutes=sum(clash.missing_minutes for clash in worse),
    )
    affected: dict[int, list[Clash]] = {}
    for clash in worse:
        for allocation_id in clash.proposal["allocation_ids"]:
            affected.setdefault(allocation_id, []).append(clash)
    for allocation_id, its in affected.items():
        allocation = queries.load(allocation_id)
        for clash in its:
            week_on = clash.week_on.isoformat()
            events.announce(system_for(actor), "allocation.fell_short", allocation, week_on=week_on)
        _tell_request(actor, allocation, its)


def _tell_request(actor: Actor, allocation: Allocation, its: list[Clash]) -> None:
    request = allocation.position.talent_request
    details: dict[str, Any] = {
        "number": request.number,
        "week_on": its[0].week_on,
        "count": len(its),
    }
    name, where = allocation.specialist.person, _clash_path(its)
    notices.tell(
        actor, _who_acts(allocation), "clash.notice.coordinator", where, name=name, **details
    )
    officers = talent_requests.officers_of(request)
    case = f"/requests/{request.number}"
    notices.tell(actor, officers, "clash.notice.officer", case, **details)


def _who_acts(allocation: Allocation) -> list[int]:
    """The coordinator of the request; all others where that is the one whose time is short."""
    about = allocation.specialist.person_id
    owners = {*talent_requests.coordinators_of(allocation.position.talent_request)} - {about}
    return sorted(owners or {*accounts.ids_with(Role.COORDINATOR)} - {about})


def _clash_path(its: list[Clash]) -> str:
    """The page of the one shortage, or the list of several."""
    return f"/clashes/{its[0].id}" if len(its) == 1 else "/clashes"


def _tell_move(actor: Actor, move: Move) -> None:
    """Which minutes went where, and which were given up: to the three sides of their booking."""
    how = "moved" if move.to else "dropped"
    if move.to and move.left_minutes:
        how = "moved_in_part"
    allocation = queries.load(move.line.allocation_id or 0)
    _note_move(actor, allocation, move)
    _tell_sides(
        actor,
        allocation,
        f"clash.notice.{how}",
        week_on=move.line.week_on,
        minutes=move.minutes,
        left_minutes=move.left_minutes,
        to_weeks=[[part.week_on, part.minutes] for part in move.to],
    )


def _note_move(actor: Actor, allocation: Allocation, move: Move) -> None:
    """The same for the history of the case: a deed for each week, and one for what is given up."""
    week_on, left = move.line.week_on.isoformat(), move.left_minutes
    for part in move.to:
        to, minutes = part.week_on.isoformat(), part.minutes
        facts: dict[str, str | int] = {"week_on": week_on, "to_week_on": to, "minutes": minutes}
        events.announce(actor, "allocation.moved", allocation, "", **facts)
    if left:
        events.announce(actor, "allocation.dropped", allocation, week_on=week_on, minutes=left)


def _tell_settled(actor: Actor, clash: Clash) -> None:
    """What was announced as short stays as it was booked."""
    for allocation_id in clash.proposal.get("allocation_ids", ()):
        allocation = queries.load(allocation_id)
        if allocation.state in BOOKED:
            week_on = clash.week_on.isoformat()
            events.announce(system_for(actor), "allocation.restored", allocation, week_on=week_on)
            _tell_sides(actor, allocation, "clash.notice.settled", week_on=clash.week_on)


def _tell_sides(actor: Actor, allocation: Allocation, code: str, **details: Any) -> None:
    """The specialist, the officer and the coordinator of this booking, but not whoever did it."""
    request = allocation.position.talent_request
    month = f"/me/availability?month={details['week_on']:%Y-%m}"
    case = f"/requests/{request.number}"
    sides = (
        (month, [allocation.specialist.person_id]),
        (case, talent_requests.officers_of(request)),
        (case, talent_requests.coordinators_of(request)),
    )
    doers = {actor.id, actor.on_behalf_of_id}
    for path, people in sides:
        others = [one for one in people if one not in doers]
        if others:
            notices.tell(
                actor, others, code, path, number=request.number, title=request.title, **details
            )


def _opened(specialist_id: int, week_on: date) -> Clash:
    now = clock.now()
    clash = queries.clash_opened(specialist_id, week_on, now)
    if clash is None:
        clash = Clash(specialist_id=specialist_id, week_on=week_on, opened_at=now)
        clash.missing_minutes, clash.proposal = 0, {}
        db.session.add(clash)
    clash.resolved_at = None
    return clash


def _describe(clash: Clash, missing: int, moves: list[Move]) -> None:
    """The owner is the coordinator of what gives way first."""
    clash.missing_minutes = missing
    clash.proposal = _proposal(moves)
    for move in moves[:1]:
        allocation = queries.load(move.line.allocation_id or 0)
        clash.owner_id = allocation.position.talent_request.coordinator_id


def _proposal(moves: list[Move]) -> dict[str, Any]:
    return {
        "weeks": [
            {
                "week_on": part.week_on.isoformat(),
                "minutes": part.minutes,
                "allocation_id": part.allocation_id,
            }
            for move in moves
            for part in move.to
        ],
        "allocation_ids": [move.line.allocation_id for move in moves],
        "left_minutes": sum(move.left_minutes for move in moves),
    }


def _resolve(actor: Actor, clash: Clash) -> None:
    clash.missing_minutes, clash.resolved_at = 0, clock.now()
    events.announce(actor, "clash.resolved", clash)


def _keep_spans(actor: Actor, moves: list[Move]) -> None:
    """First and last day of an allocation, and of the support, follow its weeks."""
    for allocation_id in {move.line.allocation_id for move in moves}:
        allocation = queries.load(allocation_id or 0)
        weeks = queries.weeks_of([allocation.id])
        if not weeks:
            raise Conflict("clash.nothing_left")
        allocation.starts_on, allocation.ends_on = days_of(allocation.weekdays, weeks)
        keep_support(actor, allocation)


def days_of(weekdays: int, weeks: list[date]) -> tuple[date, date]:
    """The first and the last day on which work may fall."""
    first = (weekdays & -weekdays).bit_length() - 1
    last = weekdays.bit_length() - 1
    return weeks[0] + timedelta(days=first), weeks[-1] + timedelta(days=last)
