"""Who answers for a body: not about oneself, as the body wants it today, and never nobody."""

import pytest

from talentshare.accounts import actions as accounts
from talentshare.accounts.models import PersonFacts, PersonRole
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.errors import Conflict, Forbidden
from talentshare.notices.models import Notice
from talentshare.platform.db import db
from talentshare.proposals import actions, queries
from talentshare.proposals.states import RefuseReason
from talentshare.talent_requests import queries as requests
from tests import make
from tests.proposals.stage import Stage, decision, now, ready
from tests.proposals.test_pages import text_of

ADMIN = Actor(9001, frozenset({Role.ADMIN}))


def edited(person, **changes):
    facts = {"name": person.name, "kana": person.kana, "roles": person.roles}
    facts |= {"body_id": person.body_id}
    accounts.edit_person(ADMIN, person.id, person.version, PersonFacts(**facts | changes))


def told(person) -> list[str]:
    found = db.session.scalars(db.select(Notice).where(Notice.person_id == person.id))
    return [notice.code for notice in found if notice.code.startswith("proposal.")]


def wants_manager(stage, *, wants: bool = True) -> None:
    stage.body.needs_manager = wants
    db.session.commit()
    db.session.expire_all()


@pytest.fixture
def inside(app):
    """A specialist who is an officer of the very body; the request has another officer."""
    body = make.body()
    person = make.person(Role.OFFICER, Role.SPECIALIST, of=body)
    return Stage(body=body, specialist=ready(person=person))


def test_a_proposal_is_told_to_the_body_not_to_an_officer_who_has_moved(stage, browse):
    stage.request.title = "カナリア計画の点検"
    it = stage.to("consented")
    gone, colleague = stage.officer, make.officer(of=stage.body)
    before = told(gone)
    edited(gone, body_id=make.body().id)
    stage.step(it, "proposed")
    actions.extend_hold(stage.actor(stage.owner), it.id, it.version)
    actions.withdraw(stage.actor(stage.owner), it.id, "理由")
    assert told(gone) == before
    assert [code.rsplit(".", 1)[1] for code in told(colleague)] == [
        "proposed",
        "extended",
        "withdrawn_from_body",
    ]
    browser = browse(gone)
    for path in ("/", "/notices", "/requests", "/supports", f"/proposals/{it.id}"):
        assert "カナリア" not in browser.get(path).text


def test_a_preparer_who_cannot_act_any_more_is_told_nothing(stage):
    it = stage.prepare()
    accounts.suspend(ADMIN, stage.owner.id)
    actions.return_to_preparer(stage.actor(stage.second), it.id, it.version, "費用を確かめる")
    assert told(stage.owner) == []


def test_another_coordinator_finds_what_waits_for_one_who_is_gone(stage, browse):
    it = stage.to("accepted")
    third = make.coordinator()
    assert queries.waiting_for_coordinator(make.actor_of(third)) == []
    accounts.suspend(ADMIN, stage.owner.id)
    assert [p.id for p in queries.waiting_for_coordinator(make.actor_of(third))] == [it.id]
    assert f"/proposals/{it.id}" in browse(third).get("/").text
    assert "今は、あなたの番です" in text_of(browse(third).get(f"/proposals/{it.id}"))


def test_nobody_answers_for_the_body_about_oneself(inside, browse):
    it = inside.to("proposed")
    who = inside.specialist.person
    own = make.actor_of(who)
    deeds = (
        lambda: actions.agree(own, it.id, it.version, decision()),
        lambda: actions.record_decision(own, it.id, it.version, decision()),
        lambda: actions.discuss_terms(own, it.id, it.version, "時間を減らしたい"),
        lambda: actions.refuse(own, it.id, it.version, RefuseReason.COST, ""),
    )
    for deed in deeds:
        with pytest.raises(Forbidden):
            deed()
    assert queries.waiting_for_body(own) == []
    assert "proposal.notice.proposed" not in told(who)
    page = browse(who).get(f"/proposals/{it.id}")
    assert "自分についての提案には、自分では回答できません。" in text_of(page)
    assert "この提案に合意する" not in page.text
    data = {"form": "decision", "answer": "agree", "version": it.version}
    given = {"decided_on": "2026-11-24", "decider_title": "課長", "document_number": "1"}
    refused = browse(who).post(f"/proposals/{it.id}/answer", data=data | given)
    assert refused.status_code == 403
    assert "提案された本人でない人" in text_of(refused)
    assert "この提案に合意する" in browse(inside.officer).get(f"/proposals/{it.id}").text
    inside.step(it, "confirmed")
    assert now(it) == "confirmed"


