"""Every page as every role: nothing that the browser or axe complains about."""

import sqlite3
from contextlib import closing

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PASSWORD = "fictional-tokyo-2026"
TAGS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
}
OPEN = ("/sign-in", "/account/forgotten", "/help", "/accessibility", "/privacy", "/nowhere")
COMMON = ("/", "/account", "/account/password", "/notices")
PAGES = {
    "officer": (
        "/requests", "/requests/finished", "/requests/new", "/supports", "/requests/{own}",
        "/requests/{draft}/edit/worry", "/requests/{draft}/edit/wish", "/requests/{draft}/edit/kind",
        "/requests/{draft}/edit/role", "/requests/{draft}/edit/skills", "/requests/{draft}/edit/time",
        "/requests/{draft}/edit/place", "/requests/{draft}/edit/data", "/requests/{draft}/edit/closing",
        "/requests/{draft}/check", "/proposals/{to_machida}", "/proposals/{to_machida}/paper",
    ),
    "manager": ("/requests/waiting", "/requests", "/supports", "/proposals/{to_machida}"),
    "specialist": (
        "/offers", "/offers/{offer}", "/me/availability", "/me/week", "/me/leave", "/me/pattern",
        "/me/profile", "/me/profile/edit", "/me/skills", "/me/skills/new", "/me/declaration",
        "/me/pledge", "/me/pause",
    ),
    "coordinator": (
        "/desk", "/requests/new", "/requests/{open}", "/requests/{open}/candidates",
        "/requests/{open}/candidates/compare?position=1&who={first}&who={other}", "/specialists",
        "/specialists/{first}", "/specialists/{first}/time", "/specialists/{first}/terms",
        "/clashes", "/reports/utilisation", "/reports/utilisation?unit=week",
        "/proposals/{prepared}", "/proposals/{offered}", "/proposals/{proposed}", "/proposals/{confirmed}",
        "/requests/{submitted}", "/requests/{endorsed}/receive", "/desk?q=zzz",
    ),
    "admin": (
        "/admin/people", "/admin/people/1", "/admin/people/1/edit", "/admin/people/new",
        "/admin/bodies", "/admin/bodies/1", "/admin/bodies/new", "/admin/catalogue",
        "/admin/holidays", "/admin/weights", "/reports/utilisation",
    ),
}  # fmt: skip


@pytest.fixture
def things(served):
    """Numbers and ids that stand in the addresses."""
    _, folder = served
    with closing(sqlite3.connect(folder / "talentshare.sqlite")) as connection:
        one = lambda sql: (connection.execute(sql).fetchone() or ("0",))[0]  # noqa: E731  local
        machida = "(SELECT id FROM body WHERE code = '132098')"
        request = "SELECT number FROM talent_request WHERE "
        proposal = "SELECT id FROM proposal WHERE state = "
        return {
            "own": one(f"{request} body_id = {machida} AND state = 'open'"),
            "draft": one(f"{request} body_id = {machida} AND state = 'draft'"),
            "open": one(f"{request} state = 'open' ORDER BY id DESC"),
            "submitted": one(f"{request} state = 'submitted'"),
            "endorsed": one(f"{request} state = 'endorsed'"),
            "to_machida": one(
                f"SELECT id FROM proposal WHERE body_id = {machida} AND state IN"
                " ('proposed', 'confirmed', 'refused') ORDER BY state DESC"
            ),
            "offer": one(f"{proposal} 'offered' ORDER BY body_id <> {machida}, id"),
            "prepared": one(f"{proposal} 'prepared'"),
            "offered": one(f"{proposal} 'offered'"),
            "proposed": one(f"{proposal} 'proposed'"),
            "confirmed": one(f"{proposal} 'confirmed'"),
            "first": one("SELECT min(id) FROM specialist"),
            "other": one("SELECT max(id) FROM specialist"),
        }


def sign_in(page, address, name):
    page.goto(f"{address}/sign-in")
    page.get_by_label("利用者名").or_(page.get_by_label("Sign-in name")).fill(name)
    page.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


@pytest.mark.parametrize("role", [None, *PAGES], ids=str)
def test_no_page_has_a_fault(served, new_page, sign_in_names, things, role):
    address, _ = served
    page = new_page(
        "en" if role in {"manager", None} else "ja", 390 if role == "specialist" else 1280
    )
    paths = OPEN
    if role:
        sign_in(page, address, sign_in_names[role])
        paths = (*COMMON, *PAGES[role])
    faults = []
    for path in [path.format(**things) for path in paths]:
        answer = page.goto(address + path)
        if answer.status >= 400 and path != "/nowhere":
            faults.append(f"{path}: {answer.status}")
            continue
        expect(page.locator("h1")).to_have_count(1)
        found = Axe().run(page, options=TAGS).response["violations"]
        faults += [f"{path}: {v['id']} {v['nodes'][0]['html'][:120]}" for v in found]
        width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if width > 0:
            faults.append(f"{path}: {width} px too wide")
    assert faults + page.complaints == []
