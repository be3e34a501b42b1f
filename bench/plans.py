"""Ours, the hand plan, HiGHS and CP-SAT side by side: the same instances, the same limits.

Usage: python -m bench.plans [--sizes now,tight,full,full_tight,region,japan] [--seeds N] [--limit S]
writes bench/plans.json and prints Markdown; `--read FILE` only prints what was measured before
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from bench import by_hand
from bench.full_model import TOO_LARGE
from bench.instances import SIZES, made
from bench.plan_figures import FAILED, FEASIBLE, HAND, OURS, told
from bench.run import memory, processor
from bench.table import leave_cleanly
from talentshare.engine.planning.verify import verify
from talentshare.kernel import clock

HERE = Path(__file__).parent
FIRST_SEED = 101
SEEDS = {"now": 10, "tight": 10, "full": 3, "full_tight": 2, "region": 2, "japan": 1}
LIMITS = {
    "now": [1],
    "tight": [1],
    "full": [3, 10],
    "full_tight": [20],
    "region": [60],
    "japan": [300],
}
USUAL = ("now", "tight", "full", "full_tight")
PEERS = {"HiGHS": "peer_highs", "CP-SAT": "peer_cp_sat"}
MINUTES = 11  # after them no more seed is begun
PROVEN_AGAIN = {"now": 5, "tight": 5}  # seconds; plain Python takes hours for some of the others
PATIENCE, OVERTIME = 400, 10  # seconds to start, and beyond twice the limit
GLANCE = 0.02
STOPPED = "stopped"
KEPT = ("bound", "status", "proof", "reason", "built", "started", "seconds", "late", "peak_mb")


class Watched(NamedTuple):
    """A process from its start to its end."""

    status: int | None  # None where it was stopped
    said: str  # on the error output
    started: float  # seconds until it began to search
    took: float  # seconds from then on
    peak_mb: int


def main():
    leave_cleanly()
    options = asked()
    if options.read:
        print(told(json.loads(options.read.read_text("utf-8"))))
        return
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(options, Path(folder))
    options.out.write_text(json.dumps(measured, indent=1) + "\n", "utf-8")
    print(told(measured))


def asked():
    parser = argparse.ArgumentParser(prog="python -m bench.plans", allow_abbrev=False)
    parser.add_argument("--sizes", type=sizes, default=USUAL, help=f"of {', '.join(SIZES)}")
    parser.add_argument("--seeds", type=int, help="of each size")
    parser.add_argument("--first", type=int, default=FIRST_SEED, help="seed")
    parser.add_argument("--limit", type=float, help="seconds, in place of the usual ones")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="then no seed is begun")
    parser.add_argument("--without-start", action="store_true", help="do not compile all once more")
    parser.add_argument("--out", type=Path, default=HERE / "plans.json")
    parser.add_argument("--read", type=Path, help="print what was measured before")
    return parser.parse_args()


def sizes(text):
    """Errors: ArgumentTypeError."""
    names = text.split(",")
    if not set(names) <= set(SIZES):
        raise argparse.ArgumentTypeError(f"sizes are {', '.join(SIZES)}")
    return names


def measure(options, folder):
    """Seed by seed through the sizes, so that what time there is goes to all of them."""
    end = time.monotonic() + 60 * options.minutes
    started, runs, left_out = starts(folder, options.without_start), [], 0
    wanted = {size: options.seeds or SEEDS[size] for size in options.sizes}
    for n in range(max(wanted.values())):
        for size in (size for size, count in wanted.items() if n < count):
            if n and time.monotonic() > end:
                left_out += 1
                continue
            limits = LIMITS[size] if options.limit is None else [options.limit]
            runs += compared(size, options.first + n, limits, folder)
    order = {size: n for n, size in enumerate(options.sizes)}
    runs.sort(key=lambda run: (order[run["size"]], run["limit"]))
    return {
        "at": f"{clock.now():%Y-%m-%d %H:%M} UTC",
        "machine": f"{processor()}, {os.cpu_count()} cores, {memory()}, {platform.system()}",
        "versions": versions(),
        "start": started,
        "left_out": left_out,
        "runs": runs,
    }


def versions():
    found = [f"Python {platform.python_version()}"]
    for name in ("numba", "numpy", "highspy", "ortools"):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"no {name}")
    return ", ".join(found)


def starts(folder, without_cold):
    """Seconds until the process begins to plan: when everything must be compiled, and when nothing."""
    source, target = folder / "in.json", folder / "out.json"
    source.write_text(json.dumps(made(SIZES["now"], FIRST_SEED)), "utf-8")
    found = {}
    if not without_cold:
        cache = {"NUMBA_CACHE_DIR": str(folder / "compiled")}
        found["compiling all"] = watched(command(source, target, 1), 1, cache).started
    watched(command(source, target, 1), 1)  # compiles what nobody did so far
    found["warm"] = watched(command(source, target, 1), 1).started
    return {name: round(seconds, 1) for name, seconds in found.items()}


def compared(size, seed, limits, folder):
    """All solvers on one instance, under each of the limits."""
    instance = made(SIZES[size], seed)
    source = folder / "in.json"
    source.write_text(json.dumps(instance), "utf-8")
    began = time.monotonic()
    hand = {"allocations": by_hand.plan(instance), "bound": None, "status": FEASIBLE}
    hand |= {"seconds": round(time.monotonic() - began, 3)}
    runs = []
    for limit in limits:
        print(f"{size} {seed}, {limit:g} s", file=sys.stderr, flush=True)
        found = {OURS: ours(source, limit)}
        found |= {name: peer(module, source, limit) for name, module in PEERS.items()}
        found[HAND] = hand
        found[OURS]["proof"] = proven(source, found[OURS], PROVEN_AGAIN.get(size))
        judged = {name: judge(instance, plan) for name, plan in found.items()}
        same = {"size": size, "seed": seed, "limit": limit, "by_hand": judged[HAND]["value"]}
        runs += [{**same, "solver": name, **plan} for name, plan in judged.items()]
    return runs


def ours(source, limit):
    """Errors: RuntimeError where there is no plan."""
    target = source.with_name("ours.json")
    target.unlink(missing_ok=True)
    ran = watched(command(source, target, limit), limit)
    if ran.status != 0:
        raise RuntimeError(f"no plan was written: {ran.said[-500:]}")
    return json.loads(target.read_text("utf-8")) | process(ran, limit)


def command(source, target, limit):
    files = ["--instance", str(source), "--out", str(target)]
    return [sys.executable, "-m", "talentshare.cli", "plan", *files, "--time-limit", f"{limit:g}"]


def peer(module, source, limit):
    """What another solver found; why not, where it did not end well."""
    target = source.with_name("peer.json")
    target.unlink(missing_ok=True)
    files = [str(source), str(target), f"{limit:g}"]
    ran = watched([sys.executable, "-m", f"bench.{module}", *files], limit)
    if ran.status == 0:
        return json.loads(target.read_text("utf-8")) | process(ran, limit)
    status, reason = wrong(ran)
    nothing = {"allocations": [], "bound": None, "status": status, "reason": reason}
    return nothing | process(ran, limit)


def wrong(ran):
    """The status of a process that found no plan, and why in words."""
    if ran.status is None:
        return STOPPED, "stopped long after the limit"
    lines = ran.said.strip().splitlines() or [f"ended with {ran.status}"]
    return TOO_LARGE if lines[-1] == TOO_LARGE else FAILED, lines[-1][:200]


def process(ran, limit):
    late = max(0.0, round(ran.took - limit, 3))
    return {"started": round(ran.started, 3), "late": late, "peak_mb": ran.peak_mb}


def watched(command, limit, more=None):
    """Run to the end, or until it is long overdue; it searches from its first line on."""
    with tempfile.TemporaryFile() as said:
        began = time.monotonic()
        child = subprocess.Popen(
            command,
            cwd=HERE.parent,
            env=os.environ | (more or {}),
            stdout=subprocess.DEVNULL,  # solvers greet
            stderr=said,
        )
        searching, peak, is_overdue = None, 0, False
        try:
            while child.poll() is None:
                peak = max(peak, resident_kb(child.pid))
                now = time.monotonic()
                if searching is None and os.fstat(said.fileno()).st_size:
                    searching = now
                due = began + PATIENCE if searching is None else searching + 2 * limit + OVERTIME
                is_overdue = is_overdue or now > due
                if is_overdue:
                    child.kill()
                time.sleep(GLANCE)
        finally:
            child.kill()
            child.wait()
        ended = time.monotonic()
        said.seek(0)
        text = said.read().decode("utf-8", "replace")
    since = searching or ended
    status = None if is_overdue else child.returncode
    return Watched(status, text, since - began, ended - since, peak // 1024)


def resident_kb(number):
    """The most that the process has held so far; its own, not what its parent held before."""
    with suppress(OSError):
        for line in Path(f"/proc/{number}/status").read_text("utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0


def judge(instance, plan):
    """The plan as measured, with its worth and mistakes as they are found, not as they are told."""
    claims = {key: plan[key] for key in ("allocations", "value") if key in plan}
    verdict = verify(instance, claims)
    found = {"value": verdict.value, "mistakes": list(verdict.mistakes)}
    return {key: plan[key] for key in KEPT if key in plan} | found


def proven(source, plan, seconds):
    """What a recomputation of the proof by plain Python says; None where none is tried."""
    if seconds is None:
        return None
    target = source.with_name("proof.json")
    target.write_text(json.dumps(plan), "utf-8")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bench.plan_proof", str(source), str(target)],
            cwd=HERE.parent,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "not in time"
    return "right" if done.returncode == 0 else "wrong"


if __name__ == "__main__":
    main()
