"""Whatever people do in whatever order, the database and a plain model of the rules agree."""

import pytest

from tests.attacks.attempts import HARMLESS
from tests.attacks.ledger_machine import EXAMPLES, run_model
from tests.attacks.places import DATABASES

ENOUGH = 150  # examples in which everything happens at least once
OPERATIONS = {"book", "resize", "release", "appoint", "move", "cancel", "revive", "delete"} | {
    "leave",
    "more capacity",
    "less capacity",
    "grant",
}
REFUSALS = {
    ("book", "ledger_full"),
    ("book", "ledger_no_week"),
    ("book", "ledger_key_moved"),
    ("book", "allocation_week_pkey"),
    ("resize", "ledger_full"),
    ("appoint", "appointment_overlap"),
    ("appoint", "ledger_full"),
    ("move", "appointment_overlap"),
    ("move", "ledger_full"),
    ("less capacity", "ledger_full"),
    ("grant", "ledger_not_negative"),
    ("hand", "ledger_by_hand"),
    ("hand", "ledger_gap_exact"),
    ("hand", "ledger_week_in_use"),
    ("hand", "ledger_key_moved"),
}


@pytest.mark.parametrize("place", DATABASES)
def test_database_and_oracle_agree(attacked, place):
    seen = run_model(attacked(place), EXAMPLES)
    wanted = REFUSALS | {(what, HARMLESS) for what in OPERATIONS}
    assert EXAMPLES < ENOUGH or wanted <= set(seen), wanted - set(seen)
