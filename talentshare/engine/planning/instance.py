"""A planning instance: who is there, what is asked for, and what is fixed already.

The format is one JSON object; each mistake in it is one sentence that names the field.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NOBODY = -1
MOST_WEEKS = 520
MOST = 10**9  # hours, weights, fits and ids: what is beyond is a mistake
MOST_WORTH = 10**15  # of all allocations, so that sums stay exact

NUMBER = re.compile(r"0|-?[1-9][0-9]{0,9}")
WHO, FIT = range(2)  # columns of what is eligible
NO_PAIRS: Ints = np.zeros((0, 2), np.int64)
POSITION = ("bodies", "hours", "lengths", "earliest", "latest", "weights")  # columns of Instance


class Malformed(ValueError):
    """An instance that cannot be read: one sentence that names the field."""


@dataclass(frozen=True)
class Instance:
    """Shapes: s specialists, p positions, w weeks, e eligible pairs; hours are whole hours a week.

    Pairs are sorted by position, then by specialist. Rows stand for ids; ids are the format's own.
    """

    weeks: int
    specialist_ids: Ints  # (s)
    capacity: Ints  # (s, w) hours
    at_work: Bools  # (s, w) not on leave
    max_bodies: Ints  # (s) bodies in one week
    position_ids: Ints  # (p)
    bodies: Ints  # (p) rows of bodies, 0 to the number of bodies - 1
    body_ids: Ints
    hours: Ints  # (p) a week
    lengths: Ints  # (p) weeks
    earliest: Ints  # (p) first week
    latest: Ints  # (p) last week in which it may start
    weights: Ints  # (p)
    pinned_to: Ints  # (p) row of a specialist, or NOBODY
    pinned_start: Ints  # (p)
    pair_position: Ints  # (e) row
    pair_specialist: Ints  # (e) row
    pair_fit: Ints  # (e) 1/1000
    is_limited: Bools  # (e) only some starts of the window are possible
    possible: Ints  # these, as pair × weeks + start, sorted
    previous: tuple[tuple[int, int, int], ...] = ()  # rows of position and specialist, start
    penalty: int = 0  # for each of `previous` that a plan does not keep

    @property
    def is_pinned(self) -> Bools:
        """(p) Agreed already, not to be moved."""
        return np.asarray(self.pinned_to != NOBODY)

    def may_start(self, pairs: Ints, starts: Ints | int) -> Bools:
        """Whether each of these pairs (rows) may begin in this week of its window."""
        limited = self.is_limited[pairs]
        if not limited.any():
            return ~limited
        return ~limited | np.isin(pairs * self.weeks + starts, self.possible)


def read(text: str | bytes) -> Instance:
    """Read an instance. Errors: Malformed."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"The file is not JSON: {error}.") from error
    return made(_object(given, "the file"))


def made(given: Mapping[str, Any]) -> Instance:
    """Make an instance of what the format holds. Errors: Malformed."""
    weeks = _whole(given, "weeks", (1, MOST_WEEKS))
    people = [_object(one, f"specialists[{n}]") for n, one in _rows(given, "specialists")]
    needs = [_object(one, f"positions[{n}]") for n, one in _rows(given, "positions")]
    rows = _ids(people, "specialists")
    facts = [_position(one, f"positions[{n}]", weeks, rows) for n, one in enumerate(needs)]
    if sum(fact["greatest"] for fact in facts) > MOST_WORTH:
        raise Malformed(
            f"positions: weight × fit × hours × weeks of all must not exceed {MOST_WORTH}."
        )
    position, specialist, fit = _pairs(facts)
    is_limited, possible = _possible(facts, weeks)
    asked: dict[str, Any] = {
        name: np.array([fact[name] for fact in facts], np.int64)
        for name in (*POSITION, "pinned_to", "pinned_start")
    }
    capacity, at_work, max_bodies = _people(people, weeks)
    asked["body_ids"], asked["bodies"] = np.unique(asked["bodies"], return_inverse=True)
    asked["bodies"] = asked["bodies"].astype(np.int64)
    previous, penalty = _previous(given, weeks, (_ids(needs, "positions"), rows))
    instance = Instance(
        weeks=weeks,
        specialist_ids=np.array(list(rows), np.int64),
        capacity=capacity,
        at_work=at_work,
        max_bodies=max_bodies,
        position_ids=np.array(list(_ids(needs, "positions")), np.int64),
        **asked,
        pair_position=position,
        pair_specialist=specialist,
        pair_fit=fit,
        is_limited=is_limited,
        possible=possible,
        previous=previous,
        penalty=penalty,
    )
    _require_pins_fit(instance)
    return instance


