"""The words of a notice, as administrators want them."""

from talentshare import policy
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, NotFound
from talentshare.notices import queries
from talentshare.notices.models import NoticeWording, WordingDraft
from talentshare.platform import events
from talentshare.platform.db import db, forget_kept, transactional
from talentshare.policy import Can


@transactional
def word_notice(actor: Actor, code: str, draft: WordingDraft) -> bool:
    """A new version for what is told from now on, or the same again; whether it has own words."""
    policy.require(actor, Can.WORD_MAILS)
    if code not in queries.notice_codes():
        raise NotFound("mail.wording_not_found")
    last = queries.lock_wording(code)
    texts = queries.checked(code, draft)
    if texts == ((last.text_ja, last.text_en) if last else ("", "")):
        return any(texts)
    number = last.number if last else 0
    if draft.seen != number:
        raise Conflict("mail.wording_changed")
    made = NoticeWording(code=code, number=number + 1, made_at=clock.now(), made_by_id=actor.id)
    made.text_ja, made.text_en = texts
    db.session.add(made)
    forget_kept()
    if any(texts):
        events.announce(actor, "mail.notice_worded", made, notice=code, number=made.number)
    else:
        events.announce(actor, "mail.notice_unworded", made, notice=code, number=made.number)
    return any(texts)
