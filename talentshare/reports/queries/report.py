"""What a report holds, and its lines by person and month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from talentshare.catalogue.models import JobRole
from talentshare.engine import utilisation as engine
from talentshare.engine.told import Flags
from talentshare.engine.utilisation import Figures, Span, Table, Unit, Whole
from talentshare.kernel.period import Period
from talentshare.reports.queries.wanted import BASES, Stock, Wanted, Who

PAGE_ROWS = 50
SPACE = 1_000_000_000  # more than the number of any work


@dataclass(frozen=True)
class PersonLine:
    """One person's figures, part by part and in all."""

    who: Who
    role: JobRole | None
    parts: list[Figures]
    total: Figures


@dataclass(frozen=True)
class Work:
    """What one person does for one body on one legal basis: three numbers and (5, works, cuts).

    Body and basis 0 stand for an appointment, or for a booking that names none.
    """

    people: Whole
    bodies: Whole
    bases: Whole
    minutes: Table

    def where(self, those: Flags) -> "Work":
        people, bodies, bases = self.people[those], self.bodies[those], self.bases[those]
        return Work(people, bodies, bases, self.minutes[:, those])


@dataclass(frozen=True)
class Kept:
    """When and by which version of the definition a report was counted, and for which days."""

    taken_on: date
    taken_at: datetime
    version: int
    days: Period
    work: Work


@dataclass(frozen=True)
class Report:
    """Everybody found, in the order of kana, with minutes by cut: (5, people, cuts)."""

    wanted: Wanted
    span: Span
    shows_people: bool
    roles: Mapping[str, JobRole]
    stock: Stock
    minutes: Table
    kept: Kept | None = None

    @property
    def people(self) -> Sequence[Who]:
        return self.stock.people

    @cached_property
    def total(self) -> Figures:
        return engine.figures(self.minutes)

    @cached_property
    def parts(self) -> list[Period]:
        return engine.parts(self.wanted.period, self.wanted.unit)

    @property
    def part_sums(self) -> list[Figures]:
        """What everybody has, part by part."""
        cells = engine.by_part(self.minutes, self.span.numbers_of(self.parts))
        return [engine.figures(cells[:, :, n]) for n in range(cells.shape[2])]

    @cached_property
    def months(self) -> list[Period]:
        return engine.parts(self.wanted.period, Unit.MONTH)

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.people) // PAGE_ROWS))

    def by_person(self, page: int | None = None) -> list[PersonLine]:
        """The people of one page, or all; nobody for those who see groups only."""
        if not self.shows_people:
            return []
        rows = slice(None) if page is None else slice((page - 1) * PAGE_ROWS, page * PAGE_ROWS)
        minutes = self.minutes[:, rows]
        cells = engine.each_figures(engine.by_part(minutes, self.span.numbers_of(self.parts)))
        totals = engine.each_figures(minutes.sum(axis=2, keepdims=True))
        return [
            PersonLine(who, self.roles.get(who.role_code or ""), figures, total[0])
            for who, figures, total in zip(self.people[rows], cells, totals, strict=True)
        ]

    @cached_property
    def apart(self) -> set[str]:
        """The main roles that may stand apart for this reader."""
        codes = sorted(set(self.codes.tolist()))
        if self.shows_people or not codes:
            return set(codes)
        counts = np.array([self.counts[self.codes == code].sum(axis=0) for code in codes])
        return {code for code, alone in zip(codes, engine.told_apart(counts), strict=True) if alone}

    @cached_property
    def is_withheld(self) -> bool:
        """So few people that sums would show one of them to who sees groups only."""
        return not self.shows_people and not engine.is_told(self.counts.sum(axis=0))

    def of_role(self, code: str) -> "Report":
        """The same of one main role only."""
        those = self.codes == code
        wanted, stock = replace(self.wanted, role_code=code), self.stock.chosen(those)
        return replace(self, wanted=wanted, stock=stock, minutes=self.minutes[:, those])

    @cached_property
    def codes(self) -> NDArray[np.str_]:
        return np.array([who.role_code or "" for who in self.people], np.str_)

    @cached_property
    def counts(self) -> Table:
        """Who has minutes of any kind in which month or part: (people, times) of 0 and 1."""
        return np.asarray(self.at_times(self.minutes).any(axis=0), np.int64)

    def at_times(self, minutes: Table) -> Table:
        """The same minutes by month and by part, one beside the other."""
        return np.concatenate(
            [
                engine.by_part(minutes, self.span.numbers_of(times))
                for times in (self.months, self.parts)
            ],
            axis=2,
        )

    @cached_property
    def work(self) -> Work:
        """What is booked in the period, by person, body and legal basis.

        A kept report has that of everybody whom it was read for.
        """
        if self.kept is not None:
            return self.kept.work
        bookings = self.stock.bookings
        keys, lines = np.unique(bookings.people * SPACE + bookings.works, return_inverse=True)
        minutes = engine.minutes_by_line(self.span, self.stock.cells, bookings, lines, len(keys))
        people, works = np.divmod(keys, SPACE)
        found = Work(people, works // BASES, works % BASES, minutes)
        return found.where(np.asarray(minutes.any(axis=(0, 2))))

    def apart_from_rates(self) -> list[PersonLine]:
        """Who has 上限の特例 or 休暇による不足 in the period; nobody for who sees groups only."""
        if not self.shows_people:
            return []
        sums = self.minutes.sum(axis=2)
        rows = np.flatnonzero(sums[[engine.EXTRA, engine.GAP]].any(axis=0)).tolist()
        people = [self.people[row] for row in rows]
        return [
            PersonLine(who, self.roles.get(who.role_code or ""), [], engine.figures(sums[:, row]))
            for who, row in zip(people, rows, strict=True)
        ]

    def by_month(self) -> list[tuple[Period, Figures]]:
        cells = engine.by_part(self.minutes, self.span.numbers_of(self.months))
        return [(month, engine.figures(cells[:, :, n])) for n, month in enumerate(self.months)]
