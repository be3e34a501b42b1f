"""The fixtures: a migrated database of each kind, an app, a client, a sign-in, a still clock."""

import contextvars
import fcntl
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session
from sqlalchemy.util import LRUCache

from talentshare import config
from talentshare.app import create_app
from talentshare.engine import rank
from talentshare.kernel import clock
from talentshare.operations.views.trail import THINGS
from talentshare.platform import schema
from talentshare.platform.db import db, prepare, reading
from talentshare.platform.events import AuditEvent
from talentshare.platform.presses import FIELD
from tests import make, postgresql

HERE = re.compile(r"localhost|127\.[\d.]+|::1|")


def stay_here(event_name: str, given: tuple) -> None:
    """Tests ask nobody outside of this machine; whoever tries is told so."""
    if event_name == "socket.connect":
        host = given[1][0] if isinstance(given[1], tuple) else ""  # else a socket in a folder
    elif event_name == "socket.getaddrinfo":
        host = given[0] or ""
    else:
        return
    name = host.decode() if isinstance(host, bytes) else str(host)
    if not HERE.fullmatch(name) and name != urlsplit(postgresql.ADMIN_URL).hostname:
        raise RuntimeError(f"a test asks {name}, outside of this machine")


sys.addaudithook(stay_here)
rank.prepare()  # no server that a test starts has to compile while the test waits for it


@event.listens_for(AuditEvent, "init")
def has_a_word(_event: AuditEvent, _args: tuple, given: dict) -> None:
    """Whatever a test does, the page of the trail has a word for what it is done to."""
    table, _, number = given["subject"].partition(":")
    if number and table in db.metadata.tables and table not in THINGS:
        raise AssertionError(f"the trail has no word for {table}")


PRESSES = 4
COMPILED = 3_000  # statements
NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)  # 9:00 in Tokyo, a Tuesday


LONG = ("browser", "demo")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With several workers the long tests begin, so that no worker ends alone with one."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: item.path.parent.name not in LONG)


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
        "DURABLE": False,
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


@pytest.fixture(scope="session")
def postgresql_pool(tmp_path_factory):
    """Databases like one migrated, empty PostgreSQL database, each for one test at a time."""
    if not postgresql.is_there():
        if os.environ.get("CI") == "true":
            pytest.fail("PostgreSQL is required with CI=true")
        pytest.skip("PostgreSQL is not reachable")
    with postgresql.bare() as template:
        app = create_app(settings(postgresql.url_of(template), tmp_path_factory.mktemp("pg")))
        with app.app_context():
            schema.upgrade()
            db.engine.dispose()
        pool = postgresql.Pool(template)
        yield pool
        pool.close()


@pytest.fixture
def sqlite_url(sqlite_template, tmp_path):
    path = tmp_path / "talentshare.sqlite"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql_pool):
    name = postgresql_pool.take()
    yield postgresql.url_of(name)
    postgresql_pool.give_back(name)


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
)
def either_url(request):
    """The test runs on both databases."""
    return request.getfixturevalue(f"{request.param}_url")


class Browser(FlaskClient):
    """A browser knows nothing of the test's own context: neither `g` nor the session.

    Its forms carry the key of their page, as all forms do.
    """

    def open(self, *args, **kwargs):
        if kwargs.get("method") == "POST" and isinstance(kwargs.get("data", {}), dict):
            kwargs["data"] = {FIELD: uuid4().hex} | kwargs.get("data", {})
        if has_app_context():
            db.session.commit()  # the test's own transaction must not lock the request out
        answer = contextvars.Context().run(super().open, *args, **kwargs)
        if has_app_context():
            db.session.expire_all()  # and what the request has written is read anew
        return answer


