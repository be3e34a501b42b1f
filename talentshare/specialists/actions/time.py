"""When specialists work and when not. What follows for booked time is decided by reactions."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date, timedelta
from itertools import pairwise

from sqlalchemy import select

from talentshare import policy
from talentshare.catalogue import queries as catalogue
from talentshare.engine.capacity import (
    OFFICE_CLOSES_MINUTE,
    OFFICE_OPENS_MINUTE,
    Off,
    TimeFacts,
    day_minutes,
    month_days,
    month_most,
    usual_minutes,
)
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, Invalid, NotFound
from talentshare.kernel.period import Period
from talentshare.kernel.weeks import WEEK, add_months, monday
from talentshare.platform import events
from talentshare.platform.db import db, transactional
from talentshare.policy import Can
from talentshare.specialists import queries
from talentshare.specialists.models import (
    DayDraft,
    DayOverride,
    MonthAnswer,
    MonthDraft,
    PatternDraft,
    PatternWindow,
    TimeOff,
    TimeOffDraft,
    Window,
    WorkingPattern,
)
from talentshare.specialists.states import TimeOffKind

WHOLE_DAY = 1440
OFFICE_MINUTES = OFFICE_CLOSES_MINUTE - OFFICE_OPENS_MINUTE
LONGEST_TIME_OFF_DAYS = 366


@transactional
def set_pattern(actor: Actor, specialist_id: int, draft: PatternDraft) -> WorkingPattern:
    """Change the way of working from a coming week on; what has passed is never altered."""
    specialist = queries.load_locked(specialist_id)
    policy.require(actor, Can.EDIT_TIME, specialist)
    _require_apart(draft.windows)
    known = {row.valid_from: row for row in _patterns(specialist_id)}
    pattern = known.get(draft.valid_from)
    if pattern is not None and _is_same(pattern, draft):
        return pattern
    first_free = monday(clock.today()) + WEEK
    if known and draft.valid_from < first_free:
        raise Invalid("time.pattern_past", field="valid_from", first_on=first_free)
    if pattern is None:
        pattern = WorkingPattern(specialist_id=specialist_id, valid_from=draft.valid_from)
        db.session.add(pattern)
    pattern.share_percent = draft.share_percent
    pattern.windows = [
        PatternWindow(weekday=w.weekday, starts_minute=w.starts_minute, ends_minute=w.ends_minute)
        for w in draft.windows
    ]
    events.announce(
        actor, "specialist.time_changed", specialist, pattern_from=draft.valid_from.isoformat()
    )
    return pattern


@transactional
def drop_pattern(actor: Actor, specialist_id: int, valid_from: date) -> None:
    """Take back a change of the way of working that has not begun."""
    specialist = queries.load_locked(specialist_id)
    policy.require(actor, Can.EDIT_TIME, specialist)
    known = {row.valid_from: row for row in _patterns(specialist_id)}
    if valid_from not in known:
        raise NotFound("specialist.not_found")
    if valid_from <= clock.today() or len(known) == 1:
        raise Conflict("time.pattern_begun", first_on=valid_from)
    db.session.delete(known[valid_from])
    events.announce(
        actor, "specialist.time_changed", specialist, pattern_dropped=valid_from.isoformat()
    )


@transactional
def change_days(actor: Actor, specialist_id: int, days: Mapping[date, DayDraft | None]) -> None:
    """Set what single days hold after leave, or bring them back to the usual (None)."""
    specialist = queries.load_locked(specialist_id)
    policy.require(actor, Can.EDIT_TIME, specialist)
    facts = queries.time_facts(specialist_id)
    for day, draft in days.items():
        if day < clock.today():
            raise Invalid("time.day_past", day=day)
        if draft is not None:
            _require_possible(facts, day, draft)
    if _override(specialist_id, facts, days):
        events.announce(actor, "specialist.time_changed", specialist, days=len(days))


@transactional
def take_time_off(actor: Actor, specialist_id: int, draft: TimeOffDraft) -> TimeOff:
    """Enter leave, which always succeeds, or other work, which must not break a booking.

    The very same once more is the row that stands; rows may overlap, a minute is off once.
    """
    specialist = queries.load_locked(specialist_id)
    policy.require(actor, Can.EDIT_TIME, specialist)
    _require_sound(draft)
    entered = _entered(specialist_id, draft)
    if entered is not None:
        return entered
    row = TimeOff(specialist_id=specialist_id, **asdict(draft))
    db.session.add(row)
    db.session.flush()
    is_leave = draft.kind is TimeOffKind.LEAVE
    deed = "specialist.leave_taken" if is_leave else "specialist.time_changed"
    events.announce(actor, deed, specialist, time_off=row.id)
    return row


@transactional
def withdraw_time_off(actor: Actor, specialist_id: int, time_off_id: int) -> TimeOff:
    """Take back what is left of leave or other work; days that have passed stay as they were."""
    specialist = queries.load_locked(specialist_id)
    policy.require(actor, Can.EDIT_TIME, specialist)
    row = db.session.get(TimeOff, time_off_id, populate_existing=True)
    if row is None or row.specialist_id != specialist_id:
        raise NotFound("specialist.not_found")
    if row.withdrawn_at is not None:
        raise NotFound("specialist.not_found")
    today = clock.today()
    if row.ends_on < today:
        raise Conflict("time.off_past")
    if row.starts_on < today:
        row.ends_on = today - timedelta(days=1)
    else:
        row.withdrawn_at = clock.now()
    events.announce(actor, "specialist.time_changed", specialist, time_off=row.id)
    return row


@transactional
def answer_month(actor: Actor, specialist_id: int, draft: MonthDraft) -> MonthAnswer:
    """Answer 「来月、何時間できますか」: the hours are laid on the days of the month."""
    specialist = queries.load_locked(specialist_id)
    policy.require(actor, Can.EDIT_TIME, specialist)
    if draft.month_on < add_months(clock.today(), 1):
        raise Invalid("time.month_past", field="minutes")
    if draft.inside_minutes > draft.minutes:
        raise Invalid("time.inside_beyond_total", field="inside_minutes")
    facts = queries.time_facts(specialist_id)
    month = Period(draft.month_on, add_months(draft.month_on, 1) - timedelta(days=1))
    if any(day not in month for day in draft.days_off):
        raise Invalid("time.day_outside_month", field="days_off", month_on=draft.month_on)
    answer = _answered(specialist_id, draft.month_on)
    if not _says_nothing_new(facts, month, draft):
        _override(specialist_id, facts, _spread(facts, month, draft))
    answer = _answer(answer, specialist_id, draft)
    events.announce(actor, "specialist.time_changed", specialist, month=draft.month_on.isoformat())
    return answer


def _answered(specialist_id: int, month_on: date) -> MonthAnswer | None:
    return db.session.scalar(
        select(MonthAnswer).where(
            MonthAnswer.specialist_id == specialist_id, MonthAnswer.month_on == month_on
        )
    )


def _answer(answer: MonthAnswer | None, specialist_id: int, draft: MonthDraft) -> MonthAnswer:
    if answer is None:
        answer = MonthAnswer(specialist_id=specialist_id, month_on=draft.month_on)
        db.session.add(answer)
    answer.minutes, answer.inside_minutes = draft.minutes, draft.inside_minutes
    answer.answered_at = clock.now()
    return answer


def _says_nothing_new(facts: TimeFacts, month: Period, draft: MonthDraft) -> bool:
    closed = catalogue.closed_days(month.first, month.last)
    days = {day: day_minutes(facts, day, closed) for day in month.days()}
    minutes = sum(day.minutes for day in days.values())
    inside = sum(day.inside for day in days.values())
    same = (minutes, inside) == (draft.minutes, draft.inside_minutes)
    return same and not any(days[day].minutes for day in draft.days_off)


def _spread(facts: TimeFacts, month: Period, draft: MonthDraft) -> dict[date, DayDraft | None]:
    closed = catalogue.closed_days(month.first, month.last)
    off = tuple(Off(day, day) for day in draft.days_off)
    left = replace(facts, time_off=(*facts.time_off, *off))
    try:
        pairs = month_days(left, month.first, (draft.minutes, draft.inside_minutes), closed)
    except ValueError:
        minutes, inside = month_most(left, month.first, closed)
        raise Invalid(
            "time.month_beyond_windows",
            field="minutes" if draft.inside_minutes <= inside else "inside_minutes",
            most_minutes=minutes,
            most_inside_minutes=inside,
            most_outside_minutes=minutes - inside,
        ) from None
    return {day: DayDraft(*pair) for day, pair in pairs.items()}


def _override(specialist_id: int, facts: TimeFacts, days: Mapping[date, DayDraft | None]) -> bool:
    """Write the changed days: nothing where it is as usual, leave by the hour on top.

    Tell whether that changes any.
    """
    if not days:
        return False
    known = _overrides(specialist_id, days)
    closed = catalogue.closed_days(min(days), max(days))
    changed = False
    for day, draft in days.items():
        row = known.get(day)
        usual = usual_minutes(facts, day, closed)
        as_usual = draft is None or usual.is_away or draft == DayDraft(usual.inside, usual.outside)
        wanted = None if as_usual else _before_leave(facts, day, draft)
        if wanted == (row and (row.inside_minutes, row.outside_minutes)):
            continue
        changed = True
        _write_day(specialist_id, day, row, wanted)
    return changed


def _write_day(
    specialist_id: int, day: date, row: DayOverride | None, wanted: tuple[int, int] | None
) -> None:
    if wanted is None:
        db.session.delete(row)
        return
    if row is None:
        row = DayOverride(specialist_id=specialist_id, day=day)
        db.session.add(row)
    row.inside_minutes, row.outside_minutes = wanted


def _before_leave(facts: TimeFacts, day: date, draft: DayDraft | None) -> tuple[int, int]:
    """What must be written so that `draft` is left when hours off have been taken."""
    assert draft is not None
    full = replace(facts, overrides={day: (WHOLE_DAY, WHOLE_DAY)})
    left = day_minutes(full, day)
    inside = draft.inside_minutes + WHOLE_DAY - left.inside if draft.inside_minutes else 0
    outside = draft.outside_minutes + WHOLE_DAY - left.outside if draft.outside_minutes else 0
    return inside, outside


def _require_possible(facts: TimeFacts, day: date, draft: DayDraft) -> None:
    if not facts.is_engaged(day) and draft != DayDraft(0, 0):
        raise Invalid("time.day_not_engaged", day=day)
    full = replace(facts, overrides={day: (OFFICE_MINUTES, WHOLE_DAY - OFFICE_MINUTES)})
    most = day_minutes(full, day)
    if most.is_away and draft != DayDraft(0, 0):
        raise Invalid("time.day_on_leave", day=day)
    if draft.inside_minutes > most.inside:
        raise Invalid("time.day_inside_too_long", day=day, most_minutes=most.inside)
    if draft.outside_minutes > most.outside:
        raise Invalid("time.day_outside_too_long", day=day, most_minutes=most.outside)


def _require_sound(draft: TimeOffDraft) -> None:
    if draft.starts_on < monday(clock.today()):
        raise Invalid("time.off_starts_past", field="starts_on")
    if draft.ends_on < draft.starts_on:
        raise Invalid("time.off_order", field="ends_on")
    if (draft.ends_on - draft.starts_on).days > LONGEST_TIME_OFF_DAYS:
        raise Invalid("time.off_too_long", field="ends_on")
    if draft.starts_minute is None and draft.ends_minute is None:
        return
    if draft.starts_on != draft.ends_on:
        raise Invalid("time.off_hours_of_one_day", field="ends_on")
    if draft.starts_minute is None or draft.ends_minute is None:
        raise Invalid("time.off_both_hours", field="ends_minute")
    if draft.ends_minute <= draft.starts_minute:
        raise Invalid("time.off_hours_order", field="ends_minute")


def _require_apart(windows: tuple[Window, ...]) -> None:
    ordered = sorted(windows, key=lambda w: (w.weekday, w.starts_minute))
    for window in ordered:
        if window.ends_minute <= window.starts_minute:
            raise Invalid("time.window_order", weekday=window.weekday)
    for one, next_one in pairwise(ordered):
        if one.weekday == next_one.weekday and next_one.starts_minute < one.ends_minute:
            raise Invalid("time.windows_overlap", weekday=one.weekday)


def _is_same(pattern: WorkingPattern, draft: PatternDraft) -> bool:
    windows = sorted((w.weekday, w.starts_minute, w.ends_minute) for w in pattern.windows)
    wanted = sorted((w.weekday, w.starts_minute, w.ends_minute) for w in draft.windows)
    return pattern.share_percent == draft.share_percent and windows == wanted


def _entered(specialist_id: int, draft: TimeOffDraft) -> TimeOff | None:
    """The same time off as it was entered before and not taken back."""
    known = select(TimeOff).where(
        TimeOff.specialist_id == specialist_id, TimeOff.withdrawn_at.is_(None)
    )
    return db.session.scalar(known.filter_by(**asdict(draft)).limit(1))


def _patterns(specialist_id: int) -> list[WorkingPattern]:
    found = select(WorkingPattern).where(WorkingPattern.specialist_id == specialist_id)
    return list(db.session.scalars(found))


def _overrides(specialist_id: int, days: Iterable[date]) -> dict[date, DayOverride]:
    rows = db.session.scalars(
        select(DayOverride).where(
            DayOverride.specialist_id == specialist_id, DayOverride.day.in_(list(days))
        )
    )
    return {row.day: row for row in rows}
