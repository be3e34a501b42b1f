"""A request goes from hand to hand; each refusal says why."""

import re
from datetime import date

import pytest
from sqlalchemy import update

from talentshare.kernel.errors import Conflict
from talentshare.platform.db import db
from talentshare.platform.events import first_break
from talentshare.talent_requests import actions
from talentshare.talent_requests.models import TalentRequest
from talentshare.talent_requests.states import (
    PositionState,
    RequestState,
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
    written,
)

S = RequestState


def test_from_the_need_to_the_search(at, stored, told, people):
    number = written(at.officer, begin(at.officer))
    response = post(at.officer, number, "submit")
    assert response.location == f"/requests/{number}/submitted"
    panel = at.officer.get(response.location)
    assert "提出しました" in panel.text
    assert number in panel.text
    it = stored(number)
    assert (it.state, it.submitted_by_id) == (S.SUBMITTED, people.officer.id)
    assert it.turn_due_on == date(2026, 11, 27)  # three working days
    assert told(people.coordinator) == told(people.second) == ["to_receive"]
    assert post(at.coordinator, number, "receive").status_code == 302
    it = stored(number)
    assert (it.state, it.coordinator_id) == (S.RECEIVED, people.coordinator.id)
    assert told(people.officer) == ["received"]
    answer(at.coordinator, number, "basis", basis_codes=["agreement", "contract"])
    assert post(at.coordinator, number, "open", remark="週8時間に見直しました。").status_code == 302
    it = stored(number)
    assert (it.state, it.basis_codes) == (S.OPEN, ["agreement", "contract"])
    assert it.opened_at is not None
    assert told(people.officer) == ["received", "opened"]
    assert f"/requests/{number}/candidates" in at.coordinator.get(f"/requests/{number}").text
    with_history = joined(at.officer.get(f"/requests/{number}"))
    assert "週8時間に見直しました。" in with_history
    assert first_break() is None


def test_where_the_body_wants_it_the_manager_endorses_first(
    at, stored, told, people, wanting_endorsement
):
    number = submitted(at.officer)
    assert stored(number).turn_due_on == date(2026, 12, 1)  # five working days
    assert told(people.manager) == ["to_endorse"]
    assert told(people.coordinator) == []
    early = post(at.coordinator, number, "receive")
    assert early.status_code == 409
    assert "先に担当課長の確認が必要です" in joined(early)
    assert post(at.coordinator, number, "return", remark="直して").status_code == 403
    waiting = at.manager.get("/requests/waiting")
    assert "確認を待っている依頼は1件です" in joined(waiting)
    assert number in waiting.text
    assert "あなたの番" in waiting.text
    assert post(at.manager, number, "endorse").status_code == 302
    assert stored(number).state == S.ENDORSED
    assert told(people.coordinator) == ["to_receive"]
    assert told(people.officer) == ["endorsed"]
    assert "確認を待っている依頼も、回答を待っている提案もありません" in joined(
        at.manager.get("/requests/waiting")
    )
    assert post(at.coordinator, number, "receive").status_code == 302
    assert "町田市の担当課長" in joined(at.officer.get(f"/requests/{number}"))


def test_the_manager_gives_a_request_back_with_a_reason(
    at, stored, told, people, wanting_endorsement
):
    number = submitted(at.officer)
    nothing = post(at.manager, number, "return", remark=" ")
    assert nothing.status_code == 422
    assert "理由を書いてください" in joined(nothing)
    assert post(at.manager, number, "return", remark="時期を見直してください。").status_code == 302
    assert stored(number).state == S.RETURNED
    assert told(people.officer) == ["returned"]
    check = joined(at.officer.get(f"/requests/{number}/check"))
    assert "差し戻された理由" in check
    assert "時期を見直してください。" in check
    case = joined(at.officer.get(f"/requests/{number}"))
    assert case.index("時期を見直してください。") < case.index("必要なこと")
    assert answer(at.officer, number, "wish", wish="直しました").status_code == 302
    assert post(at.officer, number, "submit").status_code == 302
    assert stored(number).state == S.SUBMITTED


