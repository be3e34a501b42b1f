"""A press of a button: undone with its deed, answered again as it was, forgotten after two days."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from talentshare.accounts.models import Person
from talentshare.kernel import clock
from talentshare.operations import jobs
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from talentshare.platform.presses import FIELD, KEPT, Press
from talentshare.specialists.models import TimeOff
from talentshare.talent_requests.models import TalentRequest
from tests import make
from tests.attacks.crowd import at_once
from tests.conftest import NOW

LEAVE = {
    "kind": "leave",
    "starts_on": "2026/12/10",
    "ends_on": "2026/12/10",
    "reason": "",
    FIELD: "one-page",
}
OTHER_DAY = LEAVE | {"starts_on": "2026/12/17", "ends_on": "2026/12/17"}


@pytest.fixture
def officer(either_app):
    return make.officer()


@pytest.fixture
def press(either_app):
    """`press(who, path, **data)` with a browser of its own, so that it can run beside others."""

    def press(who, path="/requests/new", **data):
        client = either_app.test_client()
        make.session_cookie(client, who)
        return client.post(path, data={FIELD: "one-page"} | data)

    def read(who, path):
        client = either_app.test_client()
        make.session_cookie(client, who)
        return client.get(path).text

    press.read = read
    return press


def count(table):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table))


def test_ten_at_once_begin_one_draft_and_lead_to_it(either_app, officer):
    clients = [either_app.test_client() for _ in range(10)]
    for client in clients:
        make.session_cookie(client, officer)
    db.session.commit()
    deeds = [lambda c=c: c.post("/requests/new", data={FIELD: "one-page"}) for c in clients]
    answers = at_once(deeds)
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.location for answer in answers}) == 1
    assert count(TalentRequest) == 1


def test_another_page_or_another_person_is_another_press(press, officer):
    press(officer)
    press(officer, **{FIELD: "another-page"})
    press(make.officer(officer.body))
    assert count(TalentRequest) == 3
    press(officer)
    press(officer, csrf_token="a newer one", _focus="template_code")
    assert count(TalentRequest) == 3


def test_other_answers_from_the_same_page_are_refused_and_kept(press):
    who = make.specialist()
    press(who.person, "/me/leave", **LEAVE)
    other = press(who.person, "/me/leave", **OTHER_DAY)
    assert other.status_code == 409
    assert "先に送った内容は受け付けました。" in other.text
    assert count(TimeOff) == 1
    assert count(Press) == 2
    (anew,) = re.findall(r'href="(/me/leave\?restored=\d+#\w+)"', other.text)
    again = press(who.person, "/me/leave", **LEAVE)
    assert (again.status_code, count(TimeOff)) == (302, 1)
    page = press.read(who.person, anew)
    assert "まだ送信していません。" in page
    assert 'value="2026/12/17"' in page
    key = re.search(rf'name="{FIELD}" value="([^"]+)"', page)[1]
    sent = press(who.person, "/me/leave", **(OTHER_DAY | {FIELD: key}))
    assert (sent.status_code, count(TimeOff)) == (302, 2)


def test_other_answers_at_the_same_moment_have_one_effect(either_app, officer):
    codes = ["T01", "T02", "", "T01"]
    clients = [either_app.test_client() for _ in codes]
    for client in clients:
        make.session_cookie(client, officer)
    db.session.commit()
    deeds = [
        lambda c=client, t=code: c.post(
            "/requests/new", data={FIELD: "one-page", "template_code": t}
        )
        for client, code in zip(clients, codes, strict=True)
    ]
    answers = [answer.status_code for answer in at_once(deeds)]
    assert set(answers) <= {302, 409}
    assert {302, 409} <= set(answers)
    assert count(TalentRequest) == 1


def test_what_was_refused_is_corrected_on_the_same_page(press):
    who = make.specialist()
    wrong = press(who.person, "/me/leave", **(LEAVE | {"ends_on": "2026/12/1"}))
    assert wrong.status_code == 422
    assert count(Press) == 0
    assert press(who.person, "/me/leave", **LEAVE).status_code == 302
    assert count(TimeOff) == 1


def test_without_a_key_each_press_counts(press, officer):
    for _ in range(2):
        press(officer, **{FIELD: ""})
    assert count(TalentRequest) == 2
    assert count(Press) == 0


def test_a_refused_press_is_undone_and_may_be_sent_again(press):
    who = make.specialist()
    assert press(who.person, "/me/pause/end").status_code == 409
    assert count(Press) == 0
    away = {"from_on": "2027-06-07", "length": "until", "until_on": "2027-06-30", "reason": "研修"}
    press(who.person, "/me/pause", **away)
    assert press(who.person, "/me/pause/end").status_code == 302


def test_a_failed_press_is_undone_and_may_be_sent_again(press, officer, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("talentshare.talent_requests.actions.draft.touch", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            press(officer)
    assert (count(TalentRequest), count(Press)) == (0, 0)
    assert press(officer).location == "/requests/R-2026-0001/edit/worry"


def test_a_link_that_is_shown_once_is_not_shown_again_but_can_be_made_anew(press):
    who, body = make.admin(), make.body()
    draft = {
        "sign_in_name": "akiko",
        "name": "見本 明子",
        "kana": "ミホン アキコ",
        "email": "akiko@example.jp",
        "body_id": str(body.id),
        "roles": "officer",
        "locale": "ja",
    }
    first = press(who, "/admin/people/new", **draft)
    assert first.status_code == 200
    assert "/account/set-password/" in first.text
    second = press(who, "/admin/people/new", **draft)
    person = db.session.scalar(select(Person).where(Person.sign_in_name == "akiko"))
    assert second.location == f"/admin/people/{person.id}"
    deeds = select(func.count()).where(AuditEvent.deed == "person.added")
    assert db.session.scalar(deeds.where(AuditEvent.subject == f"person:{person.id}")) == 1


def test_what_stands_is_ended_once(press):
    who = make.specialist()
    away = {"from_on": "2027-06-07", "length": "until", "until_on": "2027-06-30", "reason": "研修"}
    assert press(who.person, "/me/pause", **away).status_code == 302
    first = press(who.person, "/me/pause/end")
    second = press(who.person, "/me/pause/end")
    assert (first.status_code, first.location) == (second.status_code, second.location)
    resumed = select(func.count()).where(AuditEvent.deed == "specialist.resumed")
    assert db.session.scalar(resumed) == 1


def test_presses_are_forgotten_after_two_days(press, officer, monkeypatch):
    press(officer)
    monkeypatch.setattr(clock, "now", lambda: NOW + KEPT)
    assert jobs.forget_presses() == 0
    monkeypatch.setattr(clock, "now", lambda: NOW + KEPT + timedelta(seconds=1))
    assert jobs.forget_presses() == 2  # the form, and what was sent
    assert count(Press) == 0


def test_the_same_leave_once(press):
    who = make.specialist()
    for _ in range(3):
        assert press(who.person, "/me/leave", **LEAVE).status_code == 302
    assert count(TimeOff) == 1
