from datetime import timedelta

import pytest
from sqlalchemy import select

from talentshare.accounts import actions
from talentshare.accounts.models import Device, SignInSession
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Forbidden
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from tests import make
from tests.accounts.browsing import status

IN = 200
OUT = 302


def test_it_ends_after_half_an_hour_of_silence(client, member, enter, still_clock):
    enter()
    still_clock(timedelta(minutes=29))
    assert status(client) == IN
    still_clock(timedelta(minutes=29))
    assert status(client) == IN
    still_clock(timedelta(minutes=30))
    assert status(client) == OUT


def test_it_ends_after_twelve_hours_whatever_happens(client, member, enter, still_clock):
    enter()
    for _ in range(12 * 3 - 1):
        still_clock(timedelta(minutes=20))
        assert status(client) == IN
    still_clock(timedelta(minutes=20))
    assert status(client) == OUT


def test_its_use_is_noted_at_most_once_a_minute(client, member, enter, rows, still_clock):
    enter()
    begun = rows(select(SignInSession.seen_at))
    still_clock(timedelta(seconds=59))
    client.get("/account")
    assert rows(select(SignInSession.seen_at)) == begun
    now = still_clock(timedelta(seconds=1))
    client.get("/account")
    assert rows(select(SignInSession.seen_at)) == [now]


def test_signing_out_ends_it_for_good(client, member, enter):
    enter()
    token = client.get_cookie("talentshare").value
    answer = client.post("/sign-out")
    assert answer.headers["Location"] == "/sign-in"
    assert client.get_cookie("talentshare") is None
    client.set_cookie("talentshare", token, domain="localhost")
    assert status(client) == OUT


def test_signing_out_twice_does_no_harm(client, member, enter):
    enter()
    assert client.post("/sign-out").status_code == 302
    assert client.post("/sign-out").status_code == 302


def test_a_suspended_person_is_out_at_once(client, member, enter, chief):
    enter()
    assert status(client) == IN
    actions.suspend(make.actor_of(chief), member.id)
    assert status(client) == OUT


def test_a_new_role_counts_at_once(client, govtech, chief, sign_in):
    second = make.admin(of=govtech)
    browser = sign_in(second)
    assert browser.get("/admin/people").status_code == 200
    page = sign_in(chief)
    form = {
        "version": "1",
        "name": "見本 太郎",
        "kana": "ミホン タロウ",
        "roles": ["coordinator"],
        "body_id": govtech.id,
    }
    assert page.post(f"/admin/people/{second.id}/edit", data=form).status_code == 302
    assert browser.get("/admin/people").status_code == 403


def test_the_own_sessions_are_listed_with_their_devices(app, client, member, enter):
    windows = (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
    )
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"
    enter(headers={"User-Agent": windows})
    enter(client=app.test_client(), headers={"User-Agent": phone})
    page = client.get("/account").text
    assert "Chrome（Windows）" in page
    assert "Safari（iPhone）" in page
    assert page.count("この端末</span>") == 1


def test_one_session_can_be_ended(app, client, member, enter, rows):
    other = app.test_client()
    enter(client=other)
    [session_id] = rows(select(SignInSession.id))
    enter()
    assert client.post(f"/account/sessions/{session_id}/end").status_code == 302
    assert (status(client), status(other)) == (IN, OUT)


def test_all_others_can_be_ended(app, client, member, enter):
    others = [app.test_client() for _ in range(3)]
    for other in others:
        enter(client=other)
    enter()
    client.post("/account/sessions/end-others")
    assert status(client) == IN
    assert {status(other) for other in others} == {OUT}


def test_somebody_elses_session_is_not_there(client, member, enter, sign_in, rows):
    stranger = sign_in(make.officer())
    [theirs] = rows(select(SignInSession.id))
    enter()
    answer = client.post(f"/account/sessions/{theirs}/end")
    missing = client.post("/account/sessions/999999/end")
    assert (answer.status_code, missing.status_code) == (404, 404)
    assert answer.text.split("<main")[1] == missing.text.split("<main")[1]
    assert status(stranger) == IN
    assert str(theirs) not in [c for c in client.get("/account").text.split("/") if c.isdigit()]


def test_only_the_system_opens_sessions_without_a_password(app, member, chief):
    with pytest.raises(Forbidden):
        actions.open_session(make.actor_of(chief), member.id, Device())
    assert actions.open_session(SYSTEM, member.id, Device()).person_id == member.id


def test_the_session_of_a_page_costs_one_statement(client, member, enter, counted):
    enter()
    read = [
        s for s in counted(lambda: client.get("/account")) if "token_hash" in s.split("FROM")[0]
    ]
    assert len(read) <= 2
    assert len(counted(lambda: client.get("/account"))) <= 8


def test_a_refusal_leaves_a_trace(client, member, enter, rows):
    enter()
    assert client.get("/admin/people").status_code == 403
    client.post("/account/sessions/999/end")
    refused = rows(select(AuditEvent).where(AuditEvent.deed == "refused").order_by(AuditEvent.seq))
    assert [(e.actor_id, e.subject, e.details["code"]) for e in refused] == [
        (member.id, "accounts.people", "policy.person.edit"),
        (member.id, "accounts.end_session", "session.not_found"),
    ]
    assert refused[1].details["things"] == "{'session_id': '999'}"
    assert refused[0].request_ip == "127.0.0.1"


def test_no_session_lives_beside_a_suspension(client, member, enter):
    enter()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE person SET state = 'suspended'")
    assert status(client) == OUT


def test_a_session_from_before_a_suspension_stays_dead(client, member, enter, chief):
    enter()
    actions.suspend(make.actor_of(chief), member.id)
    actions.resume(make.actor_of(chief), member.id)
    assert status(client) == OUT
