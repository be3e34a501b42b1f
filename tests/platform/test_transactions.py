"""One commit or nothing: joins, refusals by name, stale rows, retries. On both databases."""

import sqlite3
import threading
import time
from datetime import date

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.exc import OperationalError

from talentshare.accounts.models import Body
from talentshare.allocations.models import allocation_week, week_ledger
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.platform import events
from talentshare.platform.db import TRIES, after_commit, db, reading, transactional
from talentshare.platform.events import AuditEvent
from tests import make


def another(code, **given):
    """A body that is not saved yet."""
    names = {"name_ja": "見本市", "name_kana": "ミホンシ", "name_en": "Sample City"}
    kinds = {"kind": make.BodyKind.CITY, "area": make.Area.CITIES}
    return Body(**{"code": code} | names | kinds | given)


@transactional
def add(code, fails=None):
    body = another(code)
    db.session.add(body)
    events.announce(SYSTEM, "body.added", body)
    if fails:
        raise fails
    return body


@transactional
def add_two(first, second, fails=None):
    add(first)
    add(second)
    if fails:
        raise fails


def codes():
    db.session.rollback()
    return sorted(db.session.scalars(select(Body.code)))


def deeds():
    db.session.rollback()
    return list(db.session.scalars(select(AuditEvent.deed).order_by(AuditEvent.seq)))


def change_elsewhere(**values):
    """Somebody else's commit, on a connection of its own."""
    with db.engine.connect() as connection, connection.begin():
        connection.execute(update(Body.__table__).values(**values))


def change_version_below(connection):
    """What a writer on another connection would have done between reading and writing."""
    table = Body.__table__
    connection.execute(update(table).values(version=table.c.version + 1))


@pytest.fixture
def commits():
    """Counts what is committed."""
    seen = []
    after_commit.append(lambda: seen.append(1))
    yield seen
    after_commit.pop()


def test_an_action_is_committed_with_its_deed(either_app, commits):
    made = add("one")
    assert codes() == ["one"]
    assert deeds() == ["body.added"]
    assert (made.code, len(commits)) == ("one", 1)


def test_an_action_within_an_action_joins_it(either_app, commits):
    add_two("one", "two")
    assert codes() == ["one", "two"]
    assert len(commits) == 1


@pytest.mark.parametrize("failure", [Invalid("thing.wrong"), KeyError("bug"), KeyboardInterrupt()])
def test_what_fails_leaves_neither_rows_nor_deeds(either_app, commits, failure):
    with pytest.raises(type(failure)):
        add("one", fails=failure)
    with pytest.raises(type(failure)):
        add_two("one", "two", fails=failure)
    assert (codes(), deeds(), commits) == ([], [], [])


def test_after_a_failure_the_next_action_begins_anew(either_app):
    with pytest.raises(Invalid):
        add("one", fails=Invalid("thing.wrong"))
    add("two")
    assert (codes(), deeds()) == (["two"], ["body.added"])


def test_what_was_read_before_an_action_is_read_anew_in_it(either_app):
    """A page reads, somebody else writes, then the page's action begins: it sees the newer row."""
    make.body(code="one")
    token = reading.set(True)
    before = db.session.scalar(select(Body.name_en))
    reading.reset(token)
    change_elsewhere(name_en="Changed")

    @transactional
    def name_now():
        return db.session.scalar(select(Body.name_en))

    assert (before == "Changed", name_now()) == (False, "Changed")


def test_a_stale_version_is_a_conflict(either_app):
    body = make.body(code="one")

    @transactional
    def rename_slowly():
        body.name_en = "Mine"
        change_version_below(db.session.connection())

    with pytest.raises(Conflict) as refused:
        rename_slowly()
    assert refused.value.code == "state.changed_meanwhile"
    assert db.session.scalar(select(Body.name_en)) != "Mine"


