"""Days, hours and numbers as people type them."""

from datetime import date

import pytest

from talentshare.catalogue.forms import parse_day, parse_minutes
from talentshare.catalogue.states import is_corporate_number


@pytest.mark.parametrize(
    "text",
    [
        "令和8年12月2日",
        "令和８年１２月２日",
        "R8.12.2",
        "r8/12/2",
        "2026/12/2",
        "2026-12-02",
        " 2026年12月2日（水） ",
        "２０２６．１２．２",
    ],
)
def test_era_and_western_days_are_the_same(text):
    assert parse_day(text) == date(2026, 12, 2)


def test_the_first_year_of_an_era_is_gannen():
    assert parse_day("令和元年5月1日") == date(2019, 5, 1)
    assert parse_day("平成31年4月30日") == date(2019, 4, 30)


@pytest.mark.parametrize("text", ["", "12月32日", "2026/13/1", "2026/2/29", "あした", "20261202"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError):
        parse_day(text)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1.5", 90),
        ("１．５", 90),
        ("1:30", 90),
        ("1時間30分", 90),
        ("90分", 90),
        ("74", 4440),
        ("74時間", 4440),
        ("0", 0),
        ("0.25", 15),
        ("4.9", 294),
        ("3.33", 200),
    ],
)
def test_hours_become_minutes(text, minutes):
    assert parse_minutes(text) == minutes


@pytest.mark.parametrize("text", ["", "abc", "-1", "1,5", "1:75", "時間", "1e3"])
def test_what_is_no_length_is_refused(text):
    with pytest.raises(ValueError):
        parse_minutes(text)


def test_the_check_digit_of_a_corporate_number_is_checked():
    assert is_corporate_number("7000012050002")  # 国税庁
    assert not is_corporate_number("7000012050003")
    assert not is_corporate_number("8000012050002")
    assert not is_corporate_number("700001205000")
    assert not is_corporate_number("７000012050002")
