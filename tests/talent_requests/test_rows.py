"""Pages with rows: skills and companies, without a script."""

from talentshare.talent_requests.states import (
    PersonalData,
)
from tests.talent_requests.pages import (
    answer,
    begin,
    joined,
    text_of,
)

STEPS = ("worry", "wish", "kind", "role", "skills", "time", "place", "data", "closing")


def test_skills_are_offered_by_role_and_rows_come_and_go_without_a_script(at, stored):
    number = begin(at.officer)
    answer(at.officer, number, "role", role_code="SE")
    page = at.officer.get(f"/requests/{number}/edit/skills").text
    assert "情報セキュリティ" in page
    assert "UIデザイン" not in page
    row = {"skills-0-skill_code": "G03", "skills-0-level": "3", "skills-0-need": "must"}
    more = answer(at.officer, number, "skills", add_row="1", **row)
    assert more.status_code == 200
    assert more.text.count('name="remove_row"') == 3  # two stand there from the beginning
    assert stored(number).sketches[0].skills == []  # nothing is kept yet
    twice = row | {"skills-1-skill_code": "G03", "skills-1-level": "2", "skills-1-need": "wish"}
    response = answer(at.officer, number, "skills", **twice)
    assert response.status_code == 422
    assert "同じスキルが2回" in joined(response)
    assert 'href="#skills-1-skill_code"' in response.text
    less = answer(at.officer, number, "skills", remove_row="skills-0", **twice)
    assert 'name="skills-0-skill_code"' not in less.text
    assert 'name="skills-1-skill_code"' in less.text
    assert answer(at.officer, number, "skills", **row).status_code == 302
    assert stored(number).sketches[0].skills == [["G03", 3, True]]


def test_no_more_than_six_skills_can_be_added(at):
    number = begin(at.officer)
    answer(at.officer, number, "role", role_code="SE")
    rows = {}
    for n in range(6):
        rows |= {f"skills-{n}-skill_code": "", f"skills-{n}-level": "2", f"skills-{n}-need": "wish"}
    response = answer(at.officer, number, "skills", add_row="1", **rows)
    assert response.text.count('name="remove_row"') == 6
    assert 'name="skills-6-skill_code"' not in response.text
    assert "スキルを追加する" not in response.text


def test_companies_are_checked_and_kept(at, stored):
    number = begin(at.officer)
    base = {"personal_data": "limited", "is_procurement": "yes"}
    one = {
        "companies-0-company": "（株）見本システム",
        "companies-0-corporate_number": "７００００１２０５０００２",
        "companies-0-relation": "likely",
    }
    response = answer(at.officer, number, "data", **base, **one)
    assert response.status_code == 302, text_of(response)
    it = stored(number)
    assert (it.personal_data, it.is_procurement) == (PersonalData.LIMITED, True)
    supplier = it.suppliers[0]
    assert (supplier.key, supplier.corporate_number) == ("見本システム", "7000012050002")
    wrong = answer(
        at.officer,
        number,
        "data",
        **base,
        **(one | {"companies-0-corporate_number": "7000012050003"}),
    )
    assert wrong.status_code == 422
    assert "法人番号に誤りがあります" in joined(wrong)
    short = answer(at.officer, number, "data", **(one | {"companies-0-corporate_number": "00-"}))
    assert "法人番号は、13桁の数字で入力してください" in joined(short)
    assert 'value="00-"' in short.text, "what was refused stays as it was typed"
    nameless = answer(at.officer, number, "data", **base, **(one | {"companies-0-company": ""}))
    assert nameless.status_code == 422
    assert "事業者の名称を入力" in joined(nameless)
    more = answer(at.officer, number, "data", add_row="1", **base, **one)
    assert 'name="companies-1-company"' in more.text
    assert "（株）見本システム" in more.text
    gone = answer(at.officer, number, "data", remove_row="companies-0", **base, **one)
    assert 'name="companies-0-company"' not in gone.text
    assert answer(at.officer, number, "data", **base).status_code == 302
    assert stored(number).suppliers == []


def test_enter_never_takes_a_row_away(at):
    number = begin(at.officer)
    answer(at.officer, number, "role", role_code="SE")
    for step in ("skills", "data"):
        page = at.officer.get(f"/requests/{number}/edit/{step}").text
        form = page[page.index('<form class="form"') :]
        first = form[form.index('type="submit"') - 100 : form.index('type="submit"') + 20]
        assert "remove_row" not in first
        assert "add_row" not in first


def test_neither_a_level_nor_a_relation_is_assumed(at, stored):
    number = begin(at.officer)
    answer(at.officer, number, "role", role_code="SE")
    page = at.officer.get(f"/requests/{number}/edit/skills").text
    assert page.count('<option value="" selected>選んでください</option>') == 4
    bare = {"skills-0-skill_code": "G03", "skills-0-level": "", "skills-0-need": ""}
    response = answer(at.officer, number, "skills", **bare)
    assert response.status_code == 422
    for field in ("level", "need"):
        assert f'href="#skills-0-{field}"' in response.text
    assert "必要なレベルを選んでください" in joined(response)
    assert "必須か希望かを選んでください" in joined(response)
    company = {"companies-0-company": "見本システム", "companies-0-relation": ""}
    base = {"personal_data": "none", "is_procurement": "no"}
    response = answer(at.officer, number, "data", **base, **company)
    assert response.status_code == 422
    assert "事業者との関係を選んでください" in joined(response)
    assert "見本システム" in response.text
    assert stored(number).personal_data is None
