"""Closing or opening offices on a day: foreseen first, then done as it was foreseen."""

from talentshare import policy
from talentshare.accounts import queries as accounts
from talentshare.allocations import queries
from talentshare.allocations.queries import Effect
from talentshare.catalogue import actions as catalogue
from talentshare.catalogue.models import HolidayDraft
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict
from talentshare.platform import events
from talentshare.platform.db import Undone, transactional
from talentshare.policy import Can


@transactional
def foresee_day(actor: Actor, draft: HolidayDraft) -> Effect | None:
    """What `change_day` would do now: it is done, measured and undone; None if it is so already."""
    policy.require(actor, Can.EDIT_CATALOGUE)
    raise Undone(_changed(actor, draft))


@transactional
def change_day(actor: Actor, draft: HolidayDraft, seen: str) -> Effect | None:
    """Close or open offices, if it does what was `seen`; pressed twice, it gives None."""
    policy.require(actor, Can.EDIT_CATALOGUE)
    effect = _changed(actor, draft)
    if effect is not None and effect.mark != seen:
        raise Conflict("catalogue.effect_changed")
    return effect


def _changed(actor: Actor, draft: HolidayDraft) -> Effect | None:
    accounts.lock_person(actor.id)
    queries.lock_people()
    before = queries.before_change(draft.day)
    if draft.is_closed:
        holiday = catalogue.add_holiday(actor, draft)
    else:
        holiday = catalogue.remove_holiday(actor, draft.day)
    if not events.queued("catalogue.holidays_changed"):
        return None
    effect = queries.effect_since(actor, before)
    events.announce(
        actor,
        "catalogue.effect_seen",
        holiday,
        people=effect.people,
        minutes=effect.minutes,
        opened=effect.opened,
        settled=effect.settled,
    )
    return effect
