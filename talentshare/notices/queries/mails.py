"""Mails as the sender takes them and as an admin sees them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from flask import current_app
from sqlalchemy import ColumnElement, Select, exists, func, select

from talentshare import policy
from talentshare.accounts.models import MailPace, Person
from talentshare.accounts.states import PersonState
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import NotFound
from talentshare.notices.models import Mail, MailKind, Notice
from talentshare.notices.states import MailState
from talentshare.platform.db import db
from talentshare.platform.mail import RECIPIENT_LATER, SENDER_REFUSED
from talentshare.policy import Can

LATE_AFTER, NEWEST = timedelta(minutes=30), 50
EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
DIGESTED_DAYS = timedelta(days=30)
SHOWN = 50
UNSENT_NOTICE = "mail.notice.unsent"  # a mail about a mail would follow it into the same hole
UNSENT = (MailState.REFUSED, MailState.FAILED)
MAY_HAVE_LEFT = (MailState.WAITING, MailState.SENT)
OF_NOTICES = (MailKind.NOTICE, MailKind.DIGEST)


class Lateness(StrEnum):
    """What keeps mail that has waited for long."""

    NONE = "none"
    RECIPIENT = "recipient"
    QUEUE = "queue"


@dataclass(frozen=True)
class MailOverview:
    """What an admin asks of mail: what could not be sent, what waits, what was sent today."""

    unsent: Sequence[Mail]
    put_off: Sequence[Mail]
    unsent_count: int
    waiting_count: int
    waiting_since: datetime | None
    sent_today: int
    dropped_count: int
    is_sender_refused: bool
    is_on: bool


def can_mail() -> bool:
    """Tell whether this installation sends mail at all."""
    return bool(current_app.config["MAIL_URL"])


def mailed_at_once(person_ids: Sequence[int]) -> Sequence[int]:
    """Those who have an address and want to be written to at once."""
    if not can_mail():
        return []
    return db.session.scalars(
        _reachable()
        .where(Person.mail_pace == MailPace.AT_ONCE, Person.id.in_(person_ids))
        .order_by(Person.id)
    ).all()


def undigested() -> Mapping[int, Sequence[int]]:
    """Unread notices that were in no mail, person by person.

    Whoever cannot be written to for long is not told of all that time at once.
    """
    if not can_mail():
        return {}
    rows = db.session.execute(
        select(Notice.person_id, Notice.id)
        .where(
            Notice.person_id.in_(_reachable()),
            Notice.mail_id.is_(None),
            Notice.code != UNSENT_NOTICE,
            Notice.read_at.is_(None),
            Notice.created_at >= _digested_since(),
        )
        .order_by(Notice.person_id, Notice.id)
        .with_for_update(of=Notice)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for person_id, notice_id in rows:
        found[person_id].append(notice_id)
    return found


def _digested_since() -> datetime:
    """Thirty days ago; after a longer stop of the jobs, when they made a digest last."""
    last = db.session.scalar(select(func.max(Mail.created_at)).where(Mail.kind == MailKind.DIGEST))
    usual = clock.now() - DIGESTED_DAYS
    return min(last, usual) if last else usual


def _reachable() -> Select[int]:
    return select(Person.id).where(Person.state == PersonState.ACTIVE, Person.mail != "")


def due_mails(most: int) -> Sequence[Mail]:
    """Mails that are due and that no other sender holds, the oldest first."""
    due = (Mail.state == MailState.WAITING, Mail.due_at <= clock.now())
    return db.session.scalars(
        select(Mail)
        .where(*due)
        .order_by(Mail.due_at, Mail.id)
        .limit(most)
        .with_for_update(skip_locked=True, of=Mail)
    ).all()


def mail(mail_id: int) -> Mail:
    """Errors: NotFound."""
    found = db.session.get(Mail, mail_id)
    if found is None:
        raise NotFound("mail.not_found")
    return found


def waiting_mail(mail_id: int) -> Mail | None:
    """The same while it waits, held until this transaction ends; None when it has left already.

    A lease can run out: then another sender was faster.
    """
    return _held(mail_id, [MailState.WAITING])


def returnable_mail(mail_id: int) -> Mail | None:
    """The same when it may have left, held; a return can be faster than the note that it left."""
    return _held(mail_id, MAY_HAVE_LEFT)


def _held(mail_id: int, states: Sequence[MailState]) -> Mail | None:
    return db.session.scalar(
        select(Mail)
        .where(Mail.id == mail_id, Mail.state.in_(states))
        .with_for_update(of=Mail)
        .execution_options(populate_existing=True)
    )


def waiting_since() -> datetime | None:
    """When the oldest mail was promised that has not left, however often it was tried."""
    waits = Mail.state == MailState.WAITING
    return db.session.scalar(select(func.min(Mail.created_at)).where(waits))


def lateness() -> Lateness:
    """Whether mail that has waited for long stands in a queue, or waits for its own recipient.

    What was promised later and has left tells that the server works; so does an answer about one
    address, where no other person waits.
    """
    newest = select(Mail.created_at).where(Mail.state == MailState.SENT)
    newest_sent = newest.order_by(Mail.id.desc()).limit(NEWEST).subquery()
    passed = db.session.scalar(select(func.max(newest_sent.c.created_at))) or EARLIEST
    late = (Mail.state == MailState.WAITING, Mail.created_at < clock.now() - LATE_AFTER)
    waiting = select(Mail.person_id).where(*late)
    stands = waiting.where(Mail.created_at >= passed)
    for_server = stands.where(~Mail.fault.startswith(RECIPIENT_LATER))
    people = db.session.scalars(stands.distinct().limit(2)).all()
    if len(people) > 1 or db.session.scalar(select(for_server.exists())):
        return Lateness.QUEUE
    return Lateness.RECIPIENT if db.session.scalar(select(waiting.exists())) else Lateness.NONE


def is_sender_refused() -> bool:
    """Tell whether mail waits because the server takes none from MAIL_FROM."""
    waits = (Mail.state == MailState.WAITING, Mail.fault.startswith(SENDER_REFUSED))
    return bool(db.session.scalar(select(exists().where(*waits))))


def overview(actor: Actor) -> MailOverview:
    """Mail as an admin sees it."""
    policy.require(actor, Can.SEE_MAILS)
    unsent = select(Mail).where(Mail.state.in_(UNSENT))
    put_off = select(Mail).where(Mail.state == MailState.WAITING, Mail.fault != "")
    midnight = clock.tokyo_time(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    return MailOverview(
        db.session.scalars(unsent.order_by(Mail.id.desc()).limit(SHOWN)).all(),
        db.session.scalars(put_off.order_by(Mail.created_at, Mail.id).limit(SHOWN)).all(),
        _count(Mail.state.in_(UNSENT)),
        _count(Mail.state == MailState.WAITING),
        waiting_since(),
        _count((Mail.state == MailState.SENT) & (Mail.sent_at >= midnight)),
        _count((Mail.state == MailState.DROPPED) & Mail.kind.in_(OF_NOTICES)),
        is_sender_refused(),
        can_mail(),
    )


def _count(condition: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count(Mail.id)).where(condition)) or 0
