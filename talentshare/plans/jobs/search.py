"""One search in a process of its own, watched while it runs."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any

from flask import Flask

from talentshare.kernel.actor import SYSTEM
from talentshare.plans import queries
from talentshare.plans.jobs.task import Task
from talentshare.platform import progress

START = "-m", "talentshare.engine.planning.watched"  # for Python, before the folder
LOOK, BEAT = 0.25, 2.0  # seconds between looks at a search, and between beats
GRACE = 120.0  # seconds for the proof after the limit, before a search is ended
UNTIMED = frozenset({"", "compiling"})  # phases that no limit pays for


class NoPlan(Exception):
    """The search ended without a plan."""


def searched(app: Flask, task: Task, seconds: float, stop: Event) -> dict[str, Any]:
    """The solution that is found in so many seconds, or when somebody stops it."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        order = {
            "instance": task.to_search,
            "begin": task.begin,
            "seconds": seconds,
            "objective": task.objective,
            "floor_hours": task.floor_units,
        }
        (folder / "order.json").write_text(json.dumps(order), "utf-8")
        process = subprocess.Popen(  # noqa: S603  this very program
            [sys.executable, *START, name],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            seen = _watch(app, task, (process, folder / "progress.json"), (seconds, stop))
        finally:
            if process.poll() is None:
                process.kill()
            said = process.communicate()[1]
        solution = _read(folder / "plan.json") or _best_of(seen)
        if not solution:
            raise NoPlan(said.decode(errors="replace").strip()[-300:])
        task.steps = task.steps if task.shut else solution["steps"]
        return solution


def _best_of(seen: Mapping[str, Any]) -> dict[str, Any]:
    """Without a proof: the best that was told of before the search had to be ended."""
    return {name: seen[name] for name in ("allocations", "steps")} if seen.get("steps") else {}


def _watch(
    app: Flask,
    task: Task,
    what: tuple["subprocess.Popen[bytes]", Path],
    limits: tuple[float, Event],
) -> Mapping[str, Any]:
    """Pass on how far it has come, and the wish to stop, until it ends; what was told last."""
    process, told = what
    seconds, stop = limits
    began = last = time.monotonic()
    seen: Mapping[str, Any] = {}
    while process.poll() is None:
        time.sleep(LOOK)
        now = time.monotonic()
        if now - last < BEAT and told.exists() == bool(seen):
            continue
        last = now
        found = _read(told)
        is_new = found.get("allocations") != seen.get("allocations")
        seen = found
        _beat(app, task, found, is_new=is_new)
        if found and task.event == "finish" and _is_to_stop(app, task, stop):
            process.send_signal(signal.SIGINT)
        if found.get("phase", "") in UNTIMED:
            began = now
        elif now - began > seconds + GRACE:
            process.kill()
    return seen


def _is_to_stop(app: Flask, task: Task, stop: Event) -> bool:
    if stop.is_set():
        task.event = "interrupt"
    else:
        with app.app_context():
            if queries.is_stop_asked(SYSTEM, task.run_id):
                task.event = "stop"
    return task.event != "finish"


def _read(told: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(told.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return found


def _beat(app: Flask, task: Task, found: Mapping[str, Any], *, is_new: bool) -> None:
    if found.get("steps"):
        task.steps = found["steps"]
    best = None
    if is_new and found.get("allocations") is not None:
        best = task.packed_with({"allocations": found["allocations"]})
    told = {"phase": found.get("phase", "reading"), "steps": task.steps}
    with app.app_context():
        progress.beat(queries.work_of(task.run_id), told, best)
