"""Whoever writes a request locks it before the weeks, so that two people never wait for each other."""

import threading
import time

import pytest
from sqlalchemy import select, text

from talentshare.allocations import actions, queries
from talentshare.allocations.models import Clash
from talentshare.kernel.actor import SYSTEM
from talentshare.platform.db import db
from tests import make
from tests.allocations import world
from tests.allocations.world import at

pytestmark = pytest.mark.postgresql
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
def postgresql_app(postgresql_url, running):
    with running(postgresql_url) as app:
        yield app


def wait_for_lock(connection) -> None:
    until = time.monotonic() + 20
    while not connection.execute(text(WAITING)).scalar_one():
        assert time.monotonic() < until, "nobody waits for the request"
        connection.rollback()  # who waits is read once in a transaction
        time.sleep(0.02)


def started(app, move) -> tuple[threading.Thread, list[object]]:
    ends: list[object] = []

    def run():
        with app.app_context():
            try:
                ends.append(move())
            finally:
                db.session.remove()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, ends


def weeks_stay_free(app, request_id: int, move) -> None:
    """While the request is held by another, `move` waits for it and holds no week yet."""
    db.session.commit()
    with db.engine.connect() as holder, db.engine.connect() as other:
        lock = text("SELECT id FROM talent_request WHERE id = :id FOR NO KEY UPDATE")
        holder.execute(lock, {"id": request_id}).one()
        thread, ends = started(app, move)
        try:
            wait_for_lock(other)
            other.execute(text("SELECT * FROM week_ledger FOR NO KEY UPDATE NOWAIT")).all()
            other.rollback()
        finally:
            holder.rollback()
            thread.join(30)
    assert len(ends) == 1
    db.session.expire_all()


def test_resolving_a_clash_waits_for_the_request_before_it_takes_a_week(postgresql_app):
    who, position = world.specialist(), make.position()
    actions.book(SYSTEM, world.booking(who, position, 900, weeks=(0, 1)))
    world.take_leave(who, at(0), at(0, 3))
    coordinator = make.actor_of(make.coordinator())
    clash_id = db.session.scalars(select(Clash.id)).one()
    weeks_stay_free(
        postgresql_app,
        position.talent_request_id,
        lambda: actions.resolve_clash(coordinator, clash_id, "両者と相談済み"),
    )
    assert queries.load_clash(clash_id).resolved_at is not None
    assert queries.check() == []


def test_so_does_booking_at_once(postgresql_app):
    who, position = world.specialist(), make.position()
    wanted = world.booking(who, position, 240)
    weeks_stay_free(
        postgresql_app, position.talent_request_id, lambda: actions.book(SYSTEM, wanted)
    )
    assert queries.check() == []
