"""The note about the last backup, so that somebody sees how old it is."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from talentshare.platform.backup.archive import Manifest
from talentshare.platform.backup.files import Unfit, sync

NOTE = "last_backup.json"


@dataclass(frozen=True)
class LastBackup:
    """When the last backup was made, where it was put then, and what it holds."""

    at: datetime
    file: str
    bytes: int
    revision: str
    audit_seq: int
    digest: str


def note(folder: Path, file: Path, manifest: Manifest) -> None:
    """Write down in the instance folder that a backup was made."""
    last = LastBackup(
        at=datetime.fromisoformat(manifest.made_at),
        file=str(file.absolute()),
        bytes=file.stat().st_size,
        revision=manifest.revision,
        audit_seq=manifest.audit_seq,
        digest=manifest.digest,
    )
    text = json.dumps(asdict(last) | {"at": last.at.isoformat()}, ensure_ascii=False, indent=1)
    made = folder / f".{NOTE}.{os.getpid()}"
    try:
        made.write_text(text + "\n", "utf-8")
        sync(made)
        made.replace(folder / NOTE)
    except OSError as error:
        raise Unfit(
            f"{file} is made, but {folder / NOTE}, which tells of it, cannot be written:"
            f" {error.strerror}."
        ) from error
    finally:
        made.unlink(missing_ok=True)


def last_backup(folder: Path) -> LastBackup | None:
    """What is known of the last backup of an instance folder; None when nothing is."""
    try:
        said: dict[str, Any] = json.loads((folder / NOTE).read_text("utf-8"))
        return LastBackup(**said | {"at": datetime.fromisoformat(said["at"])})
    except (OSError, ValueError, TypeError, LookupError):
        return None
