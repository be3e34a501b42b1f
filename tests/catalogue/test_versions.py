"""The words of the catalogue have versions: what was submitted keeps the words of then."""

import pytest

from talentshare.catalogue import actions, queries
from talentshare.catalogue.models import CatalogueText, EntryDraft, Kind, Skill
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Conflict, Forbidden, Invalid
from talentshare.platform.db import db
from talentshare.proposals import queries as proposals
from talentshare.specialists import actions as specialists
from talentshare.specialists.models import SkillClaim
from tests import make
from tests.proposals.stage import Stage

WHY = "担当課から分かりにくいという声があったため"


def change(kind, code, retire=None, **words):
    """Word an entry anew, as an admin does who saw how it is now."""
    it, now = queries.load_entry(kind, code), queries.text_now(kind, code)
    draft = EntryDraft(
        queries.words_of(kind, it) | words,
        is_retired=now.is_retired if retire is None else retire,
        seen_version=now.from_version,
    )
    return actions.change_entry(make.actor_of(make.admin()), kind, code, draft, WHY)


def texts(**given):
    return db.session.scalars(db.select(CatalogueText).filter_by(**given)).all()


def test_a_fresh_catalogue_is_version_one(either_app):
    actions.load(SYSTEM)
    assert queries.current_version() == 1
    first = texts()
    assert len(first) == 91 + 21 + 30 + 4 + 7
    assert {(text.from_version, text.until_version, text.is_retired) for text in first} == {
        (1, None, False)
    }
    actions.load(SYSTEM)
    assert queries.current_version() == 1


def test_each_change_is_a_version_with_its_words(either_app):
    make.catalogue()
    before = queries.load_entry(Kind.SKILL, "A01").name_ja
    assert change(Kind.SKILL, "A01", name_ja="新しい名前") == 2
    assert change(Kind.THEME, "gis", name_ja="地図") == 3
    assert change(Kind.THEME, "gis", name_ja="地図") is None, "it says so already"
    assert queries.skill_names()["A01"].name_ja == "新しい名前"
    assert queries.skill_names(1)["A01"].name_ja == before
    assert queries.skill_names(2)["A01"].name_ja == "新しい名前"
    assert queries.theme_by_code(2)["gis"].name_ja != queries.theme_by_code(3)["gis"].name_ja
    (difference,) = queries.differences(make.actor_of(make.admin()), 1, 2)
    assert (difference.code, difference.fields) == ("A01", ["name_ja"])
    assert len(queries.differences(make.actor_of(make.admin()), 1, 3)) == 2
    assert db.session.query(Skill).count() == 91, "the words of then are no rows of their own"


def test_a_retired_entry_is_read_where_it_is_and_chosen_no_more(app):
    make.catalogue()
    who = make.specialist(skills={"A01": 2})
    change(Kind.SKILL, "A01", retire=True)
    assert "A01" in queries.skill_names()
    assert "A01" not in [row.code for row in queries.choosable(queries.skills())]
    assert "A01" in [row.code for row in queries.choosable(queries.skills(), ["A01"])]
    own = make.actor_of(who.person)
    specialists.claim_skill(own, who.id, SkillClaim("A01", 3, "担当2件"))
    other = make.specialist()
    with pytest.raises(Invalid, match="no_such_skill"):
        specialists.claim_skill(
            make.actor_of(other.person), other.id, SkillClaim("A01", 3, "担当2件")
        )
    change(Kind.SKILL, "A01", retire=False)
    assert "A01" in [row.code for row in queries.choosable(queries.skills())]


def test_what_was_agreed_on_is_not_changed_by_other_words(app, sign_in):
    stage = Stage()
    stage.request.catalogue_version = queries.current_version()
    db.session.commit()
    it = stage.to("offered")
    old = queries.basis_by_code()["agreement"].name_ja
    change(Kind.BASIS, "agreement", name_ja="包括協定による支援", meaning_ja="新しい意味")
    assert proposals.changed_facts(proposals.load(it.id)) == []
    page = sign_in(stage.owner).get(f"/proposals/{it.id}").text
    assert old in page
    assert "包括協定による支援" not in page
    later = Stage().to("offered")  # its request was never submitted in a version
    assert (
        "包括協定による支援"
        in sign_in(later.position.talent_request.coordinator).get(f"/proposals/{later.id}").text
    )


def test_an_added_skill_has_the_next_code_and_the_words_of_its_category(app):
    make.catalogue()
    chief = make.actor_of(make.admin())
    words = dict.fromkeys(("name_ja", "name_en", "definition_ja", "definition_en"), "量子計算")
    draft = EntryDraft(words, category_code="A", role_codes=("SA",))
    last = max(row.code for row in queries.skills() if row.category_code == "A")
    code = actions.add_entry(chief, Kind.SKILL, draft, WHY)
    assert code == f"A{int(last[1:]) + 1:02}"
    assert queries.skill_names()[code].category_ja == queries.skill_names()["A01"].category_ja
    with pytest.raises(Conflict, match="name_taken"):
        actions.add_entry(chief, Kind.SKILL, draft, WHY)
    added = actions.add_entry(
        chief, Kind.THEME, EntryDraft({"name_ja": "量子", "name_en": "Quantum"}), WHY
    )
    assert added in [row.code for row in queries.choosable(queries.themes())]


