"""From a solution to what is written down of a run: rows that can be booked, and their figures."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import Flask

from talentshare.engine.week import STEP
from talentshare.plans import queries
from talentshare.plans.actions import Outcome, Placed
from talentshare.plans.jobs.task import Allocation, Rows, Task, chosen_of
from talentshare.plans.queries import Judged

THOUSAND = 1000
NOT_TOLD = [None, None]  # where bodies come first, what it costs is not in points alone


def judged(app: Flask, task: Task, solution: Mapping[str, Any]) -> Rows:
    """The rows of a solution as the ledger takes them now, all together.

    Of a trial all are kept: what is only supposed is not in the ledger.
    """
    mine = [one for one in solution["allocations"] if one["position"] in task.needs]
    supposed = [one for one in mine if one["specialist"] < 0]
    rows = _judged(app, task, [one for one in mine if one["specialist"] > 0])
    if task.is_trial:
        return Rows(rows, (), supposed)
    return Rows([row for row in rows if not row.bad], [row for row in rows if row.bad])


def _judged(app: Flask, task: Task, allocations: Sequence[Allocation]) -> list[Judged]:
    with app.app_context():
        return queries.judged_now([chosen_of(task, one) for one in allocations], task.under_way)


def outcome(
    app: Flask, task: Task, solutions: tuple[Mapping[str, Any], Mapping[str, Any]], rows: Rows
) -> Outcome:
    """What is written down of the first and the last search, and of the rows that are left.

    The proof is the first's, before the ledger refused anything: it holds for what is left, too.
    """
    first, last = solutions
    with app.app_context():
        reasons = queries.reasons_of(rows.good)
    good = [row for row in rows.good if task.is_trial or reasons[row.chosen.position_id]]
    kept = {row.chosen.position_id for row in good}
    lost = {row.chosen.position_id for row in [*rows.bad, *rows.good]} - kept
    value = sum(row.chosen.worth for row in good)
    value += sum(chosen_of(task, one).worth for one in rows.supposed)
    is_whole = not task.shut and not lost and value == first.get("value")
    served, most = first.get("goal", {}).get("served", (0, 1))
    told = {
        "serves_most": is_whole and served == most,
        "left_out": _left_out(task, last, lost),
        "repaired": len(task.shut) + len(lost),
        "gap_tenths": gap_tenths(first, value, is_whole=is_whole),
        "price": _price(first, value),
        "bodies": _bodies(app, task, good, first),
    }
    return Outcome(
        task.event,
        [_placed(task, row, reasons[row.chosen.position_id] or []) for row in good],
        value,
        first.get("bound"),
        bool(first.get("verified")),
        date.fromisoformat(task.first_on),
        task.rules_number,
        task.weights_number,
        task.steps,
        told | _context(task, rows.supposed),
        queries.packed(task.instance),
        queries.packed(dict(first)),
    )


def _context(task: Task, supposed: Sequence[Allocation]) -> dict[str, Any]:
    """What was left as it is, and what was only supposed."""
    return {
        "under_way": task.under_way,
        "unplaced": task.unplaced,
        "supposed": [
            [-one["specialist"], one["position"], task.monday(one["start"]).isoformat()]
            for one in supposed
        ],
    }


def gap_tenths(first: Mapping[str, Any], value: int, *, is_whole: bool) -> int | None:
    """By how many tenths of a percent, rounded up, no plan can be better than this one.

    Where bodies come first: no plan that serves as many, as long as that is proven the most.
    """
    goal, bound = first.get("goal"), first.get("bound")
    if value <= 0:
        return 0 if bound == 0 else None
    if goal is not None and is_whole:
        served, most = goal.get("served", [0, 0])
        if served == most:
            before = goal["score"] - value  # what bodies and hours up to the floor count for
            bound = goal["bound"] - before
    if bound is None:
        return None
    return max(0, -((value - int(bound)) * THOUSAND // value))


def _price(first: Mapping[str, Any], value: int) -> list[int] | None:
    """What it costs that bodies come first: of the best total, in tenths of a percent."""
    price = first.get("goal", {}).get("price_of_fairness")
    if not price or value <= 0:
        return None
    least, most = price
    return [least * THOUSAND // (value + least), -(-most * THOUSAND // (value + most))]


def _left_out(task: Task, last: Mapping[str, Any], lost: set[int]) -> list[list[Any]]:
    """Positions without a row: number, reason, by whom outbid, what it costs, changes."""
    found: list[list[Any]] = []
    together = lost | {one["position"] for one in task.shut}
    for one in last.get("unassigned", ()):
        if one["position"] in task.needs.keys() - together:
            reason = one["reasons"][0]
            by = [number for number in reason.get("by", ()) if number > 0]
            loss = NOT_TOLD if last.get("goal") else reason.get("loss", NOT_TOLD)
            found.append([one["position"], reason["code"], by, *loss, one.get("changes", [])])
    placed = {one["position"] for one in last["allocations"]} - lost
    found += [[number, "together", [], None, None, []] for number in sorted(together - placed)]
    found += [
        [int(number), code.partition(".")[2], [], None, None, []]
        for number, code in task.not_reached.items()
    ]
    return found


def _bodies(
    app: Flask, task: Task, good: Sequence[Judged], first: Mapping[str, Any]
) -> list[list[int]]:
    by_hand = [
        one
        for one in first.get("by_hand", ())
        if one["position"] in task.needs and one["specialist"] > 0
    ]
    hand = [row for row in _judged(app, task, by_hand) if not row.bad]
    asked = {number: task.monday(need["earliest"]) for number, need in task.needs.items()}
    span = date.fromisoformat(task.first_on), int(task.what["weeks"])
    with app.app_context():
        return queries.body_lines(asked, span, (hand, good))


def _placed(task: Task, row: Judged, reasons: Sequence[Mapping[str, Any]]) -> Placed:
    one, need = row.chosen, task.needs[row.chosen.position_id]
    return Placed(
        one.position_id,
        one.specialist_id,
        one.start_on,
        need["hours"] * STEP,
        [(week.week_on.isoformat(), week.minutes, week.inside_minutes) for week in row.rows],
        need["eligible"][str(one.specialist_id)],
        one.worth,
        one.is_pinned,
        reasons,
    )
