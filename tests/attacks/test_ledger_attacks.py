"""The booking ledger refuses every hand that could sell a person's minutes twice."""

import pytest

from tests.attacks import defects
from tests.attacks.attempts import HARMLESS, LEDGER_BASE, failure_of, outcome_of, prepare
from tests.attacks.places import DATABASES, attacks_everywhere

BOOK = "insert into allocation_week values ({0},1,'2026-01-12',{1})"


@pytest.mark.parametrize(("place", "attack"), attacks_everywhere("ledger"))
def test_attack_ends_as_expected(attacked, place, attack):
    assert failure_of(attacked(place), attack) is None


@pytest.mark.parametrize("place", DATABASES)
def test_savepoint_rolled_back_gives_its_minutes_back_once(attacked, place):
    it = attacked(place)
    prepare(it, LEDGER_BASE)
    it.run("savepoint s")
    it.run(BOOK.format(9, 360))
    it.run("rollback to savepoint s")
    it.run(BOOK.format(9, 300))
    it.run("release savepoint s")
    assert outcome_of(it, BOOK.format(10, 61)) == "ledger_full"
    assert outcome_of(it, BOOK.format(10, 60)) == HARMLESS
    assert defects.in_ledger(it) == []