def test_what_is_wrong_is_refused(app):
    make.catalogue()
    chief = make.actor_of(make.admin())
    words = queries.words_of(Kind.THEME, queries.load_entry(Kind.THEME, "gis"))
    draft = EntryDraft(words | {"name_ja": "地図"}, seen_version=1)
    with pytest.raises(Forbidden):
        actions.change_entry(make.actor_of(make.coordinator()), Kind.THEME, "gis", draft, WHY)
    with pytest.raises(Invalid, match="reason_needed"):
        actions.change_entry(chief, Kind.THEME, "gis", draft, " ")
    with pytest.raises(Invalid, match="words_needed"):
        actions.change_entry(
            chief, Kind.THEME, "gis", EntryDraft(words | {"name_en": " "}, seen_version=1), WHY
        )
    taken = queries.theme_by_code()["standard"].name_ja
    with pytest.raises(Conflict, match="name_taken"):
        actions.change_entry(
            chief, Kind.THEME, "gis", EntryDraft(words | {"name_ja": taken}, seen_version=1), WHY
        )
    change(Kind.THEME, "gis", name_ja="位置")
    with pytest.raises(Conflict, match="entry_changed"):
        actions.change_entry(chief, Kind.THEME, "gis", draft, WHY)
    for code in ("contract", "appointment", "introduction"):
        change(Kind.BASIS, code, retire=True)
    with pytest.raises(Conflict, match="last_entry"):
        change(Kind.BASIS, "agreement", retire=True)


@pytest.fixture
def admin(sign_in):
    make.catalogue()
    return sign_in(make.admin())


def form(kind, code, **given):
    words = queries.words_of(kind, queries.load_entry(kind, code))
    seen = queries.text_now(kind, code).from_version
    return words | {"seen": str(seen), "reason": WHY} | given


def test_the_page_changes_words_and_tells_the_history(admin):
    page = admin.get("/admin/catalogue/theme/gis").text
    assert "製品の初期の内容" in page
    data = form(Kind.THEME, "gis", name_ja="<b>地図</b>")
    answer = admin.post("/admin/catalogue/theme/gis", data=data)
    assert answer.status_code == 302
    page = admin.get("/admin/catalogue/theme/gis").text
    assert "&lt;b&gt;地図&lt;/b&gt;" in page
    assert WHY in page
    assert admin.post("/admin/catalogue/theme/gis", data=data).status_code == 302, "pressed twice"
    assert queries.current_version() == 2
    compared = admin.get("/admin/catalogue/versions?before=1&after=2").text
    assert "&lt;b&gt;地図&lt;/b&gt;" in compared
    assert "第1版から第2版までに変わったもの（1）" in compared
    assert "違いはありません" in admin.get("/admin/catalogue/versions?before=2&after=2").text


def test_a_stale_page_keeps_what_was_typed_and_lets_one_press_again(admin):
    data = form(Kind.THEME, "gis", name_ja="地図")
    change(Kind.THEME, "gis", name_ja="位置")
    answer = admin.post("/admin/catalogue/theme/gis", data=data)
    assert answer.status_code == 409
    assert 'value="地図"' in answer.text
    assert "位置" in answer.text
    assert 'name="seen" type="hidden" value="2"' in answer.text
    assert admin.post("/admin/catalogue/theme/gis", data=data | {"seen": "2"}).status_code == 302


def test_pages_refuse_and_keep_what_was_typed(admin):
    answer = admin.post("/admin/catalogue/theme/gis", data=form(Kind.THEME, "gis", name_en=""))
    assert answer.status_code == 422
    assert "「名称（英語）」を入力してください" in answer.text
    assert admin.get("/admin/catalogue/theme/nothing").status_code == 404
    assert admin.get("/admin/catalogue/role/PM").status_code == 404
    assert "is_retired" not in admin.get("/admin/catalogue/phase/study").text
    new = {"name_ja": "量子", "name_en": "Quantum", "definition_ja": "計算", "reason": WHY}
    answer = admin.post("/admin/catalogue/new/skill", data=new)
    assert answer.status_code == 422
    assert "専門分野を1つ以上選んでください" in answer.text
    empty = admin.post("/admin/catalogue/new/skill", data={}).text
    summary = empty[empty.index("error-summary") :][:4000]
    said = [
        "分類を選んで",
        "「名称（日本語）」を",
        "「名称（英語）」を",
        "専門分野を1つ以上",
        "変える理由を",
    ]
    places = [summary.index(words) for words in said]
    assert places == sorted(places)
    more = {"category_code": "A", "role_codes": ["SA", "PM"], "definition_en": "Computing"}
    answer = admin.post("/admin/catalogue/new/skill", data=new | more)
    assert answer.status_code == 302
    assert "量子" in admin.get(answer.location).text
