"""Pages of plans: runs, fixed pairs, the rules."""

from talentshare.plans.views import order, pairs, rules, runs
from talentshare.plans.views.blueprint import bp

__all__ = ["bp", "order", "pairs", "rules", "runs"]
