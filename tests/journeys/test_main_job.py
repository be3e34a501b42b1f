"""The main job over HTTP on both databases: from a need to scheduled time, and its by-ways."""

import csv
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from talentshare.allocations import queries as allocation_queries
from talentshare.allocations.models import allocation_week, week_ledger
from talentshare.platform import events
from talentshare.platform.db import db
from talentshare.proposals import queries
from talentshare.proposals.models import Proposal
from talentshare.talent_requests.models import TalentRequest
from tests import make
from tests.journeys import hand
from tests.journeys.hand import decide, desk, done, press, reply, seen
from tests.proposals.stage import FIRST, Stage, ready
from tests.talent_requests.pages import answer, begin, post, submitted, written

WHY = "移行計画の点検を担当したことがあり、希望する週に時間があるため"
FULL_WEEK = 480
HALF_PAST_NINE = datetime(2026, 12, 16, 0, 30, tzinfo=UTC)


@pytest.fixture
def at(either_app, browse):
    """A body that wants its manager's word, GovTech, three people who fit; a browser for each."""
    make.catalogue()
    body = make.body(
        name_ja="町田市", name_en="Machida City", needs_endorsement=True, needs_manager=True
    )
    who = {
        "officer": make.officer(of=body),
        "manager": make.manager(of=body),
        "owner": make.coordinator(),
        "second": make.coordinator(),
    }
    people = [ready(skills={"B06": 3}) for _ in range(3)]
    return SimpleNamespace(
        people=people,
        by={person.id: browse(person) for person in people},
        **{name: browse(person) for name, person in who.items()},
    )


@pytest.fixture
def stage(either_app):
    """One open position, two coordinators, somebody who fits."""
    return Stage()


def state_of(proposal: int) -> str:
    """The state as the row says it."""
    db.session.expire_all()
    return db.session.get(Proposal, proposal).state.value


def request_of(number: str) -> TalentRequest:
    db.session.expire_all()
    return db.session.scalar(select(TalentRequest).where(TalentRequest.number == number))


def booked(specialist) -> list[tuple[date, int]]:
    """What the ledger holds, from the first week on."""
    ledger = select(week_ledger.c.week_on, week_ledger.c.booked_minutes).where(
        week_ledger.c.specialist_id == specialist.id, week_ledger.c.booked_minutes > 0
    )
    return [tuple(row) for row in db.session.execute(ledger.order_by(week_ledger.c.week_on))]


def all_is_sound() -> None:
    rows = select(func.coalesce(func.sum(allocation_week.c.minutes), 0))
    kept = select(func.coalesce(func.sum(week_ledger.c.booked_minutes), 0))
    assert db.session.scalar(rows) == db.session.scalar(kept)
    assert allocation_queries.check() == []
    assert events.first_break() is None


def opened(at) -> str:
    """The officer writes, the manager endorses, the coordinator receives and opens."""
    number = submitted(at.officer)
    assert post(at.owner, number, "receive").status_code == 409, "the manager comes first"
    assert post(at.manager, number, "endorse").status_code == 302
    assert post(at.owner, number, "receive").status_code == 302
    assert answer(at.owner, number, "basis", basis_codes=["agreement"]).status_code == 302
    assert post(at.owner, number, "open").status_code == 302
    return number


def chosen(at, number: str, who) -> int:
    """One candidate prepared by the owner, checked by the second coordinator."""
    data = {"position": 1, "specialist_id": who.id, "reason": WHY}
    made = done(at.owner.post(f"/requests/{number}/proposals/new", data=data))
    own = desk(at.owner, made, "check")
    assert own.status_code == 403, "nobody checks the own proposal"
    assert state_of(made) == "prepared"
    done(desk(at.second, made, "check"))
    return made


def test_from_a_need_to_scheduled_time(at):
    number = opened(at)
    page = at.owner.get(f"/requests/{number}/candidates").text
    assert all(f"/specialists/{who.id}" in page or who.person.name in page for who in at.people)

    first, second, third = at.people
    offers = [chosen(at, number, who) for who in at.people]
    for it in offers:
        done(desk(at.owner, it, "offer", days="3"))
    assert booked(first) == booked(second) == [], "an offer holds no time"
    assert "今は、あなたの番です" in seen(at.by[first.id], f"/offers/{offers[0]}")
    done(reply(at.by[first.id], offers[0], "accept"))
    done(reply(at.by[second.id], offers[1], "accept"))
    done(reply(at.by[third.id], offers[2], "decline", reason="time", text=""))

    early = desk(at.owner, offers[0], "propose")
    assert early.status_code == 409, "the home has not consented"
    done(desk(at.owner, offers[0], "consent", who="グループリーダー", on="2026/11/24"))
    done(desk(at.owner, offers[0], "propose"))
    assert booked(first)[0] == (FIRST, FULL_WEEK), "the proposal holds the time"
    assert decide(at.officer, offers[0]).status_code == 403, "this body's manager decides"
    done(decide(at.manager, offers[0]))

    assert [state_of(it) for it in offers] == ["confirmed", "not_chosen", "declined"]
    assert request_of(number).state.value == "staffed"
    the_time_is_seen(at, number, first)
    assert "見送り" in seen(at.by[second.id], f"/offers/{offers[1]}")
    assert booked(second) == []
    all_is_sound()


