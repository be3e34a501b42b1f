"""稼働状況 as page and file: who sees what, how it is asked for, what it says."""

import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event

from talentshare.catalogue import queries as catalogue
from talentshare.kernel.weeks import add_months
from talentshare.platform.db import db
from talentshare.platform.i18n import catalogue as sentences
from talentshare.reports.forms import FilterForm, parse_month
from talentshare.reports.queries import By
from tests import make
from tests.reports import pool, reading

PAGE = "/reports/utilisation"
FILE = "/reports/utilisation.csv"
DECEMBER = "?from=2026-12&to=2026-12"


@pytest.fixture
def coordinator(app, sign_in):
    make.catalogue()
    return sign_in(make.coordinator())


def texts(html):
    """The page as it is read: without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def main_of(html):
    return re.search(r"<main.*</main>", html, re.DOTALL)[0]


def test_coordinator_sees_people_with_a_way_to_each(coordinator):
    who = pool.member("渡邉 健太", "ワタナベ ケンタ", roles=("PM",))
    pool.booked(who, 720, date(2026, 12, 7))
    page = coordinator.get(PAGE + DECEMBER)
    assert page.status_code == 200
    assert f'href="/specialists/{who.id}"' in page.text
    assert "渡邉 健太" in page.text
    assert "本人と調整担当者だけに表示します。" in page.text
    heat = reading.tables(page.text)[0]
    assert heat[1][2] == ["60.0％", "12／20"]


def test_admin_sees_groups_but_nobody_alone(app, sign_in):
    pool.booked(pool.member("渡邉 健太", "ワタナベ ケンタ"), 720, date(2026, 12, 7))
    for _ in range(4):
        pool.member()
    client = sign_in(make.admin())
    page = client.get(PAGE + DECEMBER + "&q=渡邉")
    assert page.status_code == 200
    assert "渡邉" not in page.text
    assert len(reading.tables(page.text)) == 3
    assert "by=person" not in page.text
    assert client.get(FILE + DECEMBER + "&by=person").status_code == 404
    assert reading.sheet(client.get(FILE + DECEMBER))[1][1] == "5"


def test_unknown_kind_of_file_is_not_found(coordinator):
    assert coordinator.get(FILE + "?by=team").status_code == 404


def test_figures_stand_with_basis_definition_and_version(coordinator):
    who = pool.member()
    pool.booked(who, 600, date(2026, 12, 7))
    pool.held(who, 300, date(2026, 12, 7))
    text = texts(coordinator.get(PAGE + DECEMBER).text)
    assert "基準日 2026年11月24日（火）" in text
    assert "対象 2026年12月1日（火）〜2026年12月31日（木）、1人" in text
    assert "定義 第1版" in text
    assert "予定稼働率 12.5 ％ 確定 10時間 ÷ 割当可能 80時間" in text
    assert "18.8 ％ （確定 10時間 ＋ 仮確保 5時間）÷ 割当可能 80時間" in text
    assert "空き時間 65時間 割当可能 80時間 − 確定 10時間 − 仮確保 5時間" in text
    assert "今回は特例 0時間、不足 0時間です。" in text


def test_without_months_this_one_and_the_next_two_are_shown_by_month(coordinator):
    pool.member()
    page = coordinator.get(PAGE).text
    assert "対象 2026年11月1日（日）〜2027年1月31日（日）" in texts(page)
    heads = [cell[0] for cell in reading.tables(page)[0][0] if cell]
    assert heads == ["2026年11月", "2026年12月", "2027年1月", "期間計"]


def test_short_period_is_shown_by_week_and_either_can_be_chosen(coordinator):
    pool.member()
    heads = [
        cell[0] for cell in reading.tables(coordinator.get(PAGE + DECEMBER).text)[0][0] if cell
    ]
    assert heads == ["12/1〜12/6", "12/7の週", "12/14の週", "12/21の週", "12/28〜12/31", "期間計"]
    one_day = coordinator.get(PAGE + "?from=2026-11&to=2026-11").text
    assert reading.tables(one_day)[0][0][1:3] == [["11/1"], ["11/2の週"]]
    by_month = coordinator.get(PAGE + DECEMBER + "&unit=month").text
    assert len(reading.tables(by_month)[0][0]) == 3
    assert len(reading.tables(coordinator.get(PAGE + "?unit=week").text)[0][0]) == 16


@pytest.mark.parametrize(
    "typed",
    [
        "2026-12",
        "2026/12",
        "2026年12月",
        "令和8年12月",
        "R8.12",
        "２０２６年１２月",
        " 2026 年 12 月 ",
    ],
)
def test_month_is_read_however_it_is_written(typed):
    assert parse_month(typed) == date(2026, 12, 1)


@pytest.mark.parametrize(
    "typed", ["12月", "2026-13", "2026-00", "1999-12", "9999-12", "令和元年", "昨日"]
)
def test_what_is_no_month_is_not_guessed(typed):
    with pytest.raises(ValueError, match=r"."):
        parse_month(typed)


def test_first_year_of_an_era_has_a_name(app):
    assert parse_month("令和元年5月") == date(2019, 5, 1)


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_field_takes_back_what_it_shows(coordinator, locale):
    pool.member()
    coordinator.set_cookie("locale", locale, domain="localhost")
    page = coordinator.get(PAGE + "?from=令和8年12月").text
    first, last = (
        re.search(f'id="{name}"[^>]*value="([^"]*)"', page)[1] for name in ("from", "to")
    )
    assert (first, last) == (
        ("2026-12", "2027-02") if locale == "en" else ("2026年12月", "2027年2月")
    )
    assert parse_month(last) == date(2027, 2, 1)


@pytest.mark.parametrize("path", [PAGE, FILE])
def test_unreadable_month_keeps_what_was_typed_and_says_how_to_write_it(coordinator, path):
    pool.member()
    page = coordinator.get(path + "?from=らいげつ&to=2026-12&q=渡邉&role=PM")
    assert page.status_code == 422
    assert "<title>エラー：稼働状況" in page.text
    told = "月は「令和8年12月」または「2026年12月」のように入力してください"
    assert re.search(rf'href="#from">[^<]*{told}', page.text)
    assert 'value="らいげつ"' in page.text
    assert 'value="渡邉"' in page.text
    assert '<option value="PM" selected>' in page.text
    assert not reading.tables(page.text)


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("2026-12", "2026-11", "終わりの月は、始めの月か、それより後の月にしてください"),
        ("2026-01", "2028-01", "期間は、24か月までにしてください"),
    ],
)
def test_period_that_makes_no_sense_is_refused_at_its_end(coordinator, first, last, sentence):
    page = coordinator.get(f"{PAGE}?from={first}&to={last}")
    assert page.status_code == 422
    assert re.search(rf'href="#to">[^<]*{sentence}', page.text)


def test_unknown_role_unit_and_page_count_as_not_chosen(coordinator):
    pool.member()
    page = coordinator.get(PAGE + DECEMBER + "&role=XX&unit=day&page=-3")
    assert page.status_code == 200
    assert len(reading.tables(page.text)[0]) == 2


def test_months_to_the_end_of_time_are_possible(app):
    with app.test_request_context():
        form = FilterForm({"from": "2099-01", "to": "2099-12"}, catalogue.job_roles())
        assert form.validate()
        assert form.wanted(tuple(By)).period.last == date(2099, 12, 31)


def test_fifty_people_a_page_but_all_in_the_file_and_in_the_sums(coordinator):
    for n in range(51):
        pool.member(f"人 {n}", f"ヒト {n:02}")
    first = coordinator.get(PAGE + DECEMBER)
    assert len(reading.tables(first.text)[0]) == 51
    assert "、51人" in texts(first.text)
    second = coordinator.get(PAGE + DECEMBER + "&page=2")
    assert reading.tables(second.text)[0][1][0][0] == "人 50"
    assert reading.tables(second.text)[1:] == reading.tables(first.text)[1:]
    assert reading.tables(coordinator.get(PAGE + DECEMBER + "&page=99").text)[0][1][0][0] == "人 50"
    rows = reading.sheet(coordinator.get(FILE + DECEMBER + "&unit=month"))
    assert len(rows) == 1 + 51 * 2


def test_links_keep_the_filter(coordinator):
    pool.member("渡邉 健太", "ワタナベ ケンタ")
    page = coordinator.get(PAGE + DECEMBER + "&q=渡邉&role=SA").text
    links = [
        link.replace("&amp;", "&") for link in re.findall(r'href="([^"]*utilisation[^"]*)"', page)
    ]
    assert sum("utilisation.csv" in link for link in links) == 3
    for link in links:
        if "?" in link and "language" not in link:
            assert coordinator.get(link).status_code == 200
            assert "from=2026-12&to=2026-12&role=SA&q=%E6%B8%A1%E9%82%89" in link


def test_file_is_named_and_read_by_spreadsheets(coordinator):
    pool.member("渡邉 健太", "ワタナベ ケンタ")
    answer = coordinator.get(FILE + DECEMBER + "&by=month")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="utilisation-month-2026-12-2026-12.csv"'
    )
    head, *rows = reading.sheet(answer)
    assert head == [
        "区切り", "開始日", "終了日", "割当可能（分）", "確定（分）", "仮確保（分）",
        "予定稼働率（％）", "見込稼働率（％）", "上限の特例（分）", "休暇による不足（分）",
        "基準日", "定義の版",
    ]  # fmt: skip
    assert rows[0] == [
        "月ごと", "2026-12-01", "2026-12-31", "4800", "0", "0", "0.0", "0.0", "0", "0", "2026-11-24", "1"
    ]  # fmt: skip


@pytest.mark.parametrize("by", [*By, "month"])
def test_columns_do_not_depend_on_what_is_asked(coordinator, by):
    pool.member()
    queries = ("", DECEMBER, "?unit=week", "?role=PM", "?q=誰もいない")
    heads = [
        reading.sheet(coordinator.get(f"{FILE}{q}{'&' if q else '?'}by={by}"))[0] for q in queries
    ]
    assert all(head == heads[0] for head in heads)


@pytest.mark.parametrize(
    ("by", "columns"),
    [("person", 15), ("role", 14), ("skill", 14), ("body", 12), ("basis", 12), ("month", 12)],
)
def test_english_file_has_the_same_columns_in_english(coordinator, by, columns):
    coordinator.set_cookie("locale", "en", domain="localhost")
    head = reading.sheet(coordinator.get(f"{FILE}?by={by}"))[0]
    assert len(head) == columns
    assert all(name.isascii() for name in head)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_name_that_would_run_as_a_formula_is_made_a_text(coordinator, start):
    evil = f'{start}HYPERLINK("http://example.invalid")'
    pool.member(evil, "アクイ")
    rows = reading.sheet(coordinator.get(FILE + DECEMBER))
    assert {row[0] for row in rows[1:]} == {"'" + evil}


def test_name_is_text_on_the_page_too(coordinator):
    pool.member("<script>alert(1)</script>", "アクイ")
    page = main_of(coordinator.get(PAGE + DECEMBER).text)
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_person_without_capacity_reads_not_counted_and_not_zero(coordinator):
    who = pool.member()
    pool.days_off(who, date(2026, 12, 1), date(2026, 12, 31))
    page = coordinator.get(PAGE + DECEMBER).text
    heat, roles, _ = reading.tables(page)
    assert {tuple(cell) for cell in heat[1][1:]} == {("算定対象外",)}
    assert roles[1][5:7] == [["算定対象外"], ["算定対象外"]]
    assert "予定稼働率 算定対象外" in texts(page)
    assert "この期間に、割当可能な時間はありません" in page
    row = reading.sheet(coordinator.get(FILE + DECEMBER))[1]
    assert row[6:11] == ["0", "0", "0", "算定対象外", "算定対象外"]


def test_a_rate_above_the_whole_is_marked_and_explained(coordinator):
    who = pool.member()
    pool.booked(who, 1200, date(2026, 12, 7))
    week = "?from=2026-12&to=2026-12&unit=week"
    assert "超過" not in coordinator.get(PAGE + week).text.split("数え方")[0]
    pool.days_off(who, date(2026, 12, 7), date(2026, 12, 8))
    page = coordinator.get(PAGE + week)
    heat, *_others = reading.tables(page.text)
    assert heat[1][2] == ["166.7％", "20／12", "8時間超過"]
    assert "収まらない時間は、調整担当者が移すまで確定のまま数えます。" in page.text
    assert "率は100％を超えることがあります" in page.text


def test_nothing_booked_says_what_will_count_and_where_to_begin(coordinator):
    who = pool.member()
    page = coordinator.get(PAGE + DECEMBER).text
    assert "この期間に、確定した時間と仮確保した時間はありません" in page
    assert "調整デスクを開く" in page
    pool.held(who, 60, date(2026, 12, 7))
    assert (
        "この期間に、確定した時間と仮確保した時間はありません"
        not in coordinator.get(PAGE + DECEMBER).text
    )


def test_nobody_at_all_says_what_to_do(coordinator):
    page = coordinator.get(PAGE).text
    assert "この期間に活動する専門人材はいません" in page
    assert 'href="/specialists/new"' in page
    assert not reading.tables(page)


def test_nobody_found_names_the_condition_to_give_up(coordinator):
    pool.member("渡邉 健太", "ワタナベ ケンタ", roles=("PM",))
    page = coordinator.get(PAGE + "?q=いない人&role=PM").text
    assert "氏名の条件を外すと、1人います。" in page
    removal = re.search(r'href="([^"]*)">条件を外す', page)[1].replace("&amp;", "&")
    assert "渡邉 健太" in coordinator.get(removal).text


def test_english_page_is_english_throughout(coordinator):
    who = pool.member("渡邉 健太", "ワタナベ ケンタ", name_latin="Kenta Watanabe", roles=("PM",))
    pool.booked(who, 630, date(2026, 12, 7))
    coordinator.set_cookie("locale", "en", domain="localhost")
    for query in (
        DECEMBER,
        "?from=x",
        "?q=zzz",
        "?from=2026-12&to=2026-11",
        "",
        DECEMBER + "&role=UX",
    ):
        main = main_of(coordinator.get(PAGE + query).text)
        assert not re.findall(r"[\u3040-\u30ff\u4e00-\u9fff％]", texts(main))
        assert "%%" not in main
    text = texts(coordinator.get(PAGE + DECEMBER).text)
    assert "Kenta Watanabe" in text
    assert "Planned utilisation 13.1 % 10 h 30 min confirmed ÷ 80 h available" in text


def test_refusal_is_worded_in_both_languages(app):
    for locale in ("ja", "en"):
        assert sentences(locale).gettext("reports.not_found") != "reports.not_found"


def test_page_needs_at_most_eight_statements(coordinator, app):
    for n in range(3):
        who = pool.member(f"人 {n}", f"ヒト {n}")
        pool.booked(who, 60, date(2026, 12, 7))
    said = []

    def asked():
        return [statement for statement in said if statement.startswith("SELECT")]

    db.session.remove()
    event.listen(db.engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    coordinator.get(PAGE)
    assert 1 < len(asked()) <= 8, said
    said.clear()
    coordinator.get(PAGE + "?q=誰もいない&role=PM")
    assert 1 < len(asked()) <= 8, said


def test_nothing_is_styled_or_run_in_the_page(coordinator):
    pool.booked(pool.member(), 60, date(2026, 12, 7))
    page = main_of(coordinator.get(PAGE + DECEMBER).text)
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", page)


def test_past_and_far_months_can_be_asked_for(coordinator):
    pool.member()
    for month in ("2000-01", "2025-04", "2028-05", "2099-12"):
        assert coordinator.get(f"{PAGE}?from={month}&to={month}").status_code == 200
    assert "算定対象外" in coordinator.get(f"{PAGE}?from=2028-05&to=2028-05").text


def test_hold_that_runs_out_leaves_the_page(coordinator, still_clock):
    who = pool.member()
    pool.held(who, 600, date(2026, 12, 7), until=datetime(2026, 11, 24, 0, 10, tzinfo=UTC))
    assert "仮確保 10時間" in texts(coordinator.get(PAGE + DECEMBER).text)
    still_clock(datetime(2026, 11, 24, 0, 10, tzinfo=UTC))
    assert "仮確保 0時間" in texts(coordinator.get(PAGE + DECEMBER).text)


def test_default_moves_with_the_month(coordinator, still_clock):
    pool.member()
    for months in range(3):
        first = add_months(date(2026, 11, 1), months)
        still_clock(datetime(first.year, first.month, 1, tzinfo=UTC))
        client = coordinator
        make.session_cookie(client, make.coordinator())
        assert f"対象 {first.year}年{first.month}月1日" in texts(client.get(PAGE).text)
