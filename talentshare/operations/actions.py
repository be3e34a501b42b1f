"""What is done about the installation itself."""

from talentshare import policy
from talentshare.accounts import queries as accounts
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.notices import actions as notices
from talentshare.platform import events
from talentshare.platform.db import transactional
from talentshare.policy import Can


@transactional
def report_break(actor: Actor, seq: int) -> None:
    """The admins learn that the audit chain does not hold, once a day."""
    policy.require(actor, Can.TELL)
    admins = accounts.ids_with(Role.ADMIN)
    once = f"audit.broken:{clock.today()}"
    notices.tell_once(actor, admins, once, "audit.broken", "/admin/health", number=seq)
    for person_id in admins[:1]:
        events.announce(actor, "audit.break_found", accounts.person(person_id), number=seq)


@transactional
def report_lost_anchor(actor: Actor, seq: int) -> None:
    """The admins learn that the file of published links is gone or too short, once a day."""
    policy.require(actor, Can.TELL)
    admins = accounts.ids_with(Role.ADMIN)
    once, code = f"audit.anchor_lost:{clock.today()}", "operations.notice.anchor_lost"
    if notices.tell_once(actor, admins, once, code, "/admin/health", number=seq):
        events.announce(actor, "audit.anchor_lost", accounts.person(admins[0]), number=seq)
