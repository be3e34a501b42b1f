"""A run from its order to rows that can be booked, stopped, interrupted, and gone on with."""

import json
from datetime import date, timedelta
from threading import Event

import pytest
from sqlalchemy import select

from talentshare.allocations import actions as allocations
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.plans import actions, jobs, queries
from talentshare.plans.actions import PairDraft
from talentshare.plans.jobs import search
from talentshare.plans.jobs.task import task_of
from talentshare.plans.models import PlanRun
from talentshare.plans.states import Objective, PairKind, RowState, RunState, ScopeKind
from talentshare.platform import events, progress
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from talentshare.proposals import queries as proposals
from talentshare.specialists.models import TimeOff
from talentshare.specialists.states import TimeOffKind
from tests import make
from tests.plans.world import need, ordered, ready

WHY = "計画案のとおりです"


@pytest.fixture
def desk(either_app):
    """Two people and three positions: one of them is left out."""
    coordinator = make.coordinator()
    people = [ready(), ready(windows=((540, 780),))]
    positions = [
        need(minutes_per_week=1200, inside_minutes_per_week=1200),
        need(minutes_per_week=1200, inside_minutes_per_week=1200),
        need(minutes_per_week=1500, inside_minutes_per_week=1500),
    ]
    return either_app, coordinator, people, positions


def worked(app, run):
    """Work at all that waits; the run as it is then."""
    while jobs.work_next(app):
        pass
    return now(run)


def now(run):
    """The run as others have left it."""
    db.session.rollback()
    return db.session.get(PlanRun, run.id, populate_existing=True)


def test_a_run_ends_with_rows_reasons_and_a_proof(desk):
    app, coordinator, _people, positions = desk
    run = worked(app, ordered(coordinator, objective=Objective.TOTAL))
    actor = make.actor_of(coordinator)
    assert (run.state, run.fault) == (RunState.DONE, "")
    assert run.value == run.bound
    assert run.is_verified
    found = queries.result(actor, queries.find(actor, run.id))
    assert found.gap_tenths == 0
    placed = {row.row.position_id: row for row in found.rows}
    left = {one.position.id: one for one in found.left_out}
    assert placed.keys() | left.keys() == {p.id for p in positions}
    assert len(placed) == 2
    for row in placed.values():
        assert row.row.start_on == date(2026, 12, 7)
        assert row.reasons[0]["code"] == "reason.all_must"
        assert sum(minutes for _week, minutes, _inside in row.row.weeks) > 0
    assert {one.reason for one in left.values()} == {"outbid"}
    assert found.minutes_plan >= found.minutes_hand > found.minutes_today == 0
    assert [line.asked_minutes > 0 for line in found.bodies] == [True] * 3
    assert run.steps
    assert progress.progress_of(queries.work_of(run.id)) is None


def test_rows_become_prepared_proposals_and_nothing_more(desk):
    app, coordinator, _people, _positions = desk
    run = worked(app, ordered(coordinator))
    actor = make.actor_of(coordinator)
    done = actions.apply_rows(actor, run.id, [row.id for row in run.rows], WHY)
    assert (done.applied, done.conflicts) == (2, 0)
    run = queries.find(actor, run.id)
    assert {row.state for row in run.rows} == {RowState.APPLIED}
    for row in run.rows:
        proposal = proposals.find(actor, row.proposal_id)
        assert (proposal.state.value, proposal.reason) == ("prepared", WHY)
        weeks = [[w.week_on.isoformat(), w.minutes, w.inside_minutes] for w in proposal.weeks]
        assert weeks == row.weeks