def test_nobody_endorses_the_own_submission(at, stored, sign_in, town, wanting_endorsement):
    from talentshare.kernel.actor import Role

    both = sign_in(make.person(Role.OFFICER, Role.MANAGER, of=town))
    number = submitted(both)
    assert "この依頼を確認" not in both.get(f"/requests/{number}").text
    assert ">確認する<" not in both.get(f"/requests/{number}").text
    refused = post(both, number, "endorse")
    assert refused.status_code == 403
    assert "自分が提出した依頼" in joined(refused)
    assert post(at.manager, number, "endorse").status_code == 302


def test_a_body_without_endorsement_has_nothing_to_endorse(at):
    number = submitted(at.officer)
    assert post(at.manager, number, "endorse").status_code == 409


def test_a_coordinator_returns_refers_holds_and_resumes(at, stored, told, people):
    number = submitted(at.officer)
    post(at.coordinator, number, "return", remark="目的を書いてください。")
    assert stored(number).turn_due_on == date(2026, 12, 8)
    post(at.officer, number, "submit")
    post(at.coordinator, number, "receive")
    no_day = post(at.coordinator, number, "hold", remark="予算の成立を待つため")
    assert no_day.status_code == 422
    assert "予算の成立を待つため" in no_day.text
    past = post(at.coordinator, number, "hold", remark="待つ", until_on="11月24日")
    assert "明日以後" in joined(past)
    post(at.coordinator, number, "hold", remark="予算の成立を待つため", until_on="令和9年4月1日")
    it = stored(number)
    assert (it.state, it.turn_due_on) == (S.ON_HOLD, date(2027, 4, 1))
    post(at.coordinator, number, "resume")
    assert stored(number).state == S.RECEIVED  # it was never open
    opened_once = stored(number)
    assert opened_once.opened_at is None
    post(at.coordinator, number, "refer", remark="東京都の共同調達の窓口へ。")
    assert stored(number).state == S.REFERRED
    assert told(people.officer) == ["returned", "received", "held", "resumed", "referred"]
    page = joined(at.officer.get(f"/requests/{number}"))
    assert "他の窓口を案内済み" in page
    assert "東京都の共同調達の窓口へ。" in page


def test_what_was_open_is_open_again_after_a_hold(at, stored):
    number = opened(at, submitted(at.officer))
    post(at.coordinator, number, "hold", remark="待つ", until_on="2027/1/15")
    post(at.coordinator, number, "resume")
    assert stored(number).state == S.OPEN


def test_unmet_demand_stays_on_record(at, stored, told, people):
    number = opened(at, submitted(at.officer))
    assert post(at.coordinator, number, "close-unmet").status_code == 422
    post(at.coordinator, number, "close-unmet", remark="条件に合う人がいません。")
    it = stored(number)
    assert it.state == S.UNMET
    assert {p.state for p in it.positions} == {PositionState.CLOSED}
    assert told(people.officer)[-1] == "closed_unmet"
    assert number in at.officer.get("/requests/finished").text
    assert number not in at.officer.get("/requests").text


def test_the_body_withdraws_with_a_reason_but_a_draft_without(at, stored, told, people):
    draft = begin(at.officer)
    assert post(at.officer, draft, "withdraw").status_code == 302
    assert stored(draft).state == S.WITHDRAWN
    assert told(people.coordinator) == []
    number = opened(at, submitted(at.officer))
    assert post(at.officer, number, "withdraw").status_code == 422
    post(at.officer, number, "withdraw", remark="自分たちで進めることにしました。")
    it = stored(number)
    assert it.state == S.WITHDRAWN
    assert {p.state for p in it.positions} == {PositionState.CLOSED}
    assert told(people.coordinator)[-1] == "withdrawn"
    assert post(at.coordinator, number, "resume").status_code == 409


