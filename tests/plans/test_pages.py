"""Pages of plan runs: ordered, followed, read, adopted, compared."""

import re
from datetime import date

import pytest

from talentshare.catalogue import queries as catalogue
from talentshare.kernel import clock
from talentshare.plans import queries
from talentshare.plans.models import PlanRun
from talentshare.plans.states import Objective, RowState, RunState, ScopeKind
from talentshare.platform import progress
from talentshare.platform.db import db
from tests import make
from tests.plans.made import planned, row_of, run_of, text_of
from tests.plans.world import need, ready

BEST = "同じ条件と評価基準では、合計点がこの案を上回る案はありません（検算済み）。"
WITHIN = "同じ条件と評価基準では、合計点がこの案を0.4％を超えて上回る案はありません（検算済み）。"
CAVEAT = "評価基準が変われば結果も変わります。採用は調整担当者が判断します。"
WHY = "計画案のとおりに進めるため"
ORDER = {
    "scope_kind": "all",
    "objective": "served_then_total",
    "horizon_weeks": "26",
    "time_limit_seconds": "10",
}


def run_now(run):
    return db.session.get(PlanRun, run.id, populate_existing=True)


@pytest.fixture
def pair(coordinator):
    """Somebody who can serve, and a position."""
    return ready(person=make.person("specialist", name="渡邉 健太")), need()


@pytest.fixture
def done(coordinator, pair):
    who, position = pair
    return planned(coordinator, [row_of(position, who)])


# Ordering


def test_without_plans_the_list_says_the_next_step(desk):
    said = text_of(desk.get("/plans"))
    assert "計画案はまだありません" in said
    assert "案を作るだけでは、時間の確保も決定もしません。" in said


def test_a_run_is_ordered_and_waits_for_its_turn(desk, pair):
    answer = desk.post("/plans/new", data=ORDER | {"has_floor": "y"})
    run = db.session.scalars(db.select(PlanRun)).one()
    assert answer.location.endswith(f"/plans/{run.id}")
    assert (run.scope_kind, run.scope, run.horizon_weeks) == (ScopeKind.ALL, [], 26)
    assert (run.objective, run.has_floor) == (Objective.SERVED_THEN_TOTAL, True)
    assert (run.time_limit_seconds, run.what_if) == (10, {})
    said = text_of(desk.get(answer.location))
    assert "順番を待っています。次に計算します。" in said
    assert "このページを閉じても、計算は続きます。" in said
    assert "順番待ち" in text_of(desk.get("/plans"))


def test_a_scope_names_roles_themes_or_requests(desk, pair):
    _who, position = pair
    number = position.talent_request.number
    desk.post("/plans/new", data=ORDER | {"scope_kind": "requests", "requests": [number]})
    desk.post("/plans/new", data=ORDER | {"scope_kind": "role", "role": ["SA"]})
    runs = db.session.scalars(db.select(PlanRun).order_by(PlanRun.id)).all()
    assert [(run.scope_kind, run.scope) for run in runs] == [
        (ScopeKind.REQUESTS, [number]),
        (ScopeKind.ROLE, ["SA"]),
    ]
    answer = desk.post("/plans/new", data=ORDER | {"scope_kind": "theme"})
    assert answer.status_code == 422
    assert "対象にする専門分野、テーマ又は依頼を1つ以上選んでください。" in text_of(answer)
    assert len(db.session.scalars(db.select(PlanRun)).all()) == 2


def test_nothing_open_is_refused_with_what_to_do(desk):
    answer = desk.post("/plans/new", data=ORDER)
    assert answer.status_code == 422
    assert "この範囲には募集中の役割がありません。" in text_of(answer)


