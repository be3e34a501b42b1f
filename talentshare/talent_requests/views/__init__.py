"""Pages of requests: writing one, the case, the lists."""

from talentshare.talent_requests.views import case, lists, moves, new, positions, steps
from talentshare.talent_requests.views.blueprint import bp

__all__ = ["bp", "case", "lists", "moves", "new", "positions", "steps"]
