"""Capacities: opened to the horizon, kept as the facts say, lowered by leave."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from talentshare import policy
from talentshare.allocations import queries
from talentshare.allocations.actions.booking import release_expired
from talentshare.allocations.actions.clashes import review_clashes, tell_clashes
from talentshare.allocations.actions.rows import release_expired_of
from talentshare.allocations.models import DAYS
from talentshare.allocations.queries import Change
from talentshare.kernel.actor import Actor
from talentshare.platform import events
from talentshare.platform.db import Base, db, transactional
from talentshare.policy import Can
from talentshare.specialists import queries as specialists
from talentshare.specialists.models import Specialist

ROWS_AT_ONCE = 20_000
CELLS = [*(f"inside_{day}" for day in DAYS), *(f"outside_{day}" for day in DAYS), "pattern_minutes"]
NEW_WEEKS = """
INSERT INTO week_ledger (specialist_id, week_on, capacity_minutes) VALUES (?, ?, ?)
ON CONFLICT DO NOTHING"""
NEW_CELLS = f"""
INSERT INTO week_cells (specialist_id, week_on, {", ".join(CELLS)})
VALUES (?, ?{", ?" * len(CELLS)}) ON CONFLICT DO NOTHING"""  # noqa: S608  our own column names
CHANGED_CELLS = f"""
UPDATE week_cells SET {", ".join(f"{cell} = ?" for cell in CELLS)}
 WHERE specialist_id = ? AND week_on = ?"""  # noqa: S608  our own column names
STRIPS = """
INSERT INTO capacity_strip (specialist_id, first_week_on, cells) VALUES (?, ?, ?)
ON CONFLICT (specialist_id)
DO UPDATE SET first_week_on = excluded.first_week_on, cells = excluded.cells"""
SHORT = "booked_minutes - granted_extra_minutes - ?"
CAPACITY = """
UPDATE week_ledger SET capacity_minutes = ?, leave_gap_minutes = CASE {gap} END
 WHERE specialist_id = ? AND week_on = ?"""
BY_LEAVE = CAPACITY.format(gap=f"WHEN {SHORT} > 0 THEN {SHORT} ELSE 0")
BY_CHOICE = CAPACITY.format(
    gap=f"WHEN {SHORT} <= 0 THEN 0 WHEN {SHORT} < leave_gap_minutes THEN {SHORT}"
    " ELSE leave_gap_minutes"
)


@transactional
def open_weeks(actor: Actor, specialist: Specialist) -> None:
    """Give the specialist's ledger all its weeks to the end of the next fiscal year."""
    policy.require(actor, Can.KEEP_CAPACITY, specialist)
    queries.lock_people([specialist.id])
    changes = [c for c in queries.openings_of([specialist.id]) if c.new_weeks]
    _write_capacity(changes, by_leave=False)
    if changes:
        events.announce(actor, "capacity.opened", specialist, weeks=len(changes[0].new_weeks))


@transactional
def open_weeks_for_all(actor: Actor) -> int:
    """The same for everybody at once; returns how many ledgers grew."""
    policy.require(actor, Can.KEEP_CAPACITY)
    if queries.are_weeks_open():
        return 0
    queries.lock_people()
    changes = [change for change in queries.openings_of(None) if change.new_weeks]
    _write_capacity(changes, by_leave=False)
    if changes:
        last = specialists.load(changes[-1].specialist_id)
        events.announce(actor, "capacity.opened_for_all", last, people=len(changes))
    return len(changes)


@transactional
def keep_capacity(actor: Actor, specialist: Specialist) -> None:
    """Follow a change that somebody chose; refused where booked time would lose its place."""
    policy.require(actor, Can.KEEP_CAPACITY, specialist)
    change = _prepared(actor, specialist, by_leave=False)
    queries.require_kept(queries.person_time(specialist.id), change)
    _write_capacity([change], by_leave=False)
    review_clashes(actor, specialist.id, change.changed_weeks, may_open=False)
    if change.changed_weeks:
        events.announce(actor, "capacity.kept", specialist, weeks=len(change.changed_weeks))


