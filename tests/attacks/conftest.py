"""Each test file gets a PostgreSQL database of its own; names are random, so workers never meet."""

from collections.abc import Callable, Iterator
from functools import partial

import psycopg
import pytest
from sqlalchemy import Connection, Engine, create_engine

from talentshare.platform import triggers
from talentshare.platform.db import prepare
from tests.attacks.databases import (
    Attacked,
    Postgresql,
    Sqlite,
    audit_tables,
    schema,
    scratch_postgresql,
)

Opener = Callable[[str], Attacked]


@pytest.fixture(scope="module")
def scratch_url() -> Iterator[str]:
    """An empty database."""
    with scratch_postgresql() as url:
        yield url


@pytest.fixture(scope="module")
def attacked(request: pytest.FixtureRequest) -> Iterator[Opener]:
    """Open a place by name, with everything installed; each is opened once."""
    opened: dict[str, Attacked] = {}

    def open_place(place: str) -> Attacked:
        if place not in opened:
            opened[place] = (
                Postgresql(request.getfixturevalue("scratch_url"), schema("postgresql"))
                if place == "postgresql"
                else Sqlite(schema("sqlite"), plain_shell=place == "sqlite-shell")
            )
        return opened[place]

    yield open_place
    for place in opened.values():
        place.close()


@pytest.fixture
def sqlite_connection() -> Iterator[Connection]:
    """Everything installed, in a transaction that is never committed."""
    engine = create_engine("sqlite://")
    prepare(engine)
    yield from installed(engine)


@pytest.fixture
def postgresql_connection(scratch_url: str) -> Iterator[Connection]:
    """Everything installed, in a transaction that is never committed."""
    connect = partial(psycopg.connect, scratch_url)
    yield from installed(create_engine("postgresql+psycopg://", creator=connect))


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
)
def connection(request: pytest.FixtureRequest) -> Connection:
    """The test runs on both databases."""
    return request.getfixturevalue(f"{request.param}_connection")


def installed(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        for table in audit_tables(engine.dialect.name):
            connection.exec_driver_sql(table)
        triggers.install(connection)
        yield connection
        connection.rollback()
    engine.dispose()
