"""Working days (開庁日): Monday to Friday, without holidays and closures."""

from collections.abc import Container
from datetime import date, timedelta

SATURDAY = 5


def is_workday(day: date, closed: Container[date]) -> bool:
    """Tell whether offices are open on `day`; `closed` holds holidays and closures."""
    return day.weekday() < SATURDAY and day not in closed


def add_workdays(day: date, count: int, closed: Container[date]) -> date:
    """Return the working day that lies `count` working days after `day`.

    `count` >= 0; with 0 the next working day from `day` on. Errors: ValueError when negative.
    """
    if count < 0:
        raise ValueError("count of working days is negative")
    at = day
    while not is_workday(at, closed):
        at += timedelta(days=1)
    left = count if at == day else max(count - 1, 0)
    while left:
        at += timedelta(days=1)
        left -= is_workday(at, closed)
    return at


def workdays_until(day: date, due_on: date, closed: Container[date]) -> int:
    """Count the working days after `day` up to and with `due_on`; negative when it has passed."""
    if due_on < day:
        return -workdays_until(due_on, day, closed)
    span = (due_on - day).days
    return sum(is_workday(day + timedelta(days=n), closed) for n in range(1, span + 1))
