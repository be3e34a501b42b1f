"""What was done with a proposal stays on its page, round after round."""

from talentshare.proposals import actions
from talentshare.proposals.actions import Terms
from tests.proposals.stage import WHY
from tests.proposals.test_desk import press
from tests.proposals.test_pages import text_of

WORDS = "費用の欄を確かめてください"


def test_who_returned_it_when_and_why_is_still_read_after_preparing_it_anew(stage, browse):
    it = stage.prepare()
    press(browse(stage.second), it, "return", text=WORDS)
    client = browse(stage.owner)
    back = text_of(client.get(f"/proposals/{it.id}")).split("伝えられた内容")[1]
    said = f"11月24日（火） 09:00　{stage.second.name}"
    assert WORDS in back
    assert said in back.split("条件を変えて準備し直す")[0]
    actions.revise(stage.actor(stage.owner), it.id, it.version, Terms(WHY, 240))
    page = text_of(client.get(f"/proposals/{it.id}"))
    assert "伝えられた内容" not in page
    told = page.split("これまでの動き 3件")[1]
    assert "条件を変えて準備し直しました" in told
    assert told.index("内部確認で差し戻しました") < told.index("提案を準備しました")
    assert said in told
    assert WORDS in told


def test_what_has_to_be_done_again_was_done_before(stage, browse):
    it = stage.to("accepted")
    stage.request.worry = "業務の内容が変わった"
    actions.revise(stage.actor(stage.owner), it.id, it.version, Terms(WHY, 240))
    page = text_of(browse(stage.owner).get(f"/proposals/{it.id}"))
    assert "前の内部確認のときから変わったことがあります" in page
    aside = page.split("経過")[1]
    assert aside.split("団体への提案")[0].count("もう一度行います") == 2
    assert "まだです" in aside.split("団体への提案")[1]
