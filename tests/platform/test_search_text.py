"""Folding: what people type finds what people meant."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentshare.platform.search_text import company_key, fold, katakana, pattern


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("髙橋 渡邉", "高橋"),
        ("髙橋 渡邉", "渡辺"),
        ("山﨑 齋藤", "山崎"),
        ("山﨑 齋藤", "斉藤"),
        ("斎藤", "齋藤"),
        ("澤口 廣瀨", "広瀬"),
        ("ワタナベ ケンタ", "わたなべ"),
        ("ﾜﾀﾅﾍﾞ", "ワタナベ"),
        ("Ａｃｃｅｓｓ", "access"),
        ("ACCESS", "ａccess"),
        ("クラウド設計", "くらうど"),
        ("R-2026-0142", "ｒ－２０２６－０１４２"),
    ],
)
def test_width_case_kana_and_variants_do_not_matter(stored, typed):
    assert fold(typed) in fold(stored)


def test_folding_joins_what_there_is_into_one_line():
    assert fold("見本 太郎", None, "", "ミホン") == "見本 太郎 ミホン"
    assert fold() == ""


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


def matches(like, text):
    """What LIKE … ESCAPE '\\' does."""
    parts = re.findall(r"\\.|[%_]|[^\\%_]", like, re.DOTALL)
    signs = {"%": ".*", "_": "."}
    regex = "".join(signs.get(part) or re.escape(part[-1]) for part in parts)
    return re.fullmatch(regex, text, re.DOTALL) is not None


@given(st.text(alphabet="ab%_\\ あ漢", max_size=6), st.text(alphabet="ab%_\\ あ漢", max_size=12))
def test_a_pattern_finds_exactly_what_contains_it(query, text):
    assert matches(pattern(query), fold(text)) == (fold(query).strip() in fold(text))


@pytest.mark.parametrize(
    "name",
    [
        "株式会社みほんシステム",
        "みほんシステム株式会社",
        "㈱みほんシステム",
        "みほんシステム（株）",
        "ミホンシステム",
        "みほん システム",
        "みほん・システム",
        "ﾐﾎﾝｼｽﾃﾑ㈱",
        "一般社団法人みほんシステム",
    ],
)
def test_a_company_has_one_key_however_it_is_written(name):
    assert company_key(name) == company_key("みほんシステム") != ""


def test_other_companies_have_other_keys():
    assert company_key("みほんシステム") != company_key("みほんシステムズ")
    assert company_key("ABC") == company_key("ａｂｃ株式会社")


def test_kana_for_sorting_are_full_width_katakana():
    assert katakana(" ﾜﾀﾅﾍﾞ けんた ") == "ワタナベ ケンタ"
