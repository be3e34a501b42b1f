"""The lines of a report by role, skill, body and legal basis, as its reader may see them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np

from talentshare.accounts import queries as accounts
from talentshare.catalogue import queries as catalogue
from talentshare.engine import utilisation as engine
from talentshare.engine.told import Atoms
from talentshare.engine.utilisation import CAPACITY, Figures, Flags, Table, Whole
from talentshare.reports.queries.report import Report, levels_of
from talentshare.reports.queries.wanted import By

Key = int | str
NONE: tuple[Key, ...] = (0, "")
OF_WORK = frozenset({By.BODY, By.BASIS})
# Who sees groups only sees all these tables: what one tells is weighed with those before it.
WEIGHED = (By.BASIS, By.BODY, By.SKILL)


@dataclass(frozen=True)
class GroupLine:
    """Figures of a group, part by part and in all; of work the capacity is that of everybody.

    Without a `thing` the group has no name, or is of several that are too small to stand apart.
    """

    thing: Any | None
    people: int
    parts: list[Figures]
    figures: Figures
    is_of_several: bool = False


@dataclass(frozen=True)
class Grouping:
    """The lines, and how many skills are not told because too few people have them."""

    by: By
    lines: list[GroupLine]
    untold: int = 0

    @property
    def is_of_work(self) -> bool:
        """Groups of booked time, which have no capacity of their own."""
        return self.by in OF_WORK

    @property
    def most_minutes(self) -> int:
        return max((line.figures.projected_minutes for line in self.lines), default=0)


@dataclass(frozen=True)
class Family:
    """Rows of minutes, whose each is, and pairs (row, key) that put rows into groups."""

    minutes: Table
    people: Whole
    rows: Whole
    keys: np.ndarray[Any, Any]

    def of(self, key: Key) -> Flags:
        """Which rows are in this group."""
        found = np.zeros(len(self.people), bool)
        found[self.rows[self.keys == key]] = True
        return found


def grouping(report: Report, by: By) -> Grouping:
    """Return the groups in the order of their catalogue; those without a name last."""
    family, things = FAMILIES[by](report), THINGS[by](report)
    present = set(family.keys.tolist())
    keys = [key for key in (*things, *NONE) if key in present]
    may = present if report.shows_people else may_be_told(report, by)
    told = [key for key in keys if key in may]
    numbers = {key: n for n, key in enumerate(told)}
    groups = np.array([numbers.get(key, len(told)) for key in family.keys.tolist()], np.int64)
    rest = len(keys) - len(told)
    if by is By.SKILL:  # skills overlap: what is not told has no sum
        is_told = groups < len(told)
        family = Family(family.minutes, family.people, family.rows[is_told], family.keys[is_told])
        groups, rest_lines = groups[is_told], 0
    else:
        rest_lines = min(rest, 1)
    lines = _lines(report, by, family, groups, len(told) + rest_lines)
    named = [GroupLine(things.get(key), *line) for key, line in zip(told, lines, strict=False)]
    several = [GroupLine(None, *line, is_of_several=True) for line in lines[len(told) :]]
    return Grouping(by, [*named, *several], rest if by is By.SKILL else 0)


def _lines(
    report: Report, by: By, family: Family, groups: Whole, count: int
) -> list[tuple[int, list[Figures], Figures]]:
    """How many people each group has, its figures by part and in all."""
    table = engine.grouped(family.minutes, family.rows, groups, count)
    if by in OF_WORK:
        table[CAPACITY] = report.minutes[CAPACITY].sum(axis=0)
    pairs = np.unique(np.column_stack([groups, family.people[family.rows]]), axis=0)
    people = np.bincount(pairs[:, 0], minlength=count).tolist()
    parts = engine.each_figures(engine.by_part(table, report.span.numbers_of(report.parts)))
    totals = engine.each_figures(table.sum(axis=2, keepdims=True))
    return [(n, each, total[0]) for n, each, total in zip(people, parts, totals, strict=True)]


def may_be_told(report: Report, by: By) -> set[Key]:
    """The groups that may stand apart for who sees groups only."""
    if by is By.ROLE:
        return set(report.apart)
    if not report.counted.told:
        found: dict[By, set[Key]] = {}
        families = {one: FAMILIES[one](report) for one in WEIGHED}
        months = [_refused(report, families, month) for month in report.cuts_of_months]
        for one, family in families.items():
            found[one] = set(family.keys.tolist()).difference(*(month[one] for month in months))
        report.counted.told.update(found)  # at once: other threads read it
    return report.counted.told[by]


def _refused(report: Report, families: Mapping[By, Family], month: slice) -> dict[By, set[Key]]:
    """What may not stand apart in a month, decided for it alone; remembered by what it holds."""
    work, counted = report.work, report.counted
    presence = np.concatenate([work.minutes[:, :, month].any(axis=0), report.presence[:, month]])
    there = np.flatnonzero(presence.any(axis=1))
    people = np.concatenate([work.people, np.arange(len(report.people))])[there]
    works = there[there < len(work.people)]
    is_there = np.asarray(report.presence[:, month].any(axis=1))
    skills = counted.skills[:, is_there[counted.skills[0]]]
    mark = _mark(
        *(presence[there], counted.ids[people], work.bodies[works], work.bases[works]),
        *(report.codes[people], counted.ids[skills[0]], skills[1]),
    )
    if mark not in counted.weighed:
        groups = {one: _groups(family, one, there, people) for one, family in families.items()}
        is_work = np.arange(len(there)) < len(works)
        levels = zip(levels_of(presence[there]), report.apart_in(month), strict=True)
        counted.weighed[mark] = _weighed(report.codes, people, is_work, levels, groups)
    return counted.weighed[mark]


def _mark(*arrays: np.ndarray[Any, Any]) -> bytes:
    found = blake2b()
    for one in arrays:
        found.update(f"{one.dtype} {one.shape} ".encode() + np.ascontiguousarray(one).tobytes())
    return found.digest()


def _weighed(
    codes: np.ndarray[Any, Any],
    people: Whole,
    is_work: Flags,
    levels: Iterable[tuple[Flags, set[str]]],
    groups: Mapping[By, Mapping[Key, Flags]],
) -> dict[By, set[Key]]:
    """Which groups do not stay safe beside the others: in all of a month, then in its cuts."""
    allowed = {one: set(found) for one, found in groups.items()}
    for presence, apart in levels:
        order = sorted(apart)
        roles = [order.index(code) if code in apart else -1 for code in codes.tolist()]
        atoms = Atoms(presence, people, np.array(roles, np.int64)[people] * 2 + ~is_work)
        for one in WEIGHED:
            members = {key: groups[one][key] for key in groups[one] if key in allowed[one]}
            allowed[one] = _admitted(atoms, members, is_work if one in OF_WORK else None)
    return {one: set(groups[one]) - allowed[one] for one in WEIGHED}


def _groups(family: Family, by: By, there: Whole, people: Whole) -> dict[Key, Flags]:
    """The pieces of each group that has any, the largest group first."""
    found: dict[Key, Flags] = {}
    for key in sorted(set(family.keys.tolist())):
        if by in OF_WORK:
            is_one = np.append(family.of(key), False)
            members = is_one[np.minimum(there, len(is_one) - 1)]
        else:
            members = family.of(key)[people]
        if members.any():
            found[key] = members
    sizes = {key: len(np.unique(people[members])) for key, members in found.items()}
    return {key: found[key] for key in sorted(found, key=lambda key: -sizes[key])}


def _admitted(atoms: Atoms, groups: Mapping[Key, Flags], all_work: Flags | None) -> set[Key]:
    """The groups of one family, each only if all stay safe with it; of work, what is left, too."""
    told = [(key, members) for key, members in groups.items() if atoms.admits(members)]
    if all_work is not None:
        while told and not atoms.is_told(all_work & ~np.any([m for _, m in told], axis=0)):
            told.pop()
    return {key for key, _ in told}


def _people(report: Report, keys: np.ndarray[Any, Any], rows: Whole | None = None) -> Family:
    everybody = np.arange(len(report.people))
    return Family(report.minutes, everybody, everybody if rows is None else rows, keys)


def _work(report: Report, keys: Whole) -> Family:
    work = report.work
    return Family(work.minutes, work.people, np.arange(len(work.people)), keys)


FAMILIES: dict[By, Callable[[Report], Family]] = {
    By.ROLE: lambda report: _people(report, report.codes),
    By.SKILL: lambda report: _people(report, report.counted.skills[1], report.counted.skills[0]),
    By.BODY: lambda report: _work(report, report.work.bodies),
    By.BASIS: lambda report: _work(report, report.work.bases),
}
THINGS: dict[By, Callable[[Report], Mapping[Any, Any]]] = {
    By.ROLE: lambda report: report.roles,
    By.SKILL: lambda _: {row.id: row for row in catalogue.skills()},
    By.BODY: lambda _: {row.id: row for row in accounts.bodies(active_only=False)},
    By.BASIS: lambda _: {row.id: row for row in catalogue.legal_bases()},
}
