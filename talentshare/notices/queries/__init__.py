"""Every way that notices and mails are read."""

from talentshare.notices.queries.letters import Letter, letter_of, mark_of, samples
from talentshare.notices.queries.mails import (
    UNSENT_NOTICE,
    MailOverview,
    can_mail,
    due_mails,
    mail,
    mailed_at_once,
    overview,
    sent_mail,
    undigested,
    waiting_mail,
    waiting_since,
)
from talentshare.notices.queries.notes import lock_note, notes
from talentshare.notices.queries.notices import (
    NoticesPage,
    find,
    own_notices,
    told_once,
    unread_count,
    visible,
)

__all__ = [
    "UNSENT_NOTICE",
    "Letter",
    "MailOverview",
    "NoticesPage",
    "can_mail",
    "due_mails",
    "find",
    "letter_of",
    "lock_note",
    "mail",
    "mailed_at_once",
    "mark_of",
    "notes",
    "overview",
    "own_notices",
    "samples",
    "sent_mail",
    "told_once",
    "undigested",
    "unread_count",
    "visible",
    "waiting_mail",
    "waiting_since",
]
