"""The tables of `bench.plans`, made from what it measured (bench/plans.json) and from nothing else."""

import math
from itertools import groupby
from statistics import median

from bench.instances import SIZES
from bench.table import Row, written

OURS, HAND = "talentshare plan", "by hand"
OPTIMAL, FEASIBLE, FAILED = "optimal", "feasible", "failed"
MUST_BE_OPTIMAL = {("now", 1), ("tight", 1), ("full", 10)}  # size and seconds
MOST_GAP = {("full", 3): 0.02, ("full_tight", 20): 0.05, ("region", 60): 0.5, ("japan", 300): 1}
MOST_MEMORY = {"japan": 1536}
LEAST_ABOVE_HAND = 8
LEAST_GRACE, GRACE = 0.3, 0.1  # seconds, and share of the limit, by which a limit may be missed


def told(measured):
    """All of it as Markdown."""
    parts = [f"{measured['at']}; {measured['machine']}; {measured['versions']}.", EXPLAINED]
    runs = measured["runs"]
    groups = [(name, list(some)) for name, some in groupby(runs, of_group)]
    for (size, limit), some in groups:
        seeds = sorted({run["seed"] for run in some})
        it = SIZES[size]
        head = f"### {size}: {it.specialists:,} specialists, {it.positions:,} positions, {it.weeks} weeks; {limit:g} s"
        parts.append(f"{head}\n\nSeeds: {', '.join(map(str, seeds))}.\n\n{side_by_side(some)}")
    rows = [row for group, some in groups for row in goals(group, some)]
    parts.append(f"### Goals\n\n{written([*rows, *honesty(runs), *start(measured)])}")
    reasons = sorted({f"{run['solver']}: {run['reason']}" for run in runs if run.get("reason")})
    if reasons:
        parts.append("Not run to an end: " + "; ".join(reasons) + ".")
    return "\n\n".join(parts)


EXPLAINED = (
    "Median (least – most) over the seeds. All by the same instances, one after the other, each a process of its own: HiGHS and CP-SAT on the full model with two threads; "
    "theirs is the limit for the search alone, building the model is not counted, ours includes explaining what is left out. Seconds are until the search ended. "
    "A gap is by how much more another plan could at most be worth: for ours by the certificate, for the others by their own word. Memory is of the whole process."
)


def of_group(run):
    return run["size"], run["limit"]


def side_by_side(runs):
    """One line for each solver."""
    head = (
        "| | Worth in millions | Above the hand plan | Gap | Seconds | Memory | Optimal | No plan |"
    )
    lines = [head, "|---|---:|---:|---:|---:|---:|---:|---:|"]
    for solver in dict.fromkeys(run["solver"] for run in runs):
        mine = [run for run in runs if run["solver"] == solver]
        good = [run for run in mine if has_plan(run)]
        cells = [
            spread([run["value"] / 1e6 for run in good], 2),
            spread([above_hand(run) for run in good], 1, " %"),
            spread([gap(run) for run in good if run["bound"] is not None], 4, " %"),
            spread([run["seconds"] for run in mine if "seconds" in run], 2),
            spread([run["peak_mb"] for run in mine if "peak_mb" in run], 0, " MB"),
            "" if solver == HAND else f"{sum(is_optimal(run) for run in mine)} of {len(mine)}",
            f"{len(mine) - len(good)} of {len(mine)}",
        ]
        lines.append(f"| {solver} | {' | '.join(cells)} |")
    return "\n".join(lines)


def spread(figures, digits, unit=""):
    if not figures:
        return ""
    middle, least, most = (f"{f(figures):.{digits}f}" for f in (median, min, max))
    return f"{middle}{unit}" if least == most else f"{middle}{unit} ({least} – {most})"


def has_plan(run):
    return run["status"] in {OPTIMAL, FEASIBLE}


def is_optimal(run):
    return run["status"] == OPTIMAL


def above_hand(run):
    """In %."""
    return 100 * (run["value"] / run["by_hand"] - 1)


def gap(run):
    """In %, rounded up to four digits, so that none is told smaller than it is."""
    over = run["bound"] - run["value"]
    return math.ceil(1_000_000 * over / run["value"]) / 10_000


def goals(group, runs):
    """What is asked of ours at this size and limit."""
    size, limit = group
    ours, name = [run for run in runs if run["solver"] == OURS], f"{size}, {limit:g} s"
    if not ours:
        return
    missed = sum(not is_optimal(run) for run in ours)
    yield Row(
        f"{name}: of {len(ours)} not proven optimal",
        missed,
        "",
        0 if group in MUST_BE_OPTIMAL else None,
    )
    yield Row(f"{name}: largest gap", max(map(gap, ours)), "%", MOST_GAP.get(group))
    worth = {run["seed"]: run["value"] for run in ours}
    better = sum(has_plan(run) and run["value"] > worth.get(run["seed"], math.inf) for run in runs)
    yield Row(f"{name}: plans of others worth more", better, "", 0)
    above = round(median(map(above_hand, ours)), 1)
    yield Row(f"{name}: above the hand plan, median", above, "%", LEAST_ABOVE_HAND, is_least=True)
    late = round(max(run["late"] for run in ours), 2)
    yield Row(f"{name}: beyond the limit, most", late, "s", max(LEAST_GRACE, GRACE * limit))
    if size in MOST_MEMORY:
        most = max(run["peak_mb"] for run in ours)
        yield Row(f"{name}: memory, most", most, "MB", MOST_MEMORY[size])


def honesty(runs):
    """Plans and proofs, whoever made them."""
    failed = sum(run["status"] == FAILED for run in runs)
    yield Row(f"of {len(runs)} runs failed", failed, "", 0)
    planned = [run for run in runs if has_plan(run)]
    wrong = sum(bool(run["mistakes"]) for run in planned)
    yield Row(f"of {len(planned)} plans break a rule or tell a wrong worth", wrong, "", 0)
    ours = [run for run in planned if run["solver"] == OURS]
    bounds = {(run["size"], run["seed"], run["limit"]): run["bound"] for run in ours}
    above = sum(
        run["value"] > bounds.get((run["size"], run["seed"], run["limit"]), math.inf)
        for run in planned
    )
    yield Row("plans worth more than what is proven to be the most", above, "", 0)
    proofs = [run["proof"] for run in ours if run["proof"]]
    if proofs:
        late = proofs.count("not in time")
        wrong = f"of {len(proofs) - late} proofs recomputed are wrong"
        yield Row(wrong, proofs.count("wrong"), "", 0)
        yield Row("proofs not recomputed within the time", late, "")


def start(measured):
    """From the start of the process until it begins to plan: no limit pays for it."""
    for name, seconds in measured["start"].items():
        yield Row(f"start of the process, {name}", seconds, "s")
    yield Row("seeds left out for want of time", measured["left_out"], "")
