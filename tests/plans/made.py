"""Runs of the planner made by hand, as they would stand in any state."""

import re
from datetime import date
from typing import Any

from talentshare.accounts.models import Person
from talentshare.kernel import clock
from talentshare.plans.models import PlanRow, PlanRun
from talentshare.plans.queries import packed
from talentshare.plans.states import Objective, RunState, ScopeKind
from talentshare.specialists.models import Specialist
from talentshare.talent_requests.models import Position
from tests import make

START_ON = date(2026, 12, 7)


def run_of(maker: Person, state: RunState, **given: Any) -> PlanRun:
    """A run as it would stand in this state."""
    defaults = {
        "scope_kind": ScopeKind.ALL,
        "scope": [],
        "scope_key": "all:",
        "horizon_weeks": 26,
        "objective": Objective.TOTAL,
        "has_floor": False,
        "time_limit_seconds": 10,
        "what_if": {},
        "state": state,
        "made_by_id": maker.id,
        "made_at": clock.now(),
    }
    return PlanRun(**defaults | given)


def planned(maker: Person, rows: list[PlanRow], **given: Any) -> PlanRun:
    """A run that has ended with these rows, proven to be the best."""
    told = {
        "gap_tenths": 0,
        "bodies": [
            [row.position.talent_request.body_id, 1920, 0, 960, row.minutes_per_week * 4]
            for row in rows
        ],
    }
    ended = {"value": 1_000_000, "bound": 1_000_000, "is_verified": True, "given": packed({})}
    run = run_of(maker, RunState.DONE, ended_at=clock.now(), **{"told": told} | ended | given)
    run.rows = rows
    return make.saved(run)


def row_of(position: Position, specialist: Specialist, **given: Any) -> PlanRow:
    """The specialist for the position, four weeks from 7 December."""
    defaults = {
        "position": position,
        "specialist": specialist,
        "start_on": START_ON,
        "minutes_per_week": position.minutes_per_week,
        "weeks": [(f"2026-12-{day:02}", 480, 360) for day in (7, 14, 21, 28)],
        "fit": 800,
        "worth": 1_000_000,
        "is_pinned": False,
        "reasons": [{"code": "reason.all_must", "details": {}, "kind": "ok"}],
    }
    return PlanRow(**defaults | given)


def text_of(page: Any) -> str:
    """The words of a page, without its marks."""
    whole = re.sub(r'<span class="u-nowrap">([^<]*)</span>', r"\1", page.text)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", whole))
