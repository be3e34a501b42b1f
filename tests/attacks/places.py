"""Where attacks are tried: with the app's settings, in a plain shell, on PostgreSQL."""

import pytest

from tests.attacks.attempts import attacks

SQLITE, SHELL, POSTGRESQL = "sqlite", "sqlite-shell", "postgresql"
DATABASES = [SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.postgresql)]


def attacks_everywhere(target: str) -> list:
    """One case for each attack and place."""
    return [
        pytest.param(
            place,
            attack,
            id=f"{place}: {attack.what}",
            marks=[pytest.mark.postgresql] if place == POSTGRESQL else [],
        )
        for place, dialect in ((SQLITE, SQLITE), (SHELL, SQLITE), (POSTGRESQL, POSTGRESQL))
        for attack in attacks(target, dialect)
    ]
