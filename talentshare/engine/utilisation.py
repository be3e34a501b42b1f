"""How booked time stands to capacity, day by day: what the rates are made of. Arrays in and out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from talentshare.engine.week import DAYS
from talentshare.kernel.period import Period
from talentshare.kernel.weeks import APRIL, WEEK, add_months, fiscal_year, monday

DEFINITION_VERSION = 1
MOST_WEEKS_BY_WEEK = 10
THURSDAY = 3
MONTHS_OF_QUARTER = 3
FEWEST_PEOPLE = 5
MEASURES = 5
CAPACITY, CONFIRMED, HELD, EXTRA, GAP = range(MEASURES)
OUTSIDE = -1
NUMBERS = np.arange(DAYS)

Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
Table = npt.NDArray[np.integer]


class Unit(StrEnum):
    """Into what a period is cut."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    FISCAL_YEAR = "year"


@dataclass(frozen=True)
class Figures:
    """Minutes of some people in some days; extra and gap stand apart from the rates."""

    capacity_minutes: int = 0
    confirmed_minutes: int = 0
    held_minutes: int = 0
    extra_minutes: int = 0
    gap_minutes: int = 0

    @property
    def is_counted(self) -> bool:
        """There is capacity to divide by; else the rates are 算定対象外."""
        return self.capacity_minutes > 0

    @property
    def projected_minutes(self) -> int:
        return self.confirmed_minutes + self.held_minutes

    @property
    def free_minutes(self) -> int:
        return self.capacity_minutes - self.projected_minutes


@dataclass(frozen=True)
class Span:
    """A period cut at the borders of weeks or months, and the whole weeks that it touches."""

    period: Period
    cuts: tuple[Period, ...]

    @property
    def first_week_on(self) -> date:
        return monday(self.period.first)

    @property
    def last_week_on(self) -> date:
        return monday(self.period.last)

    @property
    def week_count(self) -> int:
        return (self.last_week_on - self.first_week_on) // WEEK + 1

    @property
    def days(self) -> slice:
        """Where the period lies among the days of its weeks."""
        first = self.period.first.weekday()
        return slice(first, first + (self.period.last - self.period.first).days + 1)

    @property
    def starts(self) -> list[int]:
        """The days of the period with which the cuts begin."""
        return [(cut.first - self.period.first).days for cut in self.cuts]

    def cut_of_days(self) -> Whole:
        """Return (weeks, 7): the number of the cut in which each day lies, OUTSIDE for none."""
        found = np.full(self.week_count * DAYS, OUTSIDE)
        marks = np.zeros(self.days.stop - self.days.start, np.int64)
        marks[self.starts] = 1
        found[self.days] = np.cumsum(marks) - 1
        return found.reshape(-1, DAYS)

    def numbers_of(self, whole_parts: Iterable[Period]) -> list[int]:
        """The cuts with which these parts begin; each part is made of whole cuts."""
        firsts = [cut.first for cut in self.cuts]
        return [firsts.index(part.first) for part in whole_parts]


@dataclass(frozen=True)
class Bookings:
    """Minutes of a person in a week, with the weekdays allowed: a bit each, Monday the lowest.

    Arrays of one length; `people` and `weeks` count from 0; `works` numbers what the time is given
    to, as its reader counts it. An appointment is allowed on its own day alone.
    """

    people: Whole
    weeks: Whole
    minutes: Whole
    weekdays: Whole
    is_held: npt.NDArray[np.bool_]
    works: Whole

    def where(self, rows: npt.NDArray[np.bool_]) -> "Bookings":
        """Only these rows."""
        return Bookings(
            self.people[rows],
            self.weeks[rows],
            self.minutes[rows],
            self.weekdays[rows],
            self.is_held[rows],
            self.works[rows],
        )

    def of_people(self, chosen: npt.NDArray[np.bool_]) -> "Bookings":
        """Only those of the chosen people, who are counted anew from 0."""
        found = self.where(chosen[self.people])
        return replace(found, people=(np.cumsum(chosen) - 1)[found.people])


