"""Recompute the proof of a plan in a process of its own, which can be stopped: ends with 1 where it is wrong.

Usage: python -m bench.plan_proof INSTANCE PLAN
"""

import json
import sys
from pathlib import Path

from talentshare.engine.planning.verify import verify

if __name__ == "__main__":
    verdict = verify(*(json.loads(Path(name).read_text("utf-8")) for name in sys.argv[1:]))
    sys.stderr.writelines(f"{mistake}\n" for mistake in verdict.mistakes)
    sys.exit(0 if verdict.is_honest else 1)