def _people(people: Sequence[Mapping[str, Any]], weeks: int) -> tuple[Ints, Bools, Ints]:
    at_work = np.ones((len(people), weeks), dtype=bool)
    capacity = np.zeros((len(people), weeks), np.int64)
    most = np.zeros(len(people), np.int64)
    for n, one in enumerate(people):
        where = f"specialists[{n}]"
        capacity[n] = _wholes(one, "capacity", where, weeks)
        at_work[n, _wholes(one, "leave", where, None, weeks - 1)] = False
        most[n] = _whole(one, "max_bodies", (0, MOST), where)
    return capacity, at_work, most


def _position(
    one: Mapping[str, Any], where: str, weeks: int, rows: Mapping[int, int]
) -> dict[str, Any]:
    fact: dict[str, Any] = {
        "bodies": _whole(one, "body", (-MOST, MOST), where),
        "hours": _whole(one, "hours", (1, MOST), where),
        "lengths": _whole(one, "weeks", (1, weeks), where),
        "weights": _whole(one, "weight", (0, MOST), where),
    }
    last = weeks - fact["lengths"]
    fact["earliest"] = _whole(one, "earliest", (0, last), where)
    fact["latest"] = _whole(one, "latest_start", (fact["earliest"], last), where)
    fact["eligible"] = _eligible(one, where, rows)
    greatest = int(fact["eligible"][:, FIT].max(initial=0))
    fact["greatest"] = greatest * fact["weights"] * fact["hours"] * fact["lengths"]
    if fact["greatest"] > MOST_WORTH:
        raise Malformed(f"{where}: weight × fit × hours × weeks must not exceed {MOST_WORTH}.")
    fact["starts"] = _starts(one, where, fact, rows)
    fact["pinned_to"], fact["pinned_start"] = _pin(one, where, fact, rows)
    return fact


def _eligible(one: Mapping[str, Any], where: str, rows: Mapping[int, int]) -> Ints:
    """(e, 2) Rows of specialists and fits, by row."""
    given = _object(one.get("eligible"), f"{where}.eligible")
    found = []
    for name in given:
        row = rows.get(int(name)) if NUMBER.fullmatch(name) else None
        if row is None:
            said = repr(name)[:40]
            raise Malformed(f"{where}.eligible names {said}, which is no id of a specialist.")
        found.append((row, _whole(given, name, (0, MOST), f"{where}.eligible")))
    return np.array(sorted(found), np.int64).reshape(-1, 2)


def _starts(
    one: Mapping[str, Any], where: str, fact: Mapping[str, Any], rows: Mapping[int, int]
) -> dict[int, set[int]]:
    """The only possible starts, by row of a specialist."""
    if one.get("starts") is None:
        return {}
    where, able = f"{where}.starts", set(fact["eligible"][:, WHO].tolist())
    given, found = _object(one["starts"], where), dict[int, set[int]]()
    for name in given:
        row = rows.get(int(name)) if NUMBER.fullmatch(name) else None
        if row not in able:
            raise Malformed(f"{where} names {repr(name)[:40]}, who is none of the eligible.")
        found[rows[int(name)]] = weeks = set[int]()
        for n, week in _rows(given, name, where):
            weeks.add(_checked(week, f"{where}.{name}[{n}]", (fact["earliest"], fact["latest"])))
            if len(weeks) == n:
                raise Malformed(f"{where}.{name}[{n}] is {week}, which is named before.")
    return found


def _pairs(facts: Sequence[Mapping[str, Any]]) -> tuple[Ints, Ints, Ints]:
    """Position, specialist and fit of each."""
    specialist, fit = np.concatenate([NO_PAIRS, *(fact["eligible"] for fact in facts)]).T.copy()
    counts = np.array([len(fact["eligible"]) for fact in facts], np.int64)
    return np.repeat(np.arange(len(facts)), counts), specialist, fit


def _possible(facts: Sequence[Mapping[str, Any]], weeks: int) -> tuple[Bools, Ints]:
    """Which pairs are limited to some starts, and to which."""
    is_limited = np.zeros(sum(len(fact["eligible"]) for fact in facts), np.bool_)
    first, possible = 0, list[int]()
    for fact in facts:
        rows = fact["eligible"][:, WHO]
        for who, starts in sorted(fact["starts"].items()):
            pair = first + int(np.searchsorted(rows, who))
            is_limited[pair] = True
            possible += [pair * weeks + week for week in sorted(starts)]
        first += len(rows)
    return is_limited, np.array(possible, np.int64)


