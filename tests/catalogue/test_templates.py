"""Templates are added and changed by version: what began from one keeps what it was."""

from dataclasses import replace
from datetime import timedelta

import pytest

from talentshare.catalogue import actions, queries
from talentshare.catalogue.forms import facts_given
from talentshare.catalogue.models import (
    EntryDraft,
    Kind,
    RequestTemplate,
    TemplateFacts,
)
from talentshare.kernel.errors import Forbidden, Invalid
from talentshare.platform.db import db
from talentshare.talent_requests import queries as talent_requests
from talentshare.talent_requests.models import TalentRequest
from tests import make

WHY = "相談の多い内容を加えるため"
WORDS = {
    "title_ja": "生成AIの利用手順",
    "title_en": "Rules for generative AI",
    "description_ja": "職員が生成AIを使うときの手順を決めたいです。",
}
FACTS = TemplateFacts("gis", "plan", "project", "online", "SA", (("A01", 3), ("B01", 2)), 240, 8)
FORM = WORDS | {
    "theme_code": "gis",
    "phase_code": "plan",
    "support": "project",
    "place": "online",
    "role_code": "SA",
    "skill_1": "A01",
    "level_1": "3",
    "skill_2": "B01",
    "level_2": "2",
    "minutes_per_week": "4",
    "week_count": "8",
    "reason": WHY,
}


@pytest.fixture
def chief(either_app):
    make.catalogue()
    return make.actor_of(make.admin())


@pytest.fixture
def officer(either_app):
    client = either_app.test_client()
    make.session_cookie(client, make.officer())
    return client


def template(code):
    return queries.template_by_code()[code]


def changed(chief, code, words=None, **facts):
    it, seen = template(code), queries.text_now(Kind.TEMPLATE, code).from_version
    given = TemplateFacts(
        *(it.theme_code, it.phase_codes[0], it.kind, it.place, it.role_codes[0]),
        tuple((str(skill), int(level)) for skill, level in it.skills),
        *(it.minutes_per_week, it.week_count),
    )
    draft = EntryDraft(
        queries.words_of(Kind.TEMPLATE, it) | (words or {}),
        seen_version=seen,
        facts=replace(given, **facts),
    )
    return actions.change_entry(chief, Kind.TEMPLATE, code, draft, WHY)


def test_a_template_is_added_under_the_next_code_and_can_be_chosen_at_once(chief, officer):
    code = actions.add_entry(chief, Kind.TEMPLATE, EntryDraft(WORDS, facts=FACTS), WHY)
    assert code == "T31"
    assert WORDS["title_ja"] in officer.get("/requests/new").text
    officer.post("/requests/new", data={"template_code": code})
    it = db.session.scalars(db.select(TalentRequest)).one()
    outline = it.outline(1)
    assert (it.title, it.worry) == (WORDS["title_ja"], WORDS["description_ja"])
    said = (it.theme_code, it.phase_code, it.kind, it.place)
    assert said == ("gis", "plan", "project", "online")
    assert (outline.role_code, outline.minutes_per_week, outline.week_count) == ("SA", 240, 8)
    assert [(s.skill_code, s.level, s.is_must) for s in outline.skills] == [
        ("A01", 3, True),
        ("B01", 2, True),
    ]


def test_what_it_fills_in_has_versions_and_further_phases_stay(chief):
    before = template("T01")
    phases, roles, skills = before.phase_codes, before.role_codes, before.skills
    assert changed(chief, "T01", minutes_per_week=300, phase_code="test", role_code="SA") == 2
    now, then = template("T01"), queries.template_by_code(1)["T01"]
    further = [code for code in phases[1:] if code != "test"]
    assert (now.minutes_per_week, now.phase_codes) == (300, ["test", *further])
    assert further
    assert now.role_codes == ["SA", *(code for code in roles[1:] if code != "SA")]
    assert roles[0] not in now.role_codes, "what was replaced is gone"
    assert (then.minutes_per_week, then.phase_codes, then.role_codes) == (480, phases, roles)
    assert then.skills == skills
    (difference,) = queries.differences(chief, 1, 2)
    assert difference.fields == ["phase_codes", "role_codes", "minutes_per_week"]
    assert changed(chief, "T01") is None, "it says so already"


def test_the_versions_until_the_first_change_are_completed_by_it(chief):
    first = queries.text_now(Kind.TEMPLATE, "T01")
    assert set(first.words) == set(WORDS)
    changed(chief, "T01", words={"title_ja": "別の名前"})
    changed(chief, "T01", week_count=12)
    assert [d.fields for d in queries.differences(chief, 1, 2)] == [["title_ja"]]
    assert [d.fields for d in queries.differences(chief, 2, 3)] == [["week_count"]]
    assert queries.template_by_code(1)["T01"].week_count == 26


