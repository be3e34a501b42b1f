"""`check` sees each invariant when a row is changed behind the product's back."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from talentshare.allocations import actions, queries
from talentshare.cli import main
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM
from talentshare.platform.db import db
from talentshare.specialists.models import DayOverride
from tests import make
from tests.allocations import world
from tests.allocations.world import at
from tests.conftest import settings


@pytest.fixture
def busy(either_app):
    """Two bookings of two bodies, a clash, a hold."""
    who = world.specialist()
    one, two = make.position(), make.position()
    actions.book(SYSTEM, world.booking(who, one, 300, weeks=(0, 1)))
    actions.book(SYSTEM, world.booking(who, two, 300, weeks=(0,)))
    actions.hold(SYSTEM, world.booking(who, one, 600, weeks=(2,)), clock.now() + timedelta(days=1))
    world.take_leave(who, at(2), at(2, 3))
    assert queries.check() == []
    return who


DAMAGES = {
    "UPDATE week_cells SET inside_0 = inside_0 + 1 WHERE week_on = :week": "capacity other than",
    "DELETE FROM week_cells WHERE week_on = :week": "has no days",
    "UPDATE capacity_strip SET cells = :zeros": "copy of the days",
    "DELETE FROM capacity_strip": "missing or misplaced",
    "DELETE FROM allocation_inside WHERE allocation_id = 1": "do not match",
    "UPDATE allocation_inside SET inside_minutes = 301 WHERE allocation_id = 1": "do not match",
    "UPDATE allocation SET state = 'cancelled' WHERE id = 1": "is cancelled but has weeks",
    "UPDATE allocation SET specialist_id = :other WHERE id = 1": "of another person",
    "UPDATE allocation SET ends_on = '2026-12-11' WHERE id = 1": "after its end",
    "DELETE FROM allocation_week WHERE allocation_id = 2": "is confirmed but has no weeks",
    "UPDATE allocation SET weekdays = 1 WHERE id = 1": "its clash says 0",
    "DELETE FROM clash": "its clash says 0",
    "UPDATE clash SET missing_minutes = 1": "its clash says 1",
    "UPDATE clash SET resolved_at = opened_at": "its clash says 0",
    "UPDATE specialist SET max_bodies = 1": "at most 1",
    "UPDATE specialist SET month_cap_minutes = 1": "of at most 1 minutes",
}


@pytest.mark.parametrize("damage", DAMAGES, ids=list(DAMAGES.values()))
def test_damage_is_named(busy, damage):
    given = {"week": at(0), "zeros": bytes(3150), "other": make.specialist().id}
    names = [name for name in given if f":{name}" in damage]
    db.session.execute(text(damage), {name: given[name] for name in names})
    db.session.commit()
    found = queries.check()
    assert any(DAMAGES[damage] in sentence for sentence in found), found


def test_facts_that_nobody_followed_are_named(busy):
    make.saved(DayOverride(specialist_id=busy.id, day=at(3), inside_minutes=1, outside_minutes=0))
    [found] = queries.check()
    assert found == f"Specialist {busy.id}, week 2026-12-28: days differ from what the facts say."


def test_many_defects_of_a_kind_are_counted(busy):
    db.session.execute(text("UPDATE week_cells SET inside_0 = inside_0 + 1"))
    db.session.commit()
    found = queries.check()
    assert "... and 85 more of the kind above." in found


@pytest.fixture
def check(app, sqlite_url, tmp_path, monkeypatch, capsys):
    """The command on the database of this test: its exit status, and what it printed."""
    for name, value in settings(sqlite_url, tmp_path)["ENVIRONMENT"].items():
        monkeypatch.setenv(name, value)

    def check():
        db.session.remove()
        return main(["check"]), capsys.readouterr().out

    return check


def test_the_command_ends_with_0_or_1(check):
    who = world.specialist()
    actions.book(SYSTEM, world.booking(who, make.position(), 300, weeks=(0,)))
    assert check() == (0, "Every invariant holds.\n")
    db.session.execute(text("DELETE FROM allocation_inside"))
    db.session.commit()
    status, told = check()
    assert status == 1
    assert "do not match" in told
    assert "holds" not in told
