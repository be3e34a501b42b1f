"""The two ways, for either database: into a file, and into an empty database."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO

from sqlalchemy import URL, Engine
from sqlalchemy.exc import ProgrammingError

from talentshare.platform import schema
from talentshare.platform.backup import archive, postgresql, sqlite
from talentshare.platform.backup.archive import Manifest
from talentshare.platform.backup.facts import Facts
from talentshare.platform.backup.files import Unfit, beside, publish

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def take(engine: Engine, path: Path, key: bytes) -> Manifest:
    """Copy the database into a new file, read that back, and only then give it its name."""
    if os.path.lexists(path):
        raise Unfit(_taken(path))
    with beside(path) as folder:
        made = folder / "made"
        try:
            with _copied(engine, folder) as (facts, data):
                archive.pack(made, facts, data, key)
        except ProgrammingError as error:
            reason = str(error.orig).splitlines()[0]
            raise Unfit(
                f"The database cannot be read: {reason}; back up as the role that owns it."
            ) from error
        manifest = archive.read(made, key)
        try:
            publish(made, path)
        except FileExistsError:
            raise Unfit(_taken(path)) from None
    return manifest


def require_room(engine: Engine, path: Path, manifest: Manifest) -> None:
    """Whether this file may be restored here is said before anything is done."""
    kind = engine.dialect.name
    if manifest.kind != kind:
        raise Unfit(
            f"{path} holds a database of {NAMES[manifest.kind]}, TALENTSHARE_DATABASE_URL names one"
            f" of {NAMES[kind]}: name an empty one of {NAMES[manifest.kind]}."
        )
    if manifest.revision not in schema.revisions():
        raise Unfit(
            f"{path} is at revision {manifest.revision}, which this version does not know:"
            f" restore it with talentshare {manifest.version} of {manifest.made_at} or newer."
        )
    if kind == "sqlite":
        sqlite.require_room(engine)
    else:
        postgresql.require_room(engine)


@contextmanager
def restored(engine: Engine, path: Path, manifest: Manifest) -> Iterator[URL]:
    """The restored database, to be looked at; only after the block does it count as finished."""
    its = sqlite.restored if manifest.kind == "sqlite" else postgresql.restored
    with archive.data_of(path, manifest) as data, its(engine, data) as url:
        yield url


def is_newest(manifest: Manifest) -> bool:
    """Tell whether the program works with the database as it was backed up."""
    return manifest.revision == schema.wanted()


def _copied(engine: Engine, folder: Path) -> AbstractContextManager[tuple[Facts, IO[bytes]]]:
    if engine.dialect.name == "sqlite":
        return sqlite.copied(engine, folder)
    return postgresql.copied(engine)


def _taken(path: Path) -> str:
    return f"{path} exists already and is not overwritten: give another name."
