"""After something was sent back: turn, notice, first page and pages say the same."""

from datetime import UTC, date, datetime, timedelta

import pytest

from talentshare.allocations import queries as allocation_queries
from talentshare.allocations.models import Clash
from talentshare.home import queries as home
from talentshare.kernel.errors import Conflict
from talentshare.notices.models import Notice
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from talentshare.proposals import actions, queries
from talentshare.proposals.actions import Terms
from talentshare.specialists import actions as specialists
from talentshare.specialists.models import SpecialistRole
from talentshare.talent_requests import actions as requests
from talentshare.talent_requests.models import PlaceAnswer
from talentshare.talent_requests.states import Place
from tests import make
from tests.allocations import world
from tests.proposals.stage import FIRST, Stage, now
from tests.proposals.test_agree import agree, told
from tests.proposals.test_changed import no_declaration, no_pledge, no_role, set_on
from tests.proposals.test_pages import text_of
from tests.proposals.test_turns import turn

TUESDAY = datetime(2026, 12, 8, 3, tzinfo=UTC)
AGAIN = ("checked", "offered", "accepted", "consented", "proposed")
other_place = set_on("request", place=Place.HYBRID)


def tasks_of(stage, who):
    return {(task.code, task.path) for task in home.tasks(stage.actor(who))}


def sent_back(stage, change=None):
    """A proposal that the body agreed to after `change`."""
    it = stage.to("proposed")
    if change is not None:
        change(stage)
        db.session.commit()
    agree(stage, it, decided_on=date(2026, 11, 24))
    return queries.load(it.id)


def all_say_it_is_prepared_anew(stage, it, browse):
    """The owner prepares it again; nobody is asked for a check that would be refused."""
    here = f"/proposals/{it.id}"
    assert now(it) == "prepared"
    assert turn(stage)[:2] == ("govtech", "revise_proposal")
    assert turn(stage)[3] == here
    assert ("home.task.prepared", here) in tasks_of(stage, stage.owner)
    assert ("home.task.check", here) not in tasks_of(stage, stage.second)
    assert told(stage.second, "to_check") == [here], "of the first round"
    page = text_of(browse(stage.owner).get(here))
    assert "今は、あなたの番です" in page
    assert "このままでは先に進めません" in page
    assert "内部確認を待っています" not in page
    other = text_of(browse(stage.second).get(here))
    assert f"今は、調整担当者（{stage.owner.name}）の番です" in other
    assert "内部確認を完了する" not in other
    with pytest.raises(Conflict, match=r"proposal\.not_as_checked"):
        actions.check(stage.actor(stage.second), it.id, it.version)


# Leave while the time is held


@pytest.fixture
def short(stage):
    """The body is being asked while leave takes hours of the first week away."""
    it = stage.to("proposed")
    world.take_leave(stage.specialist, FIRST, FIRST + timedelta(days=4))
    db.session.commit()
    return it


def test_an_agreement_to_time_that_leave_took_is_kept_and_goes_back(stage, short, browse):
    client = browse(stage.officer)
    data = {
        "form": "decision",
        "answer": "agree",
        "version": queries.load(short.id).version,
        "decided_on": "2026-11-24",
        "decider_title": "デジタル戦略課長",
        "document_number": "8町デ第12号",
    }
    assert client.post(f"/proposals/{short.id}/answer", data=data).status_code == 302
    db.session.expire_all()
    it = queries.load(short.id)
    assert (it.agreed_by_id, it.document_number) == (stage.officer.id, "8町デ第12号")
    [notice] = db.session.scalars(
        db.select(Notice).where(Notice.code == "proposal.notice.sent_back")
    )
    assert notice.person_id == stage.owner.id
    assert "12月7日（月）の週で、本人の時間が8時間足りません。" in notice.details["why"]["ja"]
    assert "is short of" in notice.details["why"]["en"]
    all_say_it_is_prepared_anew(stage, it, browse)
    assert allocation_queries.check() == []
    terms = Terms("休暇の週を除くため", 480)
    actions.revise(stage.actor(stage.owner), it.id, it.version, terms)
    for step in (*AGAIN, "confirmed"):
        stage.step(it, step)
    assert now(it) == "confirmed"


def test_while_the_body_is_asked_the_coordinator_sees_what_is_short(stage, short, browse):
    page = text_of(browse(stage.owner).get(f"/proposals/{short.id}"))
    assert "12月7日（月）の週で、本人の時間が8時間足りません。" in page
    assert "このまま団体が合意しても確定せず" in page
    assert "short of 8" in text_of(browse(stage.owner, "en").get(f"/proposals/{short.id}"))


def test_a_shortage_of_held_time_leads_to_the_proposal(stage, short, browse):
    [clash] = db.session.scalars(db.select(Clash))
    page = browse(stage.owner).get(f"/clashes/{clash.id}")
    assert "案のとおりに移す" not in text_of(page)
    assert f'href="/proposals/{short.id}"' in page.text


