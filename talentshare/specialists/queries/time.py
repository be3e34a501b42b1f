"""What decides how many minutes a specialist's days hold, read for one or for all."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import select

from talentshare.engine.capacity import Off, Pattern, TimeFacts, Window
from talentshare.kernel.errors import NotFound
from talentshare.platform.db import db
from talentshare.specialists.models import (
    DayOverride,
    PatternWindow,
    Specialist,
    TimeOff,
    WorkingPattern,
)
from talentshare.specialists.states import TimeOffKind


def time_facts(specialist_id: int) -> TimeFacts:
    """The facts of one specialist."""
    found = time_facts_of([specialist_id])
    if specialist_id not in found:
        raise NotFound("specialist.not_found")
    return found[specialist_id]


def time_facts_of(specialist_ids: Collection[int] | None = None) -> dict[int, TimeFacts]:
    """The facts of some or of all specialists, in five queries, whatever their number."""
    patterns = _patterns(specialist_ids)
    overrides: dict[int, dict[date, tuple[int, int]]] = defaultdict(dict)
    for row in _rows(_OVERRIDES, DayOverride.specialist_id, specialist_ids):
        overrides[row.specialist_id][row.day] = (row.inside_minutes, row.outside_minutes)
    time_off: dict[int, list[Off]] = defaultdict(list)
    for row in _rows(_TIME_OFF, TimeOff.specialist_id, specialist_ids):
        span = (row.starts_on, row.ends_on, row.starts_minute, row.ends_minute)
        time_off[row.specialist_id].append(Off(*span, is_leave=row.kind is TimeOffKind.LEAVE))
    return {
        row.id: TimeFacts(
            row.engaged_from,
            row.engaged_until,
            row.paused_from,
            row.paused_until,
            tuple(patterns.get(row.id, ())),
            overrides.get(row.id, {}),
            tuple(time_off.get(row.id, ())),
        )
        for row in _rows(_TERMS, Specialist.id, specialist_ids)
    }


_TERMS = select(
    Specialist.id,
    Specialist.engaged_from,
    Specialist.engaged_until,
    Specialist.paused_from,
    Specialist.paused_until,
)
_OVERRIDES = select(
    DayOverride.specialist_id,
    DayOverride.day,
    DayOverride.inside_minutes,
    DayOverride.outside_minutes,
)
_TIME_OFF = (
    select(
        TimeOff.specialist_id,
        TimeOff.kind,
        TimeOff.starts_on,
        TimeOff.ends_on,
        TimeOff.starts_minute,
        TimeOff.ends_minute,
    )
    .where(TimeOff.withdrawn_at.is_(None))
    .order_by(TimeOff.starts_on, TimeOff.id)
)
_PATTERNS = select(
    WorkingPattern.id,
    WorkingPattern.specialist_id,
    WorkingPattern.valid_from,
    WorkingPattern.share_percent,
).order_by(WorkingPattern.valid_from)
_WINDOWS = (
    select(
        PatternWindow.pattern_id,
        PatternWindow.weekday,
        PatternWindow.starts_minute,
        PatternWindow.ends_minute,
    )
    .join(WorkingPattern, WorkingPattern.id == PatternWindow.pattern_id)
    .order_by(PatternWindow.weekday, PatternWindow.starts_minute)
)


def _patterns(specialist_ids: Collection[int] | None) -> dict[int, list[Pattern]]:
    windows: dict[int, list[Window]] = defaultdict(list)
    for row in _rows(_WINDOWS, WorkingPattern.specialist_id, specialist_ids):
        windows[row.pattern_id].append(Window(row.weekday, row.starts_minute, row.ends_minute))
    found: dict[int, list[Pattern]] = defaultdict(list)
    for row in _rows(_PATTERNS, WorkingPattern.specialist_id, specialist_ids):
        pattern = Pattern(row.valid_from, row.share_percent, tuple(windows.get(row.id, ())))
        found[row.specialist_id].append(pattern)
    return found


def _rows(statement: Any, key: Any, specialist_ids: Collection[int] | None) -> Iterable[Any]:
    if specialist_ids is not None:
        statement = statement.where(key.in_(specialist_ids))
    found: Iterable[Any] = db.session.execute(statement)
    return found
