"""The people on a page of candidates."""

from collections.abc import Collection
from typing import Any

from talentshare.accounts.models import Person
from talentshare.kernel.actor import Actor
from talentshare.platform.db import db
from talentshare.specialists.models import Specialist
from talentshare.specialists.queries import visible


def people_of(actor: Actor, ids: Collection[int]) -> dict[int, Specialist]:
    """These specialists by id, as far as the actor may see them."""
    found = db.session.scalars(visible(actor).where(Specialist.id.in_(ids)))
    return {one.id: one for one in found}


def names_of(actor: Actor, ids: Collection[int]) -> dict[int, Any]:
    """Only the names of these specialists, by id; a row has the names of a `Person`."""
    names = (Person.sign_in_name, Person.name, Person.kana, Person.name_latin)
    seen = visible(actor).where(Specialist.id.in_(ids)).with_only_columns(Specialist.id, *names)
    rows = db.session.execute(seen.join(Person, Person.id == Specialist.person_id))
    return {row.id: row for row in rows}
