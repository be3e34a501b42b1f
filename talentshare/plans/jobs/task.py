"""A run while it is worked at: all by number, as no transaction is open meanwhile."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from flask import Flask

from talentshare.engine.week import STEP
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.weeks import WEEK
from talentshare.plans import queries
from talentshare.plans.queries import Chosen, Judged

Allocation = Mapping[str, int]


@dataclass
class Task:
    """What a run is about; `event` is the step that its life takes in the end."""

    run_id: int
    objective: str
    floor_units: int
    what: dict[str, Any]
    instance: dict[str, Any]
    first_on: str
    rules_number: int
    weights_number: int
    under_way: list[int]
    unplaced: list[int]
    not_reached: dict[str, str]
    begin: list[Allocation]
    event: str = "finish"
    shut: list[Allocation] = field(default_factory=list)  # what the ledger refused
    steps: list[Any] = field(default_factory=list)

    @property
    def is_trial(self) -> bool:
        return bool(self.what["what_if"])

    @cached_property
    def needs(self) -> dict[int, dict[str, Any]]:
        """The positions that are planned, without what stands for booked time."""
        return {need["id"]: need for need in self.instance["positions"] if need["id"] > 0}

    @cached_property
    def leave(self) -> dict[int, list[int]]:
        """The weeks in which each specialist is away."""
        return {person["id"]: person["leave"] for person in self.instance["specialists"]}

    @property
    def to_search(self) -> dict[str, Any]:
        """The instance without the rows that the ledger refused."""
        shut: dict[tuple[int, int], set[int]] = {}
        for one in self.shut:
            shut.setdefault((one["position"], one["specialist"]), set()).add(one["start"])
        needs = dict(self.needs)
        for (number, who), weeks in shut.items():
            needs[number] = _without(needs[number], str(who), weeks)
        others = [need for need in self.instance["positions"] if need["id"] < 0]
        return {**self.instance, "positions": [*needs.values(), *others]}

    def monday(self, week: int) -> date:
        return date.fromisoformat(self.first_on) + week * WEEK

    def week(self, monday: date) -> int:
        return (monday - date.fromisoformat(self.first_on)) // WEEK

    def packed_with(self, solution: Mapping[str, Any]) -> bytes:
        return queries.packed([asdict(self), solution])


@dataclass(frozen=True)
class Rows:
    """Rows that the ledger takes together, and those that it refuses beside them."""

    good: Sequence[Judged]
    bad: Sequence[Judged]
    supposed: Sequence[Allocation] = ()


def task_of(app: Flask, run_id: int) -> Task:
    """Read what a run is about, as it is now."""
    with app.app_context():
        run = queries.find(SYSTEM, run_id)
        found = queries.given(run)
        floor = found.rules.floor_minutes if run.has_floor else 0
        task = Task(
            run_id,
            run.objective.value,
            floor // STEP,
            {
                "time_limit_seconds": run.time_limit_seconds,
                "what_if": run.what_if,
                "weeks": found.instance["weeks"],
            },
            dict(found.instance),
            found.first_week_on.isoformat(),
            found.rules.number,
            found.weights_number,
            [proposal.id for proposal in found.under_way],
            [pair.id for pair in found.unplaced],
            {str(number): code for number, code in found.not_reached.items()},
            [],
        )
        if run.begun_from_id is not None:
            before = queries.find(SYSTEM, run.begun_from_id)
            task.begin = [
                allocation(task, row.position_id, row.specialist_id, row.start_on)
                for row in before.rows
            ]
        return task


def task_again(best: bytes) -> tuple[Task, dict[str, Any]]:
    """What was kept of a run at which nobody works any more."""
    task, solution = queries.unpacked(best)
    return Task(**{**task, "event": "interrupt"}), solution


def allocation(task: Task, position: int, specialist: int, start_on: date) -> Allocation:
    """A row in the format of the planner."""
    return {"position": position, "specialist": specialist, "start": task.week(start_on)}


def _without(need: Mapping[str, Any], who: str, weeks: set[int]) -> dict[str, Any]:
    """The position without some starts of one specialist, or without the specialist."""
    every = range(need["earliest"], need["latest_start"] + 1)
    starts = dict(need.get("starts", {}))
    left = [week for week in starts.get(who, every) if week not in weeks]
    eligible = dict(need["eligible"])
    starts[who] = left
    if not left:
        del eligible[who], starts[who]
    pinned = need["pinned"]
    if pinned and str(pinned["specialist"]) == who:
        pinned = None  # the ledger does not take what was fixed: somebody else may be found
    return {**need, "eligible": eligible, "starts": starts, "pinned": pinned}


def shut_out(task: Task, rows: Rows) -> None:
    """Rows that the ledger refuses beside the others cannot start then; the others are kept."""
    task.shut += [_allocation_of(task, row.chosen) for row in rows.bad]
    task.begin = [_allocation_of(task, row.chosen) for row in rows.good]


def _allocation_of(task: Task, it: Chosen) -> Allocation:
    return allocation(task, it.position_id, it.specialist_id, it.start_on)


def chosen_of(task: Task, one: Allocation) -> Chosen:
    """A row of a solution with what it is worth."""
    need = task.needs[one["position"]]
    away = sum(1 for at in task.leave[one["specialist"]] if 0 <= at - one["start"] < need["weeks"])
    fit = need["eligible"][str(one["specialist"])]
    return Chosen(
        one["position"],
        one["specialist"],
        task.monday(one["start"]),
        need["weight"] * fit * need["hours"] * (need["weeks"] - away),
        need["pinned"] is not None,
    )
