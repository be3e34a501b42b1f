"""Who acts in the fictional Tokyo, need by need."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from talentshare.accounts import queries as accounts
from talentshare.accounts.models import Person
from talentshare.demo.world.shapes import DemoTalentRequest, World
from talentshare.kernel.actor import Actor


@dataclass
class Case:
    """A need on its way through the product."""

    demo: DemoTalentRequest
    request_id: int = 0
    proposals: dict[int, int] = field(default_factory=dict)


class Cast:
    """Finds who does what; everybody is looked up once."""

    def __init__(self, world: World, ids: Mapping[str, int]) -> None:
        self.ids = ids
        self._bodies = {body.code: body for body in world.bodies}
        self._actors: dict[str, Actor] = {}

    def needs_endorsement(self, demo: DemoTalentRequest) -> bool:
        """Whether a manager of the body reads its needs first."""
        return self._bodies[demo.body_code].requires_endorsement

    def actor(self, sign_in_name: str) -> Actor:
        """Somebody of the fictional Tokyo, as the one who acts."""
        if sign_in_name not in self._actors:
            person: Person = accounts.person(self.ids[sign_in_name])
            self._actors[sign_in_name] = accounts.actor_of(person)
        return self._actors[sign_in_name]

    def coordinator(self, demo: DemoTalentRequest) -> Actor:
        """Whoever owns the request."""
        return self.actor(demo.coordinator or "chousei1")

    def second(self, demo: DemoTalentRequest) -> Actor:
        """Another coordinator than the one of the request."""
        own = demo.coordinator or "chousei1"
        return self.actor("chousei2" if own != "chousei2" else "chousei1")

    def manager(self, demo: DemoTalentRequest) -> Actor:
        """The body's manager, or its officer where no manager exists."""
        name = f"kachou.{self._bodies[demo.body_code].short_name}"
        return self.actor(name if name in self.ids else demo.officer)

    def reader(self, demo: DemoTalentRequest) -> Actor:
        """Who reads a submitted need first: the manager where the body wants that."""
        return self.manager(demo) if self.needs_endorsement(demo) else self.coordinator(demo)
