"""Whoever's turn it is is reminded before the day, and once more when it has passed."""

from talentshare import policy
from talentshare.catalogue import queries as catalogue
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.workdays import workdays_until
from talentshare.notices import actions as notices
from talentshare.notices.models import Words
from talentshare.platform import events
from talentshare.platform.db import transactional
from talentshare.policy import Can
from talentshare.talent_requests import queries
from talentshare.talent_requests.models import TalentRequest
from talentshare.talent_requests.states import ANSWERS

SOON_WORKDAYS = 2


@transactional
def remind(actor: Actor) -> int:
    """Remind of days that are near or have passed, each once; of answers, proposals remind."""
    policy.require(actor, Can.PROGRESS_REQUEST)
    return sum(_remind(actor, it) for it in queries.with_due_day())


def _remind(actor: Actor, it: TalentRequest) -> bool:
    turn, today = it.turn, clock.today()
    if turn is None or turn.side is None or turn.due_on is None or turn.task in ANSWERS:
        return False
    closed = catalogue.closed_days(today, max(today, turn.due_on))
    if turn.due_on >= today and workdays_until(today, turn.due_on, closed) > SOON_WORKDAYS:
        return False
    what = "overdue" if turn.due_on < today else "due_soon"
    told = notices.tell_once(
        actor,
        queries.people_of(it, turn),
        f"{what}:{it.number}:{turn.task}:{turn.due_on}",
        f"talent_request.notice.{what}",
        turn.path or f"/requests/{it.number}",
        number=it.number,
        title=it.title,
        due_on=turn.due_on,
        task=Words(f"talent_request.turn.{turn.task}.short"),
    )
    if told:
        events.announce(actor, "talent_request.reminded", it, what=what)
    return told > 0
