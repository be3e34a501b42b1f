"""How an outline becomes a position as soon as nothing is missing, and a sketch until then."""

from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict
from talentshare.platform import events
from talentshare.platform.db import db
from talentshare.talent_requests import queries
from talentshare.talent_requests.models import (
    TIMES,
    Outline,
    Position,
    PositionSketch,
    PositionSkill,
    SkillNeed,
    TalentRequest,
)
from talentshare.talent_requests.states import PositionState, RequestKind


def fitted(kind: RequestKind | None, outline: Outline) -> Outline:
    """The outline with what its kind decides, checked for days and hours that cannot be."""
    outline = queries.fitted(kind, outline)
    for refusal in queries.contradictions(kind, outline):
        raise refusal
    return outline


def keep_outline(actor: Actor, it: TalentRequest, ordinal: int, outline: Outline) -> None:
    """Store the outline as a position when it is complete, else as a sketch."""
    position = position_of(it, ordinal)
    if outline.missing:
        if position is not None:
            drop(actor, it, position, incomplete=True)
        sketch_outline(it, ordinal, outline)
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
        position.removed_at = clock.now()
    else:
        it.positions.remove(position)
        db.session.flush()


def sketch_outline(it: TalentRequest, ordinal: int, outline: Outline) -> None:
    """Note what is said so far of a position that is not complete."""
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
