"""Administrators word a notice: what is told from then on says so, what was told stays."""

import threading
from datetime import date, timedelta

import pytest
from flask_babel import force_locale
from sqlalchemy import event, select

from talentshare.accounts.models import MailPace
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from talentshare.notices import actions, jobs, queries
from talentshare.notices.models import Notice, NoticeWording, WordingDraft, Words
from talentshare.notices.queries.blanks import NEEDED, blank_name, blanks
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from talentshare.platform.i18n import LOCALES, catalogue
from tests import make
from tests.notices.conftest import officer, tell, text_of

CODE = "talent_request.notice.received"
JA = "受付番号｛受付番号｝の「｛件名｝」を100%確かに受け取りました。次の連絡をお待ちください。"
EN = "We have received {reference number}, “{title}”, 100% surely. Please wait for us."
TOLD_JA = "受付番号R-2026-0142の「移行計画の点検」を100%確かに受け取りました。"
OF_PRODUCT = "依頼「移行計画の点検」（R-2026-0142）を受け付けました。"


def word(ja=JA, en=EN, seen=0, code=CODE):
    actions.word_notice(make.actor_of(make.admin()), code, WordingDraft(ja, en, seen))


def stored():
    return db.session.scalars(select(NoticeWording).order_by(NoticeWording.id)).all()


def said(app, locale="ja"):
    """What each notice says, the oldest first."""
    db.session.rollback()
    db.session.expunge_all()
    with app.test_request_context(), force_locale(locale):
        return [
            queries.sentence_of(notice)
            for notice in db.session.scalars(select(Notice).order_by(Notice.id))
        ]


def test_what_is_told_from_now_on_says_it_in_the_readers_language(on, server):
    word()
    tell(officer())
    tell(officer(sign_in_name="smith", locale="en"))
    assert jobs.send_mails() == 2
    first, second = server.taken
    assert TOLD_JA in text_of(first)
    assert first["Subject"] == f"【デジタル人材シェアリング】{TOLD_JA}"
    assert "受付番号：R-2026-0142" in text_of(first), "what finds the page stays below"
    told_en = "We have received R-2026-0142, “移行計画の点検”, 100% surely."
    assert told_en in text_of(second)
    assert second["Subject"] == f"[Digital Talent Sharing] {told_en}"


def test_what_was_told_before_stays_and_so_does_a_mail_promised_before(on, server):
    tell(officer())
    word()
    tell(officer(sign_in_name="two"))
    word("｛件名｝｛受付番号｝：受け取りました。", EN, seen=1)
    word("", "", seen=2)
    tell(officer(sign_in_name="three"))
    assert [text.partition("。")[0] + "。" for text in said(on)] == [
        OF_PRODUCT,
        TOLD_JA,
        OF_PRODUCT,
    ]
    assert jobs.send_mails() == 3
    bodies = [text_of(message) for message in server.taken]
    assert [OF_PRODUCT in body for body in bodies] == [True, False, True]
    assert TOLD_JA in bodies[1]


def test_a_digest_and_who_is_told_once_or_of_an_unsent_mail_read_it_too(on, server):
    who, chief = officer(mail_pace=MailPace.DAILY), make.admin(sign_in_name="chief")
    word()
    word(
        "｛氏名｝さん宛てのメールが戻りました。",
        "Mail to {name} came back.",
        0,
        "mail.notice.unsent",
    )
    tell(who)
    facts = {"number": "R-2026-0143", "title": "点検"}
    assert actions.tell_once(SYSTEM, [who.id], "once", CODE, "/", **facts) == 1
    assert actions.tell_once(SYSTEM, [who.id], "once", CODE, "/", **facts) == 0
    assert jobs.make_digests() == 1
    assert jobs.send_mails() == 1
    assert text_of(server.taken[0]).count("確かに受け取りました") == 2
    tell(officer(sign_in_name="gone", mail="nobody@machida.example"))
    jobs.send_mails()
    unsent = select(Notice).where(Notice.person_id == chief.id)
    with on.test_request_context(), force_locale("ja"):
        (notice,) = db.session.scalars(unsent)
        assert queries.sentence_of(notice) == "佐藤 美咲さん宛てのメールが戻りました。"


