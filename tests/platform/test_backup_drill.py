"""The drill: back up while people write, restore elsewhere, and find everything there."""

import json
import stat
import time
import zipfile
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import select, text

from talentshare.allocations import actions
from talentshare.allocations import queries as allocations
from talentshare.allocations.models import Allocation
from talentshare.kernel.actor import SYSTEM
from talentshare.platform import events, schema
from talentshare.platform.backup import last_backup
from talentshare.platform.backup.facts import facts_of
from talentshare.platform.db import db
from talentshare.specialists.models import Specialist
from talentshare.talent_requests.models import Position
from tests.accounts.browsing import PASSWORD, status
from tests.allocations import world
from tests.conftest import NOW

FORM = {"sign_in_name": "tanaka", "password": PASSWORD}


@contextmanager
def writing(app):
    """Somebody signs in and books and cancels, again and again; the list of what was done."""
    done, stop = [], Event()

    def write():
        with app.app_context():
            who = db.session.scalars(select(Specialist)).first()
            position = db.session.scalars(select(Position)).first()
            while not stop.is_set():
                assert app.test_client().post("/sign-in", data=FORM).status_code == 302
                made = actions.book(SYSTEM, world.booking(who, position, 60, weeks=(4, 5)))
                actions.cancel(SYSTEM, made.id, "試し")
                done.append(made.id)
            db.session.remove()

    writer = Thread(target=write)
    writer.start()
    try:
        while len(done) < 2:
            assert writer.is_alive()
            time.sleep(0.01)
        yield done
    finally:
        stop.set()
        writer.join()


def facts():
    """What the database of the present app holds."""
    with db.engine.connect() as connection:
        return facts_of(connection)


def manifest_of(path):
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("manifest.json"))


def test_what_was_backed_up_while_people_write_is_whole_and_works(
    busy_url, copy_url, running, command, shelf
):
    file = shelf / "night.zip"
    with running(busy_url) as app:
        with writing(app) as done:
            before = len(done)
            assert command(busy_url, "backup", file)[0] == 0
            assert len(done) > before, "nobody wrote meanwhile"
        after = facts()
    manifest = manifest_of(file)
    assert 0 < manifest["audit_seq"] < after.audit_seq
    said = command(copy_url, "restore", file)
    assert said[0] == 0, said
    assert f"digest {manifest['digest']}." in said[1]
    with running(copy_url) as app:
        found = facts()
        assert found.tables == manifest["tables"]
        assert found.digest == manifest["digest"] != after.digest
        assert events.head() == (manifest["audit_seq"], manifest["audit_hash"])
        assert schema.defects() == allocations.check() == []
        assert events.first_break() is None
        assert db.session.scalars(select(Allocation)).all()
        client = app.test_client()
        assert client.post("/sign-in", data=FORM).headers["Location"] == "/"
        assert status(client) == 200
        assert events.head()[0] > manifest["audit_seq"], "the copy goes on by itself"
        assert events.first_break() is None


def test_a_quiet_database_and_its_copy_have_one_digest(
    busy_url, copy_url, running, command, shelf, tmp_path
):
    with running(busy_url):
        source = facts()
    status, said = command(busy_url, "backup", shelf / "a.zip")
    assert (status, said.count("\n")) == (0, 1)
    assert f"holds {len(source.tables)} tables with {source.row_count} rows" in said
    assert f"{source.audit_seq} deeds, revision {schema.wanted()}, made at 2026-11-24T00" in said
    status, said = command(copy_url, "restore", shelf / "a.zip")
    assert said.splitlines() == [
        f"Every table is as it was backed up: digest {source.digest}.",
        "The guards of the ledger and of the audit stand, and every invariant holds.",
        f"The audit chain holds: {source.audit_seq} deeds.",
    ]
    with running(copy_url):
        assert facts() == source
    assert command(copy_url, "backup", shelf / "b.zip")[0] == 0
    assert manifest_of(shelf / "b.zip")["digest"] == source.digest


