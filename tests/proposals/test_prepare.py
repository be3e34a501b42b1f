"""Choosing somebody, and the check by a second coordinator before anybody outside is asked."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from talentshare.accounts.models import PersonRole
from talentshare.allocations import actions as allocations
from talentshare.kernel.actor import SYSTEM, Role
from talentshare.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from talentshare.matching import queries as matching
from talentshare.matching.models import StoredRanking
from talentshare.platform.db import db
from talentshare.proposals import actions, queries
from talentshare.proposals.actions import Terms
from talentshare.proposals.models import Proposal
from talentshare.specialists.models import TimeOff
from talentshare.specialists.states import TimeOffKind
from talentshare.talent_requests import actions as requests
from tests import make
from tests.proposals.stage import WHY, now, ready


def test_preparing_keeps_weeks_terms_reason_and_the_ranking_behind_it(stage):
    it = stage.prepare()
    assert [(w.week_on, w.minutes, w.inside_minutes) for w in it.weeks] == [
        (date(2026, 12, 7), 480, 360),
        (date(2026, 12, 14), 480, 360),
        (date(2026, 12, 21), 480, 360),
        (date(2026, 12, 28), 90, 60),  # one of five days is open, floored to 15 minutes
    ]
    assert (it.reason, it.basis_code, it.minutes_per_week) == (WHY, "agreement", 480)
    ranking = db.session.get(StoredRanking, it.ranking_id)
    assert matching.recompute(ranking) == [stage.specialist.id]
    assert queries.candidate(it).detail["reasons"][0]["code"] == "reason.all_must"


def test_weeks_of_leave_stand_with_nothing(stage):
    stage.position.week_count = 5
    stage.position.latest_end_on = date(2027, 2, 28)
    db.session.commit()
    first = date(2026, 12, 14)
    away = TimeOff(
        specialist_id=stage.specialist.id,
        kind=TimeOffKind.LEAVE,
        starts_on=first,
        ends_on=first + timedelta(days=6),
    )
    make.saved(away)
    allocations.keep_capacity_after_leave(SYSTEM, stage.specialist)
    it = stage.prepare(start_on=date(2026, 12, 7))
    assert [(w.minutes, w.is_leave) for w in it.weeks][:3] == [
        (480, False),
        (0, True),
        (480, False),
    ]
    assert all(row.week_on != first for row in queries.booking_of(it).weeks)


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("", "proposal.reason_missing"),
        ("　 ", "proposal.reason_missing"),
        ("あ" * 501, "proposal.reason_too_long"),
        ("予定価格は1,200万円です", "proposal.price_in_text"),
    ],
)
def test_one_short_reason_is_given(stage, reason, code):
    with pytest.raises(Invalid) as refusal:
        stage.prepare(reason=reason)
    assert (refusal.value.code, refusal.value.details["field"]) == (code, "reason")


def test_only_for_an_open_position_of_an_open_request(stage):
    owner = stage.actor(stage.owner)
    requests.hold(owner, stage.request.id, "団体の都合", date(2026, 12, 20))
    with pytest.raises(Conflict) as refusal:
        stage.prepare()
    assert refusal.value.code == "proposal.position_closed"


def test_a_staffed_position_looks_for_nobody(stage):
    stage.to("confirmed")
    with pytest.raises(Conflict) as refusal:
        stage.prepare(ready())
    assert refusal.value.code == "proposal.position_closed"


def test_one_person_is_asked_once_at_a_time(stage):
    stage.prepare()
    with pytest.raises(Conflict) as refusal:
        stage.prepare()
    assert refusal.value.code == "proposal.already_under_way"


def test_at_most_three_are_under_way_and_the_one_that_ran_out_makes_room(stage, still_clock):
    stage.to("offered")
    for _ in range(2):
        stage.prepare(ready())
    fourth = ready()
    with pytest.raises(Conflict) as refusal:
        stage.prepare(fourth)
    assert (refusal.value.code, refusal.value.details["most"]) == ("proposal.too_many_live", 3)
    still_clock(timedelta(days=4))
    made = stage.prepare(fourth)
    assert now(made) == "prepared"
    states = [p.state.value for p in db.session.scalars(db.select(Proposal).order_by(Proposal.id))]
    assert states == ["expired", "prepared", "prepared", "prepared"]


def test_who_does_not_fit_is_refused_with_rules_weeks_and_minutes(stage):
    busy = ready(windows=((540, 600),))
    with pytest.raises(Conflict) as refusal:
        stage.prepare(busy)
    assert refusal.value.code == "matching.not_a_candidate"
    assert "free_time" in refusal.value.details["rules"]


def test_fewer_hours_and_another_start_are_taken_over(stage):
    it = stage.prepare(minutes_per_week=240, start_on=date(2026, 12, 14))
    assert (it.minutes_per_week, it.inside_minutes_per_week) == (240, 180)
    assert it.weeks[0].week_on == date(2026, 12, 14)


def test_a_basis_that_is_not_possible_for_both_is_refused(stage):
    with pytest.raises(Invalid) as refusal:
        stage.prepare(basis_code="outsourcing")
    assert refusal.value.code == "proposal.basis_not_possible"


def test_only_coordinators_prepare_and_never_about_themselves(stage):
    for who in (stage.officer, make.manager(of=stage.body), stage.specialist, make.admin()):
        with pytest.raises((Forbidden, NotFound)):
            actions.prepare(
                stage.actor(who), stage.position.id, stage.specialist.id, Terms("理由です")
            )
    both = stage.specialist.person
    both.duties.append(PersonRole(role=Role.COORDINATOR))
    db.session.commit()
    with pytest.raises(Forbidden):
        actions.prepare(make.actor_of(both), stage.position.id, stage.specialist.id, Terms("理由"))
    it = stage.prepare()
    with pytest.raises(Forbidden):
        actions.check(make.actor_of(both), it.id, it.version)


# 内部確認


def test_nobody_checks_the_own_proposal(stage):
    it = stage.prepare()
    for move in (
        lambda who: actions.check(who, it.id, it.version),
        lambda who: actions.return_to_preparer(who, it.id, it.version, "理由"),
        lambda who: actions.reject(who, it.id, it.version, "理由"),
    ):
        with pytest.raises(Forbidden) as refusal:
            move(stage.actor(stage.owner))
        assert refusal.value.code == "policy.proposal.check"
    assert now(it) == "prepared"


def test_the_database_itself_wants_a_second_person(either_stage):
    it = either_stage.prepare()
    with pytest.raises(IntegrityError, match="second_person"):
        db.session.execute(
            update(Proposal).where(Proposal.id == it.id).values(checked_by_id=it.prepared_by_id)
        )


def test_who_prepared_anew_does_not_check_and_the_first_preparer_may(stage):
    it = stage.prepare()
    second = stage.actor(stage.second)
    actions.revise(second, it.id, it.version, Terms("時間を減らすため", 240))
    with pytest.raises(Forbidden):
        actions.check(second, it.id, it.version)
    assert actions.check(stage.actor(stage.owner), it.id, it.version).state == "checked"


@pytest.mark.parametrize("text", ["", "  ", "最低制限価格は300万円"])
def test_returning_and_rejecting_need_a_reason_that_may_be_disclosed(stage, text):
    it = stage.prepare()
    for move in (actions.return_to_preparer, actions.reject):
        with pytest.raises(Invalid) as refusal:
            move(stage.actor(stage.second), it.id, it.version, text)
        assert refusal.value.details["field"] == "text"


def test_a_returned_proposal_says_why_and_is_prepared_anew(stage):
    it = stage.prepare()
    actions.return_to_preparer(stage.actor(stage.second), it.id, it.version, "費用を確かめて")
    assert (it.state, it.side_note) == ("returned", "費用を確かめて")
    actions.revise(stage.actor(stage.owner), it.id, it.version, Terms("見直しました"))
    assert (it.state, it.reason, it.checked_by_id) == ("prepared", "見直しました", None)


def test_preparing_anew_forgets_every_answer_but_that_it_was_asked(stage):
    it = stage.to("consented")
    actions.revise(stage.actor(stage.owner), it.id, it.version, Terms("時間を減らすため", 240))
    it = queries.load(it.id)
    assert (it.offered_at, it.answered_at, it.checked_at, it.home_consent) == (None, None, None, "")
    assert it.offer_due_at is not None
    assert {w.minutes for w in it.weeks} == {240, 45}


def test_a_stale_form_is_refused_by_every_move(stage):
    it = stage.prepare()
    old = it.version
    actions.revise(stage.actor(stage.owner), it.id, it.version, Terms("見直しました"))
    with pytest.raises(Conflict) as refusal:
        actions.check(stage.actor(stage.second), it.id, old)
    assert refusal.value.code == "state.changed_meanwhile"
    with pytest.raises(Conflict):
        actions.withdraw(stage.actor(stage.owner), it.id, "理由", old)
    assert now(it) == "prepared"
