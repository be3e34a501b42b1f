"""計画の基準: an admin sets what positions weigh and what each body is to get."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from talentshare import policy
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Invalid
from talentshare.plans import queries
from talentshare.plans.models import PlanRules
from talentshare.plans.queries.rules import FULL_WEIGHT, UNSTORED
from talentshare.platform import events
from talentshare.platform.db import db, transactional
from talentshare.policy import Can

LONGEST_REASON = 500
MOST_FLOOR = 2_000 * 60


@dataclass(frozen=True)
class RulesDraft:
    """A version of the rules to be, from a day on."""

    valid_from: date
    weights: Mapping[str, int]
    floor_minutes: int


@transactional
def add_rules(actor: Actor, draft: RulesDraft, reason: str) -> PlanRules:
    """A new version, from today or a later day on; runs keep the version that they were made by."""
    policy.require(actor, Can.EDIT_PLAN_RULES)
    if draft.valid_from < clock.today():
        raise Invalid("plan_rules.day_is_past", field="valid_from")
    if set(draft.weights) != set(UNSTORED.weights) or not all(
        1 <= weight <= FULL_WEIGHT for weight in draft.weights.values()
    ):
        raise Invalid("plan_rules.not_weights", field="project", most=FULL_WEIGHT)
    if not 0 <= draft.floor_minutes <= MOST_FLOOR:
        raise Invalid("plan_rules.floor_out_of_range", field="floor", most_minutes=MOST_FLOOR)
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Invalid("plan_rules.reason_needed", field="reason", most=LONGEST_REASON)
    made = PlanRules(
        number=queries.last_rules_number() + 1,
        valid_from=draft.valid_from,
        weights=dict(draft.weights),
        floor_minutes=draft.floor_minutes,
        made_by_id=None if actor.is_system else actor.id,
        made_at=clock.now(),
    )
    db.session.add(made)
    events.announce(actor, "plan.rules_added", made, remark=reason.strip(), number=made.number)
    return made
