"""What background jobs did: one row per job and slot, so that no slot is run by two."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import UniqueConstraint, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from talentshare.kernel import clock
from talentshare.platform.db import Base, db, short_transaction

MOST_TRIES = 5
KEPT = timedelta(days=90)


class Outcome(StrEnum):
    """How a run ended, or that it has not."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JobRun(Base):
    """A job at the moment for which it was due; `changed` counts what it did.

    The anchor counts the deeds for which its file vouches.
    """

    __tablename__ = "job_run"
    __table_args__ = (UniqueConstraint("job", "slot"),)

    job: Mapped[str]
    slot: Mapped[datetime]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[Outcome] = mapped_column(index=True)
    changed: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=1)
    fault: Mapped[str] = mapped_column(default="")


def claim(job: str, slot: datetime, again: frozenset[Outcome] = frozenset()) -> bool:
    """Tell whether the caller runs `job` for `slot`; a run with an outcome of `again` is repeated.

    Only the leader repeats, and RUNNING only what it does not run itself: those died, or belong to
    a leader that has just lost its lock; no job minds being run twice.
    """
    try:
        with short_transaction() as session:
            return _claimed(session, (job, slot), again)
    except IntegrityError:  # another process was first
        return False


def _claimed(session: Session, key: tuple[str, datetime], again: frozenset[Outcome]) -> bool:
    job, slot = key
    found = select(JobRun).where(JobRun.job == job, JobRun.slot == slot).with_for_update()
    run = session.scalar(found)
    if run is None:
        begun = {"started_at": clock.now(), "outcome": Outcome.RUNNING}
        session.add(JobRun(job=job, slot=slot, **begun))
        return True
    if run.outcome not in again or run.tries >= MOST_TRIES:
        return False
    run.started_at, run.ended_at, run.outcome = clock.now(), None, Outcome.RUNNING
    run.tries += 1
    return True


def end(job: str, slot: datetime, changed: int, fault: str = "") -> None:
    """Write down how it went; `fault` names what went wrong, without anybody's data."""
    outcome = Outcome.FAILED if fault else Outcome.DONE
    with short_transaction() as session:
        session.execute(
            update(JobRun)
            .where(JobRun.job == job, JobRun.slot == slot)
            .values(ended_at=clock.now(), outcome=outcome, changed=changed, fault=fault)
        )


def newest() -> Sequence[JobRun]:
    """The latest run of each job."""
    last = select(func.max(JobRun.id)).group_by(JobRun.job)
    return db.session.scalars(select(JobRun).where(JobRun.id.in_(last))).all()


def last_done(job: str) -> JobRun | None:
    """The latest run of a job that went well."""
    done = select(JobRun).where(JobRun.job == job, JobRun.outcome == Outcome.DONE)
    return db.session.scalar(done.order_by(JobRun.slot.desc()).limit(1))


def forget_old() -> int:
    """Delete what is older than anybody asks for, but each job's latest run of each outcome."""
    last = select(func.max(JobRun.id)).group_by(JobRun.job, JobRun.outcome)
    old = JobRun.slot < clock.now() - KEPT
    with short_transaction() as session:
        gone = session.execute(delete(JobRun).where(old, JobRun.id.not_in(last)))
        return int(gone.rowcount)  # type: ignore[attr-defined]  # a DELETE counts its rows
