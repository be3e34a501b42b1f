"""What is kept of the figures by itself."""

from talentshare.kernel.actor import SYSTEM
from talentshare.reports import actions


def keep_utilisation() -> int:
    """Keep today's figures; those of a day that was missed cannot be had any more."""
    return int(actions.keep_day(SYSTEM))
