"""The audit chain: sealed in order, and no hand on it goes unseen. On both databases."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import delete, insert, select, update

from talentshare.kernel.actor import SYSTEM, Actor, Role, system_for
from talentshare.kernel.errors import Invalid
from talentshare.platform import anchors, events
from talentshare.platform.db import db, short_transaction, transactional
from talentshare.platform.events import AuditEvent, AuditHead, Remark
from tests import make

ADMIN = Actor(id=7, roles=frozenset({Role.ADMIN}))
TABLE = AuditEvent.__table__
HEAD = AuditHead.__table__


@transactional
def tell(*deeds, actor=ADMIN, remark="", **facts):
    for deed in deeds:
        events.announce(actor, deed, subject(), remark, **facts)


def subject():
    return db.session.scalar(select(make.Body).order_by(make.Body.id))


@pytest.fixture
def body(either_app):
    return make.body(code="one")


@pytest.fixture
def ten_deeds(body):
    for n in range(10):
        tell(f"deed.{n}", number=n)


def rows():
    db.session.rollback()
    return db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()


def guards_off(connection):
    """What an attacker with the database's password does first."""
    if connection.dialect.name == "postgresql":
        for table in ("audit_event", "audit_head"):
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        return
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit_%'"
    for (name,) in connection.exec_driver_sql(query).all():
        connection.exec_driver_sql(f"DROP TRIGGER {name}")


def by_hand(*statements):
    """Change the trail below the application, guards off."""
    db.session.remove()
    with db.engine.connect() as connection, connection.begin():
        guards_off(connection)
        for statement in statements:
            connection.execute(statement)


def test_an_empty_chain_holds(either_app):
    assert events.first_break() is None
    assert events.head() == (0, events.GENESIS.hex())
    assert anchors.lost_link([(0, events.GENESIS.hex())]) is None
    assert anchors.lost_link([(0, events.GENESIS.hex()), (1, "00")]) == 1


def test_deeds_are_sealed_in_the_order_in_which_they_were_done(body):
    tell("first", "second")
    tell("third")
    found = rows()
    assert [(e.seq, e.deed) for e in found] == [(1, "first"), (2, "second"), (3, "third")]
    assert [e.prev for e in found] == [events.GENESIS, found[0].hash, found[1].hash]
    assert events.head() == (3, found[2].hash.hex())
    assert events.first_break() is None


def test_a_deed_says_who_when_what_and_for_whom(body, still_clock):
    moment = still_clock(datetime(2026, 11, 24, 9, 30, 0, 123456, tzinfo=UTC))
    tell("done", actor=system_for(ADMIN), minutes=90, code="x")
    (event,) = rows()
    assert (event.actor_id, event.on_behalf_of_id, event.subject) == (0, 7, f"body:{body.id}")
    assert (event.at, event.details) == (moment, {"minutes": 90, "code": "x"})
    assert event.request_ip is None


def test_free_text_stands_beside_the_chain_so_that_it_can_be_erased(body):
    tell("returned", remark="氏名を含む文章")
    (event,) = rows()
    said = db.session.scalar(select(Remark))
    assert event.details == {"remark": said.id}
    assert (said.text, said.by_id, said.deed) == ("氏名を含む文章", 7, "returned")
    db.session.execute(delete(Remark))
    db.session.commit()
    assert events.first_break() is None


def test_a_note_has_no_subject_row(body):
    with short_transaction() as session:
        events.note(session, SYSTEM, "sign_in.failed", "person:0", tries=3)
        events.seal(session)
    (event,) = rows()
    assert (event.deed, event.subject, event.details) == (
        "sign_in.failed",
        "person:0",
        {"tries": 3},
    )


def test_what_is_rolled_back_leaves_no_gap(body):
    @transactional
    def fail():
        tell("lost")
        raise Invalid("thing.wrong")

    tell("first")
    with pytest.raises(Invalid):
        fail()
    tell("second")
    assert [(e.seq, e.deed) for e in rows()] == [(1, "first"), (2, "second")]
    assert events.first_break() is None


def test_reactions_are_sealed_after_their_cause_and_on_its_behalf(body, either_app):
    def react(actor, thing):
        events.announce(actor, "followed", thing)

    either_app.extensions["reactions"] = {"caused": [react]}
    tell("caused")
    assert [(e.deed, e.actor_id, e.on_behalf_of_id) for e in rows()] == [
        ("caused", 7, None),
        ("followed", 0, 7),
    ]