BROKEN = {
    "uq_body_code": lambda: another("one"),
    "ck_body_office_hours": lambda: another(
        "two", office_opens_minute=600, office_closes_minute=60
    ),
    "body.name_ja": lambda: another("two", name_ja=None),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_constraint_is_a_conflict_of_its_name(either_app, name):
    make.body(code="one")

    @transactional
    def save():
        db.session.add(BROKEN[name]())

    with pytest.raises(Conflict) as refused:
        save()
    assert refused.value.code == f"constraint.{name}"
    assert codes() == ["one"]


def test_a_full_week_is_refused_by_the_name_of_the_ledgers_rule(either_app):
    person = {"specialist_id": 1, "week_on": date(2026, 11, 23)}
    empty = {"booked_minutes": 0, "granted_extra_minutes": 0, "leave_gap_minutes": 0}

    @transactional
    def sell(minutes):
        row = {"allocation_id": minutes, "minutes": minutes}
        db.session.execute(allocation_week.insert().values(person | row))

    @transactional
    def open_week():
        db.session.execute(week_ledger.insert().values(person | empty | {"capacity_minutes": 840}))

    open_week()
    sell(720)
    with pytest.raises(Conflict) as refused:
        sell(240)
    assert refused.value.code == "constraint.ledger_full"


def test_unique_rules_bear_the_name_that_both_databases_report():
    """SQLite tells columns, not names: only a name made of table and columns is the same on both."""
    for table in db.metadata.sorted_tables:
        for index in table.indexes:
            columns = "_".join(column.name for column in index.columns)
            assert not index.unique or index.name == f"uq_{table.name}_{columns}", index.name


def in_thread(app, action):
    """Run an action in a thread with its own session; what it raised is kept."""

    def run():
        with app.app_context():
            try:
                done.append(action())
            except Exception as error:  # noqa: BLE001  handed to the test
                done.append(error)
            finally:
                db.session.remove()

    done = []
    thread = threading.Thread(target=run)
    thread.start()
    return thread, done


def impatient(engine):
    """Let SQLite report a lock at once instead of waiting for it."""

    @event.listens_for(engine, "connect")
    def hurry(connection, _record):
        connection.execute("PRAGMA busy_timeout=0")


@pytest.fixture
def locked(app, sqlite_url):
    """Somebody else holds the write lock, until the returned function is called."""
    impatient(db.engine)
    path = sqlite_url.removeprefix("sqlite:///")
    holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    yield lambda: holder.execute("ROLLBACK")
    holder.close()


def test_a_locked_database_is_tried_again(app, locked):
    tried = []

    @transactional
    def count():
        tried.append(1)
        db.session.execute(select(Body.id))
        return add("one").code

    thread, done = in_thread(app, count)
    time.sleep(0.06)
    locked()
    thread.join(10)
    assert done == ["one"]
    assert len(tried) > 1
    assert (codes(), deeds()) == (["one"], ["body.added"])


def test_a_lock_that_stays_is_reported_after_some_tries(app, locked):
    tried = []

    @transactional
    def count():
        tried.append(1)
        db.session.execute(select(Body.id))

    with pytest.raises(OperationalError, match="locked"):
        count()
    assert len(tried) == TRIES


def test_a_reading_page_waits_for_no_writer(app, locked):
    token = reading.set(True)
    try:
        assert codes() == []
    finally:
        db.session.rollback()
        reading.reset(token)


def test_an_action_within_a_reading_page_writes(app):
    token = reading.set(True)
    try:
        db.session.scalars(select(Body.code)).all()
        add("one")
        assert reading.get() is True
    finally:
        reading.reset(token)
    assert codes() == ["one"]


@pytest.fixture
def postgresql_app(postgresql_url, running):
    with running(postgresql_url) as app:
        yield app


@pytest.mark.postgresql
def test_a_deadlock_is_tried_again_and_both_succeed(postgresql_app):
    ids = [make.body(code=code).id for code in ("one", "two")]
    meeting = threading.Barrier(2)
    tried = []

    def crossing(first, second):
        @transactional
        def cross():
            tried.append(first)
            rename(first)
            if tried.count(first) == 1:
                meeting.wait(10)
            rename(second)
            return "done"

        return in_thread(postgresql_app, cross)

    threads = [crossing(*ids), crossing(*reversed(ids))]
    for thread, _ in threads:
        thread.join(20)
    assert [done for _, done in threads] == [["done"], ["done"]]
    assert len(tried) == 3
    names = db.session.scalars(select(Body.name_en)).all()
    assert [name[-3:].count("x") for name in names] == [2, 2]


def rename(body_id):
    table = Body.__table__
    db.session.execute(
        update(table).where(table.c.id == body_id).values(name_en=table.c.name_en + "x")
    )
