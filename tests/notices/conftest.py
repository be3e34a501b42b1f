"""The looks into the database that accounts have too."""

from tests.accounts.conftest import counted, rows

__all__ = ["counted", "rows"]
