"""Databases on which attacks are tried: each in one transaction that is never committed."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import psycopg
import pytest
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

from talentshare.platform import triggers
from talentshare.platform.db import SQLITE_SETTINGS
from talentshare.platform.events import AuditEvent, AuditHead
from tests import postgresql as postgresql_server

FROM_NOTHING = (
    "SET client_min_messages = error",
    "SET timezone = 'UTC'",
    "SET jit = off",  # compiling the view costs more than all the rest
    "DROP SCHEMA public CASCADE",
    "CREATE SCHEMA public",
)
DIALECTS = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}


def audit_tables(dialect: str) -> list[str]:
    return [
        str(CreateTable(model.__table__).compile(dialect=DIALECTS[dialect]))
        for model in (AuditEvent, AuditHead)
    ]


def schema(dialect: str) -> list[str]:
    """Everything that the attacks are aimed at."""
    return [*audit_tables(dialect), *triggers.statements(dialect)]


class Attacked:
    """One connection; `home` is the schema of the true tables, should others shadow them."""

    dialect: ClassVar[str]
    home: ClassVar[str]
    refused: ClassVar[type[Exception]]
    connection: Any

    def run(self, statement: str, values: Sequence[object] = ()) -> Any:
        return self.connection.execute(statement, values)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(query).fetchall()

    def reset(self) -> None:
        """Forget everything but the schema."""
        raise NotImplementedError

    def close(self) -> None:
        self.connection.close()


class Sqlite(Attacked):
    dialect = "sqlite"
    home = "main"
    refused = sqlite3.Error

    def __init__(
        self, statements: Sequence[str], path: str = ":memory:", *, plain_shell: bool = False
    ) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        for statement in statements:
            self.connection.execute(statement)
        for setting in () if plain_shell else SQLITE_SETTINGS:
            self.connection.execute(f"PRAGMA {setting}")
        self.reset()

    def reset(self) -> None:
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")
        self.connection.execute("BEGIN")


class Postgresql(Attacked):
    dialect = "postgresql"
    home = "public"
    refused = psycopg.Error

    def __init__(self, url: str, statements: Sequence[str]) -> None:
        self.connection = psycopg.connect(url)
        for statement in (*FROM_NOTHING, *statements):
            self.connection.execute(statement)
        self.connection.commit()  # tables of an open transaction are ten times slower

    def run(self, statement: str, values: Sequence[object] = ()) -> Any:
        return self.connection.execute(statement.replace("?", "%s"), values or None)

    def reset(self) -> None:
        self.connection.rollback()


@contextmanager
def scratch_postgresql() -> Iterator[str]:
    """The URL of an empty database of our own, gone afterwards."""
    if not postgresql_server.is_there():
        if os.environ.get("CI") == "true":
            pytest.fail("PostgreSQL is required with CI=true")
        pytest.skip("PostgreSQL is not reachable; set TALENTSHARE_TEST_POSTGRESQL")
    with postgresql_server.bare() as name:
        yield postgresql_server.url_of(name)