def test_what_runs_without_anybody_at_work_is_interrupted_with_its_best(desk, still_clock):
    app, coordinator, people, positions = desk
    run = ordered(coordinator)
    with app.app_context():
        actions.take(make.SYSTEM)
    task = task_of(app, run.id)
    best = {"position": positions[2].id, "specialist": people[0].id, "start": 1}
    kept = task.packed_with({"allocations": [best]})
    with app.app_context():
        progress.beat(queries.work_of(run.id), {"phase": "searching", "steps": [[1, 5, 9]]}, kept)
    assert queries.state_now(now(run)) is RunState.RUNNING
    assert jobs.end_dead(app) == 0
    still_clock(timedelta(minutes=2))
    assert queries.state_now(now(run)) is RunState.INTERRUPTED
    assert jobs.end_dead(app) == 1
    run = now(run)
    assert run.state is RunState.INTERRUPTED
    assert [(row.position_id, row.specialist_id) for row in run.rows] == [
        (positions[2].id, people[0].id)
    ]
    again = worked(app, actions.resume(make.actor_of(coordinator), run.id))
    assert (again.state, again.begun_from_id) == (RunState.DONE, run.id)
    assert again.value >= run.value


def test_a_server_that_stops_leaves_the_best_plan_so_far(desk):
    app, coordinator, _people, _positions = desk
    run = ordered(coordinator)
    stop = Event()
    stop.set()
    jobs.work_next(app, stop)
    assert now(run).state is RunState.INTERRUPTED
    assert now(run).rows


def test_a_run_that_is_stopped_while_it_runs_keeps_its_plan(desk, monkeypatch):
    app, coordinator, _people, _positions = desk
    run = ordered(coordinator)
    monkeypatch.setattr(queries, "is_stop_asked", lambda _actor, _run_id: True)
    jobs.work_next(app)
    assert now(run).state is RunState.STOPPED
    assert now(run).rows


def test_a_waiting_run_is_stopped_at_once(desk):
    app, coordinator, _people, _positions = desk
    run = ordered(coordinator)
    actions.stop(make.actor_of(coordinator), run.id)
    run = worked(app, run)
    assert run.state is RunState.STOPPED
    with pytest.raises(Conflict):
        actions.stop(make.actor_of(coordinator), run.id)


def test_nothing_open_is_told(app):
    with pytest.raises(Invalid) as refusal:
        ordered(make.coordinator())
    assert refusal.value.code == "plan.nothing_open"


def test_a_row_whose_facts_changed_says_so_and_stops_no_other(desk):
    app, coordinator, people, _positions = desk
    run = worked(app, ordered(coordinator))
    row = next(row for row in run.rows if row.specialist_id == people[0].id)
    make.saved(
        TimeOff(
            specialist_id=people[0].id,
            kind=TimeOffKind.LEAVE,
            starts_on=date(2026, 12, 7),
            ends_on=date(2026, 12, 31),
        )
    )
    allocations.keep_capacity_after_leave(SYSTEM, people[0])
    before = deeds()
    actor = make.actor_of(coordinator)
    done = actions.apply_rows(actor, run.id, [one.id for one in run.rows], WHY)
    assert (done.applied, done.conflicts) == (1, 1), [one.conflict for one in now(run).rows]
    row = next(one for one in now(run).rows if one.id == row.id)
    assert (row.state, row.proposal_id) == (RowState.CONFLICT, None)
    assert set(row.conflict) == {"ja", "en"}
    assert "%(" not in row.conflict["ja"]
    assert deeds()[len(before) :].count("proposal.prepared") == 1
    assert events.first_break() is None


def test_rows_that_fit_one_by_one_but_not_together_are_not_both_prepared(either_app):
    coordinator, who = make.coordinator(), ready(windows=((540, 1020),))
    first, second = (need(minutes_per_week=1500, inside_minutes_per_week=1500) for _ in range(2))
    run = worked(either_app, ordered(coordinator, scope=[first.talent_request.number], **REQUESTS))
    other = worked(
        either_app, ordered(coordinator, scope=[second.talent_request.number], **REQUESTS)
    )
    actor = make.actor_of(coordinator)
    assert actions.apply_rows(actor, run.id, [run.rows[0].id], WHY).applied == 1
    done = actions.apply_rows(actor, other.id, [other.rows[0].id], WHY)
    assert (done.applied, done.conflicts) == (0, 1)
    assert who.id == other.rows[0].specialist_id


