"""Capacities as tables: what a person's ledger holds, and what the facts say it should hold."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from sqlalchemy import select

from talentshare.allocations.models import capacity_strip, week_cells, week_ledger
from talentshare.catalogue.queries import closed_days
from talentshare.engine.capacity import TimeFacts, WeekCells
from talentshare.engine.capacity_table import NO_CELLS, WIDTH, Cells, cells_table
from talentshare.engine.week import DAYS
from talentshare.kernel import clock
from talentshare.kernel.weeks import WEEK, fiscal_year, fiscal_year_end, monday
from talentshare.platform.db import db
from talentshare.specialists import queries as specialists
from talentshare.specialists.models import Specialist

STORED = np.dtype("<i2")


@dataclass(frozen=True, eq=False)
class Strip:
    """The cells of a person's weeks, one row of 15 numbers each, from a Monday on."""

    first_week_on: date
    cells: Cells

    def __len__(self) -> int:
        return len(self.cells)

    @property
    def end_on(self) -> date:
        """The Monday after the last week."""
        return self.first_week_on + WEEK * len(self)

    @cached_property
    def capacities(self) -> list[int]:
        totals: list[int] = self.cells[:, : 2 * DAYS].sum(axis=1, dtype=np.int32).tolist()
        return totals

    def at(self, week_on: date) -> int:
        return (week_on - self.first_week_on).days // DAYS

    def week_on(self, at: int) -> date:
        return self.first_week_on + WEEK * at

    def week(self, week_on: date) -> WeekCells:
        row = self.cells[self.at(week_on)].tolist()
        return WeekCells(tuple(row[:DAYS]), tuple(row[DAYS:-1]), row[-1])

    def packed(self) -> bytes:
        return self.cells.astype(STORED).tobytes()


@dataclass(frozen=True, eq=False)
class Change:
    """What is to become of a person's capacities; `after` covers all weeks of `before`."""

    specialist_id: int
    before: Strip
    after: Strip

    @property
    def offset(self) -> int:
        """How many weeks are new before the first that there was."""
        return self.after.at(self.before.first_week_on)

    @cached_property
    def new_weeks(self) -> list[date]:
        first, last = self.offset, self.offset + len(self.before)
        return [self.after.week_on(at) for at in range(len(self.after)) if not first <= at < last]

    @cached_property
    def changed_weeks(self) -> list[date]:
        """Weeks that were there and get other cells."""
        now = self.after.cells[self.offset : self.offset + len(self.before)]
        rows = np.flatnonzero((now != self.before.cells).any(axis=1)).tolist()
        return [self.before.week_on(at) for at in rows]


@dataclass(frozen=True)
class WeekChange:
    """One week of a person whose cells would become others."""

    specialist_id: int
    before: WeekCells
    after: WeekCells

    @property
    def minutes(self) -> int:
        return self.after.capacity_minutes - self.before.capacity_minutes


def week_changes(week_on: date, closed: frozenset[date]) -> list[WeekChange]:
    """Whose stored week would be another, were just these days closed; in the order of ids."""
    found = []
    before = {who: it for who, it in strips().items() if it.first_week_on <= week_on < it.end_on}
    for who, facts in sorted(specialists.time_facts_of().items()):
        if who in before:
            was, now = before[who].week(week_on), cells_table(facts, week_on, 1, closed)
            change = WeekChange(who, was, Strip(week_on, now).week(week_on))
            found += [change] if change.before != change.after else []
    return found


def change_of(specialist_id: int, *, by_leave: bool) -> Change:
    """What the facts of one person ask for now; call it under the lock."""
    facts = specialists.time_facts(specialist_id)
    return changed(specialist_id, stored(specialist_id), facts, ledger_closed_days(), by_leave)


def changes_of_all(*, by_leave: bool) -> list[Change]:
    """The same for everybody, in the order of ids."""
    before, closed = strips(), ledger_closed_days()
    none = Strip(monday(clock.today()), NO_CELLS)
    return [
        changed(who, before.get(who, none), facts, closed, by_leave)
        for who, facts in sorted(specialists.time_facts_of().items())
    ]


