"""The database is away or full: a page says so in the reader's language, and keeps what was sent."""

import logging
import re
import sqlite3
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import create_engine, event, func, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from talentshare.platform import failures
from talentshare.platform.db import db
from talentshare.platform.presses import FIELD
from talentshare.talent_requests.models import TalentRequest
from tests import make
from tests.architecture.forms import posting

WORRY = {"worry": "クラウド移行で <b>何から</b> 始めればよいか", "version": "1", FIELD: "one-page"}


@pytest.fixture
def broken(either_app):
    """While it holds, each statement that begins like this fails as the database would."""
    begins = [""]

    def fail(_connection, _cursor, statement, *_rest):
        if begins[0] and re.match(begins[0], statement):
            full = sqlite3.OperationalError("database or disk is full: secret")
            full.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise OperationalError(statement, None, full)

    event.listen(db.engine, "before_cursor_execute", fail)
    return begins


@pytest.fixture
def client(either_app):
    client = either_app.test_client()
    make.session_cookie(client, make.officer())
    return client


@pytest.fixture
def begun(client):
    return client, client.post("/requests/new").location


@pytest.mark.parametrize(
    ("locale", "word"), [("ja", "今は利用できません"), ("en", "Not available")]
)
def test_without_a_database_every_page_says_so(client, locale, word):
    client.set_cookie("locale", locale)
    db.engine.dispose()
    db.engines[None] = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    answer = client.get("/requests")
    assert answer.status_code == 503
    assert word in answer.text
    assert answer.headers["Retry-After"] == "30"
    assert client.get("/accessibility").status_code in {200, 503}


def test_what_was_sent_can_be_sent_again_from_the_page(begun, broken):
    client, page = begun
    broken[0] = "(INSERT|UPDATE)"
    answer = client.post(page, data=WORRY)
    assert answer.status_code == 503
    assert "secret" not in answer.text
    kept = posting(answer.text, page).fields
    assert kept == {name: [value] for name, value in WORRY.items()}
    assert client.post(page, data=kept).status_code == 503
    broken[0] = ""
    assert client.post(page, data=kept).status_code == 302
    it = db.session.scalars(select(TalentRequest)).one()
    assert it.worry == WORRY["worry"]


def test_reading_goes_on_where_nothing_can_be_written(begun, broken, still_clock):
    client, _page = begun
    still_clock(timedelta(minutes=5))
    broken[0] = "(INSERT|UPDATE|DELETE)"
    assert client.get("/requests").status_code == 200


def test_a_password_is_not_put_into_the_page(client, broken):
    broken[0] = "SELECT"
    form = {"current": "the-old-secret", "new": "the-new-secret", "again": "the-new-secret"}
    answer = client.post("/account/password", data=form)
    assert answer.status_code == 503
    assert "-secret" not in answer.text
    assert "前の画面からもう一度" in answer.text


def test_a_missing_table_is_a_fault_with_its_number_and_not_a_closed_database(
    either_app, client, caplog
):
    either_app.config["PROPAGATE_EXCEPTIONS"] = False
    db.session.execute(text("ALTER TABLE person RENAME TO nobody"))
    db.session.commit()
    with caplog.at_level(logging.ERROR):
        answer = client.get("/requests")
    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers
    assert "処理できませんでした" in answer.text
    number = re.search(r"<b>([0-9a-f]{8})</b>", answer.text)[1]
    logged = [record.getMessage() for record in caplog.records]
    assert any(number in line for line in logged)
    assert any("person" in (record.exc_text or "") for record in caplog.records)


@pytest.mark.parametrize(
    ("code", "is_away"),
    [
        (sqlite3.SQLITE_ERROR, False),  # no such table, a mistake in a statement
        (sqlite3.SQLITE_MISUSE, False),
        (sqlite3.SQLITE_BUSY, True),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, True),
        (sqlite3.SQLITE_FULL, True),
        (sqlite3.SQLITE_CANTOPEN, True),
        (sqlite3.SQLITE_IOERR_WRITE, True),
        (sqlite3.SQLITE_READONLY, True),
    ],
)
def test_the_number_that_sqlite_gives_tells_a_fault_from_a_closed_door(code, is_away):
    error = sqlite3.OperationalError("said in any words: locked, disk is full")
    error.sqlite_errorcode = code
    assert failures.is_away(OperationalError("SELECT", None, error)) is is_away


@pytest.mark.parametrize(
    ("state", "is_away"),
    [
        ("42P01", False),  # no such table
        ("42703", False),
        ("54001", False),
        ("22001", False),
        ("XX000", False),
        ("08006", True),
        ("25006", True),
        ("40P01", True),
        ("53100", True),  # disk full
        ("53300", True),
        ("55P03", True),  # a lock was not had in time
        ("57014", True),
        ("57P01", True),  # the server closes
        ("58030", True),
    ],
)
def test_the_state_that_postgresql_gives_tells_a_fault_from_a_closed_door(state, is_away):
    error = DBAPIError("SELECT", None, psycopg.errors.lookup(state)("said in any words"))
    assert failures.is_away(error) is is_away


def test_a_connection_that_was_refused_or_lost_is_a_closed_door():
    refused = psycopg.OperationalError("connection failed")
    assert failures.is_away(OperationalError("SELECT", None, refused))
    lost = psycopg.Error("no state was told")
    assert failures.is_away(DBAPIError("SELECT", None, lost, connection_invalidated=True))
    assert not failures.is_away(DBAPIError("SELECT", None, lost))


def test_a_fault_of_the_program_has_a_number_that_stands_in_the_log(
    either_app, client, monkeypatch, caplog
):
    either_app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr("talentshare.talent_requests.actions.draft.touch", lambda *_: 1 / 0)
    with caplog.at_level(logging.ERROR):
        answer = client.post("/requests/new")
    assert answer.status_code == 500
    number = re.search(r"<b>([0-9a-f]{8})</b>", answer.text)[1]
    assert any(number in record.getMessage() for record in caplog.records)
    assert db.session.scalar(select(func.count()).select_from(TalentRequest)) == 0
