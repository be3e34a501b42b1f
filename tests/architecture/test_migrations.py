"""Migrations make exactly the shape of the models, forwards and back, on both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from talentshare.catalogue import actions as catalogue
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM
from talentshare.matching.actions import load_weights
from talentshare.notices import actions as notices
from talentshare.notices.models import WordingDraft
from talentshare.platform import schema
from talentshare.platform.db import db
from talentshare.platform.triggers import missing
from tests import make
from tests.proposals.stage import Stage

LEDGER = {"week_ledger", "allocation_week", "extra_grant", "appointment"}
OURS = LEDGER | {"alembic_version"}


def differences():
    def is_ours(name, kind, _parent):
        return not (kind == "table" and name in LEDGER)

    with db.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_name": is_ours}
        return compare_metadata(MigrationContext.configure(connection, opts=options), db.metadata)


def shape(engine):
    """Tables with columns, keys, rules and indexes, as the database tells them."""
    found = inspect(engine)
    return {
        table: {
            "columns": sorted(
                (c["name"], str(c["type"]), c["nullable"], str(c["default"]))
                for c in found.get_columns(table)
            ),
            "key": found.get_pk_constraint(table)["constrained_columns"],
            "foreign": sorted(
                (str(f["name"]), f["referred_table"], tuple(f["constrained_columns"]))
                for f in found.get_foreign_keys(table)
            ),
            "unique": sorted(
                (str(u["name"]), tuple(u["column_names"]))
                for u in found.get_unique_constraints(table)
            ),
            "checks": sorted(
                (str(c["name"]), " ".join(str(c["sqltext"]).split()))
                for c in found.get_check_constraints(table)
            ),
            "indexes": sorted(
                (
                    str(i["name"]),
                    tuple(i["column_names"]),
                    bool(i["unique"]),
                    str({k: str(v) for k, v in i.get("dialect_options", {}).items()}),
                )
                for i in found.get_indexes(table)
            ),
        }
        for table in found.get_table_names()
        if table not in OURS
    }


def names_left():
    found = inspect(db.engine)
    return set(found.get_table_names()) | set(found.get_view_names())


def test_nothing_is_left_to_migrate(either_app):
    assert differences() == []


def test_migrations_make_what_the_models_say_down_to_the_rules(either_app, bare_url, tmp_path):
    """Autogenerate compares no CHECK: so a second database is made from the models themselves."""
    migrated = shape(db.engine)
    url = (
        bare_url
        if bare_url.startswith("sqlite") == db.engine.url.drivername.startswith("sqlite")
        else None
    )
    if url is None:
        pytest.skip("compared within one kind of database")
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    db.metadata.create_all(engine)
    made = shape(engine)
    engine.dispose()
    assert migrated == made


def test_every_guard_is_there(either_app):
    with db.engine.connect() as connection:
        assert missing(connection) == []
    assert schema.defects() == []


def test_a_lost_guard_is_named_at_the_start(either_app):
    with db.engine.connect() as connection, connection.begin():
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER allocation_week_insert")
        else:
            connection.exec_driver_sql("ALTER TABLE week_ledger DROP CONSTRAINT ledger_full")
    (sentence,) = schema.defects()
    assert "Guards of the ledger or the audit are missing" in sentence


def test_an_empty_database_says_what_to_do(bare_app):
    assert schema.defects() == ["The database is empty: run `make db-upgrade`."]


def test_up_down_and_up_again_is_up(bare_app):
    schema.upgrade()
    first = shape(db.engine)
    schema.downgrade("base")
    assert names_left() <= {"alembic_version"}
    schema.upgrade()
    assert shape(db.engine) == first
    assert differences() == []
    assert schema.defects() == []


def test_an_unanswered_need_goes_back_to_what_was_assumed_before(bare_app):
    insert = (
        "INSERT INTO talent_request (number, body_id, created_by_id, kind, title, worry, wish,"
        " personal_data, is_procurement, place, onsite_weekdays, place_note, basis_codes, cost_note,"
        " cost_bearer, state, turn_task, turn_path, created_at, search_text, version) SELECT"
        " :number, body.id, person.id, :kind, '', '', '', :data, :part, :place, 0, '', '[]', '', '',"
        " 'draft', '', '', :at, '', 1 FROM body, person"
    )
    schema.upgrade()
    make.person()
    given = {"kind": "standing", "data": "yes", "part": True, "place": "onsite"}
    for number, answers in (("A", given), ("B", dict.fromkeys(given))):
        with db.engine.begin() as connection:
            values = {"number": number, "at": clock.now().replace(tzinfo=None), **answers}
            connection.execute(text(insert), values)
    schema.downgrade("0001")
    query = "SELECT kind, personal_data, is_procurement, place FROM talent_request ORDER BY number"
    with db.engine.connect() as connection:
        stored = [tuple(row) for row in connection.execute(text(query))]
        assert missing(connection) == []
    assert stored == [("standing", "yes", True, "onsite"), ("project", "none", False, "online")]
    schema.upgrade()
    assert schema.defects() == []


def rows_of_all():
    """Every row of every table of ours; the day to follow up is worked out anew by a migration."""
    found = {}
    with db.engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            rows = connection.execute(text(f'SELECT * FROM "{table}"')).mappings()
            lines = [{**row, "follow_up_due_on": row.get("follow_up_due_on") and 1} for row in rows]
            found[table] = sorted(map(repr, lines))
    return found


def test_a_database_with_booked_time_goes_down_and_up_again(bare_app):
    schema.upgrade()
    catalogue.load(SYSTEM)
    load_weights(SYSTEM)
    for state in ("offered", "proposed", "confirmed"):
        Stage().to(state)
    db.session.commit()
    db.session.remove()
    before = rows_of_all()
    assert len(before["proposal"]) == len(before["position"]) == 3
    schema.downgrade("0001")
    assert len(rows_of_all()["proposal"]) == 3
    schema.upgrade()
    assert rows_of_all() == before
    assert schema.defects() == []
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_what_was_told_outlives_the_words_of_administrators(bare_app):
    schema.upgrade()
    admin = make.actor_of(make.admin())
    code, facts = "talent_request.notice.held", {"number": "R-2026-0142", "title": "点検"}
    notices.word_notice(
        admin, code, WordingDraft("｛件名｝｛受付番号｝", "{title} {reference number}")
    )
    notices.tell(SYSTEM, [admin.id], code, "/", **facts)
    db.session.remove()
    with db.engine.connect() as connection:
        told = text("SELECT wording_id FROM notice")
        assert connection.execute(told).scalars().all() == [1]
    schema.downgrade("0014")
    assert "notice_wording" not in names_left()
    schema.upgrade()
    with db.engine.connect() as connection:
        assert connection.execute(told).scalars().all() == [None]
        assert missing(connection) == []
    assert differences() == []
