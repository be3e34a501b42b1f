"""Whose turn it is on the request right after each move, and who is told of it."""

from datetime import date, timedelta

import pytest

from talentshare.notices.models import Notice
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from talentshare.proposals import actions
from talentshare.proposals.actions import Terms
from talentshare.proposals.states import DeclineReason, RefuseReason
from talentshare.talent_requests import queries as requests
from tests import make
from tests.proposals.stage import Stage, decision, ready

IN_THREE_DAYS = date(2026, 11, 27)


def turn(stage):
    """(side, task, until, where) as the case says it."""
    said = requests.whose_turn(stage.request)
    return said.side and said.side.value, said.task, said.due_on, said.path


def told_by(move):
    """Who got a notice by this move, with which code."""
    last = db.session.scalar(db.select(db.func.max(Notice.id))) or 0
    move()
    rows = db.session.execute(
        db.select(Notice.person_id, Notice.code, Notice.due_on).where(Notice.id > last)
    )
    return {(who, code.removeprefix("proposal.notice."), due_on) for who, code, due_on in rows}


def test_the_turn_follows_the_way_of_a_proposal(stage):
    it = stage.prepare()
    here, there = f"/proposals/{it.id}", f"/offers/{it.id}"
    assert turn(stage) == ("govtech", "check", IN_THREE_DAYS, here)
    stage.step(it, "checked")
    assert turn(stage) == ("govtech", "offer", IN_THREE_DAYS, here)
    stage.step(it, "offered")
    assert turn(stage) == ("specialist", "answer", IN_THREE_DAYS, there)
    stage.step(it, "accepted")
    assert turn(stage) == ("govtech", "propose", IN_THREE_DAYS, here)
    stage.step(it, "consented")
    stage.step(it, "proposed")
    assert turn(stage) == ("body", "decide", date(2026, 12, 3), here)
    actions.extend_hold(stage.actor(stage.owner), it.id, it.version)
    assert turn(stage) == ("body", "decide", date(2026, 12, 10), here)
    stage.step(it, "confirmed")
    assert turn(stage)[:2] == (None, "start")


def test_where_the_body_wants_it_the_manager_has_the_turn(app):
    stage = Stage(body=make.body(needs_manager=True))
    make.manager(of=stage.body)
    stage.to("proposed")
    assert turn(stage)[:2] == ("manager", "decide")


def test_a_task_that_goes_on_keeps_its_day(stage, still_clock):
    it = stage.to("accepted")
    still_clock(timedelta(days=2))
    stage.step(it, "consented")
    assert turn(stage)[1:3] == ("propose", IN_THREE_DAYS)


@pytest.mark.parametrize(
    ("state", "move", "after"),
    [
        ("prepared", "return", ("govtech", "revise_proposal")),
        ("prepared", "reject", ("govtech", "choose")),
        ("offered", "discuss", ("govtech", "revise_proposal")),
        ("offered", "decline", ("govtech", "choose")),
        ("proposed", "discuss_terms", ("govtech", "revise_proposal")),
        ("proposed", "refuse", ("govtech", "choose")),
        ("proposed", "withdraw", ("govtech", "choose")),
        ("confirmed", "cancel", ("govtech", "choose")),
    ],
)
def test_after_a_side_exit_the_turn_is_the_coordinators(stage, state, move, after):
    it = stage.to(state)
    own, second = stage.actor(stage.owner), stage.actor(stage.second)
    officer, seen = stage.actor(stage.officer), (it.id, it.version)
    {
        "return": lambda: actions.return_to_preparer(second, *seen, "理由"),
        "reject": lambda: actions.reject(second, *seen, "理由"),
        "discuss": lambda: actions.discuss(stage.actor(it.specialist), *seen, "理由"),
        "decline": lambda: actions.decline(
            stage.actor(it.specialist), *seen, DeclineReason.TIME, ""
        ),
        "discuss_terms": lambda: actions.discuss_terms(officer, *seen, "理由"),
        "refuse": lambda: actions.refuse(officer, *seen, RefuseReason.COST, ""),
        "withdraw": lambda: actions.withdraw(own, it.id, "理由"),
        "cancel": lambda: actions.cancel(own, *seen, "理由"),
    }[move]()
    assert turn(stage)[:2] == after


def test_the_most_pressing_of_several_decides(stage):
    asked = stage.to("offered", ready())
    assert turn(stage)[1] == "answer"
    waiting = stage.prepare(ready())
    assert turn(stage)[1:] == ("check", IN_THREE_DAYS, f"/proposals/{waiting.id}")
    stage.to("proposed")
    assert turn(stage)[:2] == ("body", "decide")
    assert asked.state == "offered"


def test_what_ran_out_is_nobodys_turn_any_more(stage, still_clock):
    it = stage.to("offered")
    still_clock(it.offer_due_at)
    stage.prepare(ready())
    assert turn(stage)[1] == "check"
    actions.expire_overdue(stage.actor(stage.owner))
    assert turn(stage)[1] == "check"


def test_each_move_tells_whoever_is_next_and_never_whoever_made_it(stage):
    owner, second, officer = stage.owner.id, stage.second.id, stage.officer.id
    self_ = stage.specialist.person_id
    it = None

    def prepared():
        nonlocal it
        it = stage.prepare()

    assert told_by(prepared) == {(second, "to_check", None)}
    assert told_by(lambda: stage.step(it, "checked")) == {(owner, "checked", None)}
    assert told_by(lambda: stage.step(it, "offered")) == {(self_, "offered", IN_THREE_DAYS)}
    assert told_by(lambda: stage.step(it, "accepted")) == {(owner, "accepted", None)}
    assert told_by(lambda: stage.step(it, "consented")) == set()
    asked = {(officer, "proposed", date(2026, 12, 3))}
    assert told_by(lambda: stage.step(it, "proposed")) == asked
    told = {row for row in told_by(lambda: stage.step(it, "confirmed")) if row[1] == "confirmed"}
    assert told == {(owner, "confirmed", None), (self_, "confirmed", None)}


def test_where_the_manager_answers_both_are_told(app):
    body = make.body(needs_manager=True)
    manager, stage = make.manager(of=body), Stage(body=body)
    it = stage.to("consented")
    told = told_by(lambda: stage.step(it, "proposed"))
    assert {who for who, _, _ in told} == {manager.id, stage.officer.id}


def test_who_had_accepted_hears_that_terms_are_prepared_anew(stage):
    it = stage.to("accepted")
    terms = Terms("時間を減らすため", 240)
    told = told_by(lambda: actions.revise(stage.actor(stage.owner), it.id, it.version, terms))
    assert (it.specialist.person_id, "revised", None) in told


def test_notices_to_a_body_name_nobody(stage):
    it = stage.to("confirmed")
    actions.cancel(stage.actor(stage.owner), it.id, it.version, "理由")
    rows = db.session.scalars(db.select(Notice).where(Notice.person_id == stage.officer.id)).all()
    assert rows
    assert all("name" not in row.details for row in rows if row.code.startswith("proposal."))


def test_the_record_tells_each_deed_in_order(stage):
    it = stage.to("proposed")
    actions.agree(stage.actor(stage.officer), it.id, it.version, decision())
    deeds = db.session.scalars(
        db.select(AuditEvent.deed)
        .where(AuditEvent.subject == f"proposal:{it.id}")
        .order_by(AuditEvent.seq)
    ).all()
    assert deeds == [
        "proposal.prepared",
        "proposal.checked",
        "proposal.offered",
        "proposal.accepted",
        "proposal.home_consented",
        "proposal.proposed",
        "proposal.agreed",
        "proposal.confirmed",
    ]
