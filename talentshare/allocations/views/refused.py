"""What stands in the way of a change, named so that its reader can act."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from talentshare.allocations import queries
from talentshare.allocations.models import Allocation
from talentshare.kernel.errors import Refusal
from talentshare.platform.web import current_actor


@dataclass(frozen=True)
class Blocked:
    """Weeks that would not hold what is booked, and the bookings in them."""

    weeks: Sequence[Any]
    bookings: dict[int, Allocation]


def blocked(refusal: Refusal | None) -> Blocked | None:
    """The weeks and bookings that a refusal names, or None when it names none."""
    details = refusal.details if refusal else {}
    ids = details.get("allocation_ids")
    if not ids or not isinstance(ids, list | tuple):
        return None
    weeks = details.get("weeks")
    rows = queries.blocking(current_actor(), ids)
    return Blocked(weeks if isinstance(weeks, list | tuple) else (), {row.id: row for row in rows})
