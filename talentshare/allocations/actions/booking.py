"""Holding, booking, confirming, giving back. The app asks kindly; the database refuses for sure."""

from datetime import date, datetime

from talentshare import policy
from talentshare.allocations import queries
from talentshare.allocations.actions.clashes import days_of, review_clashes
from talentshare.allocations.actions.rows import (
    close,
    delete_rows,
    insert_rows,
    keep_support,
    release_expired_of,
)
from talentshare.allocations.models import Allocation, BookedWeek, Booking
from talentshare.allocations.queries import BadWeek
from talentshare.allocations.states import AllocationState
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.kernel.weeks import add_months, monday, month_of_week, weeks_between
from talentshare.platform import events
from talentshare.platform.db import db, transactional
from talentshare.policy import Can
from talentshare.specialists import queries as specialists
from talentshare.talent_requests import queries as talent_requests
from talentshare.talent_requests.models import Position


@transactional
def hold(actor: Actor, booking: Booking, expires_at: datetime) -> Allocation:
    """仮確保: the time is taken until `expires_at`, then free again."""
    position = queries.load_position(booking.position_id)
    policy.require(actor, Can.BOOK_TIME, position)
    _require_future(expires_at)
    allocation = _placed(actor, booking, position, expires_at)
    events.announce(actor, "allocation.held", allocation, minutes=_total(booking))
    return allocation


@transactional
def book(actor: Actor, booking: Booking) -> Allocation:
    """割当て at once, without a hold."""
    position = queries.load_position(booking.position_id)
    policy.require(actor, Can.BOOK_TIME, position)
    talent_requests.load_locked(position.talent_request_id)
    allocation = _placed(actor, booking, position, None)
    events.announce(actor, "allocation.booked", allocation, minutes=_total(booking))
    keep_support(actor, allocation)
    return allocation


@transactional
def confirm(actor: Actor, allocation_id: int) -> Allocation:
    """Turn a live hold into an allocation; what ran out or lost its place is proposed again."""
    allocation = queries.load_locked(allocation_id)
    policy.require(actor, Can.BOOK_TIME, allocation)
    _require_live(allocation)
    if allocation.state is AllocationState.HELD:
        _require_to_come(allocation)
    _require_whole(allocation)
    allocation.move("confirm")
    allocation.expires_at = None
    events.announce(actor, "allocation.confirmed", allocation)
    keep_support(actor, allocation)
    return allocation


@transactional
def extend_hold(actor: Actor, allocation_id: int, expires_at: datetime) -> Allocation:
    """Keep a live hold for longer."""
    allocation = queries.load_locked(allocation_id)
    policy.require(actor, Can.BOOK_TIME, allocation)
    if allocation.state is not AllocationState.HELD:
        raise Conflict("allocation.not_now", state=allocation.state, event="extend")
    _require_live(allocation)
    _require_future(expires_at)
    allocation.expires_at = expires_at
    events.announce(actor, "allocation.hold_extended", allocation)
    return allocation


@transactional
def release(actor: Actor, allocation_id: int) -> Allocation:
    """Give held time back."""
    allocation = queries.load_locked(allocation_id)
    policy.require(actor, Can.RELEASE_TIME, allocation)
    weeks = queries.weeks_of([allocation_id])
    close(allocation, "release")
    review_clashes(actor, allocation.specialist_id, weeks, may_open=False)
    events.announce(actor, "allocation.released", allocation)
    return allocation


@transactional
def cancel(actor: Actor, allocation_id: int, reason: str) -> Allocation:
    """取消し of confirmed time before its first day."""
    allocation = queries.load_locked(allocation_id)
    policy.require(actor, Can.RELEASE_TIME, allocation)
    _require_reason(reason)
    if allocation.state is AllocationState.CONFIRMED and clock.today() >= allocation.starts_on:
        raise Conflict("allocation.started", starts_on=allocation.starts_on)
    weeks = queries.weeks_of([allocation_id])
    close(allocation, "cancel", reason)
    review_clashes(actor, allocation.specialist_id, weeks, may_open=False)
    events.announce(actor, "allocation.cancelled", allocation, remark=reason)
    keep_support(actor, allocation)
    return allocation


@transactional
def end_early(actor: Actor, allocation_id: int, last_week_on: date, reason: str) -> Allocation:
    """End confirmed time after a week; what was planned up to it stays."""
    allocation = queries.load_locked(allocation_id)
    policy.require(actor, Can.RELEASE_TIME, allocation)
    _require_reason(reason)
    weeks = queries.weeks_of([allocation_id])
    kept = [week_on for week_on in weeks if week_on <= last_week_on]
    if allocation.state is AllocationState.CONFIRMED:
        _require_end(weeks, kept)
    allocation.move("end")
    allocation.closed_at, allocation.close_reason = clock.now(), reason
    allocation.ends_on = days_of(allocation.weekdays, kept)[1]
    delete_rows(allocation, after=last_week_on)
    review_clashes(actor, allocation.specialist_id, weeks, may_open=False)
    events.announce(actor, "allocation.ended_early", allocation, remark=reason, weeks=len(kept))
    keep_support(actor, allocation)
    return allocation


@transactional
def release_expired(actor: Actor) -> int:
    """Tidy up after holds that ran out; every reader takes them for gone already."""
    policy.require(actor, Can.RELEASE_TIME)
    people = sorted({hold.specialist_id for hold in queries.expired_holds()})
    for specialist_id in people:
        queries.lock_weeks([specialist_id])
        weeks = release_expired_of(actor, specialist_id)
        review_clashes(actor, specialist_id, weeks, may_open=False)
        events.announce(actor, "allocation.holds_tidied", specialists.load(specialist_id))
    return len(people)


