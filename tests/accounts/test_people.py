from threading import Thread

import pytest
from sqlalchemy import select

from talentshare.accounts import actions, queries
from talentshare.accounts.models import Person, PersonDraft, PersonFacts, PersonRole
from talentshare.accounts.states import PersonState
from talentshare.kernel.actor import SYSTEM, Role
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from tests import make
from tests.accounts.browsing import link_in

XSS = "<script>alert(1)</script>"


@pytest.fixture
def desk(chief, sign_in):
    """The browser of an admin."""
    return sign_in(chief)


@pytest.fixture
def form_of():
    """What the form of a person sends, unchanged."""

    def form_of(person, **changes):
        with db.engine.connect() as connection:
            version = connection.exec_driver_sql(
                f"SELECT version FROM person WHERE id = {person.id}"
            ).scalar()
        return {
            "version": str(version),
            "name": person.name,
            "kana": "ミホン タロウ",
            "name_latin": person.name_latin,
            "section": person.section or "",
            "mail": person.mail or "",
            "body_id": str(person.body_id),
            "roles": sorted(person.roles),
            **changes,
        }

    return form_of


PATHS = [
    ("GET", "/admin/people"),
    ("GET", "/admin/people/new"),
    ("POST", "/admin/people/new"),
    ("GET", "/admin/people/{}"),
    ("GET", "/admin/people/{}/edit"),
    ("POST", "/admin/people/{}/edit"),
    ("POST", "/admin/people/{}/invitation"),
    ("POST", "/admin/people/{}/reset"),
    ("POST", "/admin/people/{}/suspend"),
    ("POST", "/admin/people/{}/resume"),
    ("POST", "/admin/people/{}/end-sessions"),
    ("GET", "/admin/bodies"),
    ("GET", "/admin/bodies/new"),
    ("POST", "/admin/bodies/new"),
    ("GET", "/admin/bodies/1"),
    ("POST", "/admin/bodies/1"),
]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.MANAGER, Role.COORDINATOR, Role.SPECIALIST])
def test_the_pages_of_admins_are_shut_to_the_others(sign_in, role, rows, member):
    browser = sign_in(make.person(role))
    before = [vars(p)["version"] for p in rows(select(Person).order_by(Person.id))]
    for method, path in PATHS:
        answer = browser.open(path.format(member.id), method=method)
        assert answer.status_code == 403, (method, path)
        missing = browser.open(path.format(999999), method=method)
        if "{}" in path:
            assert missing.status_code == 403, (method, path)
    assert before == [vars(p)["version"] for p in rows(select(Person).order_by(Person.id))]


def test_strangers_are_led_to_the_door(client, member):
    for method, path in PATHS:
        answer = client.open(path.format(member.id), method=method)
        assert answer.headers["Location"].startswith("/sign-in?next="), (method, path)


