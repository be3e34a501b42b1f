"""Coordinators and admins register specialists, change terms and read the record."""

from datetime import UTC, date, datetime

import pytest

from talentshare.kernel.actor import Role
from talentshare.kernel.errors import Forbidden, Refusal
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from talentshare.specialists import actions, queries
from talentshare.specialists.models import Specialist, Terms
from talentshare.specialists.states import EngagementForm
from tests import make

TERMS = {
    "form": "company",
    "main_role": "IN",
    "other_roles": ["SA", "IN"],
    "basis_codes": ["contract"],
    "engaged_from": "令和8年12月1日",
    "engaged_until": "2027/3/31",
    "month_cap": "40",
    "max_bodies": "３",
    "employer_name": "株式会社サンプル基盤",
    "employer_number": "7000-0120-50002",
    "company_contact": "部長　見本 次郎",
}


@pytest.fixture
def desk(sign_in):
    make.catalogue()
    return sign_in(make.coordinator())


def newcomer(**given):
    return make.person(Role.SPECIALIST, **given)


def of_person(person):
    return db.session.scalar(db.select(Specialist).where(Specialist.person_id == person.id))


def deeds(name):
    found = db.select(AuditEvent).where(AuditEvent.deed == name)
    return db.session.scalars(found).all()


def test_a_person_becomes_a_specialist(desk):
    person = newcomer(name="髙橋 一郎")
    page = desk.get("/specialists/new")
    assert "髙橋 一郎" in page.text

    answer = desk.post("/specialists/new", data=TERMS | {"person_id": person.id})

    made = of_person(person)
    assert answer.headers["Location"] == f"/specialists/{made.id}"
    assert made.form is EngagementForm.COMPANY
    assert [(row.role_code, row.is_primary) for row in made.roles] == [("IN", True), ("SA", False)]
    assert [row.basis_code for row in made.bases] == ["contract"]
    assert (made.engaged_from, made.engaged_until) == (date(2026, 12, 1), date(2027, 3, 31))
    assert (made.month_cap_minutes, made.max_bodies) == (2400, 3)
    assert made.employer_number == "7000012050002"
    assert len(deeds("specialist.registered")) == 1
    assert "株式会社サンプル基盤" in desk.get(f"/specialists/{made.id}").text