def test_opening_names_and_links_what_is_missing(at, stored):
    number = begin(at.officer)
    barely_written(at.officer, number)
    assert post(at.officer, number, "submit").status_code == 302  # gaps are allowed
    post(at.coordinator, number, "receive")
    page = at.coordinator.get(f"/requests/{number}/open")
    shown = joined(page)
    for gap in (
        "テーマを選ぶ",
        "今の段階を選ぶ",
        "法的根拠を選ぶ",
        "専門分野を選ぶ",
        "週の時間を決める",
    ):
        assert gap in shown
    assert f"/requests/{number}/edit/time" in page.text
    refused = post(at.coordinator, number, "open")
    assert refused.status_code == 422
    assert "まだ決まっていない項目が9つあります" in joined(refused)
    assert stored(number).state == S.RECEIVED


def test_whoever_scopes_reads_at_the_top_what_is_left_and_each_link_leads_to_its_field(at):
    number = begin(at.officer)
    barely_written(at.officer, number)
    post(at.officer, number, "submit")
    left = "候補者の調整を始めるまでに"
    assert left not in joined(at.coordinator.get(f"/requests/{number}"))  # it is not received yet
    post(at.coordinator, number, "receive")
    page = at.coordinator.get(f"/requests/{number}")
    assert f"{left}、あと9項目を決めてください" in joined(page)
    links = re.findall(rf'<li><a href="(/requests/{number}/edit/[^"]*)"', page.text)
    assert len(links) == 9
    assert page.text.index(links[0]) < page.text.index("必要なこと")
    for link in links:
        path, _, field = link.partition("#")
        assert re.search(
            rf'<(input|select|textarea)[^>]* id="{field}"', at.coordinator.get(path).text
        )
    assert left not in joined(at.officer.get(f"/requests/{number}"))


def test_nothing_is_said_to_be_left_once_all_is_there(at):
    number = submitted(at.officer)
    post(at.coordinator, number, "receive")
    assert "あと1項目" in joined(at.coordinator.get(f"/requests/{number}"))
    answer(at.coordinator, number, "basis", basis_codes=["agreement"])
    assert "候補者の調整を始めるまでに" not in joined(at.coordinator.get(f"/requests/{number}"))


def test_a_draft_needs_a_worry_and_a_title(at, stored):
    number = begin(at.officer)
    page = joined(at.officer.get(f"/requests/{number}/check"))
    assert "あと6項目に答えると提出できます" in page
    refused = post(at.officer, number, "submit")
    assert refused.status_code == 422
    assert stored(number).state == S.DRAFT


@pytest.mark.parametrize(
    ("who", "deed", "status"),
    [
        ("stranger", "submit", 404),
        ("specialist", "withdraw", 404),
        ("admin", "receive", 404),
        ("manager", "submit", 403),
        ("coordinator", "withdraw", 404),  # a draft is the body's own
        ("colleague", "submit", 302),
    ],
)
def test_who_may_do_what_to_a_draft(at, who, deed, status):
    number = written(at.officer, begin(at.officer))
    assert post(getattr(at, who), number, deed).status_code == status


@pytest.mark.parametrize(
    ("who", "deed", "status"),
    [
        ("officer", "receive", 403),
        ("officer", "open", 403),
        ("officer", "hold", 403),
        ("officer", "refer", 403),
        ("officer", "return", 403),
        ("officer", "close-unmet", 403),
        ("manager", "receive", 403),
        ("manager", "withdraw", 403),
        ("coordinator", "withdraw", 403),
        ("coordinator", "endorse", 403),
        ("coordinator", "open", 409),
        ("coordinator", "close-unmet", 409),
        ("colleague", "submit", 409),
        ("stranger", "receive", 404),
        ("specialist", "receive", 404),
        ("admin", "receive", 404),
    ],
)
def test_who_may_do_what_to_a_submitted_request(at, stored, who, deed, status):
    number = submitted(at.officer)
    data = {"remark": "理由", "until_on": "2027/1/15"}
    assert post(getattr(at, who), number, deed, **data).status_code == status
    assert stored(number).state == S.SUBMITTED