def _placed(
    actor: Actor, booking: Booking, position: Position, expires_at: datetime | None
) -> Allocation:
    """Lock what is concerned, free expired holds, ask whether it fits, and insert all weeks."""
    wanted = _sound(booking)
    _lock(wanted)
    freed = release_expired_of(actor, wanted.specialist_id)
    review_clashes(actor, wanted.specialist_id, freed, may_open=False)
    bad = queries.bad_weeks(queries.person_time(wanted.specialist_id), wanted)
    if bad:
        raise refused(bad)
    request = position.talent_request
    starts_on, ends_on = days_of(wanted.weekdays, [row.week_on for row in wanted.weeks])
    allocation = Allocation(
        specialist_id=wanted.specialist_id,
        position_id=position.id,
        body_id=request.body_id,
        theme_code=request.theme_code,
        state=AllocationState.HELD if expires_at else AllocationState.CONFIRMED,
        expires_at=expires_at,
        weekdays=wanted.weekdays,
        minutes_per_week=wanted.minutes_per_week,
        inside_minutes_per_week=wanted.inside_minutes_per_week,
        starts_on=starts_on,
        ends_on=ends_on,
        created_at=clock.now(),
    )
    db.session.add(allocation)
    db.session.flush()
    insert_rows(allocation, wanted.weeks)
    return allocation


def refused(bad: tuple[BadWeek, ...]) -> Conflict:
    """The refusal of the first reason, with all weeks and all bookings in the way."""
    first = bad[0]
    return Conflict(
        first.code,
        field=None,
        week_on=first.week_on,
        month_on=month_of_week(first.week_on),
        day_on=first.days[0] if first.days else first.week_on,
        capacity_minutes=first.capacity_minutes,
        booked_minutes=first.booked_minutes,
        asked_minutes=first.asked_minutes,
        missing_minutes=first.missing_minutes,
        count=sum(1 for week in bad if week.code == first.code),
        weeks=bad,
        allocation_ids=tuple(dict.fromkeys(i for week in bad for i in week.allocation_ids)),
    )


def _total(booking: Booking) -> int:
    return sum(row.minutes for row in booking.weeks)


def _sound(booking: Booking) -> Booking:
    """The booking without weeks of nothing. Errors: ValueError for what no form can send."""
    rows = tuple(row for row in booking.weeks if row.minutes)
    weeks = [row.week_on for row in rows]
    if not rows or weeks != sorted(set(weeks)) or any(week_on.weekday() for week_on in weeks):
        raise ValueError("a booking names Mondays in order, with minutes")
    if any(not 0 <= row.inside_minutes <= row.minutes for row in rows):
        raise ValueError("the minutes inside office hours are a part of the minutes")
    return Booking(
        booking.specialist_id,
        booking.position_id,
        booking.weekdays,
        booking.minutes_per_week,
        booking.inside_minutes_per_week,
        rows,
    )


def _lock(booking: Booking) -> None:
    """Lock the weeks asked for, all weeks of their months under a cap, and those of late holds."""
    weeks = {row.week_on for row in booking.weeks}
    if specialists.load(booking.specialist_id).month_cap_minutes is not None:
        weeks |= _weeks_of_months(booking.weeks)
    late = queries.expired_holds(booking.specialist_id)
    weeks |= set(queries.weeks_of([hold.id for hold in late]))
    queries.lock_weeks([booking.specialist_id], weeks)


def _weeks_of_months(rows: tuple[BookedWeek, ...]) -> set[date]:
    months = {month_of_week(row.week_on) for row in rows}
    return {
        week_on
        for month_on in months
        for week_on in weeks_between(month_on, add_months(month_on, 1))
        if month_of_week(week_on) == month_on
    }


def _require_future(expires_at: datetime) -> None:
    if expires_at <= clock.now():
        raise Invalid("allocation.deadline_passed", field="expires_at")


def _require_live(allocation: Allocation) -> None:
    if allocation.expires_at is not None and allocation.expires_at <= clock.now():
        raise Conflict("allocation.hold_expired", expires_at=allocation.expires_at)


def _require_whole(allocation: Allocation) -> None:
    """What leave has pushed out of the hold cannot be promised."""
    clash = queries.clash_of(allocation.specialist_id, allocation.id)
    if clash is not None:
        raise Conflict(
            "allocation.clash_open", week_on=clash.week_on, missing_minutes=clash.missing_minutes
        )


def _require_to_come(allocation: Allocation) -> None:
    """Time that has passed cannot be promised any more."""
    first_on = min(queries.weeks_of([allocation.id]), default=None)
    if first_on is not None and queries.has_begun(allocation.weekdays, first_on):
        raise Conflict("allocation.week_past", field=None, week_on=first_on)


def _require_end(weeks: list[date], kept: list[date]) -> None:
    """Some weeks stay and some go; none that is over goes, for its time was spent."""
    if not kept or kept == weeks:
        raise Invalid("allocation.end_outside", field="last_week_on")
    if weeks[len(kept)] < (this_week := monday(clock.today())):
        over = max(week_on for week_on in weeks if week_on < this_week)
        raise Invalid("allocation.end_in_past", field="last_week_on", week_on=over)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid("allocation.reason_needed", field="reason")