def test_an_admin_invites(desk, rows):
    body = make.body()
    page = desk.post(
        "/admin/people/new",
        data={
            "sign_in_name": " Ｓｕｚｕｋｉ.Hanako ",
            "name": " 鈴木 花子 ",
            "kana": "すずき はなこ",
            "name_latin": "Hanako Suzuki",
            "section": "情報政策課",
            "mail": "ｄｘ@example.lg.jp",
            "body_id": str(body.id),
            "roles": ["officer", "manager"],
            "locale": "en",
        },
    )
    assert page.status_code == 200
    assert link_in(page)
    [made] = rows(select(Person).where(Person.sign_in_name == "suzuki.hanako"))
    assert (made.name, made.kana, made.mail) == ("鈴木 花子", "スズキ ハナコ", "dx@example.lg.jp")
    assert (made.state, made.locale, made.body_id) == (PersonState.INVITED, "en", body.id)
    assert set(rows(select(PersonRole.role).where(PersonRole.person_id == made.id))) == {
        Role.OFFICER,
        Role.MANAGER,
    }
    assert made.password_hash is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sign_in_name": "tanaka"}, "すでに使われています"),
        ({"sign_in_name": "ＴＡＮＡＫＡ"}, "すでに使われています"),
        ({"sign_in_name": "a b"}, "英数字から始め"),
        ({"sign_in_name": "ab"}, "英数字から始め"),
        ({"sign_in_name": ""}, "利用者名を入力してください"),
        ({"name": ""}, "氏名を入力してください"),
        ({"name": "あ" * 101}, "100字以内"),
        ({"kana": "鈴木"}, "カタカナで入力してください"),
        ({"mail": "no mail"}, "name@example.lg.jp"),
        ({"mail": "sato@machida"}, "name@example.lg.jp"),
        ({"name": "山田\n花子"}, "目に見えない制御文字"),
        ({"name_latin": "Yamada\x1bHanako"}, "目に見えない制御文字"),
        ({"body_id": ""}, "所属する団体を選んでください"),
        ({"roles": []}, "役割を1つ以上選んでください"),
        ({"roles": ["coordinator"]}, "GovTech東京の人だけです"),
        ({"roles": ["officer", "admin"]}, "GovTech東京の人だけです"),
    ],
)
def test_mistakes_are_said_and_what_was_typed_stays(desk, member, rows, changes, said):
    form = {
        "sign_in_name": "suzuki",
        "name": "鈴木 花子",
        "kana": "スズキ ハナコ",
        "section": "情報政策課",
        "body_id": str(member.body_id),
        "roles": ["officer"],
        "locale": "ja",
    }
    before = len(rows(select(Person)))
    answer = desk.post("/admin/people/new", data=form | changes)
    assert answer.status_code == 422
    assert answer.text.count(said) >= 2
    assert 'value="情報政策課"' in answer.text
    assert "<title>エラー：" in answer.text
    assert len(rows(select(Person))) == before


def test_an_admin_edits_and_the_history_keeps_the_roles(desk, member, form_of, rows):
    other = make.body()
    form = form_of(member, name="田中 改", body_id=str(other.id), roles=["manager", "officer"])
    answer = desk.post(f"/admin/people/{member.id}/edit", data=form)
    assert answer.headers["Location"] == f"/admin/people/{member.id}"
    [changed] = rows(select(Person).where(Person.id == member.id))
    assert (changed.name, changed.body_id) == ("田中 改", other.id)
    [edited] = rows(select(AuditEvent).where(AuditEvent.deed == "person.edited"))
    assert edited.details == {
        "body_id": other.id,
        "roles_before": "officer",
        "roles": "manager,officer",
    }


def test_a_stale_form_does_not_overwrite(desk, member, form_of, rows):
    first, second = form_of(member, name="先の人"), form_of(member, name="後の人")
    assert desk.post(f"/admin/people/{member.id}/edit", data=first).status_code == 302
    answer = desk.post(f"/admin/people/{member.id}/edit", data=second)
    assert answer.status_code == 422
    assert 'value="後の人"' in answer.text
    assert rows(select(Person.name).where(Person.id == member.id)) == ["先の人"]


def test_no_other_column_can_be_written(desk, member, form_of, rows):
    columns = {
        "id": "77",
        "state": "suspended",
        "password_hash": "x",
        "sign_in_name": "changed",
        "locale": "en",
        "reset_asked_at": "2026-01-01",
        "search_text": "x",
        "duties": "x",
        "token_hash": "x",
        "person_id": "1",
    }
    [before] = rows(select(Person).where(Person.id == member.id))
    form = columns | form_of(member, section="新しい課")
    assert desk.post(f"/admin/people/{member.id}/edit", data=form).status_code == 302
    [after] = rows(select(Person).where(Person.id == member.id))
    kept = [
        name for name in columns if hasattr(Person, name) and name not in {"search_text", "duties"}
    ]
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    assert after.section == "新しい課"


