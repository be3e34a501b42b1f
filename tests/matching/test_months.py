"""Months in a sentence: few by name, many as a span."""

from datetime import date

import pytest
from flask_babel import force_locale

from talentshare.kernel.weeks import add_months
from talentshare.matching import queries

DECEMBER = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("months", "ja", "en"),
    [
        ((0, 1), "12月・1月", "December, January"),
        ((0, 1, 2), "12月〜2月", "December – February"),
        ((0, 2, 3, 4, 7), "12月・2月〜4月・7月", "December, February – April, July"),
        (range(14), "2026年12月〜2028年1月", "December 2026 – January 2028"),
    ],
)
def test_three_months_in_a_row_are_a_span(app, months, ja, en):
    days = [add_months(DECEMBER, n).isoformat() for n in months]
    row = {
        "code": "exclusion.month_cap",
        "details": {"months": days, "missing_minutes": 60},
        "kind": "care",
    }
    for locale, words in (("ja", ja), ("en", en)):
        with force_locale(locale):
            assert words in queries.worded_reasons([row])[0][0]
