"""The week check against placing minutes by augmenting paths, which knows nothing of Hall."""

import random
from datetime import date

import numpy as np
import pytest

from talentshare.engine.free_time import Loads, free_many
from talentshare.engine.week import (
    ALL_DAYS,
    Effort,
    Load,
    Week,
    asked,
    available_days,
    free,
    shortage,
    weekly_rows,
)

CASES = 10_000


def parts_of(load):
    days = [d for d in range(7) if load.weekdays >> d & 1]
    yield load.inside_minutes, days
    yield load.minutes - load.inside_minutes, days + [d + 7 for d in days]


def most_placed(week, loads):
    """Place minutes one augmenting path after the other; return how many find a cell."""
    room = [*week.inside, *week.outside]
    parts = [part for load in loads for part in parts_of(load) if part[0]]
    laid = [[0] * 14 for _ in parts]

    def push(p, want, seen):
        cells = parts[p][1]
        for c in cells:
            if room[c]:
                got = min(want, room[c])
                room[c] -= got
                laid[p][c] += got
                return got
        for c in cells:
            if c in seen:
                continue
            seen.add(c)
            for q, row in enumerate(laid):
                if q == p or not row[c]:
                    continue
                moved = push(q, min(want, row[c]), seen)
                if moved:
                    row[c] -= moved
                    laid[p][c] += moved
                    return moved
        return 0

    for p, (minutes, _) in enumerate(parts):
        left = minutes
        while left and (got := push(p, left, set())):
            left -= got
    return sum(map(sum, laid))


def fits(week, loads):
    return most_placed(week, loads) == sum(load.minutes for load in loads)