def test_one_cannot_change_oneself_by_extra_fields(sign_in, member, rows):
    browser = sign_in(member)
    form = {"locale": "en", "roles": "admin", "state": "active", "body_id": "1", "name": "x"}
    assert browser.post("/account/language", data=form).status_code == 302
    [after] = rows(select(Person).where(Person.id == member.id))
    assert (after.locale, after.name, after.body_id) == ("en", member.name, member.body_id)
    assert rows(select(PersonRole.role).where(PersonRole.person_id == member.id)) == [Role.OFFICER]


def test_names_are_text_and_nothing_else(desk, chief, sign_in):
    person = make.officer(name=XSS, kana=XSS, name_latin=XSS, section=XSS, mail=XSS)
    pages = ["/admin/people", f"/admin/people/{person.id}", f"/admin/people/{person.id}/edit"]
    texts = [desk.get(path).text for path in pages]
    texts.append(desk.post(f"/admin/people/{person.id}/reset").text)
    texts.append(desk.post(f"/admin/people/{person.id}/suspend", follow_redirects=True).text)
    texts.append(desk.get("/admin/people", query_string={"text": XSS}).text)
    for text in texts:
        assert XSS not in text
        assert "&lt;script&gt;" in text


def test_an_admin_cannot_shut_out_oneself(desk, chief, govtech, form_of, rows):
    make.admin(of=govtech)
    answer = desk.post(f"/admin/people/{chief.id}/edit", data=form_of(chief, roles=["coordinator"]))
    assert answer.status_code == 422
    assert "ほかの管理者に頼んでください" in answer.text
    assert desk.post(f"/admin/people/{chief.id}/suspend").status_code == 409
    assert "/suspend" not in desk.get(f"/admin/people/{chief.id}").text
    assert rows(select(Person.state).where(Person.id == chief.id)) == [PersonState.ACTIVE]


def test_the_last_admin_stays(chief, govtech):
    second = make.actor_of(make.admin(of=govtech, state=PersonState.SUSPENDED))
    with pytest.raises(Conflict, match="last_admin"):
        actions.suspend(second, chief.id)
    facts = PersonFacts(
        name="x", kana="カ", body_id=govtech.id, roles=frozenset({Role.COORDINATOR})
    )
    with pytest.raises(Conflict, match="last_admin"):
        actions.edit_person(second, chief.id, 1, facts)


def test_two_admins_cannot_remove_each_other_at_once(either_app):
    home = make.body(kind="govtech")
    admins = [make.admin(of=home) for _ in range(2)]
    actors = [make.actor_of(admin) for admin in admins]
    db.session.rollback()
    results = []

    def remove(actor, other):
        with either_app.app_context():
            try:
                actions.suspend(actor, other.id)
                results.append("done")
            except Conflict as refusal:
                results.append(refusal.code)
            db.session.remove()

    threads = [
        Thread(target=remove, args=(actors[0], actors[1])),
        Thread(target=remove, args=(actors[1], actors[0])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["done", "person.last_admin"]


def test_a_suspended_person_comes_back_with_the_old_password(desk, member, enter, app):
    desk.post(f"/admin/people/{member.id}/suspend")
    assert enter(client=app.test_client()).status_code == 422
    assert "利用停止中" in desk.get(f"/admin/people/{member.id}").text
    desk.post(f"/admin/people/{member.id}/resume")
    assert enter(client=app.test_client()).status_code == 302


def test_whoever_never_had_a_password_is_invited_again(desk, rows):
    person = make.officer(state=PersonState.INVITED)
    desk.post(f"/admin/people/{person.id}/suspend")
    desk.post(f"/admin/people/{person.id}/resume")
    assert rows(select(Person.state).where(Person.id == person.id)) == [PersonState.INVITED]
    assert desk.post(f"/admin/people/{person.id}/invitation").status_code == 200


def test_an_impossible_step_is_refused_with_what_to_do(desk, member):
    answer = desk.post(f"/admin/people/{member.id}/resume")
    assert answer.status_code == 409
    assert "開き直し" in answer.text


def test_an_admin_ends_the_sessions_of_a_lost_device(desk, member, enter, client):
    enter()
    assert "1台" in desk.get(f"/admin/people/{member.id}").text
    desk.post(f"/admin/people/{member.id}/end-sessions")
    assert client.get("/account").status_code == 302


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"text": "髙橋"}, ["takahashi"]),
        ({"text": "高橋"}, ["takahashi"]),
        ({"text": "タカハシ"}, ["takahashi"]),
        ({"text": "たかはし"}, ["takahashi"]),
        ({"text": "ｔａｋａｈａｓｈｉ"}, ["takahashi"]),
        ({"text": "%"}, []),
        ({"text": "_"}, []),
        ({"role": "manager"}, ["watanabe"]),
        ({"role": "nonsense"}, ["kanri", "takahashi", "watanabe"]),
        ({"state": "suspended"}, ["watanabe"]),
        ({"state": "active", "role": "officer"}, ["takahashi"]),
        ({"body_id": "x", "page": "-3"}, ["kanri", "takahashi", "watanabe"]),
        ({"page": "99"}, ["kanri", "takahashi", "watanabe"]),
    ],
)
def test_people_are_found_however_they_are_written(govtech, app, sign_in, query, found):
    chief = make.admin(of=govtech, sign_in_name="kanri", kana="カンリ イチロウ")
    make.officer(sign_in_name="takahashi", name="髙橋 一", kana="タカハシ ハジメ")
    make.manager(
        sign_in_name="watanabe", name="渡邉 二", kana="ワタナベ ジ", state=PersonState.SUSPENDED
    )
    page = sign_in(chief).get("/admin/people", query_string=query).text
    shown = [name for name in ("kanri", "takahashi", "watanabe") if f"<div>{name}</div>" in page]
    assert shown == found
    if not found:
        assert "条件に合う利用者はいません" in page


