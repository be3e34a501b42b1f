"""Nobody has to act: before support begins, while it runs, while a request rests."""

from datetime import UTC, date, datetime, time

import pytest

from talentshare.home import queries as home
from talentshare.talent_requests import actions, queries
from talentshare.talent_requests.queries import Wanted
from talentshare.talent_requests.states import Side
from tests import make
from tests.proposals.test_pages import text_of

UNTIL = date(2026, 12, 10)


def morning(day: date) -> datetime:
    return datetime.combine(day, time(1), UTC)


@pytest.fixture
def read(stage, browse):
    def read(who, path=""):
        page = browse(who).get(path or f"/requests/{stage.request.number}")
        return " ".join(text_of(page).split())

    return read


@pytest.fixture
def resting(stage):
    stage.request.opened_at = stage.request.created_at
    actions.hold(stage.actor(stage.owner), stage.request.id, "予算の都合", UNTIL)
    return stage


def desk(stage, turn) -> list[str]:
    page = queries.desk(stage.actor(stage.owner), Wanted("", "any", "any", turn), 1)
    return [it.number for it in page.items]


def test_a_request_on_hold_says_until_when_and_that_it_is_nobodys_turn(resting, read):
    for who in (resting.owner, resting.officer):
        words = read(who)
        assert "保留中です 2026年12月10日（木）まで保留にしています。" in words
        assert "だれの番でもありません" in words
        assert "今は、" not in words
    assert "再開する" in read(resting.owner)
    assert [task.code for task in home.tasks(resting.actor(resting.owner))] == []
    number = [resting.request.number]
    assert (desk(resting, "nobody"), desk(resting, "mine")) == (number, [])


def test_on_the_day_it_is_the_coordinators_turn_again(resting, read, still_clock):
    still_clock(morning(UNTIL))
    turn = queries.whose_turn(resting.request)
    assert (turn.side, turn.task, turn.due_on) == (Side.GOVTECH, "resume", UNTIL)
    assert "今は、あなたの番です 保留の期限になりました。" in read(resting.owner)
    assert "今は、調整担当者" in read(resting.officer)
    tasks = home.tasks(resting.actor(resting.owner))
    assert [task.code for task in tasks] == ["home.task.request.resume"]
    number = [resting.request.number]
    assert (desk(resting, "nobody"), desk(resting, "mine")) == ([], number)


def test_settled_and_running_support_is_nobodys_turn(stage, read, still_clock):
    it = stage.to("confirmed")
    for day, said in (
        (date(2026, 12, 1), "支援の開始を待っています 支援は2026年12月7日（月）に始まります。"),
        (it.allocation.starts_on, "支援が続いています 支援は2027年1月1日（金）まで続きます。"),
    ):
        still_clock(morning(day))
        for who in (stage.owner, stage.officer):
            assert said in read(who)
            assert "専門人材の番" not in read(who)
        assert "専門人材 " not in read(stage.officer, "/requests").split("いつまでか")[1]


def test_the_first_page_of_a_body_marks_what_is_late(stage, read):
    chief = make.manager(of=stage.body)
    stage.request.turn_due_on = date(2026, 11, 19)
    make.db.session.commit()
    for who in (stage.officer, chief):
        assert "開庁日 超過" in read(who, "/")
        assert "開庁日 超過" in read(who, "/requests")


@pytest.mark.parametrize("state", ["prepared", "checked", "accepted", "consented"])
def test_the_page_of_a_proposal_says_until_when_its_turn_is(stage, read, state):
    it = stage.to(state)
    due = "11月27日（金）まで（あと3開庁日）"
    for who in (stage.owner, stage.second):
        assert due in read(who, f"/proposals/{it.id}")
        assert due in read(who)
