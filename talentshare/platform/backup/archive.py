"""The file: a zip container with the data, and a sealed manifest that says what it holds."""

import hashlib
import hmac
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import UTC
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from talentshare.kernel import clock
from talentshare.platform.backup.facts import Facts
from talentshare.platform.backup.files import Unfit

FORMAT = 1
MANIFEST = "manifest.json"
DATA = {"sqlite": "talentshare.sqlite", "postgresql": "talentshare.pgdump"}
PACKED = {"sqlite": zipfile.ZIP_DEFLATED, "postgresql": zipfile.ZIP_STORED}  # pg_dump packs itself
PIECE = 1 << 20
FAST = 3

# What `zipfile` raises on a file in which bytes were changed.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True)
class Manifest(Facts):
    """What a file holds, when it was made and by which version; `data_*` are of the packed data."""

    made_at: str
    version: str
    data_bytes: int
    data_sha256: str

    def __str__(self) -> str:
        return (
            f"{len(self.tables)} tables with {self.row_count} rows, {self.audit_seq} deeds,"
            f" revision {self.revision}, made at {self.made_at} by talentshare {self.version};"
            f" digest {self.digest}"
        )


def pack(path: Path, facts: Facts, data: IO[bytes], key: bytes) -> Manifest:
    """Write a new file from a stream, then the manifest about it, sealed with the audit's key."""
    with zipfile.ZipFile(path, "x", PACKED[facts.kind], compresslevel=FAST) as archive:
        told, size = hashlib.sha256(), 0
        with archive.open(DATA[facts.kind], "w", force_zip64=True) as into:
            while piece := data.read(PIECE):
                into.write(piece)
                told.update(piece)
                size += len(piece)
        manifest = Manifest(
            **asdict(facts),
            made_at=clock.now().astimezone(UTC).isoformat(timespec="seconds"),
            version=version("talentshare"),
            data_bytes=size,
            data_sha256=told.hexdigest(),
        )
        said = {"format": FORMAT} | asdict(manifest)
        text = json.dumps(said | {"seal": _seal(said, key)}, indent=1)
        archive.writestr(MANIFEST, text)
    return manifest


def read(path: Path, key: bytes) -> Manifest:
    """Read a file to its end; what is damaged, or sealed with another key, is refused."""
    with _opened(path) as archive:
        manifest = _manifest(path, json.loads(archive.read(MANIFEST)), key)
        told, size = hashlib.sha256(), 0
        with archive.open(DATA[manifest.kind]) as data:
            while piece := data.read(PIECE):
                told.update(piece)
                size += len(piece)
    if (size, told.hexdigest()) != (manifest.data_bytes, manifest.data_sha256):
        raise Unfit(_damaged(path))
    return manifest


@contextmanager
def data_of(path: Path, manifest: Manifest) -> Iterator[IO[bytes]]:
    """The data of a file that was read before, as a stream."""
    with zipfile.ZipFile(path) as archive, archive.open(DATA[manifest.kind]) as data:
        yield data


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            yield archive
    except OSError as error:
        if error.filename is not None:
            raise Unfit(f"{path} cannot be read: {error.strerror}.") from error
        raise Unfit(_damaged(path)) from error
    except DAMAGE as error:
        raise Unfit(_damaged(path)) from error


def _manifest(path: Path, said: dict[str, Any], key: bytes) -> Manifest:
    seal = str(said.pop("seal"))
    if said["format"] > FORMAT:
        raise Unfit(
            f"{path} was made by version {said['version']} in a newer form:"
            " restore it with that version or a newer one."
        )
    if not hmac.compare_digest(seal.encode(), _seal(said, key).encode()):
        raise Unfit(
            f"{path} was made with another TALENTSHARE_AUDIT_KEY, or changed since:"
            " set the key of the installation that made it, or take another file."
        )
    return Manifest(**{field.name: said[field.name] for field in fields(Manifest)})


def _seal(said: dict[str, Any], key: bytes) -> str:
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, b"talentshare backup\n" + text.encode(), hashlib.sha256).hexdigest()


def _damaged(path: Path) -> str:
    return f"{path} is damaged, or no backup of talentshare: take another one. Nothing was changed."