# Only facts changed


def test_where_only_facts_changed_who_may_check_is_told(stage):
    it = stage.to("proposed")
    other_place(stage, it)
    db.session.commit()
    here = f"/proposals/{it.id}"
    agree(stage, it)
    assert told(stage.second, "to_check") == [here, here]
    assert turn(stage)[:2] == ("govtech", "check")
    assert ("home.task.check", here) in tasks_of(stage, stage.second)
    assert ("home.task.prepared", here) not in tasks_of(stage, stage.owner)


def test_what_is_accepted_after_a_change_is_news_for_who_may_check(stage):
    it = stage.to("offered")
    other_place(stage, it)
    db.session.commit()
    actions.accept(stage.actor(it.specialist), it.id, it.version)
    assert told(stage.second, "to_check") == [f"/proposals/{it.id}"] * 2


# Weeks that have passed, rules that are broken


def test_with_weeks_that_have_passed_its_owner_prepares_it_anew(stage, browse, still_clock):
    stage.request.decision_on = date(2026, 12, 11)
    db.session.commit()
    it = stage.to("proposed")
    still_clock(TUESDAY)
    agree(stage, it, decided_on=date(2026, 12, 8))
    all_say_it_is_prepared_anew(stage, queries.load(it.id), browse)


def test_with_a_broken_rule_its_owner_prepares_anew_or_withdraws(stage, browse):
    it = sent_back(stage, no_role)
    all_say_it_is_prepared_anew(stage, it, browse)
    assert "取り下げ、別の人を選んでください" in text_of(
        browse(stage.owner).get(f"/proposals/{it.id}")
    )
    stage.specialist.roles = [SpecialistRole(role_code="SA", is_primary=True)]
    db.session.commit()
    assert ("home.task.check", f"/proposals/{it.id}") in tasks_of(stage, stage.second)


# A pledge or a declaration is missing


@pytest.mark.parametrize(
    ("paper", "path", "why"),
    [
        (no_pledge, "/me/pledge", "今年度の誓約が出ていません。"),
        (no_declaration, "/me/declaration", "今年度の申告が出ていません。"),
    ],
)
def test_a_missing_paper_is_the_specialists_turn_everywhere(stage, browse, paper, path, why):
    it = sent_back(stage, paper)
    there, name = f"/offers/{it.id}", it.specialist.person.name
    assert turn(stage)[::3] == ("specialist", there)
    assert turn(stage)[1] == "papers"
    [notice] = db.session.scalars(db.select(Notice).where(Notice.code == "proposal.notice.papers"))
    assert (notice.person_id, notice.path) == (it.specialist.person_id, there)
    assert notice.details["why"]["ja"] == why
    assert told(it.specialist.person, "revised") == []
    offer = browse(it.specialist).get(there)
    assert "今は、あなたの番です" in text_of(offer)
    assert f'href="{path}"' in offer.text
    assert "今は何もする必要はありません" not in text_of(offer)
    assert "することはありません" not in text_of(offer)
    for who in (stage.owner, stage.second):
        assert f"今は、{name}さんの番です" in text_of(browse(who).get(f"/proposals/{it.id}"))
        assert f"/proposals/{it.id}" not in {path for _, path in tasks_of(stage, who)}
    case = text_of(browse(stage.owner).get(f"/requests/{stage.request.number}"))
    assert "専門人材の誓約か申告を待っています。" in case
    body = text_of(browse(stage.officer).get(f"/proposals/{it.id}"))
    assert f"{name}さんの手続を待っています" in body
    assert "条件を見直しています" not in body
    assert "この状態について" not in body
    assert "条件が変わった" not in body


@pytest.mark.parametrize(
    ("change", "code"), [(no_pledge, "papers_body"), (no_role, "sent_back_body")]
)
def test_the_officer_hears_what_became_of_the_managers_agreement(app, change, code):
    body = make.body(needs_manager=True)
    manager, stage = make.manager(of=body), Stage(body=body)
    it = stage.to("proposed")
    change(stage)
    db.session.commit()
    agree(stage, it, manager)
    assert told(stage.officer, code) == [f"/proposals/{it.id}"]
    assert told(manager, code) == []


def test_once_the_paper_is_there_it_goes_on(stage):
    it = sent_back(stage, no_pledge)
    specialists.sign_pledge(stage.actor(it.specialist), it.specialist.id, 2026)
    here = f"/proposals/{it.id}"
    assert turn(stage)[1:4:2] == ("check", here)
    assert told(stage.second, "to_check") == [here, here]
    assert told(stage.owner, "papers_given") == [here]
    for step in (*AGAIN, "confirmed"):
        stage.step(it, step)
    assert now(it) == "confirmed"


