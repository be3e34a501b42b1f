"""How far work in the background has come: one row per piece of work, beating while it goes on."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import LargeBinary, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from talentshare.kernel import clock
from talentshare.platform.db import Base, db, short_transaction

DEAD_AFTER = timedelta(seconds=60)


class Progress(Base):
    """The newest beat, what is told of the way so far, and the best that would be kept of it."""

    __tablename__ = "progress"

    work: Mapped[str] = mapped_column(unique=True)
    beat_at: Mapped[datetime]
    told: Mapped[dict[str, Any]]
    best: Mapped[bytes | None] = mapped_column(LargeBinary)

    @property
    def is_dead(self) -> bool:
        """Whoever worked at it has not been heard of for too long."""
        return self.beat_at < clock.now() - DEAD_AFTER


def beat(work: str, told: Mapping[str, Any], best: bytes | None = None) -> None:
    """Say that the work goes on; `best` replaces what was kept before, none leaves it."""
    with short_transaction() as session:
        row = _row(session, work) or Progress(work=work)
        row.beat_at, row.told = clock.now(), dict(told)
        row.best = row.best if best is None else best
        session.add(row)


def progress_of(work: str) -> Progress | None:
    """What is known of a piece of work."""
    return _row(db.session(), work)


def forget(work: str) -> None:
    """The work has ended, and what came of it stands elsewhere."""
    with short_transaction() as session:
        session.execute(delete(Progress).where(Progress.work == work))


def _row(session: Session, work: str) -> Progress | None:
    found = select(Progress).where(Progress.work == work)
    return session.scalar(found.execution_options(populate_existing=True))
