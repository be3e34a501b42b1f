"""Everybody's time at once, in columns: for ranking and for figures. No ORM objects."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import select

from talentshare.allocations.models import (
    Allocation,
    allocation_inside,
    allocation_week,
    appointment,
    capacity_strip,
)
from talentshare.allocations.queries.strips import STORED
from talentshare.allocations.queries.weeks import is_live, lines_of_slots
from talentshare.allocations.states import AllocationState
from talentshare.engine.capacity_table import WIDTH, Cells
from talentshare.engine.free_time import Loads, free_many
from talentshare.engine.problem import NO_CAP, Bools, Ints, Marks
from talentshare.engine.week import DAYS
from talentshare.kernel.weeks import WEEK, month_of_week
from talentshare.platform.db import db
from talentshare.specialists.models import Specialist

Table = npt.NDArray[np.int32]
MONTH_MARGIN = 5  # weeks beside the columns that may count to the same months
NOT_A_BODY = -1
NEVER = date.max.toordinal()
BOOKED = ("person", "week", "minutes", "inside", "weekdays", "body", "is_held")


@dataclass(frozen=True, eq=False)
class Columns:
    """A snapshot of p people, by id, over w weeks from a Monday; expired holds are gone.

    `cells` has shape (p, w, 15), zero beyond a ledger. `booked` holds one row for each week of
    each live booking: column of the person, week (it may lie outside 0..w-1), minutes, inside
    minutes, mask of weekdays, body (-1 for an appointment), whether it is only held.
    """

    ids: Ints
    first_week_on: date
    cells: Cells
    booked: Ints
    terms: Ints

    @property
    def weeks(self) -> int:
        return int(self.cells.shape[1])

    @cached_property
    def within(self) -> Ints:
        """The rows of `booked` that lie in the weeks."""
        week = self.booked[:, 1]
        return self.booked[(week >= 0) & (week < self.weeks)]

    @cached_property
    def capacity(self) -> Table:
        """Minutes there are, (w, p)."""
        totals: Table = self.cells[:, :, : 2 * DAYS].sum(axis=2, dtype=np.int32)
        return totals.T

    @cached_property
    def on_leave(self) -> Bools:
        """Each working minute of the week is leave, (w, p)."""
        return np.asarray((self.capacity == 0) & (self.cells[:, :, -1].T > 0))

    @cached_property
    def engaged(self) -> Bools:
        """Some day of the week lies in the engagement, and not in a pause, (w, p)."""
        monday = self.first_week_on.toordinal() + DAYS * np.arange(self.weeks)[:, None]
        engaged_from, until, paused_from, paused_until = self.terms[:, 2:].T
        first = np.maximum(monday, engaged_from)
        last = np.minimum(monday + DAYS - 1, until)
        return np.asarray((first <= last) & ~((paused_from <= first) & (last <= paused_until)))

    @property
    def max_bodies(self) -> Ints:
        return self.terms[:, 0]

    @cached_property
    def _served(self) -> tuple[Ints, Ints, Ints]:
        """Body, column of the person, week: each once, in this order."""
        rows = self.within[self.within[:, 5] != NOT_A_BODY]
        shape = int(rows[:, 5].max(initial=0)) + 1, len(self.ids), self.weeks
        once = np.unique(np.ravel_multi_index(tuple(rows[:, [5, 0, 1]].T), shape))
        body, who, week = np.unravel_index(once, shape)
        return body, who, week

    @cached_property
    def serving(self) -> dict[int, Marks]:
        """Per body the people it has, with each week, once."""
        body, who, week = self._served
        bodies, starts = np.unique(body, return_index=True)
        parts = zip(np.split(who, starts[1:]), np.split(week, starts[1:]), strict=True)
        return {
            number: Marks(self.ids[columns], weeks)
            for number, (columns, weeks) in zip(bodies.tolist(), parts, strict=len(bodies) > 0)
        }

    @cached_property
    def bodies_served(self) -> npt.NDArray[np.int8]:
        """How many bodies a week has, holds included, (w, p)."""
        _body, who, week = self._served
        served = np.zeros((self.weeks, len(self.ids)), np.int8)
        np.add.at(served, (week, who), np.int8(1))
        return served

    @cached_property
    def month_left(self) -> Table:
        """What monthly caps leave, (m, p): row 0 is the month of the first week."""
        first = month_of_week(self.first_week_on)
        months = self._months_after(first, self.weeks - 1) + 1
        used = np.zeros((months, len(self.ids)), np.int32)
        for week in np.unique(self.booked[:, 1]).tolist():
            month = self._months_after(first, week)
            if 0 <= month < months:
                rows = self.booked[self.booked[:, 1] == week]
                np.add.at(used[month], rows[:, 0], rows[:, 2].astype(np.int32))
        cap = self.terms[:, 1]
        left = np.where(cap == NO_CAP, NO_CAP, np.maximum(0, cap - used))
        return left.astype(np.int32)

    def minutes(self, *, held: bool) -> Table:
        """Booked minutes that are only held, or are not, (w, p)."""
        rows = self.within[self.within[:, 6] == held]
        table = np.zeros((self.weeks, len(self.ids)), np.int32)
        np.add.at(table, (rows[:, 1], rows[:, 0]), rows[:, 2].astype(np.int32))
        return table

    def free(self, weekdays: int) -> tuple[Table, Table]:
        """(total, inside), each (w, p): what `engine.week.free` says for a mask of weekdays."""
        shape = len(self.ids), self.weeks
        inside = self.cells[:, :, :DAYS].reshape(-1, DAYS)
        outside = self.cells[:, :, DAYS:-1].reshape(-1, DAYS)
        rows = self.within
        at = rows[:, 0] * self.weeks + rows[:, 1]
        total, within = free_many(
            inside, outside, Loads(at, rows[:, 2], rows[:, 3], rows[:, 4]), weekdays
        )
        return total.reshape(shape).T, within.reshape(shape).T

    def _months_after(self, first: date, week: int) -> int:
        month = month_of_week(self.first_week_on + WEEK * week)
        return (month.year - first.year) * 12 + month.month - first.month


def columns(
    first_week_on: date, weeks: int, specialist_ids: Sequence[int] | None = None
) -> Columns:
    """Read the time of everybody, or of some, over `weeks` weeks from a Monday, in four queries."""
    ids, terms = _people(specialist_ids)
    rows = [
        *_booked_rows(first_week_on, weeks, specialist_ids),
        *_slot_rows(first_week_on, weeks, specialist_ids),
    ]
    strips = _rows(_some(select(capacity_strip), capacity_strip.c.specialist_id, specialist_ids))
    cells = _cells(ids, first_week_on, weeks, strips)
    return Columns(ids, first_week_on, cells, _booked(ids, first_week_on, rows), terms)


def _booked(ids: Ints, first_week_on: date, rows: Sequence[tuple[Any, ...]]) -> Ints:
    """Rows of the database as `Columns.booked`."""
    if not rows:
        return np.zeros((0, len(BOOKED)), np.int64)
    who, weeks_on, *rest = zip(*rows, strict=True)
    week = {day: (day - first_week_on).days // DAYS for day in set(weeks_on)}
    columns = [np.searchsorted(ids, who), [week[day] for day in weeks_on], *rest]
    return np.array(columns, np.int64).T


def _rows(statement: Any) -> Sequence[Any]:
    """Rows without the ORM: half the time. What was not flushed yet is not seen."""
    return db.session.connection().execute(statement).all()


def idle(first_week_on: date, weeks: int, specialist_ids: Sequence[int]) -> Columns:
    """The same of some people without a minute, free or booked: their terms alone, in one query."""
    ids, terms = _people(specialist_ids)
    cells, booked = (
        np.zeros((len(ids), weeks, WIDTH), np.int16),
        np.zeros((0, len(BOOKED)), np.int64),
    )
    return Columns(ids, first_week_on, cells, booked, terms)


def _people(specialist_ids: Sequence[int] | None) -> tuple[Ints, Ints]:
    people = db.session.execute(_some(_PEOPLE, Specialist.id, specialist_ids)).all()
    terms = np.array([_terms(*row[1:]) for row in people], np.int64).reshape(-1, 6)
    return np.array([row[0] for row in people], np.int64), terms


_PEOPLE = select(
    Specialist.id,
    Specialist.max_bodies,
    Specialist.month_cap_minutes,
    Specialist.engaged_from,
    Specialist.engaged_until,
    Specialist.paused_from,
    Specialist.paused_until,
).order_by(Specialist.id)


def _terms(max_bodies: int, cap: int | None, engaged_from: date, *ends: date | None) -> list[int]:
    until, paused_from, paused_until = (NEVER if day is None else day.toordinal() for day in ends)
    least = NO_CAP if cap is None else cap
    return [max_bodies, least, engaged_from.toordinal(), until, paused_from, paused_until]


def _some(statement: Any, column: Any, ids: Sequence[int] | None) -> Any:
    return statement if ids is None else statement.where(column.in_(ids))


def _cells(ids: Ints, first_week_on: date, weeks: int, strips_of: Iterable[Any]) -> Cells:
    """The strips laid side by side; people whose strips have the same weeks go together."""
    alike: dict[tuple[date, int], tuple[list[int], list[bytes]]] = {}
    for who, start_on, packed in strips_of:
        people, strips = alike.setdefault((start_on, len(packed)), ([], []))
        people.append(who)
        strips.append(packed)
    cells = np.zeros((len(ids), weeks, WIDTH), np.int16)
    for (start_on, size), (people, strips) in alike.items():
        length = size // STORED.itemsize // WIDTH
        offset = (start_on - first_week_on).days // DAYS
        first, last = max(offset, 0), min(offset + length, weeks)
        if first < last:
            found = np.frombuffer(b"".join(strips), STORED).reshape(-1, length, WIDTH)
            columns = np.searchsorted(ids, people)
            cells[columns, first:last] = found[:, first - offset : last - offset]
    return cells


def _booked_rows(
    first_week_on: date, weeks: int, ids: Sequence[int] | None
) -> Iterable[tuple[Any, ...]]:
    rows = (
        select(
            allocation_week.c.specialist_id,
            allocation_week.c.week_on,
            allocation_week.c.minutes,
            allocation_inside.c.inside_minutes,
            Allocation.weekdays,
            Allocation.body_id,
            Allocation.state == AllocationState.HELD,
        )
        .join(Allocation, Allocation.id == allocation_week.c.allocation_id)
        .join(
            allocation_inside,
            (allocation_inside.c.allocation_id == allocation_week.c.allocation_id)
            & (allocation_inside.c.week_on == allocation_week.c.week_on),
        )
        .where(is_live(), _near(allocation_week.c.week_on, first_week_on, weeks))
    )
    return _rows(_some(rows, allocation_week.c.specialist_id, ids))


def _slot_rows(
    first_week_on: date, weeks: int, ids: Sequence[int] | None
) -> Iterable[tuple[Any, ...]]:
    live = select(
        appointment.c.specialist_id,
        appointment.c.week_on,
        appointment.c.starts_at,
        appointment.c.ends_at,
    ).where(appointment.c.live_minutes > 0, _near(appointment.c.week_on, first_week_on, weeks))
    for who, *slot in _rows(_some(live, appointment.c.specialist_id, ids)):
        for line in lines_of_slots(*slot):
            place = (line.minutes, line.inside_minutes, line.weekdays)
            yield who, line.week_on, *place, NOT_A_BODY, False


def _near(column: Any, first_week_on: date, weeks: int) -> Any:
    return column.between(
        first_week_on - WEEK * MONTH_MARGIN, first_week_on + WEEK * (weeks + MONTH_MARGIN)
    )
