"""Positions of the fictional needs are such as could be asked for on their day."""

from datetime import date, timedelta

import pytest

from talentshare.demo.world import build_world
from talentshare.kernel.weeks import fiscal_year, fiscal_year_end
from tests.demo.test_world import AS_OF, positions

DAYS = (
    *(AS_OF, date(2026, 4, 15), date(2026, 8, 15), date(2027, 3, 30), date(2027, 4, 1)),
    *(date(2027, 6, 10), date(2028, 2, 29), date(2028, 5, 1)),
)


@pytest.mark.parametrize("as_of", DAYS)
@pytest.mark.parametrize("seed", [3, 7])
def test_positions_fit_into_their_window_and_the_ledger(as_of, seed):
    made = build_world("tokyo", seed, as_of)
    for need, one in positions(made):
        horizon = fiscal_year_end(fiscal_year(need.submitted_on or as_of) + 1)
        assert one.weeks <= 104
        assert one.minutes_per_week % 15 == one.office_minutes_per_week % 15 == 0
        assert 0 <= one.office_minutes_per_week <= one.minutes_per_week
        assert one.earliest_start_on.weekday() == 0
        assert one.weeks >= 4
        assert (
            one.earliest_start_on + timedelta(weeks=one.weeks, days=-1)
            <= one.latest_end_on
            <= horizon
        )
        assert any(skill.is_must for skill in one.skills)
        if need.kind == "standing":
            assert (one.latest_end_on.month, one.latest_end_on.day) == (3, 31)
