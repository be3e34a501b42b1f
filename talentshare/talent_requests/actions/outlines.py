"""How an outline becomes a position as soon as nothing is missing, and a sketch until then."""

from dataclasses import replace

from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.kernel.weeks import fiscal_year, fiscal_year_end
from talentshare.platform import events
from talentshare.platform.db import db
from talentshare.talent_requests.models import (
    TIMES,
    Outline,
    Position,
    PositionSketch,
    PositionSkill,
    SkillNeed,
    TalentRequest,
    weeks_within,
)
from talentshare.talent_requests.states import PositionState, RequestKind


def fitted(kind: RequestKind, outline: Outline) -> Outline:
    """The outline with what its kind decides, checked for days that cannot be."""
    if kind == RequestKind.STANDING and outline.earliest_on is None:
        outline = replace(outline, latest_end_on=None, week_count=None)
    elif kind == RequestKind.STANDING and outline.earliest_on is not None:
        last = fiscal_year_end(fiscal_year(outline.earliest_on))
        weeks = weeks_within(outline.earliest_on, last)
        if not weeks:
            raise Invalid("talent_request.year_over", field="earliest_on", last_on=last)
        outline = replace(outline, latest_end_on=last, week_count=weeks)
    _require_minutes(outline)
    _require_days(outline)
    return outline


def _require_minutes(outline: Outline) -> None:
    inside, whole = outline.inside_minutes_per_week, outline.minutes_per_week
    if inside is not None and whole is not None and inside > whole:
        raise Invalid(
            "talent_request.too_much_inside", field="inside_minutes_per_week", minutes=whole
        )


def _require_days(outline: Outline) -> None:
    first, last = outline.earliest_on, outline.latest_end_on
    if last is None:
        return
    ledger_ends = fiscal_year_end(fiscal_year(clock.today()) + 1)
    if last > ledger_ends:
        raise Invalid("talent_request.too_far", field="latest_end_on", last_on=ledger_ends)
    if first is None:
        return
    if last < first:
        raise Invalid("talent_request.ends_before_start", field="latest_end_on")
    possible = weeks_within(first, last)
    if outline.week_count is not None and possible < outline.week_count:
        raise Invalid(
            "talent_request.window_too_short",
            field="latest_end_on",
            weeks=outline.week_count,
            possible=possible,
        )


def keep_outline(actor: Actor, it: TalentRequest, ordinal: int, outline: Outline) -> None:
    """Store the outline as a position when it is complete, else as a sketch."""
    position = position_of(it, ordinal)
    if outline.missing:
        if position is not None:
            drop(actor, it, position, incomplete=True)
        _sketch(it, ordinal, outline)
        return
    it.sketches = [sketch for sketch in it.sketches if sketch.ordinal != ordinal]
    deed = "position.changed" if position else "position.added"
    if position is None:
        position = _filled(Position(ordinal=ordinal), outline)
        it.positions.append(position)
    elif position.state != PositionState.OPEN:
        raise Conflict("talent_request.position_staffed")
    else:
        _filled(position, outline)
    events.announce(actor, deed, position)


def position_of(it: TalentRequest, ordinal: int) -> Position | None:
    """The complete position with this number, if there is one."""
    return next((p for p in it.live_positions if p.ordinal == ordinal), None)


def drop(actor: Actor, it: TalentRequest, position: Position, incomplete: bool = False) -> None:
    """Take a position away; one that was ever open is closed instead, as others may know it."""
    if position.state != PositionState.OPEN:
        raise Conflict("talent_request.position_staffed")
    if incomplete and it.opened_at is not None:
        raise Conflict("talent_request.position_incomplete")
    events.announce(actor, "position.removed", position)
    if it.opened_at is not None:
        position.move("close")
    else:
        it.positions.remove(position)
        db.session.flush()


def _sketch(it: TalentRequest, ordinal: int, outline: Outline) -> None:
    sketch = next((s for s in it.sketches if s.ordinal == ordinal), None)
    if sketch is None:
        sketch = PositionSketch(ordinal=ordinal)
        it.sketches.append(sketch)
    _set_times(sketch, outline)
    sketch.role_code = outline.role_code
    sketch.skills = [(need.skill_code, need.level, need.is_must) for need in outline.skills]


def _filled(position: Position, outline: Outline) -> Position:
    _set_times(position, outline)
    position.role_code = outline.role_code or ""
    kept = {skill.skill_code: skill for skill in position.skills}
    position.skills = [_skill(kept.get(need.skill_code), need) for need in outline.skills]
    return position


def _skill(kept: PositionSkill | None, need: SkillNeed) -> PositionSkill:
    """The row of a skill, the old one where there is one: a code stands once in a position."""
    row = kept or PositionSkill(skill_code=need.skill_code)
    row.level, row.is_must = need.level, need.is_must
    return row


def _set_times(place: Position | PositionSketch, outline: Outline) -> None:
    for name in (*TIMES, "weekdays"):
        setattr(place, name, getattr(outline, name))
