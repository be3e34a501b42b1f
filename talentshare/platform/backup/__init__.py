"""A copy of the whole database in one file, and the way back: neither overwrites anything."""

from talentshare.platform.backup.archive import Manifest, read
from talentshare.platform.backup.copying import is_newest, require_room, restored, take
from talentshare.platform.backup.facts import differences
from talentshare.platform.backup.files import Unfit
from talentshare.platform.backup.last import LastBackup, last_backup, note

__all__ = [
    "LastBackup",
    "Manifest",
    "Unfit",
    "differences",
    "is_newest",
    "last_backup",
    "note",
    "read",
    "require_room",
    "restored",
    "take",
]