def test_versions_are_kept_by_code_and_the_same_again_is_none(either_app):
    word()
    word(f"  {JA}\r\n", EN, seen=0)
    word(JA, EN, seen=1)
    word(code="talent_request.notice.held")
    word("｛件名｝と｛受付番号｝", EN, seen=1)
    word("", "  \n", seen=2)
    word("", "", seen=0)
    assert [(one.code, one.number, bool(one.text_ja)) for one in stored()] == [
        (CODE, 1, True),
        ("talent_request.notice.held", 1, True),
        (CODE, 2, True),
        (CODE, 3, False),
    ]
    deeds = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()
    told = [(one.deed, one.details["number"]) for one in deeds if one.deed.startswith("mail.")]
    assert told == [
        ("mail.notice_worded", 1),
        ("mail.notice_worded", 1),
        ("mail.notice_worded", 2),
        ("mail.notice_unworded", 3),
    ]
    assert {one.details["notice"] for one in deeds if one.deed == "mail.notice_unworded"} == {CODE}


def test_the_products_own_sentence_is_no_version(app):
    own = {
        locale: queries.readable(CODE, queries.product_text(CODE, locale), locale)
        for locale in LOCALES
    }
    assert own["ja"].startswith("依頼「｛件名｝」（｛受付番号｝）を受け付けました。")
    assert own["en"].startswith("“{title}” ({reference number}) was received.")
    word(own["ja"], own["en"])
    assert stored() == []
    word()
    word(own["ja"], own["en"], seen=1)
    assert [one.text_ja for one in stored()][1:] == [""]


def test_who_saw_an_older_version_is_told_so(either_app):
    word()
    with pytest.raises(Conflict, match="wording_changed"):
        word("｛件名｝｛受付番号｝", EN, seen=0)
    with pytest.raises(Conflict, match="wording_changed"):
        word("", "", seen=2)
    assert len(stored()) == 1


def test_of_two_at_the_same_moment_one_is_kept(either_app):
    admin = make.actor_of(make.admin())
    gate, faults = threading.Barrier(2), []

    def press(text):
        with either_app.app_context():
            gate.wait(10)
            try:
                actions.word_notice(admin, CODE, WordingDraft(text + JA, EN))
            except Conflict as error:
                faults.append(error.code)

    pressed = [threading.Thread(target=press, args=(text,)) for text in "甲乙"]
    for one in pressed:
        one.start()
    for one in pressed:
        one.join(30)
    db.session.rollback()
    assert len(stored()) == 1
    assert faults in (["mail.wording_changed"], ["constraint.uq_notice_wording_code_number"])


@pytest.mark.parametrize(
    ("ja", "en", "code"),
    [
        (JA + "字" * 400, EN, "wording_long"),
        (JA, "", "wording_one_language"),
        ("", EN, "wording_one_language"),
        (JA + "\n二行目", EN, "wording_lines"),
        (JA + "\u2028二行目", EN, "wording_lines"),
        (JA + "\x1b[31m", EN, "wording_not_plain"),
        (JA + "\u202e", EN, "wording_not_plain"),
        (JA + "\u200b", EN, "wording_not_plain"),
        (JA + "｛氏名｝", EN, "wording_unknown"),
        (JA + "%(name)s", EN, "wording_unknown"),
        (JA + "｛｝", EN, "wording_unknown"),
        (JA + "｛受付番号", EN, "wording_brace"),
        (JA + "｝", EN, "wording_brace"),
        (JA.replace("｛件名｝", "この件"), EN, "wording_dropped"),
        (JA, EN.replace("{reference number}", "it"), "wording_dropped"),
    ],
)
def test_what_cannot_be_used_is_refused(app, ja, en, code):
    with pytest.raises(Invalid, match=f"^mail.{code}$"):
        word(ja, en)
    assert stored() == []


