import re
from datetime import timedelta
from threading import Thread

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from talentshare.accounts import actions, queries
from talentshare.accounts.models import FailedSignIn, Person, SignInSession
from talentshare.accounts.queries import links
from talentshare.accounts.states import PersonState
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import TooMany
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from tests import make
from tests.accounts.browsing import PASSWORD

WRONG = "not the password at all"


def test_name_and_password_open_the_door(client, member, enter):
    assert enter().headers["Location"] == "/"
    page = client.get("/account")
    assert page.status_code == 200
    assert "tanaka" in page.text


def test_the_name_may_be_typed_in_full_width(client, member, enter):
    assert enter("　ＴＡＮＡＫＡ ").status_code == 302


@pytest.mark.parametrize("https", [False, True])
def test_the_cookie_is_kept_from_scripts_and_other_sites(app, member, enter, https):
    app.config["HTTPS"] = https
    client = app.test_client()
    answer = enter(client=client, base_url="https://localhost" if https else "http://localhost")
    [cookie] = [c for c in answer.headers.getlist("Set-Cookie") if "talentshare=" in c]
    parts = {part.strip() for part in cookie.split(";")}
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= parts
    assert not any(part.startswith(("Domain", "Max-Age", "Expires")) for part in parts)
    assert ("Secure" in parts) is https
    assert cookie.startswith("__Host-talentshare=" if https else "talentshare=")


def test_the_database_holds_only_the_hash_of_the_token(client, member, enter, rows):
    enter()
    token = client.get_cookie("talentshare").value
    [kept] = rows(select(SignInSession))
    assert kept.token_hash == queries.token_hash(token)
    assert len(token) >= 43
    assert token not in str(vars(kept))


def test_each_sign_in_has_a_new_token(app, member, enter):
    tokens = set()
    for _ in range(3):
        client = app.test_client()
        enter(client=client)
        tokens.add(client.get_cookie("talentshare").value)
    assert len(tokens) == 3


def test_a_token_planted_before_is_not_taken_over(client, member, enter):
    client.set_cookie("talentshare", "planted", domain="localhost")
    enter()
    assert client.get_cookie("talentshare").value != "planted"


def test_the_answer_is_the_same_for_all_who_cannot_sign_in(app, member, enter):
    make.officer(
        sign_in_name="tomari",
        password_hash=queries.hashed(PASSWORD),
        state=PersonState.SUSPENDED,
    )
    make.officer(sign_in_name="mikita", state=PersonState.INVITED)
    tried = [("tanaka", WRONG), ("nobody", WRONG), ("tomari", PASSWORD), ("mikita", WRONG)]
    answers = []
    for name, password in tried:
        answer = enter(name, password, client=app.test_client())
        text = re.sub(r'(name="(?:csrf_token|_press)" value=)"[^"]+"', r"\1", answer.text)
        headers = sorted(
            (k, v) for k, v in answer.headers if k not in {"Set-Cookie", "Content-Length"}
        )
        answers.append((answer.status_code, text.replace(name, "NAME"), headers))
    assert answers[0][0] == 422
    assert "ログインできませんでした" in answers[0][1]
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize(
    ("name", "state"),
    [("tanaka", None), ("nobody", None), ("tomari", "suspended"), ("mikita", "invited")],
)
def test_the_same_work_is_done_for_every_name(
    client, member, enter, verified, counted, name, state
):
    if state:
        make.officer(sign_in_name=name, state=state)
    enter("warm-up", WRONG)
    verified.clear()
    statements = counted(lambda: enter(name, WRONG))
    assert len(verified) == 1
    assert queries.is_outdated(verified[0]) is False
    assert len(statements) == len(counted(lambda: enter("nobody-else", WRONG)))


def test_empty_fields_are_named_and_the_name_stays(client, enter, verified):
    answer = enter("tanaka", "")
    assert answer.status_code == 422
    assert "パスワードを入力してください" in answer.text
    assert 'value="tanaka"' in answer.text
    assert verified == []


def test_a_password_is_never_written_back(client, member, enter):
    assert WRONG not in enter(password=WRONG).text


@pytest.mark.parametrize("name", ["tanaka", "nobody"])
def test_the_third_failure_begins_a_growing_delay(client, member, enter, still_clock, name):
    for _ in range(3):
        assert enter(name, WRONG).status_code == 422
    for seconds in (8, 16, 32):
        answer = enter(name, WRONG)
        assert answer.status_code == 429
        assert f"{seconds}秒" in answer.text
        still_clock(timedelta(seconds=seconds - 1))
        assert enter(name, WRONG).status_code == 429
        still_clock(timedelta(seconds=1))
        assert enter(name, WRONG).status_code == 422


def test_the_delay_never_grows_beyond_a_quarter_of_an_hour(client, member, enter, still_clock):
    for _ in range(20):
        enter(password=WRONG)
        still_clock(timedelta(minutes=15))
    enter(password=WRONG)
    assert "15分たってから" in enter().text
    still_clock(timedelta(minutes=14, seconds=59))
    waiting = enter()
    assert waiting.status_code == 429
    assert "1秒" in waiting.text
    still_clock(timedelta(seconds=1))
    assert enter().status_code == 302


def test_while_it_waits_nothing_is_verified(client, member, enter, verified):
    for _ in range(3):
        enter(password=WRONG)
    verified.clear()
    assert enter().status_code == 429
    assert verified == []


def test_success_forgives_the_failures(app, member, enter):
    for password in (WRONG, WRONG, PASSWORD, WRONG, WRONG, PASSWORD):
        assert enter(password=password, client=app.test_client()).status_code != 429


