"""Pages of requests: writing one, the case, the lists."""

from talentshare.talent_requests.views import (
    about,
    case,
    lists,
    moves,
    new,
    papers,
    positions,
    steps,
)
from talentshare.talent_requests.views.blueprint import bp

__all__ = ["about", "bp", "case", "lists", "moves", "new", "papers", "positions", "steps"]
