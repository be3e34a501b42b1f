"""PostgreSQL databases for tests: emptied after each test and used again, unless one was altered."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

ADMIN_URL = os.environ.get(
    "TALENTSHARE_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres"
).replace("postgresql+psycopg://", "postgresql://")
# Nothing here must survive a power cut; locks, isolation and guards are as everywhere.
HURRY = "ALTER DATABASE {} SET synchronous_commit = off"
# All that a test could have altered: columns, relations and indexes, triggers, constraints,
# functions, each with its whole text.
SHAPE = """
SELECT md5(string_agg(line, '|' ORDER BY line)) FROM (
  SELECT concat_ws(' ', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull,
    attisdropped, pg_get_expr(adbin, adrelid)) AS line
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
   WHERE relnamespace = 'public'::regnamespace AND attnum > 0
  UNION ALL SELECT concat_ws(' ', relname, relkind, relpersistence, relrowsecurity, reloptions)
    FROM pg_class WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT concat_ws(' ', tgrelid::regclass, tgenabled, CASE WHEN tgisinternal
    THEN tgfoid::regproc::text ELSE pg_get_triggerdef(pg_trigger.oid) END) FROM pg_trigger
  UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, convalidated, contype,
    pg_get_constraintdef(pg_constraint.oid))
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT pg_get_functiondef(pg_proc.oid)
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  UNION ALL SELECT concat_ws(' ', pg_get_indexdef(indexrelid), indisvalid) FROM pg_index
    JOIN pg_class ON pg_class.oid = indrelid WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT concat_ws(' ', setconfig) FROM pg_db_role_setting
    JOIN pg_database ON pg_database.oid = setdatabase WHERE datname = current_database()
) AS lines"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
FIRST_NUMBERS = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
  FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"""
OTHERS_LEAVE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid()"""


def is_there() -> bool:
    try:
        psycopg.connect(ADMIN_URL, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def url_of(name: str) -> str:
    return urlsplit(ADMIN_URL)._replace(path=f"/{name}").geturl()


def create(name: str, template: str = "template1", *, is_durable: bool = False) -> None:
    made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    with psycopg.connect(ADMIN_URL, autocommit=True) as connection:
        connection.execute(made.format(sql.Identifier(name), sql.Identifier(template)))
        if not is_durable:
            connection.execute(sql.SQL(HURRY).format(sql.Identifier(name)))


def drop(name: str) -> None:
    with psycopg.connect(ADMIN_URL, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def bare(*, is_durable: bool = False) -> Iterator[str]:
    """The name of a database with nothing in it, gone afterwards."""
    name = f"ts_{uuid.uuid4().hex[:12]}"
    create(name, is_durable=is_durable)
    try:
        yield name
    finally:
        drop(name)


class Pool:
    """Databases with the shape and the rows of one migrated template."""

    def __init__(self, template: str) -> None:
        self.template, self.free = template, list[str]()
        first = self.take()
        with psycopg.connect(url_of(first)) as connection:
            self.shape = connection.execute(SHAPE).fetchone()
            self.tables = [name for (name,) in connection.execute(TABLES)]
            self.rows = {name: rows for name in self.tables if (rows := read(connection, name))}
        self.free.append(first)

    def take(self) -> str:
        if self.free:
            return self.free.pop()
        name = f"{self.template}_{uuid.uuid4().hex[:8]}"
        create(name, self.template)
        return name

    def give_back(self, name: str) -> None:
        """Kept for the next test when it is as the template again, else dropped."""
        try:
            is_clean = self.empty(name)
        except psycopg.Error:
            is_clean = False
        if is_clean:
            self.free.append(name)
        else:
            drop(name)

    def empty(self, name: str) -> bool:
        """Take all rows out, below every guard; False when the shape is no longer that of the template."""
        with psycopg.connect(url_of(name)) as connection:
            connection.execute("SET lock_timeout = '5s'")
            connection.execute(OTHERS_LEAVE)
            if connection.execute(SHAPE).fetchone() != self.shape:
                return False
            connection.execute("SET session_replication_role = replica")
            connection.execute("; ".join(f'DELETE FROM "{name}"' for name in self.tables))
            connection.execute(FIRST_NUMBERS)
            for table, rows in self.rows.items():
                with connection.cursor().copy(f'COPY "{table}" FROM STDIN') as copy:
                    copy.write(rows)
        return True

    def close(self) -> None:
        for name in self.free:
            drop(name)


def read(connection: psycopg.Connection, table: str) -> bytes:
    with connection.cursor().copy(f'COPY "{table}" TO STDOUT') as copy:
        return b"".join(copy)
