"""What admins do with the catalogue, and its loading from the package."""

from talentshare.catalogue.actions.entries import add_entry, change_entry
from talentshare.catalogue.actions.holidays import add_holiday, remove_holiday
from talentshare.catalogue.actions.loading import load

__all__ = ["add_entry", "add_holiday", "change_entry", "load", "remove_holiday"]
