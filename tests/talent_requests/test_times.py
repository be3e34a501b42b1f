"""When and how much: days and hours as people write them, and what the kind decides."""

from datetime import UTC, date, datetime

import pytest

from tests.talent_requests.pages import (
    TIMES,
    answer,
    begin,
    joined,
    text_of,
    written,
)

STEPS = ("worry", "wish", "kind", "role", "skills", "time", "place", "data", "closing")


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("令和8年12月7日", date(2026, 12, 7)),
        ("令和８年１２月７日（月）", date(2026, 12, 7)),
        ("R8.12.7", date(2026, 12, 7)),
        ("r8/12/7", date(2026, 12, 7)),
        ("2026/12/7", date(2026, 12, 7)),
        ("2026-12-07", date(2026, 12, 7)),
        ("２０２６．１２．７", date(2026, 12, 7)),
        ("12月7日", date(2026, 12, 7)),
        ("12月7日（月）の週から", date(2026, 12, 7)),
        ("12/7", date(2026, 12, 7)),
        ("1月4日", date(2027, 1, 4)),  # the next one: it is November 2026
        ("11月24日", date(2026, 11, 24)),  # today
        ("7 December 2026", date(2026, 12, 7)),
        ("Mon 7 December 2026", date(2026, 12, 7)),
        ("Dec 7, 2026", date(2026, 12, 7)),
    ],
)
def test_days_are_understood_as_people_write_them(at, stored, typed, day):
    number = begin(at.officer)
    response = answer(at.officer, number, "time", earliest_on=typed)
    assert response.status_code == 302, text_of(response)
    assert stored(number).sketches[0].earliest_on == day


LIKE_THIS = "日付は「令和8年12月7日」または「2026/12/7」のように入力してください"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("11月31日", "11月は30日までです"),
        ("2月30日", "2月は29日までです"),
        ("令和９年２月２９日", "2027年2月は28日までです"),
        ("2027/4/31", "2027年4月は30日までです"),
        ("31 November 2026", "2026年11月は30日までです"),
        ("令和8年13月1日", "13月はありません"),
        ("来月", LIKE_THIS),
        ("8.12", LIKE_THIS),
        ("R.12.7", LIKE_THIS),
        ("12月", LIKE_THIS),
    ],
)
def test_what_is_no_day_is_asked_again_and_stays_on_the_page(at, stored, typed, said):
    number = begin(at.officer)
    response = answer(at.officer, number, "time", earliest_on=typed, week_count="16")
    assert response.status_code == 422
    assert f'value="{typed}"' in response.text
    assert 'value="16"' in response.text
    assert said in joined(response)
    assert stored(number).sketches == []


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("7.5", 450),
        ("７．５", 450),
        ("7時間30分", 450),
        ("7時間半", 450),
        ("7:30", 450),
        ("週8時間", 480),
        ("８", 480),
        ("週1日", 465),
        ("30分", 30),
        ("40", 2400),
    ],
)
def test_hours_are_understood_as_people_write_them(at, stored, typed, minutes):
    number = begin(at.officer)
    response = answer(at.officer, number, "time", minutes_per_week=typed)
    assert response.status_code == 302, text_of(response)
    assert stored(number).sketches[0].minutes_per_week == minutes


@pytest.mark.parametrize("typed", ["7.3", "0", "41", "たくさん", "-1", "7時間10分"])
def test_impossible_hours_are_refused_in_place(at, typed):
    number = begin(at.officer)
    response = answer(at.officer, number, "time", minutes_per_week=typed)
    assert response.status_code == 422
    assert 'href="#minutes_per_week"' in response.text
    assert f'value="{typed}"' in response.text


def test_times_that_contradict_each_other_are_named_at_their_field(at):
    number = begin(at.officer)

    def said(**times):
        response = answer(at.officer, number, "time", **(TIMES | times))
        assert response.status_code == 422
        return response

    inside = said(inside_minutes_per_week="9")
    assert 'href="#inside_minutes_per_week"' in inside.text
    assert "週の時間（8時間）より多く" in joined(inside)
    assert "終える日が、始める日より前です" in joined(said(latest_end_on="2026/12/1"))
    short = said(latest_end_on="2027/3/25")  # a Thursday: the sixteenth week has no Friday
    assert "16週必要ですが、この間には15週しかありません" in joined(short)
    assert "今日以後の日" in joined(said(earliest_on="2026/11/23"))
    assert "2028年" not in joined(said(latest_end_on="2028/4/1"))
    assert "より先は、まだ時間を確保できません" in joined(said(latest_end_on="2028/4/1"))
    assert "1週から104週まで" in joined(said(week_count="0"))


