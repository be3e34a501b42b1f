"""Who sees groups only cannot find one person's figures: not on the page, nor by subtraction."""

import csv
import io
from datetime import date

import numpy as np
import pytest

from talentshare.engine import utilisation as engine
from tests import make
from tests.reports import pool

PERIOD = "from=2026-12&to=2026-12"


def groups(*rows):
    return engine.told_apart(np.array(rows)).tolist()


def test_what_is_told_together_is_many_enough_itself():
    assert groups([9], [8], [5]) == [True, True, True]
    assert groups([9], [3], [2]) == [True, False, False]
    assert groups([9], [6], [1]) == [True, False, False]  # the whole less 9 and 6 would be one
    assert groups([9], [1]) == [False, False]
    assert groups([9, 9], [6, 4], [5, 5]) == [True, False, False]
    assert groups([9, 9], [6, 0], [5, 5]) == [True, True, True]  # nobody is nobody's figure


@pytest.mark.parametrize("seed", range(200))
def test_no_difference_of_what_is_told_is_of_few(seed):
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 12, (rng.integers(1, 8), rng.integers(1, 4)))
    whole = counts.sum(axis=0)
    apart = engine.told_apart(counts)
    if engine.is_told(whole):
        assert all(engine.is_told(row) for row in counts[apart])
        assert engine.is_told(whole - counts[apart].sum(axis=0))


@pytest.fixture
def admin(app, sign_in):
    return sign_in(make.admin())


def people(**count_by_role):
    for role, count in count_by_role.items():
        for _ in range(count):
            pool.member(roles=(role,))


def file_of(client, by="role", more=""):
    """The lines of a file by their first cell."""
    answer = client.get(f"/reports/utilisation.csv?by={by}&{PERIOD}{more}")
    assert answer.status_code == 200
    head, *lines = csv.reader(io.StringIO(answer.text.lstrip("\ufeff")))
    return {line[0]: dict(zip(head, line, strict=True)) for line in lines}


def test_small_roles_stand_together_on_page_and_in_file(admin):
    people(SA=6, PM=5, IN=1)
    lines = file_of(admin)
    assert set(lines) == {"システムアーキテクト", "人数の少ない職種の計", "全体"}
    assert [line["人数"] for line in lines.values()] == ["6", "6", "12"]
    page = admin.get(f"/reports/utilisation?{PERIOD}").text
    table = page[page.index('id="groups"') :]
    assert "人数の少ない職種の計" in table
    assert "プロジェクトマネージャー" not in table
    assert "インフラエンジニア" not in table


def test_a_role_that_does_not_stand_apart_is_not_told_by_the_filter_either(admin):
    people(SA=6, PM=5, IN=1)
    assert list(file_of(admin, more="&role=SA")) == ["システムアーキテクト", "全体"]
    for role in ("PM", "IN"):
        page = admin.get(f"/reports/utilisation?{PERIOD}&role={role}")
        assert "単独では示しません" in page.text
        assert "stats__figure" not in page.text
        for by in ("role", "month"):
            path = f"/reports/utilisation.csv?by={by}&{PERIOD}&role={role}"
            assert admin.get(path).status_code == 409


def test_a_month_with_few_people_is_not_told_within_a_longer_period(admin):
    for _ in range(5):
        pool.member(engaged_until=date(2026, 11, 30))
    pool.member(engaged_from=date(2026, 12, 1))
    for months, told in (("from=2026-11&to=2026-11", True), ("from=2026-11&to=2026-12", False)):
        page = admin.get(f"/reports/utilisation?{months}").text
        assert ("stats__figure" in page) == told
        status = admin.get(f"/reports/utilisation.csv?by=month&{months}").status_code
        assert status == (200 if told else 409)


def test_a_small_pool_is_not_told_at_all(admin):
    people(SA=4)
    page = admin.get(f"/reports/utilisation?{PERIOD}")
    assert (page.status_code, "5人に満たない月があります" in page.text) == (200, True)
    assert "stats__figure" not in page.text
    assert admin.get(f"/reports/utilisation.csv?by=month&{PERIOD}").status_code == 409


def test_coordinators_see_each_role(app, sign_in):
    people(SA=2, PM=1)
    lines = file_of(sign_in(make.coordinator()))
    assert {"システムアーキテクト", "プロジェクトマネージャー"} <= set(lines)
