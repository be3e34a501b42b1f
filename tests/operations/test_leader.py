"""One process leads; when it is killed, another takes over and repeats what was under way."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import select, text

from talentshare import background
from talentshare.background import Job
from talentshare.platform.db import db
from talentshare.platform.leader import FileLock, leader_of
from talentshare.platform.runs import JobRun, Outcome

PATIENCE = 40


def until(is_so, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := is_so():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def done(app, job="open_weeks"):
    db.session.rollback()
    found = select(JobRun).where(JobRun.job == job, JobRun.outcome == Outcome.DONE)
    return db.session.scalars(found).all()


@pytest.fixture
def start(either_app):
    """Start `talentshare jobs serve` as an operator does."""
    started = []
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TALENTSHARE")}
    environment |= either_app.config["ENVIRONMENT"]

    def start(*more, parent=None):
        command = [sys.executable, "-m", "talentshare.cli", "jobs", "serve", *more]
        process = subprocess.Popen(
            parent or command,
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    db.session.remove()
    yield start
    for process in started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def test_the_second_waits_and_takes_over_when_the_first_is_killed(either_app, start):
    first = start()
    until(lambda: len(done(either_app, "forget_runs")) == 1)
    second = start()
    with db.engine.begin() as connection:  # as if the first had died in the middle of it
        connection.execute(
            text("UPDATE job_run SET outcome = 'running', ended_at = NULL WHERE job = 'open_weeks'")
        )
    time.sleep(2)
    assert done(either_app) == [], "who does not lead repeats nothing"
    first.kill()
    (run,) = until(lambda: done(either_app))
    assert run.tries == 2
    second.terminate()
    assert second.wait(PATIENCE) == 0, "it ends in order when it is told to"
    assert "leads" in second.stderr.read()


def test_it_ends_with_the_process_that_started_it(app, start, tmp_path):
    note = tmp_path / "pid"
    parent = (
        "import subprocess, sys, pathlib, time;"
        "child = subprocess.Popen([sys.executable, '-m', 'talentshare.cli',"
        " 'jobs', 'serve', '--with-parent']);"
        f"pathlib.Path({str(note)!r}).write_text(str(child.pid)); time.sleep(60)"
    )
    process = start(parent=[sys.executable, "-c", parent])
    until(lambda: len(done(app, "forget_runs")) == 1)
    process.kill()
    process.wait()
    child = int(note.read_text())
    until(lambda: not is_alive(child))


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_lock_is_held_by_one_and_lost_with_its_ground(either_app, tmp_path):
    one, other = (leader_of(db.engine, tmp_path) for _ in range(2))
    assert one.acquire()
    assert one.holds()
    assert not other.acquire()
    assert not other.holds()
    if isinstance(one, FileLock):
        one.path.unlink()
    else:
        with db.engine.connect() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks"
                    " WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
                    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
                )
            )
    assert not one.holds(), "a lock without its ground protects nothing"
    assert other.acquire()
    one.release()
    assert other.holds()
    other.release()


def test_a_leader_that_loses_its_lock_stops_and_comes_back(app, monkeypatch):
    ran = []
    monkeypatch.setattr(background, "JOBS", (Job("any", "0 0 1 1 *", lambda: ran.append(1) or 1),))
    stop = Event()
    thread = Thread(target=background.serve, args=(app, stop, 0.05, 0.05))
    thread.start()
    try:
        path = leader_of(db.engine, Path(app.instance_path)).path
        until(lambda: ran and path.exists())
        path.unlink()
        until(path.exists)
    finally:
        stop.set()
        thread.join()
    assert ran == [1], "the slot was done: the new leader finds it so"