def test_tries_are_counted_before_the_password_is_looked_at(app, member):
    for _ in range(3):
        actions.count_try(SYSTEM, "tanaka", "127.0.0.1")
    with pytest.raises(TooMany):
        actions.count_try(SYSTEM, "tanaka", "127.0.0.1")


def test_trying_in_parallel_does_not_get_round_the_delay(either_app):
    make.officer(sign_in_name="tanaka", password_hash=queries.hashed(PASSWORD))
    form = {"sign_in_name": "tanaka", "password": WRONG}
    answers = []

    def attempt():
        answers.append(either_app.test_client().post("/sign-in", data=form).status_code)

    threads = [Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [422] * 3 + [429] * 9


def test_one_address_cannot_try_many_names(client, member, enter, still_clock):
    answers = [enter(f"name{n}", WRONG).status_code for n in range(61)]
    assert set(answers) == {422}
    assert enter().status_code == 429
    assert enter(environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 302


def test_a_shared_address_is_soon_free_again(client, member, enter, still_clock):
    for n in range(61):
        enter(f"name{n}", WRONG)
    still_clock(timedelta(minutes=1))
    assert enter().status_code == 302


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("", "unknown"),
    ],
)
def test_an_address_is_one_home_or_hall(address, network):
    assert links.network(address) == network


def test_the_names_that_were_tried_cannot_be_read_in_the_database(client, enter, rows):
    enter("hisyakaku", WRONG)
    assert len(rows(select(FailedSignIn))) == 2
    assert "hisyakaku" not in str([vars(kept) for kept in rows(select(FailedSignIn))])
    assert "hisyakaku" not in str([vars(kept) for kept in rows(select(AuditEvent))])


def test_forgotten_failures_are_deleted_after_a_day(client, enter, rows, still_clock):
    enter("nobody", WRONG)
    [before] = rows(select(FailedSignIn.id).order_by(FailedSignIn.id).limit(1))
    still_clock(timedelta(hours=25))
    enter("nobody", WRONG)
    assert [kept.failures for kept in rows(select(FailedSignIn))] == [1, 1]
    assert before


def test_new_parameters_renew_the_hash_at_the_next_sign_in(app, client, member, enter, rows):
    before = member.password_hash
    app.config["ARGON2"] = {"time_cost": 2, "memory_cost": 16, "parallelism": 1}
    assert enter().status_code == 302
    [after] = rows(select(Person.password_hash).where(Person.id == member.id))
    assert before != after
    assert "m=16,t=2" in after
    assert queries.is_outdated(after) is False


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        ("/notices?page=2", "/notices?page=2"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_it_leads_on_within_this_site_only(client, member, enter, asked, reached):
    answer = client.post(
        "/sign-in",
        query_string={"next": asked},
        data={"sign_in_name": "tanaka", "password": PASSWORD},
    )
    assert answer.headers["Location"] == reached


def test_whoever_is_signed_in_goes_on(client, member, enter):
    enter()
    assert client.get("/sign-in?next=/account").headers["Location"] == "/account"


def test_sign_ins_and_tries_are_in_the_audit(client, member, enter, rows):
    enter(password=WRONG)
    enter()
    deeds = rows(select(AuditEvent.deed).order_by(AuditEvent.seq))
    assert deeds == ["sign_in.tried", "sign_in.tried", "person.signed_in"]
    [signed_in] = rows(select(AuditEvent).where(AuditEvent.deed == "person.signed_in"))
    assert (signed_in.actor_id, signed_in.on_behalf_of_id) == (member.id, None)
    assert signed_in.subject == f"person:{member.id}"


def test_forms_left_open_by_another_person_cannot_be_sent(app, member, enter):
    make.officer(sign_in_name="suzuki", password_hash=queries.hashed(PASSWORD))
    client = app.test_client()
    client.get("/sign-in")
    with client.session_transaction() as kept:
        kept["csrf_token"] = "of the person before"
    enter("suzuki", client=client)
    with client.session_transaction() as kept:
        assert "csrf_token" not in kept


def test_the_page_speaks_english_too(client, member, enter):
    answer = enter(password=WRONG, headers={"Accept-Language": "en"})
    assert "You could not be signed in" in answer.text
    assert not any(
        "ぁ" <= sign <= "ヿ" for sign in answer.text.split("<main")[1].split("</main")[0]
    )


def test_a_suspension_while_the_password_is_checked_still_counts(
    client, member, enter, monkeypatch
):
    genuine = PasswordHasher.verify

    def slow(self, password_hash, password):
        with db.engine.begin() as connection:
            connection.exec_driver_sql(
                "UPDATE person SET state = 'suspended' WHERE sign_in_name = 'tanaka'"
            )
        return genuine(self, password_hash, password)

    monkeypatch.setattr(PasswordHasher, "verify", slow)
    assert enter().status_code == 422
    assert client.get_cookie("talentshare") is None


def test_signing_out_drops_the_cookie_over_https_too(app, member, enter):
    app.config["HTTPS"] = True
    client = app.test_client()
    enter(client=client, base_url="https://localhost")
    answer = client.post("/sign-out", base_url="https://localhost")
    [cookie] = [c for c in answer.headers.getlist("Set-Cookie") if "talentshare=" in c]
    assert cookie.startswith("__Host-talentshare=;")
    assert {"Secure", "Path=/", "Max-Age=0"} <= {part.strip() for part in cookie.split(";")}
