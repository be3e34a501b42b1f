"""What people name in a form, and what is named on a page: specialists and positions."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from talentshare import policy
from talentshare.accounts.models import Person
from talentshare.kernel.actor import Actor
from talentshare.platform.db import db
from talentshare.policy import Can
from talentshare.specialists.models import Specialist
from talentshare.talent_requests.models import Position


def specialist_named(actor: Actor, sign_in_name: str) -> Specialist | None:
    """The specialist who signs in by this name."""
    policy.require(actor, Can.MAKE_PLAN)
    found = select(Specialist).join(Specialist.person).where(Person.sign_in_name == sign_in_name)
    return db.session.scalar(found)


def positions_of(actor: Actor, position_ids: Collection[int]) -> dict[int, Position]:
    """Positions by number, with their requests."""
    policy.require(actor, Can.MAKE_PLAN)
    found = db.session.scalars(
        select(Position)
        .where(Position.id.in_(position_ids))
        .options(selectinload(Position.talent_request))
    )
    return {position.id: position for position in found}
