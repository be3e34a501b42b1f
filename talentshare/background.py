"""Every job that runs by itself and when, on one page; how they are run stands below."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from threading import Event, Lock, Thread

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from talentshare.allocations import jobs as allocations
from talentshare.catalogue import queries as catalogue
from talentshare.kernel import clock
from talentshare.kernel.errors import Refusal
from talentshare.kernel.workdays import is_workday
from talentshare.notices import jobs as notices
from talentshare.operations import jobs as operations
from talentshare.plans import jobs as plans
from talentshare.platform import runs
from talentshare.platform.db import db, reading
from talentshare.platform.leader import Leader, leader_of
from talentshare.platform.runs import Outcome
from talentshare.proposals import jobs as proposals
from talentshare.reports import jobs as reports
from talentshare.talent_requests import jobs as talent_requests

HEARTBEAT, RETRY = 2.0, 5.0
PLAN_POLL = 2  # seconds between looks for runs of the planner
SPANS = (timedelta(minutes=10), timedelta(hours=3), timedelta(days=8), timedelta(days=400))
INSTANT = timedelta(microseconds=1)
DIED = frozenset({Outcome.RUNNING, Outcome.FAILED})
# What came of runs whose outcome could not be written: number of deeds, and fault.
unwritten: dict[tuple[str, datetime], tuple[int, str]] = {}


@dataclass(frozen=True)
class Job:
    """A function without arguments that may be run again without harm; the cron line is Tokyo's.

    One for working days is due on no other; when it was missed it is made up for at once, even on
    a day off. `at_work` is held while this process runs it.
    """

    name: str
    cron: str
    run: Callable[[], int]
    is_for_workdays: bool = False
    at_work: Lock = field(default_factory=Lock, compare=False, repr=False)

    @cached_property
    def trigger(self) -> CronTrigger:
        return CronTrigger.from_crontab(self.cron, timezone=clock.TOKYO)

    def last_slot(self, now: datetime) -> datetime:
        """The latest moment, up to `now`, for which it was due."""
        slot = self._last_of_cron(now)
        while self._is_day_off(slot):
            slot = self._last_of_cron(slot - INSTANT)
        return slot

    def next_slot(self, now: datetime) -> datetime:
        """The next moment, after `now`, for which it is due."""
        slot: datetime = self.trigger.get_next_fire_time(None, now + INSTANT)
        while self._is_day_off(slot):
            slot = self.trigger.get_next_fire_time(slot, slot + INSTANT)
        return slot

    def _is_day_off(self, slot: datetime) -> bool:
        if not self.is_for_workdays:
            return False
        day = clock.tokyo_day(slot)
        return not is_workday(day, catalogue.closed_days(day, day))

    def _last_of_cron(self, now: datetime) -> datetime:
        for span in SPANS:
            slot = self.trigger.get_next_fire_time(None, now - span)
            if slot is not None and slot <= now:
                return self._walked(slot, now)
        raise ValueError(f"{self.name} is due less than once a year")

    def _walked(self, slot: datetime, now: datetime) -> datetime:
        while True:
            after = self.trigger.get_next_fire_time(slot, slot + INSTANT)
            if after is None or after > now:
                return slot
            slot = after


JOBS = (
    Job("expire_proposals", "*/5 * * * *", proposals.expire_overdue),
    Job("tidy_holds", "2-59/5 * * * *", allocations.tidy_holds),
    Job("begin_supports", "5 0 * * *", talent_requests.begin_supports),
    Job("end_supports", "10 0 * * *", talent_requests.end_supports),
    Job("open_weeks", "20 0 * * *", allocations.open_weeks),
    Job("keep_utilisation", "30 0 * * *", reports.keep_utilisation),
    Job("remind_of_turns", "45 7 * * mon-fri", talent_requests.remind, is_for_workdays=True),
    Job("remind_of_answers", "50 7 * * mon-fri", proposals.remind, is_for_workdays=True),
    Job("make_digests", "0 8 * * mon-fri", notices.make_digests, is_for_workdays=True),
    Job("send_mails", "* * * * *", notices.send_mails),
    Job("anchor_audit", "0 * * * *", operations.anchor_audit),
    Job("verify_audit", "30 3 * * *", operations.verify_audit),
    Job("forget_runs", "40 3 * * *", operations.forget_runs),
    Job("forget_presses", "50 3 * * *", operations.forget_presses),
)


take_back = notices.take_back  # whenever a mail server hands a message over


def job_named(name: str) -> Job | None:
    """The job of this name."""
    return next((job for job in JOBS if job.name == name), None)


def run(app: Flask, job: Job, slot: datetime, again: frozenset[Outcome] = frozenset()) -> bool:
    """Run a job for a slot, unless that was done or this process runs the job already.

    Tells whether it ran and went well.
    """
    if not job.at_work.acquire(blocking=False):
        return False
    try:
        with app.app_context():
            return runs.claim(job.name, slot, again) and _ran(app, job, slot)
    finally:
        job.at_work.release()


def _ran(app: Flask, job: Job, slot: datetime) -> bool:
    token = reading.set(True)  # as in a page: reading takes no write lock of SQLite
    try:
        changed, fault = _tried(app, job)
    finally:
        reading.reset(token)
    db.session.remove()
    unwritten[job.name, slot] = changed, fault
    _write_down(app)
    return not fault


def _tried(app: Flask, job: Job) -> tuple[int, str]:
    try:
        return job.run(), ""
    except Refusal as refusal:
        app.logger.warning("job %s was refused: %s", job.name, refusal.code)
        return 0, refusal.code
    except Exception as error:  # one job must not keep the others from running
        app.logger.exception("job %s failed", job.name)
        return 0, type(error).__name__


def _write_down(app: Flask) -> None:
    """Write what came of the runs; what cannot be written now is, with the next round."""
    for key, told in list(unwritten.items()):
        try:
            runs.end(*key, *told)
        except SQLAlchemyError as error:
            app.logger.warning("job %s: outcome not written: %s", key[0], type(error).__name__)
        else:
            unwritten.pop(key, None)


def run_due(app: Flask, stop: Event | None = None) -> int:
    """Run each job for its latest slot, unless that was done; how many ran well.

    For the leader alone: what has failed is tried again, and what is said to run but is not at work
    in this process has died.
    """
    with app.app_context():
        _write_down(app)
    now, done = clock.now(), 0
    for job in JOBS:
        if stop is None or not stop.is_set():
            done += run(app, job, _last_slot(app, job, now), DIED)
    return done


def _last_slot(app: Flask, job: Job, now: datetime) -> datetime:
    token = reading.set(True)
    try:
        with app.app_context():
            return job.last_slot(now)
    finally:
        reading.reset(token)


def listed(app: Flask) -> list[str]:
    """Each job with its cron line and how its newest run went."""
    with app.app_context():
        newest = {run.job: run for run in runs.newest()}
    lines = []
    for job in JOBS:
        run = newest.get(job.name)
        told = f"{clock.tokyo_time(run.started_at):%Y-%m-%d %H:%M} {run.outcome}" if run else "–"
        lines.append(f"{job.name:<18}{job.cron:<17}{told}{' ' + run.fault if run else ''}".rstrip())
    return lines


def run_now(app: Flask, job: Job) -> bool:
    """Run a job at once, for somebody who asks for it."""
    return run(app, job, clock.now())


def serve(app: Flask, stop: Event, heartbeat: float = HEARTBEAT, retry: float = RETRY) -> None:
    """Lead whenever no other process does, until stopped."""
    with app.app_context():
        leader = leader_of(db.engine, Path(app.instance_path))
    while not stop.is_set():
        if leader.acquire():
            try:
                _lead(app, leader, stop, heartbeat)
            except SQLAlchemyError as error:  # the database is gone: wait for it
                app.logger.warning("jobs: stopped leading: %s", type(error).__name__)
            finally:
                leader.release()
        stop.wait(retry)


def _lead(app: Flask, leader: Leader, stop: Event, heartbeat: float) -> None:
    """Catch up on what was missed, then run each job at its times while the lock is held."""
    scheduler = BackgroundScheduler(
        timezone=clock.TOKYO,
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    app.logger.info("jobs: process %d leads", os.getpid())
    unwritten.clear()  # while nobody led, others may have run those slots
    run_due(app, stop)
    for job in JOBS:
        scheduler.add_job(_run_slot, job.trigger, (app, job), id=job.name)
    scheduler.add_job(run_due, "interval", (app, stop), minutes=5, id="retry")
    leaving = Event()
    planner = Thread(target=_plan, args=(app, leaving), name="plans")
    planner.start()
    scheduler.start()
    try:
        while not stop.wait(heartbeat) and leader.holds():
            pass
    finally:
        leaving.set()
        scheduler.shutdown(wait=True)
        planner.join()


def _plan(app: Flask, leaving: Event) -> None:
    """Work at the runs of the planner that wait, one after another, until this process leaves."""
    token = reading.set(True)
    try:
        while not leaving.is_set():
            try:
                done = plans.work_next(app, leaving)
            except SQLAlchemyError as error:  # the database is gone: wait for it
                app.logger.warning("plans: %s", type(error).__name__)
                done = 0
            except Exception:  # one run must not keep the others from their turn
                app.logger.exception("plans: a run could not be ended")
                done = 0
            if not done:
                leaving.wait(PLAN_POLL)
    finally:
        reading.reset(token)


def _run_slot(app: Flask, job: Job) -> None:
    run(app, job, _last_slot(app, job, clock.now()))
