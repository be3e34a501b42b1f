"""The note that every mail carries, and what is said of each mail: when and to whom."""

import pytest

from talentshare.kernel import clock
from talentshare.kernel.actor import Role
from talentshare.kernel.errors import Conflict, Forbidden, Invalid
from talentshare.notices import actions, jobs, queries
from talentshare.notices.models import MailNote, NoteDraft, Notice
from talentshare.platform.db import db
from talentshare.platform.i18n import sentence
from talentshare.talent_requests.actions import withdraw
from tests import make
from tests.notices.conftest import officer, tell, text_of
from tests.proposals.stage import Stage

NOTE = (
    "問合せ：03-0000-0000\n受付：平日9時から17時まで",
    "Help desk: 03-0000-0000\nWeekdays 9 to 17",
)
ROLES = {
    "専門人材": {Role.SPECIALIST},
    "調整担当者": {Role.COORDINATOR},
    "団体の担当者": {Role.OFFICER},
    "団体の担当者か担当課長": {Role.OFFICER, Role.MANAGER},
    "担当課長": {Role.MANAGER},
    "管理者": {Role.ADMIN},
    "本人": set(Role),
}


def word(ja, en, seen=0):
    actions.word_note(make.actor_of(make.admin()), NoteDraft(ja, en, seen))


def stored():
    return db.session.scalars(db.select(MailNote).order_by(MailNote.number)).all()


def test_every_mail_carries_the_note_in_its_readers_language(on, server):
    word(*NOTE)
    tell(officer())
    tell(officer(sign_in_name="smith", locale="en"))
    jobs.send_mails()
    first, second = map(text_of, server.taken)
    assert NOTE[0] in first.replace("\r\n", "\n")
    assert NOTE[1] in second.replace("\r\n", "\n")
    assert first.index("問合せ：") < first.index("-- \n".rstrip("\n"))
    for locale, text in zip(("ja", "en"), NOTE, strict=True):
        assert all(
            text in letter.body
            for _, letter in queries.samples(make.actor_of(make.admin()), locale)
        )
    word("", "", seen=1)
    assert not any(
        NOTE[0] in letter.body for _, letter in queries.samples(make.actor_of(make.admin()), "ja")
    )


def test_versions_are_kept_and_the_same_again_is_none(either_app):
    word(*NOTE)
    word(NOTE[0].replace("\n", "  \r\n"), NOTE[1], seen=0)
    word("別の文", "Another", seen=1)
    assert [(note.number, note.text_ja) for note in stored()] == [(1, NOTE[0]), (2, "別の文")]
    with pytest.raises(Conflict, match="note_changed"):
        word("さらに別の文", "Yet another", seen=1)


@pytest.mark.parametrize(
    ("ja", "en", "code"),
    [
        ("字" * 401, "x", "note_long"),
        ("x", "", "note_one_language"),
        ("", "x", "note_one_language"),
        ("a\x00b", "x", "note_not_plain"),
        ("a\x1b[31mb", "x", "note_not_plain"),
        ("\u202eb", "x", "note_not_plain"),
        ("a\u200bb", "x", "note_not_plain"),
    ],
)
def test_what_is_no_plain_short_text_is_refused(app, ja, en, code):
    with pytest.raises(Invalid, match=code):
        word(ja, en)
    assert stored() == []


def test_no_line_of_a_note_becomes_a_header_or_the_end_of_the_mail(on, server):
    word("Bcc: all@example.jp\n.\n-- \n終わり", "Bcc: all@example.jp")
    tell(officer())
    jobs.send_mails()
    (message,) = server.taken
    assert message["Bcc"] is None
    assert "終わり" in text_of(message)
    assert text_of(message).replace("\r\n", "\n").count("\n-- \n") == 1


def test_the_page_keeps_what_was_typed_and_says_what_to_do(app, sign_in):
    admin = sign_in(make.admin())
    assert "メールに追記は付けていません" in admin.get("/admin/mails/note").text
    answer = admin.post(
        "/admin/mails/note", data={"seen": "0", "text_ja": "字" * 401, "text_en": "x"}
    )
    assert answer.status_code == 422
    assert "追記は400字までにしてください（今は401字です）。" in answer.text
    assert "字" * 401 in answer.text
    data = {"seen": "0", "text_ja": "<b>電話</b>", "text_en": "Call"}
    assert admin.post("/admin/mails/note", data=data).status_code == 302
    page = admin.get("/admin/mails/preview").text
    assert "&lt;b&gt;電話&lt;/b&gt;" in page
    assert "<b>電話" not in page
    answer = admin.post("/admin/mails/note", data=data | {"text_ja": "別の"})
    assert answer.status_code == 422
    assert "ほかの管理者が追記を変えました" in answer.text
    with pytest.raises(Forbidden):
        actions.word_note(make.actor_of(make.coordinator()), NoteDraft("a", "b"))


def test_the_preview_says_when_and_to_whom_in_both_languages(app, sign_in):
    page = sign_in(make.admin()).get("/admin/mails/preview").text
    assert "調整担当者に、提案が内部確認に回ったとき。" in page
    assert 'lang="en"' in page
    assert "Dear Hanako Mihon," in page


def test_those_are_told_of_whom_the_page_says_so(app):
    Stage().to("confirmed")
    stopped = Stage()
    stopped.to("offered")
    stopped.request.submitted_at = clock.now()
    db.session.commit()
    withdraw(make.actor_of(stopped.officer), stopped.request.id, "不要になったため")
    told = db.session.scalars(db.select(Notice)).all()
    assert len({notice.code for notice in told}) >= 6
    for notice in told:
        with app.test_request_context(headers={"Accept-Language": "ja"}):
            who = sentence(f"occasion.{notice.code}").split("に、")[0]
        allowed = set().union(*(ROLES[name] for name in who.split("・")))
        person = db.session.get(make.Person, notice.person_id)
        assert {duty.role for duty in person.duties} & allowed, notice.code
