"""Inputs and results of a run as they are stored: JSON, compressed."""

import json
import zlib
from typing import Any


def packed(content: Any) -> bytes:
    return zlib.compress(json.dumps(content, separators=(",", ":")).encode(), 6)


def unpacked(content: bytes) -> Any:
    return json.loads(zlib.decompress(content))
