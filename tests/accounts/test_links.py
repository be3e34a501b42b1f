from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import select

from talentshare.accounts import actions, queries
from talentshare.accounts.models import FailedSignIn, OneTimeToken, Person
from talentshare.accounts.states import PersonState
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import NotFound
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from tests import make
from tests.accounts.browsing import PASSWORD, link_in, status

NEW = "kaze-no-tooru-michi"
CHOSEN = {"new": NEW, "again": NEW}


@pytest.fixture
def desk(chief, sign_in):
    """The browser of an admin."""
    return sign_in(chief)


@pytest.fixture
def invited(app):
    return make.officer(sign_in_name="suzuki", state=PersonState.INVITED)


@pytest.fixture
def invitation(desk, invited):
    return link_in(desk.post(f"/admin/people/{invited.id}/invitation"))


@pytest.fixture
def reset(desk, member):
    return link_in(desk.post(f"/admin/people/{member.id}/reset"))


def test_an_invitation_leads_to_the_first_sign_in(client, invitation, enter):
    page = client.get(invitation)
    assert page.status_code == 200
    assert "suzuki" in page.text
    answer = client.post(invitation, data=CHOSEN)
    assert answer.headers["Location"] == "/sign-in"
    assert "利用者名「suzuki」でログインしてください" in client.get("/sign-in").text
    assert enter("suzuki", NEW).headers["Location"] == "/"


@pytest.mark.parametrize("kind", ["invitation", "reset"])
def test_a_link_works_once(client, kind, request):
    link = request.getfixturevalue(kind)
    assert client.post(link, data=CHOSEN).status_code == 302
    used = client.post(link, data={"new": "another-long-one", "again": "another-long-one"})
    assert used.status_code == 410
    assert "このリンクは使えません" in used.text
    assert client.get(link).status_code == 410


@pytest.mark.parametrize(
    ("kind", "life"), [("invitation", timedelta(days=14)), ("reset", timedelta(hours=2))]
)
def test_a_link_ends_with_its_time(client, kind, life, request, still_clock):
    link = request.getfixturevalue(kind)
    still_clock(life - timedelta(seconds=1))
    assert client.get(link).status_code == 200
    still_clock(timedelta(seconds=1))
    assert client.get(link).status_code == 410
    assert client.post(link, data=CHOSEN).status_code == 410


def test_a_new_link_replaces_the_old_one(client, desk, invited, invitation):
    newer = link_in(desk.post(f"/admin/people/{invited.id}/invitation"))
    assert client.get(invitation).status_code == 410
    assert client.get(newer).status_code == 200


def test_used_and_invented_links_look_alike(app, client, invitation):
    client.post(invitation, data=CHOSEN)
    used = app.test_client().get(invitation)
    invented = app.test_client().get("/account/set-password/" + "x" * 43)
    assert used.status_code == invented.status_code == 410
    assert used.text.split("<main")[1] == invented.text.split("<main")[1]


def test_the_link_is_shown_once_and_kept_nowhere(desk, invited, rows):
    page = desk.post(f"/admin/people/{invited.id}/invitation")
    token = link_in(page).rsplit("/", 1)[1]
    assert len(token) >= 43
    assert token not in desk.get(f"/admin/people/{invited.id}").text
    [kept] = rows(select(OneTimeToken))
    assert kept.token_hash == queries.token_hash(token)
    assert token not in str([vars(event) for event in rows(select(AuditEvent))])


def test_a_weak_password_leaves_the_link_open(client, invitation, rows):
    answer = client.post(invitation, data={"new": "password", "again": "password"})
    assert answer.status_code == 422
    assert "よく使われるパスワード" in answer.text
    assert rows(select(OneTimeToken.used_at)) == [None]
    assert client.post(invitation, data=CHOSEN).status_code == 302


def test_a_reset_ends_all_sessions_and_changes_the_password(app, client, member, enter, reset):
    enter()
    client_of_stranger = app.test_client()
    client_of_stranger.post(reset, data=CHOSEN)
    assert status(client) == 302
    assert enter().status_code == 422
    assert enter(password=NEW).status_code == 302


def test_until_it_is_used_the_old_password_works(enter, member, reset):
    assert enter().status_code == 302


def test_a_suspended_person_cannot_use_a_link(client, chief, member, reset):
    actions.suspend(make.actor_of(chief), member.id)
    assert client.get(reset).status_code == 410
    actions.resume(make.actor_of(chief), member.id)
    assert client.get(reset).status_code == 410


def test_an_invitation_cannot_be_made_for_somebody_active(desk, member, rows):
    answer = desk.post(f"/admin/people/{member.id}/invitation")
    assert answer.status_code == 409
    assert "再設定のリンクを発行してください" in answer.text
    assert rows(select(OneTimeToken)) == []


def test_the_answer_to_forgetting_is_the_same_for_every_name(app, client, member, counted):
    make.officer(sign_in_name="tomari", state=PersonState.SUSPENDED)
    pages = []
    for name in ("tanaka", "nobody", "tomari"):
        browser = app.test_client()
        answer = browser.post("/account/forgotten", data={"sign_in_name": name})
        assert answer.headers["Location"] == "/account/forgotten/asked"
        pages.append((answer.status_code, answer.data, browser.get(answer.location).data))
    assert pages[0] == pages[1] == pages[2]


def test_admins_learn_who_forgot(client, desk, chief, member, rows):
    client.post("/account/forgotten", data={"sign_in_name": "ＴＡＮＡＫＡ"})
    assert rows(select(Person.id).where(Person.reset_asked_at.is_not(None))) == [member.id]
    page = desk.get("/admin/people").text
    assert "パスワードの再設定の依頼が1件あります" in page
    asked = desk.get("/admin/people?state=asked_reset").text
    assert "tanaka" in asked
    assert "kanri</span>" not in asked.split("<table")[1]
    desk.post(f"/admin/people/{member.id}/reset")
    assert "再設定の依頼が" not in desk.get("/admin/people").text


def test_asking_again_and_again_must_wait(client, member):
    answers = [
        client.post("/account/forgotten", data={"sign_in_name": "tanaka"}).status_code
        for _ in range(4)
    ]
    assert answers == [302, 302, 302, 429]


def test_asking_does_not_delay_the_sign_in(client, member, enter):
    for _ in range(4):
        client.post("/account/forgotten", data={"sign_in_name": "tanaka"})
    assert enter().status_code == 302


def test_a_link_frees_nobody_from_counting(client, reset, enter, rows):
    client.post(reset, data=CHOSEN)
    assert rows(select(FailedSignIn)) == []
    assert enter(password=PASSWORD).status_code == 422


def test_two_at_once_cannot_both_use_a_link(either_app):
    person = make.officer(state=PersonState.INVITED)
    token = actions.make_invitation(SYSTEM, person.id)
    results = []

    def use():
        with either_app.app_context():
            try:
                actions.set_password(SYSTEM, token, NEW)
                results.append("done")
            except NotFound as refusal:
                results.append(refusal.code)
            db.session.remove()

    threads = [Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["done", "link.dead", "link.dead", "link.dead"]