def are_weeks_open() -> bool:
    """Everybody's ledger has its last week; weeks are added all at once."""
    last = monday(fiscal_year_end(fiscal_year(clock.today()) + 1))
    there = select(week_ledger.c.specialist_id).where(week_ledger.c.week_on == last)
    missing = select(Specialist.id).where(Specialist.id.not_in(there)).limit(1)
    return db.session.scalar(missing) is None


def openings_of(specialist_ids: Collection[int] | None) -> list[Change]:
    """Only the weeks that are missing to the horizon, for some or for everybody."""
    before, closed = strips(specialist_ids), ledger_closed_days()
    none = Strip(monday(clock.today()), NO_CELLS)
    found = []
    for who, facts in sorted(specialists.time_facts_of(specialist_ids).items()):
        change = changed(who, before.get(who, none), facts, closed, by_leave=False)
        first, last = change.offset, change.offset + len(change.before)
        change.after.cells[first:last] = change.before.cells
        found.append(change)
    return found


def changed(
    specialist_id: int,
    before: Strip,
    facts: TimeFacts,
    closed: frozenset[date],
    by_leave: bool,
) -> Change:
    """What the facts ask for. Weeks that are over keep their figures, but leave lowers them."""
    first, weeks = ledger_span(facts.engaged_from)
    end = first + WEEK * weeks
    if len(before):
        first, end = min(first, before.first_week_on), max(end, before.end_on)
    cells = cells_table(facts, first, (end - first).days // DAYS, closed)
    if not len(before):
        return Change(specialist_id, Strip(first, before.cells), Strip(first, cells))
    over = min(max(before.at(monday(clock.today())), 0), len(before))
    offset = (before.first_week_on - first).days // DAYS
    past, was = cells[offset : offset + over], before.cells[:over]
    kept = np.ones(over, dtype=bool)
    if by_leave:
        kept = past[:, :-1].sum(axis=1) >= was[:, :-1].sum(axis=1)
    past[kept] = was[kept]
    return Change(specialist_id, before, Strip(first, cells))


def stored(specialist_id: int) -> Strip:
    """The cells as they stand, row by row."""
    rows = db.session.execute(
        select(*week_cells.c[1:])
        .where(week_cells.c.specialist_id == specialist_id)
        .order_by(week_cells.c.week_on)
    ).all()
    if not rows:
        return Strip(monday(clock.today()), NO_CELLS)
    return Strip(rows[0][0], np.array([tuple(row)[1:] for row in rows], np.int16))


def strips(specialist_ids: Collection[int] | None = None) -> dict[int, Strip]:
    """The cells of some or of all people, from one row each."""
    wanted = select(capacity_strip)
    if specialist_ids is not None:
        wanted = wanted.where(capacity_strip.c.specialist_id.in_(specialist_ids))
    return {
        who: Strip(first_week_on, np.frombuffer(cells, STORED).reshape(-1, WIDTH))
        for who, first_week_on, cells in db.session.execute(wanted)
    }


def ledger_span(engaged_from: date) -> tuple[date, int]:
    """First Monday and number of weeks that a ledger should have today.

    From the later of the engagement and the fiscal year, to the end of the next fiscal year.
    """
    year = fiscal_year(clock.today())
    start_on = max(engaged_from, fiscal_year_end(year - 1) + timedelta(days=1))
    first = monday(start_on)
    return first, max(0, (fiscal_year_end(year + 1) - first) // WEEK + 1)


def ledger_closed_days() -> frozenset[date]:
    """Holidays and closures in all weeks of `ledger_span`."""
    year = fiscal_year(clock.today())
    return closed_days(monday(fiscal_year_end(year - 1)), fiscal_year_end(year + 1) + WEEK)


def lock_people(specialist_ids: Iterable[int] | None = None) -> None:
    """Let one at a time write a person's capacity; on SQLite the transaction is the lock."""
    if db.engine.dialect.name == "sqlite":
        return
    rows = select(Specialist.id).order_by(Specialist.id).with_for_update(key_share=True)
    if specialist_ids is not None:
        rows = rows.where(Specialist.id.in_(specialist_ids))
    db.session.execute(rows).all()
