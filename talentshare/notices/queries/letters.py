"""The words of a mail: plain, complete where links are stripped, in the reader's language."""

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from talentshare import policy
from talentshare.accounts import queries as accounts
from talentshare.accounts.models import Person
from talentshare.accounts.states import PersonState
from talentshare.kernel.actor import Actor
from talentshare.notices.models import Mail, MailKind, Notice, NoticeWording, WordingDraft
from talentshare.notices.queries.blanks import BLANK, checked, notice_codes
from talentshare.notices.queries.mails import mail as mail_numbered
from talentshare.notices.queries.notes import note_text
from talentshare.notices.queries.wordings import sentence_of, told_now
from talentshare.platform.db import db
from talentshare.platform.formats import at, day, named, titled
from talentshare.platform.i18n import LOCALES, catalogue
from talentshare.platform.support import support_lines
from talentshare.policy import Can

FULL_STOP = re.compile(r"(?<=。)|(?<=\.)(?=\s)")
BREAKS = re.compile(r"[\r\n\v\f\x85\u2028\u2029]+")
LONGEST_SUBJECT = 60
NUMBER = "R-2026-0142"


@dataclass(frozen=True)
class Letter:
    """A mail in words."""

    name: str
    to: str
    subject: str
    body: str
    mark: str = ""


def letter_of(actor: Actor, mail_id: int) -> Letter | None:
    """The mail as it is to be sent now; nothing when there is nobody, or nothing left, to say."""
    policy.require(actor, Can.SEND_MAIL)
    mail = mail_numbered(mail_id)
    person = mail.person
    if not person.mail or person.state is PersonState.SUSPENDED:
        return None
    with force_locale(person.locale):
        letter = _of(mail, person)
    mark = mark_of(mail)
    db.session.rollback()  # nothing is held while another server is waited for
    return replace(letter, mark=mark) if letter else None


def mark_of(mail: Mail) -> str:
    """Number and digits that only this installation gives to this mail, and to it alone."""
    secret: str = current_app.config["SECRET_KEY"]
    facts = f"mail {mail.id} {mail.created_at.isoformat()}"
    return f"{mail.id}-{hmac.new(secret.encode(), facts.encode(), hashlib.sha256).hexdigest()[:12]}"


def _of(mail: Mail, person: Person) -> Letter | None:
    if mail.kind in {MailKind.INVITATION, MailKind.RESET}:
        return _of_link(mail, person)
    found = select(Notice).where(Notice.mail_id == mail.id).order_by(Notice.id)
    told = db.session.scalars(found).all()
    return _of_notices(person, told, mail.kind is MailKind.DIGEST) if told else None


def _of_notices(person: Person, told: Sequence[Notice], is_digest: bool) -> Letter:
    if is_digest:
        subject = _("【デジタル人材シェアリング】お知らせが%(n)s件あります", n=len(told))
        parts = [f"{n}. {_told(notice)}" for n, notice in enumerate(told, start=1)]
    else:
        what = _short(FULL_STOP.split(_said(told[0]))[0], told[0].details.get("number"))
        subject = _("【デジタル人材シェアリング】%(what)s", what=what)
        parts = [_told(told[0])]
    return _letter(person, subject, [*parts, _how()])


def _short(first: str, number: object) -> str:
    """A long sentence begins with the number, said once, so that no mail program cuts it off."""
    if len(first) <= LONGEST_SUBJECT:
        return first
    before = ""
    if isinstance(number, str):
        before = f"{number} "
        for written in (f" ({number})", f"（{number}）", f"{number}: ", f"{number}：", before):
            first = first.replace(written, "")
        if number in first[: LONGEST_SUBJECT - 1]:  # in the midst of words of another's own
            before = ""
    rest = first if len(first) < LONGEST_SUBJECT else first[: LONGEST_SUBJECT - 1] + "…"
    return before + rest


def _told(notice: Notice) -> str:
    """The sentence as in the app, then what finds the page without a link."""
    lines = [_said(notice)]
    number = notice.details.get("number")
    if isinstance(number, str):
        lines.append(_("受付番号：%(number)s", number=BREAKS.sub(" ", number)))
    if notice.due_on:
        lines.append(_("期限：%(day)s", day=day(notice.due_on, year=True)))
    lines.append(_("画面：%(url)s", url=_address(notice.path)))
    return "\n".join(lines)


def _said(notice: Notice) -> str:
    return BREAKS.sub(" ", sentence_of(notice))


def _how() -> str:
    return _(
        "リンクが使えないときは、ログインして「お知らせ」を開いてください。"
        "同じ文から手続の画面に進めます。"
        "メールの受け取り方（すぐに、1日1回）は「アカウント」の画面で選べます。"
    )


