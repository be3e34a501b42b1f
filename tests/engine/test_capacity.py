"""Day minutes against a slow oracle that looks at each minute of the day by itself."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talentshare.engine.capacity import (
    Off,
    Pattern,
    TimeFacts,
    Window,
    day_minutes,
    month_days,
    month_most,
    spread,
    spread_over_days,
    usual_minutes,
    week_cells,
)
from talentshare.engine.capacity_table import cells_table

MONDAY = date(2026, 11, 23)
HOLIDAY = frozenset({MONDAY})


def is_on(day, first, last):
    return first <= day and (last is None or day <= last)


def minute_is_off(facts, day, minute, kinds):
    return any(
        off.starts_on <= day <= off.ends_on
        and off.is_leave in kinds
        and (off.starts_minute is None or off.starts_minute <= minute < off.ends_minute)
        for off in facts.time_off
    )


def oracle(facts, day, closed, kinds=(True, False)):
    """(inside, outside) by asking of each minute whether it is worked."""
    paused = facts.paused_from and facts.paused_from <= day <= facts.paused_until
    if not is_on(day, facts.engaged_from, facts.engaged_until) or paused:
        return 0, 0
    free = [m for m in range(1440) if not minute_is_off(facts, day, m, kinds)]
    office = set(range(8 * 60 + 30, 17 * 60 + 15))
    if day in facts.overrides:
        inside, outside = facts.overrides[day]
        whole_day = any(
            o.starts_minute is None and o.starts_on <= day <= o.ends_on and o.is_leave in kinds
            for o in facts.time_off
        )
        if whole_day:
            return 0, 0
        gone = set(range(1440)) - set(free)
        return max(0, inside - len(gone & office)), max(0, outside - len(gone - office))
    valid = [p for p in facts.patterns if p.valid_from <= day]
    if day in closed or not valid:
        return 0, 0
    pattern = max(valid, key=lambda p: p.valid_from)
    worked = {
        m
        for m in free
        if any(
            w.weekday == day.weekday() and w.starts_minute <= m < w.ends_minute
            for w in pattern.windows
        )
    }
    share = Fraction(pattern.share_percent, 100)
    total, inside = int(share * len(worked)), int(share * len(worked & office))
    return inside, total - inside


days = st.integers(-3, 16).map(lambda n: MONDAY + timedelta(days=n))
minutes = st.integers(0, 1440)
spans = st.tuples(minutes, minutes).filter(lambda s: s[0] != s[1]).map(sorted)
windows = st.builds(lambda d, s: Window(d, *s), st.integers(0, 6), spans)
patterns = st.lists(
    st.builds(
        Pattern,
        days,
        st.one_of(st.just(100), st.integers(0, 100)),
        st.lists(windows, max_size=9).map(tuple),
    ),
    max_size=3,
    unique_by=lambda p: p.valid_from,
).map(lambda found: tuple(sorted(found, key=lambda p: p.valid_from)))
whole_days = st.builds(
    lambda day, more, leave: Off(day, day + timedelta(days=more), is_leave=leave),
    days,
    st.integers(0, 4),
    st.booleans(),
)
hours_off = st.builds(lambda day, s, leave: Off(day, day, *s, leave), days, spans, st.booleans())


@st.composite
def all_facts(draw):
    paused = sorted(draw(st.tuples(days, days))) if draw(st.booleans()) else (None, None)
    return TimeFacts(
        engaged_from=draw(days),
        engaged_until=draw(st.one_of(st.none(), days)),
        paused_from=paused[0],
        paused_until=paused[1],
        patterns=draw(patterns),
        overrides=draw(
            st.dictionaries(days, st.tuples(st.integers(0, 525), st.integers(0, 600)), max_size=4)
        ),
        time_off=tuple(draw(st.lists(st.one_of(whole_days, hours_off), max_size=4))),
    )


closures = st.frozensets(days, max_size=3)


@settings(max_examples=300, deadline=None)
@given(all_facts(), days, closures)
def test_a_day_is_what_its_minutes_say(facts, day, closed):
    found = day_minutes(facts, day, closed)
    assert (found.inside, found.outside) == oracle(facts, day, closed)
    assert (found.full_inside, found.full_outside) == oracle(facts, day, closed, kinds=())
    assert found.without_leave == sum(oracle(facts, day, closed, kinds=(False,)))


@settings(max_examples=150, deadline=None)
@given(all_facts(), closures)
def test_many_weeks_at_once_are_the_same_weeks(facts, closed):
    table = cells_table(facts, MONDAY - timedelta(weeks=1), 4, closed)
    for at, row in enumerate(table.tolist()):
        week = week_cells(facts, MONDAY + timedelta(weeks=at - 1), closed)
        assert row == [*week.inside, *week.outside, week.pattern_minutes]


@settings(max_examples=100, deadline=None)
@given(all_facts(), closures, days, st.one_of(whole_days, hours_off))
def test_time_off_never_adds_minutes(facts, closed, day, more):
    before = day_minutes(facts, day, closed)
    after = day_minutes(
        TimeFacts(
            facts.engaged_from,
            facts.engaged_until,
            facts.paused_from,
            facts.paused_until,
            facts.patterns,
            facts.overrides,
            (*facts.time_off, more),
        ),
        day,
        closed,
    )
    assert after.inside <= before.inside
    assert after.minutes <= before.minutes


def office(share=100, first=540, last=780, **more):
    pattern = Pattern(date(2020, 4, 1), share, tuple(Window(d, first, last) for d in range(5)))
    return TimeFacts(date(2020, 4, 1), patterns=(pattern,), **more)


def test_the_worked_example():
    """PRODUCT, section 7: five windows of 4 h, a holiday, 2 h of leave: 14 h."""
    tuesday = MONDAY + timedelta(days=1)
    facts = office(time_off=(Off(tuesday, tuesday, 540, 660),))
    week = week_cells(facts, MONDAY, HOLIDAY)
    assert week.inside == (0, 120, 240, 240, 240, 0, 0)
    assert week.capacity_minutes == 14 * 60
    assert week.pattern_minutes == 16 * 60


def test_office_hours_split_the_day():
    facts = office(first=8 * 60, last=18 * 60)
    found = day_minutes(facts, MONDAY)
    assert (found.inside, found.outside) == (525, 75)


def test_the_inside_part_is_floored_by_itself():
    facts = office(share=50, first=509, last=512)
    found = day_minutes(facts, MONDAY)
    assert (found.inside, found.outside) == (1, 0)


def test_a_change_from_april_alters_no_day_before():
    old = Pattern(date(2020, 4, 1), 100, (Window(2, 540, 600),))
    new = Pattern(date(2027, 4, 1), 100, (Window(2, 540, 1020),))
    facts = TimeFacts(date(2020, 4, 1), patterns=(old, new))
    assert day_minutes(facts, date(2027, 3, 31)).minutes == 60
    assert day_minutes(facts, date(2027, 4, 7)).minutes == 480


def test_a_changed_holiday_is_worked():
    facts = office(overrides={MONDAY: (60, 30)})
    found = day_minutes(facts, MONDAY, HOLIDAY)
    assert (found.inside, found.outside, found.is_closed) == (60, 30, True)


def test_leave_takes_its_hours_from_a_changed_day():
    facts = office(overrides={MONDAY: (60, 30)}, time_off=(Off(MONDAY, MONDAY, 1000, 1060),))
    found = day_minutes(facts, MONDAY)
    assert (found.inside, found.outside) == (25, 5)


def test_a_week_of_leave_is_known_as_such():
    facts = office(time_off=(Off(MONDAY, MONDAY + timedelta(days=6)),))
    assert week_cells(facts, MONDAY).is_leave
    busy = office(time_off=(Off(MONDAY, MONDAY + timedelta(days=6), is_leave=False),))
    assert not week_cells(busy, MONDAY).is_leave
    assert not week_cells(office(), MONDAY).is_leave


def test_weeks_start_on_monday():
    with pytest.raises(ValueError, match="Monday"):
        week_cells(office(), MONDAY + timedelta(days=1))
    with pytest.raises(ValueError, match="Monday"):
        cells_table(office(), MONDAY + timedelta(days=1), 1)


MONTH = date(2026, 12, 1)


def test_an_answer_for_a_month_comes_to_its_hours():
    facts = office(share=50)
    found = month_days(facts, MONTH, (41, 41), frozenset({date(2026, 12, 30)}))
    workdays = [d for d in found if d.weekday() < 5 and d.day != 30]
    assert sum(inside for inside, _ in found.values()) == 41
    assert [found[d][0] for d in workdays] == [2] * 19 + [1] * 3
    assert found[date(2026, 12, 30)] == (0, 0)


def test_an_answer_may_exceed_the_share_but_not_the_windows():
    facts = office(share=10, time_off=(Off(date(2026, 12, 1), date(2026, 12, 11)),))
    most = month_most(facts, MONTH)
    assert most == (14 * 240, 14 * 240)
    assert sum(day[0] for day in month_days(facts, MONTH, most).values()) == 14 * 240
    with pytest.raises(ValueError, match="room"):
        month_days(facts, MONTH, (14 * 240 + 1, 14 * 240 + 1))
    with pytest.raises(ValueError, match="room"):
        month_days(facts, MONTH, (60, 0))


@settings(max_examples=80, deadline=None)
@given(all_facts(), closures, st.data())
def test_an_answer_adds_up_and_stays_within_the_windows(facts, closed, data):
    most, most_inside = month_most(facts, date(2026, 12, 1), closed)
    inside = data.draw(st.integers(0, most_inside))
    outside = data.draw(st.integers(0, most - most_inside))
    found = month_days(facts, date(2026, 12, 1), (inside + outside, inside), closed)
    assert sum(day[0] for day in found.values()) == inside
    assert sum(day[1] for day in found.values()) == outside
    for day, (there, beside) in found.items():
        whole = [Pattern(p.valid_from, 100, p.windows) for p in facts.patterns]
        free = TimeFacts(
            facts.engaged_from,
            facts.engaged_until,
            facts.paused_from,
            facts.paused_until,
            tuple(whole),
            time_off=facts.time_off,
        )
        room = usual_minutes(free, day, closed)
        assert there <= room.inside
        assert beside <= room.outside


@settings(deadline=None)
@given(st.integers(0, 3000), st.lists(st.integers(0, 500), min_size=1, max_size=9))
def test_spreading_is_by_largest_remainder(minutes, weights):
    if not sum(weights):
        weights[0] = 1
    parts = spread(minutes, weights)
    exact = [Fraction(minutes * w, sum(weights)) for w in weights]
    assert sum(parts) == minutes
    ups = [p - int(e) for p, e in zip(parts, exact, strict=True)]
    assert set(ups) <= {0, 1}
    order = sorted(range(len(exact)), key=lambda at: (-(exact[at] - int(exact[at])), at))
    assert [at for at in order if ups[at]] == order[: sum(ups)]


@settings(deadline=None)
@given(st.data(), st.lists(st.integers(0, 500), min_size=1, max_size=9))
def test_spreading_fills_no_place_beyond_its_limit(data, limits):
    weights = data.draw(st.lists(st.integers(0, 100), min_size=len(limits), max_size=len(limits)))
    minutes = data.draw(st.integers(0, sum(limits)))
    parts = spread(minutes, weights, limits)
    assert sum(parts) == minutes
    assert all(0 <= part <= limit for part, limit in zip(parts, limits, strict=True))


def test_nothing_is_spread_over_nothing():
    assert spread(0, [0, 0]) == [0, 0]
    with pytest.raises(ValueError, match="no place"):
        spread(1, [0, 0])


def test_booked_time_falls_on_available_days_even_after_leave():
    available = [0, 120, 240, 240, 240, 0, 0]
    assert spread_over_days(720, 0b11111, available, 0b11110) == [0, 103, 206, 206, 205, 0, 0]
    assert spread_over_days(90, 0b00011, [0] * 7, 0b11110) == [0, 90, 0, 0, 0, 0, 0]
    assert spread_over_days(90, 0b00001, [0] * 7, 0b11110) == [90, 0, 0, 0, 0, 0, 0]