def test_a_colleague_is_told_where_the_officer_is_the_specialist(inside):
    colleague = inside.officer
    inside.request.officer_id = inside.specialist.person_id
    db.session.commit()
    db.session.expire_all()
    inside.to("proposed")
    assert "proposal.notice.proposed" in told(colleague)


@pytest.mark.parametrize("wants", [True, False])
def test_nothing_is_proposed_to_a_body_in_which_nobody_may_answer(stage, browse, wants):
    it = stage.to("consented")
    wants_manager(stage, wants=wants)
    if not wants:
        accounts.suspend(ADMIN, stage.officer.id)
    with pytest.raises(Conflict) as refusal:
        stage.step(it, "proposed")
    assert refusal.value.code == ("proposal.no_manager" if wants else "proposal.no_officer")
    data = {"form": "propose", "version": queries.load(it.id).version}
    page = text_of(browse(stage.owner).post(f"/proposals/{it.id}/desk/propose", data=data))
    assert "GovTech東京の管理者に" in page
    assert now(it) == "accepted"
    make.person(Role.MANAGER if wants else Role.OFFICER, of=stage.body)
    stage.step(it, "proposed")
    assert now(it) == "proposed"


def test_a_proposal_that_waits_for_nobody_says_so_on_both_pages(stage, browse):
    it = stage.to("proposed")
    path = f"/proposals/{it.id}"
    assert "回答できる人が" not in text_of(browse(stage.owner).get(path))
    wants_manager(stage)
    said = "回答できる担当課長が登録されていません。"
    assert said in text_of(browse(stage.owner).get(path))
    assert said in text_of(browse(stage.officer).get(path))
    manager = make.manager(of=stage.body)
    assert said not in text_of(browse(stage.owner).get(path))
    assert "今は、担当課長の番です" in text_of(browse(stage.officer).get(path))
    assert "今は、あなたの番です" in text_of(browse(manager).get(path))


def test_the_turn_follows_what_the_body_wants_today(stage, browse):
    manager = make.manager(of=stage.body)
    stage.to("proposed")
    path = f"/requests/{stage.request.number}"
    mine = "今は、あなたの番です"
    for wants, first, second in ((True, False, True), (False, True, False)):
        wants_manager(stage, wants=wants)
        assert (mine in text_of(browse(stage.officer).get(path))) is first
        assert (mine in text_of(browse(manager).get(path))) is second
        waits = stage.request.number in browse(manager).get("/requests/waiting").text
        assert waits is second
        assert requests.whose_turn(stage.request).side == ("manager" if wants else "body")


def test_who_lost_the_role_of_a_specialist_is_offered_nothing(stage, browse):
    it = stage.to("checked")
    edited(stage.specialist.person, roles=frozenset({Role.OFFICER}))
    with pytest.raises(Conflict) as refusal:
        stage.step(it, "offered")
    assert refusal.value.details["why"].codes == {"proposal.against.cannot_answer"}
    page = text_of(browse(stage.owner).get(f"/proposals/{it.id}"))
    assert "利用を停止されているか、専門人材の役割を外されています。" in page
    actions.withdraw(stage.actor(stage.owner), it.id, "理由")
    assert told(stage.specialist.person) == []
    stage.specialist.person.duties = [PersonRole(role=Role.SPECIALIST)]
    db.session.commit()
