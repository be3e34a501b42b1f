"""What backup and restore refuse, in one sentence, and that nothing half-made is left behind."""

import os
import resource
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import fields
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from talentshare.platform import schema
from talentshare.platform.backup import Unfit, archive, read
from talentshare.platform.backup.facts import Facts
from talentshare.platform.backup.files import publish
from talentshare.platform.db import db
from tests import postgresql

KEY = b"a" * 32
REFUSED, BROKEN = 1, 2
TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
FULL = 100_000


@pytest.fixture
def file(either_url, command, shelf):
    """A good backup of a migrated database."""
    assert command(either_url, "backup", shelf / "good.zip")[0] == 0
    return shelf / "good.zip"


def is_empty(url):
    """Whether there is nothing where a copy would stand, and nothing beside it."""
    if url.startswith("sqlite"):
        return not list(Path(url.removeprefix("sqlite:///")).parent.iterdir())
    with psycopg.connect(url) as connection:
        return connection.execute(TABLES).fetchone() == (0,)


def changed(file, **facts):
    """The same data under a manifest that says something else, properly sealed."""
    made = file.with_name("changed.zip")
    repack(file, made, KEY, **facts)
    return made


def repack(file, made, key, **facts):
    manifest = read(file, KEY)
    said = {field.name: getattr(manifest, field.name) for field in fields(Facts)}
    with archive.data_of(file, manifest) as data:
        archive.pack(made, Facts(**said | facts), data, key)


# To back up


def test_a_file_that_is_there_is_never_overwritten(either_url, copy_url, file, command, shelf):
    before = file.read_bytes()
    said = f"{file} exists already and is not overwritten: give another name.\n"
    assert command(either_url, "backup", file) == (REFUSED, said)
    assert command(copy_url, "backup", file) == (REFUSED, said), "before anything is read"
    assert file.read_bytes() == before
    (shelf / "nowhere.zip").symlink_to(shelf / "none")
    for taken in (shelf, shelf / "nowhere.zip"):
        assert command(either_url, "backup", taken)[0] == REFUSED
    assert sorted(path.name for path in shelf.iterdir()) == ["good.zip", "nowhere.zip"]


def test_a_name_that_was_taken_meanwhile_is_not_overwritten_either(shelf):
    (shelf / "made").write_text("new")
    (shelf / "there").write_text("old")
    with pytest.raises(FileExistsError):
        publish(shelf / "made", shelf / "there")
    assert (shelf / "there").read_text() == "old"


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("none/a.zip", "No such file or directory"),
        ("file/a.zip", "Not a directory"),
        ("/proc/a.zip", "No such file or directory"),
    ],
)
def test_a_folder_that_cannot_be_written_is_named(sqlite_url, command, shelf, place, why):
    (shelf / "file").touch()
    said = f"{shelf / place} cannot be written: {why}.\n"
    assert command(sqlite_url, "backup", shelf / place) == (REFUSED, said)


def test_a_full_disk_leaves_nothing_behind(either_url, program, shelf):
    """No file may grow beyond a hundred thousand bytes: as on a disk with no more room."""
    fill(either_url)
    status, said = program(either_url, "backup", shelf / "a.zip", preexec_fn=grow_no_more)
    assert status == REFUSED
    assert str(shelf) in said
    assert said.count("\n") == 1, said
    assert list(shelf.iterdir()) == []


def grow_no_more():
    resource.setrlimit(resource.RLIMIT_FSIZE, (FULL, FULL))


def test_a_disk_that_is_full_on_the_way_back_leaves_nothing_either(
    sqlite_url, command, program, shelf, tmp_path
):
    command(sqlite_url, "backup", shelf / "a.zip")
    place = tmp_path / "copy" / "new.sqlite"
    place.parent.mkdir()
    said = program(f"sqlite:///{place}", "restore", shelf / "a.zip", preexec_fn=grow_no_more)
    assert said == (REFUSED, f"{place} cannot be written: File too large.\n")
    assert is_empty(f"sqlite:///{place}")


