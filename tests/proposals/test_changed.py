"""Consent does not rest on facts that changed: noticed at each step, named, and asked again."""

from datetime import UTC, date, datetime

import pytest

from talentshare.accounts.states import PersonState
from talentshare.allocations import queries as allocation_queries
from talentshare.allocations.models import Allocation
from talentshare.allocations.states import AllocationState
from talentshare.kernel.errors import Conflict
from talentshare.matching.queries.again import broken_since
from talentshare.notices.models import Notice
from talentshare.platform.db import db
from talentshare.proposals import actions, queries
from talentshare.proposals.queries.facts import NAMES
from talentshare.specialists import actions as specialists
from talentshare.specialists.models import (
    Declaration,
    DeclaredInterest,
    Pledge,
    SpecialistRole,
    SpecialistSkill,
)
from talentshare.specialists.states import InterestRelation
from talentshare.talent_requests import actions as requests
from talentshare.talent_requests.models import (
    PlaceAnswer,
    PositionSkill,
    RequestSupplier,
)
from talentshare.talent_requests.states import PersonalData, Place, SupplierRelation
from tests import make
from tests.proposals.stage import Stage, now, ready
from tests.proposals.test_agree import agree, told
from tests.proposals.test_pages import text_of


def supplier(company="株式会社見本", key="見本"):
    return RequestSupplier(company=company, key=key, relation=SupplierRelation.KNOWN)


def declared(stage, company, key):
    """The person's newest declaration names a company."""
    tie = DeclaredInterest(company=company, key=key, relation=InterestRelation.CLIENT)
    latest = Declaration(
        specialist_id=stage.specialist.id,
        made_at=datetime(2026, 11, 24, 1, tzinfo=UTC),
        valid_until=date(2027, 11, 1),
        interests=[tie],
    )
    db.session.add(latest)


def near(stage, it):
    stage.request.suppliers.append(supplier("株式会社見本システムズ", "見本システムズ"))
    db.session.flush()
    it.terms_digest = queries.terms_digest(it)
    declared(stage, "見本システムズ東京", "見本システムズ東京")


def set_on(of, **given):
    def change(stage, it):
        thing = {
            "request": stage.request,
            "position": stage.position,
            "proposal": it,
            "person": it.specialist,
        }[of]
        for name, value in given.items():
            setattr(thing, name, value)

    return change


def basis_reworded(stage, it):
    queries.basis_of(it).meaning_ja = "読み替えた説明"


def skill_asked(stage, it):
    code = db.session.scalar(db.text("SELECT code FROM skill ORDER BY code LIMIT 1"))
    stage.position.skills.append(PositionSkill(skill_code=code, level=1, is_must=False))


FACTS = [
    ("person", set_on("person", employer_name="株式会社転職先")),
    ("role", skill_asked),
    ("task", set_on("request", wish="作業も手伝ってほしい")),
    ("task", set_on("request", worry="別の悩み")),
    ("time", set_on("position", inside_minutes_per_week=480)),
    ("time", lambda _stage, it: setattr(it.weeks[0], "inside_minutes", 0)),
    ("place", set_on("request", place=Place.HYBRID)),
    ("place", set_on("request", onsite_weekdays=1)),
    ("place", set_on("request", place_note="本庁舎3階")),
    ("personal_data", set_on("request", personal_data=PersonalData.YES)),
    ("procurement", set_on("request", is_procurement=True)),
    ("suppliers", lambda stage, _it: stage.request.suppliers.append(supplier())),
    ("interest", near),
    ("basis", basis_reworded),
    ("cost", set_on("proposal", cost_note="旅費は実費")),
    ("request_cost", set_on("request", cost_note="旅費は団体が負担")),
]


def test_each_fact_that_changed_is_named(stage):
    it = stage.to("checked")
    for name, change in FACTS:
        change(stage, it)
        db.session.flush()
        assert queries.changed_facts(it) == [name], name
        db.session.rollback()
        it = queries.load(it.id)
    assert queries.changed_facts(it) == []
    assert {name for name, _ in FACTS} == set(NAMES)


CHANGES = pytest.mark.parametrize(
    "change",
    [
        set_on("request", place=Place.HYBRID),
        lambda stage, _it: stage.request.suppliers.append(supplier()),
    ],
    ids=["place", "suppliers"],
)


@CHANGES
def test_what_changed_since_the_check_is_not_offered_and_an_acceptance_goes_back(stage, change):
    it = stage.to("checked")
    change(stage, it)
    db.session.commit()
    own = stage.actor(stage.owner)
    with pytest.raises(Conflict) as refusal:
        actions.offer(own, it.id, it.version)
    assert refusal.value.code == "proposal.not_as_checked"
    assert now(it) == "checked"
    second = Stage(owner=stage.owner, second=stage.second)
    asked = second.to("offered")
    change(second, asked)
    db.session.commit()
    actions.accept(second.actor(asked.specialist), asked.id, asked.version)
    assert (now(asked), asked.checked_at) == ("prepared", None)
    assert told(second.owner, "accepted_but") == [f"/proposals/{asked.id}"]
    assert asked.answered_at is None, "it will be asked again"


