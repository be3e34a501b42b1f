"""Pages ask for the cost and never invent it."""

import re

import pytest

from talentshare.kernel.errors import Conflict
from talentshare.platform.db import db
from talentshare.proposals import actions, queries
from tests.proposals.stage import WHY, now, ready
from tests.proposals.test_desk import press
from tests.proposals.test_pages import text_of


def without_cost(stage):
    stage.request.cost_bearer = ""
    db.session.commit()


def forget_cost(it, *, is_checked):
    """A proposal from the time when nobody was asked for the cost."""
    it.cost_bearer = ""
    if is_checked:
        it.terms_digest = queries.terms_digest(it)
    db.session.commit()


def test_a_cost_that_nobody_named_is_undecided_and_not_proposed(stage, browse):
    it = stage.to("consented")
    forget_cost(it, is_checked=True)
    client = browse(stage.owner)
    page = client.get(f"/proposals/{it.id}")
    assert (
        "追加の費用はありません"
        not in text_of(page)
        .replace("「追加の費用はありません」", "")
        .split("条件を変えて準備し直す")[0]
    )
    assert "未定" in text_of(page)
    refused = press(client, it, "propose")
    assert (refused.status_code, now(it)) == (409, "accepted")
    assert "費用が未定のままでは、団体に提案できません。" in text_of(refused)
    assert 'href="#revise-cost_note"' in refused.text
    with pytest.raises(Conflict, match="cost_unknown"):
        actions.propose(stage.actor(stage.owner), it.id, queries.load(it.id).version)


def test_without_a_cost_nothing_is_checked_and_the_checker_reads_why(stage, browse):
    it = stage.prepare()
    forget_cost(it, is_checked=False)
    second = browse(stage.second)
    page = second.get(f"/proposals/{it.id}")
    assert "費用が未定のため、内部確認を完了できません。" in text_of(page)
    assert "内部確認を完了する" not in text_of(page)
    refused = press(second, it, "check")
    assert (refused.status_code, now(it)) == (409, "prepared")
    assert "費用を決めて準備し直すよう、差し戻してください。" in text_of(refused)
    fields = {"reason": WHY, "minutes_per_week": "8", "basis_code": "agreement"}
    without_cost(stage)
    again = press(browse(stage.owner), it, "revise", cost_bearer="body", **fields)
    assert again.status_code == 422
    assert 'href="#revise-cost_note"' in again.text


def test_a_candidate_is_not_prepared_without_a_cost_where_the_request_names_none(stage, browse):
    client, number = browse(stage.owner), stage.request.number
    card = f'id="cost_bearer-{stage.specialist.id}"'
    assert card not in client.get(f"/requests/{number}/candidates").text
    without_cost(stage)
    assert card in client.get(f"/requests/{number}/candidates").text
    data = {"position": 1, "specialist_id": stage.specialist.id, "reason": WHY}
    path = f"/requests/{number}/proposals/new"
    for said, field in (({}, "cost_bearer"), ({"cost_bearer": "body"}, "cost_note")):
        refused = client.post(path, data=data | said)
        assert refused.status_code == 422
        assert f'href="#{field}"' in refused.text
    assert queries.live_of(stage.position.id) == []


def errors_of(page) -> list[str]:
    """The fields to which the list of errors leads, in the order of the page."""
    listed = re.search(r'<div class="error-summary".*?</div>', page.text, re.DOTALL)
    return re.findall(r'href="#([\w-]+)"', listed[0])


@pytest.mark.parametrize(
    ("said", "lacking"),
    [({"cost_bearer": ""}, "cost_bearer"), ({"cost_bearer": "body"}, "cost_note")],
)
def test_a_missing_cost_and_a_missing_reason_are_said_at_once(stage, browse, said, lacking):
    client, it = browse(stage.owner), stage.prepare()
    without_cost(stage)
    path = f"/requests/{stage.request.number}/proposals/new"
    data = {"position": 1, "specialist_id": ready().id, "reason": "", "cost_note": "", **said}
    refused = client.post(path, data=data)
    assert refused.status_code == 422
    assert errors_of(refused) == [lacking, "reason"]
    for sentence in ("選んだ理由を1文で入力してください", "費用が未定です。"):
        assert text_of(refused).count(sentence) == 2  # in the list, and at its field
    fields = {"reason": "", "minutes_per_week": "8", "basis_code": "agreement", "cost_note": ""}
    refused = press(client, it, "revise", **fields | said)
    assert refused.status_code == 422
    assert errors_of(refused) == [f"revise-{lacking}", "revise-reason"]
    known = client.post(path, data=data | {"cost_note": "旅費だけ"})
    assert errors_of(known) == ["reason"]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"cost_bearer": "none"}, "追加の費用はありません"),
        ({"cost_note": "旅費は団体が負担"}, "旅費は団体が負担"),
        ({"cost_bearer": "body", "cost_note": "月10万円"}, "月10万円 依頼団体"),
    ],
)
def test_a_cost_is_settled_by_a_text_or_by_saying_that_there_is_none(stage, browse, said, shown):
    it = stage.prepare()
    without_cost(stage)
    fields = {"reason": WHY, "minutes_per_week": "8", "basis_code": "agreement", **said}
    assert press(browse(stage.owner), it, "revise", **fields).status_code == 302
    for step in ("checked", "offered", "accepted", "consented", "proposed"):
        stage.step(it, step)
    assert now(it) == "proposed"
    assert shown in text_of(browse(stage.officer).get(f"/proposals/{it.id}"))


def test_the_cost_can_be_named_when_a_candidate_is_chosen(stage, browse):
    without_cost(stage)
    client, number = browse(stage.owner), stage.request.number
    path = f"/requests/{number}/proposals/new"
    who = stage.specialist.id
    assert "費用がまだ決まっていません" in text_of(client.get(f"{path}?specialist_id={who}"))
    data = {"position": 1, "specialist_id": who, "reason": WHY, "cost_bearer": "none"}
    assert client.post(path, data=data).status_code == 302
    made = queries.live_of(stage.position.id)[0]
    assert (made.cost_bearer, made.cost_note) == ("none", "")
    actions.withdraw(stage.actor(stage.owner), made.id, "やり直すため")
    refused = client.post(path, data=data | {"cost_bearer": "誰か"})
    assert refused.status_code == 422
    assert "表示された中から選んでください" in text_of(refused)
