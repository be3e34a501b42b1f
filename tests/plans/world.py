"""Makers for the tests of plans: people with open ledgers, open positions, runs of the planner."""

from datetime import date

from talentshare.plans import actions
from talentshare.plans.actions import Wish
from talentshare.plans.models import PlanRun
from talentshare.plans.states import Objective, ScopeKind
from tests import make
from tests.matching.world import ready


def draft(**given) -> PlanRun:
    """A run that is not stored: all that is open, as far as the ledgers reach."""
    defaults = {
        "scope_kind": ScopeKind.ALL,
        "scope": [],
        "horizon_weeks": 0,
        "objective": Objective.TOTAL,
        "has_floor": False,
        "time_limit_seconds": 10,
        "what_if": {},
    }
    return PlanRun(**defaults | given)


def need(of=None, **given):
    """Eight hours a week for four weeks; one start, from 7 December, unless said otherwise."""
    defaults = {"latest_end_on": date(2027, 1, 3)}
    return make.position(of or make.talent_request(make.body()), **defaults | given)


def ordered(coordinator, **given) -> PlanRun:
    """A run in the queue."""
    return actions.order(make.actor_of(coordinator), Wish(**{"time_limit_seconds": 10} | given))


__all__ = ["draft", "need", "ordered", "ready"]
