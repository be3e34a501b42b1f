"""The figures: the worked example, weeks over a border, holds, leave, who is counted."""

from datetime import UTC, date, datetime, timedelta

import pytest

from talentshare.allocations import actions as allocations
from talentshare.allocations import queries as allocation_queries
from talentshare.catalogue import queries as catalogue
from talentshare.engine.utilisation import Figures, Unit, whole_months
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Conflict, NotFound
from talentshare.kernel.period import Period
from talentshare.platform.formats import percent
from talentshare.reports import queries
from talentshare.reports.queries import By, Wanted
from tests import make
from tests.reports import pool

WEEK_48 = date(2026, 11, 23)
WEEK_49 = date(2026, 11, 30)
WEEK_13 = date(2027, 3, 29)
NOVEMBER = whole_months(date(2026, 11, 1), date(2026, 11, 1))
DECEMBER = whole_months(date(2026, 12, 1), date(2026, 12, 1))
TWO_MONTHS = Period(NOVEMBER.first, DECEMBER.last)


@pytest.fixture
def coordinator(app):
    make.catalogue()
    return make.actor_of(make.coordinator())


def report_of(actor, period, unit=Unit.MONTH, **given):
    return queries.utilisation(actor, Wanted(period, unit, **given), catalogue.job_roles())


def example_week():
    """20 hours less the holiday of Monday less two hours of leave on Tuesday: 14 hours."""
    who = pool.member()
    pool.days_off(who, date(2026, 11, 24), hours=(540, 660))
    return who


def test_worked_example_of_the_definition(coordinator):
    who = example_week()
    pool.booked(who, 720, WEEK_48)
    week = Period(WEEK_48, WEEK_48 + timedelta(days=6))
    total = report_of(coordinator, week).total
    assert total.capacity_minutes == 14 * 60
    assert total.confirmed_minutes == 12 * 60
    assert percent(total.confirmed_minutes, total.capacity_minutes) == "85.7"
    assert percent(total.confirmed_minutes + 240, total.capacity_minutes) == "114.3"


def test_hold_beyond_the_example_is_refused_as_two_hours_short(coordinator):
    who = example_week()
    pool.booked(who, 720, WEEK_48)
    more = pool.booking(who, 240, WEEK_48)
    found = allocation_queries.no_fit(more)
    assert found.weeks[0].missing_minutes == 120
    with pytest.raises(Conflict) as refused:
        allocations.hold(SYSTEM, more, datetime(2026, 12, 1, tzinfo=UTC))
    assert refused.value.code == "allocation.no_fit"
    assert refused.value.details["missing_minutes"] == 120
    assert report_of(coordinator, NOVEMBER).total.held_minutes == 0


def test_hold_counts_as_projected_until_it_runs_out(coordinator, still_clock):
    who = example_week()
    pool.booked(who, 600, WEEK_48)
    pool.held(who, 120, WEEK_48, until=datetime(2026, 11, 27, 8, 0, tzinfo=UTC))
    total = report_of(coordinator, NOVEMBER).total
    assert (total.confirmed_minutes, total.held_minutes) == (600, 120)
    assert total.projected_minutes == 720
    still_clock(datetime(2026, 11, 27, 8, 0, tzinfo=UTC))
    assert report_of(coordinator, NOVEMBER).total.held_minutes == 0


def test_confirmed_hold_moves_over(coordinator):
    who = example_week()
    hold = pool.held(who, 120, WEEK_48)
    allocations.confirm(SYSTEM, hold.id)
    assert report_of(coordinator, NOVEMBER).total == Figures(
        report_of(coordinator, NOVEMBER).total.capacity_minutes, 120, 0
    )


def test_released_and_cancelled_time_is_gone_and_ended_time_counts_to_its_end(coordinator):
    who = pool.member()
    allocations.release(SYSTEM, pool.held(who, 60, WEEK_49).id)
    allocations.cancel(SYSTEM, pool.booked(who, 60, WEEK_49).id, "中止")
    ended = pool.booked(who, 60, date(2026, 12, 7), date(2026, 12, 14))
    allocations.end_early(SYSTEM, ended.id, date(2026, 12, 7), "完了")
    total = report_of(coordinator, DECEMBER).total
    assert (total.confirmed_minutes, total.held_minutes) == (60, 0)