def the_time_is_seen(at, number: str, who) -> None:
    """In the person's month, on the utilisation page and in its file, in the body's list."""
    weeks = booked(who)
    assert len(weeks) == 16
    month = seen(at.by[who.id], "/me/availability?month=2026-12")
    assert "町田市" in month
    assert number in at.manager.get("/supports").text
    page = at.owner.get("/reports/utilisation?from=2026-12&to=2026-12")
    assert who.person.name in page.text
    file = at.owner.get("/reports/utilisation.csv?from=2026-12&to=2026-12&by=role").text
    confirmed = sum(minutes for week_on, minutes in weeks if week_on < date(2026, 12, 28))
    lines = list(csv.DictReader(file.lstrip("\ufeff").strip().splitlines()))
    total = int(lines[-1]["確定（分）"])
    assert confirmed <= total <= confirmed + FULL_WEEK, "the last week straddles the year"


def test_a_need_returned_with_its_reason_is_corrected_and_submitted_again(at):
    number = submitted(at.officer)
    assert post(at.manager, number, "endorse").status_code == 302
    assert post(at.owner, number, "receive").status_code == 302
    assert post(at.owner, number, "return", remark="").status_code == 422
    assert post(at.owner, number, "return", remark="期間を決めてください").status_code == 302
    assert "期間を決めてください" in seen(at.officer, f"/requests/{number}")
    written(at.officer, number, week_count="12")
    assert post(at.officer, number, "submit").status_code == 302
    it = request_of(number)
    assert (it.state.value, it.positions[0].week_count) == ("submitted", 12)
    all_is_sound()


def test_a_proposal_returned_with_its_reason_is_prepared_and_checked_again(stage, browse):
    it, second, owner = stage.prepare(), browse(stage.second), browse(stage.owner)
    assert desk(second, it.id, "return", text="").status_code == 422
    done(desk(second, it.id, "return", text="費用の欄を書いてください"))
    assert "費用の欄を書いてください" in seen(owner, f"/proposals/{it.id}")
    terms = {"reason": WHY, "minutes_per_week": "8", "start_on": "", "basis_code": "agreement"}
    done(desk(owner, it.id, "revise", cost_note="負担金の範囲内", **terms))
    done(desk(second, it.id, "check"))
    assert state_of(it.id) == "checked"
    all_is_sound()


def test_an_agreed_support_is_cancelled_before_its_start(stage, browse):
    it, owner = stage.to("confirmed"), browse(stage.owner)
    assert desk(owner, it.id, "cancel", text="").status_code == 422
    done(desk(owner, it.id, "cancel", text="事業が延期になったため"))
    assert state_of(it.id) == "cancelled"
    assert booked(stage.specialist) == []
    assert request_of(stage.request.number).state.value == "open", "somebody is looked for again"
    assert "支援は、開始前に取り消されました" in seen(browse(stage.specialist), f"/offers/{it.id}")
    all_is_sound()


def test_an_agreed_support_ends_early(stage, browse, still_clock):
    it = stage.to("confirmed")
    assert len(booked(stage.specialist)) == 4
    still_clock(HALF_PAST_NINE)
    owner = browse(stage.owner)
    assert desk(owner, it.id, "cancel", text="遅い").status_code == 409, "it has begun"
    done(desk(owner, it.id, "end", last_week_on="2026-12-14", text="目的を果たしたため"))
    assert state_of(it.id) == "ended"
    assert booked(stage.specialist) == [(FIRST, 480), (FIRST + timedelta(weeks=1), 480)]
    all_is_sound()


