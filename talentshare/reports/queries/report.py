"""What a report holds, and its lines by person and month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from talentshare.catalogue.models import JobRole
from talentshare.engine import utilisation as engine
from talentshare.engine.utilisation import Figures, Flags, Span, Table, Unit, Whole
from talentshare.kernel.period import Period
from talentshare.reports.queries.wanted import By, Wanted, Who

PAGE_ROWS = 50
MOST_WEIGHED = 48  # months


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

    def where(self, those: Flags | Whole) -> "Work":
        people, bodies, bases = self.people[those], self.bodies[those], self.bases[those]
        return Work(people, bodies, bases, self.minutes[:, those])

    def with_more(self, more: "Work", first: int) -> "Work":
        """The same, then the work of people who are counted from `first` on."""
        return Work(
            np.concatenate([self.people, more.people + first]),
            np.concatenate([self.bodies, more.bodies]),
            np.concatenate([self.bases, more.bases]),
            np.concatenate([self.minutes, more.minutes], axis=1),
        )

    def sorted_as(self, number: Whole) -> "Work":
        """The same with people counted anew: `number` of each."""
        found = replace(self, people=number[self.people])
        return found.where(np.lexsort((found.bases, found.bodies, found.people)))


@dataclass(frozen=True, eq=False)
class Counted:
    """Everybody in the order of kana, with what is counted of them.

    `minutes` is (5, people, cuts), `skills` pairs (person, skill). What who sees groups only may be
    told is remembered: `told` of all, `weighed` of each month by what it holds.
    """

    people: Sequence[Who]
    minutes: Table
    skills: Whole
    work: Work
    told: dict[By, set[int | str]] = field(default_factory=dict)
    weighed: dict[bytes, dict[By, set[int | str]]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes, but for the names."""
        return int(self.minutes.nbytes + self.work.minutes.nbytes + self.skills.nbytes)

    @cached_property
    def ids(self) -> Whole:
        return np.array([who.specialist_id for who in self.people], np.int64)

    def chosen(self, those: Flags) -> "Counted":
        """The same of some of the people."""
        people = [who for who, is_one in zip(self.people, those, strict=True) if is_one]
        number = np.cumsum(those) - 1
        skills = self.skills[:, those[self.skills[0]]]
        work = self.work.where(those[self.work.people])
        return Counted(
            people,
            self.minutes[:, those],
            np.stack([number[skills[0]], skills[1]]),
            replace(work, people=number[work.people]),
        )

    def with_anew(self, part: "Counted", changed: Sequence[int]) -> "Counted":
        """The same, but these people are as in `part`, or gone."""
        rest = self.chosen(~np.isin(self.ids, changed))
        people, first = [*rest.people, *part.people], len(rest.people)
        order = sorted(range(len(people)), key=lambda n: place_of(people[n]))
        number = np.empty(len(order), np.int64)
        number[order] = np.arange(len(order))
        anew = np.stack([part.skills[0] + first, part.skills[1]])
        rows, skills = np.concatenate([rest.skills, anew], axis=1)
        return Counted(
            [people[n] for n in order],
            np.concatenate([rest.minutes, part.minutes], axis=1)[:, order],
            np.stack([number[rows], skills]),
            rest.work.with_more(part.work, first).sorted_as(number),
            weighed=dict(list(self.weighed.items())[-MOST_WEIGHED:]),
        )


def levels_of(presence: Flags) -> list[Flags]:
    """Who is there in a month, (…, 1), and, where it is cut, in each of its cuts."""
    whole = np.asarray(presence.any(axis=1, keepdims=True))
    return [whole, presence] if presence.shape[1] > 1 else [whole]


def place_of(who: Who) -> tuple[str, int]:
    """By what people are sorted."""
    return who.kana, who.specialist_id


@dataclass(frozen=True)
class Kept:
    """When and by which version of the definition a report was counted, and for which days."""

    taken_on: date
    taken_at: datetime
    version: int
    days: Period


@dataclass(frozen=True)
class Report:
    """What is told of everybody found: minutes by cut are (5, people, cuts)."""

    wanted: Wanted
    span: Span
    shows_people: bool
    roles: Mapping[str, JobRole]
    counted: Counted
    kept: Kept | None = None

    @property
    def people(self) -> Sequence[Who]:
        return self.counted.people

    @property
    def minutes(self) -> Table:
        return self.counted.minutes

    @property
    def work(self) -> Work:
        """What is booked in the period, by person, body and legal basis."""
        return self.counted.work

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
    def cuts_of_months(self) -> list[slice]:
        """Which of the cuts lie in each month."""
        starts = self.span.numbers_of(self.months)
        return [slice(*ends) for ends in zip(starts, [*starts[1:], None], strict=True)]

    @cached_property
    def apart(self) -> set[str]:
        """The main roles that may stand apart for this reader.

        Each month is decided alone, so that two reports on it, of whatever periods, tell the same
        sums or unions of them: none is found by subtraction.
        """
        codes = set(self.codes.tolist())
        if self.shows_people:
            return codes
        return codes.intersection(*(self.apart_in(month)[-1] for month in self.cuts_of_months))

    def apart_in(self, month: slice) -> list[set[str]]:
        """Who stands apart in a month as a whole, then, among them, in each of its cuts."""
        codes = sorted(set(self.codes[self.presence[:, month].any(axis=1)].tolist()))
        elsewhere = set(self.codes.tolist()) - set(codes)
        found, among = [], np.ones(len(codes), bool)
        for presence in levels_of(self.presence[:, month]):
            rows = [presence[self.codes == code].sum(axis=0) for code in codes]
            counts = np.array(rows, np.int64).reshape(len(codes), -1)
            among = engine.told_apart(counts, among)
            told = {code for code, alone in zip(codes, among, strict=True) if alone}
            found.append(told | elsewhere)
        return found

    @cached_property
    def is_withheld(self) -> bool:
        """So few people that sums would show one of them to who sees groups only."""
        return not self.shows_people and not engine.is_told(self.presence.sum(axis=0))

    def of_role(self, code: str) -> "Report":
        """The same of one main role only."""
        those = self.codes == code
        wanted, counted = replace(self.wanted, role_code=code), self.counted.chosen(those)
        return replace(self, wanted=wanted, counted=counted)

    @cached_property
    def codes(self) -> NDArray[np.str_]:
        return np.array([who.role_code or "" for who in self.people], np.str_)

    @cached_property
    def presence(self) -> Flags:
        """Who has minutes of any kind in which cut, (people, cuts)."""
        return np.asarray(self.minutes.any(axis=0))

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
