"""Time as pages: the specialist's own, and the coordinators'."""

from talentshare.allocations.views import desk, month, off, pattern, week
from talentshare.allocations.views.blueprint import bp

__all__ = ["bp", "desk", "month", "off", "pattern", "week"]
