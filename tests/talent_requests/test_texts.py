"""Pure rules: prices in texts, titles, weeks in a window, numbers as typed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentshare.kernel.weeks import WEEK
from talentshare.talent_requests.models import Outline, Position, weeks_within
from talentshare.talent_requests.queries import number_like, price_in, suggested_title

DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "予定価格 4,800万円",
        "予定価格：４，８００万円",
        "予定価格は約四千八百万円です",
        "4,800万円（予定価格）",
        "積算額\n48,000千円",
        "設計金額（税込）は、1234567円",
        "最低制限価格を三百万円に",
        "積算価格 48000000",
        "the planned price is 48,000,000 yen",
    ],
)
def test_prices_that_must_stay_secret_are_found(text):
    assert price_in(f"困っています。{text}。どうすればよいですか。")


@pytest.mark.parametrize(
    "text",
    [
        "予定価格は公表していません",
        "予定価格の決め方が分かりません。予算は48,000千円です",
        "予定価格は2026年度に決めます",
        "予定価格を3案作りました",
        "見積は4,800万円です",
        "積算額が1234件あります",
        "予定価格の1/3",
        "予定価格を令和8年12月7日に決めます",
        "",
    ],
)
def test_words_without_an_amount_are_not(text):
    assert price_in(text) == ""


@pytest.mark.parametrize(
    ("worry", "title"),
    [
        ("住民の窓口が混みます。助けてください。", "住民の窓口が混みます"),
        ("\n\n一行だけ", "一行だけ"),
        ("", ""),
        ("どうすれば？分かりません", "どうすれば"),
        (
            "税と住民記録のシステムを来年度にガバメントクラウドへ移行しますが、工程や費用が妥当か判断できません。",
            "税と住民記録のシステムを来年度にガバメントクラウドへ移行しますが…",
        ),
        (
            "庁内で使っている申請受付や備品管理の仕組みを職員自身が改善できるようにノーコードツールを入れたい",
            "庁内で使っている申請受付や備品管理の仕組みを職員自身が改善できるように…",
        ),
        (
            "住民からの問合せが多くて職員が困っているので電子申請の入力画面（スマートフォン用を含む）を直したい",
            "住民からの問合せが多くて職員が困っているので電子申請の入力画面…",
        ),
        (
            "We cannot judge whether the estimate of our present supplier is reasonable at all",
            "We cannot judge whether the estimate of…",
        ),
    ],
)
def test_a_title_is_the_first_sentence(worry, title):
    assert suggested_title(worry) == title


@given(st.text(max_size=300))
def test_a_title_is_short_and_comes_from_the_text(worry):
    title = suggested_title(worry)
    assert len(title) <= 41
    assert title.rstrip("…").strip() in worry


@given(DAYS, st.integers(0, 400))
def test_weeks_in_a_window_are_counted_by_their_fridays(first, span):
    last = first + timedelta(days=span)
    days = [first + timedelta(days=n) for n in range(span + 1)]
    mondays = [d for d in days if d.weekday() == 0 and d + timedelta(days=4) <= last]
    assert weeks_within(first, last) == len(mondays)


@given(DAYS, st.integers(0, 400), st.integers(1, 20))
def test_all_weeks_from_the_first_and_from_the_last_start_lie_in_the_window(first, span, weeks):
    last = first + timedelta(days=span)
    if weeks_within(first, last) < weeks:
        return
    position = Position(earliest_on=first, latest_end_on=last, week_count=weeks)
    assert position.first_start_on >= first
    assert position.first_start_on <= position.last_start_on
    assert position.last_start_on.weekday() == position.first_start_on.weekday() == 0
    friday_of_last = position.last_start_on + (weeks - 1) * WEEK + timedelta(days=4)
    assert friday_of_last <= last
    assert friday_of_last + WEEK > last


def test_an_outline_names_what_it_lacks():
    assert Outline().missing[0] == "role_code"
    full = Outline("SA", (), 480, 0, 31, 4, date(2026, 12, 7), date(2027, 1, 31))
    assert full.missing == []


@given(st.text(max_size=30))
def test_any_typed_number_is_harmless(typed):
    assert isinstance(number_like(typed), str)
