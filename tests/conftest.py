"""The fixtures: a migrated database of each kind, an app, a client, a sign-in, a still clock."""

import contextvars
import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import uuid
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from flask import has_app_context
from flask.testing import FlaskClient
from psycopg import sql
from sqlalchemy import event
from sqlalchemy.orm import Session

from talentshare.app import create_app
from talentshare.kernel import clock
from talentshare.platform import schema
from talentshare.platform.db import db, reading
from tests import make

ADMIN_URL = os.environ.get(
    "TALENTSHARE_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres"
)
NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)  # 9:00 in Tokyo, a Tuesday


def settings(url: str, folder: Path) -> dict:
    return {
        "ENVIRONMENT": {
            "TALENTSHARE_DATABASE_URL": url,
            "TALENTSHARE_SECRET_KEY": "s" * 32,
            "TALENTSHARE_AUDIT_KEY": "a" * 32,
            "TALENTSHARE_HTTPS": "0",
            "TALENTSHARE_INSTANCE": str(folder),
        },
        "TESTING": True,
        "WTF_CSRF_ENABLED": False,
        "ARGON2": {"time_cost": 1, "memory_cost": 8, "parallelism": 1},
        "SERVER_NAME": "localhost",
    }


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> Path:
    """A migrated, empty SQLite database, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("template")
    path = folder / "template.sqlite"
    app = create_app(settings(f"sqlite:///{path}", folder))
    with app.app_context():
        schema.upgrade()
        db.engine.dispose()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def postgresql_is_there() -> bool:
    try:
        psycopg.connect(ADMIN_URL, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.fixture(scope="session")
def postgresql_template(tmp_path_factory):
    """A migrated, empty PostgreSQL database of this session, copied for each test."""
    if not postgresql_is_there():
        if os.environ.get("CI") == "true":
            pytest.fail("PostgreSQL is required with CI=true")
        pytest.skip("PostgreSQL is not reachable")
    name = f"ts_{uuid.uuid4().hex[:12]}"
    admin(f"CREATE DATABASE {name}")
    app = create_app(settings(url_of(name), tmp_path_factory.mktemp("postgresql")))
    with app.app_context():
        schema.upgrade()
        db.engine.dispose()
    yield name
    admin(f"DROP DATABASE {name} WITH (FORCE)")


def admin(statement: str) -> None:
    with psycopg.connect(ADMIN_URL, autocommit=True) as connection:
        connection.execute(sql.SQL(statement))


def url_of(name: str) -> str:
    return ADMIN_URL.rsplit("/", 1)[0] + "/" + name


@pytest.fixture
def sqlite_url(sqlite_template, tmp_path):
    path = tmp_path / "talentshare.sqlite"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql_template):
    name = f"{postgresql_template}_{uuid.uuid4().hex[:8]}"
    admin(f"CREATE DATABASE {name} TEMPLATE {postgresql_template}")
    yield url_of(name)
    admin(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
)
def either_url(request):
    """The test runs on both databases."""
    return request.getfixturevalue(f"{request.param}_url")


class Browser(FlaskClient):
    """A browser knows nothing of the test's own context: neither `g` nor the session."""

    def open(self, *args, **kwargs):
        if has_app_context():
            db.session.commit()  # the test's own transaction must not lock the request out
        answer = contextvars.Context().run(super().open, *args, **kwargs)
        if has_app_context():
            db.session.expire_all()  # and what the request has written is read anew
        return answer


def running(url: str, folder: Path):
    app = create_app(settings(url, folder))
    app.test_client_class = Browser
    token = reading.set(True)  # what the test itself looks at locks nobody out
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    reading.reset(token)


@pytest.fixture
def app(sqlite_url, tmp_path):
    """An app on an empty, migrated SQLite database."""
    yield from running(sqlite_url, tmp_path)


@pytest.fixture
def either_app(either_url, tmp_path):
    """An app on an empty, migrated database: the test runs on SQLite and on PostgreSQL."""
    yield from running(either_url, tmp_path)


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def sign_in(app):
    """Sign a client in as a person by a real session, without the password page."""

    def sign_in(person, client=None):
        client = client or app.test_client()
        make.session_cookie(client, person)
        return client

    return sign_in


@pytest.fixture
def rows(app):
    """Read beside the test's own session, so that no lock is left behind."""

    def rows(statement):
        with Session(db.engine, expire_on_commit=False) as session:
            return session.scalars(statement).all()

    return rows


@pytest.fixture
def counted(app):
    """Count the statements of a request."""

    def counted(do):
        statements = []

        def note(_connection, _cursor, statement, *_rest):
            statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            do()
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return [s for s in statements if s.lstrip().upper().startswith("SELECT")]

    return counted


@pytest.fixture(autouse=True)
def still_clock(monkeypatch):
    """It is Tuesday 24 November 2026, 9:00 in Tokyo; the returned function moves the clock."""
    moment = {"now": NOW}
    monkeypatch.setattr(clock, "now", lambda: moment["now"])

    def move(to: datetime | timedelta) -> datetime:
        moment["now"] = moment["now"] + to if isinstance(to, timedelta) else to
        return moment["now"]

    return move


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory, worker_id) -> Path:
    """An instance folder with the demo in it, made once for all test processes."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    folder, lock = shared / "demo", shared / "demo.lock"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            make_demo(folder)
    return folder


def make_demo(folder: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if "TALENTSHARE" not in name}
    command = [str(Path(sys.executable).with_name("talentshare")), "demo", "--no-serve"]
    done = subprocess.run(
        command,
        env=environment | {"TALENTSHARE_INSTANCE": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(folder / "talentshare.sqlite")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (folder / "said").write_text(done.stdout, "utf-8")
    (folder / "last_line").write_text(done.stdout.strip().splitlines()[-1], "utf-8")
    (folder / "done").touch()
