"""What can be planned: roles, themes and requests with open positions; how much waits."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from talentshare import policy
from talentshare.kernel.actor import Actor
from talentshare.plans.models import PlanRun
from talentshare.plans.states import UNDER_WAY, ScopeKind
from talentshare.platform.db import db
from talentshare.policy import Can
from talentshare.proposals.queries import open_positions
from talentshare.talent_requests.models import Position, TalentRequest


@dataclass(frozen=True)
class Scopes:
    """Codes of roles and themes, and requests, each with at least one open position."""

    roles: Sequence[str]
    themes: Sequence[str]
    requests: Sequence[TalentRequest]
    positions: Sequence[Position]


def scope_choices(actor: Actor) -> Scopes:
    """What looks for somebody now."""
    policy.require(actor, Can.MAKE_PLAN)
    positions = open_positions()
    requests = {p.talent_request.number: p.talent_request for p in positions}
    return Scopes(
        sorted({p.role_code for p in positions}),
        sorted({r.theme_code for r in requests.values() if r.theme_code}),
        [requests[number] for number in sorted(requests)],
        positions,
    )


def is_in_scope(kind: ScopeKind, scope: Sequence[str], position: Position) -> bool:
    """Whether a run of this scope plans the position."""
    of = {
        ScopeKind.ROLE: position.role_code,
        ScopeKind.THEME: position.talent_request.theme_code,
        ScopeKind.REQUESTS: position.talent_request.number,
    }
    return kind is ScopeKind.ALL or of[kind] in scope


def count_in_scope(kind: ScopeKind, scope: Sequence[str]) -> int:
    """How many open positions a run of this scope has."""
    return sum(is_in_scope(kind, scope, position) for position in open_positions())


def waiting_count() -> int:
    """How many runs wait or are at work."""
    waits = select(func.count()).select_from(PlanRun).where(PlanRun.state.in_(UNDER_WAY))
    return db.session.scalar(waits) or 0
