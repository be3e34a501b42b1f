"""Ways in which a proposal ends: withdrawn, out of time, cancelled, ended early."""

from datetime import UTC, date, datetime, timedelta

import pytest

from talentshare.allocations import queries as allocation_queries
from talentshare.allocations.models import Allocation
from talentshare.allocations.states import AllocationState
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Conflict, Forbidden, Invalid
from talentshare.notices.models import Notice
from talentshare.notices.queries import sentence_of
from talentshare.platform import events
from talentshare.platform.db import db
from talentshare.proposals import actions, queries
from talentshare.talent_requests import actions as requests
from talentshare.talent_requests.models import TimeAnswer
from talentshare.talent_requests.states import PositionState, RequestState
from tests import make
from tests.proposals.stage import FIRST, Stage, now, ready
from tests.proposals.test_agree import told
from tests.proposals.test_propose import booked


@pytest.mark.parametrize("state", ["offered", "accepted", "proposed"])
def test_withdrawing_frees_the_time_and_tells_whom_it_was_put_to(stage, state):
    it = stage.to(state)
    actions.withdraw(stage.actor(stage.owner), it.id, "時期を見直すため")
    assert (it.state, it.side_note, booked(it.specialist)) == ("withdrawn", "時期を見直すため", 0)
    assert told(it.specialist.person, "withdrawn") == [f"/offers/{it.id}"]
    was_seen = [f"/proposals/{it.id}"] if state == "proposed" else []
    assert told(stage.officer, "withdrawn_from_body") == was_seen
    assert allocation_queries.check() == []


def test_nobody_outside_hears_of_what_was_never_put_to_them(stage):
    it = stage.to("checked")
    actions.withdraw(stage.actor(stage.owner), it.id, "時期を見直すため")
    assert told(it.specialist.person, "withdrawn") == []
    assert told(stage.officer, "withdrawn_from_body") == []


def test_bodies_and_specialists_do_not_withdraw(stage):
    it = stage.to("proposed")
    for who in (stage.officer, it.specialist, make.manager(of=stage.request.body)):
        with pytest.raises(Forbidden):
            actions.withdraw(stage.actor(who), it.id, "理由")


def stopped(stage, how):
    owner, officer = stage.actor(stage.owner), stage.actor(stage.officer)
    return {
        "held": lambda: requests.hold(owner, stage.request.id, "予算の都合", date(2026, 12, 20)),
        "withdrawn": lambda: requests.withdraw(officer, stage.request.id, "不要になった"),
        "unmet": lambda: requests.close_unmet(owner, stage.request.id, "該当者なし"),
    }[how]()


@pytest.mark.parametrize("how", ["held", "withdrawn", "unmet"])
def test_when_a_request_stops_its_proposals_stop_with_it(either_stage, how):
    held = either_stage.to("proposed")
    asked = either_stage.to("offered", ready())
    stopped(either_stage, how)
    assert (now(held), now(asked)) == ("withdrawn", "withdrawn")
    assert booked(held.specialist) == 0
    assert told(asked.specialist.person, "withdrawn") == [f"/offers/{asked.id}"]
    assert told(either_stage.officer, "withdrawn_from_body") == [], "the request tells its own body"
    assert allocation_queries.check() == []
    assert events.first_break() is None


def test_when_a_request_stops_what_ran_out_before_has_expired(stage, still_clock):
    late = stage.to("offered")
    still_clock(late.offer_due_at)
    stopped(stage, "held")
    assert late.state == "expired"


# 期限切れ


def test_expiry_is_read_at_once_and_written_down_twice_without_harm(either_stage, still_clock):
    offered = either_stage.to("offered", ready())
    held = either_stage.to("proposed")
    still_clock(held.hold_expires_at)
    assert (now(offered), now(held)) == ("expired", "expired")
    assert actions.expire_overdue(SYSTEM) == 2
    assert actions.expire_overdue(SYSTEM) == 0
    assert (offered.state, held.state, booked(held.specialist)) == ("expired", "expired", 0)
    assert told(either_stage.officer, "expired_body") == [f"/proposals/{held.id}"]
    assert told(held.specialist.person, "expired") == [f"/offers/{held.id}"]
    assert told(either_stage.owner, "offered_expired") == [f"/proposals/{offered.id}"]
    assert told(either_stage.owner, "proposed_expired") == [f"/proposals/{held.id}"]
    assert allocation_queries.check() == []


def test_nothing_expires_before_its_time(stage, still_clock):
    it = stage.to("proposed")
    still_clock(it.hold_expires_at - timedelta(seconds=1))
    with pytest.raises(Conflict) as refusal:
        actions.expire(stage.actor(stage.owner), it.id)
    assert refusal.value.code == "proposal.not_overdue"
    assert actions.expire_overdue(SYSTEM) == 0


def test_what_ran_out_cannot_be_withdrawn(stage, still_clock):
    it = stage.to("offered")
    still_clock(it.offer_due_at)
    with pytest.raises(Conflict) as refusal:
        actions.withdraw(stage.actor(stage.owner), it.id, "理由")
    assert refusal.value.code == "proposal.over_already"


def test_after_expiry_the_same_person_may_be_prepared_again(stage, still_clock):
    it = stage.to("proposed")
    still_clock(it.hold_expires_at)
    assert now(stage.prepare(start_on=date(2026, 12, 14))) == "prepared"
    assert it.state == "expired"


# 取消し and 途中で終える


