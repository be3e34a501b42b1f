"""A demo grown to the size of Japan by bulk SQL: walking 15,000 positions through it would take hours.

People and their papers, skills and patterns are those of `rank_database`, their ledgers the application's;
the positions are copies of the demo's own open requests, spread over the bodies.
"""

from itertools import count, cycle, islice

from sqlalchemy import Table, func, select

from bench.rank_database import put, put_people
from talentshare.accounts.models import Body, Person
from talentshare.allocations import actions as allocations
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM
from talentshare.platform.db import db
from talentshare.specialists.models import Declaration, Specialist, WorkingPattern
from talentshare.talent_requests.models import (
    Position,
    PositionSkill,
    RequestSupplier,
    TalentRequest,
)
from talentshare.talent_requests.states import RequestState

PEOPLE, POSITIONS = 10_000, 15_000


def grow(people: int = PEOPLE, positions: int = POSITIONS) -> None:
    """Add what is missing to so many specialists and positions."""
    bodies = db.session.scalars(select(Body.id).order_by(Body.id)).all()
    wanted = (Person, Specialist, Declaration, WorkingPattern)
    first = 1 + max(db.session.scalar(select(func.max(model.id))) or 0 for model in wanted)
    there = db.session.scalar(select(func.count()).select_from(Specialist))
    put_people(range(first, first + people - there), bodies[0])
    db.session.commit()
    allocations.open_weeks_for_all(SYSTEM)
    copy_requests(positions - db.session.scalar(select(func.count(Position.id))), bodies)
    db.session.commit()


def copy_requests(positions: int, bodies) -> None:
    """Copies of open requests with one position that may still start, with new numbers."""
    requests, places, skills, suppliers = (
        model.__table__ for model in (TalentRequest, Position, PositionSkill, RequestSupplier)
    )
    alone = select(Position.talent_request_id).group_by(Position.talent_request_id)
    found = select(Position.talent_request_id, Position.id).join(TalentRequest).where(
        TalentRequest.state == RequestState.OPEN,
        Position.earliest_on >= clock.today(),
        TalentRequest.id.in_(alone.having(func.count() == 1)),
    )  # fmt: skip
    models = db.session.execute(found.order_by(Position.id)).all()
    request_ids, place_ids = new_ids(requests), new_ids(places)
    copies = [
        (model, next(request_ids), next(place_ids)) for model in islice(cycle(models), positions)
    ]
    homes, numbers = cycle(bodies), count(100_000)
    clone(requests, "id", [
        (old.talent_request_id, {"id": new, "body_id": next(homes), "number": f"R-2026-{next(numbers)}"})
        for old, new, _ in copies
    ])  # fmt: skip
    of_request = [(old.talent_request_id, {"talent_request_id": new}) for old, new, _ in copies]
    clone(places, "talent_request_id", [
        (old, change | {"id": place})
        for (old, change), (_, _, place) in zip(of_request, copies, strict=True)
    ])  # fmt: skip
    clone(suppliers, "talent_request_id", of_request)
    clone(skills, "position_id", [(old.id, {"position_id": place}) for old, _, place in copies])


def new_ids(table: Table):
    return count(1 + db.session.scalar(select(func.max(table.c.id))))


def clone(table: Table, key: str, changes) -> None:
    """The rows whose `key` is the first of each pair, once more, with the second laid over."""
    rows: dict[int, list[dict]] = {}
    columns = [c for c in table.c if c.name != "id"]
    wanted = {old for old, _ in changes}
    for row in db.session.execute(select(table.c[key], *columns).where(table.c[key].in_(wanted))):
        values = dict(zip((c.name for c in columns), row[1:], strict=True))
        rows.setdefault(row[0], []).append(values)
    put(table, [values | change for old, change in changes for values in rows.get(old, ())])
