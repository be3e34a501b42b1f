"""The same browsers as for accounts: they know nothing of the test's own context."""

from tests.accounts.conftest import app, counted, rows

__all__ = ["app", "counted", "rows"]