TAMPERED = {
    "deed": "another.deed",
    "actor_id": 8,
    "on_behalf_of_id": 8,
    "subject": "body:999",
    "details": {"number": 99},
    "request_ip": "192.0.2.1",
    "at": datetime(2026, 11, 24, 0, 0, 0, 1, tzinfo=UTC),
    "prev": b"\1" * 32,
    "hash": b"\1" * 32,
}


def test_the_first_changed_deed_is_named_whichever_column_was_changed(ten_deeds):
    """Each column is changed and put right again; only in between the chain is broken."""
    fourth = TABLE.c.seq == 4
    for column, wrong in TAMPERED.items():
        right = getattr(rows()[3], column)
        by_hand(update(TABLE).where(fourth).values({column: wrong}))
        assert (column, events.first_break()) == (column, 4)
        by_hand(update(TABLE).where(fourth).values({column: right}))
        assert (column, events.first_break()) == (column, None)


def test_a_deed_taken_out_is_named(ten_deeds):
    by_hand(delete(TABLE).where(TABLE.c.seq == 4))
    assert events.first_break() == 4


def test_two_deeds_that_change_places_are_named(ten_deeds):
    number = TABLE.c.seq
    by_hand(
        update(TABLE).where(number == 4).values(seq=99),
        update(TABLE).where(number == 5).values(seq=4),
        update(TABLE).where(number == 99).values(seq=5),
    )
    assert events.first_break() == 4


def test_a_deed_sealed_with_another_key_is_named(ten_deeds):
    last = rows()[-1]
    forged = {c.name: getattr(last, c.name) for c in TABLE.columns if c.name != "id"}
    forged |= {"seq": 11, "prev": last.hash, "deed": "forged"}
    forged["hash"] = events.digest(b"another key", AuditEvent(**forged))
    by_hand(insert(TABLE).values(**forged), update(HEAD).values(seq=11, hash=forged["hash"]))
    assert events.first_break() == 11


def test_a_cut_tail_is_seen_at_the_head(ten_deeds):
    by_hand(delete(TABLE).where(TABLE.c.seq > 7))
    assert events.first_break() == 8


def test_a_tail_cut_together_with_the_head_is_seen_by_the_published_link(ten_deeds):
    """The chain alone cannot know what stood behind its end: that is what the anchor is for."""
    early, late = rows()[6], rows()[9]
    by_hand(delete(TABLE).where(TABLE.c.seq > 7), update(HEAD).values(seq=7, hash=early.hash))
    assert events.first_break() is None
    assert anchors.lost_link([(7, early.hash.hex())]) is None
    assert anchors.lost_link([(7, early.hash.hex()), (10, late.hash.hex())]) == 10


def test_a_history_written_anew_is_seen_by_the_published_link(ten_deeds):
    seq, published = events.head()
    by_hand(delete(TABLE), update(HEAD).values(seq=0, hash=events.GENESIS))
    for n in range(10):
        tell(f"other.{n}")
    assert events.first_break() is None
    assert anchors.lost_link([(seq, published)]) == seq


def test_the_digest_does_not_depend_on_zone_or_order_of_details():
    at = datetime(2026, 11, 24, 9, 0, tzinfo=timezone(timedelta(hours=9)))
    one = {"seq": 1, "actor_id": 7, "deed": "done", "subject": "body:1", "prev": events.GENESIS}
    here = AuditEvent(**one, at=at, details={"a": 1, "b": 2})
    there = AuditEvent(**one, at=at.astimezone(UTC), details={"b": 2, "a": 1})
    assert events.digest(b"key", here) == events.digest(b"key", there)
    assert events.digest(b"key", here) != events.digest(b"yek", here)


def test_eight_writers_at_once_make_one_chain(body, either_app):
    failed = []

    def write(who):
        try:
            with either_app.app_context():
                for n in range(10):
                    tell("begun", "ended", actor=Actor(id=who), turn=n)
                db.session.remove()
        except Exception as error:  # noqa: BLE001  handed to the test
            failed.append(error)

    threads = [threading.Thread(target=write, args=(who,)) for who in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    found = rows()
    assert failed == []
    assert [e.seq for e in found] == list(range(1, 161))
    assert events.first_break() is None
    pairs = list(zip(found[::2], found[1::2], strict=True))
    assert all((a.actor_id, a.deed, b.deed) == (b.actor_id, "begun", "ended") for a, b in pairs)
    assert {e.actor_id: 0 for e in found}.keys() == set(range(1, 9))
