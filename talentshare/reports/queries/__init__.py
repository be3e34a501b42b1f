"""How the pool is used: one reading of the ledger, from which page and file are made alike."""

from talentshare.reports.queries.read import best_removal, sees_people, utilisation, visible
from talentshare.reports.queries.report import PAGE_ROWS, PersonLine, Report, RoleLine, Wanted, Who

__all__ = [
    "PAGE_ROWS",
    "PersonLine",
    "Report",
    "RoleLine",
    "Wanted",
    "Who",
    "best_removal",
    "sees_people",
    "utilisation",
    "visible",
]
