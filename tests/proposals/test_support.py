"""What becomes of a request once somebody was found: begun, over, completed, looked for again."""

from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

import pytest

from talentshare.home import queries as home
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Conflict, Forbidden, Invalid
from talentshare.notices.models import Notice
from talentshare.platform.db import db
from talentshare.proposals import actions as proposals
from talentshare.talent_requests import actions, queries
from talentshare.talent_requests.queries import Wanted
from talentshare.talent_requests.states import RequestState, Side
from tests import make
from tests.proposals.stage import now

DAY = timedelta(days=1)
S = RequestState


@pytest.fixture
def on(still_clock):
    """Inside, it is a morning of that day in Tokyo."""

    @contextmanager
    def on(day: date):
        before = clock.now()
        still_clock(datetime.combine(day, time(1), UTC))
        yield
        still_clock(before)

    return on


def told(person, code):
    """Where the notices with this code lead the person."""
    found = db.select(Notice.path).where(Notice.person_id == person.id, Notice.code == code)
    return db.session.scalars(found).all()


@pytest.fixture
def found(stage):
    """A confirmed proposal, with its first and last day."""
    it = stage.to("confirmed")
    return stage, it, it.allocation.starts_on, it.allocation.ends_on


def listed(stage, state, turn="any"):
    """The numbers on the desk under a filter, which must be as many as it counts."""
    page = queries.desk(stage.actor(stage.owner), Wanted("", state, "any", turn), 1)
    assert page.total == len(page.items)
    return [it.number for it in page.items]


def turn_of(stage):
    said = queries.whose_turn(stage.request)
    return said.side, said.task, said.due_on


def test_support_that_has_begun_reads_so_everywhere(found, on):
    stage, _, first, last = found
    number = stage.request.number
    for day, state, other, turn in (
        (first - DAY, S.STAFFED, S.IN_PROGRESS, (None, "start", first)),
        (first, S.IN_PROGRESS, S.STAFFED, (None, "work", last)),
        (last, S.IN_PROGRESS, S.STAFFED, (None, "work", last)),
    ):
        with on(day):
            assert (stage.request.state, stage.request.state_now) == (S.STAFFED, state)
            assert turn_of(stage) == turn
            assert listed(stage, state.value) == listed(stage, "live") == [number]
            assert listed(stage, other.value) == []
            assert listed(stage, "any", "nobody") == [number]
            assert listed(stage, "any", "mine") == listed(stage, "any", "specialist") == []


def test_when_the_last_week_is_over_the_coordinator_has_to_close(found, on):
    stage, _, _, last = found
    own = stage.actor(stage.owner)
    with on(last + DAY):
        due_on = queries.due_after("close", last)
        assert turn_of(stage) == (Side.GOVTECH, "close", due_on)
        assert due_on > last + DAY
        assert listed(stage, "in_progress", "mine") == [stage.request.number]
        assert queries.desk_summary(own).mine == 1
        task = next(task for task in home.tasks(own) if task.code == "home.task.request.close")
        assert (task.due_on, task.path) == (due_on, f"/requests/{stage.request.number}")
        assert {"complete", "reopen"} <= set(queries.possible_deeds(own, stage.request))
    with on(due_on + DAY):
        assert queries.desk_summary(own).late == 1


def test_the_calendar_tells_of_beginning_and_end_by_itself(found, on):
    stage, _, first, last = found
    deeds = {}
    for day in (first - DAY, first, last, last + DAY):
        with on(day):
            own = stage.actor(stage.owner)
            deeds[day] = [one.deed for one in queries.timeline(own, stage.request)]
    assert "began" not in deeds[first - DAY]
    assert deeds[first][0] == deeds[last][0] == "began"
    assert deeds[last + DAY][:2] == ["ran_out", "began"]


def test_completing_needs_an_outcome_and_the_last_day(found, on):
    stage, _, first, last = found
    own, request = stage.actor(stage.owner), stage.request
    for day in (first - DAY, first, last):
        with on(day):
            assert "complete" not in queries.possible_deeds(own, request)
            with pytest.raises(Conflict):
                actions.complete(own, request.id, "定着しました")
    with on(last + DAY):
        with pytest.raises(Invalid, match="outcome_missing"):
            actions.complete(own, request.id, "  ")
        with pytest.raises(Forbidden):
            actions.complete(stage.actor(stage.officer), request.id, "定着しました")
        actions.complete(own, request.id, "移行計画が庁内で承認されました")
        assert (request.state, queries.whose_turn(request)) == (S.COMPLETED, None)
        latest = queries.timeline(own, request)[0]
        assert (latest.deed, latest.remark) == ("completed", "移行計画が庁内で承認されました")
        assert [one.id for one in queries.finished(stage.actor(stage.officer)).items] == [
            request.id
        ]
    assert told(stage.officer, "talent_request.notice.completed") == [f"/requests/{request.number}"]


def test_what_begins_is_written_down_only_from_its_first_day(found, on):
    stage, _, first, _ = found
    with on(first - DAY), pytest.raises(Conflict, match="not_begun"):
        actions.begin_support(SYSTEM, stage.request.id)
    with on(first):
        actions.begin_support(SYSTEM, stage.request.id)
        assert stage.request.state == S.IN_PROGRESS


