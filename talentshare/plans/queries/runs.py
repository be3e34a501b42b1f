"""Runs as their readers find them, and how far those under way have come."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import lazyload, selectinload

from talentshare import policy
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import NotFound
from talentshare.plans.models import PlanRow, PlanRun
from talentshare.plans.states import RunState
from talentshare.platform.db import db
from talentshare.platform.progress import progress_of
from talentshare.policy import Can
from talentshare.talent_requests.models import Position

PAGE = 20


@dataclass(frozen=True)
class Page:
    """Some runs, the newest first."""

    items: Sequence[PlanRun]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True)
class Way:
    """How far a run has come: `steps` are (seconds, value, bound or none)."""

    phase: str
    steps: Sequence[tuple[float, int, int | None]]

    @property
    def value(self) -> int | None:
        return self.steps[-1][1] if self.steps else None

    @property
    def bound(self) -> int | None:
        return self.steps[-1][2] if self.steps else None


def runs(actor: Actor, page: int) -> Page:
    """All runs, a page of them."""
    policy.require(actor, Can.MAKE_PLAN)
    total = db.session.scalar(select(func.count()).select_from(PlanRun)) or 0
    at = min(max(page, 1), max(1, -(-total // PAGE)))
    newest = select(PlanRun).order_by(PlanRun.id.desc()).options(selectinload(PlanRun.maker))
    items = db.session.scalars(newest.limit(PAGE).offset((at - 1) * PAGE)).all()
    return Page(items, total, at)


def find(actor: Actor, run_id: int) -> PlanRun:
    """One run, for whoever makes plans."""
    policy.require(actor, Can.MAKE_PLAN)
    found = db.session.scalar(
        select(PlanRun)
        .where(PlanRun.id == run_id)
        .options(
            selectinload(PlanRun.maker),
            selectinload(PlanRun.rows)
            .joinedload(PlanRow.position)
            .joinedload(Position.talent_request),
        )
    )
    if found is None:
        raise NotFound("plan.not_found")
    return found


def load_locked(run_id: int) -> PlanRun:
    """A run as it is now, held against others until the end of the use case."""
    found = db.session.scalar(
        select(PlanRun)
        .where(PlanRun.id == run_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("plan.not_found")
    return found


def bare_rows(run_id: int, row_ids: Sequence[int]) -> Sequence[PlanRow]:
    """Rows of a run without what they are about, which a use case locks before it is read."""
    bare = lazyload(PlanRow.position), lazyload(PlanRow.specialist)
    found = select(PlanRow).where(PlanRow.run_id == run_id, PlanRow.id.in_(row_ids))
    ordered = found.options(*bare).order_by(PlanRow.position_id)
    return db.session.scalars(ordered.execution_options(populate_existing=True)).all()


def first_queued() -> PlanRun | None:
    """The run that waits for the longest."""
    return db.session.scalar(
        select(PlanRun).where(PlanRun.state == RunState.QUEUED).order_by(PlanRun.id).limit(1)
    )


def dead_runs(actor: Actor) -> list[tuple[int, bytes | None]]:
    """Runs that are said to run and at which nobody works, with the best of each."""
    policy.require(actor, Can.WORK_PLAN)
    rows = db.session.scalars(select(PlanRun.id).where(PlanRun.state == RunState.RUNNING))
    found = [(run_id, progress_of(work_of(run_id))) for run_id in rows.all()]
    return [(run_id, it.best if it else None) for run_id, it in found if it is None or it.is_dead]


def state_now(run: PlanRun) -> RunState:
    """The state as it is read: what has stopped to beat is interrupted at once."""
    if run.state is not RunState.RUNNING:
        return run.state
    found = progress_of(work_of(run.id))
    return RunState.INTERRUPTED if found is None or found.is_dead else RunState.RUNNING


def is_stop_asked(actor: Actor, run_id: int) -> bool:
    """Whether somebody wants the run to stop."""
    policy.require(actor, Can.WORK_PLAN)
    asked = select(PlanRun.stop_asked_at).where(PlanRun.id == run_id)
    return db.session.scalar(asked) is not None


def ahead_of(run: PlanRun) -> int:
    """How many runs come before it, the one at work included."""
    before = PlanRun.state == RunState.RUNNING, (PlanRun.state == RunState.QUEUED)
    waits = select(func.count()).select_from(PlanRun)
    return sum(db.session.scalar(waits.where(state, PlanRun.id < run.id)) or 0 for state in before)


def way_of(run: PlanRun) -> Way:
    """How far the run came, or has come by now."""
    found = progress_of(work_of(run.id)) if run.state is RunState.RUNNING else None
    told: dict[str, Any] = found.told if found else {"steps": run.steps}
    return Way(told.get("phase", ""), [tuple(step) for step in told.get("steps", ())])


def work_of(run_id: int) -> str:
    """The name under which the progress of a run is kept."""
    return f"plan_run:{run_id}"
