"""Bodies: for actions by id or code, for admins by search."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from sqlalchemy import Select, case, func, select

from talentshare import policy
from talentshare.accounts.models import Body, BodyKind
from talentshare.accounts.queries.people import PAGE_SIZE
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import NotFound
from talentshare.platform.db import db
from talentshare.platform.search_text import pattern
from talentshare.policy import Can

MUNICIPALITIES = (BodyKind.WARD, BodyKind.CITY, BodyKind.TOWN, BodyKind.VILLAGE)
RANK = case(
    (Body.kind.in_(MUNICIPALITIES), 0),
    (Body.kind == BodyKind.BUREAU, 1),
    (Body.kind == BodyKind.GOVTECH, 2),
    else_=3,
)
IN_ORDER_OF_CODES = 3
# 区市町村 in their official order, 都庁各局, GovTech東京, then the others by kana.
ORDER = (RANK, case((RANK < IN_ORDER_OF_CODES, Body.code), else_=Body.name_kana), Body.id)


@dataclass(frozen=True)
class BodiesWanted:
    """What an admin looks for; empty means all."""

    text: str = ""
    kind: str = ""
    page: int = 1


@dataclass(frozen=True)
class BodiesPage:
    """One page of bodies, and where it stands."""

    bodies: Sequence[Body]
    total: int
    page: int
    pages: int


def body(body_id: int) -> Body:
    found = db.session.get(Body, body_id)
    if found is None:
        raise NotFound("body.not_found")
    return found


def bodies(active_only: bool = True) -> list[Body]:
    """All bodies, in the order in which people look for them."""
    wanted = select(Body).order_by(*ORDER)
    return list(db.session.scalars(wanted.where(Body.is_active) if active_only else wanted))


def body_by_code(code: str) -> Body | None:
    return db.session.scalar(select(Body).where(Body.code == code))


def govtech() -> Body | None:
    """GovTech東京, once it is there."""
    wanted = select(Body).where(Body.kind == BodyKind.GOVTECH).order_by(Body.id)
    return db.session.scalars(wanted.limit(1)).one_or_none()


def highest_id() -> int:
    return db.session.scalar(select(func.max(Body.id))) or 0


def choosable_bodies(actor: Actor) -> list[Body]:
    """The bodies that a person can belong to, for a choice on a page."""
    policy.require(actor, Can.EDIT_PERSON)
    return bodies()


def check_bodies(actor: Actor) -> None:
    """Refuse whoever may not see the form for a new body."""
    policy.require(actor, Can.EDIT_BODY)


def find_body(actor: Actor, body_id: int) -> Body:
    policy.require(actor, Can.EDIT_BODY)
    return body(body_id)


def search_bodies(actor: Actor, wanted: BodiesWanted) -> BodiesPage:
    policy.require(actor, Can.EDIT_BODY)
    found = _matching(wanted)
    total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    pages = max(1, ceil(total / PAGE_SIZE))
    page = min(max(1, wanted.page), pages)
    rows = found.order_by(*ORDER).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return BodiesPage(db.session.scalars(rows).all(), total, page, pages)


def _matching(wanted: BodiesWanted) -> Select[Body]:
    found: Select[Body] = select(Body)
    if wanted.text.strip():
        found = found.where(Body.search_text.like(pattern(wanted.text), escape="\\"))
    if wanted.kind in set(BodyKind):
        found = found.where(Body.kind == BodyKind(wanted.kind))
    return found
