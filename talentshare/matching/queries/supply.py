"""What a ranking knows of people besides their time, in columns, for all or for some."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    cast,
    exists,
    false,
    func,
    literal,
    select,
    union_all,
)

from talentshare.accounts.models import Person, PersonRole
from talentshare.accounts.states import PersonState
from talentshare.allocations.models import Allocation, allocation_week
from talentshare.allocations.states import AllocationState
from talentshare.catalogue import queries as catalogue
from talentshare.catalogue.models import JobRole, LegalBasis, Skill
from talentshare.engine.problem import Bools, Ints
from talentshare.kernel.actor import Role
from talentshare.kernel.weeks import WEEK, fiscal_year, monday
from talentshare.platform.db import db, kept
from talentshare.platform.search_text import company_key
from talentshare.specialists.models import (
    Declaration,
    DeclaredInterest,
    Pledge,
    Specialist,
    SpecialistBasis,
    SpecialistRole,
    SpecialistSkill,
)

SERVED_WEEKS = 26
LEVELS, MOST_SKILLS = 10, 1_000_000
TEXT = np.dtype("U")
Statement = Select[*tuple[Any, ...]]
SERVED = (AllocationState.CONFIRMED, AllocationState.ENDED)


@dataclass(frozen=True, eq=False)
class Lists:
    """The rows of the tables below: codes of roles and legal bases by rank, of skills by id.

    `allocating` has a bit for each legal basis, by rank, that lets time be booked; `closed` are
    holidays and closures.
    """

    roles: tuple[str, ...]
    skills: tuple[str, ...]
    skill_ids: Ints
    bases: tuple[str, ...]
    allocating: int
    closed: frozenset[date]

    def mask_of(self, codes: Sequence[str]) -> int:
        """The bits of the legal bases with these codes that let time be booked."""
        return self.allocating & sum(
            1 << bit for bit, code in enumerate(self.bases) if code in codes
        )

    def closed_days(self, first: date, last: date) -> frozenset[date]:
        return frozenset(day for day in self.closed if first <= day <= last)


@dataclass(frozen=True, eq=False)
class Supply:
    """People in columns, by id; `declared_until` counts days, 0 = never declared.

    `pledged` has a row for this fiscal year and one for the next. `experience` has a column per
    person, body and theme: person, body, number of engagements that have begun; `themes` names
    the theme. `tied` holds persons, `companies` a company of each, by key or 法人番号.
    """

    ids: Ints
    max_bodies: Ints
    online: Bools
    onsite: Bools
    islands: Bools
    can_answer: Bools
    legal_bases: Ints
    declared_until: Ints
    served_minutes: Ints
    has_role: Bools
    verified: Ints
    claimed: Ints
    pledged: Bools
    experience: Ints
    themes: Any
    tied: Ints
    companies: Any


COLUMNS = (
    "max_bodies",
    "online",
    "onsite",
    "islands",
    "can_answer",
    "legal_bases",
    "declared_until",
    "served_minutes",
    "has_role",
    "verified",
    "claimed",
    "pledged",
)


@kept
def lists() -> Lists:
    rows: list[tuple[Any, ...]] = sorted(tuple(row) for row in db.session.execute(_LISTS))
    roles, skills, bases = ([row for row in rows if row[0] == at] for at in range(3))
    return Lists(
        tuple(code for _, _, code, _ in roles),
        tuple(code for _, _, code, _ in skills),
        np.array([number for _, number, _, _ in skills], np.int64),
        tuple(code for _, _, code, _ in bases),
        sum(1 << bit for bit, (*_, is_allocating) in enumerate(bases) if is_allocating),
        catalogue.closed_days(date.min, date.max),
    )


def supply(
    known: Lists, today: date, some: Sequence[int] | None = None, *, with_past: bool = True
) -> Supply:
    """Everybody, or some by id; `with_past` or as if nobody had served."""
    loader = _Loader(known, today, some)
    return Supply(
        **loader.terms(),
        **loader.skills(),
        **loader.past(is_read=with_past),
        **loader.tied(),
        legal_bases=loader.legal_bases(),
        declared_until=loader.declared_until(),
        has_role=loader.roles(),
        pledged=loader.pledged(),
    )


class _Loader:
    """One query per table; for some people one for all small tables. Rows become columns."""

    def __init__(self, known: Lists, today: date, some: Sequence[int] | None) -> None:
        self.known, self.today, self.some = known, today, some
        people = self._of(_TERMS, Specialist.id).order_by(Specialist.id)
        self.rows = db.session.connection()  # rows without the ORM: half the time
        self.people = self.rows.execute(people).all()
        self.ids = np.array([row[0] for row in self.people], np.int64)
        self.papers = None if some is None else self._papers(some)

    def _papers(self, some: Sequence[int]) -> dict[str, list[tuple[Any, ...]]]:
        """All small tables at once, for a few people; values come as text."""
        found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in _PAPERS}
        for at, *texts in self.rows.execute(_ALL_PAPERS, {"some": list(some)}):
            name = _NAMES[at]
            read = _PAPERS[name].read
            found[name].append(tuple(kind(text) for kind, text in zip(read, texts, strict=False)))
        return found

    def _of_paper(self, name: str) -> list[tuple[Any, ...]]:
        paper = _PAPERS[name]
        rows = self.rows.execute(paper.rows).all() if self.papers is None else self.papers[name]
        return self._columns(rows, paper.rows)

    def _of(self, statement: Statement, key: ColumnElement[int] | Any) -> Statement:
        return statement if self.some is None else statement.where(key.in_(self.some))

    def _read(self, statement: Statement, key: Any) -> list[tuple[Any, ...]]:
        return self._columns(self.rows.execute(self._of(statement, key)).all(), statement)

    @staticmethod
    def _columns(rows: Sequence[Any], statement: Statement) -> list[tuple[Any, ...]]:
        return list(zip(*rows, strict=True)) or [() for _ in statement.selected_columns]

    def _at(self, who: Sequence[int] | Ints) -> Ints:
        return np.searchsorted(self.ids, np.array(who, np.int64))

    def _column(self, who: Sequence[int], values: Sequence[int], dtype: Any) -> Ints:
        column = np.zeros(len(self.ids), dtype)
        column[self._at(who)] = values
        return column

    def terms(self) -> dict[str, Any]:
        _, most, online, onsite, islands, can_answer, *_ = self._columns(self.people, _TERMS)
        return {
            "ids": self.ids,
            "max_bodies": np.array(most, np.int8),
            "online": np.array(online, bool),
            "onsite": np.array(onsite, bool),
            "islands": np.array(islands, bool),
            "can_answer": np.array(can_answer, bool),
        }

    def roles(self) -> Bools:
        who, codes = self._of_paper("roles")
        table = np.zeros((len(self.known.roles), len(self.ids)), bool)
        table[_rows(self.known.roles, codes), self._at(who)] = True
        return table

    def skills(self) -> dict[str, Any]:
        rest, verified = np.divmod(self._packed_skills(), LEVELS)
        rest, claimed = np.divmod(rest, LEVELS)
        who, skill = np.divmod(rest, MOST_SKILLS)
        place = np.searchsorted(self.known.skill_ids, skill), self._at(who)
        shape = len(self.known.skills), len(self.ids)
        tables = {"claimed": np.zeros(shape, np.int8), "verified": np.zeros(shape, np.int8)}
        tables["claimed"][place], tables["verified"][place] = claimed, verified
        return tables

    def _packed_skills(self) -> Ints:
        if self.papers is None:
            return np.array(self.rows.execute(_SKILLS).scalars().all(), np.int64)
        return np.array(self._of_paper("skills")[0], np.int64)

    def legal_bases(self) -> Ints:
        who, codes = self._of_paper("bases")
        masks = np.zeros(len(self.ids), np.int64)
        np.bitwise_or.at(masks, self._at(who), 1 << _rows(self.known.bases, codes))
        return masks

    def declared_until(self) -> Ints:
        who, until = self._of_paper("declared")
        return self._column(who, [day.toordinal() for day in until], np.int32)

    def pledged(self) -> Bools:
        who, years = self._of_paper("pledges")
        row = np.array(years, np.int64) - fiscal_year(self.today)
        table = np.zeros((2, len(self.ids)), bool)
        kept = (row >= 0) & (row < len(table))
        table[row[kept], self._at(who)[kept]] = True
        return table

    def past(self, *, is_read: bool) -> dict[str, Any]:
        rows = self._engagements() if is_read else [()] * 4
        who, bodies, themes, counts = rows
        return {
            "experience": np.array([who, bodies, counts], np.int64).reshape(3, -1),
            "themes": np.array([theme or "" for theme in themes], TEXT),
            "served_minutes": self._served() if is_read else np.zeros(len(self.ids), np.int32),
        }

    def _served(self) -> Ints:
        before = monday(self.today)
        weeks = allocation_week.c.week_on
        lately = _MINUTES.where(weeks >= before - SERVED_WEEKS * WEEK, weeks < before)
        who, minutes = self._read(lately, Allocation.specialist_id)
        return self._column(who, minutes, np.int32)

    def _engagements(self) -> list[tuple[Any, ...]]:
        begun = _ENGAGEMENTS.where(Allocation.starts_on <= self.today)
        return self._read(begun, Allocation.specialist_id)

    def tied(self) -> dict[str, Any]:
        """Interests of the newest declaration, and the employer."""
        found = {
            (who, key)
            for who, *keys in zip(*self._of_paper("interests"), strict=True)
            for key in keys
            if key
        }
        for who, *_, employer, number in self.people:
            if employer or number:
                found |= {(who, key) for key in (company_key(employer), number) if key}
        people, companies = zip(*sorted(found), strict=True) if found else ((), ())
        return {"tied": np.array(people, np.int64), "companies": np.array(companies, TEXT)}


def _rows(codes: Sequence[str], wanted: Iterable[str]) -> Ints:
    """The row of each code."""
    row = {code: at for at, code in enumerate(codes)}
    return np.fromiter((row[code] for code in wanted), np.int64)


_LISTS = union_all(
    select(literal(0), JobRole.rank, JobRole.code, false()),
    select(literal(1), Skill.id, Skill.code, false()),
    select(literal(2), LegalBasis.rank, LegalBasis.code, LegalBasis.makes_allocation),
)
_CAN_ANSWER = and_(
    Person.state != PersonState.SUSPENDED,
    exists().where(PersonRole.person_id == Person.id, PersonRole.role == Role.SPECIALIST),
)
_TERMS = select(
    Specialist.id,
    Specialist.max_bodies,
    Specialist.online_ok,
    Specialist.onsite_ok,
    Specialist.islands_ok,
    _CAN_ANSWER,
    Specialist.employer_name,
    Specialist.employer_number,
).join(Person, Person.id == Specialist.person_id)
_ROLES = select(SpecialistRole.specialist_id, SpecialistRole.role_code)
# Person, skill and both levels packed into one number: five times as fast as four columns.
_SKILLS = select(
    (
        (cast(SpecialistSkill.specialist_id, BigInteger) * MOST_SKILLS + Skill.id) * LEVELS
        + SpecialistSkill.claimed_level
    )
    * LEVELS
    + func.coalesce(SpecialistSkill.verified_level, 0)
).join(Skill, Skill.code == SpecialistSkill.skill_code)
_BASES = select(SpecialistBasis.specialist_id, SpecialistBasis.basis_code)
_DECLARED = select(Declaration.specialist_id, func.max(Declaration.valid_until)).group_by(
    Declaration.specialist_id
)
_PLEDGES = select(Pledge.specialist_id, Pledge.fiscal_year)
_NEWEST = (
    select(Declaration.specialist_id.label("who"), func.max(Declaration.id).label("id"))
    .group_by(Declaration.specialist_id)
    .subquery()
)
_INTERESTS = select(_NEWEST.c.who, DeclaredInterest.key, DeclaredInterest.corporate_number).join(
    DeclaredInterest, DeclaredInterest.declaration_id == _NEWEST.c.id
)


class _Paper(NamedTuple):
    """A small table: its rows, whose each is, and how its columns are read from text."""

    rows: Statement
    key: Any
    read: tuple[Callable[[str], object], ...]


_PAPERS = {
    "roles": _Paper(_ROLES, SpecialistRole.specialist_id, (int, str)),
    "skills": _Paper(_SKILLS, SpecialistSkill.specialist_id, (int,)),
    "bases": _Paper(_BASES, SpecialistBasis.specialist_id, (int, str)),
    "declared": _Paper(_DECLARED, Declaration.specialist_id, (int, date.fromisoformat)),
    "pledges": _Paper(_PLEDGES, Pledge.specialist_id, (int, int)),
    "interests": _Paper(_INTERESTS, _NEWEST.c.who, (int, str, str)),
}
_NAMES = tuple(_PAPERS)
_WIDTH = max(len(paper.read) for paper in _PAPERS.values())


def _as_text(at: int, paper: _Paper) -> Statement:
    some = paper.rows.where(paper.key.in_(bindparam("some", expanding=True))).subquery()
    texts = [cast(column, String) for column in some.c]
    return select(literal(at), *texts, *[literal("") for _ in range(_WIDTH - len(texts))])


_ALL_PAPERS = union_all(*[_as_text(at, paper) for at, paper in enumerate(_PAPERS.values())])
_ENGAGEMENTS = (
    select(Allocation.specialist_id, Allocation.body_id, Allocation.theme_code, func.count())
    .where(Allocation.state.in_(SERVED))
    .group_by(Allocation.specialist_id, Allocation.body_id, Allocation.theme_code)
)
_MINUTES = (
    select(Allocation.specialist_id, func.sum(allocation_week.c.minutes))
    .join(Allocation, Allocation.id == allocation_week.c.allocation_id)
    .where(Allocation.state.in_(SERVED))
    .group_by(Allocation.specialist_id)
)
