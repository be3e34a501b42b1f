"""What is tried with plans: of runs, fixed pairs and rules none belongs to a body."""

from tests.architecture.cases_people import fixed, of
from tests.architecture.matrix import KNOWN, Case, Shown
from tests.architecture.world import Side

REASON = "理由はこのとおりです"
DONE, WAITING = of(run_id="plan_done"), of(run_id="plan_waiting")


def fixed_pair(side: Side) -> dict[str, object]:
    """A pair that is not there yet."""
    return {
        "kind": "forbid",
        "position": side.number("open") + "-2",
        "specialist": side.code("specialist_name"),
        "reason": REASON,
    }


def compared(side: Side) -> dict[str, object]:
    return {"run_id": side.id("plan_done"), "with": side.id("plan_trial")}


PLAN_CASES = [
    Case("plans.index"),
    Case("plans.new"),
    Case("plans.new", "POST", shown=Shown("coordinator")),
    Case("plans.show", "GET", "done", DONE, things=KNOWN),
    Case("plans.show", "GET", "waiting", WAITING, things=KNOWN),
    Case("plans.progress", values=WAITING, things=KNOWN),
    Case("plans.stop", "POST", values=WAITING, things=KNOWN),
    Case("plans.resume", "POST", values=DONE, things=KNOWN),
    Case("plans.apply", "POST", values=DONE, data=fixed(all="1", reason=REASON), things=KNOWN),
    Case("plans.compare", values=compared, things=KNOWN),
    Case("plans.pairs"),
    Case("plans.pairs", "GET", "of a month", fixed(month="2026-11")),
    Case("plans.add_pair", "POST", data=fixed_pair, things=("own",)),
    Case("plans.remove_pair", "POST", values=of(pair_id="plan_pair"), things=KNOWN),
    Case("plans.rules"),
    Case("plans.rules", "POST", shown=Shown("admin"), data=fixed(reason=REASON)),
]