def test_what_is_supposed_makes_a_trial_that_cannot_be_applied(desk, coordinator, pair):
    who, position = pair
    number = f"{position.talent_request.number}-1"
    supposed = {
        "without-0-who": "渡邉健太",
        "hours-0-who": who.person.sign_in_name,
        "hours-0-minutes": "1.5",
        "hours-0-way": "less",
        "weights-0-position": number,
        "weights-0-weight": "５０",
        "added-0-role": "SA",
        "added-0-minutes": "8時間",
    }
    answer = desk.post("/plans/new", data=ORDER | supposed)
    run = db.session.scalars(db.select(PlanRun)).one()
    assert run.what_if == {
        "without": [who.id],
        "hours": {str(who.id): -90},
        "weights": {str(position.id): 50},
        "added": [{"role": "SA", "minutes_per_week": 480}],
    }
    said = text_of(desk.get(answer.location))
    for text in (
        "試算：次のように仮定しています",
        "渡邉 健太がいない",
        "渡邉 健太の時間が、週1時間30分減る",
        f"{number}の重みが50になる",
        "週8時間で加わる",
    ):
        assert text in said
    trial = planned(coordinator, [row_of(position, who)], what_if=run.what_if)
    page = desk.get(f"/plans/{trial.id}")
    assert "実際の条件とは違うため、この案は採用できません。" in text_of(page)
    assert f"/plans/{trial.id}/apply" not in page.text
    assert 'type="checkbox"' not in page.text
    rows = [row.id for row in run_now(trial).rows]
    refused = desk.post(f"/plans/{trial.id}/apply", data={"rows": rows, "reason": WHY})
    assert refused.status_code == 409
    assert "この計画案からは提案を準備できません。" in text_of(refused)


def test_a_lower_level_is_supposed_of_a_skill_that_is_required(desk):
    code = catalogue.skills()[0].code
    position = make.position(must={code: 3})
    number = position.talent_request.number
    line = {"relaxed-0-position": number, "relaxed-0-skill": code}
    answer = desk.post("/plans/new", data=ORDER | line | {"relaxed-0-level": "3"})
    assert "今の条件はレベル3です。それより低いレベルを選んでください。" in text_of(answer)
    desk.post("/plans/new", data=ORDER | line | {"relaxed-0-level": "1"})
    run = db.session.scalars(db.select(PlanRun)).one()
    assert run.what_if == {"relaxed": {str(position.id): {code: 1}}}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"without-0-who": "だれか"}, "「だれか」という専門人材は見つかりません。"),
        ({"without-0-who": "渡邉"}, "「渡邉」に当てはまる専門人材が複数います。"),
        ({"hours-0-who": "渡邉 健太"}, "同じ行のほかの欄を使うときは、ここも入力してください。"),
        ({"weights-0-position": "町田市"}, "受付番号を「R-2026-0142」のように入力してください"),
        ({"weights-0-position": "R-2020-9999"}, "候補者を探している募集はありません。"),
        ({"weights-0-weight": "101"}, "1から100までの整数で入力してください"),
    ],
)
def test_what_cannot_be_read_is_said_and_kept(desk, pair, typed, said):
    ready(person=make.person("specialist", name="渡邉 幸子"))
    answer = desk.post("/plans/new", data=ORDER | typed)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert f'value="{next(iter(typed.values()))}"' in answer.text
    assert db.session.scalars(db.select(PlanRun)).all() == []


def test_a_request_with_several_positions_asks_which(desk, pair):
    _who, position = pair
    make.position(position.talent_request)
    number = position.talent_request.number
    answer = desk.post("/plans/new", data=ORDER | {"weights-0-position": number})
    assert f"{number}には、募集が複数あります。" in text_of(answer)
    assert f"{number}-2" in text_of(answer)


# Under way


def test_the_progress_is_told_in_words_and_as_lines(desk, coordinator):
    run = make.saved(run_of(coordinator, RunState.RUNNING, started_at=clock.now()))
    told = {"phase": "searching", "steps": [[0.5, 900_000, None], [2.0, 990_000, 1_000_000]]}
    progress.beat(queries.work_of(run.id), told)
    found = desk.get(f"/plans/{run.id}/progress").json
    assert found["ended"] is False
    assert found["words"] == "案が見つかりました。よりよい案がないか、探しています。"
    assert found["gap"] == "今の案を1.1％を超えて上回る案はないことが、分かっています。"
    assert (found["best"], found["bound"]) == ("990", "1,000")
    assert [len(found[name].split()) for name in ("best_line", "bound_line")] == [2, 1]
    page = desk.get(f"/plans/{run.id}")
    assert f'data-progress="/plans/{run.id}/progress"' in page.text
    assert "計画案" in text_of(page)
    assert found["gap"] in text_of(page)


def test_what_nobody_works_at_any_more_reads_as_interrupted(desk, coordinator):
    run = make.saved(run_of(coordinator, RunState.RUNNING, started_at=clock.now()))
    assert desk.get(f"/plans/{run.id}/progress").json["ended"] is True
    said = text_of(desk.get(f"/plans/{run.id}"))
    assert "それまでに見つかった案を、まもなくここに表示します。" in said


