"""`python -m talentshare.engine.planning.watched FOLDER`: a search that somebody watches.

The folder holds `order.json`: `instance`, `begin` (allocations), `seconds`, `objective` and
`floor_hours`. `progress.json` tells how far it is; `plan.json` is the solution, with the plan by
hand (`by_hand`), whether `verify` found all of it to be so (`verified`), and how the search went
(`steps`: seconds, value, bound). Both appear whole.
Ctrl-C, or the end of the parent, ends the search with the best plan so far.
"""

import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from threading import Event, Thread
from typing import Any

from talentshare.engine.planning.aims import solve_for
from talentshare.engine.planning.choices import choices_of
from talentshare.engine.planning.command import Stop
from talentshare.engine.planning.goal import Aim
from talentshare.engine.planning.improve import Improver
from talentshare.engine.planning.instance import Instance, made
from talentshare.engine.planning.run import Allocation, Progress, Run
from talentshare.engine.planning.solve import allocations_in, warm
from talentshare.engine.planning.verify import verify, verify_goal

SPACED = 1.0  # seconds between two things that are told
# So small that planning it only compiles what is not compiled yet, before any time is counted.
SMALL = {
    "weeks": 3,
    "specialists": [
        {"id": who, "capacity": [8, 8, 8], "leave": [], "max_bodies": 1} for who in range(2)
    ],
    "positions": [
        {
            "id": number,
            "body": number,
            "hours": 5,
            "weeks": 2,
            "earliest": 0,
            "latest_start": 1,
            "weight": 1 + number,
            "eligible": {"0": 500, "1": 400},
            "starts": {"0": [0]},
            "pinned": None,
        }
        for number in range(4)
    ],
}


class Teller:
    """Writes down how far the search is, now and then, with the best plan so far."""

    def __init__(self, target: Path) -> None:
        self.target, self.began, self.last = target, time.monotonic(), 0.0
        self.steps: list[tuple[float, int, int | None]] = []
        self.allocations: list[dict[str, int]] = []

    def hear(self, heard: Progress) -> None:
        """Values and bounds of the total make the steps; what bodies first come to does not."""
        now = time.monotonic()
        known = heard.value, heard.bound
        if heard.is_total and (not self.steps or self.steps[-1][1:] != known):
            self.steps.append((round(now - self.began, 1), *known))
        if now - self.last >= SPACED:
            self.last = now
            self.allocations = [vars(one) for one in heard.allocations()]
            self.tell("searching" if heard.is_total else "balancing")

    def tell(self, phase: str) -> None:
        told = {"phase": phase, "steps": self.steps, "allocations": self.allocations}
        _write(self.target, told)


def watched(folder: Path) -> int:
    """Plan what a folder holds; the exit status."""
    stop = Stop()
    Thread(target=_stop_without, args=(os.getppid(), stop.event), daemon=True).start()
    order = json.loads((folder / "order.json").read_text("utf-8"))
    teller = Teller(folder / "progress.json")
    teller.tell("compiling")
    aim = Aim(order["objective"], order["floor_hours"])
    warm()
    solve_for(aim, made(SMALL), Run())
    instance = made(order["instance"])
    by_hand = [vars(one) for one in _by_hand(instance)]
    teller.began = time.monotonic()
    teller.tell("searching")
    begin = [Allocation(**one) for one in order["begin"]]
    run = Run(order["seconds"], 1, begin, teller.hear, stop.event)
    plan = solve_for(aim, instance, run)
    solution = plan.as_json()
    teller.allocations = solution["allocations"]
    solution |= {"by_hand": by_hand, "verified": False, "steps": teller.steps}
    _write(folder / "plan.json", solution)  # what is not verified in time is a plan all the same
    teller.tell("verifying")
    _write(folder / "plan.json", solution | {"verified": _is_so(order, solution)})
    return 0


def _is_so(order: Mapping[str, Any], solution: Mapping[str, Any]) -> bool:
    """Whether rules, value and bound hold, by code that shares nothing with the search."""
    found = [verify(order["instance"], solution)]
    if solution.get("goal"):
        found.append(verify_goal(order["instance"], solution, order["floor_hours"]))
    return all(one.is_honest for one in found)


def _by_hand(instance: Instance) -> tuple[Allocation, ...]:
    choices = choices_of(instance)
    improver = Improver(choices)
    return allocations_in(choices, improver.columns(improver.by_hand()))


def _stop_without(parent: int, stop: Event) -> None:
    while not stop.wait(1):
        if os.getppid() != parent:
            stop.set()


def _write(target: Path, content: Any) -> None:
    """All or nothing: whoever reads the file meanwhile finds what was there before."""
    beside = target.with_suffix(".new")
    beside.write_text(json.dumps(content), "utf-8")
    beside.replace(target)


if __name__ == "__main__":
    sys.exit(watched(Path(sys.argv[1])))
