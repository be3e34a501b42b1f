"""The tools of PostgreSQL: missing, too old, failing, stopped; and what they are told."""

import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import make_url

from talentshare.platform import schema
from tests import postgresql
from tests.conftest import settings

pytestmark = pytest.mark.postgresql

REFUSED = 1
SECRET = "naisho-no-kotoba"
PASSES = 'exec {real} "$@"'
TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"


@pytest.fixture
def tools(tmp_path, monkeypatch):
    """A folder of tools that comes first; `tools(pg_dump=…)` gives one its script."""
    folder = tmp_path / "tools"
    folder.mkdir()

    def tools(**scripts):
        for name, script in scripts.items():
            path = folder / name
            real = shutil.which(name, path=os.environ["PATH"].replace(str(folder), ""))
            path.write_text(f"#!/bin/sh\n{script.replace('{real}', real)}\n", "utf-8")
            path.chmod(0o755)
        return folder

    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return tools


@pytest.fixture
def new_url(postgresql_pool):
    with postgresql.bare() as name:
        yield postgresql.url_of(name)


@contextmanager
def role(url, rights=""):
    """A role of our own on the server, gone afterwards with what it was given and what it owns."""
    name = f"role_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} {rights} PASSWORD '{SECRET}'")
        try:
            yield name
        finally:
            connection.execute(f"DROP OWNED BY {name}")
            connection.execute(f"DROP ROLE {name}")


def by(name, url):
    """The same database, entered by another role."""
    return make_url(url).set(username=name, password=SECRET).render_as_string(hide_password=False)


def test_a_password_is_no_argument_and_in_no_sentence(
    postgresql_url, command, shelf, tools, tmp_path, new_url
):
    notes = f'printf "%s\\n" "$@" >> {tmp_path}/arguments; env >> {tmp_path}/environment; '
    tools(pg_dump=notes + PASSES, pg_restore=notes + PASSES)
    with role(new_url, "SUPERUSER LOGIN") as name:
        said = command(by(name, postgresql_url), "backup", shelf / "a.zip")
        assert said[0] == 0, said
        restored = command(by(name, new_url), "restore", shelf / "a.zip")
        assert restored[0] == 0, restored
        nowhere = by(name, postgresql_url).replace("/ts_", "/nowhere_")
        wrong = command(nowhere, "backup", shelf / "b.zip")
        assert wrong[0] == 2
    arguments = (tmp_path / "arguments").read_text("utf-8")
    assert arguments.count("--dbname=") == 2
    assert SECRET not in arguments + said[1] + restored[1] + wrong[1]
    assert f"PGPASSWORD={SECRET}" in (tmp_path / "environment").read_text("utf-8")
    held = b"".join(path.read_bytes() for path in shelf.iterdir())
    assert SECRET.encode() not in held


@pytest.mark.parametrize("words", ["backup", "restore"])
def test_a_missing_tool_is_named_with_what_to_install(
    postgresql_url, new_url, command, shelf, monkeypatch, words
):
    command(postgresql_url, "backup", shelf / "a.zip")
    monkeypatch.setenv("PATH", "")
    url, name, file = {
        "backup": (postgresql_url, "pg_dump", shelf / "b.zip"),
        "restore": (new_url, "pg_restore", shelf / "a.zip"),
    }[words]
    status, said = command(url, words, file)
    assert status == REFUSED
    assert said.startswith(f"{name} is not on this machine: install postgresql-client of version ")
    assert [path.name for path in shelf.iterdir()] == ["a.zip"]


def test_a_tool_that_is_older_than_the_server_is_named(postgresql_url, command, shelf, tools):
    tools(pg_dump="echo 'pg_dump (PostgreSQL) 9.6.24'")
    status, said = command(postgresql_url, "backup", shelf / "a.zip")
    assert status == REFUSED
    assert said.startswith("pg_dump (PostgreSQL) 9.6.24 is older than the server: install ")
    assert list(shelf.iterdir()) == []


FAILS = """
case "$1" in --version) exec {real} --version;; esac
head -c 5000 /dev/urandom
echo 'pg_dump: error: the line broke' >&2
exit 1
"""


