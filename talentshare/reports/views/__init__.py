"""Pages and files of reports; importing them adds their routes."""

from talentshare.reports.views import areas, bands, free, utilisation
from talentshare.reports.views.blueprint import bp

__all__ = ["areas", "bands", "bp", "free", "utilisation"]