@transactional
def keep_capacity_after_leave(actor: Actor, specialist: Specialist) -> None:
    """Follow leave, which always succeeds: what loses its place becomes a clash with an owner."""
    policy.require(actor, Can.KEEP_CAPACITY, specialist)
    change = _prepared(actor, specialist, by_leave=True)
    _write_capacity([change], by_leave=True)
    worse = review_clashes(actor, specialist.id, change.changed_weeks, may_open=True)
    tell_clashes(actor, specialist, worse)
    if change.changed_weeks:
        events.announce(actor, "capacity.lowered", specialist, weeks=len(change.changed_weeks))


@transactional
def keep_all_capacities(actor: Actor, subject: Base) -> int:
    """Follow a changed calendar for everybody; a new closure acts like leave."""
    policy.require(actor, Can.KEEP_CAPACITY, subject)
    queries.lock_people()
    release_expired(actor)
    foreseen = [c for c in queries.changes_of_all(by_leave=True) if c.changed_weeks]
    weeks = {week_on for change in foreseen for week_on in change.changed_weeks}
    queries.lock_weeks([change.specialist_id for change in foreseen], weeks)
    changes = queries.changes_of_all(by_leave=True)
    _write_capacity(changes, by_leave=True)
    strained = queries.strained_people(weeks)
    for change in changes:
        if change.changed_weeks and change.specialist_id in strained:
            worse = review_clashes(actor, change.specialist_id, change.changed_weeks, may_open=True)
            tell_clashes(actor, specialists.load(change.specialist_id), worse)
    events.announce(actor, "capacity.kept_for_all", subject, people=len(foreseen))
    return len(foreseen)


def _prepared(actor: Actor, specialist: Specialist, *, by_leave: bool) -> Change:
    """Lock the person's whole ledger, free expired holds, and compute what is to be."""
    db.session.flush()
    queries.lock_people([specialist.id])
    queries.lock_weeks([specialist.id])
    freed = release_expired_of(actor, specialist.id)
    review_clashes(actor, specialist.id, freed, may_open=False)
    return queries.change_of(specialist.id, by_leave=by_leave)


def _write_capacity(changes: Sequence[Change], *, by_leave: bool) -> None:
    """The one place that writes capacities: ledger, cells and strip, by sanctioned statements."""
    db.session.flush()
    connection = db.session.connection()
    new = [(change, week_on) for change in changes for week_on in change.new_weeks]
    _run_many(connection, NEW_WEEKS, ((*_key(*one), _capacity(*one)) for one in new))
    _run_many(connection, NEW_CELLS, ((*_key(*one), *_cells(*one)) for one in new))
    other = [(change, week_on) for change in changes for week_on in change.changed_weeks]
    _run_many(connection, CHANGED_CELLS, ((*_cells(*one), *_key(*one)) for one in other))
    statement = BY_LEAVE if by_leave else BY_CHOICE
    times = statement.count("?") - 2
    _run_many(connection, statement, ((*[_capacity(*one)] * times, *_key(*one)) for one in other))
    strips = (
        (change.specialist_id, change.after.first_week_on.isoformat(), change.after.packed())
        for change in changes
        if change.new_weeks or change.changed_weeks
    )
    _run_many(connection, STRIPS, strips)


def _key(change: Change, week_on: date) -> tuple[int, str]:
    return change.specialist_id, week_on.isoformat()


def _capacity(change: Change, week_on: date) -> int:
    return change.after.capacities[change.after.at(week_on)]


def _cells(change: Change, week_on: date) -> list[int]:
    row: list[int] = change.after.cells[change.after.at(week_on)].tolist()
    return row


def _run_many(connection: Connection, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Run a statement for many rows by the driver, a block at a time."""
    if connection.dialect.name == "postgresql":
        statement = statement.replace("?", "%s")
    for block in _blocks(rows):
        connection.exec_driver_sql(statement, block)


def _blocks(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    block: list[tuple[Any, ...]] = []
    for row in rows:
        block.append(row)
        if len(block) == ROWS_AT_ONCE:
            yield block
            block = []
    if block:
        yield block
