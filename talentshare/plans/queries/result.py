"""What came of a run, in the terms of its readers: rows, who is left out and why, and figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from talentshare import policy
from talentshare.accounts import queries as accounts
from talentshare.accounts.models import Body
from talentshare.allocations.models import Allocation
from talentshare.allocations.states import AllocationState
from talentshare.engine.week import STEP
from talentshare.kernel.actor import Actor
from talentshare.plans.models import PlanPair, PlanRow, PlanRun
from talentshare.plans.states import HAS_PLAN
from talentshare.platform.db import db
from talentshare.policy import Can
from talentshare.proposals.models import Proposal
from talentshare.specialists.models import Specialist
from talentshare.talent_requests.models import Position

SUPPORT = AllocationState.CONFIRMED, AllocationState.ENDED
IN_MINUTES = frozenset({"hours", "fewer_hours"})


@dataclass(frozen=True)
class Row:
    """A row of the plan; `previous` had the position in the plan before of the same scope."""

    row: PlanRow
    previous: Specialist | None
    is_new_to_body: bool

    @property
    def reasons(self) -> Sequence[Mapping[str, Any]]:
        """Why this person fits, as they were when the plan was made: code and details."""
        return self.row.reasons

    @property
    def is_changed(self) -> bool:
        """The plan before had somebody else."""
        return self.previous is not None and self.previous.id != self.row.specialist_id


@dataclass(frozen=True)
class Change:
    """The smallest change of its kind with which the position could be served beside the plan."""

    kind: str
    specialist: Specialist | None
    minutes: int = 0
    weeks: int = 0
    count: int = 0


@dataclass(frozen=True)
class LeftOut:
    """A position without a row, and why; `least` and `most` are what serving it would cost."""

    position: Position
    reason: str
    by: Sequence[Position] = ()
    least: int | None = None
    most: int | None = None
    changes: Sequence[Change] = ()


@dataclass(frozen=True)
class BodyLine:
    """Minutes over the whole horizon: open and asked for, booked today, and with either plan."""

    body: Body
    asked_minutes: int
    today_minutes: int
    hand_minutes: int
    plan_minutes: int


@dataclass(frozen=True)
class Result:
    """A plan as it is read."""

    run: PlanRun
    rows: Sequence[Row]
    left_out: Sequence[LeftOut]
    under_way: Sequence[Proposal]
    unplaced_pairs: Sequence[PlanPair]
    bodies: Sequence[BodyLine]

    @property
    def value(self) -> int:
        return self.run.value or 0

    @property
    def bound(self) -> int | None:
        return self.run.bound

    @property
    def is_verified(self) -> bool:
        return self.run.is_verified

    @property
    def gap_tenths(self) -> int | None:
        """By how many tenths of a percent, rounded up, no plan is better; 0 is the best."""
        found: int | None = self.run.told.get("gap_tenths")
        return found

    @property
    def serves_most(self) -> bool:
        """No plan serves more bodies, and among those that serve as many the total is compared."""
        return bool(self.run.told.get("serves_most"))

    @property
    def price(self) -> tuple[int, int] | None:
        """What serving as many bodies as possible costs in total: tenths of a percent."""
        found = self.run.told.get("price")
        return (found[0], found[1]) if found else None

    @property
    def repaired(self) -> int:
        """How many rows the ledger refused together, so that the plan was made without them."""
        return int(self.run.told.get("repaired", 0))

    @property
    def supposed(self) -> Sequence[tuple[int, int, str]]:
        """Rows of people who are only supposed: number, position, first Monday."""
        return [tuple(row) for row in self.run.told.get("supposed", ())]

    @property
    def asked_bodies(self) -> int:
        return sum(1 for line in self.bodies if line.asked_minutes or line.today_minutes)

    @property
    def minutes_asked(self) -> int:
        return sum(line.asked_minutes for line in self.bodies)

    @property
    def minutes_today(self) -> int:
        return sum(line.today_minutes for line in self.bodies)

    @property
    def minutes_hand(self) -> int:
        return sum(line.hand_minutes for line in self.bodies)

    @property
    def minutes_plan(self) -> int:
        return sum(line.plan_minutes for line in self.bodies)

    @property
    def served_today(self) -> int:
        return sum(1 for line in self.bodies if line.today_minutes)

    @property
    def served_hand(self) -> int:
        return sum(1 for line in self.bodies if line.today_minutes or line.hand_minutes)

    @property
    def served_plan(self) -> int:
        return sum(1 for line in self.bodies if line.today_minutes or line.plan_minutes)


def result(actor: Actor, run: PlanRun) -> Result | None:
    """What a run found; nothing while it has no plan."""
    policy.require(actor, Can.MAKE_PLAN)
    if run.state not in HAS_PLAN or run.given is None:
        return None
    told = run.told
    positions = _positions(told)
    people = _people(told)
    bodies = {body.id: body for body in accounts.bodies(active_only=False)}
    before, known = _before(run), _known_to(run.rows)
    return Result(
        run,
        [
            Row(
                row,
                before.get(row.position_id),
                (row.specialist_id, row.position.talent_request.body_id) not in known,
            )
            for row in run.rows
        ],
        _left_out(told, positions, people),
        _of(Proposal, told.get("under_way", ())),
        _of(PlanPair, told.get("unplaced", ())),
        [
            BodyLine(bodies[line[0]], *line[1:])
            for line in told.get("bodies", ())
            if line[0] in bodies
        ],
    )


def _left_out(
    told: Mapping[str, Any], positions: Mapping[int, Position], people: Mapping[int, Specialist]
) -> list[LeftOut]:
    found = [
        LeftOut(
            positions[number],
            reason,
            [positions[one] for one in by if one in positions],
            least,
            most,
            [_change(change, people) for change in changes],
        )
        for number, reason, by, least, most, changes in told.get("left_out", ())
        if number in positions
    ]
    return sorted(found, key=lambda one: one.position.id)


def _change(change: Mapping[str, Any], people: Mapping[int, Specialist]) -> Change:
    kind, amount = change["kind"], change["amount"]
    who = people.get(change["specialist"]) if kind != "eligible" else None
    if kind in IN_MINUTES:
        return Change(kind, who, minutes=amount * STEP)
    return Change(kind, who, weeks=amount) if kind == "start" else Change(kind, who, count=amount)


def _positions(told: Mapping[str, Any]) -> dict[int, Position]:
    left = told.get("left_out", ())
    numbers = {row[0] for row in left} | {one for row in left for one in row[2]}
    numbers |= {row[1] for row in told.get("supposed", ())}
    found = db.session.scalars(
        select(Position)
        .where(Position.id.in_(numbers))
        .options(selectinload(Position.talent_request))
    )
    return {position.id: position for position in found}


def _people(told: Mapping[str, Any]) -> dict[int, Specialist]:
    numbers = {change["specialist"] for row in told.get("left_out", ()) for change in row[5]}
    found = db.session.scalars(select(Specialist).where(Specialist.id.in_(numbers)))
    return {one.id: one for one in found}


def _before(run: PlanRun) -> dict[int, Specialist]:
    """Who had each position in the newest earlier plan of the same scope that is no trial."""
    earlier = (
        select(PlanRun.id, PlanRun.what_if)
        .where(PlanRun.scope_key == run.scope_key, PlanRun.id < run.id, PlanRun.state.in_(HAS_PLAN))
        .order_by(PlanRun.id.desc())
    )
    found = db.session.execute(earlier).all()
    newest = next((number for number, what_if in found if not what_if), None)
    rows = select(PlanRow).where(PlanRow.run_id == newest)
    return {row.position_id: row.specialist for row in db.session.scalars(rows)}


def _known_to(rows: Sequence[PlanRow]) -> set[tuple[int, int]]:
    """Specialists with the bodies that they support or supported."""
    people = {row.specialist_id for row in rows}
    pairs = select(Allocation.specialist_id, Allocation.body_id).where(
        Allocation.specialist_id.in_(people), Allocation.state.in_(SUPPORT)
    )
    return {(who, body) for who, body in db.session.execute(pairs.distinct())}


def _of(model: Any, ids: Sequence[int]) -> list[Any]:
    return list(db.session.scalars(select(model).where(model.id.in_(ids)).order_by(model.id)))


@dataclass(frozen=True)
class Pair:
    """A position that two plans treat differently."""

    position: Position
    first: PlanRow | None
    second: PlanRow | None


@dataclass(frozen=True)
class Comparison:
    """Two plans side by side: what differs, and a figure of each by name."""

    first: Result
    second: Result
    rows: Sequence[Pair]
    figures: Sequence[tuple[str, int, int]]


FIGURES = ("served_plan", "minutes_plan", "value")


def compare(actor: Actor, first: PlanRun, second: PlanRun) -> Comparison | None:
    """Two runs beside each other; nothing where one of them has no plan."""
    one, other = result(actor, first), result(actor, second)
    if one is None or other is None:
        return None
    left, right = ({row.row.position_id: row.row for row in it.rows} for it in (one, other))
    rows = []
    for number in sorted(left.keys() | right.keys()):
        a, b = left.get(number), right.get(number)
        is_same = a and b and (a.specialist_id, a.start_on) == (b.specialist_id, b.start_on)
        if not is_same and (there := a or b):
            rows.append(Pair(there.position, a, b))
    figures = [(name, getattr(one, name), getattr(other, name)) for name in FIGURES]
    figures.insert(1, ("rows", len(one.rows), len(other.rows)))
    return Comparison(one, other, rows, figures)
