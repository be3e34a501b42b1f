"""A coordinator fixes a specialist for a position in all plans, or keeps one out of it."""

from dataclasses import dataclass

from talentshare import policy
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.plans import queries
from talentshare.plans.models import PlanPair
from talentshare.plans.states import PairKind
from talentshare.platform import events
from talentshare.platform.db import db, transactional
from talentshare.policy import Can

LONGEST_REASON = 500


@dataclass(frozen=True)
class PairDraft:
    """One specialist, one position, and why."""

    kind: PairKind
    position_id: int
    specialist_id: int
    reason: str


@transactional
def fix(actor: Actor, draft: PairDraft) -> PlanPair:
    """Fix or forbid a pair, with one short reason; it holds for all plans until it is removed."""
    pair = PlanPair(
        kind=draft.kind,
        position_id=draft.position_id,
        specialist_id=draft.specialist_id,
        reason=draft.reason.strip(),
        made_by_id=actor.id,
        made_at=clock.now(),
    )
    policy.require(actor, Can.FIX_PAIR, pair)
    if not pair.reason or len(pair.reason) > LONGEST_REASON:
        raise Invalid("plan.reason_needed", field="reason", most=LONGEST_REASON)
    queries.require_open_position(draft.position_id)
    queries.require_specialist(draft.specialist_id)
    for there in queries.pairs_of(draft.position_id):
        if there.specialist_id == draft.specialist_id:
            raise Conflict("plan.pair_there", field="specialist")
        if there.kind is draft.kind is PairKind.PIN:
            raise Conflict("plan.other_fixed", field="specialist")
    db.session.add(pair)
    events.announce(
        actor,
        "plan.pair_fixed" if pair.kind is PairKind.PIN else "plan.pair_forbidden",
        pair,
        remark=pair.reason,
        position_id=pair.position_id,
        specialist_id=pair.specialist_id,
    )
    return pair


@transactional
def unfix(actor: Actor, pair_id: int) -> PlanPair:
    """Leave the pair to the plan again; what was fixed stays in the list of its month."""
    policy.require(actor, Can.MAKE_PLAN)
    pair = queries.load_pair(pair_id)
    policy.require(actor, Can.FIX_PAIR, pair)
    if pair.removed_at is not None:
        raise Conflict("plan.pair_gone")
    pair.removed_at, pair.removed_by_id = clock.now(), actor.id
    events.announce(actor, "plan.pair_removed", pair)
    return pair
