"""The only module that asks what time it is; everyone else asks here."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")

_stopped: ContextVar[datetime | None] = ContextVar("stopped", default=None)


def now() -> datetime:
    """Return the present instant, in UTC.

    Errors: none. Source: the operating system, unless the clock is stopped by `standing_at`.
    """
    return _stopped.get() or datetime.now(UTC)


@contextmanager
def standing_at(instant: datetime) -> Iterator[None]:
    """Stop the clock at an aware instant: for the demo's past and for commands with `--as-of`.

    Errors: ValueError when the instant names no time zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant names its time zone")
    token = _stopped.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _stopped.reset(token)


def today() -> date:
    """Return the calendar day in Tokyo, which is what a deadline means to our users.

    Errors: none.
    """
    return tokyo_day(now())


def tokyo_day(instant: datetime) -> date:
    """Return the Tokyo calendar day of an aware instant.

    Errors: ValueError when the instant names no time zone.
    """
    return tokyo_time(instant).date()


def tokyo_time(instant: datetime) -> datetime:
    """Return the same instant on Tokyo's wall clock.

    Errors: ValueError when the instant names no time zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant names its time zone")
    return instant.astimezone(TOKYO)
