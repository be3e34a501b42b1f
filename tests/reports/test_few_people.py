"""Who sees groups only cannot find one person's figures: not on the page, nor by subtraction."""

import csv
import io
import itertools
from collections import defaultdict
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from talentshare.engine import utilisation as engine
from talentshare.engine.utilisation import Unit
from talentshare.kernel.period import Period
from talentshare.reports.queries import groups as groups_of
from talentshare.reports.queries.report import Counted, Report, Work
from talentshare.reports.queries.wanted import By, Wanted, Who
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


def pool_of(rng):
    """A pool of random people, with what is counted of them from December 2026 on."""
    period = Period(date(2026, 12, 1), date(2027, 3, 31))
    span = engine.span_of(period, Unit.WEEK)
    count = int(rng.integers(20, 60))
    roles = rng.choice(["PM", "SA", "UX", "IN"], count, p=[0.5, 0.3, 0.1, 0.1])
    minutes = np.zeros((5, count, len(span.cuts)), np.int64)
    for who in range(count):
        first, last = sorted(rng.integers(0, len(span.cuts) + 1, 2))
        minutes[0, who, (0 if rng.random() < 0.5 else first) : last] = 1200
    skills = np.array([(n, s) for n in range(count) for s in range(4) if rng.random() < 0.3])
    works = [(n, b) for n in range(count) for b in range(1, 5) if rng.random() < 0.4]
    given = np.zeros((5, len(works), len(span.cuts)), np.int64)
    for row, (who, _) in enumerate(works):
        given[1, row] = minutes[0, who] // 2 * (rng.random(len(span.cuts)) < 0.7)
    whom, bodies = np.array(works, np.int64).reshape(-1, 2).T
    people = [Who(n, f"{n}", "", f"{n:03}", str(role)) for n, role in enumerate(roles)]
    work = Work(whom, bodies, np.ones(len(works), np.int64), given)
    return span, Counted(people, minutes, skills.reshape(-1, 2).T, work)


def report_of(span, whole, period, unit):
    """What an administrator is told of these months of the pool."""
    mine = engine.span_of(period, unit)
    firsts = [cut.first for cut in mine.cuts]
    inside = [n for n, cut in enumerate(span.cuts) if period.first <= cut.first <= period.last]
    starts = [n for n, at in enumerate(inside) if span.cuts[at].first in firsts]
    minutes = np.add.reduceat(whole.minutes[:, :, inside], starts, axis=2)
    given = np.add.reduceat(whole.work.minutes[:, :, inside], starts, axis=2)
    counted = replace(whole, minutes=minutes, work=replace(whole.work, minutes=given), told={})
    return Report(Wanted(period, unit), mine, False, {}, counted)


def told_in(report, month):
    """The sets of (person, body or free) that each line of a month sums, with their presence."""
    work, cuts = report.work, report.cuts_of_months[month]
    free = [(n, 0) for n in range(len(report.people))]
    pieces = [*zip(work.people.tolist(), work.bodies.tolist(), strict=True), *free]
    presence = np.concatenate([work.minutes.any(axis=0), report.presence])[:, cuts]
    people = np.array([who for who, _ in pieces])
    is_work = np.arange(len(pieces)) < len(work.people)
    sets = [report.codes[people] == code for code in sorted(report.apart)]
    sets.append(~np.isin(report.codes[people], sorted(report.apart)))
    for by in (By.BODY, By.SKILL):
        told = groups_of.may_be_told(report, by)
        if by is By.BODY:
            bodies = np.array([body for _, body in pieces])
            mine = [is_work & (bodies == key) for key in sorted(told)]
            if mine:  # else all of it, which is in the sum of everybody
                sets += [*mine, is_work & ~np.any(mine, axis=0)]
        else:
            rows, keys = report.counted.skills
            sets += [np.isin(people, rows[keys == key]) for key in sorted(told)]
    return people, presence, sets


@pytest.mark.parametrize("seed", range(60))
def test_no_two_reports_tell_by_their_difference_of_few(seed):
    """Of each month, whatever the periods and units in which it was asked for."""
    span, whole = pool_of(np.random.default_rng(seed))
    days = {12: date(2026, 12, 1), 1: date(2027, 1, 1), 2: date(2027, 2, 1), 3: date(2027, 3, 1)}
    seen = defaultdict(list)
    for first, last in ((12, 12), (12, 1), (12, 3), (1, 1), (1, 2), (2, 3), (3, 3)):
        for unit in (Unit.MONTH, Unit.WEEK):
            period = engine.whole_months(days[first], days[last])
            report = report_of(span, whole, period, unit)
            if report.is_withheld:
                continue
            for n, month in enumerate(report.months):
                people, presence, sets = told_in(report, n)
                times = [presence.any(axis=1), *(presence.T if unit is Unit.WEEK else ())]
                for at, there in enumerate(times):
                    seen[month.first, at] += [(people, one & there) for one in sets]
    for found in seen.values():
        different = {one.tobytes(): (people, one) for people, one in found}.values()
        for (people, one), (_, other) in itertools.permutations(different, 2):
            if not (other & ~one).any():  # a part of it
                left = len(set(people[one & ~other].tolist()))
                assert left == 0 or left >= 5, left