def test_a_registered_specialist_has_a_ledger(desk):
    person = newcomer()
    desk.post("/specialists/new", data=TERMS | {"person_id": person.id})
    count = "SELECT count(*) FROM week_ledger WHERE specialist_id = :s"
    weeks = db.session.execute(db.text(count), {"s": of_person(person).id}).scalar()
    assert weeks > 60


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"form": ""}, "所属の形を選んでください"),
        ({"main_role": ""}, "主な専門分野を選んでください"),
        ({"basis_codes": []}, "支援の法的根拠を1つ以上選んでください"),
        ({"engaged_from": ""}, "登録期間の初日を入力してください"),
        ({"engaged_until": "2026/11/30"}, "末日は、初日以降の日を入力してください"),
        ({"employer_name": ""}, "所属する企業を入力してください"),
        ({"company_contact": ""}, "企業の責任者を入力してください"),
        ({"employer_number": "1234567890123"}, "法人番号に誤りがあります"),
        ({"employer_number": "123"}, "13桁の数字で入力してください"),
        ({"max_bodies": "0"}, "1から9までの数を入力してください"),
        ({"max_bodies": "ふたつ"}, "整数で入力してください"),
        ({"month_cap": "たくさん"}, "時間は「1.5」または"),
        ({"person_id": "999999"}, "登録する人を選んでください"),
    ],
)
def test_a_refused_registration_says_why_and_keeps_the_rest(desk, wrong, said):
    person = newcomer()
    data = TERMS | {"person_id": person.id} | wrong
    answer = desk.post("/specialists/new", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert ("部長　見本 次郎" in answer.text) == (wrong != {"company_contact": ""})
    assert of_person(person) is None


def test_without_newcomers_the_page_says_what_to_do(desk):
    assert "先に管理者が" in desk.get("/specialists/new").text


def test_nobody_is_registered_twice_or_without_the_role(desk):
    coordinator = make.actor_of(make.coordinator())
    known = make.specialist()
    terms = Terms(EngagementForm.GOVTECH_STAFF, ("SA",), ("agreement",), date(2026, 4, 1))
    with pytest.raises(Refusal, match=r"^specialist\.already_registered$"):
        actions.register(coordinator, known.person_id, terms)
    with pytest.raises(Refusal, match=r"^specialist\.needs_role$"):
        actions.register(coordinator, make.officer().id, terms)


def test_terms_are_changed_and_recorded(desk):
    it = make.specialist()
    shown = desk.get(f"/specialists/{it.id}/terms")
    assert "2020年4月1日" in shown.text
    data = TERMS | {"version": it.version, "engaged_from": "2020/4/1"}
    assert desk.post(f"/specialists/{it.id}/terms", data=data).status_code == 302
    db.session.expire_all()
    assert (it.form, it.max_bodies) == (EngagementForm.COMPANY, 3)
    assert {row.role_code: row.is_primary for row in it.roles} == {"IN": True, "SA": False}
    assert len(deeds("specialist.terms_changed")) == 1
    assert len(deeds("specialist.time_changed")) == 1


def test_a_stale_form_is_refused_with_both_values(desk):
    it = make.specialist()
    old = it.version
    assert (
        desk.post(f"/specialists/{it.id}/terms", data=TERMS | {"version": old}).status_code == 302
    )

    late = TERMS | {"version": old, "max_bodies": "5", "company_contact": "課長 別人"}
    answer = desk.post(f"/specialists/{it.id}/terms", data=late)

    assert answer.status_code == 409
    assert "ほかの人が先に変更しました" in answer.text
    assert "部長　見本 次郎" in answer.text
    assert "課長 別人" in answer.text
    db.session.expire_all()
    assert it.max_bodies == 3
    assert (
        desk.post(f"/specialists/{it.id}/terms", data=late | {"version": it.version}).status_code
        == 302
    )


def test_only_a_list_changed_moves_the_version(desk):
    it = make.specialist()
    before = it.version
    data = {
        "form": "govtech_staff",
        "main_role": "SA",
        "other_roles": ["UX"],
        "basis_codes": ["agreement"],
        "engaged_from": "2020/4/1",
        "max_bodies": "2",
        "version": before,
    }
    assert desk.post(f"/specialists/{it.id}/terms", data=data).status_code == 302
    db.session.expire_all()
    assert it.version > before


def test_the_page_says_why_nothing_can_be_offered(desk, still_clock):
    it = make.specialist()
    assert "打診できます" in desk.get(f"/specialists/{it.id}").text
    still_clock(datetime(2027, 4, 1, tzinfo=UTC))
    make.session_cookie(desk, make.coordinator())
    assert "今年度の誓約がないため、打診できません" in desk.get(f"/specialists/{it.id}").text


def test_what_is_written_is_escaped(desk):
    it = make.specialist(introduction="<script>alert(1)</script>", employer_name='"><b>社')
    page = desk.get(f"/specialists/{it.id}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "<b>社" not in page


def test_the_page_reads_in_english(desk):
    it = make.specialist(skills={"D05": 3})
    desk.set_cookie("locale", "en", domain="localhost")
    page = desk.get(f"/specialists/{it.id}").text
    assert "can be offered work" in page
    assert "Level 3 (verified)" in page
    for url in ("terms", "skills/D05", "time"):
        assert desk.get(f"/specialists/{it.id}/{url}").status_code == 200


@pytest.mark.parametrize("maker", [make.officer, make.manager])
def test_bodies_find_no_such_page(app, sign_in, maker):
    it = make.specialist(skills={"D05": 3})
    client = sign_in(maker())
    for path in ("", "/terms", "/time", "/skills/D05"):
        assert client.get(f"/specialists/{it.id}{path}").status_code == 404, path
    for path in ("/terms", "/skills/D05"):
        assert client.post(f"/specialists/{it.id}{path}", data={}).status_code == 404, path
    assert client.get("/specialists/new").status_code == 403


def test_a_specialist_finds_no_desk_page_of_anybody(app, sign_in):
    me, other = make.specialist(skills={"D05": 3}), make.specialist(skills={"D05": 3})
    client = sign_in(me.person)
    for it in (me, other):
        for path in ("", "/terms", "/time", "/skills/D05"):
            assert client.get(f"/specialists/{it.id}{path}").status_code == 404, path


def test_a_coordinator_keeps_off_the_own_record(app, sign_in):
    both = make.person(Role.SPECIALIST, Role.COORDINATOR)
    it = make.specialist(person=both, skills={"D05": 2})
    client = sign_in(both)
    assert client.get(f"/specialists/{it.id}").status_code == 200
    assert "登録の内容を変更する" not in client.get(f"/specialists/{it.id}").text
    assert client.get(f"/specialists/{it.id}/terms").status_code == 403
    assert "本人でない調整担当者が行います" in client.get(f"/specialists/{it.id}/skills/D05").text
    assert client.post(f"/specialists/{it.id}/skills/D05", data={"level": "4"}).status_code == 403
    with pytest.raises(Forbidden):
        actions.verify_skill(make.actor_of(both), it.id, "D05", 4)


def test_time_facts_are_the_same_for_one_and_for_all(app):
    one, two = make.specialist(), make.specialist(share=50)
    all_facts = queries.time_facts_of()
    assert all_facts == {one.id: queries.time_facts(one.id), two.id: queries.time_facts(two.id)}
    assert queries.time_facts_of([two.id]).keys() == {two.id}
