"""Working days, against counting one day after the other."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentshare.kernel.workdays import add_workdays, is_workday, workdays_until

NEW_YEAR = date(2027, 1, 1)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
CLOSED = st.frozensets(st.dates(date(2025, 12, 1), date(2028, 3, 31)), max_size=60)


def next_open(day, closed):
    while day.weekday() >= 5 or day in closed:
        day += timedelta(days=1)
    return day


def counted(first, last, closed):
    """Open days after `first` up to and with `last`, one by one."""
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(day.weekday() < 5 and day not in closed for day in days)


@given(DAYS, CLOSED)
def test_a_workday_is_a_weekday_that_is_not_closed(day, closed):
    assert is_workday(day, closed) == (day.weekday() < 5 and day not in closed)


@given(DAYS, CLOSED)
def test_no_working_days_later_is_the_next_open_day(day, closed):
    assert add_workdays(day, 0, closed) == next_open(day, closed)


@given(DAYS, st.integers(1, 40), CLOSED)
def test_some_working_days_later_has_that_many_open_days_between(day, count, closed):
    """The brute force: step to the next open day, `count` times."""
    at = day
    for _ in range(count):
        at = next_open(at + timedelta(days=1), closed)
    assert add_workdays(day, count, closed) == at


@given(DAYS, st.integers(1, 40), CLOSED)
def test_the_days_left_are_those_that_were_given(day, count, closed):
    assert workdays_until(day, add_workdays(day, count, closed), closed) == count


@given(DAYS, DAYS, CLOSED)
def test_days_left_are_counted_one_by_one_and_are_negative_when_late(day, due_on, closed):
    expected = counted(day, due_on, closed) if day <= due_on else -counted(due_on, day, closed)
    assert workdays_until(day, due_on, closed) == expected


def test_a_deadline_skips_the_turn_of_the_year():
    closed = {date(2026, 12, 29) + timedelta(days=n) for n in range(6)}
    assert add_workdays(date(2026, 12, 28), 1, closed) == date(2027, 1, 4)
    assert workdays_until(date(2026, 12, 28), date(2027, 1, 4), closed) == 1


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="negative"):
        add_workdays(NEW_YEAR, -1, ())
