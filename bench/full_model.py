"""A planning instance as one whole model for general solvers, and the run of one of them as a process.

A column says that a specialist serves a position from one week on; further columns say that a specialist serves
a body in a week. Rows: a position is served once; hours a week; bodies a week. What is pinned is no column: it takes its
hours and seats beforehand. Rows that cannot be broken are left out, and so are columns that no plan could hold.
Shares no code with the planner, and loads no solver: two of them cannot live in one process.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

MOST_ENTRIES = 80_000_000  # weeks of columns: beyond it no solver here has the memory
MOST_BYTES = 16 * 2**30
OPTIMAL, FEASIBLE, NOTHING, TOO_LARGE = "optimal", "feasible", "nothing found", "too large"
BEGUN = "Searching."


class Model(NamedTuple):
    """Greatest sum of `worth` with `entries` of each row at most `most`; all columns are 0 or 1.

    Shapes: n columns that are allocations, then y that are bodies served; r rows, e entries, row by row.
    """

    allocations: list[dict[str, int]]  # (n)
    pinned: list[dict[str, int]]
    pinned_worth: int
    worth: np.ndarray  # (n + y)
    most: np.ndarray  # (r)
    first: np.ndarray  # (r + 1)
    column: np.ndarray  # (e)
    entry: np.ndarray  # (e)


class Outcome(NamedTuple):
    """What a solver found; `bound` is its own word, in the worth of all that is not pinned."""

    chosen: np.ndarray  # (n) of columns, none where it found no plan
    bound: float | None
    status: str


Search = Callable[[float], Outcome]  # of seconds


class TooLarge(Exception):
    """The model of an instance would not fit in memory."""


class Beside(NamedTuple):
    """What the pinned positions leave. Shapes: s specialists, w weeks."""

    hours: np.ndarray  # (s, w)
    seats: np.ndarray  # (s, w) for bodies that are not served yet
    at_work: np.ndarray  # (s, w)
    served: dict[int, np.ndarray]  # (s, w) of each body with something pinned


class Columns(NamedTuple):
    position: np.ndarray
    specialist: np.ndarray
    start: np.ndarray
    worth: np.ndarray


def modelled(instance):
    """The model of an instance. Errors: TooLarge."""
    rows_of = {one["id"]: n for n, one in enumerate(instance["specialists"])}
    beside, pinned, pinned_worth = beside_pinned(instance, rows_of)
    columns = all_columns(instance, rows_of, beside)
    needs, people = instance["positions"], instance["specialists"]
    allocations = [
        {"position": needs[p]["id"], "specialist": people[who]["id"], "start": start}
        for p, who, start in zip(*(part.tolist() for part in columns[:3]), strict=True)
    ]
    bodies_served, most, rows = all_rows(instance, columns, beside)
    row, column, entry = (np.concatenate(part) for part in zip(*rows, strict=True))
    order = np.lexsort((column, row))
    first = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(most)))])
    worth = np.concatenate([columns.worth, np.zeros(bodies_served, np.int64)])
    return Model(
        *(allocations, pinned, pinned_worth, worth, most),
        *(first, column[order], entry[order]),
    )


def beside_pinned(instance, rows_of):
    people, weeks = instance["specialists"], instance["weeks"]
    hours = np.array([one["capacity"] for one in people], np.int64).reshape(-1, weeks)
    seats = np.repeat([[one["max_bodies"]] for one in people], weeks, axis=1)
    at_work = np.ones(hours.shape, bool)
    for n, one in enumerate(people):
        at_work[n, one["leave"]] = False
    served, pinned, worth = {}, [], 0
    for one in instance["positions"]:
        if not one["pinned"]:
            continue
        pinned.append({"position": one["id"], **one["pinned"]})
        who, start = rows_of[one["pinned"]["specialist"]], one["pinned"]["start"]
        span = slice(start, start + one["weeks"])
        hours[who, span] -= one["hours"]
        there = served.setdefault(one["body"], np.zeros(hours.shape, bool))
        seats[who, span] -= ~there[who, span]
        there[who, span] = True
        fit = one["eligible"][str(one["pinned"]["specialist"])]
        worth += one["weight"] * one["hours"] * fit * int(at_work[who, span].sum())
    return Beside(hours, seats, at_work, served), pinned, worth


def all_columns(instance, rows_of, beside):
    """Every position with every specialist and start that the rules allow it alone."""
    parts, entries = [], 0
    for n, need in enumerate(instance["positions"]):
        if need["pinned"] or not need["eligible"]:
            continue
        part = columns_of(n, need, rows_of, beside)
        entries += len(part.start) * need["weeks"]
        if entries > MOST_ENTRIES:
            raise TooLarge
        parts.append(part)
    none = np.zeros(0, np.int64)
    return Columns(*(np.concatenate([none, *part]) for part in zip(*parts, strict=True)))


def columns_of(n, need, rows_of, beside):
    who = np.array([rows_of[int(name)] for name in need["eligible"]])
    fit = np.array(list(need["eligible"].values()))
    starts = np.arange(need["earliest"], need["latest_start"] + 1)
    at_work, seats = beside.at_work[who], beside.seats[who]
    has_seat = seats > 0
    if need["body"] in beside.served:
        has_seat |= beside.served[need["body"]][who]
    has_room = has_seat & (~at_work | (beside.hours[who] >= need["hours"]))
    worked = in_window(at_work, starts, need["weeks"])
    fits = in_window(has_room, starts, need["weeks"]) == need["weeks"]
    fits &= need["weeks"] - worked <= need["weeks"] // 5
    worth = need["weight"] * need["hours"] * fit[:, None] * worked
    at, start = np.nonzero(fits & (worth > 0))
    return Columns(np.full(len(at), n), who[at], starts[start], worth[at, start])


def in_window(is_so, starts, length):
    """(e, starts) In how many weeks of each window it is so."""
    counted = np.zeros((len(is_so), is_so.shape[1] + 1), np.int64)
    counted[:, 1:] = np.cumsum(is_so, axis=1)
    return counted[:, starts + length] - counted[:, starts]


class Weeks(NamedTuple):
    """One for each week of each column."""

    column: np.ndarray
    cell: np.ndarray  # specialist and week
    pair: np.ndarray  # position and specialist
    body: np.ndarray
    hours: np.ndarray


def all_rows(instance, columns, beside):
    """How many columns more, the most of each row, and parts of (row, column, entry)."""
    needs = instance["positions"]
    weeks = weeks_of(instance, columns, beside)
    most = [np.ones(len(needs), np.int64)]
    each = np.arange(len(columns.start))
    rows = [(columns.position, each, np.ones(len(each), np.int64))]
    hours_most, hours_rows = hours_a_week(weeks, beside, len(needs))
    most.append(hours_most)
    rows.append(hours_rows)
    first = len(needs) + len(hours_most)
    more, bodies_most, bodies_rows = bodies_a_week(weeks, beside, first, len(each))
    return more, np.concatenate([*most, bodies_most]), rows + bodies_rows


def weeks_of(instance, columns, beside):
    needs, weeks = instance["positions"], instance["weeks"]
    length, hours = (
        np.array([one[name] for one in needs], np.int64)[columns.position]
        for name in ("weeks", "hours")
    )
    names = {one: n for n, one in enumerate(dict.fromkeys(one["body"] for one in needs))}
    body = np.array([names[one["body"]] for one in needs], np.int64)[columns.position]
    column = np.repeat(np.arange(len(length)), length)
    since = np.arange(len(column)) - np.repeat(np.cumsum(length) - length, length)
    cell = columns.specialist[column] * weeks + columns.start[column] + since
    pair = (columns.position * len(beside.hours) + columns.specialist)[column]
    served = np.zeros(len(column), bool)
    for one, there in beside.served.items():
        served |= (body[column] == names[one]) & there.ravel()[cell]
    taken = np.where(served, -1, body[column])  # a body that is served anyway takes no seat
    return Weeks(column, cell, pair, taken, hours[column])


def hours_a_week(weeks, beside, first):
    """A row for each cell, but on leave, in which all pairs together would take more than there is."""
    left = beside.hours.ravel()
    _, once = np.unique(weeks.pair * left.size + weeks.cell, return_index=True)
    asked = np.bincount(weeks.cell[once], weights=weeks.hours[once], minlength=left.size)
    wanted = np.flatnonzero(asked > np.where(beside.at_work.ravel(), left, asked))
    row = np.full(left.size, -1)
    row[wanted] = first + np.arange(len(wanted))
    held = row[weeks.cell] >= 0
    return left[wanted], (row[weeks.cell[held]], weeks.column[held], weeks.hours[held])


def bodies_a_week(weeks, beside, first, columns):
    """A row for each cell with more bodies than seats; a column for each body that several pairs serve there."""
    seats = beside.seats.ravel()
    takes = weeks.body >= 0
    column, cell, pair, body = (part[takes] for part in weeks[:4])
    bodies = 1 + (int(body.max()) if len(body) else 0)
    visit = cell * bodies + body
    visits, visit = np.unique(visit, return_inverse=True)
    wanted = np.flatnonzero(np.bincount(visits // bodies, minlength=seats.size) > seats)
    row = np.full(seats.size, -1)
    row[wanted] = first + np.arange(len(wanted))
    _, at, pair_of = np.unique(pair * seats.size + cell, return_index=True, return_inverse=True)
    pairs = np.bincount(visit[at], minlength=len(visits))
    held = row[cell] >= 0
    alone, shared = held & (pairs[visit] == 1), held & (pairs[visit] > 1)
    ones = np.ones(len(column), np.int64)
    rows = [(row[cell[alone]], column[alone], ones[alone])]
    served, its = np.unique(visit[shared], return_inverse=True)
    rows.append(
        (row[visits[served] // bodies], columns + np.arange(len(served)), np.ones_like(served))
    )
    linked, link_of = np.unique(pair_of[shared], return_inverse=True)
    link_row = first + len(wanted) + np.arange(len(linked))
    rows.append((link_row[link_of], column[shared], ones[shared]))
    body_column = np.zeros(len(linked), np.int64)
    body_column[link_of] = columns + its
    rows.append((link_row, body_column, -np.ones(len(linked), np.int64)))
    most = np.concatenate([seats[wanted], np.zeros(len(linked), np.int64)])
    return len(served), most, rows


def run(solve: Callable[[Model], Search]):
    """`INSTANCE OUT SECONDS` of the command line: solve the instance, write what was found.

    The seconds are of the search alone; that it begins is told on the error output.
    """
    source, target, limit = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    instance = json.loads(Path(source).read_text("utf-8"))
    began = time.monotonic()
    try:
        model = modelled(instance)
        search = solve(model)
        built = time.monotonic()
        print(BEGUN, file=sys.stderr, flush=True)
        outcome = search(float(limit))
    except (TooLarge, MemoryError):
        sys.exit(TOO_LARGE)
    seconds = time.monotonic() - built
    bound = None if outcome.bound is None else int(outcome.bound + 1e-3) + model.pinned_worth
    found = {
        "allocations": model.pinned + [model.allocations[n] for n in outcome.chosen],
        "bound": bound,
        "status": outcome.status,
        "built": round(built - began, 3),
        "seconds": round(seconds, 3),
    }
    Path(target).write_text(json.dumps(found), "utf-8")
