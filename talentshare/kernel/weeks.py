"""ISO weeks by their Monday, months of weeks, fiscal years (April to March)."""

from collections.abc import Iterator
from datetime import date, timedelta

WEEK = timedelta(days=7)
APRIL = 4


def monday(day: date) -> date:
    """Return the Monday of the ISO week that holds `day`.

    Source: ISO 8601, weeks start on Monday.
    """
    return day - timedelta(days=day.weekday())


def weeks_between(first: date, last: date) -> Iterator[date]:
    """Yield the Mondays of all weeks that touch the days `first` to `last`, in order.

    Yields nothing when `last` lies before `first`.
    """
    week = monday(first)
    while week <= last and first <= last:
        yield week
        week += WEEK


def month_of_week(week_on: date) -> date:
    """Return the first day of the month to which a week counts: that of its Thursday.

    Source: ISO 8601 gives a week to the year of its Thursday; monthly caps follow the same rule.
    """
    return (week_on + timedelta(days=3)).replace(day=1)


def fiscal_year(day: date) -> int:
    """Return the Japanese fiscal year of a day: the calendar year in which its April falls."""
    return day.year if day.month >= APRIL else day.year - 1


def fiscal_year_end(year: int) -> date:
    """Return 31 March, the last day of fiscal year `year`."""
    return date(year + 1, 3, 31)


def add_months(day: date, months: int) -> date:
    """Return the first day of the month that lies `months` after that of `day`."""
    at = day.year * 12 + day.month - 1 + months
    return date(at // 12, at % 12 + 1, 1)
