"""What people are told, in the app and by mail."""

from talentshare.notices.actions.mails import (
    drop_mail,
    give_back,
    mail_invitation,
    mail_reset,
    make_digests,
    mark_sent,
    put_off,
    refuse_mail,
    renew_lease,
    retry_mail,
    return_mail,
    take_mails,
)
from talentshare.notices.actions.notes import word_note
from talentshare.notices.actions.telling import read, read_all, tell, tell_once, tell_reset_asked
from talentshare.notices.actions.wordings import word_notice

__all__ = [
    "drop_mail",
    "give_back",
    "mail_invitation",
    "mail_reset",
    "make_digests",
    "mark_sent",
    "put_off",
    "read",
    "read_all",
    "refuse_mail",
    "renew_lease",
    "retry_mail",
    "return_mail",
    "take_mails",
    "tell",
    "tell_once",
    "tell_reset_asked",
    "word_note",
    "word_notice",
]
