"""Re-planning after one change: how long until there is a plan, and until it is proven.

usage: python -m bench.replan INSTANCE.json [CHANGES]    plans, then lets one specialist go at a time
"""

import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np

from talentshare.engine.planning.aims import solve_for, start_as_before
from talentshare.engine.planning.choices import choices_of
from talentshare.engine.planning.goal import Aim
from talentshare.engine.planning.instance import made
from talentshare.engine.planning.solve import solve, warm
from talentshare.engine.planning.tree import Tree

PENALTY = 20_000  # a tenth of what a position is worth


def main():
    given = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    warm()
    before = [vars(one) for one in solve(made(given)).allocations]
    pins = {one["position"] for one in map(dict, before)} & {
        one["id"] for one in given["positions"] if one.get("pinned")
    }
    busy = sorted({one["specialist"] for one in before if one["position"] not in pins})
    fixed = {one["pinned"]["specialist"] for one in given["positions"] if one.get("pinned")}
    first, proven, changed = [], [], []
    for gone in [who for who in busy if who not in fixed][: int([*sys.argv, 10][2])]:
        after = json.loads(json.dumps(given)) | {"previous": before, "penalty": PENALTY}
        for one in after["specialists"]:
            if one["id"] == gone:
                one["capacity"] = [0] * given["weeks"]
        instance = made(after)
        began = time.perf_counter()
        choices = choices_of(instance)
        start_as_before(Tree(choices), np.flatnonzero(choices.kept))
        first.append(time.perf_counter() - began)
        plan = solve_for(Aim(), instance)
        proven.append(plan.seconds)
        changed.append(plan.goal["changes"])
        assert plan.status == "optimal"
    for name, times in (("plan", first), ("proof", proven)):
        print(f"{name}: median {statistics.median(times):.3f} s, most {max(times):.3f} s")
    print(f"changes: {sorted(changed)}")


if __name__ == "__main__":
    main()
