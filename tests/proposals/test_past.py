"""Time that has passed is neither held nor promised, and other weeks are one press away."""

from datetime import UTC, date, datetime, timedelta

import pytest

from talentshare.allocations import actions as allocations
from talentshare.allocations import queries as allocation_queries
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Conflict
from talentshare.platform.db import db
from talentshare.proposals import actions, queries
from talentshare.proposals.actions import Terms
from tests import make
from tests.proposals.stage import FIRST, Stage, now, ready
from tests.proposals.test_agree import agree, told
from tests.proposals.test_pages import text_of

MONDAY, TUESDAY = datetime(2026, 12, 7, 3, tzinfo=UTC), datetime(2026, 12, 8, 3, tzinfo=UTC)


def test_a_week_has_begun_when_an_allowed_open_day_lies_behind(app, still_clock):
    make.catalogue()
    assert not allocation_queries.has_begun(31, date(2026, 11, 23)), "its Monday is a holiday"
    for weekdays, day, has_begun in (
        (31, date(2026, 12, 6), False),
        (31, date(2026, 12, 7), False),
        (31, date(2026, 12, 8), True),
        (8, date(2026, 12, 10), False),
        (8, date(2026, 12, 11), True),
        (1, date(2026, 12, 13), True),
        (64, date(2026, 12, 14), True),
        (31, date(2026, 12, 28), True),
    ):
        still_clock(datetime(day.year, day.month, day.day, 3, tzinfo=UTC))
        assert allocation_queries.has_begun(weekdays, FIRST) is has_begun, day


@pytest.mark.parametrize("at", [TUESDAY, datetime(2026, 12, 28, 3, tzinfo=UTC)])
def test_weeks_that_have_passed_are_not_held_and_other_weeks_are_one_press_away(
    either_stage, at, still_clock
):
    it = either_stage.to("consented")
    still_clock(at)
    own = either_stage.actor(either_stage.owner)
    with pytest.raises(Conflict) as refusal:
        actions.propose(own, it.id, it.version)
    assert refusal.value.code == "allocation.week_past"
    assert refusal.value.details["week_on"] == FIRST
    booking = queries.booking_of(it)
    for book in (
        lambda: allocations.book(SYSTEM, booking),
        lambda: allocations.hold(SYSTEM, booking, at + timedelta(days=3)),
    ):
        with pytest.raises(Conflict, match="week_past"):
            book()
    assert now(it) == "accepted"
    assert allocation_queries.check() == []


def test_the_page_of_a_passed_week_offers_other_weeks(stage, browse, still_clock):
    it = stage.to("consented")
    still_clock(TUESDAY)
    client = browse(stage.owner)
    data = {"form": "propose", "version": queries.load(it.id).version}
    page = client.post(f"/proposals/{it.id}/desk/propose", data=data)
    assert page.status_code == 409
    assert "12月7日（月）の週は、支援できる日が過ぎています。" in text_of(page)
    assert "時期を変える（最短：12月14日（月）の週から）" in text_of(page)
    start = {"form": "fit", "version": queries.load(it.id).version, "start_on": "2026-12-14"}
    assert client.post(f"/proposals/{it.id}/fit", data=start).status_code == 302
    it = queries.load(it.id)
    assert (now(it), it.weeks[0].week_on) == ("prepared", date(2026, 12, 14))


def test_an_agreement_that_comes_too_late_for_its_weeks_is_kept(
    either_stage, still_clock, browse_either
):
    either_stage.request.decision_on = date(2026, 12, 11)
    db.session.commit()
    it = either_stage.to("proposed")
    page = browse_either(either_stage.officer).get(f"/proposals/{it.id}")
    assert "合意は12月7日（月）までにお願いします" in text_of(page)
    still_clock(MONDAY)
    assert not queries.against(it)
    still_clock(TUESDAY)
    agree(either_stage, it, decided_on=date(2026, 12, 8))
    it = queries.load(it.id)
    assert (now(it), it.decided_on) == ("prepared", date(2026, 12, 8))
    assert told(either_stage.owner, "sent_back") == [f"/proposals/{it.id}"]
    with pytest.raises(Conflict) as refusal:
        actions.check(either_stage.actor(either_stage.second), it.id, it.version)
    assert refusal.value.details["why"].codes == {"allocation.week_past"}
    own = either_stage.actor(either_stage.owner)
    actions.revise(own, it.id, it.version, Terms("次の週から始める", 480, date(2026, 12, 14)))
    for step in ("checked", "offered", "accepted", "consented", "proposed"):
        either_stage.step(it, step)
    assert now(it) == "proposed"
    assert allocation_queries.check() == []


def test_a_hold_of_passed_weeks_is_not_confirmed(either_stage, still_clock):
    either_stage.request.decision_on = date(2026, 12, 11)
    db.session.commit()
    it = either_stage.to("proposed")
    still_clock(TUESDAY)
    with pytest.raises(Conflict) as refusal:
        allocations.confirm(SYSTEM, it.allocation_id)
    assert refusal.value.code == "allocation.week_past"
    rival = Stage(specialist=ready(), owner=either_stage.owner, second=either_stage.second)
    assert rival.prepare(start_on=date(2026, 12, 14)).state == "prepared"
