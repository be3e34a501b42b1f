"""What everybody's weeks hold, in quarters of an hour of a full week."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import func, select

from talentshare.allocations.models import Allocation, allocation_week
from talentshare.allocations.queries.weeks import is_live
from talentshare.catalogue.queries import closed_days
from talentshare.engine.problem import NO_CAP, Bools, Ints
from talentshare.engine.week import DAYS, STEP, WORKING_DAYS, available_days
from talentshare.kernel.weeks import WEEK, month_of_week
from talentshare.matching.queries.stock import Stock
from talentshare.platform.db import db
from talentshare.proposals.models import Proposal
from talentshare.proposals.states import HELD

MANY = DAYS * 24 * 60 // STEP  # of a week in which nothing is asked


class Block(NamedTuple):
    """Weeks in a row in which a body has a specialist for so many hours or more."""

    person: int
    body: int
    first: int
    weeks: int
    hours: int


@dataclass
class Draft:
    """An instance while it is made; shapes: w weeks, p people: by id, then those only supposed."""

    first_on: date
    weeks: int
    ids: Ints
    units: Ints  # (w, p)
    at_work: Bools  # (w, p)
    max_bodies: Ints  # (p)
    needs: dict[int, dict[str, Any]] = field(default_factory=dict)
    supposed: int = 0

    def column(self, person: int) -> int:
        there = self.ids[: len(self.ids) - self.supposed]
        return int(np.searchsorted(there, person))


def draft_of(
    stock: Stock, span: tuple[date, int], masks: Iterable[int], what_if: Mapping[str, Any]
) -> Draft:
    """Everybody's weeks; monthly caps are spread evenly over the weeks of their month."""
    first_on, weeks = span
    mask = WORKING_DAYS
    for one in masks:
        mask |= one
    offset = (first_on - stock.first_week_on) // WEEK
    rows = slice(offset, offset + weeks)
    free = stock.free(mask)[0][rows].astype(np.int64)
    closed = closed_days(first_on, first_on + weeks * WEEK)
    mondays = [first_on + at * WEEK for at in range(weeks)]
    open_days = np.array([available_days(mask, on, closed) for on in mondays], np.int64)
    engaged, on_leave = stock.engaged[rows], stock.time.on_leave[rows] & (open_days > 0)[:, None]
    draft = Draft(
        first_on,
        weeks,
        stock.supply.ids,
        _units(np.where(engaged, free, 0), open_days, mask.bit_count()),
        ~on_leave,
        stock.supply.max_bodies.astype(np.int64).copy(),
    )
    _spread_caps(draft, stock, open_days / mask.bit_count())
    for person, minutes in what_if.get("hours", {}).items():
        column = draft.column(int(person))
        more = draft.units[:, column] + int(minutes) // STEP
        draft.units[:, column] = np.where(engaged[:, column], np.maximum(more, 0), 0)
    for person in what_if.get("without", ()):
        draft.units[:, draft.column(person)] = 0
    return draft


def _units(free: Ints, open_days: Ints, allowed: int) -> Ints:
    """The most quarters of an hour of a full week that a week takes, all short weeks in mind.

    A week asks floor(15 × units × open ÷ allowed) to a quarter of an hour: as floors add up to no
    more than the floor of the sum, whatever stays below this number fits.
    """
    below = free // STEP * STEP + STEP  # first amount that is too much, before it is floored
    open_ = np.maximum(open_days, 1)[:, None]
    units = (below * allowed - 1) // (STEP * open_)
    return np.where((open_days == 0)[:, None], MANY, np.where(free < STEP, 0, units))