def test_the_copy_keeps_its_guards_and_goes_on_counting(
    busy_url, copy_url, running, command, shelf
):
    command(busy_url, "backup", shelf / "a.zip")
    assert command(copy_url, "restore", shelf / "a.zip")[0] == 0
    with running(copy_url):
        with pytest.raises(Exception, match="audit"):
            db.session.execute(text("DELETE FROM audit_event"))
        db.session.rollback()
        who = db.session.scalars(select(Specialist)).first()
        position = db.session.scalars(select(Position)).first()
        highest = max(db.session.scalars(select(Allocation.id)))
        booked = actions.book(SYSTEM, world.booking(who, position, 60, weeks=(6,)))
        assert booked.id > highest


def test_the_file_is_for_its_owner_and_nothing_else_is_left(busy_url, command, shelf, tmp_path):
    file = shelf / "a.zip"
    assert command(busy_url, "backup", file)[0] == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(shelf.iterdir()) == [file]
    held = b"".join(zipfile.ZipFile(file).read(name) for name in zipfile.ZipFile(file).namelist())
    for secret in (b"s" * 32, b"a" * 32):
        assert secret not in held + file.read_bytes()


def test_the_file_can_be_looked_at_without_a_database(busy_url, copy_url, command, shelf):
    command(busy_url, "backup", shelf / "a.zip")
    status, said = command(copy_url, "restore", shelf / "a.zip", "--check")
    assert status == 0
    assert said.startswith(f"{shelf / 'a.zip'} is whole and holds ")
    assert command(copy_url, "restore", shelf / "a.zip")[0] == 0, "it touched nothing"


def test_an_older_database_is_restored_and_brought_up_afterwards(
    busy_url, copy_url, running, command, program, shelf
):
    older = schema.revisions()[1]
    with running(busy_url):
        schema.downgrade(older)
    assert command(busy_url, "backup", shelf / "a.zip")[0] == 0
    status, said = command(copy_url, "restore", shelf / "a.zip")
    assert status == 0
    assert f"It is at the older revision {older}: `talentshare db upgrade` comes next" in said
    for words in ("db upgrade", "check", "audit verify"):
        assert program(copy_url, *words.split())[0] == 0


def test_the_age_of_the_last_backup_is_known(sqlite_url, command, shelf, tmp_path, still_clock):
    folder = tmp_path / "instance"
    assert last_backup(folder) is None
    command(sqlite_url, "backup", shelf / "a.zip")
    first = last_backup(folder)
    assert (first.at, first.file, first.revision) == (NOW, str(shelf / "a.zip"), schema.wanted())
    assert first.bytes == (shelf / "a.zip").stat().st_size
    assert first.digest == manifest_of(shelf / "a.zip")["digest"]
    still_clock(timedelta(days=1))
    command(sqlite_url, "backup", shelf / "a.zip")
    assert last_backup(folder) == first, "a refused backup is none"
    command(sqlite_url, "backup", shelf / "b.zip")
    assert last_backup(folder).at == NOW + timedelta(days=1)
    assert not list(folder.glob(".last*"))


def test_a_note_that_cannot_be_written_does_not_hide_the_backup(
    sqlite_url, command, shelf, tmp_path
):
    (tmp_path / "instance" / "last_backup.json").mkdir(parents=True)
    status, said = command(sqlite_url, "backup", shelf / "a.zip")
    assert status == 1
    assert said.splitlines()[0].startswith(f"{shelf / 'a.zip'} holds ")
    assert said.splitlines()[1].startswith(f"{shelf / 'a.zip'} is made, but ")
    assert said.endswith("cannot be written: Is a directory.\n")
    assert command(sqlite_url, "restore", shelf / "a.zip", "--check")[0] == 0


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", '{"at": "yesterday"}', '{"at": 1}'])
def test_a_note_that_cannot_be_read_is_none(tmp_path, content):
    Path(tmp_path / "last_backup.json").write_text(content, "utf-8")
    assert last_backup(tmp_path) is None
