"""ISO weeks, months of weeks and fiscal years, against the calendar itself."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentshare.kernel.weeks import (
    add_months,
    fiscal_year,
    fiscal_year_end,
    monday,
    month_of_week,
    weeks_between,
)

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@given(DAYS)
def test_monday_is_the_first_day_of_the_iso_week(day):
    found = monday(day)
    assert found.isocalendar().weekday == 1
    assert found.isocalendar()[:2] == day.isocalendar()[:2]


@given(DAYS, st.integers(-30, 400))
def test_weeks_between_are_those_that_hold_a_day_of_the_span(first, length):
    last = first + timedelta(days=length)
    touched = {monday(first + timedelta(days=n)) for n in range(length + 1)}
    assert list(weeks_between(first, last)) == sorted(touched)


@given(DAYS)
def test_a_week_counts_in_the_month_that_holds_most_of_it(day):
    week = [monday(day) + timedelta(days=n) for n in range(7)]
    month = month_of_week(week[0])
    assert month.day == 1
    assert sum((d.year, d.month) == (month.year, month.month) for d in week) >= 4


@pytest.mark.parametrize(
    ("week_on", "month_on"),
    [
        (date(2026, 11, 30), date(2026, 12, 1)),  # Thursday is 3 December
        (date(2026, 9, 28), date(2026, 10, 1)),  # Thursday is 1 October
        (date(2026, 12, 28), date(2026, 12, 1)),  # Thursday is 31 December
    ],
)
def test_the_month_of_a_week_is_that_of_its_thursday(week_on, month_on):
    assert month_of_week(week_on) == month_on


@given(DAYS)
def test_a_fiscal_year_runs_from_april_to_march(day):
    year = fiscal_year(day)
    assert date(year, 4, 1) <= day <= fiscal_year_end(year)
    assert fiscal_year_end(year) + timedelta(days=1) == date(year + 1, 4, 1)


@given(DAYS, st.integers(-600, 600))
def test_added_months_can_be_taken_back(day, months):
    there = add_months(day, months)
    assert there.day == 1
    assert add_months(there, -months) == day.replace(day=1)
    assert (there.year - day.year) * 12 + there.month - day.month == months
