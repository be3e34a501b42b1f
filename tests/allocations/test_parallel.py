"""Sixteen at once on one person: exactly as many succeed as fit, on both databases."""

import threading
from datetime import timedelta

from talentshare.allocations import actions, queries
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Conflict
from talentshare.platform.db import db
from talentshare.specialists.models import Specialist
from tests import make
from tests.allocations import world
from tests.allocations.world import at

WRITERS = 16


def at_once(app, deeds):
    """Run each deed in a thread with a session of its own; the codes of refusals, or None."""
    answers = [None] * len(deeds)
    start = threading.Barrier(len(deeds))

    def run(number, deed):
        with app.app_context():
            start.wait()
            try:
                deed()
            except Conflict as refusal:
                answers[number] = refusal.code
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    db.session.remove()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_as_many_are_booked_as_fit(either_app):
    who = world.specialist(max_bodies=9)
    position = make.position()
    wanted = world.booking(who, position, 240, weeks=(0, 1, 2))
    answers = at_once(either_app, [lambda: actions.book(SYSTEM, wanted)] * WRITERS)
    assert answers.count(None) == 5
    assert answers.count("allocation.no_fit") == WRITERS - 5
    assert [world.ledger(who, at(week)) for week in range(3)] == [(1200, 1200, 0)] * 3
    assert queries.check() == []


def test_limits_hold_when_many_book_different_weeks(either_app):
    who = world.specialist(max_bodies=1, month_cap_minutes=600)
    positions = [make.position() for _ in range(2)]
    wanted = [
        world.booking(who, positions[n % 2], 120, weeks=(n // 2 % 3,)) for n in range(WRITERS)
    ]
    deeds = [lambda booking=booking: actions.book(SYSTEM, booking) for booking in wanted]
    answers = at_once(either_app, deeds)
    assert set(answers) <= {None, "allocation.bodies_limit", "allocation.month_cap"}
    assert answers.count(None) == 5
    assert queries.check() == []


def test_leave_and_bookings_together_leave_no_drift(either_app):
    who, position = world.specialist(), make.position()
    number = who.id

    def leave(day):
        world.take_leave(db.session.get(Specialist, number), at(0, day))

    wanted = world.booking(who, position, 240, weeks=(0, 1))
    until = clock.now() + timedelta(days=1)
    deeds = [lambda: actions.hold(SYSTEM, wanted, until)] * 8
    deeds += [lambda day=day: leave(day) for day in range(4)]
    answers = at_once(either_app, deeds)
    assert set(answers[8:]) == {None}
    assert set(answers[:8]) <= {None, "allocation.no_fit"}
    capacity, booked, gap = world.ledger(who, at(0))
    assert (capacity, gap) == (240, max(0, booked - 240))
    assert queries.check() == []
