"""Who a visitor of the demo can be: one person per role, two coordinators."""

from dataclasses import dataclass, replace

from talentshare.demo.ground import FINISHED
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent


@dataclass(frozen=True)
class Persona:
    """A person of the fictional Tokyo; `key` names the role for the banner."""

    key: str
    sign_in_name: str


PASSWORD = "fictional-tokyo-2026"  # noqa: S105  of people who do not exist
PERSONAS = (
    Persona("demo.officer", "tantou.machida"),
    Persona("demo.manager", "kachou.machida"),
    Persona("demo.specialist", ""),  # whoever has an offer waiting: see `chosen`
    Persona("demo.coordinator1", "chousei1"),
    Persona("demo.coordinator2", "chousei2"),
    Persona("demo.admin", "kanri"),
)


def chosen() -> tuple[Persona, ...]:
    """The personas, with the specialist who was chosen when the demo was made."""
    statement = db.select(AuditEvent.details).where(AuditEvent.deed == FINISHED)
    details = db.session.scalars(statement.order_by(AuditEvent.seq.desc()).limit(1)).first() or {}
    name = str(details.get("sign_in_name", "senmon001"))
    return tuple(replace(p, sign_in_name=p.sign_in_name or name) for p in PERSONAS)
