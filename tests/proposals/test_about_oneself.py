"""The case of whoever is officer or coordinator and the one proposed: a colleague has the turn."""

from datetime import timedelta

import pytest

from talentshare.accounts import actions as accounts
from talentshare.allocations import actions as allocations
from talentshare.allocations.models import Clash
from talentshare.home import queries as home
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.errors import Forbidden
from talentshare.notices.models import Notice
from talentshare.platform.db import db
from talentshare.talent_requests import queries as requests
from tests import make
from tests.allocations import world
from tests.proposals.stage import FIRST, Stage, ready
from tests.proposals.test_pages import text_of

ADMIN = Actor(9001, frozenset({Role.ADMIN}))
MINE = "今は、あなたの番です"


@pytest.fixture
def inside(either_app):
    """The officer of the request is a specialist too; other officers there are none."""
    who, owner = make.person(Role.OFFICER, Role.SPECIALIST), make.coordinator()
    request = make.talent_request(of=who.body, coordinator_id=owner.id, officer=who)
    position = make.position(request)
    return Stage(position, ready(person=who), body=who.body, owner=owner)


@pytest.fixture
def read(browse_either):
    def read(stage, who):
        return text_of(browse_either(who).get(f"/requests/{stage.request.number}"))

    return read


def waits_for(stage, who):
    """By the page and by the lists alike."""
    actor = make.actor_of(who)
    number = stage.request.number
    is_listed = any(task.details.get("number") == number for task in home.tasks(actor))
    assert requests.is_your_turn(actor, stage.request) is is_listed
    db.session.rollback()
    return is_listed


def test_a_colleague_of_the_officer_is_named_and_has_the_turn(inside, read):
    who = inside.specialist.person
    colleague = make.officer(of=inside.body, name="田中 次郎")
    chief = make.manager(of=inside.body)
    assert waits_for(inside, who) is False
    it = inside.to("proposed")
    assert MINE not in read(inside, who)
    assert "今は、依頼団体（田中 次郎）の番です" in read(inside, who)
    assert "今は、依頼団体（田中 次郎）の番です" in read(inside, inside.owner)
    for other in (colleague, chief):
        assert MINE in read(inside, other)
        assert waits_for(inside, other)
        assert f"/proposals/{it.id}" in [task.path for task in home.tasks(make.actor_of(other))]
    assert not waits_for(inside, who)
    assert not waits_for(inside, inside.owner)
    accounts.suspend(ADMIN, colleague.id)
    assert "の番です" in read(inside, who)
    assert "田中" not in read(inside, who)


def test_without_another_officer_the_manager_has_the_turn(inside, read, browse_either):
    who, chief = inside.specialist.person, make.manager(of=inside.body, name="鈴木 一郎")
    inside.to("proposed")
    assert "今は、担当課長（鈴木 一郎）の番です" in read(inside, who)
    assert MINE in read(inside, chief)
    waiting = text_of(browse_either(chief).get("/requests/waiting"))
    assert "回答を待っている提案は1件です" in waiting
    assert "あなたの番" in waiting


def test_a_manager_who_is_proposed_reads_no_proposal_among_what_waits(either_app, browse_either):
    body = make.body(needs_manager=True)
    who = make.person(Role.MANAGER, Role.SPECIALIST, of=body)
    stage = Stage(body=body, specialist=ready(person=who))
    chief = make.manager(of=body)
    stage.to("proposed")
    assert (waits_for(stage, who), waits_for(stage, chief)) == (False, True)
    assert stage.request.number not in text_of(browse_either(who).get("/requests/waiting"))
    assert stage.request.number in text_of(browse_either(chief).get("/requests/waiting"))


def test_nobody_checks_a_proposal_about_oneself(either_app, read):
    who = make.person(Role.COORDINATOR, Role.SPECIALIST)
    stage = Stage(specialist=ready(person=who))
    it = stage.prepare()
    assert (waits_for(stage, who), waits_for(stage, stage.second)) == (False, True)
    assert MINE not in read(stage, who)
    assert MINE in read(stage, stage.second)
    stage.step(it, "checked")
    assert requests.whose_turn(stage.request).about_id is None


@pytest.fixture
def own_leave(either_app):
    """A coordinator whose own request is supported by that same person, who takes leave."""
    owner = make.person(Role.COORDINATOR, Role.SPECIALIST)
    stage = Stage(owner=make.coordinator(), specialist=ready(person=owner))
    stage.to("confirmed")
    stage.request.coordinator_id = owner.id
    db.session.commit()
    world.take_leave(stage.specialist, FIRST, FIRST + timedelta(days=3))
    return stage, owner, db.session.scalars(db.select(Clash)).one()


def test_whose_own_time_is_short_leaves_it_to_another_coordinator(own_leave, browse_either):
    stage, who, clash = own_leave
    client, case = browse_either(who), f"/requests/{stage.request.number}"
    page = text_of(client.get(case))
    assert "あなたの休暇や休日のため" in page
    assert "ほかの調整担当者が団体と話して対応します" in page
    assert "移す先の案を確かめ" not in page
    assert "調整担当者が日程を見直しています" not in page
    link = f"/clashes/{clash.id}"
    for path in (case, "/clashes", f"/specialists/{stage.specialist.id}/time"):
        assert f'href="{link}"' not in client.get(path).text, path
    assert client.get(link).status_code == 403
    with pytest.raises(Forbidden):
        allocations.resolve_clash(make.actor_of(who), clash.id, "休む", is_given_up=True)
    assert link not in [task.path for task in home.tasks(make.actor_of(who))]


def test_the_other_coordinators_are_told_and_may_act(own_leave, browse_either):
    stage, who, clash = own_leave
    told = db.select(Notice.person_id).where(Notice.code == "clash.notice.coordinator")
    assert who.id not in db.session.scalars(told).all()
    assert stage.owner.id in db.session.scalars(told).all()
    page = browse_either(stage.owner).get(f"/requests/{stage.request.number}")
    assert "移す先の案を確かめ" in page.text
    assert f'href="/clashes/{clash.id}"' in page.text
    actor = make.actor_of(stage.owner)
    assert f"/clashes/{clash.id}" in [task.path for task in home.tasks(actor)]
    allocations.resolve_clash(actor, clash.id, "相談済み")
    assert clash.resolved_at is not None