def _pin(
    one: Mapping[str, Any], where: str, fact: Mapping[str, Any], rows: Mapping[int, int]
) -> tuple[int, int]:
    if one.get("pinned") is None:
        return NOBODY, 0
    where = f"{where}.pinned"
    pin = _object(one["pinned"], where)
    who = _whole(pin, "specialist", (-MOST, MOST), where)
    if rows.get(who) not in set(fact["eligible"][:, WHO].tolist()):
        raise Malformed(f"{where}.specialist must be one of the eligible; {who} is none.")
    start = _whole(pin, "start", (fact["earliest"], fact["latest"]), where)
    if start not in fact["starts"].get(rows[who], {start}):
        raise Malformed(f"{where}.start is {start}, which is none of the starts of {who}.")
    return rows[who], start


def _previous(
    given: Mapping[str, Any], weeks: int, rows_of: tuple[Mapping[int, int], Mapping[int, int]]
) -> tuple[tuple[tuple[int, int, int], ...], int]:
    """Positions that are gone are nothing to keep; whom a gone specialist served must change."""
    if given.get("previous") is None:
        return (), 0
    positions, specialists = rows_of
    found: dict[int, tuple[int, int]] = {}
    penalty = _whole(given, "penalty", (0, MOST))
    for n, one in _rows(given, "previous"):
        where = f"previous[{n}]"
        kept = _object(one, where)
        number = _whole(kept, "position", (-MOST, MOST), where)
        who = _whole(kept, "specialist", (-MOST, MOST), where)
        start = _whole(kept, "start", (0, weeks - 1), where)
        if number in found:
            raise Malformed(f"{where}.position is {number}, which is named before.")
        found[number] = specialists.get(who, NOBODY), start
    if penalty * len(found) > MOST_WORTH:
        raise Malformed(f"penalty of all previous allocations must not exceed {MOST_WORTH}.")
    return tuple((positions[p], *rest) for p, rest in found.items() if p in positions), penalty


def _require_pins_fit(instance: Instance) -> None:
    """What is pinned must be feasible by itself, or no plan is."""
    left = np.where(instance.at_work, instance.capacity, MOST)
    served: dict[tuple[int, int], set[int]] = {}
    for p in np.flatnonzero(instance.is_pinned):
        who, start, length = instance.pinned_to[p], instance.pinned_start[p], instance.lengths[p]
        span = slice(start, start + length)
        left[who, span] -= instance.hours[p]
        absent = length - instance.at_work[who, span].sum()
        for week in range(start, start + length):
            served.setdefault((int(who), week), set()).add(int(instance.bodies[p]))
        if absent > length // 5:
            raise Malformed(f"positions[{p}].pinned: leave takes more than a fifth of its weeks.")
        if (left[who, span] < 0).any():
            raise Malformed(f"positions[{p}].pinned: the specialist has no such hours left.")
        if any(
            len(served[int(who), week]) > instance.max_bodies[who]
            for week in range(start, start + length)
        ):
            raise Malformed(f"positions[{p}].pinned: too many bodies in one week.")


def _object(given: object, where: str) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise Malformed(f"{where} must be an object.")
    return given


def _rows(given: Mapping[str, Any], name: str, where: str = "") -> Iterable[tuple[int, object]]:
    found = given.get(name)
    if not isinstance(found, list):
        raise Malformed(f"{where}.{name} must be a list." if where else f"{name} must be a list.")
    return enumerate(found)


def _ids(given: Sequence[Mapping[str, Any]], name: str) -> dict[int, int]:
    """The row of each id."""
    rows: dict[int, int] = {}
    for n, one in enumerate(given):
        number = _whole(one, "id", (-MOST, MOST), f"{name}[{n}]")
        if number in rows:
            raise Malformed(f"{name}[{n}].id is {number}, which {name}[{rows[number]}] has, too.")
        rows[number] = n
    return rows


def _whole(given: Mapping[str, Any], name: str, span: tuple[int, int], where: str = "") -> int:
    return _checked(given.get(name), f"{where}.{name}" if where else name, span)


def _wholes(
    given: Mapping[str, Any], name: str, where: str, count: int | None, most: int = MOST
) -> list[int]:
    full, found = f"{where}.{name}", given.get(name)
    if not isinstance(found, list) or count not in {None, len(found)}:
        raise Malformed(f"{full} must be a list{f' of {count} numbers' if count else ''}.")
    return [_checked(one, f"{full}[{n}]", (0, most)) for n, one in enumerate(found)]


def _checked(value: object, full: str, span: tuple[int, int]) -> int:
    least, most = span
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        said = "missing" if value is None else repr(value)[:40]
        raise Malformed(f"{full} must be a whole number from {least} to {most}; it is {said}.")
    return value
