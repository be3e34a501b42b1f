"""What the system does with a run: take it, end it well, or say what went wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from talentshare import policy
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.notices import actions as notices
from talentshare.plans import queries
from talentshare.plans.models import PlanRow, PlanRun
from talentshare.plans.states import RunState
from talentshare.platform import events
from talentshare.platform.db import transactional
from talentshare.policy import Can


@dataclass(frozen=True)
class Placed:
    """A row of a plan that was proven bookable."""

    position_id: int
    specialist_id: int
    start_on: date
    minutes_per_week: int
    weeks: Sequence[tuple[str, int, int]]
    fit: int
    worth: int
    is_pinned: bool
    reasons: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Outcome:
    """What came of a run; `event` is the step that its life takes."""

    event: str
    rows: Sequence[Placed] = ()
    value: int | None = None
    bound: int | None = None
    is_verified: bool = False
    first_week_on: date | None = None
    rules_number: int | None = None
    weights_number: int | None = None
    steps: Sequence[Any] = ()
    told: Mapping[str, Any] = field(default_factory=dict)
    given: bytes | None = None
    found: bytes | None = None
    fault: str = ""


@transactional
def take(actor: Actor) -> PlanRun | None:
    """Begin the run that waits for the longest; none where nothing waits."""
    policy.require(actor, Can.WORK_PLAN)
    waiting = queries.first_queued()
    if waiting is None:
        return None
    run = queries.load_locked(waiting.id)
    run.move("start")
    run.started_at = clock.now()
    events.announce(actor, "plan.started", run)
    return run


@transactional
def end(actor: Actor, run_id: int, outcome: Outcome) -> PlanRun:
    """Write down what came of a run."""
    policy.require(actor, Can.WORK_PLAN)
    run = queries.load_locked(run_id)
    run.move(outcome.event)
    run.ended_at = clock.now()
    for name in (
        *("value", "bound", "is_verified", "first_week_on", "rules_number", "weights_number"),
        *("given", "found", "fault"),
    ):
        setattr(run, name, getattr(outcome, name))
    run.steps, run.told = list(outcome.steps), dict(outcome.told)
    run.rows = [PlanRow(**{**vars(row), "weeks": list(row.weeks)}) for row in outcome.rows]
    code = "plan.notice.failed" if run.state is RunState.FAILED else "plan.notice.ended"
    notices.tell(actor, [run.made_by_id], code, f"/plans/{run.id}", number=run.id)
    events.announce(actor, f"plan.{run.state}", run, rows=len(run.rows), fault=outcome.fault)
    return run
