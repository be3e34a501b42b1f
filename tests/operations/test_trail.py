"""監査記録: an admin finds who did what, and nobody else reads it."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from talentshare.accounts.queries import hashed
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM, system_for
from talentshare.notices import actions as notices
from talentshare.notices.models import Mail, MailKind
from talentshare.operations import actions as operations
from talentshare.operations import queries
from talentshare.operations.queries import Wanted
from talentshare.operations.queries.trail import ROWS
from talentshare.platform import events
from talentshare.platform.db import db, transactional
from talentshare.platform.events import AuditEvent
from talentshare.reports import actions as reports
from talentshare.reports.actions import BandDraft
from talentshare.specialists import actions as specialists
from talentshare.specialists.models import TimeOffDraft
from talentshare.specialists.states import TimeOffKind
from tests import make
from tests.accounts.browsing import PASSWORD
from tests.proposals.stage import Stage
from tests.proposals.test_lists import MOST_STATEMENTS, counted


def rows_of(page):
    """The cells of each row, as read."""
    body = page.text.split("<tbody>")[1].split("</tbody>")[0] if "<tbody>" in page.text else ""
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    cells = [
        re.findall(r"<td[^>]*>(.*?)</td>|<th scope=\"row\"[^>]*>(.*?)</th>", row, re.DOTALL)
        for row in rows
    ]
    return [
        [" ".join(unescape(re.sub(r"<[^>]+>", " ", a or b)).split()) for a, b in row]
        for row in cells
    ]


@pytest.fixture
def stage(app):
    stage = Stage()
    stage.owner.name, stage.owner.search_text = "山田 花子", "ヤマダ ハナコ 山田 花子"
    db.session.commit()
    stage.to("checked")
    return stage


@pytest.fixture
def admin(stage, sign_in):
    return sign_in(make.admin())


def test_the_newest_deed_comes_first_with_who_and_about_what(admin):
    rows = rows_of(admin.get("/admin/audit"))
    assert [int(row[-1]) for row in rows] == sorted((int(row[-1]) for row in rows), reverse=True)
    words = " ".join(" ".join(row) for row in rows)
    assert "内部確認をした" in words
    assert "打診の準備をした" in words
    assert "自動の処理" in words


def test_by_person_thing_kind_and_days(admin, stage):
    by_name = rows_of(admin.get("/admin/audit?who=ヤマダ"))
    assert by_name
    assert all("山田 花子" in row[1] for row in by_name)
    about = rows_of(admin.get(f"/admin/audit?about={stage.request.number.lower()}"))
    assert {row[3].split()[0] for row in about} == {"依頼", "候補者の順位", "提案"}
    kind = rows_of(admin.get("/admin/audit?kind=proposal"))
    assert {row[3].split()[0] for row in kind} == {"提案"}
    assert rows_of(admin.get("/admin/audit?kind=proposal&first=11月24日&last=2026/11/24")) == kind
    later = admin.get("/admin/audit?first=2026-11-25")
    assert rows_of(later) == []
    assert "条件に合う記録はありません" in later.text
    assert rows_of(admin.get("/admin/audit?last=2026-11-23")) == []


def test_a_day_that_is_none_is_told_and_kept(admin):
    page = admin.get("/admin/audit?first=いつか")
    assert "「いつか」は日付として読めないため" in page.text
    assert 'value="いつか"' in page.text
    assert rows_of(page)


def test_a_request_brings_all_that_hangs_on_it_and_nothing_else(app, stage):
    other = Stage()
    other.to("checked")
    admin = make.actor_of(make.admin())
    found = queries.trail(admin, Wanted(about=stage.request.number))
    (proposal,) = {line.number for line in found.lines if line.kind == "proposal"}
    everything = queries.trail(admin, Wanted(kind="proposal"))
    assert {line.number for line in everything.lines} > {proposal}


def test_pages_follow_one_another_without_a_gap(app, admin, still_clock):
    for _ in range(3):
        still_clock(timedelta(minutes=1))
        Stage().to("checked")
    seen, path = [], "/admin/audit"
    while path:
        page = admin.get(path)
        seen += [int(row[-1]) for row in rows_of(page)]
        older = re.search(r'href="([^"]+)">これより古い', page.text)
        path = unescape(older[1]) if older else ""
    assert seen == sorted(seen, reverse=True)
    assert seen[-1] == 1
    assert len(seen) == len(set(seen)) == seen[0]


def test_a_sign_in_names_who_signed_in_and_a_try_nobody(app, admin):
    who = make.officer(name="佐藤 美咲", sign_in_name="sato", password_hash=hashed(PASSWORD))
    browser = app.test_client()
    browser.post("/sign-in", data={"sign_in_name": "sato", "password": "x" * 12})
    browser.post("/sign-in", data={"sign_in_name": who.sign_in_name, "password": PASSWORD})
    (signed_in, *_) = rows_of(admin.get("/admin/audit?kind=person&who=sato"))
    assert signed_in[1:4] == ["佐藤 美咲", "ログインした", "利用者 佐藤 美咲"]
    tried = rows_of(admin.get("/admin/audit?kind=sign_in"))
    assert [row[1] for row in tried] == ["ログインしていない人"] * 2


def test_a_refused_deed_says_why(app, admin, sign_in):
    assert sign_in(make.officer()).get("/admin/audit").status_code == 403
    rows = rows_of(admin.get("/admin/audit?kind=refused"))
    assert any(
        "操作を断った" in row[2] and "監査記録を見られるのは管理者だけです" in row[2]
        for row in rows
    )


def test_in_english_every_word_is_english(admin):
    admin.set_cookie("locale", "en", domain="localhost")
    page = admin.get("/admin/audit")
    assert "Checked a proposal" in page.text
    assert "By itself" in page.text


def a_mail(to):
    now = clock.now()
    kind = MailKind.NOTICE
    return make.saved(Mail(person_id=to.id, kind=kind, created_at=now, due_at=now))


def test_a_deed_on_a_mail_names_whose_mail_it_was(app, admin):
    first, second = make.officer(name="佐藤 美咲"), make.officer(name="鈴木 一郎")
    mails = [a_mail(first), a_mail(second)]
    notices.take_mails(SYSTEM, 10)
    for mail in mails:
        notices.mark_sent(SYSTEM, mail.id)
    about = [row[3] for row in rows_of(admin.get("/admin/audit?kind=mail"))]
    assert about == [
        f"メール {mails[1].id}（鈴木 一郎）",
        f"メール {mails[0].id}（佐藤 美咲）",
        f"メール {mails[0].id}（佐藤 美咲 ほか1件）",
    ]


def test_a_deed_on_a_notice_names_whom_it_was_for(app, admin):
    told = make.officer(name="佐藤 美咲")
    code, path = "talent_request.notice.received", "/requests"
    notices.tell(SYSTEM, [told.id], code, path, number="R-2026-0001")
    assert "（佐藤 美咲）" in rows_of(admin.get("/admin/audit?kind=notice"))[0][3]


@transactional
def edited(actor, thing):
    events.announce(actor, "body.edited", thing)


def test_of_a_name_that_many_share_nobody_is_left_out(app, admin):
    """What somebody set off counts as well; each deed once, the newest first, page by page."""
    shared = [make.officer(name=f"森田 {n}", search_text=f"森田 {n}") for n in range(205)]
    for number in range(60):
        edited(make.actor_of(shared[-1 - number % 4]), shared[0].body)
    edited(system_for(make.actor_of(shared[-1])), shared[0].body)
    chief = make.actor_of(make.admin())
    first = queries.trail(chief, Wanted(who="森田"))
    last = queries.trail(chief, Wanted(who="森田", before=first.before))
    seen = [line.event.seq for page in (first, last) for line in page.lines]
    newest = seen[0]
    assert seen == list(range(newest, newest - 61, -1))
    assert first.lines[0].for_whom == shared[-1]
    assert {line.who for line in first.lines[1:]} == set(shared[-4:])
    nobody = queries.trail(chief, Wanted(who="森田", kind="mail"))
    assert (nobody.lines, nobody.before) == ([], None)


def test_of_a_clash_and_of_a_ranking_the_request_tells(app, sign_in):
    stage = Stage()
    stage.to("confirmed")
    leave = TimeOffDraft(TimeOffKind.LEAVE, clock.today(), clock.today() + timedelta(weeks=30))
    specialists.take_time_off(make.actor_of(stage.specialist.person), stage.specialist.id, leave)
    other = Stage()
    other.to("checked")
    chief = make.actor_of(make.admin())
    clashes = queries.trail(chief, Wanted(kind="clash")).lines
    rankings = queries.trail(chief, Wanted(kind="ranking")).lines
    assert clashes
    assert len(rankings) == 2
    found = queries.trail(chief, Wanted(about=stage.request.number)).lines
    assert {line.number for line in found if line.kind == "clash"} == {
        line.number for line in clashes
    }
    assert [line.number for line in found if line.kind == "stored_ranking"] == [rankings[-1].number]
    of_other = queries.trail(chief, Wanted(about=other.request.number)).lines
    assert not any(line.kind == "clash" for line in of_other)


def test_every_kind_can_be_chosen_but_of_a_demo_only_in_one(app, admin, monkeypatch):
    def offered():
        page = admin.get("/admin/audit").text
        return set(re.findall(r'<option value="(\w+)"', page))

    assert offered() == set(queries.KINDS) - {"demo"}
    monkeypatch.setitem(app.config, "DEMO", True)
    assert offered() == set(queries.KINDS)


def test_a_break_and_a_target_band_say_what_they_are_about(admin):
    chief = make.admin(name="管理 一郎")
    operations.report_break(SYSTEM, 7)
    (found,) = rows_of(admin.get("/admin/audit?kind=audit"))
    assert found[2] == "監査記録の途切れを見つけた"
    band = reports.add_band(make.actor_of(chief), BandDraft(clock.today(), 70, 90), "初めて")
    (added,) = rows_of(admin.get("/admin/audit?kind=band"))
    assert added[1:4] == ["管理 一郎", "目標の帯を追加", f"目標の帯 {band.id}"]


def test_what_the_trail_has_no_word_for_is_not_done_in_tests(app):
    with pytest.raises(AssertionError, match="no word for person_role"):
        events.note(db.session(), SYSTEM, "person.edited", "person_role:1")


def test_however_much_is_asked_for_a_page_asks_eight_times(admin, stage):
    narrow = f"who=山田&about={stage.request.number}&kind=proposal&first=2026-11-24&last=2026-11-24"
    for path in ("/admin/audit", f"/admin/audit?{narrow}"):
        with counted() as sent:
            assert rows_of(admin.get(path))
        assert len(sent) <= MOST_STATEMENTS, sent


def test_deeds_of_a_kind_come_page_by_page_whatever_else_is_there(either_app):
    for _ in range(14):
        Stage().to("accepted")
    reports.add_band(make.actor_of(make.admin()), BandDraft(clock.today(), 70, 90), "初めて")
    admin, found, before = make.actor_of(make.admin()), [], None
    while found == [] or before is not None:
        page = queries.trail(admin, Wanted(kind="proposal", before=before))
        found, before = [*found, *(line.event.seq for line in page.lines)], page.before
    every = select(AuditEvent.seq).where(AuditEvent.deed.like("proposal.%"))
    assert len(found) > ROWS
    assert found == db.session.scalars(every.order_by(AuditEvent.seq.desc())).all()
    assert [one.event.deed for one in queries.trail(admin, Wanted(kind="band")).lines] == [
        "band.added"
    ]
    assert queries.trail(admin, Wanted(kind="weights", last=clock.today())).lines == []
    assert queries.trail(admin, Wanted(kind="demo")).lines == []


def test_a_rare_kind_is_found_by_an_index_alone(admin, stage):
    with counted() as sent:
        admin.get("/admin/audit?kind=proposal")
    asked = [one for one in sent if "FROM audit_event" in one]
    assert len(asked) == 2
    for one in asked:
        given = [1] * one.count("?")
        rows = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", tuple(given))
        steps = [row[3] for row in rows if "audit_event" in row[3]]
        assert steps
        assert [step for step in steps if not step.startswith("SEARCH audit_event USING")] == []


def test_each_kind_is_offered_once():
    assert len(set(queries.KINDS)) == len(queries.KINDS)
