"""One request or one position, as an action loads it and as a person may find it."""

import unicodedata
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import joinedload

from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.errors import NotFound
from talentshare.platform.db import db
from talentshare.talent_requests.models import Position, TalentRequest
from talentshare.talent_requests.states import ENDED, RequestState

LONGEST_TYPED = 40


def visible(actor: Actor) -> Select[TalentRequest]:
    """A body's people see all of their body; coordinators what was submitted or is their own."""
    if actor.is_system:
        return select(TalentRequest)
    seen: list[ColumnElement[bool]] = [false()]
    if actor.has(Role.OFFICER, Role.MANAGER):
        seen.append(TalentRequest.body_id == actor.body_id)
    if actor.has(Role.COORDINATOR):
        was_sent = or_(
            TalentRequest.submitted_at.is_not(None), TalentRequest.state != RequestState.WITHDRAWN
        )
        seen += [
            and_(TalentRequest.state != RequestState.DRAFT, was_sent),
            TalentRequest.coordinator_id == actor.id,
        ]
    return select(TalentRequest).where(or_(*seen))


def find(actor: Actor, number: str) -> TalentRequest:
    """One request that the actor may see, with its people."""
    statement = (
        visible(actor)
        .where(TalentRequest.number == number)
        .options(joinedload(TalentRequest.officer), joinedload(TalentRequest.coordinator))
    )
    return _or_not_found(db.session.scalar(statement))


def find_typed(actor: Actor, typed: str) -> TalentRequest:
    """One request that the actor may see, by its number as people type it."""
    return find(actor, number_like(typed[:LONGEST_TYPED]))


def number_like(typed: str) -> str:
    """A 受付番号 as it is stored, from how people type it: r-2026-142, ２０２６－０１４２."""
    plain = unicodedata.normalize("NFKC", typed).strip().upper().replace("ー", "-")
    parts = [part for part in plain.removeprefix("R").split("-") if part]
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() for part in parts):  # noqa: PLR2004  year and count
        return plain
    return f"R-{parts[0]}-{int(parts[1]):04d}"


def load(request_id: int) -> TalentRequest:
    return _or_not_found(db.session.get(TalentRequest, request_id))


def load_locked(request_id: int) -> TalentRequest:
    """The request with its positions as they are now, held against others until the end."""
    found = db.session.get(
        TalentRequest,
        request_id,
        populate_existing=True,
        with_for_update={"of": TalentRequest, "key_share": True},
    )
    positions = select(Position).where(Position.talent_request_id == request_id)
    db.session.scalars(positions.execution_options(populate_existing=True)).all()
    return _or_not_found(found)


def load_position(position_id: int) -> Position:
    found = db.session.get(Position, position_id)
    if found is None:
        raise NotFound("talent_request.not_found")
    return found


def is_taken(number: str) -> bool:
    """Tell whether a request has this number already."""
    statement = select(TalentRequest.id).where(TalentRequest.number == number)
    return db.session.scalar(statement) is not None


def to_begin() -> Sequence[TalentRequest]:
    """Requests whose support begins today or has begun, and that do not say so yet."""
    has_come = TalentRequest.support_starts_on <= clock.today()
    return db.session.scalars(
        select(TalentRequest)
        .where(TalentRequest.state == RequestState.STAFFED, has_come)
        .order_by(TalentRequest.id)
    ).all()


def with_due_day() -> Sequence[TalentRequest]:
    """Requests under way in which something is due by a day."""
    has_day = or_(
        TalentRequest.turn_due_on.is_not(None), TalentRequest.follow_up_due_on.is_not(None)
    )
    under_way = TalentRequest.state.not_in((RequestState.DRAFT, *ENDED))
    return db.session.scalars(
        select(TalentRequest).where(under_way, has_day).order_by(TalentRequest.id)
    ).all()


def supports_over() -> Sequence[TalentRequest]:
    """Requests whose support is over and that nobody has closed."""
    running = TalentRequest.state.in_((RequestState.STAFFED, RequestState.IN_PROGRESS))
    return db.session.scalars(
        select(TalentRequest)
        .where(running, TalentRequest.support_ends_on < clock.today())
        .order_by(TalentRequest.id)
    ).all()


def _or_not_found(found: TalentRequest | None) -> TalentRequest:
    if found is None:
        raise NotFound("talent_request.not_found")
    return found
