"""Runs every benchmark and writes bench/RESULTS.md; ends with 1 when one failed or missed a goal.

Usage: python -m bench.run
"""

import os
import platform
import sqlite3
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import psycopg

from bench.table import MISSED
from talentshare.kernel import clock
from tests.postgresql import ADMIN_URL

HERE = Path(__file__).parent
PROGRAMS = ("rank_engine", "plans", "rank_database", "writers", "pages", "at_size")
PATIENCE = 2400
FAILED = "**FAILED**"


def main() -> int:
    lines = ["# What was measured", "", *machine(), ""]
    for name in PROGRAMS:
        print(f"{name} … ", end="", flush=True)
        load, began = os.getloadavg()[0], time.monotonic()
        said = ran(name)
        took = f"{time.monotonic() - began:.0f} s, load average {load:.1f} at its start"
        print(verdict(said), took, flush=True)
        lines += [f"## {name}", "", f"{verdict(said)}; {took}.", "", said, ""]
    text = "\n".join(lines)
    (HERE / "RESULTS.md").write_text(text, "utf-8")
    return 1 if FAILED in text or MISSED in text else 0


def machine() -> list[str]:
    """Where and with what it was measured."""
    python = f"Python {platform.python_version()}"
    packages = [f"{name} {version(name)}" for name in ("SQLAlchemy", "Flask", "numpy")]
    versions = ", ".join([python, f"SQLite {sqlite3.sqlite_version}", postgresql(), *packages])
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return [
        f"{clock.now():%Y-%m-%d %H:%M} UTC, `make bench`, by the wall clock.",
        "",
        f"- {processor()}, {os.cpu_count()} cores, {memory()}, {platform.system()}",
        f"- {versions}",
        f"- Load average at the start: {load}",
    ]


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def memory() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"


def postgresql() -> str:
    try:
        with psycopg.connect(ADMIN_URL, connect_timeout=3) as connection:
            row = connection.execute("SHOW server_version").fetchone()
    except psycopg.OperationalError:
        return "no PostgreSQL"
    return f"PostgreSQL {row[0] if row else '?'}"


def ran(name: str) -> str:
    """What a program printed, or how it failed; it is asked to end before it is made to."""
    command, pipe = [sys.executable, "-m", f"bench.{name}"], subprocess.PIPE
    with subprocess.Popen(command, cwd=HERE.parent, stdout=pipe, stderr=pipe, text=True) as child:
        try:
            said, wrong = child.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            child.terminate()
            said, wrong = child.communicate(timeout=60)
            wrong += f"\nNot done within {PATIENCE} s."
    if child.returncode == 0:
        return said.strip()
    return "\n".join([said.strip(), "", FAILED, "", "```", wrong.strip()[-2000:], "```"]).strip()


def verdict(said: str) -> str:
    if FAILED in said:
        return FAILED
    return "A goal is " + MISSED if MISSED in said else "All goals met"


if __name__ == "__main__":
    sys.exit(main())
