"""The catalogue and the holidays as an admin sees and changes them."""

from datetime import date

import pytest

from talentshare.allocations import actions as allocations
from talentshare.catalogue import actions, queries
from talentshare.kernel.actor import SYSTEM, Role
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from tests import make
from tests.proposals.stage import Stage, ready


@pytest.fixture
def admin(sign_in):
    make.catalogue()
    return sign_in(make.admin())


def english(client):
    client.set_cookie("locale", "en", domain="localhost")
    return client


def test_the_catalogue_is_shown_in_both_languages(admin):
    page = admin.get("/admin/catalogue").text
    assert "専門分野は6、スキルは91あります" in page
    assert "協定に基づく支援" in page
    assert "There are 6 fields and 91 skills" in english(admin).get("/admin/catalogue").text


def test_holidays_are_listed_by_fiscal_year(admin):
    page = admin.get("/admin/holidays").text
    assert "令和8年度（2026年度）の休日は" in page
    assert "勤労感謝の日" in page
    assert "2025年11月24日" not in page
    assert "2025年11月24日" in admin.get("/admin/holidays?year=2025").text
    assert admin.get("/admin/holidays?year=1999").status_code == 404


def test_a_holiday_is_added_by_an_era_date_and_empties_the_day(admin):
    specialist = make.specialist()
    allocations.open_weeks(SYSTEM, specialist)

    answer = admin.post("/admin/holidays", data={"day": "令和8年12月3日", "name_ja": "開庁記念日"})

    assert answer.status_code == 302
    assert date(2026, 12, 3) in queries.closed_days(date(2026, 12, 3), date(2026, 12, 3))
    week = allocations_week(specialist.id, date(2026, 11, 30))
    assert week == 4 * 420
    assert deeds("catalogue.holidays_changed") >= 1


def allocations_week(specialist_id, week_on):
    statement = "SELECT capacity_minutes FROM week_ledger WHERE specialist_id = :s AND week_on = :w"
    return db.session.execute(
        db.text(statement), {"s": specialist_id, "w": week_on.isoformat()}
    ).scalar()


def deeds(name):
    found = db.select(db.func.count()).select_from(AuditEvent).where(AuditEvent.deed == name)
    return db.session.scalar(found)


def test_a_removed_holiday_stays_removed_after_loading(admin):
    assert admin.post("/admin/holidays/remove", data={"day": "2027-02-11"}).status_code == 302
    actions.load(SYSTEM)
    assert queries.closed_days(date(2027, 2, 11), date(2027, 2, 11)) == frozenset()
    again = {"day": "2027/2/11", "name_ja": "建国記念の日"}
    assert admin.post("/admin/holidays", data=again).status_code == 302
    assert queries.closed_days(date(2027, 2, 11), date(2027, 2, 11))


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        ({"day": "", "name_ja": "休み"}, 422, "日付を入力してください"),
        ({"day": "来週", "name_ja": "休み"}, 422, "日付は「令和8年12月7日」"),
        ({"day": "2026/12/3", "name_ja": " "}, 422, "名称を入力してください"),
        ({"day": "2026/11/24", "name_ja": "休み"}, 409, "今日または過ぎた日です"),
        ({"day": "2027/1/1", "name_ja": "休み"}, 409, "すでに休日（元日）です"),
    ],
)
def test_a_refused_holiday_says_what_to_do_and_keeps_what_was_typed(admin, data, status, said):
    answer = admin.post("/admin/holidays", data=data | {"name_en": "Kept words"})
    assert answer.status_code == status
    assert said in answer.text
    assert "Kept words" in answer.text


def test_a_holiday_tells_how_many_bookings_no_longer_fit(app, sign_in):
    stage = Stage(specialist=ready(windows=((540, 636),)))  # exactly eight hours a week
    stage.to("confirmed")
    both = sign_in(make.person(Role.ADMIN, Role.COORDINATOR))
    day = {"day": "2026/12/16", "name_ja": "臨時の休み"}
    page = both.post("/admin/holidays", data=day, follow_redirects=True).text
    assert "割当ての時間が収まらなくなった週が、新しく1件あります。" in page
    assert '<a href="/clashes">時間の不足を見る</a>' in page
    alone = sign_in(make.admin())
    page = alone.post(
        "/admin/holidays", data={"day": "2026/12/9", "name_ja": "休み"}, follow_redirects=True
    ).text
    assert "新しく1件あります。 担当する調整担当者に知らせました。" in page
    assert "/clashes" not in page
    page = alone.post(
        "/admin/holidays/remove", data={"day": "2026-12-16"}, follow_redirects=True
    ).text
    assert "時間の不足が1件解消しました。" in page


def test_a_past_holiday_is_not_removed(admin):
    assert admin.post("/admin/holidays/remove", data={"day": "2026-11-23"}).status_code == 409
    assert admin.post("/admin/holidays/remove", data={"day": "nonsense"}).status_code == 404
    assert admin.post("/admin/holidays/remove", data={"day": "2026-12-01"}).status_code == 404


def test_names_are_escaped(admin):
    admin.post("/admin/holidays", data={"day": "2026/12/3", "name_ja": "<b>休み</b>"})
    page = admin.get("/admin/holidays").text
    assert "&lt;b&gt;休み" in page
    assert "<b>休み" not in page


@pytest.mark.parametrize("maker", [make.officer, make.coordinator, make.manager])
def test_nobody_else_sees_or_changes_settings(app, sign_in, maker):
    make.catalogue()
    client = sign_in(maker())
    assert client.get("/admin/catalogue").status_code == 403
    assert client.get("/admin/holidays").status_code == 403
    data = {"day": "2026/12/3", "name_ja": "休み"}
    assert client.post("/admin/holidays", data=data).status_code == 403
    assert not queries.closed_days(date(2026, 12, 3), date(2026, 12, 3))
