"""What all programs here share: a Markdown table of figures, empty databases, a clean end."""

import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from statistics import quantiles
from typing import NamedTuple

from tests import postgresql

MET, MISSED = "met", "**NOT MET**"


class Row(NamedTuple):
    """A figure in `unit`; without a goal it only informs. `is_least`: the goal is a least."""

    what: str
    figure: float
    unit: str = "ms"
    goal: float | None = None
    is_least: bool = False

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return ""
        good = self.figure >= self.goal if self.is_least else self.figure <= self.goal
        return MET if good else MISSED

    @property
    def wanted(self) -> str:
        sign = "≥" if self.is_least else "≤"
        return "" if self.goal is None else f"{sign} {self.goal:g} {self.unit}".strip()


def written(rows: Iterable[Row]) -> str:
    lines = ["| Measured | Goal | Figure | |", "|---|---:|---:|---|"]
    for row in rows:
        figure = f"{row.figure:g} {row.unit}".strip()
        lines.append(f"| {row.what} | {row.wanted} | {figure} | {row.verdict} |")
    return "\n".join(lines)


def p95(figures: list[float]) -> float:
    """What 95 of 100 do not exceed."""
    return quantiles([*figures, *figures[:1]], n=20)[-1]


def milliseconds(run: Callable[[], object], times: int) -> list[float]:
    took = []
    for _ in range(times):
        before = time.perf_counter()
        run()
        took.append((time.perf_counter() - before) * 1000)
    return took


@contextmanager
def databases() -> Iterator[dict[str, str | None]]:
    """The address of an empty database of each kind, gone afterwards; None where there is none."""
    with ExitStack() as held:
        folder = held.enter_context(tempfile.TemporaryDirectory())
        name = None
        if postgresql.is_there():
            name = held.enter_context(postgresql.bare(is_durable=True))
        yield {
            "SQLite": f"sqlite:///{folder}/bench.sqlite",
            "PostgreSQL": postgresql.url_of(name) if name else None,
        }


def on_both(measured: Callable[[str], Iterable[Row]]) -> None:
    """Measure on SQLite and on PostgreSQL, one table each."""
    with databases() as urls:
        for name, url in urls.items():
            print(f"### {name}\n")
            if url is None:
                print(f"{MISSED}: no PostgreSQL is reachable.\n")
                continue
            print(written(measured(url)), end="\n\n", flush=True)


def leave_cleanly() -> None:
    """On SIGTERM databases, servers and folders go away with the program."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
