"""Runs of the planner: each search in a process of its own, watched and written down."""

from collections.abc import Mapping
from threading import Event
from typing import Any

from flask import Flask

from talentshare.kernel.actor import SYSTEM
from talentshare.plans import actions, queries
from talentshare.plans.actions import Outcome
from talentshare.plans.jobs.search import searched
from talentshare.plans.jobs.task import Rows, Task, shut_out, task_again, task_of
from talentshare.plans.jobs.told import judged, outcome
from talentshare.platform import progress

ROUNDS = 3  # searches again where the ledger refuses rows together
AGAIN = 4  # such a search gets this part of the time

__all__ = ["end_dead", "work_next"]


def work_next(app: Flask, stop: Event | None = None) -> int:
    """Work at the run that waits for the longest; how many were worked at."""
    end_dead(app)
    with app.app_context():
        run = actions.take(SYSTEM)
        if run is None:
            return 0
        run_id = run.id
        progress.beat(queries.work_of(run_id), {"phase": "reading", "steps": []})
    try:
        found = _worked(app, run_id, stop or Event())
    except Exception as error:  # the next run must not wait for a cause to be found
        app.logger.exception("plan run %d failed", run_id)
        found = Outcome("fail", fault=type(error).__name__)
    with app.app_context():
        actions.end(SYSTEM, run_id, found)
        progress.forget(queries.work_of(run_id))
    return 1


def end_dead(app: Flask) -> int:
    """Runs at which nobody works any more are interrupted; the best of each is kept."""
    with app.app_context():
        dead = queries.dead_runs(SYSTEM)
    for run_id, best in dead:
        found = Outcome("interrupt")
        if best is not None:
            found = _rescued(app, run_id, best)
        with app.app_context():
            actions.end(SYSTEM, run_id, found)
            progress.forget(queries.work_of(run_id))
    return len(dead)


def _rescued(app: Flask, run_id: int, best: bytes) -> Outcome:
    """What was kept of a run; what cannot be read any more must not keep the others waiting."""
    try:
        task, solution = task_again(best)
        return outcome(app, task, (solution, solution), judged(app, task, solution))
    except Exception as error:
        app.logger.exception("plan run %d: its best is lost", run_id)
        return Outcome("interrupt", fault=type(error).__name__)


def _worked(app: Flask, run_id: int, stop: Event) -> Outcome:
    task = task_of(app, run_id)
    limit = float(task.what["time_limit_seconds"])
    first = solution = searched(app, task, limit, stop)
    rows = _checked(app, task, solution)
    for _round in range(ROUNDS):
        if not rows.bad or task.event != "finish":
            break
        shut_out(task, rows)
        solution = searched(app, task, limit / AGAIN, stop)
        rows = _checked(app, task, solution)
    _beat(app, task)
    return outcome(app, task, (first, solution), rows)


def _checked(app: Flask, task: Task, solution: Mapping[str, Any]) -> Rows:
    _beat(app, task)
    return judged(app, task, solution)


def _beat(app: Flask, task: Task) -> None:
    """What follows the search takes its time, too."""
    with app.app_context():
        progress.beat(queries.work_of(task.run_id), {"phase": "verifying", "steps": task.steps})
