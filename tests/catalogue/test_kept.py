"""Within a use case the calendar is read once, and anew when it was changed there."""

from datetime import date

from talentshare.catalogue import actions, queries
from talentshare.catalogue.models import HolidayDraft
from talentshare.kernel.actor import SYSTEM
from talentshare.platform.db import transactional
from tests import make

FIRST, LAST, CLOSED = date(2026, 12, 1), date(2026, 12, 20), date(2026, 12, 9)


def test_a_use_case_reads_the_calendar_once(app, counted):
    make.catalogue()
    read_five_times = transactional(lambda: [queries.closed_days(FIRST, LAST) for _ in range(5)])
    assert len(counted(read_five_times)) == 1
    assert len(counted(lambda: [queries.closed_days(FIRST, LAST) for _ in range(5)])) == 5


def test_a_page_reads_the_calendar_once(app, counted):
    make.catalogue()
    with app.test_request_context("/"):
        assert len(counted(lambda: [queries.closed_days(FIRST, LAST) for _ in range(5)])) == 1


def test_what_a_use_case_changes_it_sees(app):
    make.catalogue()

    @transactional
    def close_and_open() -> list[bool]:
        seen = [CLOSED in queries.closed_days(FIRST, LAST)]
        actions.add_holiday(SYSTEM, HolidayDraft(CLOSED, "停電", "Power cut"))
        seen.append(CLOSED in queries.closed_days(FIRST, LAST))
        actions.remove_holiday(SYSTEM, CLOSED)
        return [*seen, CLOSED in queries.closed_days(FIRST, LAST)]

    assert close_and_open() == [False, True, False]
