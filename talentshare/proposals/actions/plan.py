"""Many proposals at once, as a plan says: each by itself, so that one refusal stops no other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from talentshare import policy
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Refusal
from talentshare.platform import events
from talentshare.platform.db import transactional
from talentshare.policy import Can
from talentshare.proposals.actions.prepare import Terms, prepare
from talentshare.proposals.models import Proposal


@dataclass(frozen=True)
class Wanted:
    """One specialist for one position from a Monday on."""

    position_id: int
    specialist_id: int
    start_on: date


@transactional
def apply_plan(
    actor: Actor, rows: Sequence[Wanted], reason: str
) -> dict[Wanted, Proposal | Refusal]:
    """Prepare a proposal for each row; what was refused leaves no trace but its refusal."""
    policy.require(actor, Can.MAKE_PLAN)
    came: dict[Wanted, Proposal | Refusal] = {}
    for row in sorted(rows, key=lambda wanted: wanted.position_id):  # locks are taken in order
        terms = Terms(reason, start_on=row.start_on)
        try:
            with events.undone_alone():
                came[row] = prepare(actor, row.position_id, row.specialist_id, terms)
        except Refusal as refusal:
            came[row] = refusal
    return came