def test_who_accepts_without_a_pledge_has_the_turn_until_it_is_given(stage):
    it = stage.to("offered")
    no_pledge(stage)
    db.session.commit()
    stage.step(it, "accepted")
    here = f"/proposals/{it.id}"
    assert turn(stage)[:2] == ("specialist", "papers")
    assert ("home.task.accepted", here) not in tasks_of(stage, stage.owner)
    specialists.sign_pledge(stage.actor(it.specialist), it.specialist.id, 2026)
    assert turn(stage)[:2] == ("govtech", "propose")
    assert ("home.task.accepted", here) in tasks_of(stage, stage.owner)


def test_a_paper_that_does_not_come_leaves_the_turn_to_govtech(stage, still_clock):
    it = sent_back(stage, no_pledge)
    assert turn(stage)[2] == date(2026, 11, 27)
    still_clock(datetime(2026, 11, 28, 3, tzinfo=UTC))
    assert turn(stage)[:2] == ("govtech", "follow_up")
    assert turn(stage)[3] == f"/proposals/{it.id}"


def test_who_has_all_papers_and_renews_one_tells_nobody(stage):
    it = stage.to("accepted")
    specialists.declare(stage.actor(it.specialist), it.specialist.id, [])
    assert told(stage.owner, "papers_given") == []


# The next round


def test_the_next_round_shows_no_decision_of_the_one_before(stage, browse):
    it = stage.to("proposed")
    other_place(stage, it)
    db.session.commit()
    agree(stage, it, decider_title="前の課長")
    here, desk = f"/proposals/{it.id}", browse(stage.owner)
    assert "前の課長" not in text_of(desk.get(here)), "the steps of this round begin anew"
    for step in AGAIN:
        stage.step(it, step)
    it = queries.load(it.id)
    assert (it.decided_on, it.decider_title, it.document_number) == (None, "", "")
    assert (it.agreed_at, it.agreed_by_id) == (None, None)
    for who, path in ((stage.owner, here), (stage.officer, here), (stage.officer, here + "/paper")):
        page = browse(who).get(path)
        assert "前の課長" not in page.text
        assert "8町デ第12号" not in page.text
    deeds = db.select(AuditEvent.deed).where(AuditEvent.subject == f"proposal:{it.id}")
    assert "proposal.agreed" in db.session.scalars(deeds).all(), "the record keeps it"


def test_the_day_of_an_agreement_is_the_day_in_tokyo(stage, browse, still_clock):
    it = stage.to("proposed")
    other_place(stage, it)
    db.session.commit()
    still_clock(datetime(2026, 11, 24, 23, 30, tzinfo=UTC))
    agree(stage, it)
    page = text_of(browse(stage.officer).get(f"/proposals/{it.id}"))
    assert "11月25日（水）の合意は記録しています" in page


# What is told once, and fingerprints of another form


def test_changed_facts_are_told_once(stage):
    it = stage.to("accepted")
    own = stage.actor(stage.second)

    def save(place, note):
        requests.save(own, stage.request.id, PlaceAnswer(place, 0 if note == "" else 1, note))
        return len(told(stage.owner, "facts_changed"))

    before = stage.request.place, stage.request.place_note
    assert save(Place.ONSITE, "本庁舎") == 1
    assert save(Place.ONSITE, "本庁舎") == 1
    assert save(Place.ONSITE, "第二庁舎") == 1, "the same fact"
    stage.request.worry = "別の悩み"
    db.session.commit()
    assert save(Place.ONSITE, "第二庁舎") == 2, "one more fact"
    stage.request.worry = "別の悩み"
    assert before[0] is not Place.ONSITE
    assert now(it) == "accepted"


def old_print(it):
    it.terms_digest = "0" * 64
    db.session.commit()


@pytest.mark.parametrize("state", ["checked", "offered", "accepted", "proposed"])
def test_a_fingerprint_of_another_form_counts_as_all_changed(stage, browse, state):
    it = stage.to(state)
    old_print(it)
    assert queries.changed_facts(it) == list(queries.facts_of(it))
    readers = [(stage.owner, f"/proposals/{it.id}"), (stage.second, f"/proposals/{it.id}")]
    readers += [(stage.owner, f"/requests/{stage.request.number}"), (stage.owner, "/")]
    if state != "checked":
        readers += [(it.specialist, f"/offers/{it.id}"), (it.specialist, "/offers")]
    if state == "proposed":
        readers += [(stage.officer, f"/proposals/{it.id}{end}") for end in ("", "/paper")]
    for who, path in readers:
        assert browse(who).get(path).status_code == 200, path
    requests.save(
        stage.actor(stage.second), stage.request.id, PlaceAnswer(Place.ONSITE, 1, "本庁舎")
    )


@pytest.mark.parametrize(("state", "step"), [("offered", "accepted"), ("proposed", "confirmed")])
def test_with_a_fingerprint_of_another_form_an_answer_goes_back(stage, state, step):
    it = stage.to(state)
    old_print(it)
    stage.step(it, step)
    assert now(it) == "prepared"
    assert turn(stage)[1] == "check"
    stage.step(it, "checked")
    assert queries.changed_facts(it) == []
