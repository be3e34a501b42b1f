"""SQLite: its own online copy, taken in one read, while others go on writing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from shutil import copyfileobj
from typing import IO

from sqlalchemy import URL, Engine, NullPool, create_engine

from talentshare.platform.backup.facts import Facts, facts_of
from talentshare.platform.backup.files import Unfit, beside, publish

HAS_TABLES = "SELECT count(*) FROM sqlite_master"
SIDES = ("-wal", "-shm", "-journal")


def path_of(engine: Engine) -> Path:
    """The file of a database."""
    name = engine.url.database
    if not name or name.startswith("file:"):
        raise Unfit(
            "TALENTSHARE_DATABASE_URL names no plain file; sqlite:///PATH is needed for this."
        )
    return Path(name)


@contextmanager
def copied(engine: Engine, folder: Path) -> Iterator[tuple[Facts, IO[bytes]]]:
    """A copy of the database as it is at one moment: its facts, and the bytes."""
    if not path_of(engine).exists():
        raise Unfit(f"There is no database at {path_of(engine)}: there is nothing to back up.")
    copy = folder / "copy.sqlite"
    _copy(engine, copy)
    single = create_engine(engine.url.set(database=str(copy)), poolclass=NullPool)
    with single.connect() as connection:
        facts = facts_of(connection)
    with copy.open("rb") as data:
        yield facts, data


def _copy(engine: Engine, copy: Path) -> None:
    source = engine.raw_connection()
    try:
        with closing(sqlite3.connect(copy)) as target:
            target.execute("PRAGMA synchronous=OFF")
            source.driver_connection.backup(target)  # type: ignore[union-attr]  # it is connected
            target.execute("PRAGMA journal_mode=DELETE")  # one file, that needs no other
            [verdict] = target.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as error:
        raise Unfit(f"The database cannot be copied to {copy.parent.parent}: {error}.") from error
    finally:
        source.close()
    if verdict != "ok":
        raise Unfit(f"The database itself is damaged, nothing was backed up: {verdict}.")


def require_room(engine: Engine) -> None:
    """The place of the database must be free, or hold a database without tables."""
    path = path_of(engine)
    for side in SIDES:
        left = path.with_name(path.name + side)
        if left.exists():
            raise Unfit(f"{left} belongs to another database: stop what uses it, or move it away.")
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as found:
            is_empty = found.execute(HAS_TABLES).fetchone() == (0,)
    except sqlite3.Error:
        is_empty = False
    if not is_empty:
        raise Unfit(
            f"{path} is not empty: move it away, or name another place in"
            " TALENTSHARE_DATABASE_URL. Nothing was changed."
        )


@contextmanager
def restored(engine: Engine, data: IO[bytes]) -> Iterator[URL]:
    """The restored database, to be looked at; it takes its place when nobody objects."""
    place = path_of(engine)
    with beside(place) as folder:
        made = folder / place.name
        with made.open("xb") as into:
            copyfileobj(data, into)
        yield engine.url.set(database=str(made))
        with closing(sqlite3.connect(made)) as looked_at:
            looked_at.execute("PRAGMA journal_mode=DELETE")  # nothing is left beside it
        require_room(engine)
        place.unlink(missing_ok=True)
        publish(made, place)