def test_words_are_understood_however_they_are_typed(app):
    word(
        "{受付番号}｛ 件名 ｝{Reference  Number}",
        "｛ＴＩＴＬＥ｝ %(number)s {件名}",
    )
    (one,) = stored()
    assert one.text_ja == "{number}{title}{number}"
    assert one.text_en == "{title} {number} {title}"
    assert queries.readable(CODE, one.text_ja, "ja") == "｛受付番号｝｛件名｝｛受付番号｝"


def test_facts_are_filled_in_as_they_are_and_words_in_the_readers_language(app):
    code = "talent_request.notice.due_soon"
    word(
        "｛期限｝まで：｛次の手続｝｛件名｝｛受付番号｝",
        "{deadline}: {next step}, {title}, {reference number}",
        code=code,
    )
    facts = {"number": "R-2026-0142", "title": "{number} %(task)s %", "due_on": date(2026, 12, 3)}
    task = Words("talent_request.turn.check.short")
    actions.tell_once(SYSTEM, [officer().id], "once", code, "/", task=task, **facts)
    assert said(app) == ["12月3日（木）まで：内部確認{number} %(task)s %R-2026-0142"]
    (english,) = said(app, "en")
    assert english.startswith("Thu 3 December: Internal check, {number}")


def test_a_notice_that_lacks_a_fact_says_what_the_product_says(app):
    word()
    actions.tell(
        SYSTEM, [officer().id], "talent_request.notice.held", "/", number="1", title="点検"
    )
    (one,) = stored()
    one.text_ja = "{title}：{due_on}"
    db.session.scalars(select(Notice)).one().wording_id = one.id
    db.session.commit()
    assert said(app) == ["依頼「点検」（1）が保留になりました。"]


def test_only_administrators_and_only_of_what_is_told(app):
    for who in (make.coordinator(), make.officer()):
        with pytest.raises(Forbidden):
            actions.word_notice(make.actor_of(who), CODE, WordingDraft(JA, EN))
    for code in ("talent_request.notice.none", "mail.note_changed", ""):
        with pytest.raises(NotFound):
            word(code=code)
    assert stored() == []


@pytest.mark.parametrize("locale", LOCALES)
def test_each_blank_of_a_notice_has_a_word_of_its_own(app, locale):
    for code in queries.notice_codes():
        words = [catalogue(locale).ugettext(blank_name(code, blank)) for blank in blanks(code)]
        assert words
        assert len(set(words)) == len(words), code
        assert not any(word.startswith("blank.") for word in words), code
        needed = [blank for blank in blanks(code) if blank in NEEDED]
        listed = queries.words(code, locale, needed=True)
        assert len(needed) == len(
            [one for one in listed.split("｛" if locale == "ja" else "{") if one]
        )


@pytest.mark.parametrize("code", queries.notice_codes())
def test_every_notice_can_be_worded_from_its_own_sentence(app, code):
    ja, en = (
        queries.readable(code, queries.product_text(code, locale), locale) for locale in LOCALES
    )
    word(f"{ja}以上です。", f"{en} That is all.", code=code)
    admin = make.actor_of(make.admin())
    for locale, end in (("ja", "以上です。"), ("en", "That is all.")):
        before = queries.sample(admin, code, locale, WordingDraft("", ""))
        now = queries.sample(admin, code, locale)
        assert end in now.body
        assert now.body.replace(f" {end}", "").replace(end, "") == before.body


def test_telling_asks_once_for_the_words_and_reading_not_at_all(app):
    word()
    people = [officer(sign_in_name=f"p{n}").id for n in range(4)]
    asked = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    facts = {"number": "R-2026-0142", "title": "点検"}
    actions.tell(SYSTEM, people, CODE, "/", **facts)
    assert len([one for one in asked if "FROM notice_wording" in one]) == 1
    db.session.rollback()
    db.session.expunge_all()
    asked.clear()
    found = db.session.scalars(select(Notice)).all()
    with app.test_request_context():
        texts = {queries.sentence_of(notice) for notice in found}
    assert len(texts) == 1
    assert len([one for one in asked if one.startswith("SELECT")]) == 1


def test_an_old_notice_is_not_changed_by_time(app, still_clock):
    word()
    tell(officer())
    before = said(app)
    still_clock(timedelta(days=400))
    word("", "", seen=1)
    assert said(app) == before