def random_week(rng):
    unit = rng.choice([1, 15, 60])
    inside = [unit * rng.randint(0, 8) if rng.random() < 0.75 else 0 for _ in range(7)]
    outside = [unit * rng.randint(0, 4) if rng.random() < 0.5 else 0 for _ in range(7)]
    week = Week(inside, outside)
    budget = sum(inside) + sum(outside)
    loads = []
    for n in range(rng.randint(0, 5)):
        minutes = rng.randint(0, max(1, budget * rng.choice([1, 2, 3, 6]) // 8))
        part = rng.choice([0, minutes, rng.randint(0, minutes)])
        loads.append(Load(minutes, part, random_mask(rng), f"load {n}"))
    return week, loads


def random_mask(rng):
    kind = rng.random()
    if kind < 0.3:
        return 1 << rng.randrange(7)
    return rng.choice([ALL_DAYS, 31]) if kind < 0.5 else rng.randint(1, 127)


@pytest.fixture(scope="module")
def weeks():
    rng = random.Random(14)
    return [(*random_week(rng), random_mask(rng)) for _ in range(CASES)]


def test_shortage_equals_placement_on_ten_thousand_weeks(weeks):
    found = 0
    for week, loads, _ in weeks:
        short = shortage(week, loads)
        missing = sum(load.minutes for load in loads) - most_placed(week, loads)
        assert (short.missing_minutes if short else 0) == missing, (week, loads)
        found += missing > 0
    assert CASES / 5 < found < CASES * 4 / 5


def test_the_named_days_and_loads_alone_are_short_by_as_much(weeks):
    for week, loads, _ in weeks:
        short = shortage(week, loads)
        if short is None:
            continue
        cut_out = Week(
            [m if d in short.days else 0 for d, m in enumerate(week.inside)],
            [
                m if d in short.days and not short.inside_only else 0
                for d, m in enumerate(week.outside)
            ],
        )
        needed = sum(
            load.inside_minutes if short.inside_only else load.minutes for load in short.loads
        )
        assert needed - most_placed(cut_out, short.loads) >= short.missing_minutes
        assert set(short.loads) <= set(loads)


def test_free_is_exact_and_tight_on_ten_thousand_weeks(weeks):
    for week, loads, mask in weeks:
        total, inside = free(week, loads, mask)
        assert total >= inside >= 0
        if not fits(week, loads):
            assert (total, inside) == (0, 0)
            continue
        assert fits(week, [*loads, Load(total, inside, mask)])
        assert not fits(week, [*loads, Load(total + 1, 0, mask)])
        assert not fits(week, [*loads, Load(max(total, inside + 1), inside + 1, mask)])


def test_many_weeks_at_once_give_the_same_numbers(weeks):
    rows = [(row, load) for row, (_, loads, _) in enumerate(weeks) for load in loads]
    loads = Loads(
        np.array([row for row, _ in rows]),
        np.array([load.minutes for _, load in rows]),
        np.array([load.inside_minutes for _, load in rows]),
        np.array([load.weekdays for _, load in rows]),
    )
    inside = np.array([week.inside for week, _, _ in weeks])
    outside = np.array([week.outside for week, _, _ in weeks])
    for mask in (ALL_DAYS, 0b0010100):
        total, within = free_many(inside, outside, loads, mask)
        expected = [free(week, held, mask) for week, held, _ in weeks]
        assert list(zip(total.tolist(), within.tolist(), strict=True)) == expected


def test_no_loads_and_no_weeks_in_columns():
    none = np.zeros(0, dtype=np.int64)
    total, within = free_many(
        np.zeros((0, 7), np.int64), np.zeros((0, 7), np.int64), Loads(none, none, none, none)
    )
    assert total.shape == within.shape == (0,)


FOUR_HOURS = Week([240] * 5 + [0, 0], [0] * 7)


def test_the_shortage_names_the_day_and_the_bookings_in_the_way():
    tuesday = Load(180, 180, 0b10, "定例会議")
    also = Load(120, 0, 0b10, "立会い")
    short = shortage(FOUR_HOURS, [tuesday, also, Load(300, 0, label="支援")])

    assert short is not None
    assert (short.missing_minutes, short.days, short.inside_only) == (60, (1,), False)
    assert short.loads == (tuesday, also)


def test_a_shortage_of_office_hours_only_says_so():
    evenings = Week([60] * 5 + [0, 0], [240] * 5 + [0, 0])
    short = shortage(evenings, [Load(400, 360)])

    assert short is not None
    assert (short.missing_minutes, short.days, short.inside_only) == (60, (0, 1, 2, 3, 4), True)


def test_a_load_bound_to_a_closed_day_is_short_on_that_day():
    short = shortage(FOUR_HOURS, [Load(60, 0, 1 << 6)])

    assert short is not None
    assert (short.missing_minutes, short.days) == (60, (6,))


def test_free_minutes_of_chosen_days():
    booked = [Load(720, 0)]
    assert free(FOUR_HOURS, booked) == (480, 480)
    assert free(FOUR_HOURS, booked, 0b11) == (480, 480)
    assert free(FOUR_HOURS, booked, 0b1) == (240, 240)
    assert free(FOUR_HOURS, [Load(240, 0, 0b1)], 0b1) == (0, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Load(60, 61),
        lambda: Load(60, 0, 0),
        lambda: Load(60, 0, 128),
        lambda: Week([0] * 6, [0] * 7),
        lambda: Week([-1] + [0] * 6, [0] * 7),
        lambda: Effort(60, 75),
        lambda: asked(60, 5, 6),
        lambda: asked(60, 0, 0),
        lambda: free(FOUR_HOURS, [], 0),
        lambda: weekly_rows(Effort(60), date(2026, 12, 8), 1, ()),
    ],
)
def test_impossible_figures_are_refused(wrong):
    with pytest.raises(ValueError):
        wrong()


YEAR_END = {date(2026, 12, d) for d in (29, 30, 31)} | {date(2027, 1, d) for d in (1, 2, 3)}
HOLIDAYS = {
    date(2027, 1, 11),
    date(2027, 2, 11),
    date(2027, 2, 23),
    date(2027, 3, 21),
    date(2027, 3, 22),
}


def test_the_worked_example_of_the_design():
    rows = weekly_rows(Effort(480, 360), date(2026, 12, 7), 16, YEAR_END | HOLIDAYS)
    short = {row.week_on: row.minutes for row in rows if row.minutes != 480}

    assert short == {
        date(2026, 12, 28): 90,
        date(2027, 1, 11): 375,
        date(2027, 2, 8): 375,
        date(2027, 2, 22): 375,
        date(2027, 3, 22): 375,
    }
    assert sum(row.minutes for row in rows) == 114 * 60 + 30
    assert {row.inside_minutes for row in rows} == {360, 285, 60}
    assert rows[-1].week_on == date(2027, 3, 22)


def test_a_short_week_counts_the_allowed_days_only():
    tuesday_and_friday = Effort(480, 0, 0b10010)
    rows = weekly_rows(tuesday_and_friday, date(2027, 1, 11), 1, {date(2027, 1, 11)})
    assert rows[0].minutes == 480
    assert available_days(0b10010, date(2027, 2, 22), HOLIDAYS) == 1


def test_the_inside_part_never_exceeds_the_total():
    for minutes in range(0, 500, 7):
        for days in range(6):
            assert asked(minutes, 5, days) >= asked(minutes * 3 // 4, 5, days)
            assert asked(minutes, 5, days) % 15 == 0


def test_a_cut_effort_keeps_its_shape():
    assert Effort(480, 360).cut_to(360) == Effort(360, 270)
    assert Effort(480, 360).cut_to(375) == Effort(375, 270)
    assert Effort(0).cut_to(0) == Effort(0)
