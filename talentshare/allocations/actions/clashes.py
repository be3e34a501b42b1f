"""不足: booked time that leave pushed out. Opened, told, kept current, resolved."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from talentshare import policy
from talentshare.allocations import queries
from talentshare.allocations.actions.rows import move_rows
from talentshare.allocations.models import Allocation, Clash
from talentshare.allocations.queries import Move
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.notices import actions as notices
from talentshare.platform import events
from talentshare.platform.db import db, transactional
from talentshare.policy import Can
from talentshare.specialists.models import Specialist


@transactional
def resolve_clash(actor: Actor, clash_id: int, reason: str) -> Clash:
    """Move the minutes as proposed, after talking with those concerned; the rest is given up."""
    clash = queries.load_clash(clash_id)
    policy.require(actor, Can.RESOLVE_CLASH, clash)
    if not reason.strip():
        raise Invalid("allocation.reason_needed", field="reason")
    queries.lock_weeks([clash.specialist_id])
    db.session.refresh(clash)
    if clash.resolved_at is not None:
        raise Conflict("clash.resolved_before")
    time = queries.person_time(clash.specialist_id, with_expired=True)
    moves = queries.moves_out_of(time, clash.week_on)
    if any(move.line.is_held for move in moves):
        raise Conflict("clash.of_a_hold")
    move_rows(moves)
    _keep_spans(moves)
    known = queries.open_clashes(clash.specialist_id)
    review_clashes(actor, clash.specialist_id, known, may_open=False)
    if clash.resolved_at is None:
        raise Conflict("clash.still_missing", missing_minutes=clash.missing_minutes)
    events.announce(actor, "clash.moved", clash, remark=reason, weeks=len(moves))
    return clash


def review_clashes(
    actor: Actor, specialist_id: int, weeks: Iterable[date], *, may_open: bool
) -> list[Clash]:
    """Bring the clashes of these weeks up to date; return those that opened or grew."""
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
        _tell_request(actor, queries.load(allocation_id), its)


def _tell_request(actor: Actor, allocation: Allocation, its: list[Clash]) -> None:
    request = allocation.position.talent_request
    told = (
        ("clash.notice.coordinator", request.coordinator_id),
        ("clash.notice.officer", request.officer_id),
    )
    for code, person_id in told:
        if person_id is not None:
            notices.tell(
                actor,
                [person_id],
                code,
                f"/requests/{request.number}",
                number=request.number,
                name=allocation.specialist.person,
                week_on=its[0].week_on,
                count=len(its),
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


def _keep_spans(moves: list[Move]) -> None:
    """First and last day of an allocation follow its weeks."""
    for allocation_id in {move.line.allocation_id for move in moves}:
        allocation = queries.load(allocation_id or 0)
        weeks = queries.weeks_of([allocation.id])
        if not weeks:
            raise Conflict("clash.nothing_left")
        allocation.starts_on, allocation.ends_on = days_of(allocation.weekdays, weeks)


def days_of(weekdays: int, weeks: list[date]) -> tuple[date, date]:
    """The first and the last day on which work may fall."""
    first = (weekdays & -weekdays).bit_length() - 1
    last = weekdays.bit_length() - 1
    return weeks[0] + timedelta(days=first), weeks[-1] + timedelta(days=last)
