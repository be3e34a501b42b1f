"""What a report holds, and its lines by person, role and month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from talentshare.catalogue.models import JobRole
from talentshare.engine import utilisation as engine
from talentshare.engine.utilisation import Figures, Span, Table, Unit
from talentshare.kernel.period import Period

PAGE_ROWS = 50


@dataclass(frozen=True)
class Wanted:
    """Whose days are counted, and in what parts they are shown."""

    period: Period
    unit: Unit
    role_code: str = ""
    text: str = ""

    def without(self, name: str) -> "Wanted":
        """The same without one of the conditions, `role_code` or `text`."""
        return replace(self, role_code="") if name == "role_code" else replace(self, text="")


class Who(NamedTuple):
    """A specialist of the report; `role_code` is the main one."""

    specialist_id: int
    name_ja: str
    name_latin: str
    kana: str
    role_code: str | None
    is_engaged: bool

    @property
    def name_en(self) -> str:
        return self.name_latin or self.name_ja


@dataclass(frozen=True)
class PersonLine:
    """One person's figures, part by part and in all."""

    who: Who
    role: JobRole | None
    parts: list[Figures]
    total: Figures


@dataclass(frozen=True)
class RoleLine:
    """All whose main role this is, or whose roles have too few people to stand apart."""

    role: JobRole | None
    people: int
    figures: Figures
    is_of_several: bool = False


@dataclass(frozen=True)
class Report:
    """Everybody found, in the order of kana, with minutes by cut: (5, people, cuts)."""

    wanted: Wanted
    span: Span
    shows_people: bool
    roles: Mapping[str, JobRole]
    people: Sequence[Who]
    minutes: Table

    @cached_property
    def total(self) -> Figures:
        return engine.figures(self.minutes)

    @cached_property
    def parts(self) -> list[Period]:
        return engine.parts(self.wanted.period, self.wanted.unit)

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

    def by_role(self) -> list[RoleLine]:
        """Each main role that somebody has, in the catalogue's order; those without one last.

        Who sees groups only sees roles of few people together, at the end.
        """
        apart = self.apart
        lines = [
            self._line(code, self._codes == code)
            for code in (*self.roles, "")
            if code in apart and (self._codes == code).any()
        ]
        others = ~np.isin(self._codes, list(apart))
        return [*lines, self._line(None, others)] if others.any() else lines

    @cached_property
    def apart(self) -> set[str]:
        """The main roles that may stand apart for this reader."""
        codes = sorted(set(self._codes.tolist()))
        if self.shows_people or not codes:
            return set(codes)
        counts = np.array([self._counts[self._codes == code].sum(axis=0) for code in codes])
        return {code for code, alone in zip(codes, engine.told_apart(counts), strict=True) if alone}

    @cached_property
    def is_withheld(self) -> bool:
        """So few people that sums would show one of them to who sees groups only."""
        return not self.shows_people and not engine.is_told(self._counts.sum(axis=0))

    def of_role(self, code: str) -> "Report":
        """The same of one main role only."""
        those = self._codes == code
        people = [who for who, is_one in zip(self.people, those, strict=True) if is_one]
        wanted = replace(self.wanted, role_code=code)
        return replace(self, wanted=wanted, people=people, minutes=self.minutes[:, those])

    def _line(self, code: str | None, those: NDArray[np.bool_]) -> RoleLine:
        figures = engine.figures(self.minutes[:, those])
        return RoleLine(self.roles.get(code or ""), int(those.sum()), figures, code is None)

    @cached_property
    def _codes(self) -> NDArray[np.str_]:
        return np.array([who.role_code or "" for who in self.people], np.str_)

    @cached_property
    def _counts(self) -> Table:
        """Who has minutes of any kind in which month: (people, months) of 0 and 1."""
        cells = engine.by_part(self.minutes, self.span.numbers_of(self.months))
        return np.asarray(cells.any(axis=0), np.int64)

    def by_month(self) -> list[tuple[Period, Figures]]:
        cells = engine.by_part(self.minutes, self.span.numbers_of(self.months))
        return [(month, engine.figures(cells[:, :, n])) for n, month in enumerate(self.months)]
