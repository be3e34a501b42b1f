"""SQL typed by hand on the product's own database is refused: nothing is sold twice."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from talentshare.allocations import actions, queries
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Conflict
from talentshare.platform.db import db, transactional
from tests import make
from tests.allocations import world
from tests.allocations.world import at

TYPED = {
    "INSERT INTO allocation_week VALUES (99, :who, :week, 1)": "ledger_full",
    "UPDATE allocation_week SET minutes = minutes + 1": "ledger_full",
    "INSERT INTO allocation_week VALUES (99, :who, '2030-01-07', 1)": "ledger_no_week",
    "UPDATE week_ledger SET booked_minutes = 0": "ledger_by_hand",
    "UPDATE week_ledger SET capacity_minutes = 60 WHERE week_on = :week": "ledger_full",
    "UPDATE week_ledger SET leave_gap_minutes = 600 WHERE week_on = :week": "ledger_gap_exact",
    "UPDATE week_ledger SET granted_extra_minutes = 600": "ledger_by_hand",
    "UPDATE allocation_week SET week_on = '2026-12-21'": "ledger_key_moved",
    "DELETE FROM week_ledger WHERE week_on = :week": "ledger_week_in_use",
}


@transactional
def typed(statement, **given):
    db.session.execute(text(statement), given)


@pytest.mark.parametrize("statement", TYPED, ids=list(TYPED))
def test_the_database_refuses(either_app, statement):
    who, position = world.specialist(), make.position()
    actions.book(SYSTEM, world.booking(who, position, 900, weeks=(0,)))
    actions.hold(
        SYSTEM, world.booking(who, position, 300, weeks=(0,)), clock.now() + timedelta(days=1)
    )
    given = {"who": who.id, "week": at(0)}
    with pytest.raises(Conflict) as caught:
        typed(statement, **{name: given[name] for name in given if f":{name}" in statement})
    assert caught.value.code == f"constraint.{TYPED[statement]}"
    assert world.ledger(who, at(0)) == (1200, 1200, 0)
    assert queries.check() == []