def deeds():
    db.session.rollback()
    return list(db.session.scalars(select(AuditEvent.deed).order_by(AuditEvent.seq)))


REQUESTS = {"scope_kind": ScopeKind.REQUESTS}


def test_rows_that_the_ledger_refuses_together_are_planned_anew(either_app):
    """Twelve hours in office hours do not go into ten, though twenty hours are free."""
    coordinator = make.coordinator()
    for _ in range(2):
        ready(windows=((600, 720), (1020, 1140)))  # two hours inside and two outside, each day
    for _ in range(3):
        need(minutes_per_week=360, inside_minutes_per_week=360)
    run = worked(either_app, ordered(coordinator))
    actor = make.actor_of(coordinator)
    found = queries.result(actor, queries.find(actor, run.id))
    assert run.state is RunState.DONE
    assert found.repaired > 0
    assert len(run.rows) == 2
    assert len({row.specialist_id for row in run.rows}) == 2
    assert len(found.left_out) == 1
    assert found.gap_tenths > 0  # the proof is of what was planned before the ledger refused it
    assert run.bound > run.value


def test_nobody_reads_a_plan_under_way_as_one_that_was_given_up(desk):
    app, coordinator, _people, _positions = desk
    first, second = ordered(coordinator), ordered(coordinator)
    assert (queries.ahead_of(now(first)), queries.ahead_of(now(second))) == (0, 1)
    assert queries.result(make.actor_of(coordinator), now(first)) is None
    worked(app, second)
    assert queries.waiting_count() == 0


def test_what_is_fixed_but_not_taken_by_the_ledger_is_planned_otherwise(either_app):
    """Ten hours inside office hours do not take twelve, also where both are fixed."""
    coordinator = make.coordinator()
    who = ready(windows=((600, 720), (1020, 1140)))
    positions = [need(minutes_per_week=360, inside_minutes_per_week=360) for _ in range(2)]
    for position in positions:
        draft = PairDraft(PairKind.PIN, position.id, who.id, "団体の希望です")
        actions.fix(make.actor_of(coordinator), draft)
    run = worked(either_app, ordered(coordinator))
    assert (run.state, run.fault) == (RunState.DONE, "")
    assert [row.specialist_id for row in run.rows] == [who.id]


def test_a_best_that_cannot_be_read_does_not_keep_the_others_waiting(desk, still_clock):
    app, coordinator, _people, _positions = desk
    first, second = ordered(coordinator), ordered(coordinator)
    with app.app_context():
        actions.take(make.SYSTEM)
        progress.beat(queries.work_of(first.id), {"phase": "searching"}, b"no plan")
    still_clock(timedelta(minutes=2))
    assert worked(app, second).state is RunState.DONE
    assert (now(first).state, now(first).fault) == (RunState.INTERRUPTED, "error")


def test_a_search_that_has_to_be_ended_leaves_what_it_had_told(desk, monkeypatch):
    app, coordinator, people, positions = desk
    run = ordered(coordinator)
    best = {"position": positions[2].id, "specialist": people[0].id, "start": 1}
    told = {"phase": "searching", "allocations": [best], "steps": [[0.1, 5, None]]}
    program = (
        "import json, pathlib, sys, time;"
        f"pathlib.Path(sys.argv[-1], 'progress.json').write_text({json.dumps(told)!r});"
        "time.sleep(60)"
    )
    monkeypatch.setattr(search, "START", ("-c", program))
    monkeypatch.setattr(search, "GRACE", -9.5)
    run = worked(app, run)
    assert run.state is RunState.DONE
    assert [row.position_id for row in run.rows] == [positions[2].id]
    assert (run.is_verified, run.bound) == (False, None)