def test_week_over_two_months_is_divided_by_the_minutes_of_its_days(coordinator):
    who = pool.member()
    pool.odd_pattern(who, WEEK_49, (60, 120, 180, 240, 300))
    pool.booked(who, 451, WEEK_49)
    (november, before), (december, after) = report_of(coordinator, TWO_MONTHS).by_month()
    assert (november.first.month, december.first.month) == (11, 12)
    assert before.confirmed_minutes == 30  # 451 x 60/900 = 30.07; the spare minute is Friday's
    assert after.confirmed_minutes == 421
    assert report_of(coordinator, NOVEMBER).total.confirmed_minutes == 30
    assert report_of(coordinator, DECEMBER).total.confirmed_minutes == 421


def test_closed_day_of_such_a_week_gets_nothing(coordinator):
    who = pool.member()
    new_year = date(2026, 12, 28)
    pool.booked(who, 100, new_year)  # 29 December to 3 January are closed
    january = whole_months(date(2027, 1, 1), date(2027, 1, 1))
    assert report_of(coordinator, DECEMBER).total.confirmed_minutes == 100
    assert report_of(coordinator, january).total.confirmed_minutes == 0


def test_only_allowed_weekdays_take_a_share(coordinator):
    who = pool.member()
    pool.booked(who, 240, WEEK_49, weekdays=0b0000011)
    pool.held(who, 90, WEEK_49, weekdays=0b0000110)
    assert report_of(coordinator, NOVEMBER).total == Figures(
        report_of(coordinator, NOVEMBER).total.capacity_minutes, 120, 0
    )
    december = report_of(coordinator, DECEMBER).total
    assert (december.confirmed_minutes, december.held_minutes) == (120, 90)


def test_week_over_31_march_is_divided_between_fiscal_years(coordinator):
    who = pool.member()
    pool.new_pattern(who, date(2027, 4, 1), ((540, 660),))
    pool.booked(who, 480, WEEK_13)
    march, april = Period(date(2027, 3, 1), date(2027, 3, 31)), date(2027, 4, 1)
    assert report_of(coordinator, march).total.confirmed_minutes == 360
    assert report_of(coordinator, whole_months(april, april)).total.confirmed_minutes == 120
    last_day = report_of(coordinator, Period(date(2027, 3, 31), date(2027, 3, 31))).total
    assert (last_day.capacity_minutes, last_day.confirmed_minutes) == (240, 120)
    first_day = report_of(coordinator, Period(april, april)).total
    assert (first_day.capacity_minutes, first_day.confirmed_minutes) == (120, 60)


def test_new_pattern_from_april_alters_no_figure_of_march(coordinator):
    who = pool.member()
    march = Period(date(2027, 3, 1), date(2027, 3, 31))
    before = report_of(coordinator, march).total
    pool.new_pattern(who, date(2027, 4, 1), ((540, 600),))
    assert report_of(coordinator, march).total == before


def test_person_without_capacity_is_not_counted(coordinator):
    who = pool.member()
    pool.days_off(who, date(2026, 12, 1), date(2026, 12, 31))
    pool.booked(pool.member("別の 人", "ベツノ ヒト"), 600, date(2026, 12, 7))
    report = report_of(coordinator, DECEMBER)
    other, absent = report.by_person()
    assert not absent.total.is_counted
    assert percent(absent.total.confirmed_minutes, absent.total.capacity_minutes) == ""
    assert report.total.capacity_minutes == other.total.capacity_minutes
    assert len(report.people) == 2


def test_leave_after_booking_is_shown_as_a_gap_and_spread_evenly(coordinator):
    who = pool.member()
    pool.booked(who, 1000, WEEK_49)
    pool.days_off(who, WEEK_49, date(2026, 12, 4))
    both = report_of(coordinator, TWO_MONTHS)
    assert [f.confirmed_minutes for _, f in both.by_month()] == [143, 857]  # seven days
    assert [f.gap_minutes for _, f in both.by_month()] == [0, 1000]  # Thursday is in December
    assert both.total.capacity_minutes == sum(f.capacity_minutes for _, f in both.by_month())


