"""Company names that look alike."""

import pytest

from talentshare.matching.queries.near import is_near


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("サンプル基盤", "サンプル基盤東日本"),
        ("ミライ電算", "ミライ電気"),
        ("サンプル基盤", "サンプル基礎盤"),
        ("サンブル基盤", "サンプル基盤"),
        ("abcd", "xabcd"),
    ],
)
def test_near(one, other):
    assert is_near(one, other)
    assert is_near(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("サンプル基盤", "サンプル基盤"),
        ("デンサ", "デンサン"),
        ("アクア", "アクト"),
        ("ミライ電算", "ミライ電気所"),
        ("abcd", "badc"),
        ("1010001000001", "1010001000002"),
    ],
)
def test_not_near(one, other):
    assert not is_near(one, other)
