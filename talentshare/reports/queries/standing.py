"""What is counted of everybody, kept per process and renewed person by person."""

from collections.abc import Sequence

from talentshare.engine.utilisation import Unit
from talentshare.kernel.period import Period
from talentshare.matching.queries import PEOPLE
from talentshare.platform.db import db
from talentshare.platform.pictures import Album, Keeper, of_app
from talentshare.reports.queries.live import counted
from talentshare.reports.queries.report import Counted

MOST_PICTURES, MOST_BYTES = 6, 64_000_000
MOST_CHANGED = 1000  # people; beyond it everybody is read at once


def counted_now(period: Period, unit: Unit) -> Counted:
    """What is counted of everybody, as this transaction sees it."""
    if db.session.info.get("in_action"):
        return counted(period, unit)
    return of_app("reports.counted", _album).now(period, unit)


def _album() -> Album[Counted]:
    return Album(_keeper, lambda picture: picture.size, MOST_PICTURES, MOST_BYTES)


def _keeper(period: Period, unit: Unit) -> Keeper[Counted]:
    def renewed(picture: Counted, changed: Sequence[int]) -> Counted | None:
        if len(changed) > MOST_CHANGED:
            return None
        return picture.with_anew(counted(period, unit, changed), changed)

    return Keeper(PEOPLE, lambda: counted(period, unit), renewed)
