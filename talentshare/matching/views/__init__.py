"""Pages of matching: candidates, their comparison, the weights."""

from talentshare.matching.views import candidates, weights
from talentshare.matching.views.blueprint import bp

__all__ = ["bp", "candidates", "weights"]
