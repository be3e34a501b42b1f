"""A small Markdown table: what was measured, its goal, the figure, whether it was reached."""

from collections.abc import Iterable
from statistics import quantiles
from typing import NamedTuple


class Row(NamedTuple):
    """A figure in `unit`; without a goal it only informs."""

    what: str
    figure: float
    unit: str = "ms"
    goal: float | None = None


def written(rows: Iterable[Row]) -> str:
    """The table; a goal is the most that a figure may be."""
    lines = ["| Measured | Goal | Figure | Verdict |", "|---|---|---|---|"]
    for what, figure, unit, goal in rows:
        wanted = "" if goal is None else f"≤ {goal:g} {unit}".strip()
        verdict = "" if goal is None else ("reached" if figure <= goal else "**missed**")
        lines.append(f"| {what} | {wanted} | {figure:g} {unit} | {verdict} |")
    return "\n".join(lines)


def p95(milliseconds: list[float]) -> float:
    """The time within which 95 of 100 are done."""
    return quantiles(milliseconds, n=20)[-1]
