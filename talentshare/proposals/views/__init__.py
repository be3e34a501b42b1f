"""Proposals as pages: for coordinators, for the body, for the specialist."""

from talentshare.proposals.views import body, cases, coordinator, specialist
from talentshare.proposals.views.shown import bp

__all__ = ["body", "bp", "cases", "coordinator", "specialist"]
