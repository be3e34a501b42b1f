"""A Hypothesis machine that does to a database what people do, and asks the oracle each time."""

import os
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from tests.attacks import defects
from tests.attacks.attempts import HARMLESS, outcome_of
from tests.attacks.databases import Attacked
from tests.attacks.ledger_oracle import OPEN_WEEKS, PEOPLE, WEEKS, Appointment, Oracle, instant
from tests.attacks.ledger_statements import capacity, leave

EXAMPLES = int(os.environ.get("TALENTSHARE_EXAMPLES", "150"))
STEPS = 25

NUMBER = st.integers(0, 99)
PERSON = st.sampled_from(PEOPLE)
OPEN_WEEK = st.sampled_from(range(len(OPEN_WEEKS)))
MINUTES = st.sampled_from((0, 1, 15, 30, 60, 90, 120, 240, 479, 480, 481))
HALF_DAY = st.sampled_from((0, 1, 4, 5, 13, 14, 15, 18, 19, 27, 28, 41, 42, 55))
LENGTH = st.sampled_from((30, 60, 120, 480))
BUFFER = st.sampled_from((0, 30, 720))

BOOK = "insert into allocation_week values "
RESIZE = {
    "whole": "update allocation_week set minutes=? where allocation_id=?",
    "one": "update allocation_week set minutes=? where allocation_id=? and week_on=?",
    "upsert": """insert into allocation_week(minutes,allocation_id,week_on,specialist_id)
                 values (?,?,?,?) on conflict (allocation_id,week_on)
                 do update set minutes=excluded.minutes""",
}
APPOINT = (
    "insert into appointment(id,specialist_id,starts_at,ends_at,buffer_before,buffer_after,state) "
    "values (?,?,?,?,?,?,?)"
)
GRANT = (
    "insert into extra_grant(specialist_id,week_on,minutes,reason,granted_by,checked_by) "
    "values (?,?,?,'peak',8,9)"
)
OF_WEEK = " where specialist_id=? and week_on=?"
HANDS = (
    "update week_ledger set booked_minutes={0}" + OF_WEEK,
    "update week_ledger set granted_extra_minutes={0}" + OF_WEEK,
    "update week_ledger set leave_gap_minutes={0}" + OF_WEEK,
    "delete from week_ledger" + OF_WEEK,
    "update week_ledger set specialist_id=9" + OF_WEEK,
)


