"""`talentshare plan`: plan an instance file and write the solution file.

Loaded only by that command: what is compiled is heavy, and a web server needs none of it.
"""

import json
import sys
from pathlib import Path

from talentshare.engine.planning.instance import Malformed, read
from talentshare.engine.planning.solve import solve, warm

MALFORMED = 2


def planned(source: Path, target: Path, seconds: float | None, seed: int) -> int:
    """Plan one file; the exit status."""
    try:
        given = read(source.read_bytes())
    except Malformed as malformed:
        print(malformed, file=sys.stderr)
        return MALFORMED
    warm()
    found = solve(given, seconds, seed)
    target.write_text(json.dumps(found.as_json()), "utf-8")
    gap = found.bound / found.value - 1 if found.value else 0.0
    print(
        f"{len(found.allocations)} of {len(given.position_ids)} positions, worth {found.value};"
        f" no plan is worth more than {found.bound} ({gap:.4%}). {found.seconds:.1f} s."
    )
    return 0
