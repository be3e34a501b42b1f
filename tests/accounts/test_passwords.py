from itertools import pairwise

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from talentshare.accounts import actions
from talentshare.accounts.models import OneTimeToken, Person
from talentshare.accounts.queries.aside import aside
from talentshare.accounts.queries.passwords import common_passwords, weakness
from talentshare.platform.events import AuditEvent
from tests import make
from tests.accounts.browsing import PASSWORD, status

NEW = "kaze-no-tooru-michi"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password.too_short"),
        ("k7#mq2z", "password.too_short"),
        ("k7#mq2zw", None),
        ("x" + "k7#mq2zw" * 24 + "1234567", None),
        ("x" + "k7#mq2zw" * 24 + "12345678", "password.too_long"),
        ("password", "password.common"),
        ("PassWord2026!", "password.common"),
        ("ｐａｓｓｗｏｒｄ", "password.common"),
        ("qwertyuiop", "password.common"),
        ("1qaz2wsx", "password.common"),
        ("sakura2026", "password.common"),
        ("2026-himawari-", "password.common"),
        ("aaaaaaaaaaaaaaaaaaaa", "password.common"),
        ("abababababab", "password.common"),
        ("tanaka-no-himitsu", "password.has_name"),
        ("ＴＡＮＡＫＡ-no-himitsu", "password.has_name"),
        ("ひらがなだけの長い合言葉", None),
        ("alllowercasewithoutdigits", None),
        ("four words are enough", None),
    ],
)
def test_what_is_too_weak(password, code):
    assert weakness(password, "tanaka") == code


def test_the_list_of_common_passwords_is_long_and_folded():
    assert len(common_passwords()) >= 1000
    assert all(word == word.casefold().strip() and len(word) >= 4 for word in common_passwords())


@pytest.fixture
def change(client, member, enter):
    """Fill in the page that changes the password."""
    enter()

    def change(current=PASSWORD, new=NEW, again=None):
        form = {"current": current, "new": new, "again": new if again is None else again}
        return client.post("/account/password", data=form)

    return change


def test_a_new_password_replaces_the_old_one(app, change, enter, rows):
    assert change().headers["Location"] == "/account"
    assert enter(password=NEW, client=app.test_client()).status_code == 302
    assert enter(client=app.test_client()).status_code == 422
    assert "person.password_changed" in rows(select(AuditEvent.deed))


def test_other_devices_are_signed_out(app, client, member, enter, change):
    other = app.test_client()
    enter(client=other)
    change()
    assert (status(client), status(other)) == (200, 302)


def test_an_open_reset_link_dies(app, client, member, change, chief, rows):
    token = actions.make_reset(make.actor_of(chief), member.id)
    change()
    assert client.get(f"/account/set-password/{token}").status_code == 410
    assert None not in rows(select(OneTimeToken.used_at))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"current": "wrong one"}, "今のパスワードが違います"),
        ({"new": "short", "again": "short"}, "8字以上にしてください"),
        ({"new": "password2026"}, "よく使われるパスワード"),
        ({"new": "tanaka-tanaka"}, "利用者名を含む"),
        ({"again": "another one entirely"}, "2つの新しいパスワードが違います"),
        ({"new": ""}, "新しいパスワードを入力してください"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(change, rows, member, typed, said):
    answer = change(**typed)
    assert answer.status_code == 422
    assert answer.text.count(said) == 2
    assert NEW not in answer.text
    assert rows(select(Person.password_hash).where(Person.id == member.id)) == [
        member.password_hash
    ]


def test_the_current_password_cannot_be_guessed_on_and_on(change):
    assert [change(current="wrong one").status_code for _ in range(3)] == [422, 422, 422]
    assert change(current="wrong one").status_code == 429
    assert change().status_code == 429


def test_success_is_not_held_against_anybody(change):
    passwords = [PASSWORD, NEW, PASSWORD, NEW, PASSWORD, NEW]
    for current, new in pairwise(passwords):
        assert change(current=current, new=new).status_code == 302


def test_nothing_is_hashed_while_a_transaction_is_open(app, client, member, enter, monkeypatch):
    genuine = PasswordHasher.hash

    def hash_with_the_lock_free(self, password):
        with aside() as session:
            connection = session.connection().connection
            connection.rollback()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        return genuine(self, password)

    enter()
    monkeypatch.setattr(PasswordHasher, "hash", hash_with_the_lock_free)
    form = {"current": PASSWORD, "new": NEW, "again": NEW}
    assert client.post("/account/password", data=form).status_code == 302
