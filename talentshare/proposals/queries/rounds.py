"""What was done with a proposal, round after round, from the audit trail and the words said."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from talentshare.accounts.models import Person
from talentshare.kernel.actor import Actor, Role
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent, Remark, name_of
from talentshare.proposals.models import Proposal

PREFIX = "proposal."
SAID_BACK = frozenset(
    {
        *("returned", "rejected", "discussed", "declined", "answer_recorded"),
        *("refused", "withdrawn", "cancelled", "ended"),
    }
)
TOLD = SAID_BACK | {
    *("prepared", "revised", "checked", "offered", "accepted", "home_consented", "proposed"),
    *("hold_extended", "decision_recorded", "agreed", "confirmed", "sent_back", "expired"),
    *("passed_over", "served"),
}


@dataclass(frozen=True)
class Happening:
    """One deed: who did it, when, and in which words; nobody where the calendar did it."""

    deed: str
    at: datetime
    person: Person | None
    remark: str = ""


def happenings(actor: Actor, proposal: Proposal) -> list[Happening]:
    """The deeds on a proposal, newest first; coordinators alone read them all."""
    if not actor.has(Role.COORDINATOR):
        return []
    name = name_of(proposal)
    deeds = [PREFIX + deed for deed in TOLD]
    wanted = select(AuditEvent).where(AuditEvent.subject == name, AuditEvent.deed.in_(deeds))
    events = db.session.scalars(wanted.order_by(AuditEvent.seq.desc())).all()
    rows = db.session.execute(select(Remark.id, Remark.text).where(Remark.subject == name))
    said = {row.id: row.text for row in rows}
    people = _people({event.on_behalf_of_id or event.actor_id for event in events})
    return [
        Happening(
            event.deed.removeprefix(PREFIX),
            event.at,
            people.get(event.on_behalf_of_id or event.actor_id),
            said.get(event.details.get("remark", 0), ""),
        )
        for event in events
    ]


def last_said(told: list[Happening]) -> Happening | None:
    """The newest words that came back, and from whom."""
    return next((one for one in told if one.remark and one.deed in SAID_BACK), None)


def _people(ids: set[int]) -> dict[int, Person]:
    found = select(Person).where(Person.id.in_(ids)).options(lazyload(Person.duties))
    return {person.id: person for person in db.session.scalars(found)}
