"""休暇・用務: entered, seen with what follows, taken back."""

import re
from datetime import date

import pytest

from talentshare.allocations import actions
from talentshare.allocations.models import Clash
from talentshare.kernel.actor import SYSTEM
from talentshare.platform.db import db
from talentshare.specialists import actions as specialists
from talentshare.specialists.models import TimeOff, TimeOffDraft
from talentshare.specialists.states import TimeOffKind
from tests import make
from tests.allocations.pages.bookings import MIDWEEK, booked


def test_leave_is_entered_listed_and_taken_back(client):
    data = {"kind": "leave", "starts_on": "令和8年12月1日", "ends_on": "2026/12/2"}
    assert client.post("/me/leave", data=data).status_code == 302
    page = client.get("/me/leave").text
    assert "確定した支援に足りない週はありません" in page
    assert "これからの休暇・用務は1件です" in page
    off = db.session.query(TimeOff).one()
    assert client.post(f"/me/leave/{off.id}/withdraw").status_code == 302
    assert "これからの休暇・用務はありません" in client.get("/me/leave").text


def test_leave_over_booked_time_succeeds_and_shows_what_follows(client, me, desk):
    booked(me, "世田谷区", MIDWEEK, 480)
    data = {"kind": "leave", "starts_on": "2026/12/2", "ends_on": "2026/12/3"}
    assert client.post("/me/leave", data=data).status_code == 302
    page = client.get("/me/leave").text
    assert "時間の足りない週が1週できたため、調整担当者に知らせました" in page
    assert "世田谷区「移行計画の点検」" in page
    assert "8時間" in page
    month = client.get("/me/availability").text
    assert "時間の足りない週が1週あります" in month
    said = "確定・仮確保の16時間のうち、収まっている8時間より少なくすることはできません。"
    assert said in month
    week = client.get("/me/week?on=2026-11-30").text
    assert "少なくすることはできません" not in week
    same = re.findall(
        r'<input[^>]*name="(minutes|inside_minutes|days_off)"[^>]*value="([^"]*)"', month
    )
    answer = client.post("/me/availability/month?month=2026-12", data=dict(same))
    assert answer.status_code == 302

    clash = db.session.query(Clash).one()
    listed = desk.get("/clashes").text
    assert "時間の不足が1件あります" in listed
    assert f"/clashes/{clash.id}" in listed
    assert "11月30日（月）の週は8時間足りません" in desk.get(f"/clashes/{clash.id}").text
    assert "11月30日（月）の週、8時間不足" in desk.get(f"/specialists/{me.id}/time").text


@pytest.mark.parametrize(
    ("typed", "day"),
    [("12月1日", "2026-12-01"), ("11月23日", "2026-11-23"), ("1/22", "2027-01-22")],
)
def test_a_day_without_its_year_is_the_next_from_this_week_on(client, typed, day):
    hint = "例：令和8年12月7日、R8.12.7、2026/12/7、12月7日"
    assert hint in client.get("/me/leave").text
    data = {"kind": "leave", "starts_on": typed, "ends_on": typed}
    assert client.post("/me/leave", data=data).status_code == 302
    off = db.session.query(TimeOff).one()
    assert (off.starts_on.isoformat(), off.ends_on.isoformat()) == (day, day)


def test_hours_of_leave_are_entered(client):
    data = {
        "kind": "leave",
        "starts_on": "2026/12/1",
        "starts_minute": "９：００",
        "ends_minute": "11時",
    }
    assert client.post("/me/leave", data=data).status_code == 302
    assert "休暇 2時間" in client.get("/me/availability").text
    assert "9:00〜11:00" in client.get("/me/leave").text


def test_other_work_never_replaces_what_is_booked(client, me):
    booked(me, "世田谷区", MIDWEEK, 480)
    data = {"kind": "busy", "starts_on": "2026/12/2"}
    answer = client.post("/me/leave", data=data)
    assert answer.status_code == 409
    assert "世田谷区「移行計画の点検」" in answer.text
    assert 'value="2026/12/2"' in answer.text
    assert db.session.query(TimeOff).count() == 0
    assert client.post("/me/leave", data=data | {"starts_on": "2026/12/4"}).status_code == 302
    assert "ほかの用務" in client.get("/me/availability").text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"kind": "", "starts_on": "2026/12/1"}, "種類を選んでください"),
        ({"kind": "leave", "starts_on": ""}, "初日を入力してください"),
        ({"kind": "leave", "starts_on": "2026/11/20"}, "今週の月曜日以降"),
        (
            {"kind": "leave", "starts_on": "2026/12/2", "ends_on": "2026/12/1"},
            "末日は、初日以降の日を入力してください",
        ),
        (
            {"kind": "leave", "starts_on": "2026/12/2", "ends_on": "2028/1/31"},
            "1回に入力できるのは1年までです。分けて入力してください",
        ),
        (
            {"kind": "leave", "starts_on": "2026/12/2", "starts_minute": "9:00"},
            "開始と終了の時刻を両方入力してください",
        ),
        (
            {"kind": "leave", "starts_on": "2026/12/2", "starts_minute": "朝"},
            "時刻は「13:00」のように入力してください",
        ),
    ],
)
def test_refused_leave_says_why(client, data, said):
    answer = client.post("/me/leave", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{data["starts_on"]}"' in answer.text
    assert db.session.query(TimeOff).count() == 0


def test_leave_of_somebody_else_is_not_found(client, me, sign_in):
    other = make.specialist()
    actions.open_weeks(SYSTEM, other)
    day = date(2026, 12, 1)
    draft = TimeOffDraft(TimeOffKind.LEAVE, day, day)
    off = specialists.take_time_off(make.actor_of(other.person), other.id, draft)
    assert client.post(f"/me/leave/{off.id}/withdraw").status_code == 404
