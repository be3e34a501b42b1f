"""What happens to requests by itself, on their day."""

from talentshare.kernel.actor import SYSTEM
from talentshare.talent_requests import actions


def begin_supports() -> int:
    """Write down that supports have begun."""
    return actions.begin_supports(SYSTEM)


def end_supports() -> int:
    """Tell the coordinators of supports that are over."""
    return actions.tell_supports_over(SYSTEM)


def remind() -> int:
    """Remind whoever's turn it is of the day."""
    return actions.remind(SYSTEM)
