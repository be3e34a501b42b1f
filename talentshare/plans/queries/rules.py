"""計画の基準: what a position of each kind weighs in a plan, and what each body is to get."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from talentshare import policy
from talentshare.kernel.actor import Actor
from talentshare.plans.models import PlanRules
from talentshare.platform.db import db
from talentshare.platform.events import name_of, remarks_of
from talentshare.policy import Can
from talentshare.talent_requests.states import RequestKind

FULL_WEIGHT = 100
FLOOR_MINUTES = 40 * 60  # a working week for each body that asks for as much


@dataclass(frozen=True)
class Rules:
    """A version with its first day; version 0 are the product's own, before any is stored."""

    number: int
    valid_from: date | None
    weights: Mapping[str, int]
    floor_minutes: int


UNSTORED = Rules(0, None, dict.fromkeys(map(str, RequestKind), 10), FLOOR_MINUTES)


@dataclass(frozen=True)
class RuleVersion:
    """A version as an admin sees it; `reason` is what was said when it was made."""

    rules: Rules
    reason: str
    is_valid: bool


def rules_on(day: date) -> Rules:
    """The version with the latest first day up to `day`; of two of one day the newer."""
    found = db.session.scalar(
        select(PlanRules)
        .where(PlanRules.valid_from <= day)
        .order_by(PlanRules.valid_from.desc(), PlanRules.number.desc())
        .limit(1)
    )
    return UNSTORED if found is None else _rules(found)


def rule_versions(actor: Actor, day: date) -> Sequence[RuleVersion]:
    """All versions, the newest first, and which of them is valid on `day`."""
    policy.require(actor, Can.EDIT_PLAN_RULES)
    rows = db.session.scalars(select(PlanRules).order_by(PlanRules.number.desc())).all()
    said, now = remarks_of(rows), rules_on(day).number
    return [RuleVersion(_rules(row), said.get(name_of(row), ""), row.number == now) for row in rows]


def last_rules_number() -> int:
    """The number of the newest version, 0 before any."""
    newest = select(PlanRules.number).order_by(PlanRules.number.desc()).limit(1)
    return db.session.scalar(newest) or 0


def _rules(row: PlanRules) -> Rules:
    return Rules(row.number, row.valid_from, row.weights, row.floor_minutes)
