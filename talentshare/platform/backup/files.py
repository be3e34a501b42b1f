"""Files that appear whole or not at all, and never in the place of another."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

PRIVATE = 0o600


class Unfit(Exception):
    """A copy cannot be made or put back; the message says why and what to do."""


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A private folder on the same disk as `path`, gone afterwards with all that is in it."""
    try:
        with TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
            yield Path(folder)
    except OSError as error:
        raise Unfit(f"{path} cannot be written: {error.strerror or error}.") from error


def publish(made: Path, wanted: Path) -> None:
    """Give a finished file its name; FileExistsError when the name is taken."""
    made.chmod(PRIVATE)
    sync(made)
    try:
        os.link(made, wanted)
    except FileExistsError:
        raise
    except OSError:  # a disk that knows no links: take the name first, then fill it
        os.close(os.open(wanted, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))
        made.replace(wanted)
    sync(wanted.parent)


def sync(path: Path) -> None:
    """Wait until a file or a folder is on the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
