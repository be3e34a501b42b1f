"""評価基準: which weights are valid on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from talentshare import policy
from talentshare.engine.rules import PREFER, WEIGHTS
from talentshare.kernel.actor import Actor
from talentshare.matching.models import WeightSet
from talentshare.platform.db import db
from talentshare.platform.events import name_of, remarks_of
from talentshare.policy import Can


@dataclass(frozen=True)
class Weights:
    """A version with its first day; version 0 are the engine's own, before any is stored."""

    number: int
    valid_from: date | None
    shares: Mapping[str, int]


UNSTORED = Weights(0, None, WEIGHTS)


@dataclass(frozen=True)
class Version:
    """A version as an admin sees it; `reason` is what was said when it was made."""

    weights: Weights
    reason: str
    is_valid: bool


def weights_on(day: date) -> Weights:
    """The version with the latest first day up to `day`; of two of one day the newer."""
    found = db.session.scalar(
        select(WeightSet)
        .where(WeightSet.valid_from <= day)
        .order_by(WeightSet.valid_from.desc(), WeightSet.number.desc())
        .limit(1)
    )
    return UNSTORED if found is None else _weights(found)


def versions(actor: Actor, day: date) -> Sequence[Version]:
    """All versions, the newest first, and which of them is valid on `day`."""
    policy.require(actor, Can.EDIT_WEIGHTS)
    rows = db.session.scalars(select(WeightSet).order_by(WeightSet.number.desc())).all()
    said = remarks_of(rows)
    now = weights_on(day).number
    return [Version(_weights(row), said.get(name_of(row), ""), row.number == now) for row in rows]


def last_number() -> int:
    """The number of the newest version, 0 before any."""
    newest = select(WeightSet.number).order_by(WeightSet.number.desc()).limit(1)
    return db.session.scalar(newest) or 0


def _weights(row: WeightSet) -> Weights:
    return Weights(row.number, row.valid_from, {name: int(row.weights[name]) for name in PREFER})
