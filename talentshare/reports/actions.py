"""Setting the target band of utilisation, and keeping what is counted on a day."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert

from talentshare import policy
from talentshare.engine.utilisation import DEFINITION_VERSION, Unit
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Invalid
from talentshare.platform import events
from talentshare.platform.db import db, transactional
from talentshare.policy import Can
from talentshare.reports import queries
from talentshare.reports.models import SnapshotLine, TargetBand, UtilisationSnapshot
from talentshare.reports.queries import By, Wanted

LONGEST_REASON = 500
FULL = 100


@dataclass(frozen=True)
class BandDraft:
    """A version of the band to be: two whole percentages from a day on."""

    valid_from: date
    lower: int
    upper: int


@transactional
def add_band(actor: Actor, draft: BandDraft, reason: str) -> TargetBand:
    """A new version, from today or a later day on; earlier days keep theirs."""
    policy.require(actor, Can.EDIT_BAND)
    if draft.valid_from < clock.today():
        raise Invalid("band.day_is_past", field="valid_from")
    if not 0 <= draft.lower < draft.upper <= FULL:
        raise Invalid("band.not_bounds", field="upper")
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Invalid("band.reason_needed", field="reason", most=LONGEST_REASON)
    made = TargetBand(
        number=queries.last_band_number() + 1,
        valid_from=draft.valid_from,
        lower=draft.lower,
        upper=draft.upper,
        made_by_id=actor.id,
        made_at=clock.now(),
    )
    db.session.add(made)
    events.announce(actor, "band.added", made, remark=reason.strip(), number=made.number)
    return made


@transactional
def keep_day(actor: Actor) -> bool:
    """Keep what is counted today, unless that was done; a day that has passed stays without."""
    policy.require(actor, Can.KEEP_UTILISATION)
    now = clock.now()
    today = clock.tokyo_day(now)
    if queries.is_kept(today):
        return False
    days = queries.kept_days(today)
    report = queries.utilisation(actor, Wanted(days, Unit.WEEK, by=By.SKILL), ())
    made = UtilisationSnapshot(
        taken_on=today,
        taken_at=now,
        definition_version=DEFINITION_VERSION,
        first_on=days.first,
        last_on=days.last,
    )
    db.session.add(made)
    db.session.flush()
    terms = queries.terms()
    rows = queries.lines_of(report)
    for row in rows:
        first, last = terms[row["specialist_id"]]
        row |= {"snapshot_id": made.id, "engaged_from": first, "engaged_until": last}
    if rows:
        db.session.execute(insert(SnapshotLine), rows)
    events.announce(actor, "utilisation.kept", made, people=len(rows))
    return True
