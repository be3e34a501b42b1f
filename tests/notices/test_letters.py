"""The words of mails, for whom they are meant, and what admins and readers set."""

import email
import re
from datetime import date, datetime
from email import policy as email_policy

import pytest
from sqlalchemy import select, update

from talentshare.accounts import actions as accounts
from talentshare.accounts.models import MailPace, Person
from talentshare.accounts.states import PersonState
from talentshare.config import SupportDesk
from talentshare.kernel.actor import SYSTEM, Role
from talentshare.notices import actions, jobs, queries
from talentshare.notices.models import Mail, MailKind, Notice, WordingDraft
from talentshare.notices.states import MailState
from talentshare.operations import queries as operations
from talentshare.platform.db import db
from tests import make
from tests.notices.conftest import (
    DAY,
    MINUTE,
    officer,
    states,
    switched_on,
    tell,
    text_of,
)
from tests.proposals.stage import Stage


def test_a_notice_is_a_mail_in_plain_words(on, server):
    tell(officer(), due_on=datetime(2026, 12, 3).date())  # noqa: DTZ001  a day
    assert jobs.send_mails() == 1
    assert jobs.send_mails() == 0, "once"
    (message,) = server.taken
    assert message["To"].addresses[0].addr_spec == "dx@machida.example"
    assert message["To"].addresses[0].display_name == "佐藤 美咲"
    assert message["From"].addresses[0].addr_spec == "noreply@talent.example"
    assert message["Subject"].startswith("【デジタル人材シェアリング】依頼「移行計画の点検」")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "text/plain"
    body = text_of(message)
    for part in (
        "佐藤 美咲 様",
        "受付番号：R-2026-0142",
        "期限：2026年12月3日（木）",
        "https://talent.example/requests/R-2026-0142",
        "リンクが使えないときは、ログインして「お知らせ」を開いてください",
    ):
        assert part in body
    assert "<" not in body


def test_each_reads_the_own_language(on, server):
    tell(officer(locale="en", name_latin="Misaki Sato"))
    jobs.send_mails()
    (message,) = server.taken
    assert message["Subject"].startswith("[Digital Talent Sharing]")
    body = text_of(message)
    assert "Dear Misaki Sato," in body
    assert "Reference number: R-2026-0142" in body
    assert not re.search(r"[ぁ-ん]", body.replace("移行計画の点検", ""))


def test_a_digest_once_a_day_of_what_is_unread(on, server, still_clock):
    who = officer(mail_pace=MailPace.DAILY)
    for number in ("R-2026-0142", "R-2026-0143", "R-2026-0144"):
        tell(who, number=number)
    read = db.session.scalars(select(Notice).order_by(Notice.id)).first()
    actions.read(make.actor_of(who), read.id)
    assert jobs.make_digests() == 1
    assert jobs.make_digests() == 0
    assert jobs.send_mails() == 1
    body = text_of(server.taken[0])
    assert "お知らせが2件あります" in server.taken[0]["Subject"]
    assert "R-2026-0142" not in body
    assert (
        body.index("1. ")
        < body.index("R-2026-0143")
        < body.index("2. ")
        < body.index("R-2026-0144")
    )
    still_clock(DAY)
    assert jobs.make_digests() == 0, "what was in a mail is in no other"


def test_a_digest_after_the_halls_were_closed_over_new_year(on, server, still_clock):
    tell(officer(mail_pace=MailPace.DAILY))
    still_clock(12 * DAY)
    assert jobs.make_digests() == 1


def test_a_digest_after_a_long_stop_of_the_jobs_loses_nothing(on, server, still_clock):
    who = officer(mail_pace=MailPace.DAILY)
    tell(who)
    assert jobs.make_digests() == 1
    still_clock(MINUTE)
    tell(who, number="R-2026-0143")
    still_clock(60 * DAY)
    assert jobs.make_digests() == 1