def test_gap_does_not_count_holds_that_ran_out(coordinator, still_clock):
    who = pool.member()
    pool.held(who, 600, WEEK_49, until=datetime(2026, 11, 26, tzinfo=UTC))
    pool.days_off(who, WEEK_49, date(2026, 12, 4))
    assert report_of(coordinator, TWO_MONTHS).total.gap_minutes == 600
    still_clock(datetime(2026, 11, 26, tzinfo=UTC))
    assert report_of(coordinator, TWO_MONTHS).total.gap_minutes == 0


def test_extra_is_shown_apart_and_not_part_of_capacity(coordinator):
    who = pool.member()
    before = report_of(coordinator, DECEMBER).total
    pool.granted(who, WEEK_49, 120)
    after = report_of(coordinator, DECEMBER).total
    assert after.extra_minutes == 120
    assert after.capacity_minutes == before.capacity_minutes
    assert report_of(coordinator, NOVEMBER).total.extra_minutes == 0


def test_appointment_counts_on_its_tokyo_day(coordinator):
    who = pool.member()
    late_evening = datetime(2026, 11, 30, 15, 30, tzinfo=UTC)  # 0:30 on 1 December in Tokyo
    pool.appointed(who, late_evening, 60)
    pool.appointed(who, datetime(2026, 11, 30, 5, 0, tzinfo=UTC), 90)
    pool.appointed(who, datetime(2026, 11, 30, 8, 0, tzinfo=UTC), 30, state="cancelled")
    assert report_of(coordinator, NOVEMBER).total.confirmed_minutes == 90
    assert report_of(coordinator, DECEMBER).total.confirmed_minutes == 60


def test_groups_divide_sums_by_sums(coordinator):
    busy = pool.member("忙しい 人", "イソガシイ", roles=("PM",))
    pool.member("広い 人", "ヒロイ", windows=((540, 720), (780, 1020)))
    pool.booked(busy, 1200, date(2026, 12, 7))
    pool.held(busy, 600, date(2026, 12, 14))
    report = report_of(coordinator, DECEMBER)
    roles = {line.thing.code: line for line in queries.grouping(report, By.ROLE).lines}
    assert set(roles) == {"PM", "SA"}
    assert roles["PM"].people == 1
    assert roles["PM"].figures.confirmed_minutes == 1200
    assert roles["SA"].figures.projected_minutes == 0
    whole = sum(line.figures.capacity_minutes for line in roles.values())
    assert report.total == Figures(whole, 1200, 600)


def test_people_stand_in_the_order_of_kana_fifty_a_page(coordinator):
    for n in range(52):
        pool.member(f"人 {n}", f"ヒト {99 - n}")
    report = report_of(coordinator, DECEMBER)
    assert report.pages == 2
    names = [line.who.kana for page in (1, 2) for line in report.by_person(page)]
    assert names == sorted(names)
    assert len(report.by_person(1)) == 50
    assert [line.who for line in report.by_person()] == list(report.people)


def test_filter_takes_main_role_and_name(coordinator):
    first = pool.member("渡邉 健太", "ワタナベ ケンタ", roles=("PM", "SA"))
    pool.member("髙橋 陽子", "タカハシ ヨウコ", roles=("SA",))
    pool.booked(first, 60, date(2026, 12, 7))
    assert [w.name_ja for w in report_of(coordinator, DECEMBER, role_code="SA").people] == [
        "髙橋 陽子"
    ]
    for text in ("渡辺", "わたなべ", "ﾜﾀﾅﾍﾞ ケンタ"):
        found = report_of(coordinator, DECEMBER, text=text)
        assert [who.name_ja for who in found.people] == ["渡邉 健太"]
        assert found.total.confirmed_minutes == 60
    assert report_of(coordinator, DECEMBER, role_code="SA").total.confirmed_minutes == 0


def test_sign_of_a_pattern_is_searched_for_as_it_stands(coordinator):
    pool.member()
    pool.member("百% 花子", "ヒャク ハナコ")
    found = report_of(coordinator, DECEMBER, text="%").people
    assert [who.name_ja for who in found] == ["百% 花子"]


def test_evenings_count_as_well_as_office_hours(coordinator):
    pool.member(windows=((600, 660), (1080, 1200)))
    day = Period(date(2026, 12, 1), date(2026, 12, 1))
    assert report_of(coordinator, day).total.capacity_minutes == 180


