"""来月、何時間できますか: the month and its days."""

import pytest

from talentshare.platform.db import db
from talentshare.specialists.models import DayOverride, MonthAnswer
from tests.allocations.pages.bookings import ALL_WEEK, MIDWEEK, booked

MONTH = {"minutes": "80", "inside_minutes": "80", "days_off": ""}


def test_the_month_asks_and_shows_each_days_minutes_and_uses(client, me):
    booked(me, "世田谷区")
    booked(me, "町田市", ALL_WEEK, 300, hold=True)
    page = client.get("/me/availability").text
    assert "来月、何時間できますか" in page
    assert "ふだんの働き方では80時間です" in page
    assert "世田谷区 3時間" in page
    assert 'class="is-held">町田市' in page
    assert "年末年始の休み" in page
    assert "/me/days/2026-12-02" in page
    assert 'name="minutes"' in page
    assert 'name="inside_minutes"' in page
    assert 'name="days_off"' in page


def test_the_month_reads_in_english(client, me):
    booked(me)
    client.set_cookie("locale", "en", domain="localhost")
    page = client.get("/me/availability").text
    assert "How many hours can you give next month?" in page
    assert "世田谷区 EN 3 h" in page
    assert "Year-end and New Year closure" in page


def test_the_present_month_is_not_asked_for(client):
    page = client.get("/me/availability?month=2026-11").text
    assert "2026年11月の空きは" in page
    assert "この時間で登録する" not in page


def test_a_later_month_is_named(client):
    assert "2027年1月は、何時間できますか" in client.get("/me/availability?month=2027-01").text


@pytest.mark.parametrize("month", ["2026-13", "abc", "1999-01", "2031-01", "2028-04"])
def test_months_out_of_reach_are_not_found(client, month):
    assert client.get(f"/me/availability?month={month}").status_code == 404


def test_the_month_is_answered(client, me):
    data = {"minutes": "６０", "inside_minutes": "60時間", "days_off": "10日、24〜25日"}
    answer = client.post("/me/availability/month?month=2026-12", data=data)
    assert answer.headers["Location"] == "/me/availability?month=2026-12"
    page = client.get("/me/availability?month=2026-12").text
    assert "2026年12月を合計60時間で登録しました" in page
    assert 'value="60"' in page
    assert 'value="10、24〜25"' in page
    assert db.session.query(MonthAnswer).one().minutes == 3600
    assert page.count("できない日") > 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"minutes": ""}, "できる時間の合計を入力してください"),
        ({"minutes": "たくさん"}, "時間は「1.5」または"),
        ({"minutes": "745"}, "0から744までの数を入力してください"),
        ({"inside_minutes": "81"}, "合計の時間までにしてください"),
        ({"minutes": "100", "inside_minutes": "100"}, "働き方の時間帯に入るのは、合計80時間"),
        ({"days_off": "32日"}, "その月の日で入力してください"),
        ({"days_off": "1/5"}, "その月の日で入力してください"),
        ({"days_off": "5〜3"}, "その月の日で入力してください"),
    ],
)
def test_a_refused_answer_says_why_and_keeps_what_was_typed(client, wrong, said):
    data = MONTH | wrong
    answer = client.post("/me/availability/month?month=2026-12", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    for value in data.values():
        assert f'value="{value}"' in answer.text
    assert db.session.query(MonthAnswer).count() == 0


def test_less_than_is_booked_is_refused_with_weeks_and_bookings(client, me):
    booked(me, "世田谷区", MIDWEEK, 480, weeks=3)
    data = {"minutes": "10", "inside_minutes": "10", "days_off": ""}
    answer = client.post("/me/availability/month?month=2026-12", data=data)
    assert answer.status_code == 409
    assert "12月7日（月）の週" in answer.text
    assert "世田谷区「移行計画の点検」" in answer.text
    assert 'value="10"' in answer.text
    assert db.session.query(DayOverride).count() == 0
    assert "80時間" in client.get("/me/availability").text


def test_a_day_is_changed_from_the_calendar_and_back(client):
    page = client.get("/me/days/2026-12-05").text
    assert "12月5日（土）は、何時間できますか" in page
    data = {"inside_minutes": "0", "outside_minutes": "1時間30分"}
    answer = client.post("/me/days/2026-12-05", data=data)
    assert answer.headers["Location"] == "/me/availability?month=2026-12"
    assert "空き 1時間30分" in client.get("/me/availability").text
    assert "ふだんの働き方に戻す" in client.get("/me/days/2026-12-05").text
    client.post("/me/days/2026-12-05", data=data | {"usual": "1"})
    assert db.session.query(DayOverride).count() == 0


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"inside_minutes": "9", "outside_minutes": "0"}, "8時間45分までにしてください"),
        ({"inside_minutes": "", "outside_minutes": "0"}, "時間を入力してください"),
        ({"inside_minutes": "25", "outside_minutes": "0"}, "0から24までの数"),
    ],
)
def test_a_refused_day_says_why(client, data, said):
    answer = client.post("/me/days/2026-12-01", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{data["inside_minutes"]}"' in answer.text


def test_a_day_below_its_bookings_is_refused_with_their_names(client, me):
    booked(me, "世田谷区", 0b00100, 240)
    data = {"inside_minutes": "1", "outside_minutes": "0"}
    answer = client.post("/me/days/2026-12-02", data=data)
    assert answer.status_code == 409
    assert "世田谷区「移行計画の点検」" in answer.text
    assert 'value="1"' in answer.text


@pytest.mark.parametrize("day", ["2026-11-23", "2028-04-01", "heute", "2026-02-30"])
def test_days_out_of_reach_are_not_found(client, day):
    assert client.get(f"/me/days/{day}").status_code == 404
    assert client.post(f"/me/days/{day}", data={}).status_code == 404


def test_a_day_of_leave_leads_to_the_leave(client):
    client.post("/me/leave", data={"kind": "leave", "starts_on": "2026/12/1"})
    page = client.get("/me/days/2026-12-01").text
    assert "この日は休暇です" in page
    assert 'name="inside_minutes"' not in page


def test_the_month_says_that_leave_is_taken_out_of_what_is_usual(client):
    client.post("/me/leave", data={"kind": "leave", "starts_on": "2026/12/1"})
    page = client.get("/me/availability").text
    assert "ふだんの働き方から休暇・用務を除くと76時間です" in page
    assert "ふだんの働き方では" not in page
