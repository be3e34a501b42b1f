"""Heads of the audit chain published outside the database: a cut end would not show otherwise."""

import os
import re
from pathlib import Path

from talentshare.platform import events

LINK = re.compile(r"\s*([0-9]{1,18})\s+([0-9a-fA-F]{64})\s*")
EXPECTED = (
    "Expected on each line: a number, a space and 64 hexadecimal digits,"
    " as `talentshare audit head` prints them."
)


class UnusableFile(Exception):
    """A file that was given cannot be used; the message is for the person who gave it."""


def published_links(path: Path) -> list[tuple[int, str]]:
    """Number and hash of each link in a file; a file that proves nothing is refused."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except OSError as error:
        raise UnusableFile(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UnusableFile(f"{path} is not plain text in UTF-8. {EXPECTED}") from error
    links = []
    for number, line in enumerate(lines, 1):
        found = LINK.fullmatch(line)
        if found:
            links.append((int(found[1]), found[2].lower()))
        elif line.strip():
            raise UnusableFile(f"{path}, line {number} is not a published link. {EXPECTED}")
    if not links:
        raise UnusableFile(f"{path} has no published link in it. {EXPECTED}")
    return links


def lost_link(links: list[tuple[int, str]]) -> int | None:
    """The number of the first published link that the chain no longer holds, or None."""
    kept = events.links_of([seq for seq, _link in links])
    return next((seq for seq, link in links if kept.get(seq) != link), None)


def reach(path: Path) -> int:
    """The number of the last link in a file, or -1 where there is none."""
    try:
        lines = path.read_text("utf-8-sig", errors="replace").splitlines()
    except FileNotFoundError:
        return -1
    return max((int(found[1]) for found in map(LINK.fullmatch, lines) if found), default=-1)


def publish(path: Path) -> int:
    """Add the present head to the file, safe on the disk, unless it stands there; its number."""
    seq, link = events.head()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8", newline="") as file:
        file.seek(0)
        whole, _, last = file.read().rpartition("\n")
        if f"{seq} {link}" in {last, whole.rpartition("\n")[2]}:
            return seq
        if last and not LINK.fullmatch(last):  # a line that a full disk cut short proves nothing
            file.truncate(len(f"{whole}\n".encode()) if whole else 0)
            last = ""
        start = "\n" if last else ""
        file.write(f"{start}{seq} {link}\n")
        file.flush()
        os.fsync(file.fileno())
    return seq