def test_a_hold_that_ran_out_is_gone_for_every_reader_before_any_job(stage, browse, still_clock):
    it = stage.to("proposed")
    still_clock(it.hold_expires_at)
    officer, owner = browse(stage.officer), browse(stage.owner)
    assert "回答の期限が過ぎました" in seen(officer, f"/proposals/{it.id}")
    assert state_of(it.id) == "proposed", "nobody has written it down"
    late = decide(officer, it.id, version=it.version, decided_on="2026/11/24")
    assert late.status_code == 409
    rival = Stage(specialist=stage.specialist, owner=stage.owner, second=stage.second)
    rival.position.minutes_per_week, rival.position.inside_minutes_per_week = 2100, 1800
    db.session.commit()
    again = rival.to("proposed")
    assert (state_of(again.id), booked(stage.specialist)[0]) == ("proposed", (FIRST, 2100))
    done(desk(owner, it.id, "expire"))
    assert state_of(it.id) == "expired"
    all_is_sound()


def test_facts_that_changed_send_an_agreement_back_to_the_second_person(stage, browse):
    it, owner = stage.to("proposed"), browse(stage.owner)
    number = stage.request.number
    closing = {"title": stage.request.title, "decision_on": "2026/12/1", "cost_note": ""}
    page = f"/requests/{number}/edit/closing"
    changed = press(owner, page, page, cost_bearer="body", **closing)
    assert changed.status_code == 302, hand.plain(changed.text)
    done(decide(browse(stage.officer), it.id))
    assert state_of(it.id) == "prepared"
    assert booked(stage.specialist) == [], "the hold ended with it"
    assert "費用" in seen(browse(stage.second), f"/proposals/{it.id}")
    all_is_sound()


@pytest.fixture
def refused(stage, browse):
    """A proposal whose time somebody else got, and the page that says so."""
    rival = Stage(specialist=stage.specialist, owner=stage.owner, second=stage.second)
    rival.position.minutes_per_week, rival.position.inside_minutes_per_week = 1800, 1500
    db.session.commit()
    it, first = stage.to("consented"), rival.to("consented")
    rival.step(first, "proposed")
    page = desk(browse(stage.owner), it.id, "propose")
    assert page.status_code == 409
    return it, page.text


def test_no_fit_names_weeks_minutes_and_bookings_and_offers_two_ways(stage, refused):
    _it, page = refused
    said = hand.plain(page)
    for words in ("この時間は確保できません", "12月7日", "3時間", "30時間"):
        assert words in said
    assert len(hand.ways(page)) == 2
    assert "特例" not in said


@pytest.mark.parametrize("way", [0, 1], ids=["fewer hours", "other weeks"])
def test_each_way_out_is_one_press(stage, refused, browse, way):
    it, page = refused
    action, fields = hand.ways(page)[way]
    owner = browse(stage.owner)
    done(owner.post(action, data=fields))
    anew = queries.load(it.id)
    assert anew.state.value == "prepared"
    first_on, minutes = anew.weeks[0].week_on, anew.minutes_per_week
    if way == 0:
        assert (first_on, minutes) == (FIRST, 300), "what the rival leaves of 35 hours"
    else:
        assert (first_on > FIRST, minutes) == (True, 480)
    done(desk(browse(stage.second), it.id, "check"))
    done(desk(owner, it.id, "offer", days="3"))
    done(reply(browse(stage.specialist), it.id, "accept"))
    done(desk(owner, it.id, "consent", who="グループリーダー", on="2026/11/24"))
    done(desk(owner, it.id, "propose"))
    assert state_of(it.id) == "proposed"
    all_is_sound()


def test_choosing_somebody_without_time_offers_the_ways_at_once(stage, browse):
    rival = Stage(specialist=stage.specialist, owner=stage.owner, second=stage.second)
    rival.position.minutes_per_week, rival.position.inside_minutes_per_week = 1800, 1500
    rival.position.week_count = 8
    db.session.commit()
    rival.to("proposed")
    owner, number = browse(stage.owner), stage.request.number
    data = {"position": 1, "specialist_id": stage.specialist.id, "reason": WHY}
    page = owner.post(f"/requests/{number}/proposals/new", data=data)
    assert page.status_code == 409
    offered = hand.ways(page.text)
    assert offered
    for action, fields in offered:
        made = done(owner.post(action, data=fields))
        assert state_of(made) == "prepared"
        done(desk(owner, made, "withdraw", text="別の案を試すため"))


def test_a_draft_is_kept_at_every_step(at):
    number = begin(at.officer)
    assert (
        answer(at.officer, number, "worry", worry="工程が妥当か分かりません。").status_code == 302
    )
    assert "工程が妥当か分かりません。" in at.officer.get(f"/requests/{number}/edit/worry").text
    assert request_of(number).state.value == "draft"
