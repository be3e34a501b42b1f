"""What a plan is made of: open positions, whom each fits, and the time that everybody has left."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from talentshare.engine.matrix import Matrix, matrix
from talentshare.engine.problem import NO_CAP, Ints, Need, Pool
from talentshare.engine.week import STEP
from talentshare.kernel import clock
from talentshare.kernel.errors import Conflict
from talentshare.kernel.weeks import WEEK
from talentshare.matching.queries.kept import stock_now
from talentshare.matching.queries.needs import first_possible_start, need_of
from talentshare.matching.queries.stock import Stock
from talentshare.plans.models import PlanPair, PlanRun
from talentshare.plans.queries.rules import Rules, rules_on
from talentshare.plans.queries.scope import is_in_scope
from talentshare.plans.queries.time import Block, Draft, draft_of, lay_under_way, make_room, seats
from talentshare.plans.states import PairKind
from talentshare.platform.db import db
from talentshare.proposals.models import Proposal
from talentshare.proposals.queries import open_positions, state_now
from talentshare.proposals.states import LIVE
from talentshare.talent_requests.models import Position

ADDED_BODIES, ADDED_FIT = 3, 700  # of a person who is only supposed
# How far a proposal has come.
STEPS = ("returned", "prepared", "checked", "offered", "accepted", "proposed", "agreed")


@dataclass(frozen=True)
class Given:
    """The instance of a run with what belongs to its numbers.

    Hours of the format are quarters of an hour of a full week. Positions with negative numbers
    stand for what is booked or under way; specialists with negative numbers are only supposed.
    """

    instance: Mapping[str, Any]
    first_week_on: date
    rules: Rules
    weights_number: int
    positions: Mapping[int, Position]
    under_way: Sequence[Proposal]
    unplaced: Sequence[PlanPair]
    not_reached: Mapping[int, str]


def given(run: PlanRun) -> Given:
    """Read what the run is about, as it is now."""
    stock, today = stock_now(), clock.today()
    first_on = first_possible_start(today)
    there = len(stock.time.engaged) - (first_on - stock.first_week_on) // WEEK
    weeks = min(run.horizon_weeks or there, there)
    rules, all_open = rules_on(today), open_positions()
    under_way = _under_way([position.id for position in all_open])
    taken = {proposal.position_id for proposal in under_way}
    wanted = [
        p for p in all_open if p.id not in taken and is_in_scope(run.scope_kind, run.scope, p)
    ]
    draft = draft_of(stock, (first_on, weeks), [p.weekdays for p in wanted], run.what_if)
    needs, not_reached = _needs(draft, stock, wanted, run.what_if)
    pools = [_supposed_pool(stock.pool_for(need), run.what_if) for _, need in needs]
    found = matrix([need for _, need in needs], pools, stock.weights.shares)
    for row, (position, need) in enumerate(needs):
        weight = run.what_if.get("weights", {}).get(str(position.id))
        weighs = weight or rules.weights[str(position.talent_request.kind)]
        draft.needs[position.id] = _position_of(position, need, draft) | {"weight": weighs}
        _add_people(draft, draft.needs[position.id], (found, row), run.what_if.get("without", ()))
    _add_supposed(draft, wanted, run.what_if)
    lay_under_way(draft, under_way)
    booked = seats(draft, under_way)
    unplaced = _fix(draft, booked, _pairs(draft.needs))
    return Given(
        _instance(draft, booked),
        first_on,
        rules,
        stock.weights.number,
        {position.id: position for position, _ in needs},
        under_way,
        unplaced,
        not_reached,
    )


def _under_way(position_ids: Sequence[int]) -> list[Proposal]:
    """What is being prepared, asked or put to a body, the furthest of each position."""
    found = db.session.scalars(
        select(Proposal)
        .where(Proposal.position_id.in_(position_ids), Proposal.state.in_(LIVE))
        .options(selectinload(Proposal.position).selectinload(Position.talent_request))
        .order_by(Proposal.id)
    )
    furthest: dict[int, Proposal] = {}
    for proposal in found:
        if state_now(proposal) not in LIVE:
            continue
        before = furthest.setdefault(proposal.position_id, proposal)
        if STEPS.index(proposal.state) > STEPS.index(before.state):
            furthest[proposal.position_id] = proposal
    return list(furthest.values())


def _needs(
    draft: Draft, stock: Stock, wanted: Sequence[Position], what_if: Mapping[str, Any]
) -> tuple[list[tuple[Position, Need]], dict[int, str]]:
    """What the engine is asked of each position, and why some cannot be planned any more."""
    needs, not_reached = [], {}
    for position in wanted:
        try:
            need = _within(need_of(position, known=stock.known), draft)
        except Conflict as refusal:
            not_reached[position.id] = refusal.code
            continue
        relaxed = what_if.get("relaxed", {}).get(str(position.id), {})
        kept = [replace(s, level=relaxed.get(s.skill, s.level)) for s in need.skills]
        needs.append((position, replace(need, skills=tuple(kept)) if relaxed else need))
    return needs, not_reached


def _position_of(position: Position, need: Need, draft: Draft) -> dict[str, Any]:
    earliest = (need.first_start_on - draft.first_on) // WEEK
    return {
        "id": position.id,
        "body": position.talent_request.body_id,
        "hours": need.effort.minutes_per_week // STEP,
        "weeks": need.weeks,
        "earliest": earliest,
        "latest_start": earliest + need.starts - 1,
        "eligible": {},
        "pinned": None,
    }


def _add_people(
    draft: Draft, need: dict[str, Any], answer: tuple[Matrix, int], without: Collection[int]
) -> None:
    """Whom the position fits, and from which weeks on each of them alone could do it."""
    found, row = answer
    is_possible, first = found.starts[row], need["earliest"]
    starts = {}
    for column in np.flatnonzero(found.masks[row] == 0).tolist():
        person = int(found.ids[column])
        if person in without:
            continue
        possible = np.flatnonzero(is_possible[:, column]) + first
        need["eligible"][str(person)] = int(found.fit[row, column])
        if len(possible) < len(is_possible):
            starts[str(person)] = possible.tolist()
        make_room(draft, column, (possible, need["weeks"], need["hours"]))
    if starts:
        need["starts"] = starts


def _within(need: Need, draft: Draft) -> Need:
    last_on = draft.first_on + (draft.weeks - need.weeks) * WEEK
    if last_on < need.first_start_on:
        raise Conflict("plan.beyond_horizon")
    return replace(need, last_start_on=min(need.last_start_on, last_on))


def _supposed_pool(pool: Pool, what_if: Mapping[str, Any]) -> Pool:
    """The pool with other hours for some people."""
    hours = what_if.get("hours", {})
    if not hours:
        return pool
    total, inside, left = pool.free_total.copy(), pool.free_inside.copy(), pool.month_left.copy()
    at, known = pool.columns_of(np.array([int(person) for person in hours], np.int64))
    for column, minutes in zip(at[known], np.array(list(hours.values()))[known], strict=True):
        for table in (total, inside):
            table[:, column] = np.maximum(0, table[:, column] + minutes)
        capped = left[:, column] < NO_CAP
        left[capped, column] += 5 * max(0, int(minutes))
    return replace(pool, free_total=total, free_inside=inside, month_left=left)


def _add_supposed(draft: Draft, wanted: Sequence[Position], what_if: Mapping[str, Any]) -> None:
    """People who are only supposed: they fit as well as the middle of those who are there."""
    for number, added in enumerate(what_if.get("added", ()), start=1):
        draft.ids, draft.supposed = np.append(draft.ids, -number), number
        units = np.full((draft.weeks, 1), added["minutes_per_week"] // STEP, np.int64)
        draft.units = np.hstack([draft.units, units])
        draft.at_work = np.hstack([draft.at_work, np.ones((draft.weeks, 1), bool)])
        draft.max_bodies = np.append(draft.max_bodies, ADDED_BODIES)
        for position in wanted:
            if position.role_code == added["role"] and position.id in draft.needs:
                there = sorted(draft.needs[position.id]["eligible"].values())
                fit = there[len(there) // 2] if there else ADDED_FIT
                draft.needs[position.id]["eligible"][str(-number)] = fit


def _pairs(needs: Mapping[int, Any]) -> Sequence[PlanPair]:
    return db.session.scalars(
        select(PlanPair)
        .where(PlanPair.removed_at.is_(None), PlanPair.position_id.in_(needs))
        .options(selectinload(PlanPair.position).selectinload(Position.talent_request))
        .order_by(PlanPair.kind.desc(), PlanPair.id)
    ).all()


def _fix(draft: Draft, booked: Sequence[Block], pairs: Sequence[PlanPair]) -> list[PlanPair]:
    """Keep apart what is forbidden; fix the others from their first week with room.

    Returned are those that find none beside what is booked and fixed before.
    """
    left, unplaced = draft.units.copy(), []
    seats: dict[tuple[int, int], set[int]] = {}
    for block in booked:
        for week in range(block.first, block.first + block.weeks):
            seats.setdefault((draft.column(block.person), week), set()).add(block.body)
    for pair in pairs:
        need = draft.needs[pair.position_id]
        key = str(pair.specialist_id)
        if pair.kind is PairKind.FORBID:
            need["eligible"].pop(key, None)
            need.get("starts", {}).pop(key, None)
            continue
        start = _room_for(draft, (left, seats), need, pair) if key in need["eligible"] else None
        if start is None:
            unplaced.append(pair)
            continue
        column = draft.column(pair.specialist_id)
        for week in range(start, start + need["weeks"]):
            left[week, column] -= need["hours"] if draft.at_work[week, column] else 0
            seats.setdefault((column, week), set()).add(need["body"])
        need["pinned"] = {"specialist": pair.specialist_id, "start": start}
    return unplaced


def _room_for(
    draft: Draft, taken: tuple[Ints, dict[tuple[int, int], set[int]]], need: Any, pair: PlanPair
) -> int | None:
    left, seats = taken
    column = draft.column(pair.specialist_id)
    most = int(draft.max_bodies[column])
    every = range(need["earliest"], need["latest_start"] + 1)
    for start in need.get("starts", {}).get(str(pair.specialist_id), every):
        weeks = range(start, start + need["weeks"])
        has_hours = all(
            left[week, column] >= need["hours"] for week in weeks if draft.at_work[week, column]
        )
        if has_hours and all(
            len(seats.get((column, week), set()) | {need["body"]}) <= most for week in weeks
        ):
            return int(start)
    return None


def _instance(draft: Draft, booked: Sequence[Block]) -> dict[str, Any]:
    needed = {int(key) for need in draft.needs.values() for key in need["eligible"]}
    people = [column for column, who in enumerate(draft.ids.tolist()) if who in needed]
    units = draft.units.copy()
    stand_ins = []
    for number, block in enumerate(booked, start=1):
        if block.person not in needed:
            continue
        units[block.first : block.first + block.weeks, draft.column(block.person)] += block.hours
        stand_ins.append(
            {
                "id": -number,
                "body": block.body,
                "hours": block.hours,
                "weeks": block.weeks,
                "earliest": block.first,
                "latest_start": block.first,
                "weight": 0,
                "eligible": {str(block.person): 0},
                "pinned": {"specialist": block.person, "start": block.first},
            }
        )
    specialists = [
        {
            "id": int(draft.ids[column]),
            "capacity": units[:, column].tolist(),
            "leave": np.flatnonzero(~draft.at_work[:, column]).tolist(),
            "max_bodies": int(draft.max_bodies[column]),
        }
        for column in people
    ]
    return {
        "weeks": draft.weeks,
        "specialists": specialists,
        "positions": [*draft.needs.values(), *stand_ins],
    }
