"""Closing or opening offices on a day, if it does what was foreseen."""

from talentshare import policy
from talentshare.accounts import queries as accounts
from talentshare.allocations import queries
from talentshare.allocations.queries import Effect
from talentshare.catalogue import actions as catalogue
from talentshare.catalogue.models import HolidayDraft
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict
from talentshare.platform import events
from talentshare.platform.db import transactional
from talentshare.policy import Can


@transactional
def change_day(actor: Actor, draft: HolidayDraft, seen: str) -> Effect | None:
    """Close or open offices, if it does what was `seen`; pressed twice, it gives None."""
    policy.require(actor, Can.EDIT_CATALOGUE)
    accounts.lock_person(actor.id)
    queries.lock_people()
    effect = queries.foresee_day(actor, draft)
    if effect is None:
        return None
    if effect.mark != seen:
        raise Conflict("catalogue.effect_changed")
    if draft.is_closed:
        holiday = catalogue.add_holiday(actor, draft)
    else:
        holiday = catalogue.remove_holiday(actor, draft.day)
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
