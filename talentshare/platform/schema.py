"""The database's shape: migrations forward and back, and what is missing of it."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from talentshare.platform.db import db
from talentshare.platform.triggers import missing

UNFINISHED = "restore_unfinished"
HALF_RESTORED = (
    "A restore of this database did not come to its end:"
    " restore the backup again into a new, empty database."
)
FOLDER = Path(__file__).parents[2] / "migrations"


def alembic_config() -> Config:
    """Alembic's configuration, without a file."""
    configuration = Config()
    configuration.set_main_option("script_location", str(FOLDER))
    configuration.set_main_option("path_separator", "os")
    return configuration


def upgrade(revision: str = "head") -> None:
    """Bring the database to a revision."""
    command.upgrade(alembic_config(), revision)


def downgrade(revision: str) -> None:
    """Take the database back to a revision."""
    command.downgrade(alembic_config(), revision)


def revisions() -> list[str]:
    """Every revision that this program knows, the newest first."""
    script = ScriptDirectory.from_config(alembic_config())
    return [step.revision for step in script.walk_revisions()]


@cache
def wanted() -> str | None:
    """The revision that this program needs."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def present() -> str | None:
    """The revision that the database has."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_half_restored() -> bool:
    """Tell whether a restore of this database began and was not verified to its end."""
    with db.engine.connect() as connection:
        return inspect(connection).has_table(UNFINISHED)


def defects(*, of_a_copy: bool = False) -> list[str]:
    """Why the server must not start on this database: a sentence each, or none.

    Of a copy that is being verified it is known that it is not finished.
    """
    if not of_a_copy and is_half_restored():
        return [HALF_RESTORED]
    found = present()
    if found is None:
        return ["The database is empty: run `make db-upgrade`."]
    if found != wanted():
        return [f"The database is at revision {found}, not {wanted()}: run `make db-upgrade`."]
    with db.engine.connect() as connection:
        lacking = missing(connection)
    if lacking:
        return [f"Guards of the ledger or the audit are missing: {', '.join(lacking)}."]
    return []
