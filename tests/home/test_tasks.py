"""Home: what waits for each kind of person, in order, and no more than can be read."""

from datetime import UTC, date, datetime, timedelta

import pytest

from talentshare.accounts import actions as accounts
from talentshare.allocations import queries as allocations
from talentshare.home import queries as home
from talentshare.kernel.actor import SYSTEM, Role
from talentshare.platform.db import db
from talentshare.talent_requests.states import RequestState
from tests import make
from tests.allocations import world
from tests.proposals.stage import FIRST, Stage, weeks_from
from tests.proposals.test_changed import no_pledge

FRIDAY = date(2026, 11, 27)
DAY = timedelta(days=1)


@pytest.fixture
def stage(app):
    return Stage()


@pytest.fixture
def officer(app):
    return make.officer()


def waiting(who) -> list[tuple[str, str]]:
    actor = make.actor_of(getattr(who, "person", who))
    return [(task.code, task.path) for task in home.tasks(actor)]


def draft(officer, due_on: date | None):
    """Something that this officer has to finish until a day."""
    return make.talent_request(
        of=officer.body, officer=officer, state=RequestState.DRAFT, turn_due_on=due_on
    )


# Order, length, days


def test_what_is_due_first_stands_on_top_and_what_has_no_day_below(officer):
    days = [None, FRIDAY + DAY, date(2026, 11, 20), FRIDAY]
    made = {day: draft(officer, day) for day in days}
    tasks = home.tasks(make.actor_of(officer))
    in_order = [date(2026, 11, 20), FRIDAY, FRIDAY + DAY, None]
    assert [task.due_on for task in tasks] == in_order
    assert [task.path for task in tasks] == [f"/requests/{made[day].number}" for day in in_order]
    assert [task.left is None for task in tasks] == [False, False, False, True]


def test_all_are_counted_and_the_thirty_most_urgent_are_listed(officer, sign_in):
    days = [FRIDAY + n * DAY for n in range(33)]
    for day in reversed(days):
        draft(officer, day)
    assert [task.due_on for task in home.tasks(make.actor_of(officer))] == days
    page = sign_in(officer).get("/").text
    assert "あなたがすることは33件です" in page
    assert "期限の近い30件を表示しています。" in page
    assert page.count("下書きの続きを書く") == 30


@pytest.mark.parametrize(
    ("today", "left"),
    [
        (date(2026, 11, 26), 1),
        (FRIDAY, 0),
        (date(2026, 11, 28), -1),  # a Saturday: late, though no working day has passed
        (date(2026, 11, 29), -1),
        (date(2026, 11, 30), -1),
        (date(2026, 12, 1), -2),
    ],
)
def test_what_was_due_on_friday_is_late_before_the_weekend_is_over(
    officer, still_clock, today, left
):
    draft(officer, FRIDAY)
    still_clock(datetime(today.year, today.month, today.day, 3, tzinfo=UTC))
    assert [task.left for task in home.tasks(make.actor_of(officer))] == [left]


def test_who_has_two_roles_reads_each_task_once(app):
    both = make.person(Role.OFFICER, Role.MANAGER, of=make.body())
    draft(both, FRIDAY)
    assert len(home.tasks(make.actor_of(both))) == 1


# Each kind of person


def test_the_officer_has_drafts_and_proposals(stage):
    it = stage.to("proposed")
    mine = draft(stage.officer, None)
    assert waiting(stage.officer) == [
        ("home.task.decide", f"/proposals/{it.id}"),
        ("home.task.request.finish", f"/requests/{mine.number}"),
    ]
    assert waiting(make.officer()) == []


def test_the_manager_decides_where_the_body_wants_it_and_endorses(app):
    stage = Stage(body=make.body(needs_manager=True))
    manager = make.manager(of=stage.body)
    it = stage.to("proposed")
    assert waiting(manager) == [("home.task.decide", f"/proposals/{it.id}")]
    assert waiting(stage.officer) == []
    town = make.body(needs_endorsement=True)
    sent = make.talent_request(of=town, state=RequestState.SUBMITTED)
    chief = make.manager(of=town)
    assert waiting(chief) == [("home.task.request.endorse", f"/requests/{sent.number}")]


def test_the_specialist_has_offers_and_papers_but_nothing_to_do_about_short_weeks(stage, sign_in):
    it = stage.to("offered")
    assert waiting(it.specialist) == [("home.task.answer", f"/offers/{it.id}")]
    no_pledge(stage)
    db.session.commit()
    db.session.expire_all()
    assert ("home.task.pledge", "/me/pledge") in waiting(it.specialist)
    assert waiting(stage.officer) == []
    short = Stage(owner=stage.owner, second=stage.second)
    short.to("confirmed")
    world.take_leave(short.specialist, FIRST, FIRST + 4 * DAY)
    assert waiting(short.specialist) == []
    page = sign_in(short.specialist.person).get("/").text
    assert "今、あなたがすることはありません" in page
    assert "時間の足りない週が1週あります" in page
    assert "あなたの操作は要りません" in page


def test_each_shortage_is_a_task_of_its_coordinator_and_leads_to_its_own_page(stage, sign_in):
    stage.to("confirmed")
    world.take_leave(stage.specialist, FIRST, FIRST + 18 * DAY)
    clashes = allocations.clashes(make.actor_of(stage.owner))
    assert [clash.week_on for clash in clashes] == weeks_from(FIRST, 3)
    assert waiting(stage.owner) == [
        ("home.task.clash", f"/clashes/{clash.id}") for clash in clashes
    ]
    assert waiting(stage.second) == []
    browser = sign_in(stage.owner)
    assert "あなたがすることは3件です" in browser.get("/").text
    assert "12月14日（月）の週は" in browser.get(waiting(stage.owner)[1][1]).text


@pytest.mark.parametrize(
    ("state", "owner", "second"),
    [
        ("prepared", [], ["home.task.check"]),
        ("checked", ["home.task.checked"], []),
        ("offered", [], []),
        ("accepted", ["home.task.accepted"], []),
        ("proposed", [], []),
        ("confirmed", [], []),
    ],
)
def test_a_proposal_waits_for_the_coordinator_whose_turn_it_is(stage, state, owner, second):
    stage.to(state)
    assert [code for code, _ in waiting(stage.owner)] == owner
    assert [code for code, _ in waiting(stage.second)] == second


def test_an_open_request_waits_for_its_own_coordinator(stage):
    path = f"/requests/{stage.request.number}"
    assert waiting(stage.owner) == [("home.task.request.choose", path)]
    assert waiting(stage.second) == []


def test_the_first_administrator_reads_what_is_needed_before_work_can_begin(app, sign_in):
    admin = sign_in(make.admin())
    make.coordinator()
    page = admin.get("/").text
    assert "調整担当者を2人以上招待します" in page
    assert 'href="/admin/people/new"' in page
    second = make.coordinator()
    assert "使い始めるには" not in admin.get("/").text
    assert "使い始めるには" not in sign_in(second).get("/").text


def test_the_administrator_has_forgotten_passwords(app, sign_in):
    admin, lost = make.admin(), make.officer()
    assert waiting(admin) == []
    accounts.ask_reset(SYSTEM, lost.sign_in_name)
    [(code, path)] = waiting(admin)
    assert code == "home.task.reset"
    assert waiting(lost) == []
    page = sign_in(admin).get(path).text
    assert lost.name in page
    assert admin.sign_in_name not in page