def fill(url):
    """Something that does not pack well, outside of all rules."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.execute("CREATE TABLE extra (id INTEGER PRIMARY KEY, noise BLOB)")
            connection.execute("INSERT INTO extra VALUES (1, randomblob(400000))")
            connection.commit()
        return
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE extra (id integer PRIMARY KEY, noise bytea)")
        connection.execute("INSERT INTO extra VALUES (1, %s)", [os.urandom(4 * FULL)])


def test_what_is_not_there_or_empty_is_not_backed_up(copy_url, command, shelf):
    status, said = command(copy_url, "backup", shelf / "a.zip")
    assert status == REFUSED
    assert "there is nothing to back up" in said
    assert list(shelf.iterdir()) == []
    assert is_empty(copy_url)


def test_a_damaged_database_is_not_backed_up_as_if_it_were_good(sqlite_url, command, shelf):
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    with path.open("r+b") as database:
        database.seek(8 * 4096)
        database.write(bytes(range(256)) * 16)
    status, said = command(sqlite_url, "backup", shelf / "a.zip")
    assert status == REFUSED
    assert "damaged" in said
    assert list(shelf.iterdir()) == []


def test_a_database_that_is_no_plain_file_is_named(sqlite_url, command, shelf, tmp_path):
    command(sqlite_url, "backup", shelf / "good.zip")
    url = f"sqlite:///file:{tmp_path / 'new.sqlite'}?uri=true"
    for words in (("backup", shelf / "a.zip"), ("restore", shelf / "good.zip")):
        status, said = command(url, *words)
        assert (status, "names no plain file" in said) == (REFUSED, True)
    assert not (tmp_path / "new.sqlite").exists()


# To restore


def test_a_database_that_is_not_empty_is_left_alone(either_url, file, command, running):
    status, said = command(either_url, "restore", file)
    assert status == REFUSED
    assert " is not empty: " in said
    assert "TALENTSHARE_DATABASE_URL. Nothing was changed." in said
    with running(either_url):
        assert schema.defects() == []


def test_a_file_without_tables_is_as_good_as_none(sqlite_url, command, shelf, tmp_path):
    command(sqlite_url, "backup", shelf / "a.zip")
    place = tmp_path / "touched.sqlite"
    place.touch()
    assert command(f"sqlite:///{place}", "restore", shelf / "a.zip")[0] == 0
    assert command(f"sqlite:///{place}", "check")[0] == 0


@pytest.mark.parametrize("side", ["-wal", "-shm", "-journal"])
def test_what_another_database_left_beside_is_not_read_into_the_copy(
    sqlite_url, command, shelf, tmp_path, side
):
    command(sqlite_url, "backup", shelf / "a.zip")
    left = tmp_path / f"new.sqlite{side}"
    left.write_bytes(b"old pages")
    status, said = command(f"sqlite:///{tmp_path / 'new.sqlite'}", "restore", shelf / "a.zip")
    assert (status, said) == (
        REFUSED,
        f"{left} belongs to another database: stop what uses it, or move it away.\n",
    )
    assert not (tmp_path / "new.sqlite").exists()


@pytest.mark.parametrize("content", [b"", b"PK", b"no container at all", None])
def test_what_is_no_backup_is_said_to_be_none(sqlite_url, command, shelf, tmp_path, content):
    file = shelf / "a.zip"
    if content is not None:
        file.write_bytes(content)
    status, said = command(f"sqlite:///{tmp_path / 'new.sqlite'}", "restore", file)
    assert status == REFUSED
    why = "cannot be read: No such file" if content is None else "is damaged, or no backup of"
    assert said.startswith(f"{file} {why}")
    assert not (tmp_path / "new.sqlite").exists()


def test_one_flipped_byte_is_noticed(file, copy_url, command):
    flip(file, file.stat().st_size // 2)
    status, said = command(copy_url, "restore", file)
    assert (status, said) == (
        REFUSED,
        f"{file} is damaged, or no backup of talentshare: take another one. Nothing was changed.\n",
    )
    assert command(copy_url, "restore", file, "--check")[0] == REFUSED
    assert is_empty(copy_url)


def flip(file, place):
    content = bytearray(file.read_bytes())
    content[place] ^= 0x10
    file.write_bytes(content)


def test_a_flipped_byte_anywhere_is_noticed_or_harmless(file):
    good = read(file, KEY)
    size = file.stat().st_size
    noticed = 0
    for place in {*range(0, size, size // 80), *range(60), *range(size - 260, size, 2)}:
        flip(file, place)
        try:
            assert read(file, KEY) == good, f"byte {place} changed what is read"
        except Unfit:
            noticed += 1
        flip(file, place)
    assert noticed > 150
    assert read(file, KEY) == good


def test_a_file_that_was_cut_is_noticed(file, copy_url, command):
    file.write_bytes(file.read_bytes()[:-1000])
    assert command(copy_url, "restore", file)[0] == REFUSED
    assert is_empty(copy_url)


def test_another_key_is_named(file, copy_url, program):
    other = {"TALENTSHARE_AUDIT_KEY": "another key of more than 32 characters"}
    status, said = program(copy_url, "restore", file, environment=other)
    assert status == REFUSED
    assert said.startswith(f"{file} was made with another TALENTSHARE_AUDIT_KEY, or changed since:")
    assert is_empty(copy_url)


def test_a_manifest_that_was_changed_is_noticed(file):
    """Rewritten with every check sum right, but without the key."""
    forged = file.with_name("forged.zip")
    repack(file, forged, b"a key that was guessed", audit_seq=99)
    with pytest.raises(Unfit, match="changed since"):
        read(forged, KEY)


def test_other_data_under_a_true_manifest_is_noticed(file):
    with zipfile.ZipFile(file) as archive:
        said = archive.read("manifest.json")
        [data] = set(archive.namelist()) - {"manifest.json"}
        content = archive.read(data)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(data, content[:-1] + bytes([content[-1] ^ 1]))
        archive.writestr("manifest.json", said)
    with pytest.raises(Unfit, match="is damaged"):
        read(file, KEY)


def test_a_newer_revision_is_named(file, copy_url, command):
    newer = changed(file, revision="9999")
    status, said = command(copy_url, "restore", newer)
    assert status == REFUSED
    assert "is at revision 9999, which this version does not know: restore it with" in said
    assert is_empty(copy_url)


@pytest.mark.postgresql
def test_a_file_of_the_other_kind_is_named(sqlite_url, postgresql_url, command, shelf, tmp_path):
    for name, url in (("SQLite", sqlite_url), ("PostgreSQL", postgresql_url)):
        command(url, "backup", shelf / name)
    status, said = command(f"sqlite:///{tmp_path / 'new.sqlite'}", "restore", shelf / "PostgreSQL")
    assert status == REFUSED
    assert "holds a database of PostgreSQL, TALENTSHARE_DATABASE_URL names one of SQLite" in said
    assert not (tmp_path / "new.sqlite").exists()
    with postgresql.bare() as name:
        url = postgresql.url_of(name)
        status, said = command(url, "restore", shelf / "SQLite")
        assert status == REFUSED
        assert "holds a database of SQLite, TALENTSHARE_DATABASE_URL names one of Postgre" in said
        assert is_empty(url)


def test_a_copy_that_differs_is_not_put_into_use(file, copy_url, command, running):
    manifest = read(file, KEY)
    tables = manifest.tables | {"body": {"rows": 1, "sha256": "0" * 64}}
    status, said = command(copy_url, "restore", changed(file, tables=tables))
    assert status == BROKEN
    assert said.splitlines()[0].startswith("The restored database is not as it must be")
    assert said.splitlines()[1:] == ["Table body is not as it was backed up."]
    require_unused(copy_url, command, running, file)


def test_a_copy_without_its_guards_is_not_put_into_use(
    either_url, copy_url, command, running, shelf
):
    with running(either_url):
        is_sqlite = db.engine.dialect.name == "sqlite"
        guard = "audit_event_update_guard" if is_sqlite else "audit_event_guard"
        db.session.execute(text(f"DROP TRIGGER {guard}" + " ON audit_event" * (not is_sqlite)))
        db.session.commit()
    assert command(either_url, "backup", shelf / "a.zip")[0] == 0
    status, said = command(copy_url, "restore", shelf / "a.zip")
    assert status == BROKEN
    assert f"are missing: {guard}." in said
    require_unused(copy_url, command, running, shelf / "a.zip")


def require_unused(url, command, running, file):
    """Nothing is there, or no server starts on it and nobody restores over it."""
    if url.startswith("sqlite"):
        assert is_empty(url)
        return
    with running(url):
        assert schema.defects() == [schema.HALF_RESTORED]
    assert command(url, "check") == (BROKEN, f"{schema.HALF_RESTORED}\n")
    assert command(url, "restore", file)[0] == REFUSED
