"""Who owns a request, whose turn it is, and what its history tells."""

from datetime import UTC, date, datetime

import pytest

from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Conflict
from talentshare.talent_requests import actions, queries
from talentshare.talent_requests.models import TalentRequest
from talentshare.talent_requests.states import (
    LIFE,
    PositionState,
    RequestState,
    Side,
    Turn,
)
from tests import make
from tests.talent_requests.pages import (
    answer,
    barely_written,
    begin,
    joined,
    opened,
    post,
    submitted,
    text_of,
    written,
)

S = RequestState


def test_a_successor_takes_over_in_one_action(at, stored, told, people):
    first, second = submitted(at.officer), submitted(at.officer)
    page = at.colleague.get(f"/requests/{first}/take-over")
    assert "佐藤 美咲" in page.text
    assert second in page.text
    response = at.colleague.post(f"/requests/{first}/take-over", data={"with_all": "y"})
    assert response.status_code == 302
    assert {stored(n).officer_id for n in (first, second)} == {people.colleague.id}
    assert told(people.officer) == ["taken_over", "taken_over"]
    assert at.colleague.post(f"/requests/{first}/take-over").status_code == 409
    assert "今は、調整担当者の番です" in joined(at.colleague.get(f"/requests/{first}"))


def test_a_coordinator_takes_over_from_another(at, stored, told, people):
    number = submitted(at.officer)
    post(at.coordinator, number, "receive")
    assert at.second.post(f"/requests/{number}/take-over").status_code == 302
    assert stored(number).coordinator_id == people.second.id
    assert told(people.coordinator)[-1] == "taken_over"
    assert told(people.officer)[-1] == "taken_over"
    assert at.stranger.post(f"/requests/{number}/take-over").status_code == 404
    assert at.manager.post(f"/requests/{number}/take-over").status_code == 403


def test_a_coordinator_enters_a_need_received_by_phone(at, stored, people, town):
    page = at.coordinator.get(f"/requests/new?body_id={town.id}")
    assert "佐藤 美咲" in page.text
    assert "依頼団体の担当者（町田市）" in joined(page)
    data = {"body_id": str(town.id), "officer_id": str(people.officer.id)}
    number = begin(at.coordinator, **data)
    it = stored(number)
    assert (it.body_id, it.officer_id) == (town.id, people.officer.id)
    assert (it.coordinator_id, it.created_by_id) == (people.coordinator.id,) * 2
    written(at.coordinator, number)
    assert at.officer.get(f"/requests/{number}").status_code == 200
    assert at.second.get(f"/requests/{number}").status_code == 404  # still a draft
    assert post(at.coordinator, number, "submit").status_code == 302
    assert stored(number).submitted_by_id == people.coordinator.id
    assert post(at.coordinator, number, "receive").status_code == 302


def test_an_entry_by_phone_names_a_body_and_its_own_officer(at, people, town):
    nothing = at.coordinator.post("/requests/new", data={})
    assert nothing.status_code == 422
    assert "依頼団体を選んでください" in joined(nothing)
    elsewhere = {"body_id": str(town.id), "officer_id": str(people.stranger.id)}
    assert at.coordinator.post("/requests/new", data=elsewhere).status_code == 422
    other = {"body_id": str(people.stranger.body_id)}
    assert at.officer.post("/requests/new", data=other).status_code == 403
    for who in (at.manager, at.specialist, at.admin):
        assert who.get("/requests/new").status_code == 403


def test_positions_found_and_lost_move_the_request(at, stored, told, people):
    number = opened(at, submitted(at.officer))
    position = stored(number).positions[0]
    actions.mark_staffed(SYSTEM, position.id)
    assert stored(number).state == S.STAFFED
    assert "staffed" not in told(people.officer)  # the confirmation itself is told
    assert answer(at.coordinator, number, "time").status_code == 409
    actions.reopen(SYSTEM, position.id)
    it = stored(number)
    assert (it.state, it.positions[0].state) == (S.OPEN, PositionState.OPEN)
    with pytest.raises(Conflict, match=r"position\.not_now"):
        actions.reopen(SYSTEM, position.id)
    with pytest.raises(Conflict, match="positions_open"):
        actions.staff(SYSTEM, it.id)