def span_of(period: Period, unit: Unit) -> Span:
    """Return the period, cut so that both its months and its parts are whole cuts."""
    firsts = {part.first for one in (unit, Unit.MONTH) for part in parts(period, one)}
    return Span(period, tuple(_from(sorted(firsts), period.last)))


def usual_unit(period: Period) -> Unit:
    """Return weeks for a period that touches no more than ten, else months."""
    touched = (monday(period.last) - monday(period.first)) // WEEK + 1
    return Unit.WEEK if touched <= MOST_WEEKS_BY_WEEK else Unit.MONTH


def first_of(day: date, unit: Unit) -> date:
    """Return the first day of the week, month, quarter or fiscal year in which a day lies."""
    if unit is Unit.WEEK:
        return monday(day)
    if unit is Unit.FISCAL_YEAR:
        return date(fiscal_year(day), APRIL, 1)
    month = day.month if unit is Unit.MONTH else day.month - (day.month - 1) % MONTHS_OF_QUARTER
    return date(day.year, month, 1)


def parts(period: Period, unit: Unit) -> list[Period]:
    """Return the calendar units of a period, the first and the last cut to it."""
    starts = {first_of(day, unit) for day in period.days()}
    return _from(sorted(max(start, period.first) for start in starts), period.last)


def whole_months(first_on: date, last_on: date) -> Period:
    """Return all days from the month of one day to that of another. Errors: ValueError if none."""
    return Period(first_on.replace(day=1), add_months(last_on, 1) - timedelta(days=1))


def spread_over_days(minutes: Whole, weekdays: Whole, cells: Whole) -> Whole:
    """Return (n, 7) minutes of each day: (n,) minutes spread over the allowed days of `cells`.

    In proportion to the day's minutes, by largest remainder, earlier day first; evenly where no
    allowed day has any. `weekdays` are masks from 1 to 127. Row by row the same as
    `capacity.spread`. Source: PRODUCT, section 7.
    """
    allowed = weekdays[:, None] >> NUMBERS & 1
    room = cells * allowed
    weights = np.where(room.any(axis=1, keepdims=True), room, allowed)
    given, rest = np.divmod(minutes[:, None] * weights, weights.sum(axis=1, keepdims=True))
    left = minutes - given.sum(axis=1)
    claims = rest * DAYS + NUMBERS[::-1]  # of equal remainders the earlier day's is the larger
    descending = -np.sort(-claims, axis=1)
    last = np.take_along_axis(descending, np.maximum(left - 1, 0)[:, None], axis=1)
    spread: Whole = given + ((claims >= last) & (left[:, None] > 0))
    return spread


def minutes_by_cut(span: Span, cells: Table, bookings: Bookings, extra: Table) -> Table:
    """Return (5, people, cuts) minutes: capacity, confirmed, held, extra, gap.

    `cells` is (people, weeks, 7), `extra` (people, weeks). A week that lies in one cut counts there
    whole, another is spread over its days. What belongs to a week as a whole, extra and gap, counts
    on its Thursday. Gap is what is booked beyond capacity and extra.
    """
    people, weeks, _ = cells.shape
    table = np.zeros((MEASURES, people, len(span.cuts)), np.int64)
    by_day = cells.reshape(people, weeks * DAYS)[:, span.days]
    table[CAPACITY] = np.add.reduceat(by_day, span.starts, axis=1)
    table[[CONFIRMED, HELD]] = _booked(span, cells, bookings, bookings.people, people)
    booked = _sums(bookings.people * weeks + bookings.weeks, bookings.minutes, people * weeks)
    gap = booked.reshape(people, weeks) - cells.sum(axis=2) - extra
    for week, cut in enumerate(span.cut_of_days()[:, THURSDAY]):
        if cut != OUTSIDE:
            table[EXTRA, :, cut] += extra[:, week]
            table[GAP, :, cut] += np.maximum(gap[:, week], 0)
    return table


