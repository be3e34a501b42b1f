"""How dates, hours and names are written, in both languages."""

from datetime import UTC, date, datetime

import pytest
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from talentshare.kernel.actor import Role
from talentshare.platform import formats
from tests import make

MONDAY = date(2026, 12, 7)
SPRING = date(2027, 3, 26)
AT = datetime(2026, 11, 20, 7, 12, tzinfo=UTC)

KEPT = '&lt;b&gt;<span class="u-nowrap">R-2026-0142</span>&lt;/b&gt;'
TOO_MUCH = ("0から24までの数を入力してください", "Enter a number from 0 to 24")
WRITTEN = [
    (
        lambda: formats.of_field("週の時間", TOO_MUCH[formats.is_en()], is_unread=False),
        "週の時間：0から24までの数を入力してください",
        "週の時間: Enter a number from 0 to 24",
    ),
    (
        lambda: formats.of_field("変える理由", "変える理由を入力してください", is_unread=False),
        "変える理由を入力してください",
        "変える理由を入力してください",
    ),
    (
        lambda: formats.of_field("週の時間", "時間は「1.5」のように", is_unread=True),
        "週の時間：時間は「1.5」のように",
        "週の時間: 時間は「1.5」のように",
    ),
    (
        lambda: formats.of_field("Reason for it", "Please enter a reason", is_unread=False),
        "Please enter a reason",
        "Please enter a reason",
    ),
    (lambda: formats.titled("提案", "窓口"), "提案：窓口", "提案: 窓口"),
    (
        lambda: str(formats.unbroken("<b>R-2026-0142</b>")),
        KEPT,
        KEPT,
    ),
    (lambda: formats.hours(532_979), "8,882時間59分", "8,882 h 59 min"),
    (lambda: formats.day(MONDAY), "12月7日（月）", "Mon 7 December"),
    (lambda: formats.day(MONDAY, year=True), "2026年12月7日（月）", "Mon 7 December 2026"),
    (lambda: formats.day(None), "", ""),
    (
        lambda: formats.period(MONDAY, SPRING),
        "2026年12月7日（月）〜2027年3月26日（金）",
        "Mon 7 December 2026 – Fri 26 March 2027",
    ),
    (lambda: formats.month(MONDAY), "2026年12月", "December 2026"),
    (lambda: formats.fiscal(MONDAY), "令和8年度（2026年度）", "fiscal 2026"),
    (lambda: formats.fiscal(SPRING), "令和8年度（2026年度）", "fiscal 2026"),
    (lambda: formats.fiscal(2027), "令和9年度（2027年度）", "fiscal 2027"),
    (lambda: formats.fiscal(2019), "令和元年度（2019年度）", "fiscal 2019"),
    (lambda: formats.fiscal(2018), "2018年度", "fiscal 2018"),
    (lambda: formats.era_day(MONDAY), "令和8年（2026年）12月7日（月）", "Mon 7 December 2026"),
    (lambda: formats.era_day(date(2019, 5, 1)), "令和元年（2019年）5月1日（水）", "Wed 1 May 2019"),
    (lambda: formats.era_day(date(2019, 4, 30)), "2019年4月30日（火）", "Tue 30 April 2019"),
    (lambda: formats.at(AT), "11月20日（金） 16:12", "Fri 20 November 16:12"),
    (lambda: formats.at(None), "", ""),
    (lambda: formats.short_day(MONDAY), "12/7", "12/7"),
    (lambda: formats.clock_time(570), "9:30", "9:30"),
    (lambda: formats.hours(90), "1時間30分", "1 h 30 min"),
    (lambda: formats.hours(120), "2時間", "2 h"),
    (lambda: formats.hours(45), "45分", "45 min"),
    (lambda: formats.hours(0), "0時間", "0 h"),
    (lambda: formats.hours(None), "0時間", "0 h"),
    (lambda: formats.hours(-75), "−1時間15分", "−1 h 15 min"),
    (lambda: formats.decimal_hours(90), "1.5", "1.5"),
    (lambda: formats.decimal_hours(840), "14", "14"),
    (lambda: formats.decimal_hours(None), "0", "0"),
    (lambda: formats.person_days(465), "1.0人日", "1.0 person-days"),
    (lambda: formats.person_days(6870), "14.8人日", "14.8 person-days"),
    (lambda: formats.percent(720, 840), "85.7", "85.7"),
    (lambda: formats.percent(1, 0), "", ""),
    (lambda: formats.weekdays(0b0010101), "月・水・金", "Mon, Wed, Fri"),
    (lambda: formats.weekdays(0), "", ""),
    (lambda: formats.named(None), "", ""),
]


@pytest.mark.parametrize(("write", "japanese", "english"), WRITTEN)
def test_each_language_writes_its_own_way(app, write, japanese, english):
    with app.test_request_context():
        with force_locale("ja"):
            assert write() == japanese
        with force_locale("en"):
            assert write() == english


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_percentage_is_rounded_half_up_to_a_tenth(part, whole):
    tenths = int(formats.percent(part, whole).replace(".", ""))
    assert tenths * whole <= part * 1000 + whole / 2
    assert (tenths + 1) * whole > part * 1000 + whole / 2


@given(st.integers(0, 10**7))
def test_decimal_hours_lose_less_than_half_a_hundredth(minutes):
    assert abs(float(formats.decimal_hours(minutes).replace(",", "")) - minutes / 60) <= 0.0051


def test_names_are_those_of_the_readers_language(app):
    body = make.body(name_ja="見本市", name_en="Sample City")
    person = make.person(Role.OFFICER, of=body, name="見本 太郎", name_latin="Taro Mihon")
    nameless = make.person(Role.OFFICER, of=body, name="見本 花子", name_latin="")
    with app.test_request_context():
        with force_locale("ja"):
            assert [formats.named(it) for it in (body, person)] == ["見本市", "見本 太郎"]
        with force_locale("en"):
            assert [formats.named(it) for it in (body, person)] == ["Sample City", "Taro Mihon"]
            assert formats.named(nameless) == "見本 花子"


def test_blanks_of_a_sentence_are_worded_by_what_they_are(app):
    body = make.body(name_ja="見本市")
    details = {
        "week_on": MONDAY,
        "month_on": MONDAY,
        "at": AT,
        "missing_minutes": 120,
        "most": 3,
        "body": body,
        "number": "R-2026-0142",
    }
    with app.test_request_context(), force_locale("ja"):
        assert formats.worded(details) == {
            "week_on": "12月7日（月）",
            "month_on": "2026年12月",
            "at": "11月20日（金） 16:12",
            "missing_minutes": "2時間",
            "most": 3,
            "body": "見本市",
            "number": "R-2026-0142",
        }
