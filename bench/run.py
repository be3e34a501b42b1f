"""Runs every benchmark and writes bench/RESULTS.md: one section per program, with machine and versions."""

import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PROGRAMS = ("rank_engine.py", "rank_database.py", "writers.py", "pages.py")


def main() -> None:
    where = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    about = f"Python {platform.python_version()}, {where}. `make bench` writes this file."
    lines = ["# What was measured", "", about, ""]
    for name in PROGRAMS:
        path = HERE / name
        if not path.exists():
            continue
        print(f"{name} …", flush=True)
        done = subprocess.run(
            [sys.executable, path], capture_output=True, text=True, check=False, timeout=5400
        )
        lines += [
            f"## {name}",
            "",
            done.stdout.strip() or f"Failed:\n\n```\n{done.stderr.strip()[-2000:]}\n```",
            "",
        ]
    (HERE / "RESULTS.md").write_text("\n".join(lines), "utf-8")


if __name__ == "__main__":
    main()
