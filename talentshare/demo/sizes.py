"""How large a fictional Tokyo is, and how many of its needs wait in which state."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

# Requests that wait before the search for people, or ended without it, per unit of scale.
REQUESTS_BEFORE_SEARCH: Mapping[str, int] = MappingProxyType(
    {
        "draft": 4,
        "submitted": 4,
        "endorsed": 2,
        "received": 3,
        "returned": 2,
        "on_hold": 2,
        "withdrawn": 2,
        "unmet": 2,
    }
)
# Positions of open requests, by how far their proposal is to be driven, per unit of scale.
POSITIONS_UNDER_WAY: Mapping[str, int] = MappingProxyType(
    {
        "none": 3,
        "prepared": 3,
        "checked": 3,
        "offered": 4,
        "accepted": 3,
        "proposed": 5,
        "declined": 2,
        "refused": 2,
        "expired": 2,
        "rejected": 2,
        "returned": 2,
        "withdrawn": 2,
    }
)


@dataclass(frozen=True, slots=True)
class Size:
    """Head counts; what `scale` and `confirmed` leave of `positions` waits for a first ranking.

    Those that wait are written at once where there are thousands (`is_mass`), else move by move.
    """

    name: str
    bodies: int
    coordinators: int
    specialists: int
    positions: int
    confirmed: int
    scale: int
    is_mass: bool = False


SIZES: Mapping[str, Size] = MappingProxyType(
    {
        size.name: size
        for size in (
            Size("hamlet", 95, 2, 40, 70, 16, 1),  # for tests; the command does not offer it
            Size("tokyo", 95, 4, 120, 150, 96, 1),
            Size("full", 95, 8, 400, 600, 384, 4),
            Size("japan", 1788, 40, 10_000, 15_000, 1_000, 4, is_mass=True),
        )
    }
)
