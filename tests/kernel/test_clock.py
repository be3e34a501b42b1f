"""The clock: Tokyo's days, and time that stands still where it is told to."""

import threading
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from talentshare.kernel import clock

THEN = datetime(2026, 3, 31, 15, 0, tzinfo=UTC)  # midnight in Tokyo: 1 April
NAIVE = datetime(2026, 3, 31, 15, 0)  # noqa: DTZ001  the mistake itself


@pytest.fixture(autouse=True)
def still_clock():
    """The real clock: these tests stop it themselves."""


def test_now_is_an_instant_in_utc():
    before = datetime.now(UTC)  # noqa: TID251  compared with the clock under test
    assert before <= clock.now() <= before + timedelta(seconds=5)
    assert clock.now().tzinfo is UTC


def test_standing_at_stops_the_clock_inside_and_only_there():
    with clock.standing_at(THEN):
        assert clock.now() == THEN
        assert clock.today() == date(2026, 4, 1)
    assert clock.now() > THEN


def test_standing_at_keeps_utc_whatever_zone_was_named():
    with clock.standing_at(THEN.astimezone(timezone(timedelta(hours=-5)))):
        assert clock.now() == THEN
        assert clock.now().tzinfo is UTC


def test_standing_at_nests_and_comes_back_after_a_failure():
    with clock.standing_at(THEN):
        with pytest.raises(KeyError), clock.standing_at(THEN + timedelta(days=1)):
            assert clock.now() == THEN + timedelta(days=1)
            raise KeyError
        assert clock.now() == THEN


def test_other_threads_keep_the_real_time():
    seen = []
    with clock.standing_at(THEN):
        other = threading.Thread(target=lambda: seen.append(clock.now()))
        other.start()
        other.join()
    assert seen[0] != THEN


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 11, 23, 14, 59, 59, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 23, 15, 0, tzinfo=UTC), date(2026, 11, 24)),
    ],
)
def test_a_day_ends_at_midnight_in_tokyo(instant, day):
    assert clock.tokyo_day(instant) == day


def test_tokyo_time_is_the_same_instant_nine_hours_on():
    local = clock.tokyo_time(THEN)
    assert local == THEN
    assert (local.hour, local.utcoffset()) == (0, timedelta(hours=9))


@pytest.mark.parametrize("asked", [clock.tokyo_day, clock.tokyo_time])
def test_an_instant_without_a_zone_is_refused(asked):
    with pytest.raises(ValueError, match="time zone"):
        asked(NAIVE)


def test_the_clock_is_not_stopped_without_a_zone():
    with pytest.raises(ValueError, match="time zone"), clock.standing_at(NAIVE):
        pass
