"""What people set for themselves."""

from talentshare import policy
from talentshare.accounts import queries
from talentshare.accounts.models import MailPace
from talentshare.kernel.actor import Actor
from talentshare.platform import events
from talentshare.platform.db import transactional
from talentshare.policy import Can


@transactional
def choose_mail_pace(actor: Actor, pace: MailPace) -> None:
    """Remember whether the person is written to at once or once a day."""
    person = queries.person(actor.id)
    policy.require(actor, Can.USE_OWN_ACCOUNT, person)
    person.mail_pace = pace
    events.announce(actor, "person.mail_pace_chosen", person, pace=pace)


@transactional
def choose_language(actor: Actor, locale: str) -> None:
    """Remember in which language the person reads."""
    person = queries.person(actor.id)
    policy.require(actor, Can.USE_OWN_ACCOUNT, person)
    person.locale = locale
    events.announce(actor, "person.language_chosen", person, locale=locale)
