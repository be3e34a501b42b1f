"""The body's answer: 庁内決定 recorded, confirmed by itself when all equals what was checked."""

import re
from datetime import date, timedelta

import pytest

from talentshare.allocations import queries as allocation_queries
from talentshare.allocations.models import Allocation
from talentshare.allocations.states import AllocationState
from talentshare.kernel.errors import Conflict, Forbidden, Invalid
from talentshare.notices.models import Notice
from talentshare.platform import events
from talentshare.platform.db import db
from talentshare.proposals import actions, queries
from talentshare.proposals.actions import Terms
from talentshare.proposals.states import RefuseReason
from talentshare.talent_requests.models import RequestSupplier
from talentshare.talent_requests.states import PositionState, RequestState, SupplierRelation
from tests import make
from tests.proposals.stage import Stage, decision, now, ready


def told(person, code) -> list[str]:
    """Where the notices with this code lead the person."""
    return db.session.scalars(
        db.select(Notice.path).where(
            Notice.person_id == person.id, Notice.code == f"proposal.notice.{code}"
        )
    ).all()


def agree(stage, it, who=None, **given):
    return actions.agree(stage.actor(who or stage.officer), it.id, it.version, decision(**given))


def test_agreement_confirms_at_once_what_was_checked(either_stage):
    it = either_stage.to("proposed")
    agree(either_stage, it, document_number="　8町デ第12号 ")
    it = queries.load(it.id)
    assert (it.state, it.document_number) == ("confirmed", "8町デ第12号")
    assert (it.decided_on, it.decider_title) == (date(2026, 11, 24), "デジタル戦略課長")
    assert it.agreed_by_id == either_stage.officer.id
    allocation = db.session.get(Allocation, it.allocation_id)
    assert (allocation.state, allocation.expires_at) == (AllocationState.CONFIRMED, None)
    assert either_stage.position.state is PositionState.STAFFED
    assert either_stage.request.state is RequestState.STAFFED
    assert allocation_queries.check() == []
    assert events.first_break() is None


def test_a_confirmation_is_told_once_to_each(stage):
    it = stage.to("proposed")
    seen = db.session.scalar(db.select(db.func.max(Notice.id)))
    agree(stage, it)
    rows = db.session.scalars(db.select(Notice).where(Notice.id > seen)).all()
    assert {row.code for row in rows} == {"proposal.notice.confirmed"}
    people = [row.person_id for row in rows]
    assert sorted(people) == sorted({*people})
    assert stage.owner.id in people


def test_where_the_manager_answers_the_officer_is_not_asked_to(app, sign_in):
    stage = Stage(body=make.body(needs_manager=True))
    manager = make.manager(of=stage.body)
    it = stage.to("proposed")
    assert told(manager, "proposed") == [f"/proposals/{it.id}"]
    assert told(stage.officer, "proposed") == []
    read = [
        re.sub(r"<[^>]+>", "", sign_in(p).get("/notices").text) for p in (stage.officer, manager)
    ]
    said = f"「{stage.request.title}」（{stage.request.number}）に専門人材を提案しました。"
    assert f"{said}庁内決定のあと、担当課長が回答します。" in read[0]
    assert f"{said}庁内決定のあと回答してください。" in read[1]


def test_with_several_positions_the_request_stays_open_until_the_last(stage):
    second = make.position(stage.request)
    stage.to("confirmed")
    assert stage.request.state is RequestState.OPEN
    stage.position = second
    stage.to("confirmed", ready())
    assert stage.request.state is RequestState.STAFFED


def cost_note(stage, it):
    stage.request.cost_note = "旅費は団体が負担"


def cost_bearer(stage, it):
    stage.request.cost_bearer = "body"


def basis(stage, it):
    it.basis_code = "appointment"


def minutes(stage, it):
    it.weeks[0].minutes += 15


def person(stage, it):
    it.specialist_id = ready().id


def suppliers(stage, it):
    stage.request.suppliers.append(
        RequestSupplier(company="株式会社見本", key="見本", relation=SupplierRelation.KNOWN)
    )


@pytest.mark.parametrize("change", [cost_note, cost_bearer, basis, minutes, person, suppliers])
def test_what_changed_since_the_check_goes_back_and_frees_the_time(stage, change):
    it = stage.to("proposed")
    change(stage, it)
    db.session.commit()
    agree(stage, it)
    it = queries.load(it.id)
    assert (it.state, it.checked_by_id, it.hold_expires_at) == ("prepared", None, None)
    assert db.session.get(Allocation, it.allocation_id).state is AllocationState.RELEASED
    assert stage.position.state is PositionState.OPEN
    assert told(stage.owner, "sent_back") == [f"/proposals/{it.id}"]
    assert allocation_queries.check() == []


def test_what_changed_is_checked_offered_and_proposed_once_more(stage):
    it = stage.to("proposed")
    stage.request.cost_note = "旅費は団体が負担"
    db.session.commit()
    agree(stage, it)
    for step in ("checked", "offered", "accepted", "consented", "proposed", "confirmed"):
        stage.step(it, step)
    assert now(it) == "confirmed"


