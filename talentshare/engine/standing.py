"""The rules that do not depend on the start, for everybody at once: compiled as in `starts`.

Shapes: p people, k skills asked for, r roles and t skills of the pool.
"""

from typing import NamedTuple

import numpy as np

from talentshare.engine.compiled import compiled
from talentshare.engine.problem import Ints
from talentshare.engine.rules import MUST

u8, u16 = np.uint8, np.uint16

ROLE, SKILLS, PLACE, PLEDGE, DECLARATION, CONFLICT, BASIS = (
    MUST[name].bit
    for name in (
        "role", "must_skills", "place", "pledge", "declaration", "no_conflict", "legal_basis",
    )
)  # fmt: skip


class Asked(NamedTuple):
    """What is asked whatever the start; the role and skills (k) as rows of the pool, -1 = none."""

    role: int
    rows: Ints
    levels: Ints
    is_must: Ints
    worth: Ints
    online: int
    onsite: int
    areas: int
    island: int
    bases: int
    tied: Ints  # columns of people with a conflict


class Profile(NamedTuple):
    """What holds of people whatever the start; claims are uint8."""

    has_role: Ints
    verified: Ints
    claimed: Ints
    online: Ints
    onsite: Ints
    islands: Ints
    areas: Ints
    pledge: Ints
    declaration: Ints
    bases: Ints


@compiled
def still(ask: Asked, of: Profile) -> Ints:
    """Return the mask of broken rules that do not depend on the start, uint16 (p,)."""
    people = len(of.online)
    masks, lacks = np.zeros(people, np.uint16), np.zeros(people, np.uint8)
    no_role = np.zeros(people, np.uint8) if ask.role < 0 else of.has_role[ask.role]
    _papers(masks, no_role, of.pledge, of.declaration)
    for k in range(len(ask.rows)):
        if ask.is_must[k] and ask.rows[k] >= 0:
            _below(lacks, of.verified[ask.rows[k]], of.claimed[ask.rows[k]], ask.levels[k])
        elif ask.is_must[k] and ask.levels[k] > 0:
            lacks[:] = 1
    _set(masks, lacks, SKILLS)
    lacks[:] = 0
    if ask.online:
        _without(lacks, of.online)
    if ask.onsite:
        _without(lacks, of.onsite)
        _beyond(lacks, of.areas, ask.areas)
        if ask.island:
            _without(lacks, of.islands)
    _set(masks, lacks, PLACE)
    _no_basis(masks, of.bases, ask.bases)
    for column in ask.tied:
        masks[column] |= u16(1 << CONFLICT)
    return masks


@compiled
def _papers(masks: Ints, has_role: Ints, pledge: Ints, declaration: Ints) -> None:
    for i in range(len(masks)):
        masks[i] = (
            (u16(u8(1) - has_role[i]) << u16(ROLE))
            | (u16(u8(1) - pledge[i]) << u16(PLEDGE))
            | (u16(u8(1) - declaration[i]) << u16(DECLARATION))
        )


@compiled
def _below(lacks: Ints, verified: Ints, claimed: Ints, level: int) -> None:
    for i in range(len(lacks)):
        lacks[i] |= u8(max(verified[i], claimed[i]) < level)


@compiled
def _without(lacks: Ints, claims: Ints) -> None:
    for i in range(len(lacks)):
        lacks[i] |= u8(1) - claims[i]


@compiled
def _beyond(lacks: Ints, areas: Ints, asked: int) -> None:
    for i in range(len(lacks)):
        lacks[i] |= u8((asked & ~areas[i]) != 0)


@compiled
def _set(masks: Ints, lacks: Ints, bit: int) -> None:
    for i in range(len(masks)):
        masks[i] |= u16(u16(lacks[i]) << u16(bit))


@compiled
def _no_basis(masks: Ints, bases: Ints, asked: int) -> None:
    for i in range(len(masks)):
        masks[i] |= u16(u16((bases[i] & asked) == 0) << u16(BASIS))
