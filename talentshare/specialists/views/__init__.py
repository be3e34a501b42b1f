"""Specialists as pages: their own, and those of coordinators."""

from talentshare.specialists.views import desk, own, papers, skills
from talentshare.specialists.views.blueprint import bp

__all__ = ["bp", "desk", "own", "papers", "skills"]
