"""Nothing is answered but by the officer, and from where one came one goes back."""

import re

import pytest

from tests.talent_requests.pages import (
    answer,
    begin,
    joined,
    number_of,
    opened,
    post,
    submitted,
    written,
)

ASKED = {
    "kind": ("支援の形を選んでください", "支援の形を選ぶ", ["kind"]),
    "place": ("場所を選んでください", "支援を受ける場所を選ぶ", ["place"]),
    "data": (
        "個人情報の扱いを選んでください",
        "個人情報を扱うかを選ぶ",
        ["personal_data", "is_procurement"],
    ),
}
PROJECT, REVIEW = "T01", "T07"


def chosen(page, name) -> list[str]:
    """The values of the radios of this name that are chosen."""
    tags = [tag for tag in re.findall(r"<input[^>]*>", page) if f'name="{name}"' in tag]
    assert tags, name
    return [re.search(r'value="([^"]*)"', tag)[1] for tag in tags if " checked" in tag]


@pytest.mark.parametrize("step", ASKED)
def test_nothing_is_chosen_beforehand_and_an_answer_is_needed(at, stored, step):
    number = begin(at.officer)
    error, gap, names = ASKED[step]
    page = at.officer.get(f"/requests/{number}/edit/{step}").text
    assert [chosen(page, name) for name in names] == [[] for _ in names]
    response = answer(at.officer, number, step)
    assert response.status_code == 422
    assert error in joined(response)
    for name in names:
        assert f'href="#{name}-0"' in response.text
        assert getattr(stored(number), name) is None
    check = at.officer.get(f"/requests/{number}/check")
    assert gap in joined(check)
    assert f"/requests/{number}/edit/{step}?from=check" in check.text
    assert answer(at.officer, number, step, later="1").status_code == 302


def test_without_these_answers_it_is_not_submitted(at, stored):
    number = begin(at.officer)
    answer(at.officer, number, "worry", worry="困っています")
    answer(at.officer, number, "closing", title="件名", cost_bearer="")
    page = at.officer.get(f"/requests/{number}/check")
    assert "あと4項目に答えると提出できます" in joined(page)
    assert "関わらない" not in joined(page)
    assert "なし" not in joined(page)
    refused = post(at.officer, number, "submit")
    assert refused.status_code == 422
    assert "まだ答えていない項目があります" in joined(refused)
    assert stored(number).state == "draft"
    answer(at.officer, number, "kind", kind="project")
    answer(at.officer, number, "place", place="online")
    answer(at.officer, number, "data", personal_data="none", is_procurement="no")
    assert post(at.officer, number, "submit").status_code == 302


def test_a_role_left_for_later_is_not_an_unknown_one(at, stored):
    number = begin(at.officer)
    assert answer(at.officer, number, "role", later="1").status_code == 302
    assert stored(number).sketches == []
    assert chosen(at.officer.get(f"/requests/{number}/edit/role").text, "role_code") == []


def test_what_a_template_filled_in_is_said_to_be_from_it(at, stored):
    number = number_of(at.officer.post("/requests/new", data={"template_code": PROJECT}))
    for step, name, value in (("kind", "kind", "project"), ("place", "place", "hybrid")):
        page = at.officer.get(f"/requests/{number}/edit/{step}")
        assert chosen(page.text, name) == [value]
        assert "ひな形から入れた案です" in joined(page)
    it = stored(number)
    assert (it.personal_data, it.is_procurement) == (None, None)
    assert it.sketches[0].inside_minutes_per_week is None
    page = at.officer.get(f"/requests/{number}/edit/data")
    assert chosen(page.text, "personal_data") == []
    assert "ひな形から入れた案です" not in joined(page)
    answer(at.officer, number, "place", place="online")
    assert "ひな形から入れた案です" not in joined(at.officer.get(f"/requests/{number}/edit/place"))
    plain = begin(at.officer)
    assert "ひな形から入れた案です" not in joined(at.officer.get(f"/requests/{plain}/edit/kind"))


def test_a_template_of_another_kind_leaves_the_kind_to_be_asked(at, stored):
    number = number_of(at.officer.post("/requests/new", data={"template_code": REVIEW}))
    assert stored(number).kind is None
    assert "支援の形を選ぶ" in joined(at.officer.get(f"/requests/{number}/check"))


