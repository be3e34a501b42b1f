"""Alembic's environment: the app's database, the app's metadata, triggers reapplied at the end."""

from contextlib import contextmanager

from alembic import context
from sqlalchemy import inspect

from talentshare.platform import triggers
from talentshare.platform.db import db

LEDGER = {"week_ledger", "allocation_week", "extra_grant", "appointment"}


def is_ours(name, kind, parent) -> bool:
    """Autogenerate leaves the tables alone that are made by SQL files."""
    return not (kind == "table" and name in LEDGER)


@contextmanager
def rebuilding(connection):
    """SQLite rebuilds a table by dropping it: references are looked at once, at the end, instead."""
    if connection.dialect.name != "sqlite":
        yield
        return
    below = connection.connection.dbapi_connection  # a transaction, once begun, ignores the setting
    below.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        below.execute("PRAGMA foreign_keys=ON")


def require_references(connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise RuntimeError(f"the migration would leave broken references: {broken[:5]}")


def run() -> None:
    with db.engine.connect() as connection, rebuilding(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            include_name=is_ours,
            compare_type=True,
            render_as_batch=False,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()
            if inspect(connection).has_table("week_ledger"):
                triggers.install(connection, "triggers")
            if connection.dialect.name == "sqlite":
                require_references(connection)
        connection.commit()


run()
