"""Working time as a use case: what is written, what is refused, what the ledger makes of it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from talentshare.allocations import actions as allocations
from talentshare.allocations import queries as ledger
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from talentshare.platform.db import db
from talentshare.specialists import actions, queries
from talentshare.specialists.models import (
    DayDraft,
    DayOverride,
    MonthDraft,
    PatternDraft,
    TimeOff,
    TimeOffDraft,
    Window,
    WorkingPattern,
)
from talentshare.specialists.states import TimeOffKind
from tests import make

MONDAY = date(2026, 11, 30)
DECEMBER = date(2026, 12, 1)
HALF_DAYS = ((540, 780),)
MORNINGS = tuple(Window(day, 540, 660) for day in range(5))


@pytest.fixture
def me(app):
    it = make.specialist(windows=HALF_DAYS)
    allocations.open_weeks(SYSTEM, it)
    return it


@pytest.fixture
def actor(me):
    return make.actor_of(me.person)


def capacity(me, week_on):
    return ledger.week_view(make.actor_of(me.person), me.id, week_on, week_on)[0].capacity


def month(me, actor, month_on=DECEMBER):
    views = ledger.day_view(actor, me.id, month_on)
    return {view.day: (view.inside, view.outside) for view in views if view.minutes}


def refusal(code):
    return pytest.raises((Invalid, Conflict), match=f"^{code}$")


def test_a_new_pattern_begins_next_week_and_leaves_the_past(me, actor):
    assert capacity(me, MONDAY) == 1200
    actions.set_pattern(actor, me.id, PatternDraft(MONDAY + timedelta(7), 50, MORNINGS))
    assert capacity(me, MONDAY) == 1200
    assert capacity(me, MONDAY + timedelta(7)) == 300


@pytest.mark.parametrize("day", [date(2026, 11, 24), date(2026, 11, 29), date(2020, 4, 1)])
def test_a_pattern_does_not_begin_in_the_past_or_this_week(me, actor, day):
    with refusal("time.pattern_past"):
        actions.set_pattern(actor, me.id, PatternDraft(day, 100, MORNINGS))


def test_the_first_pattern_may_begin_any_day(me, actor):
    db.session.delete(db.session.query(WorkingPattern).one())
    db.session.commit()
    actions.set_pattern(actor, me.id, PatternDraft(date(2026, 11, 1), 100, MORNINGS))
    assert capacity(me, MONDAY) == 600


def test_a_pattern_of_the_same_day_is_replaced(me, actor):
    for share in (50, 25):
        actions.set_pattern(actor, me.id, PatternDraft(MONDAY, share, MORNINGS))
    assert len(queries.patterns_of(actor, me)) == 2
    assert capacity(me, MONDAY) == 150


def test_a_coming_pattern_is_dropped_a_begun_one_is_not(me, actor):
    actions.set_pattern(actor, me.id, PatternDraft(MONDAY, 50, MORNINGS))
    actions.drop_pattern(actor, me.id, MONDAY)
    assert capacity(me, MONDAY) == 1200
    with refusal("time.pattern_begun"):
        actions.drop_pattern(actor, me.id, date(2020, 4, 1))
    with pytest.raises(NotFound):
        actions.drop_pattern(actor, me.id, MONDAY)


@pytest.mark.parametrize(
    ("windows", "code"),
    [
        ((Window(0, 540, 720), Window(0, 700, 800)), "time.windows_overlap"),
        ((Window(0, 720, 540),), "time.window_order"),
        ((Window(0, 540, 540),), "time.window_order"),
    ],
)
def test_windows_stand_apart(me, actor, windows, code):
    with refusal(code):
        actions.set_pattern(actor, me.id, PatternDraft(MONDAY, 100, windows))


def test_a_day_is_changed_and_brought_back(me, actor):
    saturday = date(2026, 12, 5)
    actions.change_days(actor, me.id, {saturday: DayDraft(0, 180), MONDAY: DayDraft(60, 0)})
    assert capacity(me, MONDAY) == 1200 - 180 + 180
    actions.change_days(actor, me.id, {saturday: None})
    assert capacity(me, MONDAY) == 1020
    actions.change_days(actor, me.id, {MONDAY: DayDraft(240, 0)})
    assert capacity(me, MONDAY) == 1200
    assert db.session.query(DayOverride).count() == 0


def test_a_holiday_is_worked_only_when_asked_for(me, actor):
    new_year = date(2026, 12, 29)
    assert new_year not in month(me, actor)
    actions.change_days(actor, me.id, {new_year: DayDraft(60, 30)})
    assert month(me, actor)[new_year] == (60, 30)


@pytest.mark.parametrize(
    ("day", "draft", "code"),
    [
        (date(2026, 11, 23), DayDraft(60, 0), "time.day_past"),
        (date(2026, 12, 1), DayDraft(526, 0), "time.day_inside_too_long"),
        (date(2026, 12, 1), DayDraft(0, 916), "time.day_outside_too_long"),
    ],
)
def test_a_day_holds_no_more_than_it_has(me, actor, day, draft, code):
    with refusal(code):
        actions.change_days(actor, me.id, {day: draft})


def test_hours_off_come_off_and_changed_days_are_after_them(me, actor):
    tuesday = date(2026, 12, 1)
    hours = TimeOffDraft(TimeOffKind.LEAVE, tuesday, tuesday, 540, 660)
    actions.take_time_off(actor, me.id, hours)
    assert month(me, actor)[tuesday] == (120, 0)
    actions.change_days(actor, me.id, {tuesday: DayDraft(90, 30)})
    assert month(me, actor)[tuesday] == (90, 30)


def test_leave_beats_a_changed_day_and_comes_back(me, actor):
    tuesday = date(2026, 12, 1)
    actions.change_days(actor, me.id, {tuesday: DayDraft(90, 30)})
    off = actions.take_time_off(actor, me.id, TimeOffDraft(TimeOffKind.LEAVE, tuesday, tuesday))
    assert tuesday not in month(me, actor)
    with refusal("time.day_on_leave"):
        actions.change_days(actor, me.id, {tuesday: DayDraft(60, 0)})
    actions.withdraw_time_off(actor, me.id, off.id)
    assert month(me, actor)[tuesday] == (90, 30)


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        ((date(2026, 11, 20), date(2026, 12, 1)), "time.off_starts_past"),
        ((date(2026, 12, 2), date(2026, 12, 1)), "time.off_order"),
        ((date(2026, 12, 2), date(2028, 12, 1)), "time.off_too_long"),
        ((date(2026, 12, 2), date(2026, 12, 3), 540, 600), "time.off_hours_of_one_day"),
        ((date(2026, 12, 2), date(2026, 12, 2), 540, None), "time.off_both_hours"),
        ((date(2026, 12, 2), date(2026, 12, 2), 600, 540), "time.off_hours_order"),
    ],
)
def test_time_off_is_sound(me, actor, draft, code):
    with refusal(code):
        actions.take_time_off(actor, me.id, TimeOffDraft(TimeOffKind.LEAVE, *draft))
    assert db.session.query(TimeOff).count() == 0


def test_leave_that_has_begun_ends_and_its_past_stays(me, actor, still_clock):
    draft = TimeOffDraft(TimeOffKind.LEAVE, date(2026, 11, 25), date(2026, 12, 4))
    off = actions.take_time_off(actor, me.id, draft)
    still_clock(datetime(2026, 12, 2, 0, 0, tzinfo=UTC))
    actions.withdraw_time_off(actor, me.id, off.id)
    assert (off.ends_on, off.withdrawn_at) == (date(2026, 12, 1), None)
    with refusal("time.off_past"):
        actions.withdraw_time_off(actor, me.id, off.id)


def test_a_month_is_answered_and_laid_on_its_days(me, actor):
    assert sum(a + b for a, b in month(me, actor).values()) == 20 * 240
    off = frozenset({date(2026, 12, 10)})
    actions.answer_month(actor, me.id, MonthDraft(DECEMBER, 3600, 3600, off))
    days = month(me, actor)
    assert sum(inside for inside, _ in days.values()) == 3600
    assert date(2026, 12, 10) not in days
    assert max(days.values()) <= (240, 0)
    assert all(day.weekday() < 5 and day.day < 29 for day in days)


def test_the_same_answer_changes_no_day(me, actor):
    actions.change_days(actor, me.id, {date(2026, 12, 1): DayDraft(60, 0)})
    actions.answer_month(actor, me.id, MonthDraft(DECEMBER, 4620, 4620))
    assert month(me, actor)[date(2026, 12, 1)] == (60, 0)
    assert queries.month_answer(actor, me, DECEMBER).minutes == 4620


def test_a_second_answer_replaces_the_first(me, actor):
    actions.answer_month(actor, me.id, MonthDraft(DECEMBER, 600, 600))
    actions.answer_month(actor, me.id, MonthDraft(DECEMBER, 4800, 4800))
    assert sum(a + b for a, b in month(me, actor).values()) == 4800
    assert db.session.query(DayOverride).count() == 0


def test_an_answer_of_nothing_empties_the_month(me, actor):
    actions.answer_month(actor, me.id, MonthDraft(DECEMBER, 0, 0))
    assert month(me, actor) == {}
    assert capacity(me, date(2027, 1, 4)) == 1200


def test_leave_by_the_hour_survives_an_answer(me, actor):
    tuesday = date(2026, 12, 1)
    actions.take_time_off(actor, me.id, TimeOffDraft(TimeOffKind.LEAVE, tuesday, tuesday, 540, 660))
    total = 20 * 240 - 120
    assert sum(a + b for a, b in month(me, actor).values()) == total
    actions.answer_month(actor, me.id, MonthDraft(DECEMBER, total - 60, total - 60))
    assert sum(a + b for a, b in month(me, actor).values()) == total - 60


@pytest.mark.parametrize(
    ("draft", "code", "field"),
    [
        (MonthDraft(date(2026, 11, 1), 60, 60), "time.month_past", "minutes"),
        (MonthDraft(DECEMBER, 60, 120), "time.inside_beyond_total", "inside_minutes"),
        (MonthDraft(DECEMBER, 6000, 4800), "time.month_beyond_windows", "minutes"),
        (MonthDraft(DECEMBER, 6000, 6000), "time.month_beyond_windows", "inside_minutes"),
        (
            MonthDraft(DECEMBER, 60, 60, frozenset({date(2027, 1, 4)})),
            "time.day_outside_month",
            "days_off",
        ),
    ],
)
def test_an_impossible_answer_is_refused_at_its_field(me, actor, draft, code, field):
    with refusal(code) as caught:
        actions.answer_month(actor, me.id, draft)
    assert caught.value.details["field"] == field


def test_nobody_changes_the_time_of_somebody_else(me):
    other = make.actor_of(make.specialist().person)
    officer = make.actor_of(make.officer())
    off = TimeOffDraft(TimeOffKind.LEAVE, DECEMBER, DECEMBER)
    for actor in (other, officer):
        with pytest.raises(Forbidden):
            actions.take_time_off(actor, me.id, off)
        with pytest.raises(Forbidden):
            actions.change_days(actor, me.id, {DECEMBER: DayDraft(0, 0)})
        with pytest.raises(Forbidden):
            actions.set_pattern(actor, me.id, PatternDraft(MONDAY, 0, ()))
        with pytest.raises(Forbidden):
            actions.answer_month(actor, me.id, MonthDraft(DECEMBER, 0, 0))


def test_time_off_of_somebody_else_is_not_found(me, actor):
    other = make.specialist()
    allocations.open_weeks(SYSTEM, other)
    theirs = actions.take_time_off(
        make.actor_of(other.person), other.id, TimeOffDraft(TimeOffKind.LEAVE, DECEMBER, DECEMBER)
    )
    with pytest.raises(NotFound):
        actions.withdraw_time_off(actor, me.id, theirs.id)
    db.session.expire_all()
    assert theirs.withdrawn_at is None


def test_a_coordinator_may_enter_time_for_a_specialist(me):
    coordinator = make.actor_of(make.coordinator())
    actions.change_days(coordinator, me.id, {MONDAY: DayDraft(60, 0)})
    assert capacity(me, MONDAY) == 1020