def test_who_gets_an_address_late_is_not_flooded(on, server, still_clock):
    who, other = officer(mail=""), officer(mail_pace=MailPace.DAILY)
    tell(who)
    still_clock(28 * DAY)
    tell(who, other, number="R-2026-0143")
    assert jobs.make_digests() == 1
    still_clock(3 * DAY)
    db.session.execute(update(Person).where(Person.id == who.id).values(mail="new@city.example"))
    db.session.commit()
    assert jobs.make_digests() == 1
    jobs.send_mails()
    (message,) = [one for one in server.taken if "new@city.example" in one["To"]]
    assert "R-2026-0143" in text_of(message)
    assert "R-2026-0142" not in text_of(message), "a month old"


def test_files_instead_of_a_server(folder):
    tell(officer())
    assert jobs.send_mails() == 1
    (path,) = folder.glob("*.eml")
    message = email.message_from_bytes(path.read_bytes(), policy=email_policy.default)
    assert "移行計画の点検" in text_of(message)
    assert not list(folder.glob("*.new"))


def test_a_folder_that_cannot_be_written_keeps_the_mail(folder):
    folder.write_text("a file stands in the way")
    tell(officer())
    assert jobs.send_mails() == 0
    (mail,) = db.session.scalars(select(Mail)).all()
    assert (mail.state, mail.tries) == (MailState.WAITING, 0)
    assert mail.fault


@pytest.mark.parametrize("kind", [MailKind.INVITATION, MailKind.RESET])
def test_a_link_is_derived_when_it_is_sent_and_opens(on, server, kind):
    admin = make.actor_of(make.admin())
    invites = kind is MailKind.INVITATION
    who = officer(state=PersonState.INVITED if invites else PersonState.ACTIVE)
    make_link = accounts.make_invitation if invites else accounts.make_reset
    token = make_link(admin, who.id)
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            for row in connection.execute(select(table)):
                assert token not in str(tuple(row)), table.name
    assert jobs.send_mails() == 1
    body = text_of(server.taken[0])
    assert f"https://talent.example/account/set-password/{token}" in body
    assert on.test_client().get(f"/account/set-password/{token}").status_code == 200


def test_a_link_that_was_replaced_or_used_is_not_sent(on, server):
    admin = make.actor_of(make.admin())
    who = officer()
    accounts.make_reset(admin, who.id)
    newest = accounts.make_reset(admin, who.id)
    assert jobs.send_mails() == 1
    assert newest in text_of(server.taken[0])
    assert states() == [MailState.DROPPED, MailState.SENT]


def test_a_body_reads_nothing_of_other_bodies(on, server):
    """Every mail of a whole way from need to booking, searched for the names of other bodies."""
    stage = Stage()
    canary = "カナリア"
    stage.body.name_ja = "町田市"
    for who in db.session.scalars(select(Person)):
        who.mail = f"{who.sign_in_name}@example.jp"
    other = Stage()
    other.body.name_ja = canary
    other.request.title = canary
    db.session.commit()
    other.to("confirmed", who=stage.specialist)
    stage.to("confirmed")
    jobs.send_mails()
    to_body = [m for m in server.taken if stage.officer.mail in str(m["To"])]
    assert to_body
    assert not any(canary in text_of(m) + m["Subject"] for m in to_body)


def test_every_mail_can_be_read_beforehand_in_both_languages(app, sign_in):
    admin = sign_in(make.admin())
    for locale, words in (("ja", "利用の案内"), ("en", "Your invitation")):
        admin.set_cookie("locale", locale, domain="localhost")
        page = admin.get("/admin/mails/preview").text
        assert words in page
    codes = {code for code, _ in queries.samples(make.actor_of(make.admin()), "ja")}
    assert {"digest", "invitation", "reset", "person.reset_asked"} < codes
    assert len(codes) > 30
    for code, letter in queries.samples(make.actor_of(make.admin()), "en"):
        assert "%(" not in letter.subject + letter.body, code
        plain = letter.subject + letter.body
        assert not re.search(r"[ぁ-んァ-ヶ一-龠]", plain), (code, plain)


