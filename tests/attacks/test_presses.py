"""Every form sent twice, its answer lost, and ten times at the same moment: one effect each."""

import sqlite3
from contextlib import closing
from http.cookies import SimpleCookie

import pytest

from talentshare.platform.presses import FIELD
from tests.architecture import world as worlds
from tests.architecture.matrix import cookie, fields_of, reviewed, url_of
from tests.architecture.test_permission_matrix import CASES, case_key, cell_id
from tests.attacks.crowd import at_once
from tests.conftest import NOW

TEN = 10
KEY = "a-key-of-one-page"
# Nobody of the table may: one has its own test, wrong tries of the other must count.
BY_HAND = {"specialists.resume", "accounts.change_password"}
ENDS_ONES_OWN = {"accounts.end_session"}  # who sends it again is signed out by then
SESSION = {"sign_in_session"}  # touched by every page
# What was typed the second time is kept, and that is told; each effect has a row of its own.
KEPT_TYPED = SESSION | {"saved_input", "audit_event", "audit_head"}
CHANGES_NOTHING = {"accounts.edit_body", "specialists.edit_profile"}  # sent as it stands
TABLE = reviewed()


def presser(case):
    """The first persona whom the reviewed table lets do it to the own thing."""
    line = TABLE[(*case_key(case), case.things[0])]
    return next((persona for persona in worlds.PERSONAS if line[persona] == "ok"), None)


POSTS = [case for case in CASES if case.method == "POST" and presser(case)]


@pytest.fixture(scope="module")
def world(sqlite_template, tmp_path_factory):
    return worlds.build(sqlite_template, tmp_path_factory.mktemp("presses"), NOW)


@pytest.fixture(autouse=True)
def as_it_was(world):
    yield
    world.put_back()


def counts(world):
    with closing(sqlite3.connect(world.path)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {n: connection.execute(f"SELECT count(*) FROM {n}").fetchone()[0] for (n,) in names}


def rows(world, beside=SESSION):
    """All that is kept, but for the touch of the session and what else stands beside."""
    with closing(sqlite3.connect(world.path)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        kept = [name for (name,) in names if name not in beside]
        return {n: connection.execute(f"SELECT * FROM {n}").fetchall() for n in kept}


def press_of(world, case):
    """A press of the button, as often as it is called."""
    persona = presser(case)
    url = url_of(world, case, world.side("own"))
    data = fields_of(world, case, case.things[0]) | {FIELD: KEY}

    def press(**more):
        client = world.app.test_client(use_cookies=False)
        return client.post(url, data=data | more, headers=cookie(world, persona))

    return press


def said(world, answer):
    """The messages that the next page will show."""
    cookies = SimpleCookie(answer.headers.get("Set-Cookie", ""))
    if "form" not in cookies:
        return []
    serializer = world.app.session_interface.get_signing_serializer(world.app)
    return serializer.loads(cookies["form"].value).get("_flashes", [])


def is_repeatable(world, case):
    return getattr(world.app.view_functions[case.endpoint], "is_repeatable", False)


def test_every_form_is_here(world):
    """Each posting address is pressed by somebody."""
    pressed = {case.endpoint for case in POSTS}
    assert pressed | BY_HAND == {case.endpoint for case in CASES if case.method == "POST"}


@pytest.mark.parametrize("case", POSTS, ids=cell_id)
def test_sent_twice_it_has_one_effect_and_one_answer(world, case):
    if is_repeatable(world, case):
        pytest.skip("its answer is a cookie")
    press = press_of(world, case)
    first = press()
    assert first.status_code < 400
    kept = rows(world)
    second = press()
    assert rows(world) == kept
    assert second.status_code < 400
    if first.location and case.endpoint not in ENDS_ONES_OWN and presser(case) != "anonymous":
        assert (second.location, said(world, second)) == (first.location, said(world, first))


@pytest.mark.parametrize("case", POSTS, ids=cell_id)
def test_sent_again_with_other_answers_it_has_no_effect(world, case):
    """Refused by its key, or by the version of what it changes; where nothing was done, it is new."""
    if is_repeatable(world, case):
        pytest.skip("its answer is a cookie")
    press = press_of(world, case)
    assert press().status_code < 400
    kept = rows(world, KEPT_TYPED)
    other = press(something="else")
    beside = {"press"} if case.endpoint in CHANGES_NOTHING else set()
    assert rows(world, KEPT_TYPED | beside) == {n: kept[n] for n in kept if n not in beside}
    if kept["press"] and case.endpoint not in ENDS_ONES_OWN | CHANGES_NOTHING:
        assert other.status_code in {409, 422}


@pytest.mark.parametrize("case", POSTS, ids=cell_id)
def test_sent_ten_times_at_once_it_has_one_effect(world, case):
    if is_repeatable(world, case):
        pytest.skip("its answer is a cookie")
    press_of(world, case)()
    once = counts(world)
    world.put_back()
    answers = at_once([press_of(world, case)] * TEN)
    assert {answer.status_code < 400 for answer in answers} == {True}
    assert counts(world) == once