@CHANGES
def test_what_was_accepted_before_a_change_is_not_proposed(either_stage, change):
    it = either_stage.to("consented")
    change(either_stage, it)
    db.session.commit()
    with pytest.raises(Conflict) as refusal:
        actions.propose(either_stage.actor(either_stage.owner), it.id, it.version)
    assert refusal.value.code == "proposal.not_as_checked"
    assert db.session.scalars(db.select(Allocation)).all() == []
    assert now(it) == "accepted"


@CHANGES
def test_an_agreement_to_other_facts_is_kept_and_goes_back(either_stage, change):
    it = either_stage.to("proposed")
    change(either_stage, it)
    db.session.commit()
    agree(either_stage, it)
    it = queries.load(it.id)
    assert (now(it), it.checked_by_id, it.home_consent) == ("prepared", None, "")
    assert it.agreed_by_id == either_stage.officer.id, "the agreement stays recorded"
    assert it.document_number == "8町デ第12号"
    assert db.session.get(Allocation, it.allocation_id).state is AllocationState.RELEASED
    assert allocation_queries.check() == []
    notice = db.session.scalars(
        db.select(Notice).where(Notice.code == "proposal.notice.sent_back")
    ).one()
    assert "次の内容が変わりました" in notice.details["why"]["ja"]
    assert "has changed since" in notice.details["why"]["en"]


def test_nothing_is_a_change_without_a_change(stage):
    it = stage.to("proposed")
    assert queries.changed_facts(it) == []
    assert not queries.against(it)


def test_who_looks_after_a_proposal_hears_of_a_changed_fact_at_once(stage, browse):
    it = stage.to("accepted")
    requests.save(
        stage.actor(stage.second), stage.request.id, PlaceAnswer(Place.ONSITE, 1, "本庁舎")
    )
    assert told(stage.owner, "facts_changed") == [f"/proposals/{it.id}"]
    assert "場所" in text_of(browse(stage.owner).get("/notices"))
    page = text_of(browse(stage.owner).get(f"/proposals/{it.id}"))
    assert "このままでは先に進めません" in page
    assert "次の内容が変わりました：場所。" in page


def test_before_the_first_check_a_change_is_nobodys_news(stage):
    stage.prepare()
    requests.save(
        stage.actor(stage.second), stage.request.id, PlaceAnswer(Place.ONSITE, 1, "本庁舎")
    )
    assert told(stage.owner, "facts_changed") == []


# MUST rules that change underneath


def no_pledge(stage):
    db.session.execute(db.delete(Pledge).where(Pledge.specialist_id == stage.specialist.id))


def no_declaration(stage):
    mine = db.select(Declaration).where(Declaration.specialist_id == stage.specialist.id)
    for row in db.session.scalars(mine).all():
        row.valid_until = date(2026, 11, 1)


def tied(stage):
    stage.request.suppliers.append(supplier())
    declared(stage, "見本株式会社", "見本")


def suspended(stage):
    stage.specialist.person.state = PersonState.SUSPENDED


def without_role(stage):
    stage.specialist.person.duties = []


def paused(stage):
    stage.specialist.paused_from = date(2026, 12, 14)
    stage.specialist.paused_until = date(2026, 12, 20)


def ended(stage):
    stage.specialist.engaged_until = date(2026, 12, 11)


def not_on_site(stage):
    stage.specialist.online_ok = False


def no_role(stage):
    stage.specialist.roles = [SpecialistRole(role_code="PM", is_primary=True)]


def lower_skill(stage):
    stage.specialist.skills[0].verified_level = stage.specialist.skills[0].claimed_level = 1


def no_basis(stage):
    stage.specialist.bases = []


RULES = {
    no_pledge: "exclusion.pledge",
    no_declaration: "exclusion.declaration",
    tied: "exclusion.no_conflict",
    suspended: "proposal.against.cannot_answer",
    without_role: "proposal.against.cannot_answer",
    paused: "exclusion.engaged",
    ended: "exclusion.engaged",
    not_on_site: "exclusion.place_online",
    no_role: "exclusion.role",
    lower_skill: "exclusion.must_skills",
    no_basis: "exclusion.legal_basis",
}


@pytest.fixture
def skilled(stage):
    """The position needs a skill that the person has."""
    code = db.session.scalar(db.text("SELECT code FROM skill ORDER BY code LIMIT 1"))
    stage.specialist.skills = [SpecialistSkill(skill_code=code, claimed_level=3, verified_level=3)]
    stage.position.skills = [PositionSkill(skill_code=code, level=2, is_must=True)]
    db.session.commit()
    return stage


