"""An officer writes a request, one question per page."""

import re
from datetime import date

import pytest

from talentshare.talent_requests.states import (
    PersonalData,
    Place,
    PositionState,
    RequestKind,
    RequestState,
)
from tests.talent_requests.pages import (
    answer,
    begin,
    joined,
    number_of,
    written,
)

STEPS = ("worry", "wish", "kind", "role", "skills", "time", "place", "data", "closing")


def test_a_request_is_written_page_by_page_and_kept(at, stored, people):
    number = written(at.officer, begin(at.officer))
    it = stored(number)
    assert it.state == RequestState.DRAFT
    assert (it.officer_id, it.coordinator_id) == (people.officer.id, None)
    assert it.worry == "移行計画の工程と費用が妥当か、判断できる人がいません。"
    assert (it.theme_code, it.phase_code, it.kind) == ("standard", "develop", RequestKind.PROJECT)
    assert (it.place, it.onsite_weekdays, it.place_note) == (Place.HYBRID, 2, "月1回は市役所")
    assert (it.personal_data, it.is_procurement) == (PersonalData.NONE, False)
    assert [(s.company, s.key) for s in it.suppliers] == [("株式会社サンプル基盤", "サンプル基盤")]
    assert (it.title, it.decision_on) == ("移行計画の点検", date(2026, 12, 2))
    assert it.cost_bearer == "contribution"
    position = it.positions[0]
    assert (position.role_code, position.minutes_per_week) == ("SA", 480)
    assert (position.inside_minutes_per_week, position.week_count) == (360, 16)
    assert (position.earliest_on, position.latest_end_on) == (date(2026, 12, 7), date(2027, 3, 26))
    assert (position.weekdays, position.state) == (31, PositionState.OPEN)
    assert [(s.skill_code, s.level, s.is_must) for s in position.skills] == [("B06", 2, True)]
    assert it.sketches == []


def test_each_question_leads_to_the_next_and_the_last_to_the_check_page(at):
    number = begin(at.officer)
    assert "質問1／9" in joined(at.officer.get(f"/requests/{number}/edit/worry"))
    response = answer(at.officer, number, "worry", worry="困っています")
    assert response.location == f"/requests/{number}/edit/wish"
    response = answer(at.officer, number, "role", role_code="unknown")
    assert response.location == f"/requests/{number}/edit/time"  # skills need a role
    response = answer(at.officer, number, "role", role_code="PM")
    assert response.location == f"/requests/{number}/edit/skills"
    response = answer(at.officer, number, "closing", title="件名", cost_bearer="")
    assert response.location == f"/requests/{number}/check"


def test_a_change_from_the_check_page_leads_back_to_it(at):
    number = written(at.officer, begin(at.officer))
    page = at.officer.get(f"/requests/{number}/check").text
    assert f"/requests/{number}/edit/place?from=check" in page
    response = answer(at.officer, number, "place", "?from=check", place="online")
    assert response.location == f"/requests/{number}/check"
    response = answer(at.officer, number, "role", "?from=check", role_code="PM")
    assert response.location == f"/requests/{number}/edit/skills?from=check"


def test_all_pages_can_be_opened_and_go_back(at):
    number = written(at.officer, begin(at.officer))
    for before, step in zip(("", *STEPS), STEPS, strict=False):
        response = at.officer.get(f"/requests/{number}/edit/{step}")
        assert response.status_code == 200
        if before:
            assert f'href="/requests/{number}/edit/{before}"' in response.text
        assert "あとで続ける" in response.text


def test_not_known_is_a_full_answer(at, stored):
    number = begin(at.officer)
    answer(at.officer, number, "worry", worry="何から手をつければよいか分かりません。")
    assert answer(at.officer, number, "wish", wish="").status_code == 302
    assert answer(at.officer, number, "role", role_code="unknown").status_code == 302
    assert answer(at.officer, number, "time").status_code == 302
    it = stored(number)
    assert it.positions == []
    assert "未記入" in at.officer.get(f"/requests/{number}/check").text
    page = at.officer.get(f"/requests/{number}/edit/role").text
    chosen = next(tag for tag in page.split("<") if 'value="unknown"' in tag)
    assert " checked" in chosen


@pytest.mark.parametrize(
    ("step", "field", "text", "found"),
    [
        ("worry", "worry", "見積（予定価格 4,800万円）が出ました", "予定価格 4,800万円"),
        ("worry", "worry", "積算額は４８，０００千円です", "積算額は48,000千円"),
        ("wish", "wish", "設計金額1億2千万円の確認", "設計金額1億"),
        ("closing", "title", "予定価格4800万円の確認", "予定価格4800万円"),
        ("place", "place_note", "最低制限価格は三百万円", "最低制限価格は三百万円"),
    ],
)
def test_undisclosed_prices_are_refused_by_name_and_the_text_stays(
    at, stored, step, field, text, found
):
    number = begin(at.officer)
    others = {"place": {"place": "online"}, "closing": {"cost_bearer": ""}}.get(step, {})
    response = answer(at.officer, number, step, **{field: text}, **others)
    assert response.status_code == 422
    assert f"予定価格や積算額は、消してください。「{found}".replace(" ", "") in joined(response)
    assert f'href="#{field}"' in response.text
    assert text in response.text
    assert getattr(stored(number), field) == ""


