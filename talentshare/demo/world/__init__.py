"""A fictional Tokyo, the same for the same size, seed and date."""

from collections.abc import Sequence
from datetime import date

from talentshare.demo.sizes import SIZES
from talentshare.demo.world.bodies import SHOWCASE_CODE, bodies
from talentshare.demo.world.needs import Setting, asking, talent_requests
from talentshare.demo.world.people import staff
from talentshare.demo.world.shapes import DemoPerson, World
from talentshare.demo.world.specialists import specialists

__all__ = ["World", "build_world"]


def build_world(size: str, seed: int, as_of: date) -> World:
    """All fictional bodies, people, specialists and needs as seen on the day `as_of`."""
    heads = SIZES[size]
    all_bodies = bodies(heads.bodies, seed)
    pool = specialists(heads.specialists, seed, as_of)
    needs = talent_requests(Setting(heads, seed, as_of, all_bodies, pool))
    people = staff(heads, asking(needs, all_bodies), seed)
    return World(
        size=size,
        seed=seed,
        as_of=as_of,
        bodies=all_bodies,
        people=people,
        specialists=pool,
        talent_requests=needs,
        showcase=_showcase(people, pool[0].person),
    )


def _showcase(people: Sequence[DemoPerson], specialist: DemoPerson) -> tuple[tuple[str, str], ...]:
    """Role and sign-in name, as the demo prints them: one of each, and two coordinators."""
    bodies_own = [(p.roles[0], p.sign_in_name) for p in people if p.body_code == SHOWCASE_CODE]
    return (
        *bodies_own,
        ("coordinator", "chousei1"),
        ("coordinator", "chousei2"),
        ("specialist", specialist.sign_in_name),
        ("admin", "kanri"),
    )
