"""Whoever is suspended or no specialist any more: what a coordinator reads, in the same order."""

from datetime import date

import pytest

from talentshare.accounts import actions as accounts
from talentshare.accounts.models import PersonRole
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.errors import Conflict
from talentshare.matching import actions, queries
from talentshare.platform.db import db
from tests import make
from tests.matching import world
from tests.matching.test_pages import text_of, url

ADMIN = Actor(9001, frozenset({Role.ADMIN}))
SAID = "今は、打診に回答できません（利用を停止されているか、専門人材の役割を外されています）。"


def suspended(who):
    accounts.suspend(ADMIN, who.person_id)


def without_the_role(who):
    who.person.duties = [PersonRole(role=Role.OFFICER)]
    db.session.commit()


@pytest.mark.parametrize("lose", [suspended, without_the_role])
def test_it_is_not_said_to_be_the_engagement(desk, lose):
    position, who = make.position(), world.ready()
    paused = world.ready(paused_from=date(2026, 12, 1), paused_until=date(2027, 1, 31))
    lose(who)
    page = text_of(desk.get(url(position)))
    assert f"打診への回答：{SAID}" in page
    assert page.count("活動期間：") == 1  # of the one who is paused
    desk.set_cookie("locale", "en", domain="localhost")
    page = text_of(desk.get(url(position)))
    assert "Answer to an offer: Cannot answer an offer at present (suspended, or without" in page
    excluded = queries.ranked(position).ranking.excluded
    assert [(one.person, "engaged" in one.rules) for one in excluded] == [
        (who.id, True),
        (paused.id, True),
    ]


def test_the_refusal_says_it_too(app):
    position, who = make.position(), world.ready()
    suspended(who)
    coordinator = make.actor_of(make.coordinator())
    with pytest.raises(Conflict) as refusal:
        actions.keep_ranking(coordinator, position.id, who.id)
    with app.test_request_context():
        assert str(refusal.value.details["why"]) == SAID
    assert refusal.value.details["rules"] == ("engaged",)


@pytest.mark.parametrize("lose", [suspended, without_the_role])
def test_no_rule_is_blamed_for_who_cannot_answer(app, lose):
    position, who = make.position(), world.ready()
    lose(who)
    found = queries.ranked(position)
    assert [row.rule for row in found.relaxations()] == []
    assert found.excluded("engaged").tolist() == []
    assert len(found.excluded()) == 1
    world.ready(paused_from=date(2026, 12, 1), paused_until=date(2027, 1, 31))
    found = queries.ranked(position)
    assert {row.rule: row.more for row in found.relaxations()} == {"engaged": 0, "free_time": 0}
    assert len(found.excluded("engaged")) == 1
