"""The entries of the catalogue and the holidays; with a version, in its words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, select

from talentshare import policy
from talentshare.catalogue.models import (
    Holiday,
    HolidayDraft,
    JobRole,
    Kind,
    LegalBasis,
    Phase,
    RequestTemplate,
    Skill,
    SkillLevel,
    Theme,
)
from talentshare.catalogue.queries.versions import as_of
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, NotFound
from talentshare.kernel.weeks import fiscal_year_end
from talentshare.platform.db import db, kept
from talentshare.policy import Can


@dataclass(frozen=True)
class Overview:
    """All that the page about the catalogue shows."""

    roles: Sequence[JobRole]
    skills: Sequence[Skill]
    levels: Sequence[SkillLevel]
    phases: Sequence[Phase]
    themes: Sequence[Theme]
    bases: Sequence[LegalBasis]
    templates: Sequence[RequestTemplate]


def closed_days(first: date, last: date) -> frozenset[date]:
    """Holidays and closures among the days `first` to `last`; weekends are not named."""
    return frozenset(day for day in _all_closed() if first <= day <= last)


@kept
def _all_closed() -> Sequence[date]:
    """A few years with some twenty days each."""
    return db.session.scalars(_CLOSED).all()


def closed_names(first: date, last: date) -> dict[date, Holiday]:
    """The same days with what they are called."""
    rows = db.session.scalars(
        select(Holiday).where(Holiday.is_closed, Holiday.day.between(first, last))
    )
    return {row.day: row for row in rows}


def job_roles() -> Sequence[JobRole]:
    return db.session.scalars(select(JobRole).order_by(JobRole.rank)).all()


def skills() -> Sequence[Skill]:
    return db.session.scalars(select(Skill).order_by(Skill.code)).all()


def levels() -> Sequence[SkillLevel]:
    return db.session.scalars(select(SkillLevel).order_by(SkillLevel.level)).all()


def phases() -> Sequence[Phase]:
    return db.session.scalars(select(Phase).order_by(Phase.rank)).all()


def themes() -> Sequence[Theme]:
    return db.session.scalars(select(Theme).order_by(Theme.rank)).all()


def templates() -> Sequence[RequestTemplate]:
    return db.session.scalars(select(RequestTemplate).order_by(RequestTemplate.code)).all()


@kept
def legal_bases() -> Sequence[LegalBasis]:
    return db.session.scalars(_BASES).all()


def role_by_code() -> dict[str, JobRole]:
    return {row.code: row for row in job_roles()}


def skill_names(version: int | None = None) -> dict[str, Skill]:
    return {row.code: row for row in as_of(Kind.SKILL, skills(), version)}


def phase_by_code(version: int | None = None) -> dict[str, Phase]:
    return {row.code: row for row in as_of(Kind.PHASE, phases(), version)}


def theme_by_code(version: int | None = None) -> dict[str, Theme]:
    return {row.code: row for row in as_of(Kind.THEME, themes(), version)}


def template_by_code(version: int | None = None) -> dict[str, RequestTemplate]:
    return {row.code: row for row in as_of(Kind.TEMPLATE, templates(), version)}


def basis_by_code(version: int | None = None) -> dict[str, LegalBasis]:
    return {row.code: row for row in as_of(Kind.BASIS, legal_bases(), version)}


def level_by_number() -> dict[int, SkillLevel]:
    return {row.level: row for row in levels()}


def entries(kind: Kind) -> Sequence[Any]:
    """All entries of one kind."""
    of_kind: dict[Kind, Callable[[], Sequence[Any]]] = {
        Kind.SKILL: skills,
        Kind.THEME: themes,
        Kind.TEMPLATE: templates,
        Kind.BASIS: legal_bases,
        Kind.PHASE: phases,
    }
    return of_kind[kind]()


def overview(actor: Actor) -> Overview:
    policy.require(actor, Can.EDIT_CATALOGUE)
    return Overview(job_roles(), skills(), levels(), phases(), themes(), legal_bases(), templates())


def holidays_of(actor: Actor, year: int) -> Sequence[Holiday]:
    """The rows of fiscal year `year` in order, those taken off the list included."""
    policy.require(actor, Can.EDIT_CATALOGUE)
    last = fiscal_year_end(year)
    first = fiscal_year_end(year - 1) + timedelta(days=1)
    return db.session.scalars(_holidays().where(Holiday.day.between(first, last))).all()


def load_holiday(day: date) -> Holiday:
    found = find_holiday(day)
    if found is None:
        raise NotFound("catalogue.not_found")
    return found


def would_change(draft: HolidayDraft) -> bool:
    """Whether the day is not yet as the draft says; refused where it may not become so."""
    if draft.day <= clock.today():  # figures of the past are never altered
        raise Conflict("catalogue.holiday_past", field="day", day=draft.day)
    if not draft.is_closed:
        return load_holiday(draft.day).is_closed
    there = find_holiday(draft.day)
    if there is None or not there.is_closed:
        return True
    if (there.name_ja, there.name_en) != (draft.name_ja, draft.name_en or draft.name_ja):
        raise Conflict("catalogue.holiday_exists", field="day", day=draft.day, name=there)
    return False


def find_holiday(day: date) -> Holiday | None:
    return db.session.scalar(select(Holiday).where(Holiday.day == day))


_CLOSED = select(Holiday.day).where(Holiday.is_closed)
_BASES = select(LegalBasis).order_by(LegalBasis.rank)


def _holidays() -> Select[Holiday]:
    return select(Holiday).order_by(Holiday.day)
