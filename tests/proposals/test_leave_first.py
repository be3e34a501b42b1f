"""Somebody whose first week is leave: no page says that work starts in that week."""

from datetime import date

import pytest
from flask_babel import force_locale

from talentshare.matching import queries as matching
from tests.allocations import world
from tests.proposals.stage import FIRST, ready
from tests.proposals.test_pages import text_of

SECOND = date(2026, 12, 14)
LEAVE = {"code": "reason.leave_skipped", "details": {"week_on": SECOND.isoformat()}, "kind": "care"}
START = {"code": "reason.starts_on", "details": {"start_on": SECOND.isoformat()}, "kind": "care"}


def test_the_start_that_is_told_is_the_first_week_of_work(app):
    with force_locale("ja"):
        told = [text for text, _kind in matching.worded_reasons([START, LEAVE])]
        assert told == [
            "休暇があるため、支援を始めるのは12月21日（月）の週です。",
            "12月14日（月）の週は休暇です。この週は支援を休み、あとで補いません。",
        ]
        alone = [text for text, _kind in matching.worded_reasons([START])]
        assert alone == ["開始は12月14日（月）の週になります。"]


@pytest.fixture
def away(stage):
    """Five weeks with no later start, of which one may be leave: the first."""
    stage.position.week_count, stage.position.latest_end_on = 5, date(2027, 1, 10)
    world.take_leave(stage.specialist, FIRST, date(2026, 12, 11))
    return stage


def test_a_proposal_that_begins_with_leave_starts_after_it(away, browse):
    it = away.to("proposed")
    assert it.weeks[0].is_leave
    said = "2026年12月14日（月）の週から、2027年1月4日（月）の週まで（12月7日（月）の週からの休暇のあと）"
    for who in (away.owner, away.officer):
        assert said in text_of(browse(who).get(f"/proposals/{it.id}"))


def test_candidates_side_by_side_start_in_their_first_week_of_work(away, browse):
    other = ready()
    path = f"/requests/{away.request.number}/candidates/compare?who={other.id}"
    page = text_of(browse(away.owner).get(f"{path}&who={away.specialist.id}"))
    starts = page.split("開始")[1].split("空き／必要の合計")[0]
    assert sorted(part for part in starts.split() if "の週" in part) == [
        "12月14日（月）の週",
        "12月7日（月）の週",
    ]