def test_each_rule_that_is_broken_since_is_named(skilled):
    it = skilled.to("proposed")
    for change, code in RULES.items():
        change(skilled)
        db.session.flush()
        assert queries.against(it).without({"proposal.against.facts"}).codes == {code}, code
        db.session.rollback()
        it = queries.load(it.id)
    assert not queries.against(it)


def test_a_rule_broken_since_stops_check_offer_and_proposal(stage):
    it = stage.prepare()
    own, second = stage.actor(stage.owner), stage.actor(stage.second)

    def stopped(step):
        no_role(stage)
        db.session.commit()
        with pytest.raises(Conflict) as refusal:
            step()
        assert refusal.value.code == "proposal.not_as_checked"
        assert refusal.value.details["why"].codes == {"exclusion.role"}
        stage.specialist.roles = [SpecialistRole(role_code="SA", is_primary=True)]
        db.session.commit()

    stopped(lambda: actions.check(second, it.id, it.version))
    stage.step(it, "checked")
    stopped(lambda: actions.offer(own, it.id, it.version))
    for step in ("offered", "accepted", "consented"):
        stage.step(it, step)
    stopped(lambda: actions.propose(own, it.id, it.version))
    stage.step(it, "proposed")
    assert now(it) == "proposed"


@pytest.mark.parametrize("change", [no_pledge, no_role])
def test_a_rule_broken_since_sends_an_agreement_back(either_stage, change):
    it = either_stage.to("proposed")
    change(either_stage)
    db.session.commit()
    agree(either_stage, it)
    it = queries.load(it.id)
    assert (now(it), it.agreed_by_id) == ("prepared", either_stage.officer.id)
    assert queries.against(it).codes == {RULES[change]}
    assert it.home_consent, "the terms are the same: the consent at home still holds"
    assert told(either_stage.owner, "sent_back") == [f"/proposals/{it.id}"]
    assert allocation_queries.check() == []


def test_the_refusal_names_the_rule_and_what_to_do(stage, browse):
    it = stage.to("consented")
    no_pledge(stage)
    db.session.commit()
    data = {"form": "propose", "version": queries.load(it.id).version}
    page = browse(stage.owner).post(f"/proposals/{it.id}/desk/propose", data=data)
    assert page.status_code == 409
    assert "今年度の誓約が出ていません。" in text_of(page)
    assert "本人に、「プロフィールと申告」での手続をお願いしてください。" in text_of(page)
    assert f"/requests/{stage.request.number}" in page.text
    english = browse(stage.owner, "en").post(f"/proposals/{it.id}/desk/propose", data=data)
    assert "Please ask the specialist" in text_of(english)


def test_without_pledge_an_acceptance_is_kept_and_the_page_leads_to_it(stage, browse):
    it = stage.to("offered")
    no_pledge(stage)
    db.session.commit()
    client = browse(it.specialist)
    assert 'href="/me/pledge"' in client.get(f"/offers/{it.id}").text
    data = {"form": "accept", "version": queries.load(it.id).version}
    assert client.post(f"/offers/{it.id}/answer", data=data).status_code == 302
    assert now(it) == "accepted"
    page = client.get(f"/offers/{it.id}")
    assert "今は、あなたの番です" in text_of(page)
    assert 'href="/me/pledge"' in page.text
    assert 'href="/me/declaration"' not in page.text
    desk = text_of(browse(stage.owner).get(f"/proposals/{it.id}"))
    assert f"今は、{it.specialist.person.name}さんの番です" in desk
    specialists.sign_pledge(stage.actor(it.specialist), it.specialist.id, 2026)
    assert "誓約" not in text_of(client.get(f"/offers/{it.id}"))
    stage.step(it, "consented")
    stage.step(it, "proposed")
    assert now(it) == "proposed"


def test_papers_are_asked_for_the_day_for_which_the_ranking_asks_them(app):
    make.catalogue()
    who = ready()
    made = db.session.scalars(db.select(Declaration).filter_by(specialist_id=who.id)).one()
    made.valid_until = date(2027, 1, 31)
    make.saved(made)
    late = date(2027, 2, 8)
    open_from = make.position(earliest_on=date(2026, 12, 7), latest_end_on=date(2027, 6, 30))
    only_late = make.position(earliest_on=late, latest_end_on=date(2027, 6, 30))
    rules = {
        position.id: {reason.rule for reason in broken_since(position, who.id, late, "agreement")}
        for position in (open_from, only_late)
    }
    assert "declaration" not in rules[open_from.id]
    assert "declaration" in rules[only_late.id]
