"""The target band: versions with a first day, and on which side of it a rate lies."""

from datetime import UTC, date, datetime

import pytest

from talentshare.engine.utilisation import Figures
from talentshare.kernel.errors import Forbidden, Invalid
from talentshare.reports import actions, queries
from talentshare.reports.actions import BandDraft
from tests import make
from tests.reports import pool, reading

TODAY = date(2026, 11, 24)
PAGE = "/reports/utilisation?from=2026-12&to=2026-12&by=role&unit=month"


@pytest.fixture
def admin(app):
    return make.actor_of(make.admin())


def test_before_any_version_the_initial_band_is_valid(admin):
    band = queries.band_on(admin, TODAY)
    assert (band.number, band.lower, band.upper) == (0, 70, 85)


def test_a_version_is_valid_from_its_first_day_and_earlier_days_keep_theirs(admin):
    actions.add_band(admin, BandDraft(TODAY, 55, 75), "前年度の実績による")
    actions.add_band(admin, BandDraft(date(2027, 4, 1), 60, 80), "新年度から")
    assert queries.band_on(admin, date(2026, 11, 23)).number == 0
    assert queries.band_on(admin, TODAY).upper == 75
    assert queries.band_on(admin, date(2027, 3, 31)).number == 1
    assert queries.band_on(admin, date(2027, 4, 1)).lower == 60
    newest, first = queries.band_versions(admin, TODAY)
    assert (newest.reason, newest.is_valid, first.is_valid) == ("新年度から", False, True)


@pytest.mark.parametrize(
    ("draft", "reason", "code"),
    [
        (BandDraft(date(2026, 11, 23), 55, 75), "理由", "band.day_is_past"),
        (BandDraft(TODAY, 75, 75), "理由", "band.not_bounds"),
        (BandDraft(TODAY, -1, 75), "理由", "band.not_bounds"),
        (BandDraft(TODAY, 55, 101), "理由", "band.not_bounds"),
        (BandDraft(TODAY, 55, 75), " ", "band.reason_needed"),
    ],
)
def test_what_is_no_band_is_refused(admin, draft, reason, code):
    with pytest.raises(Invalid) as refused:
        actions.add_band(admin, draft, reason)
    assert refused.value.code == code
    assert queries.last_band_number() == 0


def test_only_admins_set_it(app):
    with pytest.raises(Forbidden):
        actions.add_band(make.actor_of(make.coordinator()), BandDraft(TODAY, 55, 75), "理由")


@pytest.mark.parametrize(
    ("confirmed", "capacity", "side"),
    [
        (699, 1000, "below"), (700, 1000, "within"), (850, 1000, "within"), (851, 1000, "above"),
        (0, 0, ""), (8501, 10000, "above"), (6999, 10000, "below"),
    ],
)  # fmt: skip
def test_bounds_lie_within_and_are_compared_exactly(admin, confirmed, capacity, side):
    band = queries.band_on(admin, TODAY)
    assert band.side(Figures(capacity, confirmed)) == side


def test_page_says_in_words_where_the_rate_lies(app, sign_in, still_clock):
    who = pool.member()
    pool.booked(who, 720, date(2026, 12, 7))
    client = sign_in(make.admin())
    boss = sign_in(make.coordinator())
    assert reading.tables(boss.get(PAGE).text)[0][1][-1] == ["帯の下"]
    answer = client.post(
        "/admin/bands",
        data={"valid_from": "令和8年11月24日", "lower": "１０", "upper": "15", "reason": "試行"},
    )
    assert answer.status_code == 302
    assert reading.tables(boss.get(PAGE).text)[0][1][-1] == ["帯の中"]
    still_clock(datetime(2026, 11, 23, tzinfo=UTC))
    assert reading.tables(sign_in(make.coordinator()).get(PAGE).text)[0][1][-1] == ["帯の下"]


def test_form_keeps_what_was_typed_and_says_what_to_do(app, sign_in):
    page = sign_in(make.admin()).post(
        "/admin/bands", data={"valid_from": "令和8年11月24日", "lower": "80", "upper": "70"}
    )
    assert page.status_code == 422
    assert 'value="80"' in page.text
    assert "変える理由を1文で入力してください" in page.text
