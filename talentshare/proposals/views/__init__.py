"""Proposals as pages: for coordinators, for the body, for the specialist."""

from talentshare.proposals.views import about, body, cases, coordinator, papers, specialist
from talentshare.proposals.views.shown import bp

__all__ = ["about", "body", "bp", "cases", "coordinator", "papers", "specialist"]