def test_speaking_of_prices_without_an_amount_is_allowed(at, stored):
    number = begin(at.officer)
    text = "予定価格の決め方が分かりません。予算は48,000千円です。2027年4月に始めます。"
    assert answer(at.officer, number, "worry", worry=text).status_code == 302
    assert stored(number).worry == text


def test_what_must_be_said_may_wait_until_later(at, stored):
    number = begin(at.officer)
    empty = answer(at.officer, number, "worry", worry="  ")
    assert empty.status_code == 422
    assert "困っていることを書いてください" in joined(empty)
    later = answer(at.officer, number, "worry", worry="", later="1")
    assert later.location == f"/requests/{number}"
    half = answer(at.officer, number, "time", later="1", minutes_per_week="8")
    assert half.status_code == 302
    assert stored(number).sketches[0].minutes_per_week == 480
    wrong = answer(at.officer, number, "time", later="1", earliest_on="いつか")
    assert wrong.status_code == 422  # nothing typed is lost in silence


def test_a_draft_goes_on_at_the_first_open_question(at):
    number = begin(at.officer)
    assert f'href="/requests/{number}/edit/worry"' in at.officer.get(f"/requests/{number}").text
    answer(at.officer, number, "worry", worry="困っています。とても。")
    page = at.officer.get(f"/requests/{number}")
    assert f'href="/requests/{number}/edit/wish"' in page.text
    assert "困っています" in page.text  # stands for the title
    closing = at.officer.get(f"/requests/{number}/edit/closing").text
    assert 'value="困っています"' in closing  # a title is proposed


def test_what_is_typed_is_never_markup(at):
    number = begin(at.officer)
    evil = "<script>alert(1)</script><b>'\""
    for step, data in {
        "worry": {"worry": evil},
        "wish": {"wish": evil},
        "place": {"place": "online", "place_note": evil},
        "closing": {"title": evil, "cost_bearer": "", "cost_note": evil},
        "data": {
            "personal_data": "none",
            "is_procurement": "no",
            "companies-0-company": evil,
            "companies-0-corporate_number": "",
            "companies-0-relation": "known",
        },
    }.items():
        assert answer(at.officer, number, step, **data).status_code == 302
    at.officer.post(f"/requests/{number}/submit")
    at.coordinator.post(f"/requests/{number}/return", data={"remark": evil})
    for client, paths in {
        at.officer: [f"/requests/{number}", f"/requests/{number}/check", "/requests", "/notices"],
        at.coordinator: [f"/requests/{number}", "/desk"],
    }.items():
        for path in paths:
            page = client.get(path).text
            assert "<script>alert" not in page, path
            assert "<b>'" not in page, path


def test_a_template_fills_in_what_it_knows(at, stored):
    response = at.officer.post("/requests/new", data={"template_code": "T01"})
    it = stored(number_of(response))
    assert it.title == "標準準拠システム移行のPM支援"
    assert it.worry.startswith("住民記録や税など20業務")
    assert (it.theme_code, it.phase_code, it.place) == ("standard", "develop", Place.HYBRID)
    sketch = it.sketches[0]
    assert (sketch.role_code, sketch.minutes_per_week, sketch.week_count) == ("PM", 480, 26)
    assert sketch.skills[0] == ["D05", 3, True]
    assert sketch.earliest_on is None
    standing = stored(number_of(at.officer.post("/requests/new", data={"template_code": "T14"})))
    assert standing.kind == RequestKind.STANDING
    assert standing.sketches[0].week_count is None


def test_all_thirty_templates_are_offered_and_can_be_used(at):
    page = at.officer.get("/requests/new").text
    codes = [f"T{n:02d}" for n in range(1, 31)]
    for code in codes:
        assert re.search(rf'name="template_code"\s*value="{code}"', page)
        number = begin(at.officer, template_code=code)
        response = answer(
            at.officer,
            number,
            "time",
            minutes_per_week="4",
            inside_minutes_per_week="0",
            week_count="2",
            earliest_on="2026/12/7",
            latest_end_on="2027/3/26",
        )
        assert response.status_code == 302, code


def test_an_unknown_template_begins_with_nothing(at, stored):
    it = stored(number_of(at.officer.post("/requests/new", data={"template_code": "T99"})))
    assert (it.title, it.template_code) == ("", None)


def test_unknown_pages_and_positions_are_not_found(at):
    number = begin(at.officer)
    for tail in (
        "edit/nothing",
        "edit/role?position=2",
        "edit/worry?position=2",
        "edit/role?position=x",
    ):
        assert at.officer.get(f"/requests/{number}/{tail}").status_code == 404


def test_a_title_of_two_lines_is_refused_and_stays(at):
    number = begin(at.officer)
    page = answer(at.officer, number, "closing", title="窓口の\x1b見直し", cost_bearer="")
    assert page.status_code == 422
    assert "目に見えない制御文字" in joined(page)
    assert "見直し" in page.text
    taken = answer(at.officer, number, "closing", title="窓口の\t見直し", cost_bearer="")
    assert taken.status_code == 302


def test_a_company_whose_name_hides_a_sign_is_refused(at):
    number = begin(at.officer)
    data = {"personal_data": "none", "is_procurement": "no"}
    data |= {"companies-0-company": "株式会社\u202e見本", "companies-0-relation": "known"}
    page = answer(at.officer, number, "data", **data)
    assert page.status_code == 422
    assert "目に見えない制御文字" in joined(page)
