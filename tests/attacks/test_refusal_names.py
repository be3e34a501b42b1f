"""A refusal by the database carries one name on both databases; 409 and its sentence hang on it."""

import pytest
from sqlalchemy.exc import DBAPIError

from talentshare.platform.triggers import refusal_name

WEEK = "insert into week_ledger(specialist_id,week_on,capacity_minutes) values "
EVENT = "insert into audit_event(id,seq,at,actor_id,deed,subject,details,prev,hash) values "
DEED = "'2026-01-05 01:00:00',1,'a.b','c:1','{}','',''"
NOTES = """create table note (
    id integer not null, kind integer, code integer, text varchar not null,
    constraint pk_note primary key (id),
    constraint uq_note_kind_code unique (kind, code),
    constraint ck_note_text check (text <> ''))"""
NOTE = "insert into note values "
REFUSALS = [
    (WEEK + "(9,'2026-01-05',-1)", {"ledger_full", "ledger_not_negative"}),
    (WEEK + "(9,'2026-01-06',480)", {"ledger_monday"}),
    (WEEK + "(1,'2026-01-05',480)", {"week_ledger_pkey"}),
    (WEEK + "(9,'2026-01-05',null)", {"week_ledger.capacity_minutes"}),
    ("insert into allocation_week values (1,1,'2026-01-05',481)", {"ledger_full"}),
    ("insert into allocation_week values (1,1,'2027-01-04',1)", {"ledger_no_week"}),
    ("update week_ledger set booked_minutes=1", {"ledger_by_hand"}),
    ("delete from audit_event", {"audit_append_only"}),
    (NOTE + "(1,2,2,'a')", {"pk_note"}),
    (NOTE + "(2,1,1,'a')", {"uq_note_kind_code"}),
    (NOTE + "(2,2,2,'')", {"ck_note_text"}),
    (NOTE + "(2,2,2,null)", {"note.text"}),
]


@pytest.mark.parametrize(("statement", "names"), REFUSALS)
def test_both_databases_name_the_rule(connection, statement, names):
    links = "x'00',x'01'" if connection.dialect.name == "sqlite" else r"'\x00','\x01'"
    deed = DEED.replace("'',''", links)
    for before in (NOTES, NOTE + "(1,1,1,'a')", WEEK + "(1,'2026-01-05',480)"):
        connection.exec_driver_sql(before)
    connection.exec_driver_sql(f"{EVENT}(1,1,{deed})")
    with pytest.raises(DBAPIError) as refused:
        connection.exec_driver_sql(statement)
    assert refusal_name(refused.value) in names
    assert refusal_name(refused.value.orig) in names


def test_other_errors_have_no_name(connection):
    with pytest.raises(DBAPIError) as broken:
        connection.exec_driver_sql("select * from nowhere")
    assert refusal_name(broken.value) is None
    assert refusal_name(ValueError("no database")) is None


def test_a_plain_foreign_key_has_no_name_on_sqlite(sqlite_connection):
    for made in ("create table a (id integer primary key)", "create table b (a references a)"):
        sqlite_connection.exec_driver_sql(made)
    with pytest.raises(DBAPIError) as refused:
        sqlite_connection.exec_driver_sql("insert into b values (1)")
    assert refusal_name(refused.value) is None
