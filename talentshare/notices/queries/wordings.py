"""How administrators word notices, by version, and what each notice says."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, joinedload

from talentshare import policy
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Invalid, NotFound
from talentshare.notices.models import Notice, NoticeWording, WordingDraft, unpacked
from talentshare.notices.queries.blanks import STORED, faults, notice_codes
from talentshare.platform.db import db, kept
from talentshare.platform.formats import is_en, worded
from talentshare.platform.i18n import sentence
from talentshare.policy import Can


def wordings(actor: Actor, code: str) -> Sequence[NoticeWording]:
    """All versions of a notice's words, the newest first. Errors: NotFound."""
    policy.require(actor, Can.WORD_MAILS)
    if code not in notice_codes():
        raise NotFound("mail.wording_not_found")
    who = joinedload(NoticeWording.made_by)
    return db.session.scalars(_newest(code).options(who)).all()


def own_wordings(actor: Actor) -> Mapping[str, NoticeWording]:
    """The notices that administrators have worded, as they are told now."""
    policy.require(actor, Can.WORD_MAILS)
    return told_now()


def wording_faults(actor: Actor, code: str, draft: WordingDraft) -> Sequence[Invalid]:
    """All that is wrong with a draft, so that it can be put right at once."""
    policy.require(actor, Can.WORD_MAILS)
    return faults(code, draft)


def lock_wording(code: str) -> NoticeWording | None:
    """The newest version; one new version at a time."""
    return db.session.scalar(_newest(code).limit(1).with_for_update(of=NoticeWording))


def wording_id(code: str) -> int | None:
    """Under which version a notice is told now; none where the product's own sentence holds."""
    now = told_now().get(code)
    return now.id if now else None


@kept
def told_now() -> Mapping[str, NoticeWording]:
    """The newest version of each notice that has words of its own."""
    other = aliased(NoticeWording)
    newest = select(func.max(other.number)).where(other.code == NoticeWording.code)
    found = select(NoticeWording).where(
        NoticeWording.number == newest.scalar_subquery(), NoticeWording.text_ja != ""
    )
    return {one.code: one for one in db.session.scalars(found)}


def sentence_of(notice: Notice) -> str:
    """What a notice says in the reader's language: worded as when it was told."""
    facts = worded(unpacked(notice.details))
    own = notice.wording
    text = "" if own is None else own.text_en if is_en() else own.text_ja
    if not text or not facts.keys() >= set(STORED.findall(text)):
        return sentence(notice.code, **facts)
    return STORED.sub(lambda found: str(facts[found[1]]), text)


def _newest(code: str) -> Select[NoticeWording]:
    found = select(NoticeWording).where(NoticeWording.code == code)
    return found.order_by(NoticeWording.number.desc())