class LedgerMachine(RuleBasedStateMachine):
    """Each rule is one sanctioned statement, or a hand that must be refused."""

    it: ClassVar[Attacked]
    seen: ClassVar[Counter[tuple[str, str]]]

    def __init__(self) -> None:
        super().__init__()
        self.oracle = Oracle()
        self.it.reset()
        for (person, week), minutes in self.oracle.capacity.items():
            self.it.run(
                "insert into week_ledger(specialist_id,week_on,capacity_minutes) values (?,?,?)",
                (person, str(week), minutes),
            )
        for week in OPEN_WEEKS:
            self.it.run(BOOK + "(1,1,?,240)", (str(week),))
            self.oracle.allocated[1, week] = (1, 240)
        for number, start in ((900, 3000), (901, 13080)):
            self._keep(number, Appointment(person=2, start=start, end=start + 120))

    def _keep(self, number: int, it: Appointment) -> None:
        self.it.run(APPOINT, appointment_values(number, it))
        self.oracle.appointments[number] = it

    def ends(self, expected: str | None, what: str, statement: str, *values: Any) -> bool:
        """Tell whether it was accepted; anything but the expected end is a failure."""
        outcome = outcome_of(self.it, statement, values)
        assert outcome == (expected or HARMLESS), (what, statement, values)
        self.seen[what, outcome] += 1
        return expected is None

    def teardown(self) -> None:
        """Nothing to give back."""

    def agree(self) -> None:
        assert defects.in_ledger(self.it) == []
        kept = self.it.rows(
            "select specialist_id,week_on,capacity_minutes,booked_minutes,"
            "granted_extra_minutes,leave_gap_minutes from week_ledger"
        )
        expected = {(p, str(week)): four for (p, week), four in self.oracle.figures().items()}
        assert {(person, str(week)): four for person, week, *four in kept} == expected

    @rule(
        allocation=st.sampled_from((1, 1, 2, 3)),
        person=PERSON,
        first=st.integers(0, 4),
        count=st.sampled_from((1, 1, 1, 2, 3, 4)),
        minutes=MINUTES,
    )
    def book(self, allocation: int, person: int, first: int, count: int, minutes: int) -> None:
        weeks = list(WEEKS[first : first + count])
        refusal = self.oracle.refusal_of_booking(allocation, person, weeks, minutes)
        if refusal == "several":
            return
        values = [v for week in weeks for v in (allocation, person, str(week), minutes)]
        if self.ends(refusal, "book", BOOK + ",".join(["(?,?,?,?)"] * len(weeks)), *values):
            for week in weeks:
                self.oracle.allocated[allocation, week] = (person, minutes)
        self.agree()

    def rows_of(self, number: int, whole: bool) -> list[tuple[int, date]]:
        """One allocated week, or all weeks of its allocation."""
        rows = sorted(self.oracle.allocated)
        chosen = rows[number % len(rows)]
        return [row for row in rows if row[0] == chosen[0]] if whole else [chosen]

    @precondition(lambda self: self.oracle.allocated)
    @rule(number=NUMBER, minutes=MINUTES, how=st.sampled_from(sorted(RESIZE)))
    def resize(self, number: int, minutes: int, how: str) -> None:
        rows = self.rows_of(number, how == "whole")
        refusal = self.oracle.refusal_of_sizes(rows, minutes)
        allocation, week = rows[0]
        values = [minutes, allocation, str(week), self.oracle.allocated[rows[0]][0]]
        statement = RESIZE[how]
        if self.ends(refusal, "resize", statement, *values[: statement.count("?")]):
            for row in rows:
                self.oracle.allocated[row] = (self.oracle.allocated[row][0], minutes)
        self.agree()

    @precondition(lambda self: self.oracle.allocated)
    @rule(number=NUMBER, whole=st.booleans())
    def release(self, number: int, whole: bool) -> None:
        rows = self.rows_of(number, whole)
        statement = "delete from allocation_week where allocation_id=?"
        if whole:
            self.ends(None, "release", statement, rows[0][0])
        else:
            self.ends(None, "release", statement + " and week_on=?", rows[0][0], str(rows[0][1]))
        for row in rows:
            del self.oracle.allocated[row]
        self.agree()

    @rule(
        person=PERSON,
        half_day=HALF_DAY,
        later=st.sampled_from((0, 30, 60)),
        minutes=LENGTH,
        buffers=st.tuples(BUFFER, BUFFER),
        is_live=st.sampled_from((True, True, True, False)),
    )
    def appoint(self, person, half_day, later, minutes, buffers, is_live) -> None:
        start = half_day * 720 + later
        wanted = Appointment(person, start, start + minutes, *buffers, is_live)
        number = max(self.oracle.appointments, default=0) + 1
        refusal = self.oracle.refusal_of_appointment(wanted)
        if self.ends(refusal, "appoint", APPOINT, *appointment_values(number, wanted)):
            self.oracle.appointments[number] = wanted
        self.agree()

    def appointment_of(self, number: int) -> tuple[int, Appointment]:
        numbers = sorted(self.oracle.appointments)
        chosen = numbers[number % len(numbers)]
        return chosen, self.oracle.appointments[chosen]

    @precondition(lambda self: self.oracle.appointments)
    @rule(
        number=NUMBER,
        minutes=LENGTH,
        half_day=HALF_DAY,
        nudge=st.sampled_from((None, -60, -30, 0, 30)),
    )
    def move_appointment(self, number: int, minutes: int, half_day: int, nudge: int | None) -> None:
        chosen, old = self.appointment_of(number)
        start = half_day * 720 if nudge is None else max(0, old.start + nudge)
        if start >= 4 * 10080:
            return
        wanted = old.moved(start, minutes)
        refusal = self.oracle.refusal_of_appointment(wanted, chosen)
        statement = "update appointment set starts_at=?,ends_at=? where id=?"
        times = (instant(wanted.start), instant(wanted.end))
        if self.ends(refusal, "move", statement, *times, chosen):
            self.oracle.appointments[chosen] = wanted
        self.agree()

    @precondition(lambda self: self.oracle.appointments)
    @rule(number=NUMBER, deletes=st.sampled_from((True, False, False)))
    def cancel_or_revive(self, number: int, deletes: bool) -> None:
        chosen, old = self.appointment_of(number)
        if deletes:
            self.ends(None, "delete", "delete from appointment where id=?", chosen)
            del self.oracle.appointments[chosen]
        else:
            wanted = replace(old, is_live=not old.is_live)
            refusal = self.oracle.refusal_of_appointment(wanted, chosen)
            what, state = ("revive", "held") if wanted.is_live else ("cancel", "cancelled")
            statement = "update appointment set state=? where id=?"
            if self.ends(refusal, what, statement, state, chosen):
                self.oracle.appointments[chosen] = wanted
        self.agree()

    @rule(
        person=PERSON,
        first=OPEN_WEEK,
        count=st.integers(1, 4),
        minutes=st.sampled_from((0, 60, 120, 240, 400)),
    )
    def leave(self, person: int, first: int, count: int, minutes: int) -> None:
        weeks = OPEN_WEEKS[first : first + count]
        left = min(minutes, *(self.oracle.capacity[person, week] for week in weeks))
        statement = leave(left) + " where specialist_id=? and week_on between ? and ?"
        self.ends(None, "leave", statement, person, str(weeks[0]), str(weeks[-1]))
        for week in weeks:
            self.oracle.capacity[person, week] = left
        self.agree()

    @rule(person=PERSON, week=OPEN_WEEK, minutes=st.sampled_from((0, 60, 240, 400, 480, 600)))
    def change_capacity(self, person: int, week: int, minutes: int) -> None:
        key = (person, OPEN_WEEKS[week])
        what = "more capacity" if minutes > self.oracle.capacity[key] else "less capacity"
        refusal = self.oracle.refusal_of_capacity(key, minutes)
        if self.ends(refusal, what, capacity(minutes) + OF_WEEK, person, str(key[1])):
            self.oracle.capacity[key] = minutes
        self.agree()

    @rule(person=PERSON, week=OPEN_WEEK, minutes=st.sampled_from((-480, -60, -30, 30, 60, 480)))
    def grant(self, person: int, week: int, minutes: int) -> None:
        key = (person, OPEN_WEEKS[week])
        refusal = self.oracle.refusal_of_grant(key, minutes)
        if self.ends(refusal, "grant", GRANT, person, str(key[1]), minutes):
            self.oracle.extra[key] += minutes
        self.agree()

    @rule(person=PERSON, week=OPEN_WEEK, hand=st.sampled_from(range(len(HANDS))), minutes=MINUTES)
    def write_by_hand(self, person: int, week: int, hand: int, minutes: int) -> None:
        key = (person, OPEN_WEEKS[week])
        if refusal := self.refusal_of_hand(key, hand, minutes):
            self.ends(refusal, "hand", HANDS[hand].format(minutes), person, str(key[1]))
        self.agree()

    def refusal_of_hand(self, key: tuple[int, date], hand: int, minutes: int) -> str | None:
        """None where this hand would change nothing, or would be in the right."""
        sold, extra, gap = self.oracle.figures()[key][1:]
        exact = "ledger_gap_exact" if minutes > gap else "ledger_full" if minutes < gap else None
        return (
            "ledger_by_hand" if minutes != sold else None,
            "ledger_by_hand" if minutes != extra else None,
            exact,
            "ledger_week_in_use" if sold or extra else None,
            "ledger_key_moved",
        )[hand]


def appointment_values(number: int, it: Appointment) -> tuple[Any, ...]:
    state = "held" if it.is_live else "cancelled"
    return number, it.person, instant(it.start), instant(it.end), it.before, it.after, state


def run_model(it: Attacked, examples: int, *, shrink: bool = True) -> Counter[tuple[str, str]]:
    """Let the machine play; AssertionError when database and oracle differ. Same plays each time."""
    machine = type("Played", (LedgerMachine,), {"it": it, "seen": Counter()})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize=True,
            phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
    return machine.seen