def test_the_buttons_are_what_is_possible_and_allowed(at):
    number = submitted(at.officer)

    def deeds(who):
        page = getattr(at, who).get(f"/requests/{number}").text
        return {deed for deed in links if f"/requests/{number}/{deed}" in page}

    links = ("receive", "return", "refer", "open", "hold", "withdraw", "close-unmet", "endorse")
    links = (*links, "take-over", "edit/worry")
    assert deeds("officer") == {"withdraw"}
    assert deeds("colleague") == {"withdraw", "take-over"}
    assert deeds("manager") == set()
    assert deeds("coordinator") == {"receive", "return", "refer", "take-over"}
    post(at.coordinator, number, "receive")
    assert deeds("coordinator") == {"open", "return", "refer", "hold", "edit/worry"}
    assert deeds("officer") == {"withdraw"}


def test_the_body_writes_until_it_submits_then_the_coordinator(at, stored):
    number = submitted(at.officer)
    assert answer(at.officer, number, "worry", worry="別のこと").status_code == 409
    assert answer(at.coordinator, number, "worry", worry="別のこと").status_code == 409
    post(at.coordinator, number, "receive")
    assert answer(at.officer, number, "worry", worry="別のこと").status_code == 409
    response = answer(at.coordinator, number, "worry", worry="整理した文")
    assert response.location == f"/requests/{number}"
    assert stored(number).worry == "整理した文"
    assert "内容が書き直されました（困っていること）" in joined(
        at.officer.get(f"/requests/{number}")
    )
    answer(at.coordinator, number, "wish", wish="同席")
    page = joined(at.officer.get(f"/requests/{number}"))
    told = page[page.index("内容が書き直されました（困っていること、手伝ってほしいこと）") :]
    assert "（調整担当者）" in told[: told.index("受け付けました")], "edits in a row have a doer"


def test_an_action_refuses_what_the_pages_do_not_offer(at, people, stored, actor):
    draft = stored(begin(at.officer)).id
    with pytest.raises(Conflict, match="not_editable"):
        actions.add_position(actor(people.coordinator), draft)


def test_two_people_at_once_one_is_told_and_nothing_typed_is_lost(at, stored):
    number = submitted(at.officer)
    version = stored(number).version
    assert post(at.second, number, "receive").status_code == 302
    late = post(at.coordinator, number, "return", remark="長く考えた理由", version=version)
    assert late.status_code == 409
    assert "長く考えた理由" in late.text
    assert stored(number).state == S.RECEIVED
    again = post(
        at.coordinator, number, "return", remark="長く考えた理由", version=stored(number).version
    )
    assert again.status_code == 302


def test_the_state_is_guarded_by_the_database_too(at, stored, app):
    number = begin(at.officer)
    statement = update(TalentRequest).where(TalentRequest.number == number)
    with pytest.raises(Exception, match=r"(?i)check|lookup|enum"):
        db.session.execute(statement.values({"state": "sold"}))
        db.session.commit()
    db.session.rollback()
    assert stored(number).state == S.DRAFT


def test_what_came_back_is_written_and_sent_by_the_body_again(at, stored):
    number = submitted(at.officer)
    post(at.coordinator, number, "receive")
    post(at.coordinator, number, "return", remark="目的を書いてください。")
    assert answer(at.coordinator, number, "wish", wish="x").status_code == 409
    assert post(at.coordinator, number, "submit").status_code == 409
    assert at.coordinator.get(f"/requests/{number}/check").status_code == 409
    assert answer(at.manager, number, "wish", wish="x").status_code == 403
    assert answer(at.colleague, number, "wish", wish="x").status_code == 302
    assert post(at.colleague, number, "submit").status_code == 302


@pytest.mark.parametrize("huge", ["9" * 30, "9" * 5000])
def test_numbers_that_no_database_holds_are_refused(at, huge):
    number = begin(at.officer)
    assert at.coordinator.post("/requests/new", data={"body_id": huge}).status_code == 422
    assert at.coordinator.get(f"/requests/new?body_id={huge[:100]}").status_code == 200
    assert at.officer.get(f"/requests/find?number=R-2026-{huge}").status_code == 404
    assert at.officer.get(f"/requests/{number}/edit/role?position={huge}").status_code == 404
    assert at.officer.get(f"/requests?page={huge}").status_code == 200
    wrong = answer(at.officer, number, "time", week_count=huge, minutes_per_week=huge)
    assert wrong.status_code == 422
    assert answer(at.officer, number, "worry", worry="a", version=huge).status_code in (409, 422)
