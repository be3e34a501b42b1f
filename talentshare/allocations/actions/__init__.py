"""What is done with booked time. Each function is one use case and one transaction."""

from talentshare.allocations.actions.booking import (
    book,
    cancel,
    confirm,
    end_early,
    extend_hold,
    hold,
    release,
    release_expired,
)
from talentshare.allocations.actions.calendar import change_day
from talentshare.allocations.actions.capacity import (
    keep_all_capacities,
    keep_capacity,
    keep_capacity_after_leave,
    open_weeks,
    open_weeks_for_all,
)
from talentshare.allocations.actions.clashes import hand_over_clashes, resolve_clash

__all__ = [
    "book",
    "cancel",
    "change_day",
    "confirm",
    "end_early",
    "extend_hold",
    "hand_over_clashes",
    "hold",
    "keep_all_capacities",
    "keep_capacity",
    "keep_capacity_after_leave",
    "open_weeks",
    "open_weeks_for_all",
    "release",
    "release_expired",
    "resolve_clash",
]
