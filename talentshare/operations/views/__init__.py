"""運用状況 and 監査記録, and the doors for a monitor."""

from talentshare.operations.views import health, trail
from talentshare.operations.views.blueprint import bp

__all__ = ["bp", "health", "trail"]
