"""The positions of a request: answered page by page, added and given up."""

from dataclasses import fields, replace

from talentshare import policy
from talentshare.catalogue import queries as catalogue
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.platform import events
from talentshare.platform.db import transactional
from talentshare.policy import Can
from talentshare.talent_requests import queries
from talentshare.talent_requests.actions.outlines import drop, fitted, keep_outline, position_of
from talentshare.talent_requests.actions.owners import is_filled, staff
from talentshare.talent_requests.actions.writing import require_editable, touch
from talentshare.talent_requests.models import (
    Outline,
    PositionAnswer,
    PositionSketch,
    RoleAnswer,
    SkillNeed,
)
from talentshare.talent_requests.states import RequestState

MOST_POSITIONS = 9


@transactional
def save_position(
    actor: Actor,
    request_id: int,
    ordinal: int,
    answer: PositionAnswer,
    version: int | None = None,
) -> None:
    """Keep what was answered about one position; the first one begins with its first answer."""
    it = queries.load(request_id)
    policy.require(actor, Can.EDIT_REQUEST, it)
    require_editable(actor, it, version)
    before = it.outline(ordinal)
    if before is None and ordinal != 1:
        raise Conflict("talent_request.no_such_position")
    outline = _answered(before or Outline(), answer)
    keep_outline(actor, it, ordinal, fitted(it.kind, outline))
    touch(actor, it)
    events.announce(
        actor,
        "talent_request.edited",
        it,
        step=answer.step,
        ordinal=ordinal,
        state=it.state.value,
    )


@transactional
def add_position(actor: Actor, request_id: int, after: int | None = None) -> int:
    """Make room for one more position and return its number.

    Whoever saw none beyond `after` is given the one that was added since.
    """
    it = queries.load_locked(request_id)
    policy.require(actor, Can.HANDLE_REQUEST, it)
    require_editable(actor, it, None)
    added = [ordinal for ordinal in it.ordinals if after is not None and ordinal > after]
    if added:
        return added[0]
    if len(it.ordinals) >= MOST_POSITIONS:
        raise Conflict("talent_request.enough_positions", most=MOST_POSITIONS)
    ordinal = it.last_ordinal + 1
    it.sketches.append(PositionSketch(ordinal=ordinal))
    touch(actor, it)
    events.announce(
        actor, "talent_request.edited", it, step="add", ordinal=ordinal, state=it.state.value
    )
    return ordinal


@transactional
def remove_position(
    actor: Actor, request_id: int, ordinal: int, version: int | None = None
) -> None:
    """Give up a position for which nobody is found yet."""
    it = queries.load_locked(request_id)
    policy.require(actor, Can.HANDLE_REQUEST, it)
    require_editable(actor, it, version)
    if ordinal not in it.ordinals:
        raise Conflict("talent_request.no_such_position")
    position = position_of(it, ordinal)
    if it.state == RequestState.OPEN and position is not None and len(it.live_positions) == 1:
        raise Conflict("talent_request.last_position")
    if position is not None:
        drop(actor, it, position)
    it.sketches = [sketch for sketch in it.sketches if sketch.ordinal != ordinal]
    touch(actor, it)
    events.announce(
        actor, "talent_request.edited", it, step="remove", ordinal=ordinal, state=it.state.value
    )
    if it.state == RequestState.OPEN and is_filled(it):
        staff(actor, it.id)


def _answered(outline: Outline, answer: PositionAnswer) -> Outline:
    changed = replace(outline, **{f.name: getattr(answer, f.name) for f in fields(answer)})
    if isinstance(answer, RoleAnswer) and changed.role_code != outline.role_code:
        changed = replace(changed, skills=_skills_of(changed))
    if len({need.skill_code for need in changed.skills}) < len(changed.skills):
        raise Invalid("talent_request.skill_twice")
    return changed


def _skills_of(outline: Outline) -> tuple[SkillNeed, ...]:
    """Those of the skills that the role has too."""
    known = catalogue.skill_names()
    return tuple(
        need for need in outline.skills if outline.role_code in known[need.skill_code].role_codes
    )
