"""打診: up to three at once, without a hold, until the end of a working day; consent at home."""

from datetime import UTC, date, datetime, timedelta

import pytest

from talentshare.allocations.models import Allocation
from talentshare.kernel import clock
from talentshare.kernel.errors import Conflict, Forbidden, Invalid
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from talentshare.proposals import actions, queries
from talentshare.proposals.actions import Answer, PhoneAnswer
from talentshare.proposals.states import DeclineReason
from tests import make
from tests.proposals.stage import Stage, now, ready


def test_three_are_asked_in_parallel_and_nobodys_time_is_held(stage):
    for who in (stage.specialist, ready(), ready()):
        stage.to("offered", who)
    assert [p.state for p in queries.live_of(stage.position.id)] == ["offered"] * 3
    assert db.session.scalars(db.select(Allocation)).all() == []


@pytest.mark.parametrize(
    ("days", "last_day"),
    [
        (1, date(2026, 11, 25)),
        (3, date(2026, 11, 27)),
        (4, date(2026, 11, 30)),
        (10, date(2026, 12, 8)),
    ],
)
def test_the_deadline_is_the_end_of_a_working_day(stage, days, last_day):
    it = stage.to("checked")
    actions.offer(stage.actor(stage.owner), it.id, it.version, days)
    assert queries.due_on(it) == last_day
    midnight = datetime.combine(last_day + timedelta(days=1), datetime.min.time(), clock.TOKYO)
    assert it.offer_due_at == midnight.astimezone(UTC)


def test_days_on_which_offices_are_closed_do_not_count(stage, still_clock):
    late = {"earliest_on": date(2027, 1, 12), "latest_end_on": date(2027, 3, 26)}
    stage = Stage(position=make.position(**late))
    it = stage.to("checked")
    still_clock(datetime(2026, 12, 28, 3, tzinfo=UTC))  # Monday; closed from the 29th to 3 January
    actions.offer(stage.actor(stage.owner), it.id, it.version, 2)
    assert queries.due_on(it) == date(2027, 1, 5)


@pytest.mark.parametrize("days", [0, -1, 11])
def test_a_deadline_lies_between_one_and_ten_working_days(stage, days):
    it = stage.to("checked")
    with pytest.raises(Invalid) as refusal:
        actions.offer(stage.actor(stage.owner), it.id, it.version, days)
    assert refusal.value.details["field"] == "days"


def test_only_the_person_asked_answers(stage):
    it = stage.to("offered")
    for who in (ready(), stage.owner, stage.officer):
        with pytest.raises(Forbidden):
            actions.accept(stage.actor(who), it.id, it.version)
    actions.accept(stage.actor(it.specialist), it.id, it.version)
    assert now(it) == "accepted"


def test_after_the_deadline_everybody_reads_expired_and_no_answer_counts(stage, still_clock):
    it = stage.to("offered")
    still_clock(it.offer_due_at - timedelta(seconds=1))
    assert now(it) == "offered"
    still_clock(it.offer_due_at)
    assert now(it) == "expired"
    for answer in (
        lambda: actions.accept(stage.actor(it.specialist), it.id, it.version),
        lambda: actions.record_answer(
            stage.actor(stage.owner), it.id, it.version, PhoneAnswer(Answer.ACCEPT)
        ),
    ):
        with pytest.raises(Conflict) as refusal:
            answer()
        assert refusal.value.code == "proposal.offer_over"
    assert it.state == "offered", "nobody has written it down yet"


def test_an_answer_by_phone_names_who_took_it(stage):
    it = stage.to("offered")
    given = PhoneAnswer(Answer.DECLINE, "12月は忙しい", DeclineReason.TIME)
    actions.record_answer(stage.actor(stage.second), it.id, it.version, given)
    assert (it.state, it.decline_reason, it.side_note) == ("declined", "time", "12月は忙しい")
    assert it.recorder.id == stage.second.id
    deed = db.session.scalars(db.select(AuditEvent).order_by(AuditEvent.seq.desc())).all()
    told = next(event for event in deed if event.deed == "proposal.answer_recorded")
    assert told.details["answer"] == "decline"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (PhoneAnswer(Answer.DECLINE, "忙しい"), "reason"),
        (PhoneAnswer(Answer.DISCUSS, " "), "text"),
        (PhoneAnswer(Answer.DISCUSS, "調査基準価格は2,000万円"), "text"),
    ],
)
def test_an_answer_by_phone_says_what_an_answer_must(stage, given, field):
    it = stage.to("offered")
    with pytest.raises(Invalid) as refusal:
        actions.record_answer(stage.actor(stage.owner), it.id, it.version, given)
    assert refusal.value.details["field"] == field
    assert now(it) == "offered"


def test_nobody_records_an_answer_about_oneself(stage):
    it = stage.to("offered")
    self_ = stage.actor(it.specialist)
    with pytest.raises(Forbidden):
        actions.record_answer(self_, it.id, it.version, PhoneAnswer(Answer.ACCEPT))


def test_to_discuss_sends_it_back_with_the_wish(stage):
    it = stage.to("offered")
    actions.discuss(stage.actor(it.specialist), it.id, it.version, "週4時間なら可能です")
    assert (it.state, it.side_note) == ("returned", "週4時間なら可能です")


# 所属の同意


def test_consent_may_come_before_or_after_the_answer_and_is_kept(stage):
    it = stage.to("checked")
    own = stage.actor(stage.owner)
    actions.record_home_consent(own, it.id, it.version, "　グループリーダー ", clock.today())
    assert (it.state, it.home_consent) == ("checked", "グループリーダー")
    stage.step(it, "offered")
    stage.step(it, "accepted")
    stage.step(it, "proposed")
    assert now(it) == "proposed"


@pytest.mark.parametrize(
    ("who", "on", "field"),
    [
        ("", date(2026, 11, 24), "who"),
        ("あ" * 201, date(2026, 11, 24), "who"),
        ("課長", date(2026, 11, 25), "on"),
    ],
)
def test_consent_names_somebody_on_a_day_that_has_come(stage, who, on, field):
    it = stage.to("accepted")
    with pytest.raises(Invalid) as refusal:
        actions.record_home_consent(stage.actor(stage.owner), it.id, it.version, who, on)
    assert refusal.value.details["field"] == field


@pytest.mark.parametrize("form", ["govtech_staff", "side_job", "company", "ict_post"])
def test_no_form_of_engagement_goes_without_consent(stage, form):
    who = ready(form=form, employer_name="株式会社見本")
    it = stage.to("accepted", who)
    with pytest.raises(Conflict) as refusal:
        actions.propose(stage.actor(stage.owner), it.id, it.version)
    assert refusal.value.code == "proposal.home_consent_missing"
    assert db.session.scalars(db.select(Allocation)).all() == []


def test_a_body_that_is_not_asked_learns_nothing(stage):
    it = stage.to("consented")
    for person in (stage.officer, make.manager(of=stage.request.body)):
        assert queries.of_request(stage.actor(person), stage.request.number)[1] == []
    assert queries.offers(stage.actor(it.specialist), 1).items == [it]
    assert queries.offers(stage.actor(ready()), 1).items == ()
