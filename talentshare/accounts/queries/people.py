"""People: for actions by id, for admins by search."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TypeVar

from flask import current_app
from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import set_committed_value

from talentshare import policy
from talentshare.accounts.models import Body, Person, PersonRole
from talentshare.accounts.states import PersonState
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.errors import NotFound
from talentshare.platform.db import db
from talentshare.platform.search_text import pattern
from talentshare.policy import Can

PAGE_SIZE = 50
ASKED_RESET = "asked_reset"  # a filter beside the states, in the address of the list

T = TypeVar("T")


@dataclass(frozen=True)
class PeopleWanted:
    """What an admin looks for; empty means all."""

    text: str = ""
    role: str = ""
    body_id: int | None = None
    state: str = ""
    asked_reset: bool = False
    page: int = 1


@dataclass(frozen=True)
class PeoplePage:
    """One page of people, and where it stands."""

    people: Sequence[Person]
    total: int
    page: int
    pages: int


def actor_of(person: Person) -> Actor:
    """The person, reduced to what the policy needs; specialists are known to a higher feature."""
    specialist_id = None
    if Role.SPECIALIST in person.roles:
        specialist_of: Callable[[int], int | None] = current_app.extensions["specialist_of"]
        specialist_id = specialist_of(person.id)
    return Actor(
        id=person.id, roles=person.roles, body_id=person.body_id, specialist_id=specialist_id
    )


def person(person_id: int) -> Person:
    found = db.session.get(Person, person_id)
    if found is None:
        raise NotFound("person.not_found")
    return found


def lock_person(person_id: int) -> None:
    """What this person does elsewhere at this moment waits until this transaction ends."""
    wanted = select(Person.id).where(Person.id == person_id)
    db.session.execute(wanted.with_for_update(key_share=True))


def has_own_mail(who: Person) -> bool:
    """An address that nobody else of this installation has: a section's is read by many."""
    shared = select(Person.id).where(Person.mail == who.mail, Person.id != who.id).limit(1)
    return who.mail != "" and db.session.scalar(shared) is None


def person_named(sign_in_name: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.sign_in_name == sign_in_name))


def people_with(role: Role, body_id: int | None = None) -> list[Person]:
    """Active people who hold `role`, of one body on wish, in the order of their kana."""
    return list(db.session.scalars(_in_order(_holders(select(Person), role, body_id))))


def ids_with(role: Role, body_id: int | None = None) -> list[int]:
    """The same people by id, to tell them something."""
    return list(db.session.scalars(_holders(select(Person.id), role, body_id).order_by(Person.id)))


def ids_by_body(role: Role) -> dict[int, list[int]]:
    """The same people by id, body by body."""
    rows = select(Person.body_id, Person.id).where(Person.id.in_(holders(role)))
    found: dict[int, list[int]] = {}
    for body_id, person_id in db.session.execute(rows.order_by(Person.id)):
        found.setdefault(body_id, []).append(person_id)
    return found


def holders(role: Role) -> Select[int]:
    """The same ids, for a statement to compare with."""
    return _holders(select(Person.id), role, None)


def _holders(found: Select[T], role: Role, body_id: int | None) -> Select[T]:
    found = _with_role(found, role).where(Person.state == PersonState.ACTIVE)
    return found if body_id is None else found.where(Person.body_id == body_id)


def read_duties(people: Sequence[Person]) -> None:
    """Read the roles of all these people at once, where a list needs them."""
    duties: dict[int, list[PersonRole]] = {one.id: [] for one in people}
    if not duties:
        return
    rows = select(PersonRole).where(PersonRole.person_id.in_(duties)).order_by(PersonRole.role)
    for duty in db.session.scalars(rows):
        duties[duty.person_id].append(duty)
    for one in people:
        set_committed_value(one, "duties", duties[one.id])


def locked_admins() -> Sequence[int]:
    """Ids of the active admins; nobody else takes one away before this transaction ends."""
    wanted = _with_role(select(Person.id), Role.ADMIN).where(Person.state == PersonState.ACTIVE)
    return db.session.scalars(wanted.order_by(Person.id).with_for_update(of=Person)).all()


def find_person(actor: Actor, person_id: int) -> Person:
    policy.require(actor, Can.EDIT_PERSON)
    return person(person_id)


def cases_left(actor: Actor, person_id: int) -> int:
    """How many requests wait for somebody to take over from this person; a higher feature knows."""
    policy.require(actor, Can.EDIT_PERSON)
    left_by: Callable[[int], int] = current_app.extensions["cases_left_by"]
    return left_by(person_id)


def search_people(actor: Actor, wanted: PeopleWanted) -> PeoplePage:
    policy.require(actor, Can.EDIT_PERSON)
    found = _matching(wanted)
    ids = found.with_only_columns(Person.id).subquery()
    total = db.session.scalar(select(func.count()).select_from(ids)) or 0
    pages = max(1, ceil(total / PAGE_SIZE))
    page = min(max(1, wanted.page), pages)
    found = found.options(selectinload(Person.duties))
    rows = _in_order(found).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return PeoplePage(db.session.scalars(rows).all(), total, page, pages)


def reset_asked_count(actor: Actor) -> int:
    """How many people wait for a reset link."""
    policy.require(actor, Can.RESET_PASSWORD)
    waiting = select(func.count(Person.id)).where(Person.reset_asked_at.is_not(None))
    return db.session.scalar(waiting) or 0


def _matching(wanted: PeopleWanted) -> Select[Person]:
    found: Select[Person] = select(Person)
    if wanted.text.strip():
        found = found.where(Person.search_text.like(pattern(wanted.text), escape="\\"))
    if wanted.role in set(Role):
        found = _with_role(found, Role(wanted.role))
    if wanted.body_id is not None:
        found = found.where(Person.body_id == wanted.body_id)
    if wanted.state in set(PersonState):
        found = found.where(Person.state == PersonState(wanted.state))
    if wanted.asked_reset:
        found = found.where(Person.reset_asked_at.is_not(None))
    return found


def _with_role(found: Select[T], role: Role) -> Select[T]:
    holders = select(PersonRole.person_id).where(PersonRole.role == role)
    return found.where(Person.id.in_(holders))


def _in_order(found: Select[Person]) -> Select[Person]:
    return found.join(Body, Body.id == Person.body_id).order_by(Person.kana, Person.id)
