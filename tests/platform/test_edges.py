"""The edge to the browser: ways back, headers, doors, and refusals made visible."""

import re

import pytest
from flask import Blueprint
from markupsafe import escape

from talentshare.app import create_app
from talentshare.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from talentshare.platform import web
from talentshare.platform.db import db
from tests import make
from tests.conftest import settings

REFUSALS = [
    (NotFound("proposal.not_found"), 404),
    (Forbidden("policy.proposal.check"), 403),
    (Conflict("state.changed_meanwhile"), 409),
    (Invalid("proposal.text_missing"), 422),
    (TooMany("sign_in.wait", seconds=90, minutes=2), 429),
]


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/requests", "/requests"),
        ("/requests?q=%20", "/requests?q=%20"),
        ("", "/"),
        (None, "/"),
        ("requests", "/"),
        ("https://example.org/", "/"),
        ("//example.org/", "/"),
        ("/\\example.org", "/"),
        ("/\t/example.org", "/"),
        ("\t//example.org", "/"),
        ("javascript:alert(1)", "/"),
        ("http:requests", "/"),
    ],
)
def test_a_way_back_stays_on_this_site(target, path):
    assert web.local_path(target) == path


@pytest.fixture
def refusing(sqlite_url, tmp_path):
    """An app with routes that refuse in each way, for strangers to see."""
    app = create_app(settings(sqlite_url, tmp_path) | {"PROPAGATE_EXCEPTIONS": False})
    pages = Blueprint("refusing", __name__)

    def refuse(kind: int):
        raise REFUSALS[kind][0] if kind < len(REFUSALS) else ValueError("a secret of the machine")

    for prefix in ("", "/api"):
        name = f"refuse{prefix.replace('/', '_')}"
        pages.add_url_rule(f"{prefix}/refuse/<int:kind>", name, web.public(refuse))
    app.register_blueprint(pages)
    web.open_doors(app)
    yield app.test_client()
    with app.app_context():
        db.engine.dispose()
    web.PUBLIC.difference_update(name for name in list(web.PUBLIC) if name.startswith("refusing."))


@pytest.mark.parametrize("kind", range(len(REFUSALS)))
def test_each_kind_of_refusal_has_its_status_and_a_sentence(refusing, kind):
    refusal, status = REFUSALS[kind]
    page = refusing.get(f"/refuse/{kind}")
    assert page.status_code == status
    assert refusal.code not in page.text
    told = refusing.get(f"/api/refuse/{kind}")
    assert (told.status_code, told.json["code"]) == (status, refusal.code)
    assert told.json["message"] != refusal.code


def test_a_failure_tells_nothing_of_the_machine(refusing):
    page = refusing.get(f"/refuse/{len(REFUSALS)}")
    assert page.status_code == 500
    assert "secret" not in page.text
    assert "Traceback" not in page.text


@pytest.mark.parametrize("path", ["/accessibility", "/nowhere", "/", "/static/icon.svg"])
def test_every_answer_carries_the_guards(client, path):
    with client.get(path) as answer:
        headers = answer.headers
    for name, value in web.HEADERS.items():
        assert headers[name] == value
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert ("no-store" in headers.get("Cache-Control", "")) == (path != "/static/icon.svg")


def test_a_form_without_its_token_changes_nothing(app, sign_in):
    app.config["WTF_CSRF_ENABLED"] = True
    client = sign_in(make.officer())
    answer = client.post("/requests/new", data={})
    assert answer.status_code == 400


def test_a_stranger_is_asked_to_sign_in_and_brought_back(client):
    answer = client.get("/requests")
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in?next=")


def _leading(page, path):
    """The links of the page's own part that lead to a path."""
    main = page.text.split("<main")[1].split("</main>")[0]
    return re.findall(rf'<a[^>]* href="{path}"', main)


def test_a_forbidden_page_leads_back_once_and_only_where_one_came_from(refusing):
    came = refusing.get("/refuse/1", headers={"Referer": "http://localhost/accessibility?x=1"})
    assert len(_leading(came, "/accessibility")) == 1
    assert len(_leading(came, "/")) == 1
    for referrer in (
        {},
        {"Referer": "http://localhost/"},
        {"Referer": "http://localhost/refuse/1"},
    ):
        page = refusing.get("/refuse/1", headers=referrer)
        assert "前の画面に戻る" not in page.text
        assert len(_leading(page, "/")) == 1


FORM = "application/x-www-form-urlencoded"
LONG = "<b>長い</b>文章です。" * 15_000  # urlencoded more than a megabyte


@pytest.mark.parametrize(
    ("locale", "word"), [("ja", "送る内容が長すぎます"), ("en", "This is too long to send")]
)
def test_what_is_too_long_to_send_is_shown_so_that_it_can_be_copied(app, sign_in, locale, word):
    client = sign_in(make.officer())
    page = client.post("/requests/new").location
    client.set_cookie("locale", locale)
    form = {"worry": LONG, "version": "1"}
    answer = client.post(page, data=form, headers={"Referer": f"http://localhost{page}"})
    assert answer.status_code == 413
    assert word in answer.text
    assert str(escape(LONG)) in answer.text
    assert f"{len(LONG):,}" in answer.text
    assert len(_leading(answer, page)) == 1


def test_a_password_and_a_flood_are_not_shown(app, sign_in):
    client = sign_in(make.officer())
    secret = client.post("/account/password", data={"new": LONG, "again": LONG})
    assert secret.status_code == 413
    assert "長い" not in secret.text
    flood = client.post("/requests/new", data={"worry": LONG * 7})
    assert flood.status_code == 413
    assert "<textarea" not in flood.text
    many = client.post(
        "/requests/new", data=b"worry=%E9%95%B7" + b"&a" * 600_000, content_type=FORM
    )
    assert many.status_code == 413
    assert "<textarea" not in many.text


def test_a_stranger_who_sends_too_much_gets_nothing_back(client):
    answer = client.post("/sign-in", data={"sign_in_name": LONG})
    assert answer.status_code == 413
    assert "長い" not in answer.text
