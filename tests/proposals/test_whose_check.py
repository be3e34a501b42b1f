"""The check is the turn of a colleague: never of who looks after the request."""

from talentshare.talent_requests import queries
from talentshare.talent_requests.queries import Wanted


def desk_of(stage, who, turn):
    page = queries.desk(stage.actor(who), Wanted("", "any", "any", turn), 1)
    return [it.number for it in page.items]


def test_the_check_waits_for_a_colleague(stage, browse):
    stage.to("prepared")
    number = [stage.request.number]
    assert not queries.is_your_turn(stage.actor(stage.owner), stage.request)
    assert queries.is_your_turn(stage.actor(stage.second), stage.request)
    assert (desk_of(stage, stage.owner, "mine"), desk_of(stage, stage.owner, "others")) == (
        [],
        number,
    )
    assert (desk_of(stage, stage.second, "mine"), desk_of(stage, stage.second, "others")) == (
        number,
        [],
    )
    assert queries.desk_summary(stage.actor(stage.second)).mine == 1
    assert "あなたの番です" not in browse(stage.owner).get(f"/requests/{number[0]}").text
    assert "あなたの番です" in browse(stage.second).get(f"/requests/{number[0]}").text


def test_after_the_check_it_is_the_owners_turn(stage):
    stage.to("checked")
    assert queries.is_your_turn(stage.actor(stage.owner), stage.request)
    assert not queries.is_your_turn(stage.actor(stage.second), stage.request)
