"""Reminders: before the day and after it, once each, to whoever can act."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import delete, select

from talentshare import background
from talentshare.accounts.models import MailPace
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM
from talentshare.notices.models import Mail, MailKind, Notice
from talentshare.platform.db import db
from talentshare.platform.runs import JobRun
from talentshare.proposals import actions as proposals
from talentshare.proposals import jobs as proposal_jobs
from talentshare.proposals import queries
from talentshare.proposals.models import Proposal
from talentshare.specialists.models import Pledge
from talentshare.talent_requests import jobs as request_jobs
from talentshare.talent_requests.states import RequestState, Side
from tests import make
from tests.proposals.stage import Stage

DAY = timedelta(days=1)
TUESDAY = date(2026, 12, 1)
FRIDAY = date(2027, 1, 8)  # before 成人の日


@pytest.fixture
def morning(still_clock):
    """It is 7:45 in Tokyo on this day."""
    return lambda day: still_clock(datetime.combine(day, time(7, 45), clock.TOKYO))


def reminders(code):
    db.session.rollback()
    told = select(Notice.person_id).where(Notice.code == code).order_by(Notice.id)
    return db.session.scalars(told).all()


def test_a_turn_is_reminded_two_working_days_before_and_once_after(either_app, morning):
    coordinator = make.coordinator()
    make.talent_request(
        state=RequestState.RECEIVED, coordinator_id=coordinator.id, turn_due_on=TUESDAY
    )
    days = [TUESDAY + n * DAY for n in range(-7, 8)]
    told = {}
    for day in days:
        morning(day)
        told[day] = request_jobs.remind()
        assert request_jobs.remind() == 0, "once"
    assert [day for day in days if told[day]] == [date(2026, 11, 27), date(2026, 12, 2)]
    assert reminders("talent_request.notice.due_soon") == [coordinator.id]
    assert reminders("talent_request.notice.overdue") == [coordinator.id]


def test_what_has_no_turn_or_no_day_is_left_alone(app, morning):
    for state in (RequestState.DRAFT, RequestState.WITHDRAWN, RequestState.COMPLETED):
        make.talent_request(state=state, turn_due_on=TUESDAY)
    make.talent_request(state=RequestState.RECEIVED, turn_due_on=None)
    morning(TUESDAY)
    assert request_jobs.remind() == 0


@pytest.mark.parametrize("state", ["offered", "proposed"])
def test_an_answer_is_reminded_once_to_whoever_gives_it(either_app, morning, state):
    stage = Stage()
    it = stage.to(state)
    due_on = queries.due_on(it)
    who = stage.specialist.person_id if state == "offered" else stage.officer.id
    code = "proposal.notice." + ("answer_soon" if state == "offered" else "decide_soon")
    day, told = clock.today(), {}
    while day <= due_on + DAY:
        morning(day)
        told[day] = proposal_jobs.remind()
        assert proposal_jobs.remind() == request_jobs.remind() == 0 or day > due_on
        day += DAY
    (first,) = [day for day, count in told.items() if count]
    assert first < due_on
    assert reminders(code) == [who]


def test_a_longer_hold_is_reminded_of_its_new_day(app, morning):
    stage = Stage()
    it = stage.to("proposed")
    first = queries.due_on(it)
    morning(first)
    assert proposal_jobs.remind() == 1
    proposals.extend_hold(stage.actor(stage.owner), it.id, it.version)
    assert proposal_jobs.remind() == 0
    morning(queries.due_on(it))
    assert proposal_jobs.remind() == 1


def test_the_manager_is_reminded_where_only_a_manager_decides(app, morning):
    body = make.body(needs_manager=True)
    manager = make.manager(of=body)
    stage = Stage(body=body)
    it = stage.to("proposed")
    morning(queries.due_on(it))
    assert proposal_jobs.remind() == 1
    assert reminders("proposal.notice.decide_soon") == [manager.id]


def test_missing_papers_are_reminded_to_the_specialist(app, morning):
    stage = Stage()
    stage.to("accepted")
    db.session.execute(delete(Pledge))
    db.session.commit()
    proposals.note_papers(SYSTEM, stage.specialist)
    due_on = date(2026, 12, 3)
    stage.request.turn_side, stage.request.turn_task = Side.SPECIALIST, "papers"
    (it,) = db.session.scalars(select(Proposal)).all()
    stage.request.turn_path, stage.request.turn_due_on = f"/offers/{it.id}", due_on
    db.session.commit()
    morning(date(2026, 11, 30))
    assert proposal_jobs.remind() == 0
    morning(date(2026, 12, 1))
    assert proposal_jobs.remind() == 1
    assert proposal_jobs.remind() == 0
    assert reminders("proposal.notice.papers_soon") == [stage.specialist.person_id]


def test_nobody_is_reminded_on_a_day_off(app, morning):
    make.catalogue()
    morning(FRIDAY)
    background.run_due(app)
    coordinator = make.coordinator()
    make.talent_request(
        state=RequestState.RECEIVED, coordinator_id=coordinator.id, turn_due_on=date(2027, 1, 12)
    )
    job = background.job_named("remind_of_turns")
    for day, told in ((date(2027, 1, 11), 0), (date(2027, 1, 12), 1)):  # 成人の日, Tuesday
        morning(day)
        background.run_due(app)
        assert len(reminders("talent_request.notice.due_soon")) == told
    morning(FRIDAY)
    assert job.next_slot(clock.now()) == datetime(2027, 1, 12, 7, 45, tzinfo=clock.TOKYO)


@pytest.mark.parametrize(
    "back_after", [1, 2, 3, 4], ids=["Saturday", "Sunday", "holiday", "Tuesday"]
)
def test_what_fell_on_a_friday_without_a_leader_is_made_up_for(app, morning, back_after):
    make.catalogue()
    app.config.update(MAIL_URL="folder:", PUBLIC_URL="https://talent.example")
    coordinator = make.coordinator(mail="chousei@govtech.example", mail_pace=MailPace.DAILY)
    make.talent_request(
        state=RequestState.RECEIVED, coordinator_id=coordinator.id, turn_due_on=date(2027, 1, 13)
    )
    morning(FRIDAY - DAY)
    background.run_due(app)
    assert reminders("talent_request.notice.due_soon") == [], "three working days before"
    morning(FRIDAY + back_after * DAY)
    job, digests = (background.job_named(name) for name in ("remind_of_turns", "make_digests"))
    due = FRIDAY if back_after < 4 else FRIDAY + 4 * DAY
    assert clock.tokyo_day(job.last_slot(clock.now())) == due
    background.run_due(app)
    assert reminders("talent_request.notice.due_soon") == [coordinator.id]
    assert clock.tokyo_day(digests.last_slot(clock.now())) == FRIDAY
    kinds = select(Mail.kind).where(Mail.person_id == coordinator.id)
    assert db.session.scalars(kinds).all() == [MailKind.DIGEST]
    background.run_due(app)
    assert len(reminders("talent_request.notice.due_soon")) == 1
    assert len(db.session.scalars(kinds).all()) == 1


def test_after_several_days_without_a_leader_reminders_are_made_once(app, morning):
    coordinator = make.coordinator()
    for due_on in (TUESDAY, TUESDAY + 3 * DAY):
        make.talent_request(
            state=RequestState.RECEIVED, coordinator_id=coordinator.id, turn_due_on=due_on
        )
    morning(TUESDAY - 5 * DAY)
    background.run_due(app)
    assert reminders("talent_request.notice.due_soon") == []
    morning(TUESDAY + 2 * DAY)  # Friday, Monday, Tuesday and Wednesday went by
    for _ in range(2):
        background.run_due(app)
        assert reminders("talent_request.notice.overdue") == [coordinator.id]
        assert reminders("talent_request.notice.due_soon") == [coordinator.id]
    runs = select(JobRun.slot).where(JobRun.job == "remind_of_turns").order_by(JobRun.slot)
    days = [clock.tokyo_day(slot) for slot in db.session.scalars(runs)]
    assert days == [TUESDAY - 5 * DAY, TUESDAY + 2 * DAY], "one run makes up for all"
