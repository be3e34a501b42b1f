"""Random deeds on one person's time, each answer and each row compared with the oracle."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from talentshare.allocations import actions, queries
from talentshare.allocations.models import (
    BookedWeek,
    Booking,
    Clash,
)
from talentshare.catalogue.queries import closed_days
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.clock import TOKYO
from talentshare.kernel.errors import Refusal
from talentshare.platform.db import db
from talentshare.specialists.models import TimeOff
from talentshare.specialists.states import TimeOffKind
from tests import make
from tests.allocations.oracle import Booked, Off, Oracle
from tests.allocations.stored import (
    all_rows_of,
    ledger_of,
    set_day,
    set_pattern,
    total_of,
    withdraw,
    written,
)

START = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
WEEKS = [date(2026, 11, 30), date(2026, 12, 7), date(2026, 12, 14), date(2027, 1, 4)]
WINDOWS = [((540, 780),), ((540, 660), (1080, 1200)), ((510, 1035),), ((600, 660),)]
MASKS = [31, 31, 31, 1, 2, 6, 24]

weeks = st.integers(0, len(WEEKS) - 1)
some_days = st.builds(lambda week, n: WEEKS[week] + timedelta(days=n), weeks, st.integers(0, 6))
picks = st.integers(0, 99)


def deed(*conditions):
    """A rule that is left out unless its name is among the deeds of the machine."""

    def named(method):
        def wanted(self):
            return self.deeds is None or method.__name__ in self.deeds

        for condition in (wanted, *conditions):
            method = precondition(condition)(method)
        return method

    return named


def quick(examples, **more):
    return settings(
        max_examples=examples,
        stateful_step_count=25,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
        **more,
    )


class BookedTime(RuleBasedStateMachine):
    """The test gives `move` (the clock), `positions` and `coordinator` to the class."""

    move = positions = coordinator = None
    checks = True
    deeds = None

    @initialize(
        bodies=st.integers(1, 3),
        cap=st.sampled_from([None, None, 900, 1800]),
        windows=st.sampled_from(WINDOWS),
        share=st.sampled_from([100, 70]),
    )
    def someone(self, bodies, cap, windows, share):
        type(self).move(START)
        first = date(2026, 11, 23)
        self.who = make.specialist(
            windows=windows,
            share=share,
            engaged_from=first,
            max_bodies=bodies,
            month_cap_minutes=cap,
        )
        actions.open_weeks(SYSTEM, self.who)
        closed = closed_days(first, date(2027, 3, 31))
        now = START.astimezone(TOKYO)
        self.oracle = Oracle(WEEKS, closed, bodies, cap, now)
        self.oracle.patterns = {date(2020, 4, 1): (share, windows)}
        self.oracle.cells = {week_on: self.oracle.computed(week_on) for week_on in WEEKS}
        self.ids = []
        self.offs = []

    def answer(self, do, expected):
        """Do it; the answer must be the expected one. True when it was done."""
        try:
            self.result = do()
        except Refusal as refusal:
            assert refusal.code == expected, (refusal.code, expected, refusal.details)
            return False
        assert expected is None, expected
        return True

    # booked time

    @deed()
    @rule(
        body=st.integers(0, 2),
        mask=st.sampled_from(MASKS),
        first=weeks,
        length=st.integers(1, 3),
        minutes=st.sampled_from([60, 120, 240, 300, 480, 720]),
        inside=st.sampled_from([0, 1, 2]),
        hours=st.sampled_from([None, None, 1, 24, 60]),
    )
    def book(self, body, mask, first, length, minutes, inside, hours):
        within = minutes * inside // 2
        rows = dict.fromkeys(WEEKS[first : first + length], (minutes, within))
        self.place(body, mask, rows, hours)

    @deed()
    @rule(
        body=st.integers(0, 2),
        mask=st.sampled_from(MASKS),
        week=weeks,
        more=st.sampled_from([0, 15]),
        hours=st.sampled_from([None, 24]),
        inside=st.booleans(),
    )
    def fill_week(self, body, mask, week, more, hours, inside):
        """To the brim, and a little more."""
        minutes = self.oracle.without_expired().room(WEEKS[week], mask, inside) + more
        if minutes:
            rows = {WEEKS[week]: (minutes, minutes if inside else 0)}
            self.place(body, mask, rows, hours)

    @deed(lambda self: self.oracle.cap is not None)
    @rule(
        body=st.integers(0, 2),
        week=weeks,
        more=st.sampled_from([0, 15]),
        hours=st.sampled_from([None, 24]),
    )
    def fill_month(self, body, week, more, hours):
        minutes = self.oracle.without_expired().month_left(WEEKS[week]) + more
        if minutes:
            self.place(body, 31, {WEEKS[week]: (minutes, 0)}, hours)

    def place(self, body, mask, rows, hours):
        expires_at = None if hours is None else self.oracle.now + timedelta(hours=hours)
        wanted = Booked(body, mask, rows, "held" if hours else "confirmed", expires_at)
        booking = Booking(
            self.who.id,
            self.positions[body].id,
            mask,
            *next(iter(rows.values())),
            tuple(BookedWeek(week_on, *row) for week_on, row in rows.items()),
        )
        refusal, then = self.oracle.book(wanted)
        deed = (
            (lambda: actions.book(SYSTEM, booking))
            if hours is None
            else (lambda: actions.hold(SYSTEM, booking, expires_at))
        )
        if self.answer(deed, refusal):
            then.booked[self.result.id] = wanted
            self.ids.append(self.result.id)
            self.oracle.adopt(then)

    def picked(self, pick):
        number = self.ids[pick % len(self.ids)]
        return number, self.oracle.booked[number]

    @deed(lambda self: self.ids)
    @rule(pick=picks, hours=st.sampled_from([None, None, 1, 30]))
    def confirm_or_extend(self, pick, hours):
        number, one = self.picked(pick)
        refusal = None if one.state == "held" else "allocation.not_now"
        if self.oracle.is_gone(one):
            refusal = "allocation.hold_expired"
        if hours is not None:
            expires_at = self.oracle.now + timedelta(hours=hours)
            if self.answer(lambda: actions.extend_hold(SYSTEM, number, expires_at), refusal):
                one.expires_at = expires_at
            return
        if refusal is None and self.oracle.has_begun(min(one.rows), one.mask):
            refusal = "allocation.week_past"
        if refusal is None and self.is_pushed_out(number):
            refusal = "allocation.clash_open"
        if self.answer(lambda: actions.confirm(SYSTEM, number), refusal):
            one.state, one.expires_at = "confirmed", None

    def is_pushed_out(self, number):
        return any(number in clash.proposal["allocation_ids"] for clash in self.open_clashes())

    @deed(lambda self: self.ids)
    @rule(pick=picks, last=weeks)
    def give_back(self, pick, last):
        """What suits the state; now and then what does not."""
        number, one = self.picked(pick)
        if one.state == "held":
            assert self.answer(lambda: actions.release(SYSTEM, number), None)
            one.state, one.expires_at, one.rows = "released", None, {}
        elif pick % 3:
            self.end_early(number, one, WEEKS[last])
        else:
            self.cancel(number, one)

    def cancel(self, number, one):
        refusal = None if one.state == "confirmed" else "allocation.not_now"
        if refusal is None and self.oracle.now.date() >= one.starts_on:
            refusal = "allocation.started"
        if self.answer(lambda: actions.cancel(SYSTEM, number, "理由"), refusal):
            one.state, one.rows = "cancelled", {}

    def end_early(self, number, one, last_on):
        kept = {week_on: row for week_on, row in one.rows.items() if week_on <= last_on}
        refusal = None if one.state == "confirmed" else "allocation.not_now"
        if refusal is None and len(kept) in {0, len(one.rows)}:
            refusal = "allocation.end_outside"
        if refusal is None and min(one.rows.keys() - kept.keys()) < self.oracle.this_week:
            refusal = "allocation.end_in_past"
        if self.answer(lambda: actions.end_early(SYSTEM, number, last_on, "理由"), refusal):
            one.state, one.rows = "ended", kept

    @deed()
    @rule(hours=st.sampled_from([0, 1, 23, 60, 170]))
    def time_passes(self, hours):
        self.oracle.now += timedelta(hours=hours)
        type(self).move(self.oracle.now.astimezone(UTC))
        if not hours:
            actions.release_expired(SYSTEM)
            self.oracle.adopt(self.oracle.without_expired())

    # working time

    def follow(self, is_leave, write, **facts):
        refusal, then = self.oracle.follow(is_leave, **facts)
        keep = actions.keep_capacity_after_leave if is_leave else actions.keep_capacity
        if self.answer(lambda: written(write, keep, self.who), refusal):
            self.oracle.adopt(then)
            return True
        return False

    @deed()
    @rule(week=weeks, windows=st.sampled_from(WINDOWS), share=st.sampled_from([0, 45, 100]))
    def change_pattern(self, week, windows, share):
        patterns = self.oracle.patterns | {WEEKS[week]: (share, windows)}
        self.follow(
            False, lambda: set_pattern(self.who, WEEKS[week], share, windows), patterns=patterns
        )

    @deed()
    @rule(
        day=some_days, inside=st.sampled_from([0, 30, 240, 480]), outside=st.sampled_from([0, 90])
    )
    def change_day(self, day, inside, outside):
        overrides = self.oracle.overrides | {day: (inside, outside)}
        self.follow(False, lambda: set_day(self.who, day, inside, outside), overrides=overrides)

    @deed()
    @rule(
        day=some_days,
        more=st.sampled_from([0, 4, 10]),
        hours=st.sampled_from([None, None, (540, 660), (1020, 1140)]),
        is_leave=st.sampled_from([True, True, False]),
    )
    def take_time_off(self, day, more, hours, is_leave):
        last = day if hours else day + timedelta(days=more)
        off = Off(day, last, hours, is_leave)
        row = TimeOff(
            specialist_id=self.who.id,
            kind=TimeOffKind.LEAVE if is_leave else TimeOffKind.BUSY,
            starts_on=day,
            ends_on=last,
            starts_minute=hours[0] if hours else None,
            ends_minute=hours[1] if hours else None,
        )
        if self.follow(is_leave, lambda: db.session.add(row), offs=[*self.oracle.offs, off]):
            self.offs.append((row.id, off))

    @deed(lambda self: self.offs)
    @rule(pick=picks)
    def withdraw_time_off(self, pick):
        number, off = self.offs[pick % len(self.offs)]
        left = [other for other in self.oracle.offs if other is not off]
        if self.follow(False, lambda: withdraw(number, self.oracle.now), offs=left):
            self.offs = [pair for pair in self.offs if pair[0] != number]

    @deed(lambda self: self.open_clashes())
    @rule(pick=picks)
    def resolve(self, pick):
        """The rows are taken from the database; what they must keep is asked of the oracle."""
        clash = self.open_clashes()[pick % len(self.open_clashes())]
        week_on, left = clash.week_on, clash.missing_minutes
        try:
            actions.resolve_clash(self.coordinator, clash.id, "理由")
        except Refusal as refusal:
            assert refusal.code in {"clash.of_a_hold", "clash.nothing_left"}, refusal.code
            return
        total = {number: total_of(one.rows) for number, one in self.oracle.booked.items()}
        others = {w: self.oracle.missing(w) for w in WEEKS if w != week_on}
        _, rows = all_rows_of(self.who)
        for number in self.ids:
            self.oracle.booked[number].rows = rows.get(number, {})
        lost = sum(total[n] - total_of(one.rows) for n, one in self.oracle.booked.items())
        assert 0 <= lost <= left
        assert self.oracle.missing(week_on) == 0
        for other, missing in others.items():
            assert self.oracle.missing(other) == missing
            bodies = {one.body for one in self.oracle.lines(other)}
            assert len(bodies) <= self.oracle.max_bodies

    # what is

    def open_clashes(self):
        mine = select(Clash).where(Clash.specialist_id == self.who.id, Clash.resolved_at.is_(None))
        return db.session.scalars(mine.order_by(Clash.week_on)).all()

    @invariant()
    def all_is_as_the_oracle_says(self):
        if not hasattr(self, "oracle"):
            return
        assert ledger_of(self.who, WEEKS) == {w: self.oracle.ledger(w) for w in WEEKS}
        assert {c.week_on: c.missing_minutes for c in self.open_clashes()} == self.oracle.clashes()
        states, rows = all_rows_of(self.who)
        assert states == {number: one.state for number, one in self.oracle.booked.items()}
        assert rows == {n: one.rows for n, one in self.oracle.booked.items() if one.rows}
        live = sorted(
            (week_on, number, *row)
            for number, one in self.oracle.booked.items()
            if not self.oracle.is_gone(one)
            for week_on, row in one.rows.items()
        )
        read = sorted(
            (line.week_on, line.allocation_id, line.minutes, line.inside_minutes)
            for line in queries.bookings_in(self.who.id)
        )
        assert read == live

    def teardown(self):
        if self.checks and hasattr(self, "oracle"):
            mine = f"Specialist {self.who.id},"
            found = [
                sentence
                for sentence in queries.check()
                if "days differ" not in sentence or mine in sentence  # the clock went back since
            ]
            assert not found, found
