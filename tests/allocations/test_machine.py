"""The machine agrees with the oracle on both databases, and finds every seeded bug."""

import os
from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis.stateful import run_state_machine_as_test

from talentshare.allocations.actions import booking, capacity, clashes, rows
from talentshare.allocations.queries import find, fit, weeks
from talentshare.kernel import clock
from talentshare.kernel.errors import Refusal
from talentshare.kernel.weeks import WEEK
from tests import make
from tests.allocations.machine import BookedTime, quick

EXAMPLES = int(os.environ.get("TALENTSHARE_EXAMPLES", "25"))
TRIES = 400


@pytest.fixture
def machine(still_clock):
    """Call it inside an app: three bodies with a position each, a coordinator, the clock."""

    def prepared():
        make.catalogue()
        given = {
            "move": staticmethod(still_clock),
            "positions": [make.position() for _ in range(3)],
            "coordinator": make.actor_of(make.coordinator()),
        }
        return type("PreparedBookedTime", (BookedTime,), given)

    return prepared


def test_booked_time_is_as_the_oracle_says(either_app, machine):
    run_state_machine_as_test(machine(), settings=quick(EXAMPLES))


def forget_expired_holds(patch):
    patch.setattr(find, "expired_holds", lambda *_: [])
    patch.setattr(rows.queries, "expired_holds", lambda *_: [])


def confirm_what_expired(patch):
    patch.setattr(booking, "_require_live", lambda _: None)


def read_expired_holds(patch):
    patch.setattr(weeks, "is_live", lambda: weeks.Allocation.id.is_not(None))


def allow_a_minute_too_much(patch):
    whole = weeks.PersonTime.month_minutes
    patch.setattr(weeks.PersonTime, "month_minutes", lambda *given: whole(*given) - 60)


def forget_bodies(patch):
    patch.setattr(fit, "CHECKS", fit.CHECKS[:-1])


def forget_weekdays(patch):
    patch.setattr(fit, "CHECKS", (*fit.CHECKS[:3], fit.CHECKS[4]))


def forget_office_hours(patch):
    patch.setattr(fit, "Load", lambda minutes, _, *rest: weeks.Load(minutes, 0, *rest))


def count_weeks_by_their_monday(patch):
    for module in (fit, weeks):
        patch.setattr(module, "month_of_week", lambda week_on: week_on.replace(day=1))


def cap_without_holds(patch):
    def confirmed(week):
        return sum(line.minutes for line in week.lines if not line.is_held)

    def month_minutes(time, month_on):
        its = (week for week in time.weeks.values() if fit.month_of_week(week.week_on) == month_on)
        return sum(confirmed(week) for week in its)

    patch.setattr(weeks.PersonTime, "month_minutes", month_minutes)


def keep_rows_of_the_released(patch):
    patch.setattr(rows, "delete_rows", lambda *_: None)


def keep_a_week_too_many(patch):
    delete = booking.delete_rows
    patch.setattr(booking, "delete_rows", lambda it, after: delete(it, after + WEEK))


def leave_without_a_gap(patch):
    patch.setattr(capacity, "BY_LEAVE", capacity.BY_CHOICE)


def leave_without_a_clash(patch):
    review = clashes.review_clashes
    patch.setattr(capacity, "review_clashes", lambda *it, **_: review(*it, may_open=False))


def clashes_that_never_end(patch):
    patch.setattr(clashes, "_resolve", lambda *_: None)


def cuts_below_what_is_booked_on_a_day(patch):
    def by_sums(time, change):
        for week_on in change.changed_weeks:
            week = time.weeks[week_on]
            if week.booked_minutes > change.after.week(week_on).capacity_minutes:
                whole(time, change)

    whole = capacity.queries.require_kept
    patch.setattr(capacity.queries, "require_kept", by_sums)


def leave_that_is_refused(patch):
    follow = capacity.keep_capacity
    patch.setattr("talentshare.allocations.actions.keep_capacity_after_leave", follow)


def cancel_what_has_begun(patch):
    long_ago = SimpleNamespace(now=clock.now, today=lambda: clock.today() - timedelta(days=999))
    patch.setattr(booking, "clock", long_ago)


BUGS = {
    forget_expired_holds: "fill_week time_passes",
    confirm_what_expired: "book time_passes confirm_or_extend",
    read_expired_holds: "book time_passes",
    allow_a_minute_too_much: "fill_month time_passes",
    forget_bodies: "book",
    forget_weekdays: "fill_week",
    forget_office_hours: "fill_week",
    count_weeks_by_their_monday: "fill_month time_passes",
    cap_without_holds: "fill_month time_passes",
    keep_rows_of_the_released: "book give_back",
    keep_a_week_too_many: "book give_back",
    leave_without_a_gap: "fill_week take_time_off",
    leave_without_a_clash: "fill_week take_time_off",
    clashes_that_never_end: "fill_week take_time_off withdraw_time_off",
    cuts_below_what_is_booked_on_a_day: "fill_week change_day",
    leave_that_is_refused: "fill_week take_time_off",
    cancel_what_has_begun: "book give_back time_passes",
}


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
def test_a_seeded_bug_is_found(app, machine, monkeypatch, bug):
    """By the machine with the deeds that concern it, which is quick; with all it takes longer."""
    bug(monkeypatch)
    seeded = machine()
    seeded.checks, seeded.deeds = False, BUGS[bug].split()
    with pytest.raises((AssertionError, Refusal)):
        run_state_machine_as_test(seeded, settings=quick(TRIES, derandomize=True))