def test_a_run_is_stopped_once(desk, pair, coordinator):
    run = make.saved(run_of(coordinator, RunState.QUEUED))
    answer = desk.post(f"/plans/{run.id}/stop")
    assert answer.location.endswith(f"/plans/{run.id}")
    assert "案が見つかる前に、止めました。" in text_of(desk.get(answer.location))
    again = desk.post(f"/plans/{run.id}/stop")
    assert again.status_code == 409
    assert "この計算はすでに終わっています。" in text_of(again)


def test_a_failure_is_told_without_blame(desk, coordinator):
    run = make.saved(run_of(coordinator, RunState.FAILED, fault="NoPlan"))
    said = text_of(desk.get(f"/plans/{run.id}"))
    assert f"計画案{run.id}は計算できませんでした" in said
    assert "募集や割当てには、何も影響しません。" in said


# The plan


def test_the_list_says_what_is_proven(desk, coordinator, pair, done):
    who, position = pair
    planned(coordinator, [row_of(position, who)], told={"gap_tenths": 4})
    said = text_of(desk.get("/plans"))
    assert said.index("差は0.4％以内と証明済み") < said.index("最良と証明済み")


def test_the_first_view_is_plan_reasons_changes_and_the_proof(desk, done, pair):
    _who, position = pair
    said = text_of(desk.get(f"/plans/{done.id}"))
    assert "募集1件すべてに、1人を割り当てる案です" in said
    assert said.index(BEST) < said.index(CAVEAT) < said.index("案・理由・変更点")
    assert position.talent_request.body.name_ja in said
    assert "渡邉 健太" in said
    assert f"{position.talent_request.number}-1" in said
    assert "12月7日（月）の週から4週、週8時間" in said
    assert "必須条件をすべて満たしています。" in said
    assert "新しい割当て" in said
    assert "この団体の支援は初めて" in said
    assert "手作業で組んだ場合より、時間が16時間多くなります。" in said


@pytest.mark.parametrize(
    ("told", "is_verified", "said"),
    [
        ({"gap_tenths": 4}, True, WITHIN),
        ({"gap_tenths": 4}, False, "この案がどれだけ良いかは証明できていません。"),
        ({"gap_tenths": None}, True, "この案がどれだけ良いかは証明できていません。"),
    ],
)
def test_the_proof_says_no_more_than_is_proven(desk, coordinator, pair, told, is_verified, said):
    who, position = pair
    run = planned(coordinator, [row_of(position, who)], told=told, is_verified=is_verified)
    page = text_of(desk.get(f"/plans/{run.id}"))
    assert said in page
    assert BEST not in page


def test_a_change_names_who_had_it_before(desk, coordinator, pair):
    who, position = pair
    other = ready(person=make.person("specialist", name="髙木 陽子"))
    planned(coordinator, [row_of(position, other)])
    run = planned(coordinator, [row_of(position, who)])
    said = text_of(desk.get(f"/plans/{run.id}"))
    assert "前の案の髙木 陽子から変更" in said
    assert "新しい割当て0件、人が変わる割当て1件、同じ割当て0件" in said


def test_who_stays_unassigned_has_a_reason_and_the_smallest_change(desk, coordinator, pair):
    who, position = pair
    left = need()
    told = {
        "gap_tenths": 0,
        "left_out": [
            [
                left.id,
                "outbid",
                [position.id],
                1000,
                2000,
                [
                    {"kind": "hours", "amount": 6, "specialist": who.id},
                    {"kind": "start", "amount": 2, "specialist": who.id},
                    {"kind": "eligible", "amount": 3, "specialist": who.id},
                ],
            ]
        ],
    }
    run = planned(coordinator, [row_of(position, who)], told=told)
    said = text_of(desk.get(f"/plans/{run.id}"))
    assert "募集2件のうち1件に、1人を割り当てる案です" in said
    assert (
        f"この募集に割り当てると、{position.talent_request.number}-1に割り当てられなくなり" in said
    )
    assert "渡邉 健太の時間を、支援するすべての週で1時間30分増やす" in said
    assert "開始を、希望の期間から2週ずらす" in said
    assert "時間の空いている人は3人" in said
    assert "合計点は1〜2点下がります" in said


def test_many_rows_stand_on_pages_and_all_are_applied(desk, coordinator, pair):
    who, _position = pair
    one = make.talent_request()
    rows = [row_of(make.position(one), who) for _ in range(41)]
    run = planned(coordinator, rows, told={"gap_tenths": 0})
    page = desk.get(f"/plans/{run.id}")
    assert len(re.findall(r'name="rows"', page.text)) == 40
    assert "残り41件すべての提案を準備する" in text_of(page)
    assert len(re.findall(r'name="rows"', desk.get(f"/plans/{run.id}?page=2").text)) == 1


