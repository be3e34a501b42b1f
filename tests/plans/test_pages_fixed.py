"""Pages of fixed pairs, their list by month, and the rules of plans."""

import pytest

from talentshare.plans.models import PlanPair, PlanRules
from talentshare.plans.states import PairKind
from talentshare.platform.db import db
from tests import make
from tests.plans.made import planned, row_of, text_of
from tests.plans.world import need, ready

WHY = "前回の支援を知っているため"
RULES = {
    "valid_from": "令和8年12月1日",
    "project": "20",
    "standing": "10",
    "floor": "30",
    "reason": "年度末の案件を先に支えるため",
}


@pytest.fixture
def person(coordinator):
    return ready(person=make.person("specialist", name="渡邉 健太"))


def fixed(position, person, **given):
    number = f"{position.talent_request.number}-{position.ordinal}"
    who = person.person.sign_in_name
    return {"kind": "pin", "position": number, "specialist": who, "reason": WHY} | given


def pairs_now():
    return db.session.scalars(db.select(PlanPair).execution_options(populate_existing=True)).all()


def test_a_pair_is_fixed_listed_and_removed(desk, person):
    assert "固定・除外した組合せはありません" in text_of(desk.get("/plans/pairs"))
    position = need()
    answer = desk.post("/plans/pairs", data=fixed(position, person))
    assert answer.location.endswith("/plans/pairs")
    pair = pairs_now()[0]
    assert (pair.kind, pair.position_id, pair.specialist_id) == (
        PairKind.PIN,
        position.id,
        person.id,
    )
    page = desk.get("/plans/pairs")
    said = text_of(page)
    for text in ("組合せを固定しました。", "渡邉 健太", WHY, position.talent_request.number):
        assert text in said
    desk.post(f"/plans/pairs/{pair.id}/remove")
    assert "組合せを外しました。月ごとの一覧には残ります。" in text_of(desk.get("/plans/pairs"))
    assert pairs_now()[0].removed_at is not None
    again = desk.post(f"/plans/pairs/{pair.id}/remove")
    assert again.status_code == 409
    assert "この指定はすでに外されています。" in text_of(again)


def test_what_stands_against_a_pair_is_said_and_what_was_typed_stays(desk, person):
    position = need()
    desk.post("/plans/pairs", data=fixed(position, person))
    answer = desk.post("/plans/pairs", data=fixed(position, person, kind="forbid"))
    assert answer.status_code == 409
    assert "この組合せは、すでに固定又は除外されています。" in text_of(answer)
    assert f'value="{WHY}"' in answer.text
    other = ready()
    answer = desk.post("/plans/pairs", data=fixed(position, other))
    assert "この役割には、すでにほかの方が固定されています。" in text_of(answer)
    answer = desk.post("/plans/pairs", data={"kind": "pin"})
    assert answer.status_code == 422
    for text in (
        "募集を受付番号で入力してください",
        "専門人材を氏名かログイン名で入力してください",
        "理由を1文で入力してください",
    ):
        assert text in text_of(answer)
    assert len(pairs_now()) == 1


def test_the_page_of_a_plan_fills_the_form_in(desk, coordinator, person):
    position = need()
    run = planned(coordinator, [row_of(position, person)])
    number = f"{position.talent_request.number}-1"
    who = person.person.sign_in_name
    assert (
        f"/plans/pairs?position={number}&amp;specialist={who}" in desk.get(f"/plans/{run.id}").text
    )
    page = desk.get(f"/plans/pairs?position={number}&specialist={who}").text
    assert f'value="{number}"' in page
    assert f'value="{who}"' in page


def test_the_list_of_a_month_names_pairs_and_who_decided(desk, person, coordinator):
    position = need()
    desk.post("/plans/pairs", data=fixed(position, person, kind="forbid"))
    said = text_of(desk.get("/plans/pairs?month=2026-11"))
    for text in ("計画案によらない割当て：2026年11月", "除外", WHY, coordinator.name):
        assert text in said
    assert "作成日 令和8年（2026年）11月24日（火）" in said
    assert "この月に固定した、または除外した組合せ" not in said
    assert "この月に固定または除外した組合せはありません" in text_of(
        desk.get("/plans/pairs?month=2026-10")
    )
    assert desk.get("/plans/pairs?month=2026-13").status_code == 404


def test_a_proposal_of_somebody_else_is_in_the_list_of_its_month(desk, coordinator, person):
    position, other = need(), ready(person=make.person("specialist", name="髙木 陽子"))
    planned(coordinator, [row_of(position, person)])
    number = position.talent_request.number
    sent = {"position": "1", "specialist_id": other.id, "reason": "面談の結果"}
    made = desk.post(f"/requests/{number}/proposals/new", data=sent)
    assert made.status_code == 302
    said = text_of(desk.get("/plans/pairs?month=2026-11"))
    assert "計画案と別の人を提案したもの 1件" in said
    assert said.index("渡邉 健太") < said.index("髙木 陽子") < said.index("面談の結果")


# 計画の基準


def test_rules_have_versions(app, sign_in):
    desk = sign_in(make.admin())
    assert "計画の基準は初期値が有効です" in text_of(desk.get("/admin/plan-rules"))
    answer = desk.post("/admin/plan-rules", data=RULES)
    assert answer.status_code == 302
    made = db.session.scalars(db.select(PlanRules)).one()
    assert (made.weights, made.floor_minutes) == ({"project": 20, "standing": 10}, 1800)
    said = text_of(desk.get("/admin/plan-rules"))
    assert "計画の基準 第1版を追加しました。" in said
    assert "プロジェクト型伴走 20、継続的な助言 10、最低時間 30時間" in said
    assert RULES["reason"] in said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"project": "0"}, "1から100までの整数で入力してください"),
        ({"floor": "3000"}, "0から2000時間までで入力してください"),
        ({"valid_from": "2026-11-01"}, "いつから使うかは、今日か先の日にしてください。"),
        ({"reason": ""}, "変える理由を1文で入力してください"),
    ],
)
def test_rules_that_cannot_be_are_refused_at_their_field(app, sign_in, typed, said):
    desk = sign_in(make.admin())
    answer = desk.post("/admin/plan-rules", data=RULES | typed)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert db.session.scalars(db.select(PlanRules)).all() == []
