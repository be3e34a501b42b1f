"""Whether the installation is well, as an admin reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from flask import current_app
from sqlalchemy.exc import (
    DataError,
    DisconnectionError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from talentshare import policy
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.notices import queries as notices
from talentshare.notices.queries import Lateness
from talentshare.platform import runs, schema
from talentshare.platform.anchors import UnusableFile
from talentshare.platform.backup import last_backup
from talentshare.platform.db import db
from talentshare.platform.runs import JobRun, Outcome
from talentshare.policy import Can

SILENT_AFTER = timedelta(minutes=15)
OVERDUE_AFTER = timedelta(minutes=15)
STUCK_AFTER = timedelta(minutes=30)
UNVERIFIED_AFTER = timedelta(hours=36)
UNPUBLISHED_AFTER = timedelta(hours=3)
BROKEN, ANCHOR_LOST = "Broken", "AnchorLost"  # names of faults that the jobs of the audit raise
# What failed, by the name of the fault that a run keeps; all others are faults of the program.
FAILED_BY: Mapping[str, str] = {
    BROKEN: "audit_broken",
    ANCHOR_LOST: "anchor_lost",
    UnusableFile.__name__: "anchor_unusable",
    **{
        fault.__name__: what
        for what, faults in {
            "files": (OSError, PermissionError, FileNotFoundError, IsADirectoryError),
            "database_away": (OperationalError, InterfaceError, DisconnectionError, PoolTimeout),
            "database_refused": (IntegrityError, DataError),
            "overtaken": (StaleDataError,),
        }.items()
        for fault in faults
    },
}
WHAT_FAILED = sorted({*FAILED_BY.values(), "refused", "program"})
BACKUP_OLD_AFTER = timedelta(hours=48)


class Scheduled(Protocol):
    """A job as the health page needs it."""

    @property
    def name(self) -> str:
        """Its name on the command line."""

    def last_slot(self, now: datetime) -> datetime:
        """The latest moment, up to `now`, for which it was due."""

    def next_slot(self, now: datetime) -> datetime:
        """When it is due next."""


@dataclass(frozen=True)
class JobLine:
    """A job with its newest run, if it ever ran; from when on it must have run, and is due next."""

    name: str
    run: JobRun | None
    due_at: datetime
    next_at: datetime

    @property
    def has_failed(self) -> bool:
        return self.run is not None and self.run.outcome is Outcome.FAILED

    @property
    def fault(self) -> str:
        """What went wrong, by name; empty when nothing did."""
        return self.run.fault if self.run is not None else ""

    @property
    def what_failed(self) -> str:
        """The same as a code that is said in words; a refusal's name is a code with a dot."""
        return FAILED_BY.get(self.fault, "refused" if "." in self.fault else "program")

    @property
    def is_stuck(self) -> bool:
        """It has been running for longer than any job takes."""
        return (
            self.run is not None
            and self.run.outcome is Outcome.RUNNING
            and self.run.started_at < clock.now() - STUCK_AFTER
        )

    @property
    def is_overdue(self) -> bool:
        """Its time has passed and it does not run."""
        if self.run is None:
            return True
        return self.run.outcome is not Outcome.RUNNING and self.run.slot < self.due_at


@dataclass(frozen=True)
class Health:
    """What an admin looks at; `faults` are codes of what needs somebody, the worst first."""

    jobs: Sequence[JobLine]
    last_run_at: datetime | None
    verified_at: datetime | None
    published_at: datetime | None
    mail_waiting_since: datetime | None
    mail_lateness: Lateness
    is_sender_refused: bool
    backed_up_at: datetime | None
    needs_backup: bool
    version: str
    revision: str
    database: str

    @property
    def faults(self) -> list[str]:
        now = clock.now()
        told = {line.fault for line in self.jobs}
        are_silent = _is_older(self.last_run_at, now - SILENT_AFTER)
        found = {
            "audit_broken": BROKEN in told,
            "anchor_lost": ANCHOR_LOST in told,
            "jobs_silent": are_silent,
            "job_failed": any(
                line.has_failed and line.fault not in {BROKEN, ANCHOR_LOST} for line in self.jobs
            ),
            "job_stuck": any(line.is_stuck for line in self.jobs),
            "job_overdue": not are_silent and any(line.is_overdue for line in self.jobs),
            "mail_late": self.mail_lateness is Lateness.QUEUE,
            "mail_recipient_late": self.mail_lateness is Lateness.RECIPIENT,
            "mail_sender": self.is_sender_refused,
            "backup_old": self.needs_backup
            and _is_older(self.backed_up_at, now - BACKUP_OLD_AFTER),
            "audit_unverified": _is_older(self.verified_at, now - UNVERIFIED_AFTER),
            "audit_unpublished": ANCHOR_LOST not in told
            and _is_older(self.published_at, now - UNPUBLISHED_AFTER),
        }
        return [code for code, is_so in found.items() if is_so]


def _is_older(at: datetime | None, than: datetime) -> bool:
    return at is None or at < than


def health(actor: Actor) -> Health:
    """Jobs, the audit chain and the versions."""
    policy.require(actor, Can.SEE_OPERATIONS)
    newest = {run.job: run for run in runs.newest()}
    scheduled: Sequence[Scheduled] = current_app.extensions["jobs"]
    now = clock.now()
    backed_up = last_backup(Path(current_app.instance_path))
    return Health(
        [
            JobLine(
                job.name,
                newest.get(job.name),
                job.last_slot(now - OVERDUE_AFTER),
                job.next_slot(now),
            )
            for job in scheduled
        ],
        max((run.started_at for run in newest.values()), default=None),
        _done_at("verify_audit"),
        _done_at("anchor_audit") if _anchors().exists() else None,
        notices.waiting_since(),
        notices.lateness(),
        notices.is_sender_refused(),
        backed_up.at if backed_up else None,
        not current_app.config["DEMO"],
        version("talentshare"),
        schema.present() or "",
        db.engine.dialect.name,
    )


def is_ready() -> bool:
    """Tell whether the database answers and has the shape that this program needs."""
    try:
        return schema.present() == schema.wanted()
    except SQLAlchemyError as error:
        current_app.logger.warning("not ready: %s", type(error).__name__)
        return False


def _done_at(job: str) -> datetime | None:
    done = runs.last_done(job)
    return done.ended_at if done else None


def _anchors() -> Path:
    path: Path = current_app.config["ANCHOR_FILE"]
    return path
