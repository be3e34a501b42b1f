"""Whether the installation is well, and what was done in it."""

from talentshare.operations.queries.health import Health, Scheduled, health, is_ready
from talentshare.operations.queries.trail import KINDS, Line, Trail, Wanted, trail

__all__ = [
    "KINDS",
    "Health",
    "Line",
    "Scheduled",
    "Trail",
    "Wanted",
    "health",
    "is_ready",
    "trail",
]
