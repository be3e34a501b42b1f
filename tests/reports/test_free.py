"""来月だれが空いているか, and what stands apart from the rates."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentshare.engine.week import asked
from talentshare.kernel.errors import Conflict
from talentshare.reports.queries.free import every_week
from tests import make
from tests.reports import pool, reading


@pytest.fixture
def coordinator(app, sign_in):
    make.catalogue()
    return sign_in(make.coordinator())


def names(table):
    return [row[0][0] for row in table[1:]]


def test_next_month_by_role_most_free_first(coordinator):
    busy = pool.member("忙しい 人", "イソガシイ", roles=("SA",))
    pool.booked(busy, 600, date(2026, 12, 7))
    pool.held(busy, 300, date(2026, 12, 14))
    pool.member("空いた 人", "アイタ", roles=("SA",))
    pool.member("別の 人", "ベツノ", roles=("PM",))
    page = coordinator.get("/reports/free")
    tables = reading.tables(page.text)
    assert "2026年12月に空いている専門人材" in page.text
    assert names(tables[0]) == ["別の 人"]
    assert names(tables[1]) == ["空いた 人", "忙しい 人"]
    row = dict(zip([c[0] for c in tables[1][0]], tables[1][2], strict=True))
    assert row["12/7の週"] == ["10"]
    assert row["12/14の週"] == ["15"]
    assert row["毎週頼める時間"] == ["10"]  # the short weeks ask for less than they leave
    assert "12/28の週（開いている日は1日）" in page.text


def test_nobody_has_more_free_than_the_cap_of_the_month_leaves(coordinator):
    """複業: 20 hours a week are free, but 12 hours a month are agreed, of which 4 are booked."""
    capped = pool.member("複業 人", "フクギョウ", roles=("SA",), month_cap_minutes=720)
    pool.booked(capped, 240, date(2026, 12, 7))
    pool.member("空いた 人", "アイタ", roles=("SA",))
    spent = pool.member("尽きた 人", "ツキタ", roles=("SA",), month_cap_minutes=240)
    pool.booked(spent, 240, date(2026, 12, 7))
    table = reading.tables(coordinator.get("/reports/free").text)[0]
    assert names(table) == ["空いた 人", "複業 人"]
    head = [c[0] for c in table[0]]
    free, limited = (dict(zip(head, row, strict=True)) for row in table[1:])
    assert free["月上限の残り（時間）"] == ["―"]
    assert limited["月上限の残り（時間）"] == ["8"]
    assert limited["12/14の週"] == ["8"]
    assert limited["毎週頼める時間"] == ["1.75"]  # of 8 hours in four weeks and a day
    file = {row[1]: row for row in reading.sheet(coordinator.get("/reports/free.csv"))}
    assert file["複業 人"][3:6] == ["105", "480", "480"]
    assert file["空いた 人"][4] == ""
    other = make.position(minutes_per_week=480, inside_minutes_per_week=0, week_count=1)
    with pytest.raises(Conflict):
        pool.booked(capped, 495, date(2026, 12, 14), position=other)
    assert pool.booked(capped, 480, date(2026, 12, 14), position=other)


@given(
    weeks=st.lists(st.tuples(st.integers(0, 160), st.integers(0, 5)), min_size=4, max_size=5),
    left=st.none() | st.integers(0, 400),
)
def test_as_much_as_each_week_and_the_cap_take_by_the_rule_of_short_weeks(weeks, left):
    free, open_days = [quarters * 15 for quarters, _ in weeks], [days for _, days in weeks]
    month_left = None if left is None else left * 15

    def fits(minutes):
        rows = [asked(minutes, 5, days) for days in open_days]
        within = all(row <= room for row, room, days in zip(rows, free, open_days, strict=True))
        return within and (month_left is None or sum(rows) <= month_left)

    most = max((m for m in range(0, 13_000, 15) if fits(m)), default=0)
    assert every_week(free, open_days, month_left) == (most if any(open_days) else 0)


def test_less_than_a_quarter_of_an_hour_is_not_free(coordinator):
    mondays = [date(2026, 11, 30), *(date(2026, 12, day) for day in (7, 14, 21, 28))]
    busy, full = pool.member("忙しい 人", "イソガシイ"), pool.member("満ちた 人", "ミチタ")
    pool.booked(busy, 1180, mondays[1])
    before = reading.tables(coordinator.get("/reports/free").text)[0]
    row = dict(
        zip([c[0] for c in before[0]], before[names(before).index("忙しい 人") + 1], strict=True)
    )
    assert row["12/7の週"] == ["0.25"]  # 20 minutes
    for monday, free in zip(mondays, row_of(before, "満ちた 人"), strict=True):
        pool.booked(full, round(float(free) * 60) - 10, monday)
    assert names(reading.tables(coordinator.get("/reports/free").text)[0]) == ["忙しい 人"]


def row_of(table, name):
    """The free hours of each week."""
    return [cell[0] for cell in table[names(table).index(name) + 1][3:]]


def test_who_is_paused_or_away_is_left_out(coordinator):
    pool.member("休む 人", paused_from=date(2026, 12, 10), paused_until=date(2027, 1, 10))
    pool.member("去る 人", engaged_until=date(2026, 12, 15))
    page = coordinator.get("/reports/free").text
    assert "空いている人はいません" in page
    assert "休む 人" not in page


def test_only_coordinators_see_it(app, sign_in):
    for who in (make.admin(), make.officer(), pool.member().person):
        assert sign_in(who).get("/reports/free").status_code == 403


def test_people_stand_apart_for_coordinators_and_sums_for_others(coordinator, sign_in):
    for _ in range(5):
        pool.member()
    ill = pool.member("病気 の人", roles=("PM",))
    pool.booked(ill, 1200, date(2026, 12, 7))
    pool.days_off(ill, date(2026, 12, 7), date(2026, 12, 8))
    pool.granted(pool.member("特例 の人"), date(2026, 12, 14), 90)
    page = "/reports/utilisation?from=2026-12&to=2026-12"
    table = reading.tables(coordinator.get(page).text)[-1]
    found = {row[0][0]: [row[1][0], row[2][0]] for row in table[1:]}
    assert found == {"病気 の人": ["0", "8"], "特例 の人": ["1.5", "0"]}
    told = sign_in(make.admin()).get(page).text
    assert "上限の特例 1時間30分、休暇による不足 8時間です。" in told
    assert "病気 の人" not in told
    assert (
        "特例と休暇による不足はありません"
        in coordinator.get(page.replace("2026-12", "2026-11")).text
    )


def test_files_have_what_the_pages_show(coordinator):
    who = pool.member("忙しい 人", "イソガシイ", roles=("SA",))
    pool.booked(who, 605, date(2026, 12, 7))
    pool.member("別の 人", "ベツノ", roles=("PM",), month_cap_minutes=1200)
    shown = [row for t in reading.tables(coordinator.get("/reports/free").text) for row in t[1:]]
    file = reading.sheet(coordinator.get("/reports/free.csv"))
    assert [[row[1], *map(hours, row[3:-1])] for row in file[1:]] == [
        [cell[0] for cell in row] for row in shown
    ]
    assert {row[-1] for row in file[1:]} == {"2026-11-24"}


def test_what_stands_apart_is_a_file_too(coordinator, sign_in):
    for _ in range(5):
        pool.member()
    pool.granted(pool.member("特例 の人"), date(2026, 12, 14), 90)
    query = "?from=2026-12&to=2026-12"
    page = coordinator.get("/reports/utilisation" + query)
    assert "by=apart" in page.text
    file = reading.sheet(coordinator.get("/reports/utilisation.csv" + query + "&by=apart"))
    shown = reading.tables(page.text)[-1][1:]
    assert [[row[0], hours(row[5]), hours(row[6])] for row in file[1:]] == [
        [cell[0] for cell in row] for row in shown
    ]
    admin = sign_in(make.admin())
    assert "by=apart" not in admin.get("/reports/utilisation" + query).text
    assert admin.get("/reports/utilisation.csv" + query + "&by=apart").status_code == 404


def hours(minutes):
    return f"{int(minutes) / 60:.2f}".rstrip("0").rstrip(".") if minutes else "―"