def test_all_that_is_wrong_on_a_page_is_said_at_once(at, stored):
    number = begin(at.officer)
    times = {"inside_minutes_per_week": "9", "latest_end_on": "2026/12/1"}
    said = joined(answer(at.officer, number, "time", **(TIMES | times)))
    assert "週の時間（8時間）より多く" in said
    assert "終える日が、始める日より前です" in said
    times = {"minutes_per_week": "8.1", "week_count": "0", "latest_end_on": "2026/12/1"}
    said = joined(answer(at.officer, number, "time", **(TIMES | times)))
    for words in ("15分単位", "1週から104週まで", "終える日が、始める日より前です"):
        assert words in said
    prices = {"title": "予定価格4800万円", "cost_note": "積算額4800万円", "decision_on": "2020/1/1"}
    said = joined(answer(at.officer, number, "closing", cost_bearer="", **prices))
    for words in ("「予定価格4800万円」", "「積算額4800万円」", "今日から2028年3月31日"):
        assert words in said
    assert stored(number).sketches == []


def test_examples_of_days_lie_ahead_whatever_the_day(at, people, sign_in, still_clock):
    number = begin(at.officer)
    page = joined(at.officer.get(f"/requests/{number}/edit/time"))
    assert "例：令和8年12月7日、R8.12.7、2026/12/7、12月7日" in page
    still_clock(datetime(2027, 3, 30, tzinfo=UTC))
    later = sign_in(people.officer)
    assert "例：令和9年4月12日" in joined(later.get(f"/requests/{number}/edit/time"))
    wrong = answer(later, number, "time", earliest_on="いつか")
    assert "「令和9年4月12日」または「2027/4/12」" in joined(wrong)


@pytest.mark.parametrize("kind", ["project", "standing"])
def test_a_start_beyond_the_ledger_is_refused_at_its_field(at, kind):
    number = begin(at.officer)
    answer(at.officer, number, "kind", kind=kind)
    for typed in ("2028/4/1", "9999/12/31"):
        response = answer(at.officer, number, "time", earliest_on=typed)
        assert response.status_code == 422
        assert 'href="#earliest_on"' in response.text
        assert "それまでに始まる日" in joined(response)


def test_standing_advice_runs_to_the_end_of_march(at, stored):
    number = begin(at.officer)
    answer(at.officer, number, "kind", kind="standing")
    answer(at.officer, number, "role", role_code="SA")
    page = at.officer.get(f"/requests/{number}/edit/time")
    assert "3月31日まで続きます" in joined(page)
    assert 'name="week_count"' not in page.text
    times = {"minutes_per_week": "7.75", "inside_minutes_per_week": "0"}
    answer(at.officer, number, "time", earliest_on="12月9日", **times)
    position = stored(number).positions[0]
    assert position.latest_end_on == date(2027, 3, 31)
    # from Monday 14 December to the week with Friday 26 March
    assert position.week_count == 15
    assert (position.first_start_on, position.last_start_on) == (date(2026, 12, 14),) * 2
    answer(at.officer, number, "time", earliest_on="2027/4/1", **times)
    position = stored(number).positions[0]
    assert (position.latest_end_on, position.first_start_on) == (
        date(2028, 3, 31),
        date(2027, 4, 5),
    )
    response = answer(at.officer, number, "time", earliest_on="2027/3/30", **times)
    assert response.status_code == 422
    assert "4月1日以後" in joined(response)


def test_a_change_of_kind_decides_anew_how_long_it_lasts(at, stored):
    number = written(at.officer, begin(at.officer))
    answer(at.officer, number, "kind", kind="standing")
    assert stored(number).positions[0].latest_end_on == date(2027, 3, 31)


def test_a_position_that_loses_an_answer_is_a_sketch_again(at, stored):
    number = written(at.officer, begin(at.officer))
    answer(at.officer, number, "time", **(TIMES | {"week_count": ""}))
    it = stored(number)
    assert it.positions == []
    assert it.sketches[0].skills == [["B06", 2, True]]
    answer(at.officer, number, "time", **TIMES)
    it = stored(number)
    assert it.sketches == []
    assert [s.skill_code for s in it.positions[0].skills] == ["B06"]


def test_another_role_keeps_the_skills_that_it_shares(at, stored):
    number = written(at.officer, begin(at.officer))
    answer(at.officer, number, "role", role_code="PM")  # B06 belongs to PM too
    assert [s.skill_code for s in stored(number).positions[0].skills] == ["B06"]
    answer(at.officer, number, "role", role_code="SE")
    assert stored(number).positions[0].skills == []
