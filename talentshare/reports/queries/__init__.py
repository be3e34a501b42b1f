"""How the pool is used: one reading of the ledger, from which page and file are made alike."""

from talentshare.reports.queries.areas import AreaLine, Fairness, fairness
from talentshare.reports.queries.bands import (
    Band,
    BandVersion,
    band_on,
    band_versions,
    last_band_number,
)
from talentshare.reports.queries.free import FreeMonth, free_in
from talentshare.reports.queries.groups import OF_WORK, Grouping, GroupLine, grouping
from talentshare.reports.queries.kept import (
    Nearest,
    is_kept,
    kept_days,
    lines_of,
    nearest_days,
    terms,
)
from talentshare.reports.queries.live import visible
from talentshare.reports.queries.read import best_removal, groupings, sees_people, utilisation
from talentshare.reports.queries.report import PAGE_ROWS, PersonLine, Report
from talentshare.reports.queries.wanted import By, Wanted, Who

__all__ = [
    "OF_WORK",
    "PAGE_ROWS",
    "AreaLine",
    "Band",
    "BandVersion",
    "By",
    "Fairness",
    "FreeMonth",
    "GroupLine",
    "Grouping",
    "Nearest",
    "PersonLine",
    "Report",
    "Wanted",
    "Who",
    "band_on",
    "band_versions",
    "best_removal",
    "fairness",
    "free_in",
    "grouping",
    "groupings",
    "is_kept",
    "kept_days",
    "last_band_number",
    "lines_of",
    "nearest_days",
    "sees_people",
    "terms",
    "utilisation",
    "visible",
]
