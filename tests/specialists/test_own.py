"""Profile, pause, declaration and pledge, as the specialist sees and changes them."""

from datetime import UTC, date, datetime

import pytest

from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from talentshare.platform.presses import FIELD
from talentshare.specialists import queries
from talentshare.specialists.models import Declaration, Pledge
from tests import make


@pytest.fixture
def me(app):
    return make.specialist()


@pytest.fixture
def client(me, sign_in):
    return sign_in(me.person)


def fresh(me):
    db.session.expire_all()
    return me


def test_the_page_says_what_is_needed(sign_in):
    it = make.specialist()
    db.session.query(Pledge).delete()
    db.session.commit()
    page = sign_in(it.person).get("/me/profile").text
    assert "令和8年度（2026年度）の誓約が必要です" in page
    assert "協定に基づく支援" in page
    assert "2020年4月1日" in page


def test_the_page_is_calm_when_all_is_valid(client):
    assert "申告と誓約は有効です" in client.get("/me/profile").text
    client.set_cookie("locale", "en", domain="localhost")
    assert "Your declaration and pledge are valid" in client.get("/me/profile").text


PROFILE = {"introduction": "標準化が得意です。", "places": ["online", "islands"], "max_bodies": "1"}


def test_the_profile_is_changed(client, me):
    answer = client.post("/me/profile/edit", data=PROFILE | {"version": me.version})
    assert answer.status_code == 302
    it = fresh(me)
    assert it.introduction == "標準化が得意です。"
    assert (it.online_ok, it.onsite_ok, it.islands_ok, it.max_bodies) == (True, False, True, 1)
    assert "プロフィールを保存しました" in client.get("/me/profile").text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"places": []}, "支援の場所を1つ以上選んでください"),
        ({"places": ["islands"]}, "どちらかを選んでください"),
        ({"max_bodies": ""}, "団体の数を入力してください"),
        ({"max_bodies": "10"}, "1から9までの数を入力してください"),
        ({"introduction": "あ" * 2001}, "2000字までで入力してください"),
    ],
)
def test_a_refused_profile_keeps_what_was_typed(client, me, wrong, said):
    data = PROFILE | {"version": me.version} | wrong
    answer = client.post("/me/profile/edit", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert str(data["introduction"]) in answer.text
    assert fresh(me).introduction == ""


def test_a_stale_profile_is_refused_with_both_values(client, me):
    old = me.version
    client.post("/me/profile/edit", data=PROFILE | {"version": old})
    late = PROFILE | {"version": old, "introduction": "後から書いた紹介"}
    answer = client.post("/me/profile/edit", data=late)
    assert answer.status_code == 409
    assert "ほかの人が先に変更しました" in answer.text
    assert "標準化が得意です。" in answer.text
    assert "後から書いた紹介" in answer.text
    assert fresh(me).introduction == "標準化が得意です。"


@pytest.mark.parametrize(
    ("length", "until"),
    [("1", date(2026, 12, 29)), ("3", date(2027, 2, 27)), ("6", date(2027, 5, 29))],
)
def test_a_pause_has_a_named_length(client, me, length, until):
    data = {"from_on": "2026/11/30", "length": length, "reason": "育児"}
    assert client.post("/me/pause", data=data).status_code == 302
    it = fresh(me)
    assert (it.paused_from, it.pause_reason) == (date(2026, 11, 30), "育児")
    assert it.paused_until == until
    assert "休止を終える" in client.get("/me/profile").text


def test_a_pause_lasts_until_a_date(client, me):
    data = {"from_on": "2026/11/30", "length": "until", "until_on": "R9.1.8", "reason": "研修"}
    assert client.post("/me/pause", data=data).status_code == 302
    assert fresh(me).paused_until == date(2027, 1, 8)
    assert queries.is_paused(me, date(2026, 12, 1))
    assert not queries.is_paused(me, date(2027, 1, 9))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"from_on": ""}, "休止の初日を入力してください"),
        ({"from_on": "2026/11/23"}, "今日以降の日を入力してください"),
        ({"length": ""}, "休止の長さを選んでください"),
        ({"length": "until"}, "休止の末日を入力してください"),
        ({"length": "until", "until_on": "2026/11/29"}, "初日以降の日を入力してください"),
        ({"length": "until", "until_on": "2028/1/1"}, "休止は1年までです"),
        ({"reason": ""}, "理由を入力してください"),
    ],
)
def test_a_refused_pause_says_why(client, me, wrong, said):
    data = {"from_on": "2026/11/30", "length": "1", "reason": "のこす理由"} | wrong
    answer = client.post("/me/pause", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert fresh(me).paused_from is None


def test_a_pause_ends_by_hand_and_keeps_its_past(client, me, still_clock):
    client.post("/me/pause", data={"from_on": "2026/11/30", "length": "1", "reason": "研修"})
    assert client.post("/me/pause/end").status_code == 302
    assert fresh(me).paused_from is None

    client.post("/me/pause", data={"from_on": "2026/11/30", "length": "1", "reason": "研修"})
    still_clock(datetime(2026, 12, 10, 0, 0, tzinfo=UTC))
    make.session_cookie(client, me.person)
    client.post("/me/pause/end", data={FIELD: "one-page"})
    it = fresh(me)
    assert (it.paused_from, it.paused_until) == (date(2026, 11, 30), date(2026, 12, 9))
    again = client.post("/me/pause/end", data={FIELD: "one-page"})
    assert again.status_code == 302, "the same press"
    still_clock(datetime(2026, 12, 11, 0, 0, tzinfo=UTC))
    make.session_cookie(client, me.person)
    assert client.post("/me/pause/end").status_code == 409


def interest(n, company, number="", relation="client"):
    prefix = f"interests-{n}-"
    return {
        f"{prefix}company": company,
        f"{prefix}corporate_number": number,
        f"{prefix}relation": relation,
    }


def test_interests_are_declared_for_a_year(client, me):
    data = interest(0, "㈱サンプル基盤", "7000012050002", "employer") | interest(1, "見本銀行")
    answer = client.post("/me/declaration", data=data)
    assert answer.status_code == 302
    made = queries.declaration_on(me.id, date(2026, 11, 24))
    assert made.valid_until == date(2027, 11, 23)
    assert [row.company for row in made.interests] == ["㈱サンプル基盤", "見本銀行"]
    assert made.interests[0].key == "サンプル基盤"
    assert made.interests[0].corporate_number == "7000012050002"
    assert "2027年11月23日（火）まで有効" in client.get("/me/profile").text


def test_none_is_a_declaration_too(client, me):
    before = db.session.query(Declaration).count()
    answer = client.post("/me/declaration", data={"has_none": "y"} | interest(0, "", "", ""))
    assert answer.status_code == 302
    assert db.session.query(Declaration).count() == before + 1
    assert queries.declaration_on(me.id, date(2026, 11, 24)).interests == []


def test_rows_are_added_and_taken_away_without_script(client):
    first = interest(0, "会社その一") | {"add": "1"}
    page = client.post("/me/declaration", data=first)
    assert page.status_code == 200
    assert "会社その一" in page.text
    assert 'name="interests-1-company"' in page.text

    two = interest(0, "会社その一") | interest(1, "会社その二") | {"remove": "0"}
    page = client.post("/me/declaration", data=two)
    assert "会社その一" not in page.text
    assert "会社その二" in page.text
    assert 'name="interests-1-company"' not in page.text
    assert db.session.query(Declaration).count() == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "企業・団体を入力するか"),
        ({"has_none": "y"} | interest(0, "会社"), "「申告する利害関係はない」を外してください"),
        (interest(0, "", "7000012050002"), "企業・団体の名称を入力してください"),
        (interest(0, "会社", "7000012050003"), "法人番号に誤りがあります"),
        (interest(0, "会社", "12"), "13桁の数字で入力してください"),
        (interest(0, "会社", "", ""), "関係を選んでください"),
        (interest(0, "会社", "", "friend"), "関係を選んでください"),
    ],
)
def test_a_refused_declaration_says_why(client, me, data, said):
    before = db.session.query(Declaration).count()
    answer = client.post("/me/declaration", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert db.session.query(Declaration).count() == before


def test_the_last_declaration_is_filled_in(client, me):
    client.post("/me/declaration", data=interest(0, "前回の<会社>"))
    page = client.get("/me/declaration").text
    assert "前回の&lt;会社&gt;" in page
    assert "の申告を写してあります" in page


def test_a_declaration_ends_after_its_year(client, me, still_clock):
    client.post("/me/declaration", data={"has_none": "y"})
    assert queries.declaration_on(me.id, date(2027, 11, 23)) is not None
    assert queries.declaration_on(me.id, date(2027, 11, 24)) is None


@pytest.fixture
def unpledged(client, me):
    db.session.query(Pledge).delete()
    db.session.commit()
    return client


def test_the_pledge_is_signed_once_a_year(unpledged, me):
    page = unpledged.get("/me/pledge").text
    assert "秘密を漏らしません" in page
    assert "利益を図ることを目的とした支援又は助言をしません" in page
    assert unpledged.post("/me/pledge", data={"year": "2026"}).status_code == 422
    assert "誓約の欄を選んでください" in unpledged.post("/me/pledge", data={"year": "2026"}).text
    assert unpledged.post("/me/pledge", data={"year": "2026", "agreed": "y"}).status_code == 302
    assert queries.pledge_for(me.id, 2026) is not None
    assert "誓約は済んでいます" in unpledged.get("/me/pledge").text
    assert unpledged.post("/me/pledge", data={"year": "2026", "agreed": "y"}).status_code == 302
    assert len(queries.pledges_of(make.actor_of(me.person), me)) == 1


def test_a_signed_pledge_shows_the_day_on_which_it_was_signed(client):
    db.session.query(Pledge).update({"signed_at": datetime(2026, 4, 1, 1, tzinfo=UTC)})
    db.session.commit()
    oath = client.get("/me/pledge").text.partition("誓約書</h2>")[2].partition("</section>")[0]
    assert "2026年4月1日" in oath


@pytest.mark.parametrize("year", ["2027", "2025", "abc", ""])
def test_another_year_is_not_pledged(unpledged, me, year):
    assert unpledged.post("/me/pledge", data={"year": year, "agreed": "y"}).status_code == 422
    assert db.session.query(Pledge).count() == 0


def test_in_march_the_next_year_can_be_pledged(me, sign_in, still_clock):
    still_clock(datetime(2027, 3, 1, 0, 0, tzinfo=UTC))
    client = sign_in(me.person)
    assert "令和9年度（2027年度）の誓約をする" in client.get("/me/pledge").text
    assert client.post("/me/pledge", data={"year": "2027", "agreed": "y"}).status_code == 302
    assert queries.pledge_for(me.id, 2027) is not None


def test_the_declaration_keeps_company_names_out_of_the_audit(client, me):
    client.post("/me/declaration", data=interest(0, "秘密の会社"))
    events = db.session.scalars(db.select(AuditEvent)).all()
    assert events
    assert all("秘密の会社" not in str(event.details) for event in events)


OWN_PAGES = (
    "/me/profile",
    "/me/profile/edit",
    "/me/pause",
    "/me/skills",
    "/me/skills/new",
    "/me/declaration",
    "/me/pledge",
    "/me/availability",
    "/me/week",
    "/me/leave",
    "/me/pattern",
)


@pytest.mark.parametrize("maker", [make.officer, make.coordinator, make.admin])
def test_who_is_no_specialist_has_no_own_pages(app, sign_in, maker):
    make.catalogue()
    client = sign_in(maker())
    for path in OWN_PAGES:
        assert client.get(path).status_code == 404, path


@pytest.mark.parametrize("path", OWN_PAGES)
def test_own_pages_read_in_english(client, path):
    client.set_cookie("locale", "en", domain="localhost")
    page = client.get(path)
    assert page.status_code == 200
    assert '<html lang="en">' in page.text