def test_the_list_is_in_the_order_of_kana_in_pages_of_fifty(desk, counted):
    body = make.body()
    for n in range(60):
        make.officer(of=body, sign_in_name=f"many{n:02d}", kana=f"ヤマダ {chr(0x30A2 + 59 - n)}")
    pages = [desk.get(f"/admin/people?body_id={body.id}&page={n}").text for n in (1, 2)]
    shown = [[f"many{n:02d}" for n in range(60) if f">many{n:02d}<" in page] for page in pages]
    assert (len(shown[0]), len(shown[1])) == (50, 10)
    assert pages[0].index(">many59<") < pages[0].index(">many58<")
    assert f"body_id={body.id}&amp;page=2" in pages[0]
    assert "60人" in pages[0]
    statements = counted(lambda: desk.get("/admin/people"))
    assert len(statements) <= 8, statements


def test_admins_read_english_too(desk, chief, member):
    desk.set_cookie("locale", "en", domain="localhost")
    for path in ("/admin/people", f"/admin/people/{member.id}", "/admin/people/new", "/admin/bodies",
                 "/admin/bodies/new", "/account", "/account/password"):  # fmt: skip
        text = desk.get(path).text.split("<main")[1].split("</main>")[0]
        for japanese in (member.name, member.kana, chief.name, chief.kana, "日本語", "見本市", "ミホンシ",
                         "GovTech東京", "ガブテックトウキョウ"):  # fmt: skip
            text = text.replace(japanese, "")
        left = [sign for sign in text if "ぁ" <= sign <= "ヿ" or "一" <= sign <= "鿿"]
        assert left == [], (path, "".join(left))


def test_enrolling_makes_an_active_person(app):
    body = make.body()
    draft = PersonDraft(
        sign_in_name="sato",
        name="佐藤",
        kana="さとう",
        body_id=body.id,
        roles=frozenset({Role.SPECIALIST}),
    )
    person = actions.enrol(SYSTEM, draft, queries.hashed("x"))
    assert (person.state, person.kana) == (PersonState.ACTIVE, "サトウ")
    with pytest.raises(Invalid, match="no_role"):
        actions.enrol(
            SYSTEM,
            PersonDraft(**(vars(draft) | {"sign_in_name": "ito1", "roles": frozenset()})),
            "x",
        )