def test_from_the_check_page_one_returns_to_it_and_reads_that_it_is_saved(at):
    number = written(at.officer, begin(at.officer))
    response = answer(at.officer, number, "role", "?from=check", role_code="SA")
    assert response.location == f"/requests/{number}/check"  # the same role: its skills stay
    assert "保存しました。" in joined(at.officer.get(response.location))


def test_gaps_before_the_search_lead_back_to_where_they_were_listed(at):
    number = submitted(at.officer)
    post(at.coordinator, number, "receive")
    page = at.coordinator.get(f"/requests/{number}/open")
    assert f'href="/requests/{number}/edit/basis?from=open#basis_codes-0"' in page.text
    asked = at.coordinator.get(f"/requests/{number}/edit/basis?from=open")
    assert f'href="/requests/{number}/open"' in asked.text
    saved = answer(at.coordinator, number, "basis", "?from=open", basis_codes=["agreement"])
    assert saved.location == f"/requests/{number}/open"
    page = joined(at.coordinator.get(saved.location))
    assert "保存しました。" in page
    assert "候補者の調整を始める" in page


def test_conditions_that_are_reviewed_lead_back_to_the_candidates(at):
    number = opened(at, submitted(at.officer))
    times = {"minutes_per_week": "4", "inside_minutes_per_week": "0", "week_count": "8"}
    days = {"earliest_on": "2026/12/7", "latest_end_on": "2027/3/26"}
    saved = answer(at.coordinator, number, "time", "?from=candidates", **times, **days)
    assert saved.location == f"/requests/{number}/candidates?position=1"
    assert "保存しました。" in joined(at.coordinator.get(saved.location))


def test_an_unknown_origin_is_no_way_back(at):
    number = written(at.officer, begin(at.officer))
    response = answer(at.officer, number, "place", "?from=//evil.example", place="online")
    assert response.location == f"/requests/{number}/edit/data"


def test_a_coordinator_reads_other_advice_than_the_officer(at):
    number = submitted(at.officer)
    post(at.coordinator, number, "receive")
    page = joined(at.coordinator.get(f"/requests/{number}/edit/time"))
    assert "調整担当者が一緒に決めます" not in page
    assert "依頼団体と決めてください" in page
    opened_number = opened(at, submitted(at.officer))
    page = joined(at.coordinator.get(f"/requests/{opened_number}/edit/time"))
    assert "候補者を探している間は、空欄にできません" in page
    own = joined(at.officer.get(f"/requests/{begin(at.officer)}/edit/time"))
    assert "調整担当者が一緒に決めます" in own


def test_a_second_press_shows_what_the_first_one_did(at, stored):
    number = written(at.officer, begin(at.officer))
    version = stored(number).version
    for _ in range(2):
        response = post(at.officer, number, "submit", version=version, _press="one-page")
        assert (response.status_code, response.location) == (302, f"/requests/{number}/submitted")
    late = post(at.colleague, number, "submit", version=version)
    assert late.status_code == 409
    assert f'href="/requests/{number}"' in late.text
    assert f'href="/requests/{number}/check"' not in late.text


def test_a_change_that_comes_too_late_leads_to_the_case_and_shows_what_was_typed(at, stored):
    number = submitted(at.officer)
    page = answer(at.officer, number, "wish", wish="毎週の打合せに同席してほしい")
    assert page.status_code == 409
    assert f'href="/requests/{number}"' in page.text
    assert "毎週の打合せに同席してほしい" in page.text
    assert stored(number).wish == "移行計画の点検"
    assert at.officer.get(f"/requests/{number}/check").status_code == 409
    assert f'href="/requests/{number}"' in at.officer.get(f"/requests/{number}/check").text


def test_a_page_with_an_error_does_not_say_that_it_is_saved(at):
    number = begin(at.officer)
    assert "下書きを保存しました" in joined(at.officer.get(f"/requests/{number}/edit/worry"))
    page = joined(answer(at.officer, number, "worry", worry="あ" * 5000))
    assert "下書きを保存しました" not in page
    assert "まだ保存していません" in page
    assert "4000字までで入力してください。今は5000字です" in page
    assert "あ" * 5000 in page
