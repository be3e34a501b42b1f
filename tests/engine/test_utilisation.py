"""The arithmetic of utilisation, against sums done by hand and one row at a time."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentshare.engine import utilisation as engine
from talentshare.engine.capacity import spread
from talentshare.engine.utilisation import Bookings, Figures, Unit
from talentshare.kernel.period import Period

WEEK = (240, 240, 240, 240, 240, 0, 0)
UNIT_OF = {
    Unit.WEEK: lambda day: day.isocalendar()[:2],
    Unit.MONTH: lambda day: (day.year, day.month),
    Unit.QUARTER: lambda day: (day.year, (day.month + 2) // 3),
    Unit.FISCAL_YEAR: lambda day: day.year - (day.month < 4),
}
ROWS = st.lists(
    st.tuples(
        st.integers(0, 10_080),
        st.integers(1, 127),
        st.lists(st.integers(0, 3) | st.integers(0, 1440), min_size=7, max_size=7),
    ),
    min_size=1,
    max_size=20,
)


def whole(values):
    return np.array(values, np.int64)


def spread_one(minutes, weekdays, cells):
    return engine.spread_over_days(whole([minutes]), whole([weekdays]), whole([cells]))[0].tolist()


def bookings(*rows):
    """Each row: person, week, minutes, weekdays, held."""
    columns = whole(rows).reshape(-1, 5).T
    return Bookings(*columns[:4], columns[4].astype(bool), np.zeros(len(rows), np.int64))


def table_of(period, cells, *rows, extra=None, unit=Unit.MONTH):
    cells = np.array(cells, np.int32)
    extra = np.zeros(cells.shape[:2], np.int32) if extra is None else np.array(extra, np.int32)
    span = engine.span_of(period, unit)
    return engine.minutes_by_cut(span, cells, bookings(*rows), extra)


@given(ROWS)
def test_many_rows_are_spread_as_each_would_be_alone(rows):
    minutes, weekdays, cells = (whole(column) for column in zip(*rows, strict=True))
    found = engine.spread_over_days(minutes, weekdays, cells).tolist()
    for (one, mask, days), got in zip(rows, found, strict=True):
        allowed = [mask >> n & 1 for n in range(7)]
        room = [day * may for day, may in zip(days, allowed, strict=True)]
        assert got == spread(one, room if any(room) else allowed)
        assert sum(got) == one


def test_rest_goes_to_the_largest_remainder_and_then_to_the_earlier_day():
    assert spread_one(10, 0b0000111, (60, 60, 60, 0, 0, 0, 0)) == [4, 3, 3, 0, 0, 0, 0]
    assert spread_one(10, 0b0000111, (10, 20, 20, 0, 0, 0, 0)) == [2, 4, 4, 0, 0, 0, 0]
    assert spread_one(100, 0b0000111, (1, 1, 1, 9, 9, 9, 9)) == [34, 33, 33, 0, 0, 0, 0]


def test_booked_time_without_any_minutes_left_lies_evenly_on_the_allowed_days():
    assert spread_one(300, 0b0011100, (240, 240, 0, 0, 0, 0, 0)) == [0, 0, 100, 100, 100, 0, 0]


def test_week_of_30_november_gives_one_day_to_november():
    period = engine.whole_months(date(2026, 11, 1), date(2026, 12, 1))
    weeks = [(0,) * 7] * 10
    weeks[5] = WEEK
    november, december = table_of(period, [weeks], (0, 5, 720, 0b11111, 0))[:, 0].T
    assert engine.figures(november) == Figures(240, 144, 0)
    assert engine.figures(december) == Figures(960, 576, 0)


def test_week_of_29_march_is_divided_between_two_fiscal_years():
    old = Period(date(2027, 3, 1), date(2027, 3, 31))
    new = Period(date(2027, 4, 1), date(2027, 4, 30))
    days = (100, 200, 300, 400, 500, 0, 0)
    march = table_of(old, [[(0,) * 7] * 4 + [days]], (0, 4, 751, 0b11111, 1))
    april = table_of(new, [[days] + [(0,) * 7] * 4], (0, 0, 751, 0b11111, 1))
    # 50.07, 100.13, 150.2, 200.27 and 250.33: the one to spare is Friday's
    assert engine.figures(march) == Figures(600, 0, 300)
    assert engine.figures(april) == Figures(900, 0, 451)


def test_days_that_a_booking_may_not_use_get_nothing_of_it():
    period = Period(date(2027, 3, 31), date(2027, 3, 31))
    tuesday_and_thursday = 0b0001010
    table = table_of(period, [[WEEK]], (0, 0, 300, tuesday_and_thursday, 0))
    assert engine.figures(table) == Figures(240, 0, 0)


def test_week_that_lies_in_one_part_counts_there_whole():
    period = Period(date(2026, 12, 1), date(2026, 12, 31))
    weeks = [(0,) * 7, WEEK, WEEK, WEEK, (0,) * 7]
    by_week = table_of(period, [weeks], (0, 1, 77, 127, 0), (0, 3, 5, 127, 1), unit=Unit.WEEK)
    assert by_week[engine.CONFIRMED, 0].tolist() == [0, 77, 0, 0, 0]
    assert by_week[engine.HELD, 0].tolist() == [0, 0, 0, 5, 0]


def test_weeks_and_months_are_parts_of_the_same_table():
    period = Period(date(2026, 12, 1), date(2027, 2, 28))
    rng = np.random.default_rng(7)
    weeks = engine.span_of(period, Unit.WEEK).week_count
    cells = rng.integers(0, 480, (3, weeks, 7))
    rows = [
        (person, week, int(rng.integers(1, 3000)), int(rng.integers(1, 128)), int(rng.integers(2)))
        for person in range(3)
        for week in range(weeks)
    ]
    span = engine.span_of(period, Unit.WEEK)
    finer = table_of(period, cells, *rows, unit=Unit.WEEK)
    coarser = table_of(period, cells, *rows, unit=Unit.MONTH)
    months = span.numbers_of(engine.parts(period, Unit.MONTH))
    assert engine.by_part(finer, months).tolist() == coarser.tolist()
    assert len(span.numbers_of(engine.parts(period, Unit.WEEK))) == weeks
    assert engine.figures(finer) == engine.figures(coarser)
    assert engine.each_figures(coarser)[2][1] == engine.figures(coarser[:, 2, 1])


def test_extra_and_gap_count_on_thursday_apart_from_what_is_booked():
    period = Period(date(2026, 12, 28), date(2027, 1, 3))
    table = table_of(period, [[WEEK]], (0, 0, 1500, 127, 0), (0, 0, 60, 127, 1), extra=[[120]])
    assert engine.figures(table) == Figures(1200, 1500, 60, 120, 240)
    december, january = table[:, 0].T
    assert december[[engine.EXTRA, engine.GAP]].tolist() == [120, 240]  # Thursday is the 31st
    assert january[[engine.EXTRA, engine.GAP]].tolist() == [0, 0]


def test_gap_of_a_week_whose_thursday_lies_outside_belongs_to_the_neighbour():
    period = Period(date(2027, 1, 1), date(2027, 1, 31))
    weeks = [(0,) * 7] * 5
    table = table_of(period, [weeks], (0, 0, 700, 127, 0), extra=[[60, 0, 0, 0, 0]])
    assert engine.figures(table) == Figures(0, 300, 0, 0, 0)


def test_nobody_has_no_figures():
    period = Period(date(2026, 12, 1), date(2026, 12, 31))
    table = table_of(period, np.zeros((0, 5, 7)), unit=Unit.WEEK)
    assert engine.figures(table) == Figures()
    assert not engine.figures(table).is_counted
    assert table.shape == (5, 0, 5)
    assert engine.each_figures(table) == []


def test_free_minutes_are_what_bookings_and_holds_leave():
    figures = Figures(840, 720, 60)
    assert figures.projected_minutes == 780
    assert figures.free_minutes == 60


def test_period_of_ten_weeks_is_shown_by_week_and_a_longer_one_by_month():
    ten = Period(date(2026, 11, 1), date(2026, 12, 31))
    assert engine.span_of(ten, Unit.WEEK).week_count == 10
    assert engine.usual_unit(ten) is Unit.WEEK
    assert engine.usual_unit(Period(ten.first, date(2027, 1, 4))) is Unit.MONTH


@given(
    first=st.dates(date(2024, 1, 1), date(2028, 1, 1)),
    length=st.integers(0, 400),
    unit=st.sampled_from(Unit),
)
def test_cuts_are_made_of_days_of_one_week_and_one_month(first, length, unit):
    period = Period(first, first + timedelta(days=length))
    span = engine.span_of(period, unit)
    assert [day for cut in span.cuts for day in cut.days()] == list(period.days())
    numbers = span.cut_of_days().ravel()
    for n, number in enumerate(numbers.tolist()):
        day = span.first_week_on + timedelta(days=n)
        assert number == engine.OUTSIDE if day not in period else day in span.cuts[number]


@pytest.mark.parametrize("unit", Unit)
@given(first=st.dates(date(2024, 1, 1), date(2028, 1, 1)), length=st.integers(0, 400))
def test_parts_cover_each_day_once_and_never_cross_a_border(unit, first, length):
    period = Period(first, first + timedelta(days=length))
    parts = engine.parts(period, unit)
    assert [day for part in parts for day in part.days()] == list(period.days())
    for part in parts:
        assert len({UNIT_OF[unit](day) for day in part.days()}) == 1
    starts = [part.first for part in parts[1:]]
    assert all(day.weekday() == 0 if unit is Unit.WEEK else day.day == 1 for day in starts)
