"""The rows of booked time: how they are written and how they go, under locks."""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import delete, insert, update

from talentshare.allocations import queries
from talentshare.allocations.models import (
    Allocation,
    BookedWeek,
    allocation_inside,
    allocation_week,
)
from talentshare.allocations.queries import BookingLine, Move
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, system_for
from talentshare.platform import events
from talentshare.platform.db import db
from talentshare.talent_requests import actions as talent_requests


def insert_rows(allocation: Allocation, rows: Collection[BookedWeek]) -> None:
    """Book all weeks by one statement: the database counts and checks them."""
    key = {"allocation_id": allocation.id}
    booked = [
        {
            **key,
            "specialist_id": allocation.specialist_id,
            "week_on": r.week_on,
            "minutes": r.minutes,
        }
        for r in rows
    ]
    inside = [{**key, "week_on": r.week_on, "inside_minutes": r.inside_minutes} for r in rows]
    db.session.execute(insert(allocation_week).values(booked))
    db.session.execute(insert(allocation_inside).values(inside))


def delete_rows(allocation: Allocation, after: date | None = None) -> None:
    """Give back all weeks, or those after one."""
    for table in (allocation_week, allocation_inside):
        gone = delete(table).where(table.c.allocation_id == allocation.id)
        if after is not None:
            gone = gone.where(table.c.week_on > after)
        db.session.execute(gone)


def close(allocation: Allocation, event: str, reason: str = "") -> None:
    """End an allocation that keeps none of its weeks."""
    allocation.move(event)
    allocation.expires_at = None
    allocation.closed_at, allocation.close_reason = clock.now(), reason
    db.session.flush()
    delete_rows(allocation)


def keep_support(actor: Actor, allocation: Allocation) -> None:
    """Tell the request from which to which day its support is booked now."""
    db.session.flush()
    request_id = allocation.position.talent_request_id
    talent_requests.keep_support(system_for(actor), request_id, queries.support_of(request_id))


def release_expired_of(actor: Actor, specialist_id: int) -> list[date]:
    """Free what expired holds still take of a person's ledger; return the weeks."""
    late = queries.expired_holds(specialist_id)
    if not late:
        return []
    weeks = queries.weeks_of([hold.id for hold in late])
    for hold in late:
        close(hold, "release")
        events.announce(system_for(actor), "allocation.expired", hold)
    return weeks


def move_rows(moves: Iterable[Move]) -> None:
    """Take minutes out of their week and put them where there is room for them."""
    for move in moves:
        _change(move.line, -move.minutes, -move.inside_minutes)
        for part in move.to:
            _change(part, part.minutes, part.inside_minutes)


def _change(line: BookingLine, minutes: int, inside_minutes: int) -> None:
    allocation = queries.load(line.allocation_id or 0)
    known = {row.week_on: row for row in queries.rows_of(allocation.id)}
    row = known.get(line.week_on, BookedWeek(line.week_on, 0, 0))
    if row.minutes + minutes == 0:
        _delete_row(allocation.id, row.week_on)
        return
    if row.minutes == 0:
        insert_rows(allocation, [BookedWeek(line.week_on, minutes, inside_minutes)])
        return
    for table, value in (
        (allocation_week, {"minutes": row.minutes + minutes}),
        (allocation_inside, {"inside_minutes": row.inside_minutes + inside_minutes}),
    ):
        key = (table.c.allocation_id == allocation.id, table.c.week_on == row.week_on)
        db.session.execute(update(table).where(*key).values(value))


def _delete_row(allocation_id: int, week_on: date) -> None:
    for table in (allocation_week, allocation_inside):
        key = (table.c.allocation_id == allocation_id, table.c.week_on == week_on)
        db.session.execute(delete(table).where(*key))