def test_ledger_may_begin_in_the_middle_of_the_period(coordinator):
    pool.member(engaged_from=date(2026, 11, 24))
    longer = Period(date(2026, 3, 1), NOVEMBER.last)
    for period in (NOVEMBER, longer):
        assert report_of(coordinator, period).total.capacity_minutes == 5 * 240


def test_best_removal_names_the_condition_that_helps_most(coordinator):
    pool.member("甲野 一", "コウノ ハジメ", roles=("PM",))
    pool.member("乙山 二", "オツヤマ ツグ", roles=("PM",))
    pool.member("丙川 三", "ヘイカワ サン", roles=("SA",))
    wanted = Wanted(DECEMBER, Unit.MONTH, role_code="PM", text="丙川")
    assert queries.best_removal(coordinator, wanted) == ("text", 2)
    wanted = Wanted(DECEMBER, Unit.MONTH, role_code="UX", text="丙川")
    assert queries.best_removal(coordinator, wanted) == ("role_code", 1)
    assert queries.best_removal(coordinator, Wanted(DECEMBER, Unit.MONTH)) == ("", 0)


def test_who_left_before_the_period_is_not_counted_in_it(coordinator):
    left = pool.member("去った 人", "サッタ ヒト", engaged_until=date(2026, 11, 27))
    assert not report_of(coordinator, DECEMBER).people
    pool.booked(left, 60, WEEK_48)
    assert report_of(coordinator, NOVEMBER).total.confirmed_minutes == 60


def test_booked_time_counts_although_the_person_has_left(coordinator):
    left = pool.member()
    pool.booked(left, 60, date(2026, 12, 7))
    left.engaged_until = date(2026, 11, 27)
    make.saved(left)
    assert report_of(coordinator, DECEMBER).total.confirmed_minutes == 60


@pytest.mark.parametrize("who", ["officer", "manager"])
def test_body_has_no_report(app, who):
    actor = make.actor_of(getattr(make, who)())
    with pytest.raises(NotFound):
        report_of(actor, DECEMBER)
    with pytest.raises(NotFound):
        queries.sees_people(actor)


def test_specialist_has_a_report_of_the_own_days_only(app):
    made, _other = pool.member(), pool.member()
    report = report_of(make.actor_of(made.person), DECEMBER)
    assert [who.specialist_id for who in report.people] == [made.id]


def test_admin_sees_groups_but_nobody_alone(coordinator):
    pool.member("甲野 一", "コウノ ハジメ")
    for n in range(4):
        pool.member(f"乙山 {n}", "オツヤマ ツグ")
    admin = make.actor_of(make.admin())
    report = report_of(admin, DECEMBER, text="甲野")
    assert report.by_person() == []
    assert len(report.people) == 5
    assert report.total == report_of(coordinator, DECEMBER).total


def test_both_databases_count_alike(either_app):
    make.catalogue()
    who, other = pool.member(), pool.member("別の 人", "ベツノ ヒト", roles=("PM",))
    where = make.position()
    pool.booked(who, 451, WEEK_49, position=where)
    pool.held(who, 90, WEEK_49, weekdays=0b0000110, position=where)
    pool.held_and_expired(who, 60, WEEK_49, position=where)
    pool.appointed(who, datetime(2026, 12, 1, 5, 0, tzinfo=UTC), 30)
    pool.granted(who, WEEK_49, 120)
    pool.booked(other, 1200, date(2026, 12, 7))
    pool.days_off(other, date(2026, 12, 7))
    coordinator = make.actor_of(make.coordinator())
    report = report_of(coordinator, TWO_MONTHS)
    assert [line.parts for line in report.by_person()] == [
        [Figures(19 * 240), Figures(19 * 240, 1200, gap_minutes=240)],
        [Figures(19 * 240, 91), Figures(20 * 240, 390, 90, 120)],
    ]
    assert [line.thing.code for line in queries.grouping(report, By.ROLE).lines] == ["PM", "SA"]
    assert queries.best_removal(
        coordinator, Wanted(DECEMBER, Unit.MONTH, role_code="UX", text="別の")
    ) == ("role_code", 1)
