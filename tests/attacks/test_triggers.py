"""Start-up refuses a database that lacks a rule: `missing` names each, whatever was done to it."""

import re

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, String, inspect

from talentshare.platform import triggers

TRIGGER = re.compile(r"CREATE (?:OR REPLACE )?TRIGGER (\w+)[^;]*? ON (\w+)")
OTHER = re.compile(r"CREATE (?:OR REPLACE )?(VIEW|INDEX) (\w+)")
NO_ARMS = "CREATE OR REPLACE FUNCTION {0} LANGUAGE plpgsql SET search_path = public, pg_temp AS "
CHANGES_ON_POSTGRESQL = {
    "allocation_week_delete": (
        "CREATE OR REPLACE TRIGGER allocation_week_delete AFTER DELETE ON allocation_week "
        "REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT WHEN (false) "
        "EXECUTE FUNCTION allocation_week_count()"
    ),
    "audit_event_guard": (
        "CREATE OR REPLACE TRIGGER audit_event_guard BEFORE INSERT OR UPDATE ON audit_event "
        "FOR EACH ROW EXECUTE FUNCTION audit_event_guard()"
    ),
    "audit_truncate_guard()": (
        NO_ARMS.format("audit_truncate_guard() RETURNS trigger") + "$$ BEGIN RETURN NULL; END $$"
    ),
    "ledger_apply()": "ALTER FUNCTION ledger_apply RESET search_path",
    "ledger_week()": (
        "CREATE OR REPLACE FUNCTION ledger_week(instant timestamptz) RETURNS date LANGUAGE sql "
        "IMMUTABLE STRICT PARALLEL SAFE RETURN date_trunc('week', instant AT TIME ZONE 'UTC')::date"
    ),
    "week_ledger.ledger_full": (
        "ALTER TABLE week_ledger DROP CONSTRAINT ledger_full, ADD CONSTRAINT ledger_full CHECK "
        "(booked_minutes <= capacity_minutes + granted_extra_minutes + leave_gap_minutes)"
    ),
    "allocation_week.allocation_minutes": (
        "ALTER TABLE allocation_week DROP CONSTRAINT allocation_minutes, "
        "ADD CONSTRAINT allocation_minutes CHECK (minutes > 0) NOT VALID"
    ),
    "extra_grant.ledger_no_week": (
        "ALTER TABLE extra_grant DROP CONSTRAINT ledger_no_week, ADD CONSTRAINT ledger_no_week "
        "FOREIGN KEY (specialist_id, week_on) REFERENCES week_ledger ON DELETE CASCADE"
    ),
    "extra_grant.reason": "ALTER TABLE extra_grant ALTER reason DROP NOT NULL",
    "ledger_drift": (
        "CREATE OR REPLACE VIEW ledger_drift AS SELECT l.specialist_id, l.week_on, "
        "l.capacity_minutes, l.booked_minutes, l.granted_extra_minutes, l.leave_gap_minutes, "
        "0::bigint AS sold_minutes, 0::bigint AS given_minutes FROM week_ledger l WHERE false"
    ),
    "extra_grant_of_ledger": (
        "DROP INDEX extra_grant_of_ledger; CREATE INDEX extra_grant_of_ledger ON extra_grant (id)"
    ),
}


def test_nothing_is_missing_after_install(connection):
    assert triggers.missing(connection) == []


def test_an_empty_database_lacks_everything(connection):
    triggers.uninstall(connection)
    assert {"week_ledger", "allocation_week", "ledger_drift", "appointment_insert"} < set(
        triggers.missing(connection)
    )


def test_triggers_may_be_installed_again(connection):
    triggers.install(connection, "triggers")
    assert triggers.missing(connection) == []


def test_looking_leaves_nothing_behind(postgresql_connection):
    triggers.missing(postgresql_connection)
    left = postgresql_connection.exec_driver_sql(
        "SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema())"
        "     + (SELECT count(*) FROM pg_proc WHERE pronamespace = pg_my_temp_schema())"
    )
    assert left.scalar() == 0
    assert postgresql_connection.exec_driver_sql("SHOW search_path").scalar() == '"$user", public'


def test_every_dropped_trigger_is_named(connection):
    is_sqlite = connection.dialect.name == "sqlite"
    for statement in triggers.statements(connection.dialect.name, "triggers"):
        if found := TRIGGER.match(statement):
            name, table = found.groups()
            attempt = connection.begin_nested()
            connection.exec_driver_sql(
                f"DROP TRIGGER {name}" if is_sqlite else f"DROP TRIGGER {name} ON {table}"
            )
            assert triggers.missing(connection) == [name]
            attempt.rollback()