def test_proposals_may_say_whose_turn_it_is(at, stored, people):
    number = opened(at, submitted(at.officer))
    it = stored(number)
    turn = Turn(Side.BODY, "finish", date(2026, 12, 4), "/proposals/7")
    actions.pass_turn(SYSTEM, it.id, turn)
    page = at.officer.get(f"/requests/{number}")
    assert "今は、あなたの番です" in joined(page)
    assert 'href="/proposals/7"' in page.text
    assert queries.whose_turn(stored(number)) == turn
    actions.pass_turn(SYSTEM, it.id, None)
    assert queries.whose_turn(stored(number)).task == "choose"
    post(at.officer, number, "withdraw", remark="やめます")
    actions.pass_turn(SYSTEM, it.id, turn)
    assert stored(number).turn is None


def test_every_state_tells_a_turn_or_has_ended():
    for state in S:
        it = TalentRequest(state=state, turn_task="", turn_path="")
        it.body = make.Body(needs_endorsement=False)
        turn = it.turn
        assert (turn is None) == (state in {S.COMPLETED, S.REFERRED, S.WITHDRAWN, S.UNMET})


def test_every_move_leads_somewhere_and_no_state_is_a_trap():
    reachable, todo = {S.DRAFT}, [S.DRAFT]
    while todo:
        state = todo.pop()
        for event in LIFE.events(state):
            after = LIFE.after(state, event)
            if after not in reachable:
                reachable.add(after)
                todo.append(after)
    assert reachable == set(S)


def test_waiting_days_are_working_days(people, stored, still_clock, sign_in):
    still_clock(datetime(2026, 12, 28, 1, 0, tzinfo=UTC))  # a Monday; closed from the 29th
    officer = sign_in(people.officer)
    number = begin(officer)
    barely_written(officer, number)
    assert post(officer, number, "submit").status_code == 302
    assert stored(number).turn_due_on == date(2027, 1, 6)
    still_clock(datetime(2027, 1, 8, 1, 0, tzinfo=UTC))
    assert "2開庁日 超過" in text_of(sign_in(people.coordinator).get(f"/requests/{number}"))


def test_every_deed_of_a_life_is_told_in_both_languages(at, stored, wanting_endorsement):
    number = opened_by_manager(at)
    post(at.coordinator, number, "hold", remark="待つ", until_on="2027/1/15")
    post(at.coordinator, number, "resume")
    at.second.post(f"/requests/{number}/take-over")
    position = stored(number).positions[0]
    actions.mark_staffed(SYSTEM, position.id)
    actions.reopen(SYSTEM, position.id)
    actions.pass_turn(SYSTEM, stored(number).id, Turn(Side.GOVTECH, "choose"))
    post(at.coordinator, number, "close-unmet", remark="いません")
    japanese = joined(at.coordinator.get(f"/requests/{number}"))
    for words in (
        "下書きが作られました",
        "提出されました",
        "所属の確認が済みました",
        "受け付けました",
        "差し戻されました",
        "内容が書き直されました",
        "候補者を調整中になりました",
        "保留になりました",
        "再開しました",
        "担当が引き継がれました",
        "候補者の調整に戻りました",
        "支援者が見つからず終了しました",
    ):
        assert words in japanese, words
    body = joined(at.officer.get(f"/requests/{number}"))
    assert "talent_request." not in body + japanese
    at.coordinator.set_cookie("locale", "en", domain="localhost")
    english = text_of(at.coordinator.get(f"/requests/{number}"))
    for words in ("Ended without anybody found", "Endorsed"):
        assert words in english
    assert "talent_request." not in english


def opened_by_manager(at) -> str:
    number = submitted(at.officer)
    post(at.manager, number, "endorse")
    post(at.coordinator, number, "return", remark="目的を")
    answer(at.officer, number, "wish", wish="点検")
    post(at.officer, number, "submit")
    post(at.manager, number, "endorse")
    return opened(at, number)
