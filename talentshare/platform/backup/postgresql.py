"""PostgreSQL: its own tools, on one snapshot; a password is given by environment only."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryFile
from typing import IO

from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import ProgrammingError

from talentshare.platform.backup.facts import Facts, facts_of
from talentshare.platform.backup.files import Unfit
from talentshare.platform.schema import UNFINISHED

STEADY = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
NO_LIMITS = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"
DUMP = (
    "--format=custom",
    "--no-password",
    "--lock-wait-timeout=60000",
    f"--exclude-table=public.{UNFINISHED}",
)
RESTORE = (
    "--single-transaction",
    "--exit-on-error",
    "--no-password",
    "--no-owner",
    "--no-privileges",
    "--no-comments",
    "--no-publications",
    "--no-subscriptions",
)
SECRET = ("password", "sslpassword")
TABLES = """
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
 WHERE relkind IN ('r', 'p') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
   AND NOT EXISTS (SELECT 1 FROM pg_depend
                    WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
"""


@contextmanager
def copied(engine: Engine) -> Iterator[tuple[Facts, IO[bytes]]]:
    """A dump of the database as it is at one moment: its facts, and the stream."""
    with engine.connect().execution_options(**STEADY) as connection:
        command = [_tool("pg_dump", connection), *DUMP]
        connection.exec_driver_sql(NO_LIMITS)
        snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        facts = facts_of(connection)
        with _running([*command, f"--snapshot={snapshot}"], engine) as dump:
            assert dump.stdout is not None
            yield facts, dump.stdout


def require_room(engine: Engine) -> None:
    """The database must hold no tables, and the tool must be there."""
    with engine.connect() as connection:
        _tool("pg_restore", connection)
    if _count(engine):
        raise Unfit(
            f"The database {engine.url.database} is not empty: create a new one, and name it in"
            " TALENTSHARE_DATABASE_URL. Nothing was changed."
        )


@contextmanager
def restored(engine: Engine, data: IO[bytes]) -> Iterator[URL]:
    """The restored database, to be looked at; it stays unfinished when somebody objects."""
    _mark(engine, f"CREATE TABLE {UNFINISHED} ()")
    try:
        with engine.connect() as connection:
            command = [_tool("pg_restore", connection), *RESTORE]
        with _running(command, engine) as tool:
            assert tool.stdin is not None
            with suppress(BrokenPipeError), tool.stdin:  # the tool says why it stopped
                shutil.copyfileobj(data, tool.stdin)
    except BaseException:
        if _count(engine) == 1:  # nothing was kept: it is as empty as before
            _mark(engine, f"DROP TABLE {UNFINISHED}")
        raise
    yield engine.url
    _mark(engine, f"DROP TABLE {UNFINISHED}")


def _count(engine: Engine) -> int:
    with engine.connect() as connection:
        count: int = connection.exec_driver_sql(TABLES).scalar_one()
    return count


def _mark(engine: Engine, statement: str) -> None:
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(statement)
    except ProgrammingError as error:
        reason = str(error.orig).splitlines()[0]
        raise Unfit(
            f"The database cannot be filled: {reason}; the role must own it or its schema public."
        ) from error


def _tool(name: str, connection: Connection) -> str:
    """The path of a tool that is as new as the server."""
    server: int = connection.exec_driver_sql("SHOW server_version_num").scalar_one()
    wanted = int(server) // 10000
    advice = (
        f"install postgresql-client of version {wanted} or newer,"
        f" such as `apt-get install postgresql-client-{wanted}`."
    )
    path = shutil.which(name)
    if path is None:
        raise Unfit(f"{name} is not on this machine: {advice}")
    asked = [path, "--version"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout  # noqa: S603  a tool of the machine
    found = re.search(r"(\d+)", told)
    if not found or int(found[1]) < wanted:
        raise Unfit(f"{told.strip() or name} is older than the server: {advice}")
    return path


@contextmanager
def _running(command: list[str], engine: Engine) -> Iterator["subprocess.Popen[bytes]"]:
    """Let a tool work on a database; what it complains of is said."""
    where, environment = _address(engine)
    with (
        TemporaryFile() as complaints,
        subprocess.Popen(  # noqa: S603  a tool of the machine, nothing that somebody typed
            [*command, where],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
        ) as tool,
    ):
        try:
            yield tool
        except BaseException:
            tool.kill()
            raise
        if tool.wait():
            complaints.seek(0)
            lines = complaints.read().decode(errors="replace").strip().splitlines()
            raise Unfit(f"{command[0]} failed: {lines[0] if lines else tool.returncode}.")


def _address(engine: Engine) -> tuple[str, dict[str, str]]:
    """How a tool finds the database: an argument that all may read, an environment that is ours."""
    _, given = engine.dialect.create_connect_args(engine.url)
    known = {name: str(value) for name, value in given.items() if isinstance(value, str | int)}
    secrets = {name: known.pop(name) for name in SECRET if name in known}
    environment = os.environ | {"LC_ALL": "C"}
    if "password" in secrets:
        environment["PGPASSWORD"] = secrets["password"]
    return f"--dbname={make_conninfo(**known)}", environment
