"""A PostgreSQL database is used again only when it is as strong as the template."""

import psycopg
import pytest

from tests import postgresql

pytestmark = pytest.mark.postgresql

WEAKER = {
    "check": """ALTER TABLE position DROP CONSTRAINT ck_position_minutes;
        ALTER TABLE position ADD CONSTRAINT ck_position_minutes CHECK (minutes_per_week > 0)""",
    "foreign_key": """ALTER TABLE proposal DROP CONSTRAINT fk_proposal_body_id;
        ALTER TABLE proposal ADD CONSTRAINT fk_proposal_body_id
        FOREIGN KEY (body_id) REFERENCES body (id) ON DELETE CASCADE""",
    "index": """DROP INDEX uq_proposal_position_id;
        CREATE UNIQUE INDEX uq_proposal_position_id ON proposal (position_id)
        WHERE state IN ('agreed')""",
    "default": "ALTER TABLE position ALTER COLUMN ordinal SET DEFAULT 1",
}


def trigger_that_rarely_fires(connection) -> str:
    """One trigger under its own name, function and table, but with a condition."""
    name, table, text = connection.execute(
        "SELECT tgname, tgrelid::regclass, pg_get_triggerdef(oid) FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgqual IS NULL AND tgconstraint = 0 ORDER BY tgname LIMIT 1"
    ).fetchone()
    weaker = text.replace(" EXECUTE FUNCTION", " WHEN (false) EXECUTE FUNCTION")
    assert weaker != text
    return f"DROP TRIGGER {name} ON {table}; {weaker}"


@pytest.mark.parametrize("what", [*WEAKER, "trigger"])
def test_a_database_made_weaker_under_the_same_name_is_dropped(postgresql_pool, what):
    name = postgresql_pool.take()
    with psycopg.connect(postgresql.url_of(name)) as connection:
        change = WEAKER[what] if what in WEAKER else trigger_that_rarely_fires(connection)
        connection.execute(change)
    postgresql_pool.give_back(name)
    assert name not in postgresql_pool.free
    with psycopg.connect(postgresql.ADMIN_URL) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        assert found.fetchone() is None


def test_a_database_that_only_got_rows_is_used_again(postgresql_pool):
    name = postgresql_pool.take()
    with psycopg.connect(postgresql.url_of(name)) as connection:
        connection.execute("INSERT INTO request_number (id, last) VALUES (1999, 7)")
    postgresql_pool.give_back(name)
    assert name in postgresql_pool.free
    with psycopg.connect(postgresql.url_of(name)) as connection:
        found = connection.execute("SELECT 1 FROM request_number WHERE id = 1999")
        assert found.fetchone() is None
