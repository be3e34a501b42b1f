"""One role has somebody, another is still open: the request is not stopped over booked time."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest

from talentshare.allocations import queries as allocation_queries
from talentshare.allocations.states import AllocationState
from talentshare.home import queries as home
from talentshare.kernel.errors import Conflict
from talentshare.platform.db import db
from talentshare.proposals import actions as proposals
from talentshare.proposals import queries as proposal_queries
from talentshare.talent_requests import actions, queries
from talentshare.talent_requests.states import PositionState, RequestState, Side
from tests import make
from tests.proposals.stage import now
from tests.proposals.test_pages import text_of

DAY = timedelta(days=1)
S = RequestState
STOPS = {
    "withdraw": lambda stage: actions.withdraw(
        stage.actor(stage.officer), stage.request.id, "不要になった"
    ),
    "close_unmet": lambda stage: actions.close_unmet(
        stage.actor(stage.owner), stage.request.id, "該当者なし"
    ),
}


def morning(day: date) -> datetime:
    return datetime.combine(day, time(1), UTC)


@pytest.fixture
def half(either_stage):
    """Two roles, for the first of which somebody was found."""
    either_stage.request.opened_at = either_stage.request.created_at
    make.position(either_stage.request, ordinal=2)
    it = either_stage.to("confirmed")
    return either_stage, it


def put_to_rest(stage):
    own = stage.actor(stage.owner)
    return actions.hold(own, stage.request.id, "予算の都合", date(2026, 12, 4))


@pytest.mark.parametrize("rests", [False, True])
@pytest.mark.parametrize("deed", STOPS)
def test_a_request_is_not_stopped_while_somebody_is_booked(half, deed, rests):
    stage, it = half
    if rests:
        put_to_rest(stage)
    was = stage.request.state
    with pytest.raises(Conflict, match=f"staffed_before_{deed}"):
        STOPS[deed](stage)
    db.session.expire_all()
    assert (stage.request.state, now(it)) == (was, "confirmed")
    assert it.allocation.state is AllocationState.CONFIRMED
    assert queries.whose_turn(stage.request) is not None


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_nor_while_support_runs_or_after_it_was_given(half, days, still_clock):
    stage, it = half
    still_clock(morning(it.allocation.starts_on + days * DAY))
    for who in (stage.owner, stage.officer):
        deeds = queries.possible_deeds(stage.actor(who), stage.request)
        assert not {"withdraw", "close_unmet"} & set(deeds)
    for deed, stop in STOPS.items():
        with pytest.raises(Conflict, match=f"staffed_before_{deed}"):
            stop(stage)


def test_resting_keeps_the_settled_support(half):
    stage, it = half
    put_to_rest(stage)
    assert (stage.request.state, now(it)) == (S.ON_HOLD, "confirmed")
    assert queries.whose_turn(stage.request).task == "rest"
    own = stage.actor(stage.owner)
    proposals.cancel(own, it.id, proposal_queries.load(it.id).version, "予算が付かなかったため")
    actions.resume(own, stage.request.id)
    assert stage.request.state is S.OPEN
    assert {p.state for p in stage.request.positions} == {PositionState.OPEN}
    actions.withdraw(stage.actor(stage.officer), stage.request.id, "不要になった")
    assert {p.state for p in stage.request.positions} == {PositionState.CLOSED}
    assert allocation_queries.check() == []


def test_no_role_looks_for_somebody_in_a_request_that_has_ended(half):
    stage, it = half
    stage.request.state = S.WITHDRAWN  # as it could be before such a request was kept
    db.session.commit()
    proposals.cancel(
        stage.actor(stage.owner), it.id, proposal_queries.load(it.id).version, "団体の都合"
    )
    assert (stage.request.state, stage.position.state) == (S.WITHDRAWN, PositionState.CLOSED)


def test_support_that_is_over_is_completed_once_the_open_role_is_given_up(half, still_clock):
    stage, it = half
    own, last = stage.actor(stage.owner), it.allocation.ends_on
    still_clock(morning(last + 20 * DAY))
    actions.remove_position(own, stage.request.id, 2)
    assert (stage.request.state_now, stage.request.is_over) == (S.IN_PROGRESS, True)
    due_on = queries.due_after("close")
    turn = queries.whose_turn(stage.request)
    assert (turn.side, turn.task, turn.due_on) == (Side.GOVTECH, "close", due_on)
    assert [one.code for one in home.tasks(own)] == ["home.task.request.close"]
    assert "complete" in queries.possible_deeds(own, stage.request)
    actions.complete(own, stage.request.id, "移行計画が庁内で承認されました")
    assert stage.request.state is S.COMPLETED
    assert sorted(p.state for p in stage.request.positions) == ["closed", "staffed"]
    assert allocation_queries.check() == []


def test_support_that_runs_goes_on_when_the_open_role_is_given_up(half, still_clock):
    stage, it = half
    still_clock(morning(it.allocation.starts_on))
    actions.remove_position(stage.actor(stage.owner), stage.request.id, 2)
    turn = queries.whose_turn(stage.request)
    assert (turn.side, turn.task, turn.due_on) == (
        None,
        "work",
        it.allocation.ends_on,
    )


def test_an_early_end_leads_to_completion_too(half, still_clock):
    stage, it = half
    own, first = stage.actor(stage.owner), it.allocation.starts_on
    still_clock(morning(first + DAY))
    version = proposal_queries.load(it.id).version
    proposals.end_early(own, it.id, version, first, "体制が変わったため")
    still_clock(morning(it.allocation.ends_on + DAY))
    actions.remove_position(own, stage.request.id, 2)
    actions.complete(own, stage.request.id, "途中まで支援しました")
    assert stage.request.state is S.COMPLETED


# The pages


@pytest.fixture
def pages(stage, browse):
    stage.request.opened_at = stage.request.created_at
    make.position(stage.request, ordinal=2)
    it = stage.to("confirmed")
    return stage, it, browse, f"/requests/{stage.request.number}"


def test_the_case_says_what_can_be_done_instead_and_leads_there(pages):
    stage, it, browse, path = pages
    desk = browse(stage.owner).get(path)
    assert "残りの役割の募集をやめるときは、その役割を取りやめてください" in text_of(desk)
    links = re.findall(r'href="([^"]+)"', desk.text)
    assert f"{path}/positions/2/remove" in links
    assert f"{path}/positions/1/remove" not in links
    assert f"{path}/close-unmet" not in links
    assert f"/proposals/{it.id}" in browse(stage.owner).get(f"{path}/proposals").text
    body = browse(stage.officer).get(path)
    assert "この依頼は取り下げられません" in text_of(body)
    assert f'href="{path}/withdraw"' not in body.text
    assert f'href="{path}/proposals"' in body.text


def test_while_the_roles_are_edited_only_the_open_one_is_offered(pages):
    stage, _, browse, path = pages
    links = re.findall(r'href="([^"]+)"', browse(stage.owner).get(f"{path}?edit=1").text)
    assert f"{path}/positions/1/remove" not in links
    assert {one for one in links if "/edit/time" in one} == {f"{path}/edit/time?position=2"}


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_tries_all_the_same_is_told_what_to_do_first(pages, method):
    stage, _, browse, path = pages
    for who, deed, said in (
        (stage.officer, "withdraw", "やめたいときは、調整担当者に連絡してください"),
        (stage.owner, "close-unmet", "支援のページで取り消すか、途中で終了してください"),
    ):
        page = getattr(browse(who), method)(f"{path}/{deed}")
        assert page.status_code == 409
        assert said in text_of(page)
        assert f'href="{path}"' in page.text


def test_the_page_of_resting_says_that_settled_support_goes_on(pages):
    stage, _, browse, path = pages
    said = "決まった支援は、予定どおり続きます。"
    assert said in text_of(browse(stage.owner).get(f"{path}/hold"))


def test_the_candidates_are_those_of_the_role_that_is_still_open(pages):
    stage, _, browse, path = pages
    desk = browse(stage.owner)
    page = desk.get(f"{path}/candidates")
    assert re.search(r'position=2"\s+aria-current="page"', page.text)
    assert re.search(r"1：\S+（決定済み）", text_of(page))
    assert not re.search(r"2：\S+（決定済み）", text_of(page))
    assert "この役割の支援者は決まっています" not in page.text


def test_the_candidates_of_a_role_that_is_filled_are_no_longer_looked_for(pages, still_clock):
    stage, it, browse, path = pages
    for day in (it.allocation.starts_on - DAY, it.allocation.ends_on + 90 * DAY):
        still_clock(morning(day))
        page = browse(stage.owner).get(f"{path}/candidates?position=1")
        assert page.status_code == 200
        assert "この役割の支援者は決まっています" in text_of(page)
        assert f'href="/proposals/{it.id}"' in page.text
        assert it.specialist.person.name in page.text
        for gone in ("始められる週が残っていません", "条件を見直す", "打診の準備をする"):
            assert gone not in page.text


def test_in_english_too(pages):
    stage, _, browse, path = pages
    assert "See the settled support" in text_of(browse(stage.owner, "en").get(path))
    filled = browse(stage.owner, "en").get(f"{path}/candidates?position=1")
    assert "Somebody was found for this position" in text_of(filled)
    refused = browse(stage.officer, "en").get(f"{path}/withdraw")
    assert "contact the coordinator" in text_of(refused)
