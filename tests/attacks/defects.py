"""What is wrong in a database, recomputed in Python: knows no trigger, no kept sum, no view."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from tests.attacks.databases import Attacked

Week = tuple[int, str]


def in_ledger(it: Attacked) -> list[str]:
    """Every broken promise of the booking ledger; [] is a sound one."""
    sold, found = _allocated(it)
    clashes = _count_appointments(it, sold)
    given = _granted(it)
    kept = {
        (person, str(week)): figures
        for person, week, *figures in it.rows(
            "select specialist_id, week_on, capacity_minutes, booked_minutes, "
            f"granted_extra_minutes, leave_gap_minutes from {it.home}.week_ledger"
        )
    }
    found += clashes + [f"no row for {key}" for key in set(sold) | set(given) if key not in kept]
    for key, figures in kept.items():
        capacity, *totals = figures
        gap = max(0, sold[key] - capacity - given[key])
        if totals != [sold[key], given[key], gap]:
            found.append(f"{key} keeps {totals}, true: {[sold[key], given[key], gap]}")
    if not found and it.rows(f"select * from {it.home}.ledger_drift"):
        found.append("the view ledger_drift shows a drift that is none")
    return found


def _allocated(it: Attacked) -> tuple[Counter[Week], list[str]]:
    sold: Counter[Week] = Counter()
    found = []
    query = f"select specialist_id, week_on, minutes from {it.home}.allocation_week"
    for person, week, minutes in it.rows(query):
        sold[person, str(week)] += minutes
        if minutes <= 0:
            found.append(f"{minutes} minutes")
    return sold, found


def _granted(it: Attacked) -> Counter[Week]:
    given: Counter[Week] = Counter()
    query = f"select specialist_id, week_on, minutes from {it.home}.extra_grant"
    for person, week, minutes in it.rows(query):
        given[person, str(week)] += minutes
    return given


def _count_appointments(it: Attacked, sold: Counter[Week]) -> list[str]:
    """Add live appointments to `sold`; return the clashes among them."""
    spans = defaultdict(list)
    query = (
        "select specialist_id, starts_at, ends_at, buffer_before, buffer_after "
        f"from {it.home}.appointment where state <> 'cancelled'"
    )
    for person, starts_at, ends_at, before, after in it.rows(query):
        start, end = _instant(starts_at), _instant(ends_at)
        sold[person, str(_week(start))] += int((end - start) / timedelta(minutes=1))
        spans[person].append((start - timedelta(minutes=before), end + timedelta(minutes=after)))
    return [
        f"person {person} is taken twice at {second[0]}"
        for person, blocked in spans.items()
        for first, second in pairwise(sorted(blocked))
        if second[0] < first[1]
    ]


def _instant(value: datetime | str) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def _week(instant: datetime) -> date:
    day = (instant + timedelta(hours=9)).date()
    return day - timedelta(days=day.weekday())


def in_audit(it: Attacked, first: list[tuple[Any, ...]]) -> list[str]:
    """Every broken promise of the audit trail, which began with the rows `first`."""
    query = "select seq, deed, prev, hash from {0}.audit_event order by seq"
    events = [(seq, deed, bytes(p), bytes(h)) for seq, deed, p, h in it.rows(query.format(it.home))]
    heads = [
        (number, seq, bytes(link))
        for number, seq, link in it.rows(f"select id, seq, hash from {it.home}.audit_head")
    ]
    if not first and not heads:
        return []  # no chain has begun
    found = [] if events[: len(first)] == first else ["written deeds were changed"]
    if len(heads) != 1 or heads[0][0] != 1:
        return [*found, f"{len(heads)} heads"]
    sealed = [event for event in events if event[0] <= heads[0][1]]
    if [event[0] for event in sealed] != list(range(1, heads[0][1] + 1)):
        found.append("the chain has a hole")
    links = [bytes(1), *(event[3] for event in sealed)]
    if [event[2] for event in sealed] != links[:-1] or heads[0][2] != links[-1]:
        found.append("a link does not hold")
    return found