def test_changes_that_are_no_terms_do_not_matter(stage):
    it = stage.to("proposed")
    stage.request.title = "移行計画の点検（改題）"
    db.session.commit()
    agree(stage, it)
    assert now(it) == "confirmed"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"decided_on": None}, "decided_on"),
        ({"decided_on": date(2026, 11, 25)}, "decided_on"),
        ({"decider_title": " "}, "decider_title"),
        ({"decider_title": "予定価格は500万円"}, "decider_title"),
    ],
)
def test_a_decision_has_a_day_that_has_come_and_a_title(stage, given, field):
    it = stage.to("proposed")
    for move in (actions.agree, actions.record_decision):
        with pytest.raises(Invalid) as refusal:
            move(stage.actor(stage.officer), it.id, it.version, decision(**given))
        assert refusal.value.details["field"] == field
    assert now(it) == "proposed"


@pytest.mark.parametrize("wanted", [True, False])
def test_a_document_number_is_needed_where_the_body_wants_it(app, wanted):
    stage = Stage(body=make.body(needs_document_number=wanted))
    it = stage.to("proposed")
    if wanted:
        with pytest.raises(Invalid) as refusal:
            agree(stage, it, document_number=" ")
        assert refusal.value.details["field"] == "document_number"
    else:
        agree(stage, it, document_number="")
    assert now(it) == ("proposed" if wanted else "confirmed")


def test_where_the_body_wants_it_the_manager_answers(app):
    body = make.body(needs_manager=True)
    stage, manager = Stage(body=body), make.manager(of=body)
    it = stage.to("proposed")
    seen = it.id, it.version
    for move in (
        lambda who: actions.agree(who, *seen, decision()),
        lambda who: actions.record_decision(who, *seen, decision()),
        lambda who: actions.discuss_terms(who, *seen, "理由"),
        lambda who: actions.refuse(who, *seen, RefuseReason.COST, ""),
    ):
        with pytest.raises(Forbidden):
            move(stage.actor(stage.officer))
    agree(stage, it, manager)
    assert now(it) == "confirmed"


def test_nobody_else_answers_for_the_body(stage):
    it = stage.to("proposed")
    strangers = (make.officer(), make.manager(), stage.owner, make.admin(), it.specialist)
    for who in strangers:
        with pytest.raises(Forbidden):
            agree(stage, it, who)
    assert now(it) == "proposed"


def test_the_decision_may_be_recorded_first(stage):
    it = stage.to("proposed")
    actions.record_decision(stage.actor(stage.officer), it.id, it.version, decision())
    assert (now(it), it.decided_on) == ("proposed", date(2026, 11, 24))
    agree(stage, it)
    assert now(it) == "confirmed"


def test_after_the_deadline_no_answer_counts(stage, still_clock):
    it = stage.to("proposed")
    still_clock(it.hold_expires_at - timedelta(seconds=1))
    actions.record_decision(stage.actor(stage.officer), it.id, it.version, decision())
    still_clock(it.hold_expires_at)
    officer = stage.actor(stage.officer)
    for move in (
        lambda: agree(stage, it),
        lambda: actions.record_decision(officer, it.id, it.version, decision()),
        lambda: actions.discuss_terms(officer, it.id, it.version, "理由"),
        lambda: actions.refuse(officer, it.id, it.version, RefuseReason.COST, ""),
    ):
        with pytest.raises(Conflict) as refusal:
            move()
        assert refusal.value.code == "proposal.hold_over"


def test_the_others_are_not_chosen_and_thanked(stage, still_clock):
    asked, prepared = stage.to("offered", ready()), None
    it = stage.to("proposed")
    prepared = stage.prepare(ready())
    agree(stage, it)
    assert (now(asked), now(prepared)) == ("not_chosen", "not_chosen")
    assert told(asked.specialist.person, "offer_ended") == [f"/offers/{asked.id}"]
    assert told(prepared.specialist.person, "not_chosen") == []


def test_who_had_accepted_is_thanked(stage):
    accepted = stage.to("accepted", ready())
    agree(stage, stage.to("proposed"))
    assert now(accepted) == "not_chosen"
    assert told(accepted.specialist.person, "not_chosen") == [f"/offers/{accepted.id}"]


def test_an_offer_that_ran_out_before_is_expired_not_passed_over(stage, still_clock):
    late = stage.to("offered", ready())
    it = stage.to("proposed")
    still_clock(late.offer_due_at)
    agree(stage, it)
    assert (now(late), late.state) == ("expired", "expired")


def test_to_discuss_ends_the_hold_and_asks_the_coordinator(stage):
    it = stage.to("proposed")
    actions.discuss_terms(stage.actor(stage.officer), it.id, it.version, "週6時間にしたい")
    assert (it.state, it.side_note, it.hold_expires_at) == ("returned", "週6時間にしたい", None)
    assert db.session.get(Allocation, it.allocation_id).state is AllocationState.RELEASED
    assert told(stage.owner, "body_discusses") == [f"/proposals/{it.id}"]
    actions.revise(stage.actor(stage.owner), it.id, it.version, Terms("週6時間に変えた", 360))
    for step in ("checked", "offered", "accepted", "consented", "proposed", "confirmed"):
        stage.step(it, step)
    assert (now(it), it.minutes_per_week) == ("confirmed", 360)


def test_a_refusal_frees_the_time_and_leaves_the_others(stage):
    it, other = stage.to("proposed"), stage.to("consented", ready())
    actions.refuse(
        stage.actor(stage.officer), it.id, it.version, RefuseReason.TERMS, "時期が合わない"
    )
    assert (it.state, it.refuse_reason, it.side_note) == ("refused", "terms", "時期が合わない")
    assert db.session.get(Allocation, it.allocation_id).state is AllocationState.RELEASED
    assert told(it.specialist.person, "not_chosen") == [f"/offers/{it.id}"]
    stage.step(other, "proposed")
    assert now(other) == "proposed"