def minutes_by_line(
    span: Span, cells: Table, bookings: Bookings, lines: Whole, count: int
) -> Table:
    """Return (5, lines, cuts): confirmed and held of each line, into which bookings are sorted."""
    table = np.zeros((MEASURES, count, len(span.cuts)), np.int64)
    table[[CONFIRMED, HELD]] = _booked(span, cells, bookings, lines, count)
    return table


def grouped(table: Table, rows: Whole, groups: Whole, count: int) -> Table:
    """Return (5, groups, cuts) sums; each pair says that this row of the table is in this group."""
    found = np.zeros((MEASURES, count, table.shape[2]), np.int64)
    for measure in range(MEASURES):
        for cut in range(table.shape[2]):
            found[measure, :, cut] = _sums(groups, table[measure, rows, cut], count)
    return found


def by_part(table: Table, starts: list[int]) -> Table:
    """Return (5, people, parts) minutes; parts begin with the cuts of these numbers, in order."""
    summed: Table = np.add.reduceat(table, starts, axis=2)
    return summed


def is_told(counts: Table) -> bool:
    """Tell whether sums over these (months,) people show none of them: nobody, or enough."""
    return bool(((counts == 0) | (counts >= FEWEST_PEOPLE)).all())


def told_apart(counts: Table, among: Flags | None = None) -> Flags:
    """Return (groups,): which of all, or `among` these, may stand apart; others are told together.

    `counts` is (groups, times) people, no one in two groups. What is told together must be many
    enough too, or what is told apart would be taken from the whole to find it: the smallest
    groups join until it is.
    """
    apart = np.array([is_told(row) for row in counts], bool)
    apart &= True if among is None else among
    for smallest in np.argsort(counts.sum(axis=1), kind="stable"):
        if is_told(counts[~apart].sum(axis=0)):
            break
        apart[smallest] = False
    return apart


def figures(minutes: Table) -> Figures:
    """Return the five sums of (5, …) minutes: of groups, rates are sums divided by sums."""
    sums: list[int] = minutes.reshape(MEASURES, -1).sum(axis=1).tolist()
    return Figures(*sums)


def each_figures(minutes: Table) -> list[list[Figures]]:
    """Return the figures of each person and part of (5, people, parts) minutes."""
    rows: list[list[list[int]]] = np.moveaxis(minutes, 0, 2).tolist()
    return [[Figures(*five) for five in row] for row in rows]


def _from(firsts: list[date], last: date) -> list[Period]:
    """Periods that follow each other from these days on."""
    lasts = [first - timedelta(days=1) for first in firsts[1:]]
    return [Period(*pair) for pair in zip(firsts, [*lasts, last], strict=True)]


def _booked(span: Span, cells: Table, bookings: Bookings, lines: Whole, count: int) -> Whole:
    """The minutes as (2, lines, cuts): confirmed and held; a line for each booking is given."""
    confirmed, held = ~bookings.is_held, bookings.is_held
    return np.stack(
        [_by_cut(span, cells, bookings.where(r), lines[r], count) for r in (confirmed, held)]
    )


def _by_cut(span: Span, cells: Table, rows: Bookings, lines: Whole, count: int) -> Whole:
    """The minutes of the rows as (lines, cuts)."""
    cuts = span.cut_of_days()
    first, last = cuts[rows.weeks, 0], cuts[rows.weeks, DAYS - 1]
    whole = (first == last) & (first != OUTSIDE)
    size = count * len(span.cuts)
    sums = _sums(lines[whole] * len(span.cuts) + first[whole], rows.minutes[whole], size)
    who, weeks = rows.people[~whole], rows.weeks[~whole]
    days = spread_over_days(rows.minutes[~whole], rows.weekdays[~whole], cells[who, weeks])
    places = lines[~whole][:, None] * len(span.cuts) + cuts[weeks]
    inside = cuts[weeks] != OUTSIDE
    sums += _sums(places[inside], days[inside], size)
    return sums.reshape(count, len(span.cuts))


def _sums(places: Whole, minutes: Whole, size: int) -> Whole:
    return np.bincount(places, minutes, minlength=size).astype(np.int64)