def test_cancelling_before_the_start_frees_the_time_and_looks_again(either_stage):
    it = either_stage.to("confirmed")
    actions.cancel(either_stage.actor(either_stage.owner), it.id, it.version, "団体の都合")
    it = queries.load(it.id)
    assert (it.state, booked(it.specialist)) == ("cancelled", 0)
    assert db.session.get(Allocation, it.allocation_id).state is AllocationState.CANCELLED
    assert either_stage.position.state is PositionState.OPEN
    assert either_stage.request.state is RequestState.OPEN
    for person in (it.specialist.person, either_stage.officer):
        assert len(told(person, "cancelled")) == 1
    assert allocation_queries.check() == []
    again = either_stage.to("confirmed")
    assert now(again) == "confirmed"


def test_what_has_begun_is_ended_not_cancelled(stage, still_clock):
    it = stage.to("confirmed")
    still_clock(datetime(2026, 12, 15, 0, tzinfo=UTC))
    own = stage.actor(stage.owner)
    with pytest.raises(Conflict) as refusal:
        actions.cancel(own, it.id, it.version, "団体の都合")
    assert refusal.value.code == "allocation.started"
    actions.end_early(own, it.id, it.version, date(2026, 12, 14), "団体の都合")
    it = queries.load(it.id)
    assert it.state == "ended"
    kept = [row.week_on for row in allocation_queries.rows_of(it.allocation_id)]
    assert kept == [FIRST, date(2026, 12, 14)]
    assert booked(it.specialist, date(2026, 12, 21)) == 0
    assert stage.position.state is PositionState.STAFFED
    assert allocation_queries.check() == []


@pytest.mark.parametrize("last", [date(2026, 11, 30), date(2026, 12, 28), date(2027, 6, 7)])
def test_the_last_week_lies_inside(stage, last):
    it = stage.to("confirmed")
    with pytest.raises(Invalid) as refusal:
        actions.end_early(stage.actor(stage.owner), it.id, it.version, last, "理由")
    assert refusal.value.details["field"] == "last_week_on"
    assert now(it) == "confirmed"


def test_ending_needs_a_reason(stage):
    it = stage.to("confirmed")
    own = stage.actor(stage.owner)
    for move in (
        lambda: actions.cancel(own, it.id, it.version, "  "),
        lambda: actions.end_early(own, it.id, it.version, FIRST, ""),
    ):
        with pytest.raises(Invalid) as refusal:
            move()
        assert refusal.value.details["field"] == "text"
    for who in (stage.officer, it.specialist):
        with pytest.raises(Forbidden):
            actions.cancel(stage.actor(who), it.id, it.version, "理由")


# A position under a live proposal


def changed(stage):
    answer = TimeAnswer(
        minutes_per_week=300,
        inside_minutes_per_week=180,
        weekdays=31,
        week_count=4,
        earliest_on=FIRST,
        latest_end_on=date(2027, 1, 31),
    )
    requests.save_position(stage.actor(stage.owner), stage.request.id, 1, answer)


@pytest.mark.parametrize("state", ["prepared", "offered", "proposed"])
def test_a_position_is_not_changed_under_a_live_proposal(stage, state):
    stage.to(state)
    with pytest.raises(Conflict) as refusal:
        changed(stage)
    assert (refusal.value.code, refusal.value.details["count"]) == ("proposal.position_in_use", 1)
    assert stage.position.minutes_per_week == 480


def test_a_position_is_not_given_up_under_a_live_proposal(stage):
    stage.request.opened_at = stage.request.created_at
    other = make.position(stage.request)
    stage.to("offered")
    with pytest.raises(Conflict):
        requests.remove_position(stage.actor(stage.owner), stage.request.id, 1)
    requests.remove_position(stage.actor(stage.owner), stage.request.id, other.ordinal)
    assert [p.ordinal for p in stage.request.live_positions] == [1]


def test_once_withdrawn_or_out_of_time_the_position_may_change(stage, still_clock):
    it = stage.to("offered")
    still_clock(it.offer_due_at)
    changed(stage)
    assert stage.position.minutes_per_week == 300
    again = Stage(owner=stage.owner, second=stage.second)
    actions.withdraw(stage.actor(stage.owner), again.prepare().id, "条件を変えるため")
    changed(again)
    assert again.position.minutes_per_week == 300


def words(person, begin):
    """What a person was told with codes that begin so, as it is read."""
    found = db.session.scalars(
        db.select(Notice).where(
            Notice.person_id == person.id, Notice.code.startswith(f"proposal.notice.{begin}")
        )
    )
    return [sentence_of(one) for one in found]


@pytest.mark.parametrize("how", ["cancelled", "ended"])
def test_why_support_stops_is_told_within_govtech_alone(app, stage, still_clock, how):
    it = stage.to("confirmed")
    chief = make.coordinator()
    own = stage.actor(chief)
    if how == "cancelled":
        actions.cancel(own, it.id, it.version, "本人の病気\nのため")
    else:
        still_clock(datetime(2026, 12, 16, 3, tzinfo=UTC))
        actions.end_early(own, it.id, it.version, date(2026, 12, 14), "本人の病気\nのため")
    with app.test_request_context():
        [desk] = words(stage.owner, how)
        assert it.specialist.person.name in desk
        assert "記録された理由は「本人の病気" in desk
        for person in (stage.officer, it.specialist.person):
            [told_outside] = words(person, how)
            assert "病気" not in told_outside
            assert told_outside.endswith("理由は、調整担当者に確かめてください。")


@pytest.mark.parametrize("state", ["proposed", "confirmed"])
def test_whoever_writes_why_reads_who_will_not_read_it(stage, browse, state):
    it = stage.to(state)
    page = browse(stage.owner).get(f"/proposals/{it.id}").text
    assert page.count("この理由は、団体と本人には伝わりません") == 1
