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

PROGRAM = "talentshare.engine.planning.watched"
LOOK, BEAT = 0.25, 2.0  # seconds between looks at a search, and between beats
GRACE = 120.0  # seconds for the proof after the limit, before a search is ended


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
            [sys.executable, "-m", PROGRAM, name],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            _watch(app, task, (process, folder / "progress.json"), (seconds, stop))
        finally:
            if process.poll() is None:
                process.kill()
            said = process.communicate()[1]
        out = folder / "plan.json"
        if not out.exists():
            raise NoPlan(said.decode(errors="replace").strip()[-300:])
        solution: dict[str, Any] = json.loads(out.read_text("utf-8"))
        task.steps = task.steps if task.shut else solution["steps"]
        return solution


def _watch(
    app: Flask,
    task: Task,
    what: tuple["subprocess.Popen[bytes]", Path],
    limits: tuple[float, Event],
) -> None:
    """Pass on how far it has come, and the wish to stop, until it ends."""
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
        if now - began > seconds + GRACE:
            process.send_signal(signal.SIGINT)
            process.wait(GRACE)


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
