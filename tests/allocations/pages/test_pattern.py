"""ふだんの働き方: seen, changed from a day on, dropped before it begins."""

import pytest

from talentshare.platform.db import db
from talentshare.specialists.models import WorkingPattern
from tests import make
from tests.allocations.pages.bookings import MIDWEEK, booked

PATTERN = {
    "valid_from": "2026/12/7",
    "share_percent": "50",
    "windows_0": "9:00-12:00、13:00-17:00",
    "windows_2": "９：００〜１２：００",
    "windows_5": "10時から11時30分まで",
    **{f"windows_{n}": "" for n in (1, 3, 4, 6)},
}


def test_a_change_of_pattern_is_listed_before_it_begins(client):
    assert client.post("/me/pattern", data=PATTERN).status_code == 302
    page = client.get("/me/pattern").text
    assert "ふだんの働き方は、2026年12月7日（月）に変わります" in page
    assert "月曜日 9:00〜12:00、13:00〜17:00" in page
    assert "土曜日 10:00〜11:30" in page
    pattern = db.session.query(WorkingPattern).filter_by(share_percent=50).one()
    assert sum(w.ends_minute - w.starts_minute for w in pattern.windows) == 420 + 180 + 90
    assert client.post("/me/pattern/drop", data={"valid_from": "2026-12-07"}).status_code == 302
    assert db.session.query(WorkingPattern).count() == 1


@pytest.mark.parametrize(
    ("wrong", "status", "said"),
    [
        ({"valid_from": "2026/11/25"}, 422, "11月30日（月）以降の日から"),
        ({"valid_from": ""}, 422, "いつからかを入力してください"),
        ({"share_percent": "101"}, 422, "0から100までの数"),
        ({"windows_0": "9-17時ごろ"}, 422, "3つまで入力してください"),
        ({"windows_0": "9:00-10:00、11:00-12:00、13:00-14:00、15:00-16:00"}, 422, "3つまで"),
        ({"windows_0": "12:00-9:00"}, 422, "3つまで入力してください"),
        ({"windows_0": "9:00-12:00、11:00-13:00"}, 422, "時間帯が重なっています"),
    ],
)
def test_a_refused_pattern_says_why_and_keeps_what_was_typed(client, wrong, status, said):
    data = PATTERN | wrong
    answer = client.post("/me/pattern", data=data)
    assert answer.status_code == status
    assert said in answer.text
    for value in filter(None, data.values()):
        assert f'value="{value}"' in answer.text
    assert db.session.query(WorkingPattern).count() == 1


def test_a_pattern_below_what_is_booked_is_refused(client, me):
    booked(me, "世田谷区", MIDWEEK, 480, weeks=4)
    answer = client.post("/me/pattern", data=PATTERN)
    assert answer.status_code == 409
    assert "世田谷区「移行計画の点検」" in answer.text
    assert "12月7日（月）の週" in answer.text
    assert db.session.query(WorkingPattern).count() == 1


def test_a_newcomer_is_asked_for_the_pattern(app, sign_in):
    it = make.specialist()
    db.session.delete(db.session.query(WorkingPattern).one())
    db.session.commit()
    client = sign_in(it.person)
    assert "ふだんの働き方を教えてください" in client.get("/me/pattern").text
    assert client.get("/me/availability").status_code == 200
    assert client.post("/me/pattern/drop", data={"valid_from": "x"}).status_code == 404
