"""A move pressed twice, or four times at the same moment, is made once and looks like success."""

from sqlalchemy import func, select

from talentshare.allocations import queries as ledger
from talentshare.platform import events
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from talentshare.proposals.models import Proposal
from tests import make
from tests.proposals.stage import WHY, Stage, now

DECISION = {
    "form": "decision",
    "decided_on": "2026/11/24",
    "decider_title": "デジタル戦略課長",
    "document_number": "8町デ第12号",
}
CONSENT = {"who": "グループリーダー", "on": "2026/11/24"}
REVISED = {
    "reason": WHY,
    "minutes_per_week": "6",
    "start_on": "2026/12/7",
    "basis_code": "agreement",
    "cost_bearer": "contribution",
}
TEXT = {"text": "条件が合わないため"}


def told(deed: str) -> int:
    count = select(func.count()).select_from(AuditEvent)
    return db.session.scalar(count.where(AuditEvent.deed == f"proposal.{deed}"))


def version_of(it) -> int:
    return db.session.scalars(select(Proposal.version).where(Proposal.id == it.id)).one()


def test_one_proposal_is_prepared(either_app, press):
    stage = Stage()
    data = {"position": 1, "specialist_id": stage.specialist.id, "reason": WHY}
    answers = press(stage.owner, f"/requests/{stage.request.number}/proposals/new", data)
    it = db.session.scalars(select(Proposal)).one()
    assert answers[0].location == f"/proposals/{it.id}"
    assert told("prepared") == 1


def test_every_move_is_made_once(either_app, press):
    stage = Stage()
    it = stage.prepare()
    desk, own, body = f"/proposals/{it.id}/desk", f"/offers/{it.id}", f"/proposals/{it.id}/answer"
    for who, path, said, deed in (
        (stage.second, f"{desk}/return", TEXT, "returned"),
        (stage.owner, f"{desk}/revise", REVISED, "revised"),
        (stage.second, f"{desk}/check", {}, "checked"),
        (stage.owner, f"{desk}/offer", {"days": "3"}, "offered"),
        (stage.specialist.person, f"{own}/answer", {"form": "accept"}, "accepted"),
        (stage.owner, f"{desk}/consent", CONSENT, "home_consented"),
        (stage.owner, f"{desk}/propose", {}, "proposed"),
        (stage.owner, f"{desk}/extend", {}, "hold_extended"),
        (stage.officer, body, DECISION | {"answer": "record"}, "decision_recorded"),
        (stage.officer, body, DECISION | {"answer": "agree"}, "confirmed"),
        (stage.owner, f"{desk}/cancel", TEXT, "cancelled"),
    ):
        form = {"form": path.rsplit("/", 1)[1], "version": version_of(it)}
        press(who, path, form | said)
        assert told(deed) == 1, deed
    assert now(it) == "cancelled"
    assert ledger.check() == []
    assert events.first_break() is None


def test_the_page_after_a_second_agreement_says_what_is_true(stage, sign_in):
    it = stage.to("proposed")
    browser = sign_in(stage.officer)
    data = DECISION | {"answer": "agree", "version": it.version, "_press": "one-page"}
    for _ in range(2):
        answer = browser.post(f"/proposals/{it.id}/answer", data=data, follow_redirects=True)
        assert answer.status_code == 200
        assert "ほかの人が先に" not in answer.text
        assert "確定しました" in answer.text


def test_other_words_on_an_old_page_are_no_second_press(stage, sign_in):
    it = stage.to("proposed")
    browser = sign_in(stage.officer)
    data = DECISION | {"answer": "record", "version": it.version}
    assert browser.post(f"/proposals/{it.id}/answer", data=data).status_code == 302
    other = data | {"decider_title": "副市長"}
    assert browser.post(f"/proposals/{it.id}/answer", data=other).status_code == 409
    assert told("decision_recorded") == 1


def test_nor_is_the_press_of_another_person(stage, sign_in):
    it = stage.to("proposed")
    data = DECISION | {"answer": "agree", "version": it.version}
    assert sign_in(stage.officer).post(f"/proposals/{it.id}/answer", data=data).status_code == 302
    colleague = sign_in(make.officer(of=stage.body))
    assert colleague.post(f"/proposals/{it.id}/answer", data=data).status_code == 409
