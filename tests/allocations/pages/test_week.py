"""A week in one form."""

from datetime import date

import pytest

from talentshare.platform.db import db
from talentshare.specialists.models import DayOverride
from tests.allocations.pages.bookings import MIDWEEK, MONDAY, booked


def week(**changed):
    data = {f"inside_{n}": "4" if n < 5 else "0" for n in range(7)}
    return data | {f"outside_{n}": "0" for n in range(7)} | changed


def test_the_week_is_one_form_with_the_cursor_in_its_first_field(client):
    page = client.get("/me/week").text
    assert "11月30日（月）の週、何時間できますか" in page
    assert page.count("autofocus") == 1
    first = page.index("autofocus")
    tag = page[page.rindex("<input", 0, first) : page.index(">", first)]
    assert 'name="inside_0"' in tag
    assert 'value="4"' in tag
    form = page[page.rindex("<form", 0, first) :]
    assert form.index("<button") > form.index('name="outside_6"')  # Enter in a field saves


def test_the_week_is_changed_by_one_number(client):
    answer = client.post("/me/week?on=2026-11-30", data=week(inside_0="2"))
    assert answer.headers["Location"] == "/me/week?on=2026-11-30"
    assert "11月30日（月）の週を合計18時間で登録しました" in client.get("/me/week").text
    assert db.session.query(DayOverride).one().day == MONDAY


def test_an_unchanged_week_writes_nothing(client):
    assert client.post("/me/week?on=2026-11-30", data=week()).status_code == 302
    assert db.session.query(DayOverride).count() == 0


def test_the_week_keeps_what_was_typed_and_names_what_is_in_the_way(client, me):
    booked(me, "世田谷区", MIDWEEK, 480)
    answer = client.post("/me/week?on=2026-11-30", data=week(inside_2="0.5", inside_0="3"))
    assert answer.status_code == 409
    assert "11月30日（月）の週" in answer.text
    assert "世田谷区「移行計画の点検」" in answer.text
    assert 'value="0.5"' in answer.text
    assert db.session.query(DayOverride).count() == 0


def test_a_wrong_number_stands_at_its_field(client):
    answer = client.post("/me/week?on=2026-11-30", data=week(inside_3="四"))
    assert answer.status_code == 422
    assert 'id="inside_3-error"' in answer.text
    assert 'value="四"' in answer.text


def test_this_week_its_past_days_stay(client):
    page = client.get("/me/week?on=2026-11-24").text
    assert "過ぎた日" in page
    assert 'name="inside_0"' not in page
    client.post("/me/week?on=2026-11-23", data=week(inside_0="8", inside_1="3"))
    assert [row.day for row in db.session.query(DayOverride)] == [date(2026, 11, 24)]


@pytest.mark.parametrize("on", ["2026-11-16", "2031-01-06", "x"])
def test_weeks_out_of_reach_are_not_found(client, on):
    assert client.get(f"/me/week?on={on}").status_code == 404
