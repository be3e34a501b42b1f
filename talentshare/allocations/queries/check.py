"""`talentshare check`: every invariant of booked time, counted again from the rows themselves."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import func, select, text

from talentshare.allocations.models import (
    Allocation,
    Clash,
    allocation_inside,
    allocation_week,
    appointment,
    week_cells,
    week_ledger,
)
from talentshare.allocations.queries.strips import STORED, changes_of_all, strips
from talentshare.allocations.queries.weeks import CELLS, lines_of_slots
from talentshare.allocations.states import AllocationState
from talentshare.engine import week as hall
from talentshare.engine.week import DAYS, Load, Week
from talentshare.kernel.weeks import month_of_week
from talentshare.platform.db import db
from talentshare.specialists.models import Specialist

SHOWN = 20
COUNTED = {AllocationState.HELD, AllocationState.CONFIRMED, AllocationState.ENDED}
Key = tuple[int, date]


def check() -> list[str]:
    """One sentence for each broken invariant, at most twenty of a kind; none when all hold."""
    found: list[str] = []
    for search in CHECKS:
        sentences = list(search())
        found += sentences[:SHOWN]
        if len(sentences) > SHOWN:
            found.append(f"... and {len(sentences) - SHOWN} more of the kind above.")
    return found


def _ledger_drift() -> Iterator[str]:
    rows = text("SELECT specialist_id, week_on FROM ledger_drift ORDER BY specialist_id, week_on")
    for who, week_on in db.session.execute(rows):
        yield f"{_week(who, week_on)}: the ledger does not agree with its bookings or grants."


def _cells_and_capacity() -> Iterator[str]:
    both = (week_cells.c.specialist_id == week_ledger.c.specialist_id) & (
        week_cells.c.week_on == week_ledger.c.week_on
    )
    total = sum(CELLS[1:-1], CELLS[0])
    missing = week_cells.c.specialist_id.is_(None)
    rows = (
        select(week_ledger.c.specialist_id, week_ledger.c.week_on, missing)
        .outerjoin(week_cells, both)
        .where(missing | (total != week_ledger.c.capacity_minutes))
        .order_by(week_ledger.c.specialist_id, week_ledger.c.week_on)
    )
    for who, week_on, is_missing in db.session.execute(rows):
        why = "has no days" if is_missing else "has a capacity other than the sum of its days"
        yield f"{_week(who, week_on)} {why}."
    count = select(func.count())
    if db.session.scalar(count.select_from(week_cells)) != db.session.scalar(
        count.select_from(week_ledger)
    ):
        yield "Days and ledger do not hold the same number of weeks."


def _strips() -> Iterator[str]:
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(
        select(week_cells).order_by(week_cells.c.specialist_id, week_cells.c.week_on)
    ):
        rows[row[0]].append(row)
    copies = strips()
    for who in sorted(rows.keys() | copies.keys()):
        cells = np.array([tuple(row)[2:] for row in rows[who]], STORED)
        copy = copies.get(who)
        if copy is None or not rows[who] or rows[who][0][1] != copy.first_week_on:
            yield f"Specialist {who}: the copy of the days for ranking is missing or misplaced."
        elif cells.tobytes() != copy.packed():
            yield f"Specialist {who}: the copy of the days for ranking differs from the days."
        elif (rows[who][-1][1] - copy.first_week_on).days // DAYS != len(copy) - 1:
            yield f"Specialist {who}: weeks are missing inside the ledger."


def _facts() -> Iterator[str]:
    for change in changes_of_all(by_leave=False):
        for week_on in change.changed_weeks:
            yield f"{_week(change.specialist_id, week_on)}: days differ from what the facts say."


def _allocation_rows() -> Iterator[str]:
    lines = (
        select(
            allocation_week.c.allocation_id,
            func.count().label("weeks"),
            func.max(allocation_week.c.week_on).label("last_on"),
            func.min(allocation_week.c.specialist_id).label("least"),
            func.max(allocation_week.c.specialist_id).label("most"),
        )
        .group_by(allocation_week.c.allocation_id)
        .subquery()
    )
    rows = select(Allocation, lines).outerjoin(lines, lines.c.allocation_id == Allocation.id)
    for allocation, _, weeks, last_on, least, most in db.session.execute(
        rows.order_by(Allocation.id)
    ):
        counts = allocation.state in COUNTED
        if bool(weeks) != counts:
            has = "has weeks" if weeks else "has no weeks"
            yield f"Allocation {allocation.id} is {allocation.state} but {has}."
        elif weeks and not least == most == allocation.specialist_id:
            yield f"Allocation {allocation.id} has weeks of another person."
        elif weeks and last_on > allocation.ends_on:
            yield f"Allocation {allocation.id} has weeks after its end."
    orphans = select(allocation_week.c.allocation_id).where(
        allocation_week.c.allocation_id.not_in(select(Allocation.id))
    )
    for allocation_id in db.session.scalars(orphans.distinct()):
        yield f"Weeks are booked for allocation {allocation_id}, which does not exist."


def _inside_rows() -> Iterator[str]:
    booked = {(row[0], row[2]): row[3] for row in db.session.execute(select(allocation_week))}
    inside = {(row[0], row[1]): row[2] for row in db.session.execute(select(allocation_inside))}
    for key in sorted(booked.keys() | inside.keys()):
        if key not in booked or key not in inside or not 0 <= inside[key] <= booked[key]:
            yield f"Allocation {key[0]}, week {key[1]}: minutes inside office hours do not match."


def _feasible() -> Iterator[str]:
    loads = _loads()
    clashes = _open_clashes()
    missing = _missing(loads)
    for key in sorted(clashes.keys() | missing.keys()):
        lacking, noted = missing.get(key, 0), clashes.get(key, [0])
        if len(noted) > 1:
            yield f"{_week(*key)} has more than one open clash."
        elif lacking != noted[0]:
            yield f"{_week(*key)} lacks {lacking} minutes, its clash says {noted[0]}."


def _loads() -> dict[Key, list[Load]]:
    inside = allocation_inside.c
    rows = (
        select(
            allocation_week.c.specialist_id,
            allocation_week.c.week_on,
            allocation_week.c.minutes,
            inside.inside_minutes,
            Allocation.weekdays,
        )
        .join(Allocation, Allocation.id == allocation_week.c.allocation_id)
        .join(
            allocation_inside,
            (inside.allocation_id == allocation_week.c.allocation_id)
            & (inside.week_on == allocation_week.c.week_on),
        )
    )
    loads: dict[Key, list[Load]] = defaultdict(list)
    for who, week_on, minutes, within, weekdays in db.session.execute(rows):
        sane = min(max(within, 0), minutes)
        loads[who, week_on].append(Load(minutes, sane, weekdays))
    slots = appointment.c
    for who, week_on, starts_at, ends_at in db.session.execute(
        select(slots.specialist_id, slots.week_on, slots.starts_at, slots.ends_at).where(
            slots.live_minutes > 0
        )
    ):
        loads[who, week_on] += [line.load for line in lines_of_slots(week_on, starts_at, ends_at)]
    return loads


def _missing(loads: dict[Key, list[Load]]) -> dict[Key, int]:
    rows = (
        select(
            week_ledger.c.specialist_id,
            week_ledger.c.week_on,
            week_ledger.c.granted_extra_minutes,
            *CELLS,
        )
        .join(
            week_cells,
            (week_cells.c.specialist_id == week_ledger.c.specialist_id)
            & (week_cells.c.week_on == week_ledger.c.week_on),
        )
        .where(week_ledger.c.booked_minutes > 0)
    )
    found = {}
    for who, week_on, extra, *cells in db.session.execute(rows):
        week = Week(cells[:DAYS], cells[DAYS : 2 * DAYS])
        short = hall.shortage(week, loads.get((who, week_on), []))
        if short and short.missing_minutes > extra:
            found[who, week_on] = short.missing_minutes - extra
    return found


def _open_clashes() -> dict[Key, list[int]]:
    found: dict[Key, list[int]] = defaultdict(list)
    for clash in db.session.scalars(select(Clash).where(Clash.resolved_at.is_(None))):
        found[clash.specialist_id, clash.week_on].append(clash.missing_minutes)
    return found


def _limits() -> Iterator[str]:
    terms = {
        who: (most, cap)
        for who, most, cap in db.session.execute(
            select(Specialist.id, Specialist.max_bodies, Specialist.month_cap_minutes)
        )
    }
    bodies: dict[Key, set[int]] = defaultdict(set)
    months: dict[Key, int] = defaultdict(int)
    rows = select(allocation_week, Allocation.body_id).join(
        Allocation, Allocation.id == allocation_week.c.allocation_id
    )
    for _, who, week_on, minutes, body_id in db.session.execute(rows):
        bodies[who, week_on].add(body_id)
        months[who, month_of_week(week_on)] += minutes
    slots = appointment.c
    live = select(slots.specialist_id, slots.week_on, slots.live_minutes)
    for who, week_on, minutes in db.session.execute(live):
        months[who, month_of_week(week_on)] += minutes
    for key, its in sorted(bodies.items()):
        if len(its) > terms[key[0]][0]:
            yield f"{_week(*key)} has {len(its)} bodies, at most {terms[key[0]][0]} are taken on."
    for (who, month_on), minutes in sorted(months.items()):
        cap = terms[who][1]
        if cap is not None and minutes > cap:
            yield f"Specialist {who}, {month_on:%Y-%m}: {minutes} of at most {cap} minutes."


def _week(who: int, week_on: date | str) -> str:
    return f"Specialist {who}, week {week_on}"


CHECKS: tuple[Callable[[], Iterator[str]], ...] = (
    _ledger_drift,
    _cells_and_capacity,
    _strips,
    _facts,
    _allocation_rows,
    _inside_rows,
    _feasible,
    _limits,
)
