"""Deadlines in working days."""

from datetime import UTC, date, datetime, time, timedelta

from talentshare.catalogue import queries as catalogue
from talentshare.kernel import clock
from talentshare.kernel.workdays import add_workdays

CALENDAR_SPAN = timedelta(days=120)


def workdays_from_today(count: int) -> date:
    """The working day that lies `count` working days after today."""
    return workday_after(clock.today(), count)


def workday_after(day: date, count: int) -> date:
    """The working day that lies `count` working days after `day`."""
    return add_workdays(day, count, catalogue.closed_days(day, day + CALENDAR_SPAN))


def end_of(day: date) -> datetime:
    """The instant at which a Tokyo day ends."""
    midnight = datetime.combine(day + timedelta(days=1), time.min, clock.TOKYO)
    return midnight.astimezone(UTC)
