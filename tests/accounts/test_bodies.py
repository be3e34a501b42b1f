import itertools

import pytest
from sqlalchemy import select

from talentshare.accounts import actions, queries
from talentshare.accounts.models import Area, Body, BodyDraft, BodyFacts, BodyKind, BodySettings
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Conflict, Invalid
from tests import make

SETTINGS = {"opens": "8:30", "closes": "17:15", "is_active": "y"}
NAMES = {
    "kind": "association",
    "area": "cities",
    "name_ja": "多摩東部衛生組合",
    "name_kana": "たまとうぶえいせいくみあい",
    "name_en": "Tama East Sanitation Association",
}


@pytest.fixture
def desk(chief, sign_in):
    """The browser of an admin."""
    return sign_in(chief)


def test_the_settings_of_a_body_are_edited(desk, rows):
    body = make.body()
    form = SETTINGS | {
        "version": "1",
        "needs_endorsement": "y",
        "needs_document_number": "y",
        "opens": "８：４５",
        "closes": "17時30分",
    }
    assert desk.post(f"/admin/bodies/{body.id}", data=form).headers["Location"] == "/admin/bodies"
    [changed] = rows(select(Body).where(Body.id == body.id))
    assert (changed.needs_endorsement, changed.needs_manager, changed.needs_document_number) == (
        True,
        False,
        True,
    )
    assert (changed.office_opens_minute, changed.office_closes_minute) == (525, 1050)
    assert "提出前に担当課長が確認・文書番号を記録" in desk.get("/admin/bodies").text


def test_the_form_shows_what_is_set(desk):
    body = make.body(needs_manager=True, office_opens_minute=540)
    page = desk.get(f"/admin/bodies/{body.id}").text
    assert 'value="9:00"' in page
    assert page.count("checked") == 2


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("ja", "空き時間の計算は、どの団体も8:30から17:15までで行います。"),
        ("en", "Free time is reckoned from 8:30 to 17:15 for every body"),
    ],
)
def test_beside_the_hours_stands_what_they_are_for(desk, locale, said):
    desk.set_cookie("locale", locale)
    page = desk.get(f"/admin/bodies/{make.body().id}").text
    assert said in page[page.index('id="opens"') :]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"opens": "早朝"}, "時刻は「8:30」のように"),
        ({"opens": "8:60"}, "時刻は「8:30」のように"),
        ({"closes": "24:01"}, "時刻は「8:30」のように"),
        ({"opens": "18:00"}, "開庁時刻より後に"),
        ({"opens": ""}, "開庁時刻を入力してください"),
        ({"version": "7"}, ""),
    ],
)
def test_mistakes_change_nothing(desk, rows, changes, said):
    body = make.body()
    form = SETTINGS | {"version": "1", "needs_manager": "y"} | changes
    answer = desk.post(f"/admin/bodies/{body.id}", data=form)
    assert answer.status_code == 422
    assert answer.text.count(said) >= 2
    assert rows(select(Body.needs_manager).where(Body.id == body.id)) == [False]


def test_the_names_of_the_catalogue_cannot_be_changed(desk, rows):
    body = make.body(name_ja="見本市")
    form = SETTINGS | NAMES | {"version": "1", "code": "x", "kind": "other", "population": "1"}
    assert desk.post(f"/admin/bodies/{body.id}", data=form).status_code == 302
    [after] = rows(select(Body).where(Body.id == body.id))
    assert (after.name_ja, after.kind, after.code, after.population) == (
        "見本市",
        BodyKind.CITY,
        body.code,
        None,
    )
    facts = BodyFacts(kind=BodyKind.OTHER, area=Area.OTHER, name_ja="x", name_kana="x", name_en="x")
    admin = make.actor_of(make.admin())
    with pytest.raises(Invalid, match="kind_fixed"):
        actions.edit_body(admin, body.id, after.version, BodySettings(), facts)
    with pytest.raises(Invalid, match="kind_fixed"):
        actions.add_other_body(
            admin, BodyFacts(**vars(facts) | {"kind": BodyKind.CITY}), BodySettings()
        )


def test_an_association_is_added_and_renamed(desk, rows):
    answer = desk.post("/admin/bodies/new", data=SETTINGS | NAMES | {"needs_manager": "y"})
    assert answer.headers["Location"] == "/admin/bodies"
    [made] = rows(select(Body).where(Body.kind == BodyKind.ASSOCIATION))
    assert (made.name_kana, made.needs_manager) == ("タマトウブエイセイクミアイ", True)
    renamed = SETTINGS | NAMES | {"version": "1", "name_ja": "多摩東部環境組合"}
    assert desk.post(f"/admin/bodies/{made.id}", data=renamed).status_code == 302
    assert "多摩東部環境組合" in desk.get("/admin/bodies?text=ﾀﾏﾄｳﾌﾞ").text


@pytest.mark.parametrize("missing", sorted(NAMES))
def test_a_new_body_needs_all_its_names(desk, rows, missing):
    answer = desk.post("/admin/bodies/new", data=SETTINGS | NAMES | {missing: ""})
    assert answer.status_code == 422
    assert len(rows(select(Body))) == 1


def test_bodies_are_found_by_name_and_kind(desk):
    make.body(name_ja="﨑浜市", name_kana="サキハマシ")
    make.body(name_ja="見本村", name_kana="ミホンムラ", kind=BodyKind.VILLAGE)
    assert "﨑浜市" in desk.get("/admin/bodies?text=崎濱").text
    villages = desk.get("/admin/bodies?kind=village").text
    assert "見本村" in villages
    assert "﨑浜市" not in villages
    assert "条件に合う団体はありません" in desk.get("/admin/bodies?text=xyz").text


def test_a_list_costs_few_statements(desk, counted):
    for _ in range(5):
        make.body()
    assert len(counted(lambda: desk.get("/admin/bodies"))) <= 8


def test_a_missing_body_is_not_found(desk):
    assert desk.get("/admin/bodies/999999").status_code == 404


def test_the_catalogue_adds_bodies_by_code(app):
    draft = BodyDraft(
        code="132098",
        kind=BodyKind.CITY,
        area=Area.CITIES,
        name_ja="町田市",
        name_kana="マチダシ",
        name_en="Machida City",
    )
    body = actions.add_body(SYSTEM, draft, BodySettings(needs_endorsement=True))
    assert queries.body_by_code("132098").id == body.id
    assert body.needs_endorsement
    with pytest.raises(Conflict, match="code_taken"):
        actions.add_body(SYSTEM, draft)


def test_a_body_out_of_use_is_not_offered(app):
    kept, gone = make.body(), make.body(is_active=False)
    assert [body.id for body in queries.bodies()] == [kept.id]
    assert {body.id for body in queries.bodies(active_only=False)} == {kept.id, gone.id}


def test_bodies_stand_where_people_look_for_them(app):
    make.catalogue()
    make.body(kind=BodyKind.OTHER, name_ja="その他見本", name_kana="ア")
    found = queries.search_bodies(make.actor_of(make.admin()), queries.BodiesWanted())
    kinds = [body.kind for body in queries.bodies()]
    first = [body.name_ja for body in found.bodies[:3]]
    assert first == ["千代田区", "中央区", "港区"]
    order = [kind for kind, _ in itertools.groupby(kinds)]
    assert order.index("bureau") < order.index("govtech") < order.index("other")
    municipalities = {"ward", "city", "town", "village"}
    assert not municipalities & set(order[order.index("bureau") :])
