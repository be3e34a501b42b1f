"""The audit trail only grows; its head follows it exactly."""

import pytest

from tests.attacks.attempts import failure_of
from tests.attacks.places import attacks_everywhere


@pytest.mark.parametrize(("place", "attack"), attacks_everywhere("audit"))
def test_attack_ends_as_expected(attacked, place, attack):
    assert failure_of(attacked(place), attack) is None
