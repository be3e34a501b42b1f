"""Consent does not rest on facts that changed: noticed at each step, named, and asked again."""

from datetime import UTC, date, datetime, timedelta

import pytest

from talentshare.accounts.states import PersonState
from talentshare.allocations import actions as allocations
from talentshare.allocations import queries as allocation_queries
from talentshare.allocations.models import Allocation
from talentshare.allocations.states import AllocationState
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Conflict
from talentshare.notices.models import Notice
from talentshare.platform.db import db
from talentshare.proposals import actions, queries
from talentshare.proposals.actions import Terms
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
from tests.proposals.stage import FIRST, Stage, now, ready
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
    suspended: "proposal.against.suspended",
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
    assert "本人に、マイページでの手続をお願いしてください。" in text_of(page)
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


# Weeks that have passed

MONDAY, TUESDAY = datetime(2026, 12, 7, 3, tzinfo=UTC), datetime(2026, 12, 8, 3, tzinfo=UTC)


def test_a_week_has_begun_when_an_allowed_open_day_lies_behind(app, still_clock):
    make.catalogue()
    assert not allocation_queries.has_begun(31, date(2026, 11, 23)), "its Monday is a holiday"
    for weekdays, day, has_begun in (
        (31, date(2026, 12, 6), False),
        (31, date(2026, 12, 7), False),
        (31, date(2026, 12, 8), True),
        (8, date(2026, 12, 10), False),
        (8, date(2026, 12, 11), True),
        (1, date(2026, 12, 13), True),
        (64, date(2026, 12, 14), True),
        (31, date(2026, 12, 28), True),
    ):
        still_clock(datetime(day.year, day.month, day.day, 3, tzinfo=UTC))
        assert allocation_queries.has_begun(weekdays, FIRST) is has_begun, day


@pytest.mark.parametrize("at", [TUESDAY, datetime(2026, 12, 28, 3, tzinfo=UTC)])
def test_weeks_that_have_passed_are_not_held_and_other_weeks_are_one_press_away(
    either_stage, at, still_clock
):
    it = either_stage.to("consented")
    still_clock(at)
    own = either_stage.actor(either_stage.owner)
    with pytest.raises(Conflict) as refusal:
        actions.propose(own, it.id, it.version)
    assert refusal.value.code == "allocation.week_past"
    assert refusal.value.details["week_on"] == FIRST
    booking = queries.booking_of(it)
    for book in (
        lambda: allocations.book(SYSTEM, booking),
        lambda: allocations.hold(SYSTEM, booking, at + timedelta(days=3)),
    ):
        with pytest.raises(Conflict, match="week_past"):
            book()
    assert now(it) == "accepted"
    assert allocation_queries.check() == []


def test_the_page_of_a_passed_week_offers_other_weeks(stage, browse, still_clock):
    it = stage.to("consented")
    still_clock(TUESDAY)
    client = browse(stage.owner)
    data = {"form": "propose", "version": queries.load(it.id).version}
    page = client.post(f"/proposals/{it.id}/desk/propose", data=data)
    assert page.status_code == 409
    assert "12月7日（月）の週は、支援できる日が過ぎています。" in text_of(page)
    assert "時期を変える（最短：12月14日（月）の週から）" in text_of(page)
    start = {"form": "fit", "version": queries.load(it.id).version, "start_on": "2026-12-14"}
    assert client.post(f"/proposals/{it.id}/fit", data=start).status_code == 302
    it = queries.load(it.id)
    assert (now(it), it.weeks[0].week_on) == ("prepared", date(2026, 12, 14))


def test_an_agreement_that_comes_too_late_for_its_weeks_is_kept(
    either_stage, still_clock, browse_either
):
    either_stage.request.decision_on = date(2026, 12, 11)
    db.session.commit()
    it = either_stage.to("proposed")
    page = browse_either(either_stage.officer).get(f"/proposals/{it.id}")
    assert "合意は12月7日（月）までにお願いします" in text_of(page)
    still_clock(MONDAY)
    assert not queries.against(it)
    still_clock(TUESDAY)
    agree(either_stage, it, decided_on=date(2026, 12, 8))
    it = queries.load(it.id)
    assert (now(it), it.decided_on) == ("prepared", date(2026, 12, 8))
    assert told(either_stage.owner, "sent_back") == [f"/proposals/{it.id}"]
    with pytest.raises(Conflict) as refusal:
        actions.check(either_stage.actor(either_stage.second), it.id, it.version)
    assert refusal.value.details["why"].codes == {"allocation.week_past"}
    own = either_stage.actor(either_stage.owner)
    actions.revise(own, it.id, it.version, Terms("次の週から始める", 480, date(2026, 12, 14)))
    for step in ("checked", "offered", "accepted", "consented", "proposed"):
        either_stage.step(it, step)
    assert now(it) == "proposed"
    assert allocation_queries.check() == []


def test_a_hold_of_passed_weeks_is_not_confirmed(either_stage, still_clock):
    either_stage.request.decision_on = date(2026, 12, 11)
    db.session.commit()
    it = either_stage.to("proposed")
    still_clock(TUESDAY)
    with pytest.raises(Conflict) as refusal:
        allocations.confirm(SYSTEM, it.allocation_id)
    assert refusal.value.code == "allocation.week_past"
    rival = Stage(specialist=ready(), owner=either_stage.owner, second=either_stage.second)
    assert rival.prepare(start_on=date(2026, 12, 14)).state == "prepared"
