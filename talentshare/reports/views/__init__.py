"""Pages and files of reports; importing them adds their routes."""

from talentshare.reports.views import bands, free, utilisation
from talentshare.reports.views.blueprint import bp

__all__ = ["bands", "bp", "free", "utilisation"]
