"""One process at a time leads: by an advisory lock on PostgreSQL, by a locked file on SQLite."""

import fcntl
import os
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from talentshare.platform.db import PATIENCE

KEY = 0x7461_6C65_6E74  # "talent": one number per installation's database


class Leader(Protocol):
    """A lock that its holder may lose when the database goes away."""

    def acquire(self) -> bool:
        """Tell whether the lock is ours now; never waits."""

    def holds(self) -> bool:
        """Tell whether it still is."""

    def release(self) -> None:
        """Give it up."""


def leader_of(engine: Engine, folder: Path) -> Leader:
    """The lock of an installation: of its database, or of its folder."""
    if engine.dialect.name == "postgresql":
        return AdvisoryLock(engine)
    return FileLock(folder / "jobs.lock")


class FileLock:
    """The operating system frees it when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    def acquire(self) -> bool:
        file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def holds(self) -> bool:
        """A file that was moved or deleted protects nothing any more."""
        if self._file is None:
            return False
        try:
            return os.path.samestat(os.fstat(self._file), self.path.stat())
        except OSError:
            return False

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


class AdvisoryLock:
    """The database frees it when the connection ends; the connection does nothing else."""

    def __init__(self, engine: Engine) -> None:
        self._engine = create_engine(engine.url, poolclass=NullPool, connect_args=PATIENCE)
        self._connection: Connection | None = None

    def acquire(self) -> bool:
        try:
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": KEY}):
                self._connection = connection
                return True
            connection.close()
        except SQLAlchemyError:
            return False
        return False

    def holds(self) -> bool:
        if self._connection is None:
            return False
        try:
            return bool(self._connection.scalar(text("SELECT true")))
        except SQLAlchemyError:
            return False

    def release(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()  # closes it for real, broken or not
            self._connection.close()
            self._connection = None
