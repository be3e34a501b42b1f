"""When the deeds of the demo happen."""

from datetime import UTC, date, datetime, timedelta

from talentshare.demo.journey import at
from talentshare.demo.people import at_ten

TODAY = date(2026, 11, 28)
EARLY = datetime(2026, 11, 27, 22, 22, tzinfo=UTC)  # 7:22 of that day in Tokyo


def test_before_ten_nothing_of_today_lies_in_the_future(still_clock):
    still_clock(EARLY)
    assert at(TODAY, 1_388) == at_ten(TODAY) == EARLY
    yesterday = TODAY - timedelta(days=1)
    assert at_ten(yesterday) == datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
    assert at(TODAY + timedelta(days=1), 0) == datetime(2026, 11, 29, 0, 0, tzinfo=UTC)


def test_later_in_the_day_the_deeds_stand_where_they_always_stand(still_clock):
    still_clock(datetime(2026, 11, 28, 9, 0, tzinfo=UTC))
    assert at(TODAY, 60) == datetime(2026, 11, 28, 0, 1, tzinfo=UTC)
    assert at_ten(TODAY) == datetime(2026, 11, 28, 1, 0, tzinfo=UTC)
