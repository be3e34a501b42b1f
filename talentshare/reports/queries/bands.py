"""目標の帯: which band is valid on a day, and on which side of it a rate lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from talentshare import policy
from talentshare.engine.utilisation import Figures
from talentshare.kernel.actor import Actor
from talentshare.platform.db import db
from talentshare.platform.events import name_of, remarks_of
from talentshare.policy import Can
from talentshare.reports.models import TargetBand
from talentshare.reports.queries.read import groupings

FULL = 100


@dataclass(frozen=True)
class Band:
    """A version with its first day; version 0 is the initial one, before any is stored."""

    number: int
    valid_from: date | None
    lower: int
    upper: int

    def side(self, figures: Figures) -> str:
        """Where the planned rate lies: below, within or above; nowhere when it is not counted.

        Compared exactly, not as rounded for the page; both bounds lie within.
        """
        if not figures.is_counted:
            return ""
        hundredfold, whole = FULL * figures.confirmed_minutes, figures.capacity_minutes
        if hundredfold < self.lower * whole:
            return "below"
        return "above" if hundredfold > self.upper * whole else "within"


INITIAL = Band(0, None, 70, 85)


@dataclass(frozen=True)
class BandVersion:
    """A version as an admin sees it; `reason` is what was said when it was made."""

    band: Band
    reason: str
    is_valid: bool


def band_on(actor: Actor, day: date) -> Band:
    """The version with the latest first day up to `day`; of two of one day the newer."""
    groupings(actor)
    return _band_on(day)


def band_versions(actor: Actor, day: date) -> Sequence[BandVersion]:
    """All versions, the newest first, and which of them is valid on `day`."""
    policy.require(actor, Can.EDIT_BAND)
    rows = db.session.scalars(select(TargetBand).order_by(TargetBand.number.desc())).all()
    said = remarks_of(rows)
    now = _band_on(day).number
    return [BandVersion(_band(row), said.get(name_of(row), ""), row.number == now) for row in rows]


def last_band_number() -> int:
    """The number of the newest version, 0 before any."""
    newest = select(TargetBand.number).order_by(TargetBand.number.desc()).limit(1)
    return db.session.scalar(newest) or 0


def _band_on(day: date) -> Band:
    found = db.session.scalar(
        select(TargetBand)
        .where(TargetBand.valid_from <= day)
        .order_by(TargetBand.valid_from.desc(), TargetBand.number.desc())
        .limit(1)
    )
    return INITIAL if found is None else _band(found)


def _band(row: TargetBand) -> Band:
    return Band(row.number, row.valid_from, row.lower, row.upper)
