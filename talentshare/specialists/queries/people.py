"""Who is in the pool, as far as the actor may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import defaultload, selectinload

from talentshare import policy
from talentshare.accounts.models import Person, PersonRole
from talentshare.accounts.states import PersonState
from talentshare.catalogue import queries as catalogue
from talentshare.catalogue.models import JobRole, Skill
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.errors import NotFound
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent, Remark, name_of
from talentshare.platform.search_text import fold, pattern
from talentshare.policy import Can
from talentshare.specialists.models import Specialist, SpecialistRole, SpecialistSkill
from talentshare.specialists.states import EngagementForm

PAGE_ROWS = 50
PLACES = ("online", "onsite", "islands")


@dataclass(frozen=True)
class Wanted:
    """What a coordinator looks for; empty means no matter."""

    text: str = ""
    role_code: str = ""
    skill_code: str = ""
    level: int = 1
    form: str = ""
    place: str = ""


@dataclass(frozen=True)
class Found:
    """One page of specialists by kana, and how many there are in all."""

    rows: Sequence[Specialist]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_ROWS))


@dataclass(frozen=True)
class Deed:
    """Who did what to a skill, for its history."""

    deed: str
    at: Any
    who: Person | None
    level: int | None
    text: str


def sees_everybody(actor: Actor) -> bool:
    """GovTech does."""
    return actor.is_system or actor.has(Role.COORDINATOR, Role.ADMIN)


def visible(actor: Actor) -> Select[Specialist]:
    """GovTech sees all, a specialist the own record, a body nobody."""
    statement = select(Specialist)
    if sees_everybody(actor):
        return statement
    if actor.specialist_id is not None:
        return statement.where(Specialist.id == actor.specialist_id)
    return statement.where(false())


def find(actor: Actor, specialist_id: int) -> Specialist:
    return _or_not_found(db.session.scalar(visible(actor).where(Specialist.id == specialist_id)))


def own(actor: Actor) -> Specialist:
    """The record of the specialist who asks."""
    return find(actor, actor.specialist_id or 0)


def load(specialist_id: int) -> Specialist:
    return _or_not_found(db.session.get(Specialist, specialist_id))


def load_locked(specialist_id: int) -> Specialist:
    """The record as it is now, held against others who write it until the end."""
    found = db.session.get(
        Specialist,
        specialist_id,
        populate_existing=True,
        with_for_update={"of": Specialist, "key_share": True},
    )
    return _or_not_found(found)


def load_skill(specialist_id: int, skill_code: str) -> SpecialistSkill:
    found = find_skill(specialist_id, skill_code)
    if found is None:
        raise NotFound("specialist.not_found")
    return found


def find_skill(specialist_id: int, skill_code: str) -> SpecialistSkill | None:
    return db.session.scalar(
        select(SpecialistSkill).where(
            SpecialistSkill.specialist_id == specialist_id,
            SpecialistSkill.skill_code == skill_code,
        )
    )


def id_of_person(person_id: int) -> int | None:
    """The specialist record of a person, for the session."""
    return db.session.scalar(select(Specialist.id).where(Specialist.person_id == person_id))


def search(actor: Actor, wanted: Wanted, page: int = 1, among: Select[int] | None = None) -> Found:
    """One page of those who match; `among` narrows them to ids that a higher feature chose."""
    policy.require(actor, Can.LIST_SPECIALISTS)
    conditions = _conditions(wanted)
    if among is not None:
        conditions.append(Specialist.id.in_(among))
    matching = visible(actor).join(Specialist.person).where(*conditions)
    total = db.session.scalar(
        select(func.count()).select_from(matching.with_only_columns(Specialist.id).subquery())
    )
    page = max(1, min(page, -(-(total or 0) // PAGE_ROWS)))
    rows = db.session.scalars(
        matching.order_by(Person.kana, Specialist.id)
        .options(
            selectinload(Specialist.roles), defaultload(Specialist.person).lazyload(Person.duties)
        )
        .limit(PAGE_ROWS)
        .offset((page - 1) * PAGE_ROWS)
    )
    return Found(rows.unique().all(), total or 0, page)


def registrable(actor: Actor, chosen_id: int | None = None) -> Sequence[Person]:
    """People with the role specialist who are not in the pool yet, and who was chosen for it."""
    policy.require(actor, Can.REGISTER_SPECIALIST)
    known = select(Specialist.person_id).where(Specialist.person_id != (chosen_id or 0))
    return (
        db.session.scalars(
            select(Person)
            .join(PersonRole, PersonRole.person_id == Person.id)
            .where(
                PersonRole.role == Role.SPECIALIST,
                Person.state != PersonState.SUSPENDED,
                Person.id.not_in(known),
            )
            .order_by(Person.kana)
        )
        .unique()
        .all()
    )


def history(actor: Actor, specialist: Specialist) -> dict[str, list[Deed]]:
    """What happened to each skill, newest first, by code."""
    policy.require(actor, Can.SEE_SPECIALIST, specialist)
    codes = {name_of(skill): skill.skill_code for skill in specialist.skills}
    events = db.session.execute(
        select(AuditEvent, Person)
        .outerjoin(Person, Person.id == AuditEvent.actor_id)
        .where(AuditEvent.subject.in_(codes))
        .order_by(AuditEvent.seq.desc())
    ).all()
    said = _remarks([event.details.get("remark") for event, _ in events])
    found: dict[str, list[Deed]] = {}
    for event, who in events:
        level, remark = event.details.get("level"), event.details.get("remark")
        deed = Deed(event.deed, event.at, who, level, said.get(remark, ""))
        found.setdefault(codes[event.subject], []).append(deed)
    return found


def verifiers(actor: Actor, specialist: Specialist) -> dict[int, Person]:
    """Who verified the skills, by id."""
    policy.require(actor, Can.SEE_SPECIALIST, specialist)
    ids = {skill.verified_by_id for skill in specialist.skills}
    rows = db.session.scalars(select(Person).where(Person.id.in_(ids - {None})))
    return {row.id: row for row in rows.unique()}


def search_text_of(specialist: Specialist) -> str:
    """What a specialist is found by, besides the name: employer, fields, skills."""
    roles, skills = catalogue.role_by_code(), catalogue.skill_names()
    named: list[JobRole | Skill] = []
    named += [roles[row.role_code] for row in specialist.roles]
    named += [skills[row.skill_code] for row in specialist.skills if row.claimed_level]
    words = [word for row in named for word in (row.name_ja, row.name_en)]
    return fold(specialist.employer_name, *words)


def is_paused(specialist: Specialist, day: date) -> bool:
    """Claim that the specialist takes no new offers on a day."""
    first, last = specialist.paused_from, specialist.paused_until
    return first is not None and last is not None and first <= day <= last


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    found += [_says(word) for word in wanted.text.split()]
    if wanted.role_code:
        of_role = select(SpecialistRole.specialist_id).where(
            SpecialistRole.role_code == wanted.role_code
        )
        found.append(Specialist.id.in_(of_role))
    if wanted.skill_code:
        found.append(Specialist.id.in_(_with_skill(wanted.skill_code, wanted.level)))
    if wanted.form in set(EngagementForm):
        found.append(Specialist.form == EngagementForm(wanted.form))
    if wanted.place in PLACES:
        found.append(getattr(Specialist, f"{wanted.place}_ok").is_(True))
    return found


def _says(word: str) -> ColumnElement[bool]:
    """The word stands in the record or in the name, with or without the space within."""
    like = pattern(word)
    return or_(
        Specialist.search_text.like(like, escape="\\"),
        Person.search_text.like(like, escape="\\"),
        func.replace(Person.search_text, " ", "").like(like, escape="\\"),
    )


def _with_skill(code: str, level: int) -> Select[int]:
    """Those who have the level: the verified one, and where there is none, the claimed one."""
    shown = func.coalesce(SpecialistSkill.verified_level, SpecialistSkill.claimed_level)
    return select(SpecialistSkill.specialist_id).where(
        SpecialistSkill.skill_code == code, shown >= level
    )


def _remarks(ids: list[int | None]) -> dict[int | None, str]:
    rows = db.session.scalars(select(Remark).where(Remark.id.in_([i for i in ids if i])))
    return {row.id: row.text for row in rows}


def _or_not_found(found: Specialist | None) -> Specialist:
    if found is None:
        raise NotFound("specialist.not_found")
    return found
