"""Every way that notices and mails are read."""

from talentshare.notices.queries.blanks import (
    checked,
    notice_codes,
    product_text,
    readable,
    words,
)
from talentshare.notices.queries.letters import (
    Letter,
    letter_of,
    mark_of,
    sample,
    samples,
)
from talentshare.notices.queries.mails import (
    UNSENT_NOTICE,
    MailOverview,
    can_mail,
    due_mails,
    is_sender_refused,
    mail,
    mailed_at_once,
    overview,
    returnable_mail,
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
from talentshare.notices.queries.wordings import (
    lock_wording,
    own_wordings,
    sentence_of,
    wording_id,
    wordings,
)

__all__ = [
    "UNSENT_NOTICE",
    "Letter",
    "MailOverview",
    "NoticesPage",
    "can_mail",
    "checked",
    "due_mails",
    "find",
    "is_sender_refused",
    "letter_of",
    "lock_note",
    "lock_wording",
    "mail",
    "mailed_at_once",
    "mark_of",
    "notes",
    "notice_codes",
    "overview",
    "own_notices",
    "own_wordings",
    "product_text",
    "readable",
    "returnable_mail",
    "sample",
    "samples",
    "sentence_of",
    "told_once",
    "undigested",
    "unread_count",
    "visible",
    "waiting_mail",
    "waiting_since",
    "wording_id",
    "wordings",
    "words",
]
