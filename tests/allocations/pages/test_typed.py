"""Days and times as people type them."""

from datetime import date

import pytest

from talentshare.allocations.forms import days_text, parse_clock, parse_days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("", set()),
        ("10", {10}),
        ("10日、24〜25日", {10, 24, 25}),
        ("１０，１２/２４-２６", {10, 24, 25, 26}),
        ("12月1日から3日まで", {1, 2, 3}),
        ("5 6・7", {5, 6, 7}),
    ],
)
def test_days_of_a_month_are_read(text, days):
    assert {day.day for day in parse_days(text, date(2026, 12, 1))} == days


def test_days_are_written_as_they_are_read():
    days = parse_days("1、3〜5、9", date(2026, 12, 1))
    assert days_text(days) == "1、3〜5、9"
    assert parse_days(days_text(days), date(2026, 12, 1)) == days


@pytest.mark.parametrize(
    ("text", "minute"), [("9:00", 540), ("９：３０", 570), ("13時", 780), ("13時15分", 795)]
)
def test_a_time_of_day_is_read(text, minute):
    assert parse_clock(text) == minute


@pytest.mark.parametrize("text", ["", "25:00", "24:01", "9:60", "昼", "9"])
def test_what_is_no_time_of_day_is_refused(text):
    with pytest.raises(ValueError):
        parse_clock(text)