def _spread_caps(draft: Draft, stock: Stock, rates: Any) -> None:
    first = month_of_week(stock.first_week_on)
    month_of = []
    for at in range(draft.weeks):
        month = month_of_week(draft.first_on + at * WEEK)
        month_of.append((month.year - first.year) * 12 + month.month - first.month)
    months = np.array(month_of)
    for month in np.unique(months).tolist():
        left = stock.time.month_left[month].astype(np.int64)
        capped = np.flatnonzero(left < NO_CAP)
        weeks = np.flatnonzero(months == month)
        for column in capped.tolist():
            asked = float((rates[weeks] * draft.at_work[weeks, column]).sum())
            if asked > 0:
                most = int(left[column] / asked) // STEP
                draft.units[weeks, column] = np.minimum(draft.units[weeks, column], most)


def make_room(draft: Draft, column: int, what: tuple[Ints, int, int]) -> None:
    """What somebody alone can do, the weeks hold, whatever was rounded or spread."""
    starts, length, units = what
    for start in starts.tolist():
        weeks = draft.units[start : start + length, column]
        np.maximum(weeks, units, out=weeks)


def lay_under_way(draft: Draft, under_way: Sequence[Proposal]) -> None:
    """The time of proposals that hold none yet is kept for them."""
    for proposal in under_way:
        if proposal.state in HELD:
            continue
        column = draft.column(proposal.specialist_id)
        units = -(-proposal.minutes_per_week // STEP)
        for week in _weeks_of(draft, proposal):
            draft.units[week, column] = max(0, int(draft.units[week, column]) - units)


def _weeks_of(draft: Draft, proposal: Proposal) -> list[int]:
    weeks = [(w.week_on - draft.first_on) // WEEK for w in proposal.weeks if w.minutes]
    return [week for week in weeks if 0 <= week < draft.weeks]


def seats(draft: Draft, under_way: Sequence[Proposal]) -> list[Block]:
    """What is booked or under way: weeks in a row in which a body has a specialist.

    The hours of such a block are the fewest of its weeks, so that a floor of hours counts them.
    """
    minutes: dict[int, dict[tuple[int, int], int]] = {}
    for person, body, week_on, booked in _booked(draft):
        week = (week_on - draft.first_on) // WEEK
        minutes.setdefault(person, {})[body, week] = booked
    for proposal in under_way:
        if proposal.state not in HELD:
            for week in _weeks_of(draft, proposal):
                of_body = minutes.setdefault(proposal.specialist_id, {})
                key = proposal.body_id, week
                of_body[key] = of_body.get(key, 0) + proposal.minutes_per_week
    return [
        Block(person, *block)
        for person in sorted(minutes)
        for block in _blocks(draft, person, minutes[person])
    ]


def _booked(draft: Draft) -> Iterable[tuple[int, int, date, int]]:
    last_on = draft.first_on + (draft.weeks - 1) * WEEK
    rows = (
        select(
            allocation_week.c.specialist_id,
            Allocation.body_id,
            allocation_week.c.week_on,
            func.sum(allocation_week.c.minutes),
        )
        .join(Allocation, Allocation.id == allocation_week.c.allocation_id)
        .where(is_live(), allocation_week.c.week_on.between(draft.first_on, last_on))
        .group_by(allocation_week.c.specialist_id, Allocation.body_id, allocation_week.c.week_on)
    )
    return db.session.execute(rows).all()


def _blocks(
    draft: Draft, person: int, minutes: Mapping[tuple[int, int], int]
) -> Iterator[tuple[int, int, int, int]]:
    """Body, first week, weeks, hours; beyond the person's number of bodies more count no more."""
    column, seats = draft.column(person), np.zeros(draft.weeks, np.int64)
    found: list[list[int]] = []
    for body, week in sorted(minutes):
        if not draft.at_work[week, column] or seats[week] >= draft.max_bodies[column]:
            continue
        seats[week] += 1
        units = max(1, minutes[body, week] // STEP)
        last = found[-1] if found else None
        if last and last[0] == body and last[1] + last[2] == week:
            last[2:] = last[2] + 1, min(last[3], units)
        else:
            found.append([body, week, 1, units])
    for body, first, weeks, units in found:
        yield body, first, weeks, units
