"""Pages and files of reports; importing them adds their routes."""

from talentshare.reports.views import bands, utilisation
from talentshare.reports.views.blueprint import bp

__all__ = ["bands", "bp", "utilisation"]
