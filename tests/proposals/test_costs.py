"""Pages ask for the cost and never invent it."""

import pytest

from talentshare.kernel.errors import Conflict
from talentshare.platform.db import db
from talentshare.proposals import actions, queries
from tests.proposals.stage import WHY, now
from tests.proposals.test_desk import press
from tests.proposals.test_pages import text_of


def without_cost(stage):
    stage.request.cost_bearer = ""
    db.session.commit()


def test_a_cost_that_nobody_named_is_undecided_and_not_proposed(stage, browse):
    without_cost(stage)
    it = stage.to("consented")
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


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"cost_bearer": "none"}, "追加の費用はありません"),
        ({"cost_note": "旅費は団体が負担"}, "旅費は団体が負担"),
        ({"cost_bearer": "body", "cost_note": "月10万円"}, "月10万円 依頼団体"),
    ],
)
def test_a_cost_is_settled_by_a_text_or_by_saying_that_there_is_none(stage, browse, said, shown):
    without_cost(stage)
    it = stage.prepare()
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
