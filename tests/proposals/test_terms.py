"""Terms beside what the need asks for: more is refused, other weeks are said to all who decide."""

from datetime import UTC, date, datetime

import pytest

from talentshare.kernel.errors import Invalid
from talentshare.platform.db import db
from talentshare.proposals import actions
from talentshare.proposals.actions import Terms
from tests.proposals.stage import WHY, now
from tests.proposals.test_pages import text_of

LATE = date(2027, 6, 7)
SAID = "2026年12月7日（月）〜2027年1月31日（日））の外です。2027年6月7日（月）に始まり、2027年7月4日（日）に終わります。"
MORE = "依頼で希望している8時間までで入力してください"
CHANGE = "/edit/time?position=1"


@pytest.mark.parametrize("minutes", [481, 900, 2400])
def test_more_than_asked_is_refused(stage, minutes):
    with pytest.raises(Invalid, match="more_than_asked"):
        stage.prepare(minutes_per_week=minutes)
    it = stage.prepare(minutes_per_week=480)
    assert (it.minutes_per_week, it.inside_minutes_per_week) == (480, 360)
    again = Terms(WHY, minutes)
    with pytest.raises(Invalid, match="more_than_asked"):
        actions.revise(stage.actor(stage.owner), it.id, it.version, again)


def test_the_pages_lead_to_the_need(stage, browse):
    client, number = browse(stage.owner), stage.request.number
    data = {"position": 1, "specialist_id": stage.specialist.id, "reason": WHY}
    page = client.post(f"/requests/{number}/proposals/new", data=data | {"minutes_per_week": "900"})
    assert page.status_code == 422
    assert MORE in text_of(page)
    assert CHANGE in page.text
    assert 'name="minutes_per_week"' not in page.text, "pressed again, it is what is asked for"
    it = stage.prepare()
    for path, hours in (("desk/revise", "15"), ("fit", "900")):
        form = {"form": path.rsplit("/", 1)[-1], "version": it.version, "reason": WHY}
        form |= {"basis_code": "agreement", "cost_bearer": "contribution"}
        page = client.post(f"/proposals/{it.id}/{path}", data=form | {"minutes_per_week": hours})
        assert page.status_code == 422
        assert MORE in text_of(page)
        assert CHANGE in page.text


def test_weeks_outside_of_the_period_are_said_to_all(stage, browse):
    it = stage.to("proposed", start_on=LATE)
    new = {"position": 1, "specialist_id": stage.specialist.id, "start_on": LATE.isoformat()}
    for who, path in (
        (stage.owner, f"/proposals/{it.id}"),
        (stage.specialist, f"/offers/{it.id}"),
        (stage.officer, f"/proposals/{it.id}"),
        (stage.officer, f"/proposals/{it.id}/paper"),
    ):
        assert SAID in text_of(browse(who).get(path)), path
    page = browse(stage.owner).post(f"/requests/{stage.request.number}/proposals/new", data=new)
    assert SAID in text_of(page), "before the reason is given"


def test_the_checker_reads_it_beside_the_load(stage, browse):
    it = stage.prepare(start_on=LATE)
    page = text_of(browse(stage.second).get(f"/proposals/{it.id}"))
    assert page.count(SAID) == 2
    assert "希望する週のすべてで、今も時間があります" not in page


def test_weeks_inside_are_not_spoken_of(stage, browse):
    it = stage.to("proposed", start_on=date(2027, 1, 4))
    assert "の外です" not in text_of(browse(stage.officer).get(f"/proposals/{it.id}"))


def test_a_body_that_is_late_reads_what_agreeing_does(stage, browse, still_clock):
    stage.request.decision_on = date(2026, 12, 11)
    db.session.commit()
    it = stage.to("proposed")
    for day, is_late in ((7, False), (8, True)):
        still_clock(datetime(2026, 12, day, 3, tzinfo=UTC))
        page = text_of(browse(stage.officer).get(f"/proposals/{it.id}"))
        assert ("合意は12月7日（月）までにお願いします" in page) is not is_late
        assert ("すぐに確定します。" in page) is not is_late
        assert ("合意しても、すぐには確定しません。" in page) is is_late
    assert now(it) == "proposed"
