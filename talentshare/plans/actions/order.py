"""A coordinator orders a run, stops it, or has it go on from its best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from talentshare import policy
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.plans import queries
from talentshare.plans.models import PlanRun
from talentshare.plans.states import (
    HAS_PLAN,
    HORIZONS,
    LIMITS,
    UNDER_WAY,
    Objective,
    RunState,
    ScopeKind,
)
from talentshare.platform import events
from talentshare.platform.db import db, transactional
from talentshare.policy import Can

MOST_WAITING = 10


@dataclass(frozen=True)
class Wish:
    """What is to be planned and how; `scope` holds codes or numbers, nothing for all."""

    scope_kind: ScopeKind = ScopeKind.ALL
    scope: Sequence[str] = ()
    horizon_weeks: int = 0
    objective: Objective = Objective.SERVED_THEN_TOTAL
    has_floor: bool = False
    time_limit_seconds: int = LIMITS[1]
    what_if: Mapping[str, Any] = field(default_factory=dict)


@transactional
def order(actor: Actor, wish: Wish) -> PlanRun:
    """Put a run into the queue."""
    policy.require(actor, Can.MAKE_PLAN)
    _require_sound(wish)
    return _queued(actor, wish, None)


@transactional
def resume(actor: Actor, run_id: int) -> PlanRun:
    """A new run of the same kind that begins from what the old one found."""
    policy.require(actor, Can.MAKE_PLAN)
    old = queries.load_locked(run_id)
    if queries.state_now(old) not in HAS_PLAN:
        raise Conflict("plan.nothing_to_resume")
    wish = Wish(
        old.scope_kind,
        old.scope,
        old.horizon_weeks,
        old.objective,
        old.has_floor,
        old.time_limit_seconds,
        old.what_if,
    )
    return _queued(actor, wish, old.id)


@transactional
def stop(actor: Actor, run_id: int) -> PlanRun:
    """Stop a run: the best that was found is kept. What only waits goes out of the queue."""
    policy.require(actor, Can.MAKE_PLAN)
    run = queries.load_locked(run_id)
    if queries.state_now(run) not in UNDER_WAY:
        raise Conflict("plan.has_ended")
    if run.stop_asked_at is not None:
        raise Conflict("plan.is_stopping")
    run.stop_asked_at = clock.now()
    if run.state is RunState.QUEUED:
        run.move("stop")
        run.ended_at = clock.now()
    events.announce(actor, "plan.stop_asked", run)
    return run


def _require_sound(wish: Wish) -> None:
    if wish.horizon_weeks not in {0, *HORIZONS}:
        raise Invalid("plan.horizon_unknown", field="horizon_weeks")
    if wish.time_limit_seconds not in LIMITS:
        raise Invalid("plan.limit_unknown", field="time_limit_seconds")
    if wish.scope_kind is not ScopeKind.ALL and not wish.scope:
        raise Invalid("plan.scope_missing", field="scope")
    if queries.count_in_scope(wish.scope_kind, wish.scope) == 0:
        raise Invalid("plan.nothing_open", field="scope_kind")
    if queries.waiting_count() >= MOST_WAITING:
        raise Conflict("plan.too_many_waiting", most=MOST_WAITING)


def _queued(actor: Actor, wish: Wish, begun_from_id: int | None) -> PlanRun:
    scope = sorted(set(wish.scope))
    run = PlanRun(
        scope_kind=wish.scope_kind,
        scope=scope,
        scope_key=f"{wish.scope_kind}:{','.join(scope)}",
        horizon_weeks=wish.horizon_weeks,
        objective=wish.objective,
        has_floor=wish.has_floor,
        time_limit_seconds=wish.time_limit_seconds,
        what_if=dict(wish.what_if),
        made_by_id=actor.id,
        made_at=clock.now(),
        begun_from_id=begun_from_id,
    )
    db.session.add(run)
    events.announce(actor, "plan.ordered", run, begun_from_id=begun_from_id)
    return run