def _of_link(mail: Mail, person: Person) -> Letter | None:
    kept = accounts.open_token(mail.token_id or 0)
    if kept is None:
        return None
    url = _address(f"/account/set-password/{accounts.token_of(kept)}")
    return _link_letter(person, mail.kind, url, at(kept.expires_at))


def _link_letter(person: Person, kind: MailKind, url: str, until: str) -> Letter:
    if kind is MailKind.INVITATION:
        subject = _("【デジタル人材シェアリング】利用の案内")
        first = _(
            "管理者が、あなたの利用者名を登録しました。次の画面でパスワードを決めると使えます。"
        )
    else:
        subject = _("【デジタル人材シェアリング】パスワードの再設定")
        first = _(
            "管理者が、パスワードの再設定を受け付けました。次の画面で新しいパスワードを決めてください。"
        )
    facts = [
        _("利用者名：%(name)s", name=person.sign_in_name),
        _("画面：%(url)s", url=url),
        _("有効期限：%(day)s", day=until),
    ]
    last = _(
        "リンクを開けないときは、上の「画面」の文字列をブラウザのアドレス欄に貼り付けてください。"
        "覚えがないときは、このメールを転送せずに管理者へ連絡してください。"
    )
    return _letter(person, subject, [first, "\n".join(facts), last])


def _letter(person: Person, subject: str, parts: Sequence[str]) -> Letter:
    greeting = _("%(name)s 様", name=named(person))
    end = _("このメールは送信専用です。返信しても届きません。")
    sender = _("デジタル人材シェアリング（運営：GovTech東京）")
    note = [text] if (text := note_text()) else []
    desk = "".join(f"\n{titled(label, text)}" for label, text in support_lines())
    body = "\n\n".join([greeting, *parts, *note, f"-- \n{end}\n{sender}{desk}"]) + "\n"
    return Letter(person.name, person.mail, subject, body)


def _address(path: str) -> str:
    site: str = current_app.config["PUBLIC_URL"]
    return site + path


def samples(actor: Actor, locale: str) -> Iterator[tuple[str, Letter]]:
    """Every mail there is, with made-up facts, in one language."""
    policy.require(actor, Can.SEE_MAILS)
    person, own = _reader(), told_now()
    with force_locale(locale):
        for code in notice_codes():
            yield code, _of_notices(person, [_sample(code, own.get(code))], is_digest=False)
        three = [_sample(code, own.get(code)) for code in notice_codes()[:3]]
        yield "digest", _of_notices(person, three, is_digest=True)
        for kind in (MailKind.INVITATION, MailKind.RESET):
            url = _address("/account/set-password/…")
            yield kind.value, _link_letter(person, kind, url, _("12月8日（火）9:00"))


def sample(actor: Actor, code: str, locale: str, draft: WordingDraft | None = None) -> Letter:
    """One notice as a mail with made-up facts, worded as it is now or as in a draft.

    Errors: Invalid, where the draft cannot be used.
    """
    policy.require(actor, Can.WORD_MAILS)
    own = told_now().get(code)
    if draft:
        text_ja, text_en = checked(code, draft)
        own = NoticeWording(code=code, text_ja=text_ja, text_en=text_en)
    with force_locale(locale):
        return _of_notices(_reader(), [_sample(code, own)], is_digest=False)


def _reader() -> Person:
    return Person(
        name="見本 花子", name_latin="Hanako Mihon", sign_in_name="mihon", mail="mihon@example.jp"
    )


def _sample(code: str, own: NoticeWording | None) -> Notice:
    found = BLANK.findall(catalogue(LOCALES[0]).ugettext(code))
    details = {name: _fact(name, kind) for name, kind in found}
    due_on = date(2026, 12, 3) if "due_on" in details else None
    return Notice(code=code, details=details, path="/notices", due_on=due_on, wording=own)


def _fact(name: str, kind: str) -> Any:
    if name.endswith("minutes"):
        return 180
    facts: Mapping[str, Any] = {
        "number": NUMBER,
        "title": _("移行計画の点検"),
        "name": {"ja": "見本 太郎", "en": "Taro Mihon"},
        "week_on": {"on": "2026-11-30"},
        "due_on": {"on": "2026-12-03"},
        "count": 2,
        "level": 3,
        "to_weeks": [[{"on": "2026-12-07"}, 180]],
        "why": _("今年度の誓約がまだありません。"),
        "task": {"code": "talent_request.turn.check.short"},
    }
    return 3 if kind == "d" else facts[name]