@pytest.mark.parametrize("locale", ["ja", "en"])
@pytest.mark.parametrize("code", ["proposal.notice.to_check", "clash.notice.coordinator"])
def test_a_long_subject_begins_with_the_number_and_names_it_once(on, server, locale, code):
    facts = {"name": "Hanako Mihon" * 6, "week_on": date(2026, 11, 30), "count": 2}
    title = "移行計画の点検と関係者との調整の進め方" * 4
    told = {"number": "R-2026-0142", "title": title, **facts}
    actions.tell(SYSTEM, [officer(locale=locale).id], code, "/requests/R-2026-0142", **told)
    assert jobs.send_mails() == 1
    _, _, subject = server.taken[0]["Subject"].replace("]", "】").partition("】")
    assert subject.strip().startswith("R-2026-0142 ")
    assert subject.count("R-2026-0142") == 1


@pytest.mark.parametrize(
    "text", ["Offer {reference number}, “{title}”: ", "{title} {reference number}"]
)
def test_a_subject_that_an_administrator_worded_names_the_number_once(on, server, text):
    code = "proposal.notice.offered"
    draft = WordingDraft("｛件名｝｛受付番号｝", text + "please answer as soon as you can" * 3)
    actions.word_notice(make.actor_of(make.admin()), code, draft)
    facts = {"number": "R-2026-0142", "title": "Review"}
    actions.tell(SYSTEM, [officer(locale="en").id], code, "/offers/1", **facts)
    assert jobs.send_mails() == 1
    assert server.taken[0]["Subject"].count("R-2026-0142") == 1


DESK = SupportDesk("システム窓口", "System desk", "03-0000-0000", "", "開庁日", "Working days")


def test_the_desk_to_ask_stands_under_each_mail(on, server):
    on.config["SUPPORT_DESK"] = DESK
    tell(officer(locale="en"))
    assert jobs.send_mails() == 1
    told = "Support desk: System desk\nTelephone: 03-0000-0000\nHours: Working days"
    assert told in text_of(server.taken[0])


def test_the_help_page_names_the_desk_or_the_administrators(app, client):
    assert "利用者名を登録した管理者（GovTech東京）に連絡" in client.get("/help").text
    app.config["SUPPORT_DESK"] = DESK
    page = client.get("/help").text
    assert "システム窓口" in page
    assert "利用者名を登録した管理者" not in page


def test_one_chooses_how_mail_comes(app, sign_in):
    who = officer()
    browser = sign_in(who)
    assert "宛先はdx@machida.exampleです" in browser.get("/account").text
    assert browser.post("/account/mail", data={"mail_pace": "daily"}).status_code == 302
    assert who.mail_pace is MailPace.DAILY
    answer = browser.post("/account/mail", data={"mail_pace": "hourly"})
    assert answer.status_code == 422
    assert "メールの受け取り方を選んでください" in answer.text
    without = sign_in(make.person(Role.OFFICER, mail=""))
    assert "メールは届きません" in without.get("/account").text


def test_the_page_says_when_mail_is_off(app, sign_in):
    page = sign_in(make.admin()).get("/admin/mails").text
    assert "メールは送らない設定です" in page
    assert "送れなかったメールはありません" in page


def test_mail_that_waits_is_seen_on_the_health_page(app, still_clock, sign_in):
    switched_on(app, "smtp://127.0.0.1:1")
    tell(officer())
    admin = sign_in(make.admin())
    assert "30分以上送れていないメール" not in admin.get("/admin/health").text
    still_clock(29 * MINUTE)
    assert "30分以上送れていないメール" not in admin.get("/admin/health").text
    still_clock(2 * MINUTE)
    assert "30分以上送れていないメール" in admin.get("/admin/health").text


def test_mail_that_was_tried_in_vain_is_seen_there_too(on, server, still_clock):
    tell(officer())
    server.answers = ["451 4.3.0 not now"] * 20
    admin = make.actor_of(make.admin())
    for _ in range(29):
        jobs.send_mails()
        still_clock(MINUTE)
    assert "mail_late" not in operations.health(admin).faults, "one may be put off for a while"
    still_clock(2 * MINUTE)
    assert "mail_late" in operations.health(admin).faults
