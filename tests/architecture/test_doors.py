"""Every door is shut to strangers, but those on the public list."""

import re

import pytest

from talentshare.platform.web import PUBLIC
from tests.architecture.documents import QUIET

PUBLIC_DOORS = {
    "static",
    "accounts.forgotten",
    "accounts.forgotten_asked",
    "accounts.set_password",
    "accounts.sign_in",
    "accounts.sign_out",
    "home.accessibility",
    "home.help",
    "home.language",
    "home.privacy",
    "operations.alive",
    "operations.ready",
}


def address(rule):
    """A path that fits the rule."""
    any_of = re.sub(r"<any\(([\w-]+)[^)]*\):\w+>", r"\1", rule.rule)
    numbered = re.sub(r"<int:\w+>", "1", any_of)
    return re.sub(r"<[^>]+>", "x", numbered)


def doors(app):
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods - QUIET):
            yield rule, method


def test_the_public_doors_are_few_and_known(app):
    marked = {n for n, view in app.view_functions.items() if getattr(view, "is_public", False)}
    assert marked | {"static"} == PUBLIC_DOORS
    assert PUBLIC_DOORS <= PUBLIC


def test_every_other_door_is_shut_to_strangers(app):
    client = app.test_client()
    open_doors = []
    for rule, method in doors(app):
        if rule.endpoint in PUBLIC_DOORS:
            continue
        answer = client.open(address(rule), method=method)
        is_shut = answer.status_code == 401 and rule.rule.startswith("/api/")
        is_shut |= answer.status_code == 302 and answer.location.startswith("/sign-in")
        if not is_shut:
            open_doors.append((method, rule.rule, answer.status_code))
    assert open_doors == []


def test_a_shut_door_tells_no_stranger_whether_there_is_something_behind(app):
    """Known and unknown addresses alike lead to the sign-in page."""
    client = app.test_client()
    answers = {client.get(path).status_code for path in ("/proposals/1", "/requests/R-2026-0001")}
    assert answers == {302}


@pytest.mark.parametrize("cookie", ["", "x", "x" * 3000, "../..", "%00", "'; DROP TABLE person"])
def test_a_made_up_session_opens_nothing(app, cookie):
    client = app.test_client()
    client.set_cookie("talentshare", cookie, domain="localhost")
    assert client.get("/").status_code == 302


def test_every_address_is_plain(app):
    """Lower case, words joined by hyphens, no file endings but of downloads."""
    for rule in app.url_map.iter_rules():
        fixed = re.sub(r"<[^>]+>", "", rule.rule)
        assert re.fullmatch(r"[a-z/-]*(?:\.(?:csv|json|ics|pdf|xlsx))?", fixed), rule.rule