def test_a_draft_keeps_the_template_from_which_it_began(chief, officer, still_clock):
    number = officer.post("/requests/new", data={"template_code": "T01"}).location.split("/")[2]
    it = db.session.scalars(db.select(TalentRequest).filter_by(number=number)).one()
    title = template("T01").title_ja
    still_clock(timedelta(minutes=1))
    changed(chief, "T01", words={"title_ja": "別の名前"}, minutes_per_week=300)
    assert talent_requests.template_of(it).title_ja == title
    assert talent_requests.is_from_template(it, "time")
    assert it.outline(1).minutes_per_week == 480
    check = officer.get(f"/requests/{number}/check").text
    assert title in check
    assert "別の名前" not in check
    still_clock(timedelta(minutes=1))
    officer.post("/requests/new", data={"template_code": "T01"})
    later = db.session.scalars(
        db.select(TalentRequest).filter(TalentRequest.number != number)
    ).one()
    assert (later.title, later.outline(1).minutes_per_week) == ("別の名前", 300)


@pytest.mark.parametrize(
    "wrong",
    [
        {"theme_code": "nothing"},
        {"phase_code": "nothing"},
        {"role_code": "XX"},
        {"kind": "spot"},
        {"place": "moon"},
        {"skills": (("Z99", 2),)},
        {"skills": (("A01", 5),)},
        {"skills": (("A01", 0),)},
        {"skills": (("A01", 2), ("A01", 3))},
        {"skills": tuple((f"A0{n}", 2) for n in range(1, 8))},
        {"minutes_per_week": 0},
        {"minutes_per_week": 244},
        {"minutes_per_week": 2415},
        {"week_count": 0},
        {"week_count": 105},
    ],
)
def test_what_a_request_could_not_have_is_refused(app, wrong):
    make.catalogue()
    chief = make.actor_of(make.admin())
    draft = EntryDraft(WORDS, facts=replace(FACTS, **wrong))
    with pytest.raises(Invalid, match="facts_needed"):
        actions.add_entry(chief, Kind.TEMPLATE, draft, WHY)
    with pytest.raises(Invalid, match="facts_needed"):
        changed(chief, "T01", **wrong)
    assert db.session.query(RequestTemplate).count() == 30


def test_a_template_needs_its_facts_and_an_administrator(app):
    make.catalogue()
    draft = EntryDraft(WORDS)
    with pytest.raises(Invalid, match="facts_needed"):
        actions.add_entry(make.actor_of(make.admin()), Kind.TEMPLATE, draft, WHY)
    with pytest.raises(Forbidden):
        actions.add_entry(make.actor_of(make.coordinator()), Kind.TEMPLATE, draft, WHY)


@pytest.fixture
def admin(app, sign_in):
    make.catalogue()
    return sign_in(make.admin())


def test_the_page_adds_a_template(admin):
    assert "ひな形を追加する" in admin.get("/admin/catalogue").text
    empty = admin.post("/admin/catalogue/new/template", data={})
    assert empty.status_code == 422
    summary = empty.text[empty.text.index("error-summary") : empty.text.index('class="form"')]
    for said in ("テーマを選んで", "支援の形を選んで", "週の時間を入力", "変える理由を"):
        assert said in summary
    wrong = FORM | {"level_1": "", "skill_3": "B01", "level_3": "1", "minutes_per_week": "1.1"}
    refused = admin.post("/admin/catalogue/new/template", data=wrong)
    assert refused.status_code == 422
    for said in ("スキル1のレベルを選んで", "同じスキルは2回", "15分単位"):
        assert said in refused.text
    assert 'value="1.1"' in refused.text
    added = admin.post("/admin/catalogue/new/template", data=FORM)
    assert added.location == "/admin/catalogue/template/T31"
    page = admin.get(added.location).text
    assert '<option selected value="A01">' in page
    assert WORDS["title_ja"] in admin.get("/admin/catalogue").text


def test_the_page_changes_what_a_template_fills_in_and_tells_the_history(admin):
    it = template("T07")
    seen = queries.text_now(Kind.TEMPLATE, "T07").from_version
    given = queries.words_of(Kind.TEMPLATE, it) | facts_given(it)
    given |= {"minutes_per_week": "8", "seen": str(seen), "reason": WHY}
    same = admin.post("/admin/catalogue/template/T07", data=given)
    assert same.status_code == 302, "its kind from the package can stay"
    assert queries.current_version() == 1
    admin.post("/admin/catalogue/template/T07", data=given | {"week_count": "4", "level_1": "2"})
    assert (template("T07").week_count, template("T07").skills[0]) == (4, ["B05", 2])
    page = admin.get("/admin/catalogue/template/T07").text
    skill = queries.skill_names()["B05"].name_ja
    assert f"<del>{skill} レベル3" in page
    assert f"<ins>{skill} レベル2" in page
    assert "<del>3</del>" in page
    compared = admin.get("/admin/catalogue/versions?before=1&after=2").text
    assert "<ins>4</ins>" in compared
