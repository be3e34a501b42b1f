"""The note that every mail carries, and its versions."""

from collections.abc import Sequence

from sqlalchemy import select

from talentshare import policy
from talentshare.kernel.actor import Actor
from talentshare.notices.models import MailNote
from talentshare.platform.db import db, kept
from talentshare.platform.formats import is_en
from talentshare.policy import Can


def notes(actor: Actor) -> Sequence[MailNote]:
    """All versions, the newest first."""
    policy.require(actor, Can.WORD_MAILS)
    return db.session.scalars(_NEWEST).all()


def lock_note() -> MailNote | None:
    """The newest version; one new version at a time."""
    return db.session.scalar(_NEWEST.limit(1).with_for_update(of=MailNote))


def note_text() -> str:
    """What the note says in the reader's language."""
    note = _note()
    if note is None:
        return ""
    return note.text_en if is_en() else note.text_ja


@kept
def _note() -> MailNote | None:
    return db.session.scalar(_NEWEST.limit(1))


_NEWEST = select(MailNote).order_by(MailNote.number.desc())