def test_an_early_end_leaves_a_clear_turn(found, on):
    stage, it, first, _ = found
    own = stage.actor(stage.owner)
    with on(first + DAY):
        proposals.end_early(own, it.id, it.version, first, "体制が変わったため")
        ends_on = it.allocation.ends_on
        assert turn_of(stage) == (None, "work", ends_on)
    with on(ends_on + DAY):
        assert turn_of(stage)[:2] == (Side.GOVTECH, "close")
        actions.search_again(own, stage.request.id, [], "後任が要るため")
        assert stage.request.state == S.OPEN
        assert turn_of(stage)[:2] == (Side.GOVTECH, "choose")


def test_nobody_is_looked_for_while_somebody_serves(found, on):
    stage, it, first, last = found
    own, request = stage.actor(stage.owner), stage.request
    with on(first - DAY), pytest.raises(Conflict, match="not_now"):
        actions.search_again(own, request.id, [], "続けるため")
    with on(first), pytest.raises(Conflict, match="still_serving"):
        actions.search_again(own, request.id, [], "続けるため")
    with on(last + DAY):
        actions.search_again(own, request.id, [], "続けるため")
        assert now(it) == "ended"
        assert request.state == S.OPEN


def test_a_cancelled_support_has_no_days_left(found, on):
    stage, it, first, _ = found
    with on(first - DAY):
        proposals.cancel(stage.actor(stage.owner), it.id, it.version, "予算が付かなかったため")
        assert stage.request.support_starts_on is None
        assert turn_of(stage)[:2] == (Side.GOVTECH, "choose")


@pytest.mark.parametrize(("state", "side"), [("offered", "/offers"), ("proposed", "/proposals")])
def test_an_answer_that_did_not_come_leaves_the_turn_to_govtech(stage, state, side, on):
    it = stage.to(state)
    own = stage.actor(stage.owner)
    asked = queries.whose_turn(stage.request)
    assert asked.path == f"{side}/{it.id}"
    with on(asked.due_on):
        assert turn_of(stage)[1] in {"answer", "decide"}
    with on(asked.due_on + DAY):
        due_on = queries.due_after("follow_up", asked.due_on)
        assert turn_of(stage) == (Side.GOVTECH, "follow_up", due_on)
        assert listed(stage, "open", "mine") == [stage.request.number]
        task = next(one for one in home.tasks(own) if one.path == f"/proposals/{it.id}")
        assert task.due_on == due_on


@pytest.mark.parametrize("state", ["prepared", "checked", "offered", "accepted", "proposed"])
def test_home_and_desk_name_the_same_day(stage, state):
    stage.to(state)
    turn = queries.whose_turn(stage.request)
    readers = (stage.owner, stage.second, stage.specialist, stage.officer)
    days = {
        task.due_on
        for who in readers
        for task in home.tasks(stage.actor(who))
        if task.path == turn.path
    }
    assert days == {turn.due_on}


def test_a_successor_owns_the_turn(found, on):
    stage, _, _, last = found
    with on(last + DAY):
        actions.take_over(stage.actor(stage.second), stage.request.id)
        assert queries.is_your_turn(stage.actor(stage.second), stage.request)
        assert not queries.is_your_turn(stage.actor(stage.owner), stage.request)


def test_the_case_tells_the_body_who_closes_it(found, sign_in, on):
    stage, _, _, last = found
    with on(last + DAY):
        page = sign_in(stage.officer).get(f"/requests/{stage.request.number}").text
        assert "支援の期間が終わりました" in page
        assert "支援中" in sign_in(stage.officer).get("/requests").text
        browser = sign_in(stage.owner)
        empty = browser.post(f"/requests/{stage.request.number}/complete", data={"remark": ""})
        assert (empty.status_code, "支援の結果を書いてください" in empty.text) == (422, True)
        said = {"remark": "計画が承認されました"}
        done = browser.post(f"/requests/{stage.request.number}/complete", data=said)
        assert done.status_code == 302
        assert "計画が承認されました" in sign_in(stage.officer).get(done.location).text


def test_of_several_roles_those_chosen_are_looked_for(stage):
    request = stage.request
    second = make.position(request, ordinal=2)
    own = stage.actor(stage.owner)
    for position in (stage.position, second):
        actions.mark_staffed(SYSTEM, position.id)
    actions.keep_support(SYSTEM, request.id, None)
    make.saved(request)
    request.support_starts_on, request.support_ends_on = date(2026, 11, 2), date(2026, 11, 6)
    make.saved(request)
    with pytest.raises(Invalid, match="positions_missing"):
        actions.search_again(own, request.id, [], "続けるため")
    actions.search_again(own, request.id, [2], "続けるため")
    assert [p.state.value for p in request.positions] == ["staffed", "open"]


def test_what_was_due_on_friday_is_late_on_saturday(stage, browse, on):
    it = stage.to("checked")
    due_on = queries.whose_turn(stage.request).due_on
    assert due_on.strftime("%a") == "Fri"
    with on(due_on + DAY):
        task = next(one for one in home.tasks(stage.actor(stage.owner)) if str(it.id) in one.path)
        assert (task.due_on, task.left) == (due_on, -1)
        page = browse(stage.owner).get(f"/requests/{stage.request.number}").text
        assert "1開庁日 超過" in page
