"""Days on which offices are closed."""

from datetime import date

from talentshare import policy
from talentshare.accounts import queries as accounts
from talentshare.catalogue import queries
from talentshare.catalogue.models import Holiday, HolidayDraft
from talentshare.kernel.actor import Actor
from talentshare.platform import events
from talentshare.platform.db import db, forget_kept, transactional
from talentshare.policy import Can


@transactional
def add_holiday(actor: Actor, draft: HolidayDraft) -> Holiday:
    """Close offices on a day; what each specialist can give is computed anew."""
    policy.require(actor, Can.EDIT_CATALOGUE)
    accounts.lock_person(actor.id)
    if not queries.would_change(draft):
        return queries.load_holiday(draft.day)
    holiday = queries.find_holiday(draft.day)
    if holiday is None:
        holiday = Holiday(day=draft.day)
        db.session.add(holiday)
    holiday.is_closed, holiday.name_ja = True, draft.name_ja
    holiday.name_en = draft.name_en or draft.name_ja
    forget_kept()
    events.announce(actor, "catalogue.holidays_changed", holiday, day=str(draft.day), closed=True)
    return holiday


@transactional
def remove_holiday(actor: Actor, day: date) -> Holiday:
    """Open offices on a day; the row stays, so that loading does not bring the holiday back."""
    policy.require(actor, Can.EDIT_CATALOGUE)
    accounts.lock_person(actor.id)
    is_new = queries.would_change(HolidayDraft(day, is_closed=False))
    holiday = queries.load_holiday(day)
    if not is_new:
        return holiday
    holiday.is_closed = False
    forget_kept()
    events.announce(actor, "catalogue.holidays_changed", holiday, day=str(day), closed=False)
    return holiday
