"""Alembic's environment: the app's database, the app's metadata, triggers reapplied at the end."""

from alembic import context
from sqlalchemy import inspect

from talentshare.platform import triggers
from talentshare.platform.db import db

LEDGER = {"week_ledger", "allocation_week", "extra_grant", "appointment"}


def is_ours(name, kind, parent) -> bool:
    """Autogenerate leaves the tables alone that are made by SQL files."""
    return not (kind == "table" and name in LEDGER)


def run() -> None:
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.commit()
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
        connection.commit()


run()
