"""What happens to proposals by itself."""

from talentshare.kernel.actor import SYSTEM
from talentshare.proposals import actions


def expire_overdue() -> int:
    """Close offers and holds whose time has run out."""
    return actions.expire_overdue(SYSTEM)


def remind() -> int:
    """Remind of answers that are due soon."""
    return actions.remind(SYSTEM)
