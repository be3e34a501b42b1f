"""Mails: promised with the deed, taken by the sender for a while, and what became of each."""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert, update

from talentshare import policy
from talentshare.accounts import queries as accounts
from talentshare.accounts.models import Person, TokenPurpose
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.notices import queries
from talentshare.notices.models import Mail, MailKind, Notice
from talentshare.notices.states import LEASE, MailState
from talentshare.platform import events
from talentshare.platform.db import db, transactional
from talentshare.policy import Can

FIRST_DELAY, LONGEST_DELAY = timedelta(minutes=1), timedelta(hours=1)
MOST_TRIES = 78  # three days of them


def promised(person_ids: Iterable[int], kind: MailKind = MailKind.NOTICE) -> Mapping[int, int]:
    """Write down a mail for each person; their numbers by person."""
    now = clock.now()
    facts = {"kind": kind, "state": MailState.WAITING, "created_at": now, "due_at": now}
    plain = {"tries": 0, "fault": "", "version": 1}
    rows = [{"person_id": one, **facts, **plain} for one in person_ids]
    if not rows:
        return {}
    made = db.session.execute(insert(Mail).returning(Mail.person_id, Mail.id), rows)
    return {row.person_id: row.id for row in made}


@transactional
def mail_invitation(actor: Actor, person: Person) -> None:
    """The link for the first password goes to the person, too."""
    policy.require(actor, Can.SEND_MAIL)
    if _mail_link(person, MailKind.INVITATION):
        events.announce(actor, "mail.invitation_promised", person)


@transactional
def mail_reset(actor: Actor, person: Person) -> None:
    """The link for a new password goes to the person, too."""
    policy.require(actor, Can.SEND_MAIL)
    if _mail_link(person, MailKind.RESET):
        events.announce(actor, "mail.reset_promised", person)


def _mail_link(person: Person, kind: MailKind) -> bool:
    """Promise the newest link by mail, where nobody else reads it; tells whether that was done."""
    purpose = TokenPurpose(kind.value)
    unused = accounts.unused_tokens(person.id)
    newest = max((token.id for token in unused if token.purpose is purpose), default=0)
    if not newest or not queries.can_mail() or not accounts.has_own_mail(person):
        return False
    mail_id = promised([person.id], kind)[person.id]
    db.session.execute(update(Mail).where(Mail.id == mail_id).values(token_id=newest))
    return True


@transactional
def make_digests(actor: Actor) -> int:
    """One mail per person with what is unread and was in no mail; safe to run twice."""
    policy.require(actor, Can.SEND_MAIL)
    by_person = queries.undigested()
    mails = promised(by_person, MailKind.DIGEST)
    for person_id, notice_ids in by_person.items():
        db.session.execute(
            update(Notice).where(Notice.id.in_(notice_ids)).values(mail_id=mails[person_id])
        )
    for mail_id in list(mails.values())[:1]:
        events.announce(actor, "mail.digests_made", queries.mail(mail_id), people=len(mails))
    return len(mails)


@transactional
def take_mails(actor: Actor, most: int) -> dict[int, datetime]:
    """Take mails that are due; until when each is held: whoever dies meanwhile loses none."""
    policy.require(actor, Can.SEND_MAIL)
    taken, until = queries.due_mails(most), clock.now() + LEASE
    for mail in taken:
        mail.due_at, mail.tries = until, mail.tries + 1
    for mail in taken[:1]:
        events.announce(actor, "mail.taken", mail, mails=len(taken))
    return {mail.id: until for mail in taken}


@transactional
def renew_lease(actor: Actor, held: Mapping[int, datetime]) -> dict[int, datetime]:
    """Hold the same for longer, but those that another sender has taken since."""
    policy.require(actor, Can.SEND_MAIL)
    found = [(queries.waiting_mail(mail_id), was) for mail_id, was in held.items()]
    kept = [mail for mail, was in found if mail is not None and mail.due_at == was]
    until = clock.now() + LEASE
    for mail in kept:
        mail.due_at = until
    for mail in kept[:1]:
        events.announce(actor, "mail.lease_renewed", mail, mails=len(kept))
    return {mail.id: until for mail in kept}


