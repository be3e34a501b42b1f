"""Two coordinators and the planner at once: nothing is lost, nothing is done twice."""

from sqlalchemy import select

from talentshare.plans import actions, jobs, queries
from talentshare.plans.models import PlanRow, PlanRun
from talentshare.plans.states import RowState, RunState
from talentshare.platform import events
from talentshare.platform.db import db
from talentshare.proposals.models import Proposal
from tests import make
from tests.plans.world import need, ordered, ready
from tests.proposals.test_races import at_once

WHY = "計画案のとおりです"


def test_two_coordinators_and_the_planner_at_once(either_app):
    one, other = make.coordinator(), make.coordinator()
    for _ in range(3):
        ready()
    positions = [need(minutes_per_week=900, inside_minutes_per_week=900) for _ in range(5)]
    runs = [ordered(one).id, ordered(other).id]
    while jobs.work_next(either_app):
        pass
    third = ordered(one).id
    rows = {
        run: list(db.session.scalars(select(PlanRow.id).where(PlanRow.run_id == run)))
        for run in runs
    }
    assert all(rows.values())

    def applying(who, run):
        actor = make.actor_of(who)
        return lambda: actions.apply_rows(actor, run, rows[run], WHY)

    ends = at_once(
        either_app,
        applying(one, runs[0]),
        applying(other, runs[1]),
        applying(other, runs[0]),
        lambda: jobs.work_next(either_app),
    )
    assert set(ends) <= {"done", "plan.no_rows_chosen"}
    live = list(db.session.scalars(select(Proposal)))
    applied = list(db.session.scalars(select(PlanRow).where(PlanRow.state == RowState.APPLIED)))
    assert sorted(p.id for p in live) == sorted(row.proposal_id for row in applied)
    assert {p.position_id for p in live} == {p.id for p in positions[:]} & {
        row.position_id for row in applied
    }
    pairs = [(p.position_id, p.specialist_id) for p in live]
    assert len(pairs) == len(set(pairs))
    told = db.session.get(PlanRun, third, populate_existing=True)
    assert told.state is RunState.DONE
    assert queries.waiting_count() == 0
    assert events.first_break() is None
