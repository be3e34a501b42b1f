"""The note that every mail carries."""

from talentshare import policy
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.notices import queries
from talentshare.notices.models import MailNote, NoteDraft
from talentshare.notices.states import LONGEST_NOTE, is_plain, plain_lines
from talentshare.platform import events
from talentshare.platform.db import db, forget_kept, transactional
from talentshare.policy import Can


@transactional
def word_note(actor: Actor, draft: NoteDraft) -> None:
    """A new version of the note, or none any more; the same again changes nothing."""
    policy.require(actor, Can.WORD_MAILS)
    last = queries.lock_note()
    texts = plain_lines(draft.text_ja), plain_lines(draft.text_en)
    before = (last.text_ja, last.text_en) if last else ("", "")
    if texts == before:
        return
    number = last.number if last else 0
    if draft.seen != number:
        raise Conflict("mail.note_changed")
    for field, text in zip(("text_ja", "text_en"), texts, strict=True):
        if not text and any(texts):
            raise Invalid("mail.note_one_language", field=field)
        if len(text) > LONGEST_NOTE:
            raise Invalid("mail.note_long", field=field, most=LONGEST_NOTE, count=len(text))
        if not is_plain(text):
            raise Invalid("mail.note_not_plain", field=field)
    made = MailNote(number=number + 1, made_at=clock.now(), made_by_id=actor.id)
    made.text_ja, made.text_en = texts
    db.session.add(made)
    forget_kept()
    events.announce(actor, "mail.note_worded", made, number=made.number, empty=not any(texts))
