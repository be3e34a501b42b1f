"""Time as pages: the specialist's own, and the coordinators'."""

from talentshare.allocations.views import desk, holidays, month, off, pattern, week
from talentshare.allocations.views.blueprint import bp

__all__ = ["bp", "desk", "holidays", "month", "off", "pattern", "week"]
