"""Numbers that no row has and characters that no database keeps do no harm, on both databases."""

import re

import pytest
from flask import url_for

from talentshare.kernel.actor import Role
from tests import make
from tests.proposals.stage import Stage

HUGE = 99_999_999_999_999_999_999
SEARCHES = (
    "/desk?q=%00",
    "/specialists?q=a%00b",
    "/requests/find?number=%00",
    "/admin/people?text=%00",
    "/admin/bodies?text=%00",
    "/reports/utilisation?q=%00",
)
NUMBERS = ("page", "position", "who", "body_id", "year", "specialist_id")


@pytest.fixture
def signed_in(either_app):
    def signed_in(*roles):
        client = either_app.test_client()
        make.session_cookie(client, make.person(*roles))
        return client

    return signed_in


def numbered(app):
    """The addresses with a number in them, with one that no row can have."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            numbers = set(re.findall(r"<int:(\w+)>", rule.rule))
            if numbers:
                given = {n: 1 if n in numbers else "x" for n in rule.arguments}
                for method in sorted(rule.methods & {"GET", "POST"}):
                    yield method, url_for(rule.endpoint, **given).replace("/1", f"/{HUGE}")


def test_a_number_that_no_row_has_is_not_found(either_app, signed_in):
    client = signed_in(Role.COORDINATOR, Role.ADMIN)
    asked = sorted(set(numbered(either_app)))
    assert len(asked) > 20
    found = {(m, at): client.open(at, method=m).status_code for m, at in asked}
    assert {one for one, status in found.items() if status != 404} == set()


def test_numbers_in_a_question_are_bounded(either_app, signed_in):
    client = signed_in(Role.COORDINATOR, Role.ADMIN)
    number = Stage().request.number
    pages = ("/desk", "/specialists", "/admin/people", "/admin/bodies", "/admin/holidays")
    pages += ("/notices", "/clashes", "/requests/new", f"/requests/{number}/candidates")
    question = "&".join(f"{name}={HUGE}" for name in NUMBERS)
    found = {page: client.get(f"{page}?{question}").status_code for page in pages}
    assert {page for page, status in found.items() if status >= 500} == set()
    missing = client.get(f"/requests/{number}/proposals/new?position=1&specialist_id={HUGE}")
    assert missing.status_code == 404


@pytest.mark.parametrize("page", SEARCHES)
def test_a_search_for_what_no_database_keeps(signed_in, page):
    assert signed_in(Role.COORDINATOR, Role.ADMIN).get(page).status_code in {200, 302, 404, 422}


def test_an_address_with_what_no_database_keeps_does_not_exist(signed_in):
    assert signed_in(Role.COORDINATOR).get("/requests/R%00").status_code == 404


def test_a_text_is_kept_without_it(either_app):
    stage = Stage()
    it = stage.to("proposed")
    client = either_app.test_client()
    make.session_cookie(client, stage.officer)
    text = "時期を\x00見直したい"
    given = {"form": "discuss", "answer": "discuss", "text": text, "version": it.version}
    assert client.post(f"/proposals/{it.id}/answer", data=given).status_code == 302
    assert it.side_note == "時期を見直したい"
