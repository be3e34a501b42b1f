"""One picture of the pool per process, renewed by what the audit says has happened since."""

from sqlalchemy import Integer, bindparam, column, select, table

from talentshare.allocations.models import Allocation, Clash, appointment
from talentshare.allocations.states import AllocationState
from talentshare.kernel import clock
from talentshare.matching.queries.stock import Stock, renewed, whole_stock
from talentshare.platform.pictures import Keeper, Scope, of_app
from talentshare.specialists.models import (
    Declaration,
    Pledge,
    Specialist,
    SpecialistSkill,
    TimeOff,
    WorkingPattern,
)

GRANTS = table("extra_grant", column("id", Integer), column("specialist_id", Integer))
# Whose holds ran out between two moments.
RAN_OUT = select(Allocation.specialist_id).where(
    Allocation.state == AllocationState.HELD,
    Allocation.expires_at > bindparam("since"),
    Allocation.expires_at <= bindparam("now"),
)
# Whom deeds concern of the people in the pool: their time, what is booked of it, what they can do.
PEOPLE = Scope(
    of={
        "specialist": select(Specialist.id, Specialist.id),
        "person": select(Specialist.person_id, Specialist.id),
        **{
            model.__tablename__: select(model.id, model.specialist_id)
            for model in (
                Allocation,
                Clash,
                Declaration,
                Pledge,
                SpecialistSkill,
                TimeOff,
                WorkingPattern,
            )
        },
    },
    newest=[
        select(Specialist.id, Specialist.id.label("whose")),
        *(
            select(model.id, model.specialist_id)
            for model in (Allocation, Declaration, Pledge, SpecialistSkill)
        ),
        *(select(rows.c.id, rows.c.specialist_id) for rows in (appointment, GRANTS)),
    ],
    beside=frozenset(
        {
            "audit",
            "band",
            "body",
            "input",
            "mail",
            "notice",
            "plan",
            "position",
            "proposal",
            "ranking",
            "refused",
            "session",
            "sign_in",
            "talent_request",
            "utilisation",
        }
    ),
    beside_tables=frozenset({"sign_in_session"}),
    may_be_gone=frozenset({"person"}),
    passed=RAN_OUT,
)


def stock_now() -> Stock:
    """The pool as this transaction sees it, never older than what is committed."""
    return of_app("matching.pool", _keeper).now()


def _keeper() -> Keeper[Stock]:
    return Keeper(PEOPLE, lambda: whole_stock(clock.today()), renewed)
