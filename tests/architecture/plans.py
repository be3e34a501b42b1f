"""Plans of the made-up world: one done, a trial, one that waits, and a fixed pair."""

from typing import Any

from talentshare.accounts.models import Person
from talentshare.kernel import clock
from talentshare.plans.models import PlanPair
from talentshare.plans.states import PairKind, RunState
from talentshare.platform.db import db
from talentshare.specialists.models import Specialist
from talentshare.talent_requests.models import Position, TalentRequest
from tests import make
from tests.plans.made import planned, row_of, run_of


def open_position(side: Any) -> Position:
    """A position that looks for somebody, for which nobody was proposed."""
    number = side.number("open")
    found = db.select(Position).join(TalentRequest).where(TalentRequest.number == number)
    return db.session.scalars(found.order_by(Position.ordinal)).first()


def add_plans(side: Any, maker: Person, specialist: Specialist, position: Position) -> None:
    """What the matrix tries."""
    trial = {"what_if": {"without": [specialist.id]}}
    pair = PlanPair(
        kind=PairKind.PIN,
        position_id=position.id,
        specialist_id=specialist.id,
        reason="経験があるため",
        made_by_id=maker.id,
        made_at=clock.now(),
    )
    side.ids |= {
        "plan_done": planned(maker, [row_of(position, specialist)]).id,
        "plan_trial": planned(maker, [], **trial).id,
        "plan_waiting": make.saved(run_of(maker, RunState.QUEUED)).id,
        "plan_pair": make.saved(pair).id,
    }
    side.codes |= {"specialist_name": specialist.person.sign_in_name}
