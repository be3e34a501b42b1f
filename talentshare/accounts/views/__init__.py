"""Accounts as pages: the door, one's own settings, and what admins do with people and bodies."""

from talentshare.accounts.views import account, bodies, door, links, people
from talentshare.accounts.views.blueprint import bp
from talentshare.accounts.views.hooks import (
    keep_input,
    note_refusal,
    restored_input,
    session_of,
)

__all__ = [
    "account",
    "bodies",
    "bp",
    "door",
    "keep_input",
    "links",
    "note_refusal",
    "people",
    "restored_input",
    "session_of",
]