@transactional
def mark_sent(actor: Actor, mail_id: int) -> None:
    """The mail is with the next server, or in its folder."""
    policy.require(actor, Can.SEND_MAIL)
    mail = queries.waiting_mail(mail_id)
    if mail is None:
        return
    mail.move("send")
    mail.sent_at, mail.fault = clock.now(), ""
    events.announce(actor, "mail.sent", mail)


@transactional
def drop_mail(actor: Actor, mail_id: int) -> None:
    """Nobody is there to be written to, or the link has been used: nothing to send.

    Its notices are in no mail again: a digest takes them once somebody is there.
    """
    policy.require(actor, Can.SEND_MAIL)
    mail = queries.waiting_mail(mail_id)
    if mail is None:
        return
    mail.move("drop")
    db.session.execute(update(Notice).where(Notice.mail_id == mail.id).values(mail_id=None))
    events.announce(actor, "mail.dropped", mail)


@transactional
def refuse_mail(actor: Actor, mail_id: int, fault: str) -> None:
    """The address was refused for good; the admins learn of it, once a day and person."""
    policy.require(actor, Can.SEND_MAIL)
    mail = queries.waiting_mail(mail_id)
    if mail is None:
        return
    mail.move("refuse")
    mail.fault = fault
    events.announce(actor, "mail.refused", mail)
    _tell_admins(mail)


@transactional
def return_mail(actor: Actor, mail_id: int, mark: str, fault: str) -> bool:
    """What was sent came back; tells whether it bears the mark of this sending and is noted now.

    Nobody knows the mark of what has not left.
    """
    policy.require(actor, Can.SEND_MAIL)
    mail = queries.returnable_mail(mail_id)
    if mail is None or not hmac.compare_digest(queries.mark_of(mail), mark):
        return False
    mail.move("return")
    mail.fault = fault
    events.announce(actor, "mail.returned", mail)
    _tell_admins(mail)
    return True


@transactional
def put_off(actor: Actor, mail_id: int, fault: str) -> None:
    """Not taken now: again later, ever more rarely; in the end only if an admin says so.

    Tries count, not days: a mail that waited while no job ran is not given up for that.
    """
    policy.require(actor, Can.SEND_MAIL)
    mail = queries.waiting_mail(mail_id)
    if mail is None:
        return
    mail.fault = fault
    if mail.tries >= MOST_TRIES:
        mail.move("fail")
        events.announce(actor, "mail.failed", mail)
        _tell_admins(mail)
        return
    mail.due_at = clock.now() + min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(mail.tries - 1, 10))
    events.announce(actor, "mail.put_off", mail, tries=mail.tries)


@transactional
def give_back(actor: Actor, mail_ids: Sequence[int], fault: str) -> None:
    """The server cannot be reached: none of these was tried; all wait a minute."""
    policy.require(actor, Can.SEND_MAIL)
    for mail_id in mail_ids:
        mail = queries.waiting_mail(mail_id)
        if mail is not None:
            mail.due_at, mail.tries, mail.fault = clock.now() + FIRST_DELAY, mail.tries - 1, fault
    if mail_ids:
        events.announce(actor, "mail.given_back", queries.mail(mail_ids[0]), mails=len(mail_ids))


@transactional
def retry_mail(actor: Actor, mail_id: int) -> Mail:
    """An admin has put right what was wrong: it is sent again."""
    policy.require(actor, Can.SEE_MAILS)
    mail = queries.mail(mail_id)
    if mail.state is MailState.WAITING:  # pressed twice
        return mail
    mail.move("retry")
    mail.created_at = mail.due_at = clock.now()
    mail.tries, mail.fault = 0, ""
    events.announce(actor, "mail.retried", mail)
    return mail


def _tell_admins(mail: Mail) -> None:
    """In the app alone: a mail about a mail would follow it into the same hole."""
    once = f"mail.unsent:{mail.person_id}:{clock.today()}"
    told = set(accounts.ids_with(Role.ADMIN)) - queries.told_once(once)
    facts = {"code": queries.UNSENT_NOTICE, "path": "/admin/mails", "created_at": clock.now()}
    details = {"name": {"ja": mail.person.name, "en": mail.person.name_latin or mail.person.name}}
    facts["wording_id"] = queries.wording_id(queries.UNSENT_NOTICE)
    db.session.add_all(
        Notice(person_id=one, once_key=once, details=details, **facts) for one in sorted(told)
    )
