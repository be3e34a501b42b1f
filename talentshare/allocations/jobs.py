"""What happens to booked time and to the ledger by itself."""

from talentshare.allocations import actions
from talentshare.kernel.actor import SYSTEM


def tidy_holds() -> int:
    """Remove what holds that ran out still take of the ledger."""
    return actions.release_expired(SYSTEM)


def open_weeks() -> int:
    """Let everybody's ledger reach to the end of the next fiscal year."""
    return actions.open_weeks_for_all(SYSTEM)
