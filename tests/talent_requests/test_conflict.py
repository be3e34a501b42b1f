"""Two people write the same page: both values are shown and the own input stays."""

import re

from tests.talent_requests.pages import TIMES, answer, begin, joined, submitted, written


def fields_of(page) -> dict[str, str]:
    """Hidden fields and the chosen radio of each question."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page.text[page.text.index('<form class="form"') :]):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("type") == "hidden" or " checked" in tag:
            found[attributes["name"]] = attributes["value"]
    return found


def test_both_values_stand_side_by_side_and_the_own_one_is_chosen(at, stored, people):
    number = written(at.officer, begin(at.officer))
    version = stored(number).version
    theirs = TIMES | {"minutes_per_week": "6", "inside_minutes_per_week": "2"}
    assert answer(at.colleague, number, "time", **theirs).status_code == 302
    mine = TIMES | {"minutes_per_week": "7.5", "weekdays": ["0", "2"], "version": version}
    page = answer(at.officer, number, "time", **mine)
    assert page.status_code == 409
    shown = joined(page)
    assert "ほかの人が先に変更しました" in shown
    assert "田中次郎さん" in shown
    assert "月曜日、水曜日" in shown  # my weekdays, by their names
    assert "未記入" in shown  # theirs had none
    assert "ほかの3項目は同じ内容です" in shown
    assert stored(number).positions[0].minutes_per_week == 360
    chosen = fields_of(page)
    assert chosen["minutes_per_week"] == "7.5"
    assert chosen["version"] == str(stored(number).version)
    chosen["inside_minutes_per_week"] = "2"  # theirs
    saved = answer(at.officer, number, "time", **chosen)
    assert saved.status_code == 302
    position = stored(number).positions[0]
    assert (position.minutes_per_week, position.inside_minutes_per_week) == (450, 120)
    assert position.weekdays == 0b101


def test_rows_are_compared_one_by_one(at, stored):
    number = written(at.officer, begin(at.officer))
    version = stored(number).version
    base = {"personal_data": "none", "is_procurement": "no"}
    one = {
        "companies-0-company": "見本システム",
        "companies-0-corporate_number": "",
        "companies-0-relation": "likely",
    }
    answer(at.colleague, number, "data", **base, **one)
    mine = {k.replace("-0-", "-1-"): v for k, v in one.items()} | {
        "companies-0-company": "株式会社サンプル基盤",
        "companies-0-corporate_number": "",
        "companies-0-relation": "known",
        "companies-1-company": "別の会社",
    }
    page = answer(at.officer, number, "data", version=version, **base, **mine)
    assert page.status_code == 409
    shown = joined(page)
    for words in ("見本システム", "株式会社サンプル基盤", "別の会社", "2番目の事業者の名称"):
        assert words in shown
    assert answer(at.officer, number, "data", **fields_of(page)).status_code == 302
    assert [s.company for s in stored(number).suppliers] == ["株式会社サンプル基盤", "別の会社"]


def test_the_way_back_to_the_check_page_is_kept(at, stored):
    number = written(at.officer, begin(at.officer))
    version = stored(number).version
    answer(at.colleague, number, "wish", wish="ほかの人の文")
    page = answer(at.officer, number, "wish", "?from=check", wish="私の文", version=version)
    assert page.status_code == 409
    action = re.search(r'<form class="form" method="post" action="([^"]*)"', page.text)[1]
    assert action == f"/requests/{number}/edit/wish?from=check"


def test_a_long_text_survives_with_its_lines(at, stored):
    number = written(at.officer, begin(at.officer))
    version = stored(number).version
    answer(at.colleague, number, "worry", worry="ほかの人の文")
    page = answer(at.officer, number, "worry", worry="一行目\n二行目<b>", version=version)
    assert page.status_code == 409
    assert "<b>" not in page.text.split("<main")[1].replace("<b>お", "")
    assert "一行目\n二行目&lt;b&gt;" in page.text


def test_without_a_change_of_others_nothing_is_asked(at, stored):
    number = written(at.officer, begin(at.officer))
    version = stored(number).version
    assert answer(at.officer, number, "wish", wish="a", version=version).status_code == 302
    assert stored(number).version > version
    assert answer(at.officer, number, "wish", wish="b", version="old").status_code == 422


def test_the_manager_endorses_what_was_read(at, stored, people, wanting_endorsement):
    number = submitted(at.officer)
    version = stored(number).version
    at.colleague.post(f"/requests/{number}/take-over")
    late = at.manager.post(f"/requests/{number}/endorse", data={"version": version})
    assert late.status_code == 409
    assert stored(number).state == "submitted"


def test_two_windows_of_one_person_at_the_same_moment_are_two_writers(at, stored):
    number = written(at.officer, begin(at.officer))
    version = stored(number).version
    first = answer(at.officer, number, "time", **TIMES | {"week_count": "8"}, version=version)
    assert first.status_code == 302
    assert stored(number).version > version  # although only the position changed
    second = answer(at.officer, number, "time", **TIMES | {"week_count": "9"}, version=version)
    assert second.status_code == 409
    assert stored(number).positions[0].week_count == 8