def test_a_dump_that_breaks_off_leaves_nothing_behind(postgresql_url, command, shelf, tools):
    folder = tools(pg_dump=FAILS)
    status, said = command(postgresql_url, "backup", shelf / "a.zip")
    expected = f"{folder / 'pg_dump'} failed: pg_dump: error: the line broke.\n"
    assert (status, said) == (REFUSED, expected)
    assert list(shelf.iterdir()) == []


def test_a_name_that_is_taken_during_the_dump_is_kept(postgresql_url, command, shelf, tools):
    tools(pg_dump=f"echo mine > {shelf / 'a.zip'}; " + PASSES)
    status, said = command(postgresql_url, "backup", shelf / "a.zip")
    assert (status, "exists already" in said) == (REFUSED, True)
    assert (shelf / "a.zip").read_text() == "mine\n"
    assert [path.name for path in shelf.iterdir()] == ["a.zip"]


def test_a_restore_that_breaks_off_leaves_the_database_as_it_was(
    postgresql_url, new_url, command, shelf
):
    command(postgresql_url, "backup", shelf / "a.zip")
    with psycopg.connect(new_url) as connection:
        connection.execute("CREATE VIEW week_ledger AS SELECT 1 AS in_the_way")
    status, said = command(new_url, "restore", shelf / "a.zip")
    assert status == REFUSED
    assert "pg_restore failed: pg_restore: error: could not execute query" in said
    with psycopg.connect(new_url) as connection:
        assert connection.execute(TABLES).fetchone() == (0,)
        connection.execute("DROP VIEW week_ledger")
    assert command(new_url, "restore", shelf / "a.zip")[0] == 0


def test_who_may_not_make_tables_is_told_so(postgresql_url, new_url, command, shelf):
    command(postgresql_url, "backup", shelf / "a.zip")
    with psycopg.connect(new_url) as connection:
        connection.execute("REVOKE CREATE ON SCHEMA public FROM public")
    with role(new_url, "LOGIN") as name:
        status, said = command(by(name, new_url), "restore", shelf / "a.zip")
    assert status == REFUSED
    assert "cannot be filled: permission denied for schema public; the role must own it" in said


def test_who_may_not_read_is_told_so(postgresql_url, command, shelf):
    with role(postgresql_url, "LOGIN") as name:
        status, said = command(by(name, postgresql_url), "backup", shelf / "a.zip")
    assert status == REFUSED
    assert said.startswith("The database cannot be read: permission denied for table ")
    assert said.endswith("; back up as the role that owns it.\n")
    assert list(shelf.iterdir()) == []


def test_rights_of_other_roles_are_named_to_be_granted_anew(
    postgresql_url, new_url, command, running, shelf
):
    with role(postgresql_url) as name, psycopg.connect(postgresql_url) as connection:
        connection.execute(f"GRANT SELECT ON body TO {name}")
        connection.commit()
        assert command(postgresql_url, "backup", shelf / "a.zip")[0] == 0
    status, said = command(new_url, "restore", shelf / "a.zip")
    assert status == 0
    expected = f"Rights of other roles are not restored, grant them anew: {name}."
    assert said.splitlines()[-1] == expected
    with running(new_url):
        assert schema.defects() == []


def test_a_backup_that_is_told_to_stop_leaves_nothing_behind(
    postgresql_url, shelf, tools, tmp_path
):
    waits = 'case "$1" in --version) exec {real} --version;; esac\nexec sleep 60'
    tools(pg_dump=waits)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TALENTSHARE_")}
    environment |= settings(postgresql_url, tmp_path / "instance")["ENVIRONMENT"]
    command = [sys.executable, "-m", "talentshare.cli", "backup", str(shelf / "a.zip")]
    with subprocess.Popen(command, env=environment) as running:
        until = time.monotonic() + 60
        while not any((folder / "made").exists() for folder in shelf.iterdir()):
            assert running.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        running.send_signal(signal.SIGTERM)
        assert running.wait(30) == 128 + signal.SIGTERM
    assert list(shelf.iterdir()) == []