# Adopting


def test_chosen_rows_become_prepared_proposals(desk, done):
    row = done.rows[0]
    answer = desk.post(f"/plans/{done.id}/apply", data={"rows": [row.id], "reason": WHY})
    assert answer.status_code == 302
    now = run_now(done).rows[0]
    assert now.state is RowState.APPLIED
    page = desk.get(answer.location)
    assert "1件の提案を準備しました。次は、別の調整担当者の内部確認です。" in text_of(page)
    assert f'href="/proposals/{now.proposal_id}"' in page.text
    assert f"/plans/{done.id}/apply" not in page.text


def test_without_rows_or_reason_nothing_is_done_and_each_is_said(desk, done):
    answer = desk.post(f"/plans/{done.id}/apply", data={})
    assert "この案を採用する理由を1文で入力してください" in text_of(answer)
    assert 'href="#rows-0"' in answer.text
    answer = desk.post(f"/plans/{done.id}/apply", data={"reason": WHY})
    assert answer.status_code == 422
    assert "提案を準備する行を1つ以上選んでください。" in text_of(answer)
    row = done.rows[0]
    answer = desk.post(f"/plans/{done.id}/apply", data={"rows": [row.id]})
    assert answer.status_code == 422
    assert "この案を採用する理由を1文で入力してください" in text_of(answer)
    assert re.search(rf'id="rows-0" name="rows" value="{row.id}"[^>]* checked', answer.text)
    assert run_now(done).rows[0].state is RowState.OPEN


def test_a_row_whose_facts_changed_is_a_conflict_and_the_others_apply(
    desk, coordinator, done, pair, sign_in
):
    who, position = pair
    free = need()
    run = planned(coordinator, [row_of(position, who, worth=1), row_of(free, who, worth=2)])
    who.engaged_until = date(2026, 12, 20)
    make.saved(who)
    other = ready()
    run.rows[1].specialist = other
    make.saved(run)
    answer = desk.post(f"/plans/{run.id}/apply", data={"all": "1", "reason": WHY})
    page = text_of(desk.get(answer.location))
    assert "準備した提案は1件です。状況が変わった1件は準備していません。" in page
    assert "状況が変わりました" in page
    states = {row.position_id: row.state for row in run_now(run).rows}
    assert states == {position.id: RowState.CONFLICT, free.id: RowState.APPLIED}
    assert run_now(run).rows[0].conflict["ja"] in page


def test_a_plan_is_gone_on_with(desk, done):
    answer = desk.post(f"/plans/{done.id}/resume")
    newest = db.session.scalars(db.select(PlanRun).order_by(PlanRun.id.desc())).first()
    assert newest.begun_from_id == done.id
    assert answer.location.endswith(f"/plans/{newest.id}")


# Comparing


def test_two_plans_stand_side_by_side(desk, coordinator, pair, done):
    _who, position = pair
    other = ready(person=make.person("specialist", name="髙木 陽子"))
    second = planned(coordinator, [row_of(position, other)], value=900_000)
    page = desk.get(f"/plans/{done.id}/compare?with={second.id}")
    said = text_of(page)
    assert f"計画案{done.id}と計画案{second.id}を比べる" in said
    assert "割当ての違いは1件です。" in said
    assert said.index("渡邉 健太") < said.index("髙木 陽子")
    assert "1,000" in said
    assert "900" in said
    assert f'value="{second.id}"' in desk.get(f"/plans/{done.id}").text


def test_without_two_plans_there_is_nothing_to_compare(desk, coordinator, done):
    waiting = make.saved(run_of(coordinator, RunState.QUEUED))
    answer = desk.get(f"/plans/{done.id}/compare?with={waiting.id}", follow_redirects=True)
    assert "どちらかに、まだ案がありません。" in text_of(answer)
    assert desk.get(f"/plans/{done.id}/compare").status_code == 404


@pytest.mark.parametrize("path", ["", "/new", "/{run}", "/pairs", "/pairs?month=2026-11"])
def test_the_pages_speak_english(desk, done, path):
    desk.set_cookie("locale", "en", domain="localhost")
    page = desk.get(f"/plans{path.format(run=done.id)}")
    assert page.status_code == 200
    said = re.sub(r"移行計画の点検|渡邉 健太|見本\S*|日本語", "", text_of(page))
    assert not re.search(r"[ぁ-ん]{2}", said), re.findall(r".{20}[ぁ-ん]{2}.{20}", said)
