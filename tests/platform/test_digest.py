"""The digest: equal for equal rows on either database, other for whatever differs."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import create_engine, insert, make_url, select, text

from talentshare.allocations.models import allocation_week, week_ledger
from talentshare.platform.backup.facts import differences, facts_of
from talentshare.platform.db import db
from tests import postgresql


@pytest.fixture
def facts(running):
    """What a database holds."""

    def facts(url):
        with running(url), db.engine.connect() as connection:
            return facts_of(connection)

    return facts


@pytest.mark.postgresql
@pytest.mark.parametrize("either_url", ["sqlite"], indirect=True)
def test_the_same_rows_have_the_same_digest_on_both_databases(
    busy_url, postgresql_url, running, facts
):
    tables = [*db.metadata.sorted_tables, week_ledger, allocation_week]
    with running(busy_url):
        rows = {
            table.name: [dict(row) for row in db.session.execute(select(table)).mappings()]
            for table in tables
        }
    with running(postgresql_url):
        db.session.execute(text("SET LOCAL session_replication_role = replica"))
        for table in tables:
            db.session.execute(text(f'DELETE FROM "{table.name}"'))
            if rows[table.name]:
                db.session.execute(insert(table), rows[table.name])
        db.session.commit()
    here, there = facts(busy_url), facts(postgresql_url)
    assert here.row_count == there.row_count > 300
    assert here.tables == there.tables
    assert here.digest == there.digest


TABLE = "CREATE TABLE thing (code TEXT PRIMARY KEY, n INTEGER, t TEXT, b BLOB, f REAL)"
AROUND = (
    "CREATE TABLE alembic_version (version_num TEXT PRIMARY KEY)",
    "INSERT INTO alembic_version VALUES ('0001')",
    "CREATE TABLE audit_head (id integer, seq integer, hash bytea)",
)
ROW = ("a", 1, "x", b"x", 0.5)


@pytest.fixture
def of(tmp_path):
    """The facts of a small database with these rows."""

    def of(*rows, table=TABLE, moments=()):
        path = tmp_path / "small.sqlite"
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as connection:
            for statement in (*AROUND, table, MOMENT.format("DATETIME")):
                connection.execute(statement.replace("bytea", "BLOB"))
            connection.executemany("INSERT INTO moment VALUES (?, ?, ?, ?, ?)", moments)
            connection.executemany("INSERT INTO thing VALUES (?, ?, ?, ?, ?)", rows)
            connection.commit()
        engine = create_engine(f"sqlite:///{path}")
        with engine.connect() as connection:
            found = facts_of(connection)
            said = differences(connection, found)
        engine.dispose()
        assert said == []
        return found

    return of


KINDS = {"TEXT PRIMARY": 'text COLLATE "und-x-icu" PRIMARY', "BLOB": "bytea", "REAL": "float8"}
MOMENT = "CREATE TABLE moment (id integer PRIMARY KEY, at {}, day date, is_so boolean, said json)"
INSTANT = "2026-11-24 09:00:00.000001"
MOMENTS = (1, INSTANT, "2026-11-24", True, '{"b": 1, "a": "あ"}')


@pytest.mark.postgresql
def test_neither_collation_nor_time_zone_counts(of, postgresql_pool):
    """A server with other habits gives the same digest as SQLite."""
    rows = [
        (code, n, code, code.encode(), n / 3) for n, code in enumerate(["Z", "a", "é", "B", "_"])
    ]
    with postgresql.bare() as name:
        url = make_url(postgresql.url_of(name)).set(drivername="postgresql+psycopg")
        engine = create_engine(url, connect_args={"options": "-c timezone=Asia/Tokyo"})
        with engine.begin() as connection:
            table = TABLE
            for here, there in KINDS.items():
                table = table.replace(here, there)
            for statement in (*AROUND, table, MOMENT.format("timestamptz")):
                connection.exec_driver_sql(statement)
            for row in rows:
                connection.exec_driver_sql("INSERT INTO thing VALUES (%s, %s, %s, %s, %s)", row)
            instant = (MOMENTS[0], f"{INSTANT}+00", *MOMENTS[2:])
            connection.exec_driver_sql("INSERT INTO moment VALUES (%s, %s, %s, %s, %s)", instant)
            there = facts_of(connection)
        engine.dispose()
    assert of(*rows, moments=[MOMENTS]).tables == there.tables


OTHERS = [
    [],
    [ROW, ("b", None, None, None, None)],
    [("A", 1, "x", b"x", 0.5)],
    [("a", 2, "x", b"x", 0.5)],
    [("a", None, "x", b"x", 0.5)],
    [("a", 1, None, b"x", 0.5)],
    [("a", 1, "", b"x", 0.5)],
    [("a", 1, "x ", b"x", 0.5)],
    [("a", 1, "x", "x", 0.5)],
    [("a", 1, "x", b"", 0.5)],
    [("a", 1, "x", b"x", 0.5000000000000001)],
]


@pytest.mark.parametrize("rows", OTHERS, ids=repr)
def test_whatever_differs_is_seen(of, rows):
    assert of(*rows).digest != of(ROW).digest


def test_names_of_tables_and_columns_count(of):
    assert of(ROW, table=TABLE.replace("f REAL", "g REAL")).digest != of(ROW).digest
    moved = "CREATE TABLE thing (code TEXT PRIMARY KEY, n INTEGER, t TEXT, b BLOB, f REAL, g INTEGER GENERATED ALWAYS AS (n) STORED)"
    assert of(ROW, table=moved).digest != of(ROW).digest


def test_neither_the_order_of_writing_nor_of_columns_counts(of):
    rows = [(code, 1, code, None, None) for code in ("b", "あ", "a", "Z", "é", "_")]
    assert of(*rows).digest == of(*reversed(rows)).digest
    turned = "CREATE TABLE thing (n INTEGER, code TEXT PRIMARY KEY, t TEXT, b BLOB, f REAL)"
    ones = [(n, code, *rest) for code, n, *rest in rows]
    assert of(*ones, table=turned).digest == of(*rows).digest


def test_a_difference_names_its_table(of, tmp_path):
    wanted = of(ROW)
    of(("a", 2, "x", b"x", 0.5))
    engine = create_engine(f"sqlite:///{tmp_path / 'small.sqlite'}")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO audit_head VALUES (1, 7, x'00')"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    with engine.connect() as connection:
        said = differences(connection, wanted)
    engine.dispose()
    assert said == [
        "Table alembic_version is not as it was backed up.",
        "Table audit_head is not as it was backed up.",
        "Table thing is not as it was backed up.",
        "The head of the audit is not the one that was backed up.",
        "The revision is 0002, not 0001.",
    ]
