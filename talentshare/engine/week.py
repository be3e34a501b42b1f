"""One person's week: what fits into it (Hall's condition), and what a short week is asked for."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

DAYS = 7
MASKS = 1 << DAYS
ALL_DAYS = MASKS - 1
WORKING_DAYS = 0b0011111
STEP = 15
MINUTES_OF_A_WEEK = DAYS * 24 * 60
MORE_THAN_ANY_WEEK = 1 << 30


@dataclass(frozen=True)
class Week:
    """Minutes there are on each weekday, Monday first, inside and outside office hours."""

    inside: Sequence[int]
    outside: Sequence[int]

    def __post_init__(self) -> None:
        cells = [*self.inside, *self.outside]
        if len(self.inside) != DAYS or len(cells) != 2 * DAYS or min(cells) < 0:
            raise ValueError("a week has seven weekdays, none of them with negative minutes")

    @property
    def open_days(self) -> int:
        """The mask of the weekdays that have any minutes."""
        return sum(1 << d for d in range(DAYS) if self.inside[d] or self.outside[d])


@dataclass(frozen=True)
class Load:
    """Minutes to place on the weekdays of the mask (bit 0 = Monday), `inside` of them in hours."""

    minutes: int
    inside_minutes: int = 0
    weekdays: int = ALL_DAYS
    label: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.inside_minutes <= self.minutes:
            raise ValueError("the minutes inside office hours are a part of the minutes")
        require_days(self.weekdays)


@dataclass(frozen=True)
class Shortage:
    """`missing_minutes` find no place; `loads` are those that can go to `days` only."""

    missing_minutes: int
    days: tuple[int, ...]
    inside_only: bool
    loads: tuple[Load, ...]


@dataclass(frozen=True)
class Effort:
    """What a full week is asked for; the weekdays of the mask share it evenly."""

    minutes_per_week: int
    inside_minutes_per_week: int = 0
    weekdays: int = WORKING_DAYS

    def __post_init__(self) -> None:
        if not 0 <= self.inside_minutes_per_week <= self.minutes_per_week <= MINUTES_OF_A_WEEK:
            raise ValueError("the minutes inside office hours are a part of a week's minutes")
        require_days(self.weekdays)

    def cut_to(self, minutes_per_week: int) -> "Effort":
        """Return the effort with fewer minutes; the inside part shrinks with it, floored to 15."""
        inside = self.inside_minutes_per_week * minutes_per_week // max(1, self.minutes_per_week)
        return Effort(minutes_per_week, inside // STEP * STEP, self.weekdays)


@dataclass(frozen=True)
class WeekRow:
    """What one week, given by its Monday, is asked for."""

    week_on: date
    minutes: int
    inside_minutes: int


def shortage(week: Week, loads: Iterable[Load]) -> Shortage | None:
    """Return None when all loads fit into the week together, else where they do not.

    Minutes may be split freely over the cells that a load allows; the loads fit iff for each set
    of cells the minutes that can only go there are at most the minutes there (Hall 1935). Only
    sets that join whole choices of loads matter: the inside cells of weekdays A with the outside
    cells of weekdays B, B within A. Returned is the set that lacks most (= the minutes that find
    no place, by max-flow min-cut), among those the smallest; closed days are not named.
    """
    placed = [load for load in loads if load.minutes]
    if _spread_freely(week, placed) and _sums_fit(week, placed):
        return None
    inside, outside = _slacks(week, placed)
    if min(_joined(inside, outside)) >= 0:
        return None
    missing, _, a, b = min(
        (inside[a] + outside[b], a.bit_count() + b.bit_count(), a, b)
        for a in range(MASKS)
        for b in _subsets(a)
    )
    there = tuple(
        load
        for load in placed
        if (load.inside_minutes and _within(load.weekdays, a))
        or (load.minutes > load.inside_minutes and _within(load.weekdays, b))
    )
    return Shortage(-missing, _weekdays(a & week.open_days or a), b == 0, there)


def free(week: Week, loads: Iterable[Load], weekdays: int = ALL_DAYS) -> tuple[int, int]:
    """Return (total, inside): a load of D minutes, I inside, fits iff D <= total and I <= inside.

    `weekdays` is the mask N of the new load; minutes. (0, 0) when the loads do not fit already.

    Proof. Write slack(A, B) for the minutes in the inside cells of A and the outside cells of B
    less the minutes that can only go there. With the new load Hall asks, for all B within A:
    D <= slack(A, B) where N lies in B (all of D can only go there), I <= slack(A, B) where N lies
    in A but not in B (only the inside part is bound), 0 <= slack(A, B) elsewhere, which holds as
    the loads fit. So `total` is the least slack over N within B. `inside` may be the least slack
    over all sets with N in A: the added ones (N in B) ask for no more than I <= D <= total.
    """
    require_days(weekdays)
    placed = [load for load in loads if load.minutes]
    if _spread_freely(week, placed):
        return _free_of_sums(week, placed, weekdays)
    inside, outside = _slacks(week, placed)
    slack = _joined(inside, outside)
    if min(slack) < 0:
        return 0, 0
    bound = [
        slack_b if _within(weekdays, b) else MORE_THAN_ANY_WEEK for b, slack_b in enumerate(outside)
    ]
    around = [a for a in range(MASKS) if _within(weekdays, a)]
    joined = _joined(inside, bound)
    return min(joined[a] for a in around), min(slack[a] for a in around)


def asked(minutes_per_week: int, allowed_days: int, available_days: int) -> int:
    """Return the minutes asked of a short week: its share of the full week, floored to 15.

    Source: PRODUCT, "Short weeks". Errors: ValueError when more days are available than allowed.
    """
    if not 0 <= available_days <= allowed_days or not allowed_days:
        raise ValueError("available days are some of the allowed days")
    return minutes_per_week * available_days // allowed_days // STEP * STEP


def available_days(weekdays: int, week_on: date, closed: Collection[date]) -> int:
    """Count the days of the mask, in the week from Monday `week_on`, that are not closed."""
    return sum(weekdays >> d & 1 and week_on + timedelta(days=d) not in closed for d in range(DAYS))


def weekly_rows(
    effort: Effort, first_week_on: date, weeks: int, closed: Collection[date]
) -> list[WeekRow]:
    """Return what each of `weeks` weeks from Monday `first_week_on` is asked for.

    `closed` holds holidays and closures. The inside part never exceeds the total: both are
    floored from the same share. Errors: ValueError when the first day is no Monday.
    """
    if first_week_on.weekday():
        raise ValueError("weeks start on Monday")
    allowed = effort.weekdays.bit_count()
    rows = []
    for at in range(weeks):
        week_on = first_week_on + timedelta(weeks=at)
        days = available_days(effort.weekdays, week_on, closed)
        minutes = asked(effort.minutes_per_week, allowed, days)
        rows.append(WeekRow(week_on, minutes, asked(effort.inside_minutes_per_week, allowed, days)))
    return rows


def require_days(weekdays: int) -> None:
    """Refuse with ValueError a mask that names no weekday or more than seven."""
    if not 0 < weekdays < MASKS:
        raise ValueError("a mask names at least one of seven weekdays")


def _within(mask: int, other: int) -> bool:
    return not mask & ~other


def _subsets(mask: int) -> Iterable[int]:
    subset = mask
    while subset:
        yield subset
        subset = (subset - 1) & mask
    yield 0


def _weekdays(mask: int) -> tuple[int, ...]:
    return tuple(d for d in range(DAYS) if mask >> d & 1)


def _spread_freely(week: Week, loads: Iterable[Load]) -> bool:
    """Claim that no load is kept from an open day, so that sums alone decide."""
    return all(_within(week.open_days, load.weekdays) for load in loads)


def _sums_fit(week: Week, loads: Iterable[Load]) -> bool:
    left, left_inside = _left(week, loads)
    return left >= 0 and left_inside >= 0


def _left(week: Week, loads: Iterable[Load]) -> tuple[int, int]:
    total, inside = sum(week.inside) + sum(week.outside), sum(week.inside)
    for load in loads:
        total, inside = total - load.minutes, inside - load.inside_minutes
    return total, inside


def _free_of_sums(week: Week, loads: Iterable[Load], weekdays: int) -> tuple[int, int]:
    """Return `free` where only the new load is bound to weekdays: four sets are left of all."""
    left, left_inside = _left(week, loads)
    if left < 0 or left_inside < 0:
        return 0, 0
    inside = sum(week.inside[d] for d in _weekdays(weekdays))
    outside = sum(week.outside[d] for d in _weekdays(weekdays))
    return min(inside + outside, left_inside + outside, left), min(inside, left_inside, left)


def _slacks(week: Week, loads: Iterable[Load]) -> tuple[list[int], list[int]]:
    """Return per set of weekdays the inside and the outside minutes less those bound to it."""
    inside, outside = [0] * MASKS, [0] * MASKS
    for d in range(DAYS):
        inside[1 << d] += week.inside[d]
        outside[1 << d] += week.outside[d]
    for load in loads:
        inside[load.weekdays] -= load.inside_minutes
        outside[load.weekdays] -= load.minutes - load.inside_minutes
    for sums in (inside, outside):
        for d in range(DAYS):
            for mask in range(MASKS):
                if mask >> d & 1:
                    sums[mask] += sums[mask ^ 1 << d]
    return inside, outside


def _joined(inside: Sequence[int], outside: Sequence[int]) -> list[int]:
    """Return per set A of inside days the least slack over all sets B of outside days within A."""
    least = list(outside)
    for d in range(DAYS):
        for mask in range(MASKS):
            if mask >> d & 1:
                least[mask] = min(least[mask], least[mask ^ 1 << d])
    return [a + b for a, b in zip(inside, least, strict=True)]
