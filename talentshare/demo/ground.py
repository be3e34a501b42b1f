"""The database under the demo: whose it is, which demo stands in it, and how it is cleared."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto
from pathlib import Path
from typing import IO

from flask import current_app
from sqlalchemy import Connection, func, inspect, or_, select

from talentshare.accounts.models import Person
from talentshare.accounts.states import PersonState
from talentshare.platform import schema
from talentshare.platform.db import db, reading
from talentshare.platform.events import AuditEvent

BEGUN, FINISHED = "demo.people_written", "demo.persona_chosen"
# Names that no real mail address can have (RFC 2606).
RESERVED = (".example", ".test", ".invalid", "@example.com", "@example.net", "@example.org")

DEFECTS = {
    "others": "This database holds people who are not of the demo: "
    "start without TALENTSHARE_DEMO=1, or choose another database.",
    "unfinished": "The demo in this database is not finished: run `make demo`.",
}


class Ground(StrEnum):
    """What stands in the database."""

    EMPTY = auto()
    UNFINISHED = auto()
    FINISHED = auto()
    OTHERS = auto()


class Unfit(Exception):
    """The demo cannot be made or shown here; the text is a sentence for whoever started it."""


@dataclass(frozen=True)
class Found:
    """What stands in the database; `made` as the demo remembers it, `is_touched` since then."""

    ground: Ground
    size: str = ""
    seed: int | None = None
    as_of: date = date.min
    ranked: int = 0
    is_touched: bool = False
    has_joined: bool = False


def find() -> Found:
    """Look at the database as it is, migrated or not, without a change in it."""
    with _looking() as connection:
        tables = set(inspect(connection).get_table_names())
        if not {Person.__tablename__, AuditEvent.__tablename__} <= tables:
            ours = tables <= {"alembic_version"}
            return Found(Ground.EMPTY if ours else Ground.OTHERS)
        if connection.scalar(select(Person.id).limit(1)) is None:
            return Found(Ground.EMPTY)
        begun = _details(connection, BEGUN)
        if begun is None:
            return Found(Ground.OTHERS)
        joined, finished = _has_joined(connection), _details(connection, FINISHED)
        if finished is None:
            return Found(Ground.UNFINISHED, has_joined=joined)
        last, last_of_demo = _last_seqs(connection)
    return Found(
        Ground.FINISHED,
        size=str(begun.get("size", "")),
        seed=int(str(begun["seed"])) if "seed" in begun else None,
        as_of=date.fromisoformat(str(begun.get("as_of", date.min))),
        ranked=int(str(finished.get("ranked", 0))),
        is_touched=last > last_of_demo,
        has_joined=joined,
    )


@contextmanager
def _looking() -> Iterator[Connection]:
    token = reading.set(True)
    try:
        with db.engine.connect() as connection:
            yield connection
    finally:
        reading.reset(token)


def _details(connection: Connection, deed: str) -> dict[str, object] | None:
    statement = select(AuditEvent.details).where(AuditEvent.deed == deed)
    return connection.scalar(statement.order_by(AuditEvent.seq.desc()).limit(1))


def _last_seqs(connection: Connection) -> tuple[int, int]:
    of_demo = select(func.max(AuditEvent.seq)).where(AuditEvent.deed == FINISHED)
    last = connection.scalar(select(func.max(AuditEvent.seq)))
    return last or 0, connection.scalar(of_demo) or 0


def _has_joined(connection: Connection) -> bool:
    """Whether somebody who is not of the demo has been invited and come."""
    fictional = or_(*(Person.mail.like(f"%{ending}") for ending in RESERVED))
    joined = select(Person.id).where(Person.state != PersonState.INVITED, ~fictional)
    return connection.scalar(joined.limit(1)) is not None


def defects() -> list[str]:
    """Why nobody may be shown this database as the demo: a sentence, or none."""
    sentence = DEFECTS.get(find().ground)
    return [sentence] if sentence else []


def clear() -> None:
    """Take a demo down to nothing and up again; SQLite's file goes, which a full disk allows."""
    db.session.remove()
    path = db.engine.url.database
    if db.engine.dialect.name == "sqlite" and path:
        db.engine.dispose()
        for ending in ("", "-wal", "-shm"):
            Path(path + ending).unlink(missing_ok=True)
    else:
        schema.downgrade("base")
    schema.upgrade()
    current_app.config["ANCHOR_FILE"].unlink(missing_ok=True)  # what it proves is gone
    shutil.rmtree(Path(current_app.instance_path) / "outbox", ignore_errors=True)


@contextmanager
def alone(instance: Path) -> Iterator[IO[str]]:
    """Nobody else makes or clears the demo of this folder meanwhile; a dead process lets go."""
    with (instance / "demo.lock").open("w", encoding="utf-8") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unfit("The demo of this folder is being made already; wait for it.") from None
        yield held
