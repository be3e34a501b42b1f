"""Figures of a plan beside today's and the hand plan's, and the reasons of its rows."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from talentshare.allocations.models import Allocation, allocation_week
from talentshare.allocations.queries.weeks import is_live
from talentshare.catalogue.queries import closed_days
from talentshare.engine.week import Effort, weekly_rows
from talentshare.kernel.errors import Refusal
from talentshare.kernel.weeks import WEEK
from talentshare.matching.queries import ranked, row_of
from talentshare.plans.queries.bookable import Judged
from talentshare.platform.db import db
from talentshare.talent_requests.models import Position

Lines = list[list[int]]


def body_lines(
    asked: Mapping[int, date], span: tuple[date, int], plans: tuple[Sequence[Judged], ...]
) -> Lines:
    """Per body: minutes asked for, booked today within the span, and those of each plan.

    `asked` are the open positions with the first Monday from which each was planned.
    """
    first_on, weeks = span
    found = db.session.scalars(select(Position).where(Position.id.in_(asked)))
    positions = {position.id: position for position in found}
    lines: dict[int, list[int]] = {}

    def add(body: int, column: int, minutes: int) -> None:
        lines.setdefault(body, [0] * (2 + len(plans)))[column] += minutes

    for number, position in positions.items():
        add(position.talent_request.body_id, 0, _full_minutes(position, asked[number]))
    for body, minutes in _booked(first_on, weeks):
        add(body, 1, minutes)
    for column, rows in enumerate(plans, start=2):
        for row in rows:
            body = positions[row.chosen.position_id].talent_request.body_id
            add(body, column, sum(week.minutes for week in row.rows))
    return [[body, *lines[body]] for body in sorted(lines)]


def _full_minutes(position: Position, start_on: date) -> int:
    effort = Effort(position.minutes_per_week, position.inside_minutes_per_week, position.weekdays)
    last_on = start_on + position.week_count * WEEK
    rows = weekly_rows(effort, start_on, position.week_count, closed_days(start_on, last_on))
    return sum(row.minutes for row in rows)


def _booked(first_on: date, weeks: int) -> Iterable[tuple[int, int]]:
    last_on = first_on + weeks * WEEK - timedelta(days=1)
    rows = (
        select(Allocation.body_id, func.sum(allocation_week.c.minutes))
        .join(allocation_week, allocation_week.c.allocation_id == Allocation.id)
        .where(is_live(), allocation_week.c.week_on.between(first_on, last_on))
        .group_by(Allocation.body_id)
    )
    return [(int(body), int(minutes)) for body, minutes in db.session.execute(rows)]


def reasons_of(rows: Sequence[Judged]) -> dict[int, list[Mapping[str, Any]] | None]:
    """Why each person fits from the first week on, by position; nothing for whoever does not."""
    found: dict[int, list[Mapping[str, Any]] | None] = {}
    for row in rows:
        one = row.chosen
        position = db.session.get(Position, one.position_id)
        found[one.position_id] = None
        if position is None:
            continue
        try:
            answer = ranked(position, None, one.start_on)
        except Refusal:
            continue
        candidate = answer.candidate(one.specialist_id)
        if candidate is not None:
            found[one.position_id] = [row_of(reason) for reason in answer.reasons(candidate)]
    return found