def test_every_dropped_view_and_index_is_named(connection):
    for statement in triggers.statements(connection.dialect.name):
        if found := OTHER.match(statement):
            attempt = connection.begin_nested()
            connection.exec_driver_sql(f"DROP {found[1]} {found[2]}")
            assert triggers.missing(connection) == [found[2]]
            attempt.rollback()


def test_every_changed_trigger_is_named_on_sqlite(sqlite_connection):
    for statement in triggers.statements("sqlite", "triggers"):
        if found := TRIGGER.match(statement):
            attempt = sqlite_connection.begin_nested()
            sqlite_connection.exec_driver_sql(f"DROP TRIGGER {found[1]}")
            weakened = re.sub(r"RAISE\(ABORT, '\w+", "RAISE(ABORT, 'x", statement)
            weakened = weakened if weakened != statement else statement.replace("UPDATE", "update")
            sqlite_connection.exec_driver_sql(weakened)
            assert triggers.missing(sqlite_connection) == [found[1]]
            attempt.rollback()


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("booked_minutes >= 0", "1 = 1", "week_ledger.ledger_full"),
        (") WITHOUT ROWID", ")", "week_ledger.WITHOUT ROWID"),
        ("week_on IS date(week_on", "1 OR week_on IS date(week_on", "week_ledger.ledger_monday"),
        ("week_ledger_pkey PRIMARY", "pk_week_ledger PRIMARY", "week_ledger.week_ledger_pkey"),
    ],
)
def test_every_changed_table_rule_is_named_on_sqlite(sqlite_connection, old, new, name):
    table = triggers.statements("sqlite")[0]
    triggers.drop_triggers(sqlite_connection)
    sqlite_connection.exec_driver_sql("DROP TABLE week_ledger")
    assert old in table
    sqlite_connection.exec_driver_sql(table.replace(old, new))
    triggers.install(sqlite_connection, "triggers")
    assert triggers.missing(sqlite_connection) == [name]


@pytest.mark.postgresql
@pytest.mark.parametrize("name", CHANGES_ON_POSTGRESQL)
def test_every_change_is_named_on_postgresql(postgresql_connection, name):
    statement = CHANGES_ON_POSTGRESQL[name]
    postgresql_connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
    assert triggers.missing(postgresql_connection) == [name]


@pytest.mark.postgresql
def test_every_disabled_trigger_is_named_and_enabled_again(postgresql_connection):
    for statement in triggers.statements("postgresql", "triggers"):
        if found := TRIGGER.match(statement):
            name, table = found.groups()
            postgresql_connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
            assert triggers.missing(postgresql_connection) == [name]
            triggers.install(postgresql_connection, "triggers")
            assert triggers.missing(postgresql_connection) == []


@pytest.mark.postgresql
@pytest.mark.parametrize("kind", ["REPLICA", "ALWAYS"])
def test_a_trigger_fires_for_everyone(postgresql_connection, kind):
    postgresql_connection.exec_driver_sql(
        f"ALTER TABLE audit_event ENABLE {kind} TRIGGER audit_event_guard"
    )
    expected = ["audit_event_guard"] if kind == "REPLICA" else []
    assert triggers.missing(postgresql_connection) == expected


def test_dropped_triggers_come_back(connection):
    triggers.drop_triggers(connection)
    assert len(triggers.missing(connection)) > 15
    triggers.install(connection, "triggers")
    assert triggers.missing(connection) == []


def test_what_was_uninstalled_may_be_installed(connection):
    connection.exec_driver_sql("insert into week_ledger values (1, '2026-01-05', 480, 0, 0, 0)")
    connection.exec_driver_sql("insert into allocation_week values (1, 1, '2026-01-05', 60)")
    triggers.uninstall(connection)
    assert set(inspect(connection).get_table_names()) == {"audit_event", "audit_head"}
    triggers.install(connection)
    assert triggers.missing(connection) == []


@pytest.mark.postgresql
def test_a_dropped_function_is_named(postgresql_connection):
    postgresql_connection.exec_driver_sql("DROP FUNCTION audit_truncate_guard CASCADE")
    assert triggers.missing(postgresql_connection) == [
        "audit_truncate_guard()",
        "audit_event_truncate",
        "audit_head_truncate",
    ]


@pytest.mark.parametrize("table", ["week_ledger", "allocation_week", "extra_grant"])
def test_alembic_may_rebuild_a_table_on_sqlite(sqlite_connection, table):
    operations = Operations(MigrationContext.configure(sqlite_connection))
    triggers.drop_triggers(sqlite_connection)
    sqlite_connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    with operations.batch_alter_table(table, recreate="always") as batch:
        batch.add_column(Column("note", String(10)))
    triggers.install(sqlite_connection, "triggers")
    assert triggers.missing(sqlite_connection) == []
