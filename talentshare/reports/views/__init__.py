"""Pages and files of reports."""

from talentshare.reports.views.utilisation import bp

__all__ = ["bp"]
