"""What was done with a proposal stays on its page, round after round."""

from datetime import UTC, datetime

from talentshare.kernel.actor import SYSTEM
from talentshare.proposals import actions
from talentshare.proposals.actions import Terms
from talentshare.proposals.states import RefuseReason
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
    assert "条件を変えて準備し直されました" in told
    assert told.index("内部確認で差し戻されました") < told.index("打診が準備されました")
    assert said in told
    assert WORDS in told


def test_the_case_and_the_proposal_tell_a_deed_in_the_same_words(stage, browse):
    it = stage.to("proposed")
    actions.refuse(stage.actor(stage.officer), it.id, it.version, RefuseReason.COST, "予算の都合")
    desk = browse(stage.owner)
    pages = [text_of(desk.get(f"/{at}")) for at in (f"proposals/{it.id}", url_of(stage))]
    name = it.specialist.person.name
    for said in (
        f"{name}さんへの打診が準備されました",
        f"{name}さんに打診しました（回答は11月27日（金）まで）",
        f"{name}さんの提案は、今回は見送られました",
        "予算の都合",
    ):
        assert all(said in page for page in pages), said


def test_what_ran_its_course_is_told_once_on_each_page(stage, browse, still_clock):
    it = stage.to("confirmed")
    still_clock(datetime(2027, 2, 1, tzinfo=UTC))
    actions.end_past(SYSTEM, stage.position)
    said = f"{it.specialist.person.name}さんの支援が予定どおり終わりました"
    desk = browse(stage.owner)
    assert text_of(desk.get(f"/proposals/{it.id}")).count(said) == 1
    case = text_of(desk.get(f"/{url_of(stage)}"))
    assert said not in case.split("これまでの動き")[1]
    assert "支援の期間が終わりました" in case


def url_of(stage) -> str:
    return f"requests/{stage.request.number}"


def test_what_has_to_be_done_again_was_done_before(stage, browse):
    it = stage.to("accepted")
    stage.request.worry = "業務の内容が変わった"
    actions.revise(stage.actor(stage.owner), it.id, it.version, Terms(WHY, 240))
    page = text_of(browse(stage.owner).get(f"/proposals/{it.id}"))
    assert "前の内部確認のときから変わったことがあります" in page
    aside = page.split("経過")[1]
    assert aside.split("団体への提案")[0].count("もう一度行います") == 2
    assert "まだです" in aside.split("団体への提案")[1]