class Shared:
    """One app of this process: its pages are compiled once; each test gets it as it was made."""

    def __init__(self, url: str, folder: Path) -> None:
        self.app = create_app(settings(url, folder))
        self.config, self.extensions = dict(self.app.config), dict(self.app.extensions)
        self.size = self.measured()
        self.compiled, self.dialect = LRUCache(COMPILED), None

    def measured(self) -> tuple[int, ...]:
        """What a test must not add to an app that others use after it."""
        hooks = (self.app.before_request_funcs, self.app.after_request_funcs)
        return (
            len(self.app.view_functions),
            len(self.app.template_context_processors[None]),
            len(self.app.jinja_env.globals),
            *(len(them) for kind in hooks for them in kind.values()),
        )

    def engine(self) -> Engine:
        """An engine for this test's database; what others have compiled it need not compile again."""
        made = create_engine(
            self.app.config["SQLALCHEMY_DATABASE_URI"],
            **self.app.config["SQLALCHEMY_ENGINE_OPTIONS"],
            execution_options={"compiled_cache": self.compiled},
        )
        if self.dialect is None:
            with made.connect():  # which tells the dialect what it speaks to
                self.dialect = made.dialect
        made.dialect = self.dialect
        return made

    def put_back(self, url: str, folder: Path) -> Flask:
        """The app as it was made, but on this database."""
        for kept, now in ((self.config, self.app.config), (self.extensions, self.app.extensions)):
            now.clear()
            now.update(kept)
        given = settings(url, folder)
        read = config.read(given["ENVIRONMENT"])
        self.app.config.update(
            given, SQLALCHEMY_DATABASE_URI=read.database_url, ANCHOR_FILE=read.anchor_file
        )
        self.app.instance_path = str(folder)
        with self.app.app_context():
            db.engines[None] = self.engine()
            prepare(db.engine, self.app.config["DURABLE"])
        return self.app


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """The app of this process for each kind of database, made when it is first needed."""
    made: dict[str, Shared] = {}

    def shared(url: str) -> Shared:
        kind = url.split(":", 1)[0]
        if kind not in made:
            made[kind] = Shared(url, tmp_path_factory.mktemp("app"))
        return made[kind]

    return shared


@pytest.fixture
def running(shared, tmp_path):
    """Run an app on a database: `with running(url) as app`."""

    @contextmanager
    def running(url: str) -> Iterator[Flask]:
        its = shared(url)
        app = its.put_back(url, tmp_path)
        app.test_client_class = Browser
        token = reading.set(True)  # what the test itself looks at locks nobody out
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()
        reading.reset(token)
        assert its.measured() == its.size, "build an app of your own to add something to it"

    return running


@pytest.fixture
def app(sqlite_url, running):
    """An app on an empty, migrated SQLite database."""
    with running(sqlite_url) as app:
        yield app


@pytest.fixture
def either_app(either_url, running):
    """An app on an empty, migrated database: the test runs on SQLite and on PostgreSQL."""
    with running(either_url) as app:
        yield app


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def bare_url(request, tmp_path):
    """A database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.sqlite'}"
        return
    request.getfixturevalue("postgresql_pool")
    with postgresql.bare() as name:
        yield postgresql.url_of(name)


@pytest.fixture
def bare_app(bare_url, running):
    with running(bare_url) as app:
        yield app


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


@pytest.fixture(params=["twice", "at once"])
def press(either_app, request):
    """Press a button of one page several times; all answers lead to the same page."""

    def press(who, path, data, status=302):
        data = {FIELD: uuid4().hex} | data
        browsers = [either_app.test_client() for _ in range(PRESSES)]
        for browser in browsers:
            make.session_cookie(browser, who)
        db.session.rollback()  # no lock of our own stands in the way
        start = Barrier(PRESSES)

        def sent(browser):
            if request.param == "at once":
                start.wait()
            return browser.post(path, data=data)

        with ThreadPoolExecutor(PRESSES if request.param == "at once" else 1) as pool:
            answers = list(pool.map(sent, browsers))
        assert [answer.status_code for answer in answers] == [status] * PRESSES, path
        assert len({answer.location for answer in answers}) == 1
        db.session.expire_all()
        return answers

    return press


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
        return [s for s in statements if s.lstrip().upper().startswith(("SELECT", "WITH"))]

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


def make_demo(folder: Path, *options: str) -> None:
    environment = {name: value for name, value in os.environ.items() if "TALENTSHARE" not in name}
    command = [str(Path(sys.executable).with_name("talentshare")), "demo", "--no-serve", *options]
    done = subprocess.run(
        command,
        env=environment | {"TALENTSHARE_INSTANCE": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,
    )
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(folder / "talentshare.sqlite")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (folder / "said").write_text(done.stdout, "utf-8")
    (folder / "last_line").write_text(done.stdout.strip().splitlines()[-1], "utf-8")
    (folder / "done").touch()
