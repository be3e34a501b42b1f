"""Who is asking. Every use case takes one, whether a person or a job asks."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person is here to do; one person may hold several."""

    OFFICER = "officer"
    MANAGER = "manager"
    SPECIALIST = "specialist"
    COORDINATOR = "coordinator"
    ADMIN = "admin"


@dataclass(frozen=True)
class Actor:
    """A person or a job, reduced to what the policy needs to know."""

    id: int
    roles: frozenset[Role] = field(default_factory=frozenset)
    body_id: int | None = None
    specialist_id: int | None = None
    is_system: bool = False
    on_behalf_of_id: int | None = None

    def has(self, *roles: Role) -> bool:
        """Tell whether the actor holds one of `roles`."""
        return any(role in self.roles for role in roles)


SYSTEM = Actor(id=0, is_system=True)


def system_for(actor: Actor) -> Actor:
    """Return the system acting in consequence of what `actor` did."""
    return Actor(id=0, is_system=True, on_behalf_of_id=actor.on_behalf_of_id or actor.id)
