"""What the page of candidates says of whoever was asked before, and of whom to compare."""

from talentshare.proposals import actions as proposals
from tests import make
from tests.matching import world


def url_of(position) -> str:
    return f"/requests/{position.talent_request.number}/candidates"


def test_who_was_asked_before_is_marked_and_may_be_asked_again(coordinator, desk):
    position, who = make.position(), world.ready()
    terms = proposals.Terms(reason="希望する週をすべて確保できるため")
    actor = make.actor_of(coordinator)
    made = proposals.prepare(actor, position.id, who.id, terms)
    assert "この人への前の打診を見る" not in desk.get(url_of(position)).text
    proposals.withdraw(actor, made.id, "準備し直すため")
    page = desk.get(url_of(position))
    assert f'<a href="/proposals/{made.id}">この人への前の打診を見る</a>' in page.text
    assert "取下げ" in page.text
    assert 'name="offer"' in page.text


def test_two_people_can_be_compared_one_alone_cannot(desk):
    position = make.position()
    world.ready()
    assert "選んだ人を比べる" not in desk.get(url_of(position)).text
    world.ready()
    page = desk.get(url_of(position)).text
    assert "選んだ人を比べる（2〜4人）" in page
    assert page.count('name="who"') == 2


def test_a_comparison_marks_who_was_asked_before(coordinator, desk):
    position = make.position()
    first, second = world.ready(), world.ready()
    both = f"{url_of(position)}/compare?who={first.id}&who={second.id}"
    assert "前の打診" not in desk.get(both).text
    terms = proposals.Terms(reason="希望する週をすべて確保できるため")
    actor = make.actor_of(coordinator)
    made = proposals.prepare(actor, position.id, first.id, terms)
    proposals.withdraw(actor, made.id, "準備し直すため")
    page = desk.get(both).text
    assert page.count(f'<a href="/proposals/{made.id}">この人への前の打診を見る</a>') == 1
    assert page.count("この人への前の打診を見る") == 1
