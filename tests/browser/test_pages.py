"""Every page as every role: nothing that the browser, axe or a reader of either language minds."""

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from werkzeug.exceptions import HTTPException

from tests.browser import words
from tests.browser.conftest import serving
from tests.browser.hands import Mouse, sign_in
from tests.browser.pages import COMMON, PAGES, things_of

pytestmark = pytest.mark.browser

TAGS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
AXE = Axe()
WIDTHS = (1440, 1280, 768, 390)
ENDS = (WIDTHS[0], WIDTHS[-1])  # English, on the same pages: what is too long shows at an end
ON_A_PHONE = {"officer", "manager", "specialist"}
WHOLE = {None, "officer"}  # what all share is looked at once within a menu, once without
OVER = "document.documentElement.scrollWidth - window.innerWidth"
LINKS = "[...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))"
NOT_PAGES = {
    *("static", "home.language", "reports.utilisation_csv"),
    *("reports.areas_csv", "reports.free_csv"),
    *("operations.alive", "operations.ready"),
    *("talent_requests.paper_pdf", "proposals.paper_pdf"),
    "plans.progress",
}
REFUSED = {"/nowhere": 404, "/account/set-password/dead": 410, "/requests/{to_take}/take-over": 409}


@pytest.fixture(scope="module")
def served(demo_folder, tmp_path_factory):
    """Pages are only read here: one server is enough for all roles."""
    with serving(demo_folder, tmp_path_factory.mktemp("read") / "instance") as place:
        yield place


@pytest.fixture
def things(served, sign_in_names):
    return things_of(served[1], sign_in_names["specialist"])


@pytest.fixture
def rules(app):
    """Names the page that an address leads to: its endpoint, with the step or deed."""
    adapter = app.url_map.bind("localhost")

    def rule_of(address: str) -> str | None:
        try:
            endpoint, values = adapter.match(urlsplit(address).path, method="GET")
        except HTTPException:
            return None
        if endpoint in NOT_PAGES:
            return None
        return " ".join([endpoint, *(values[n] for n in ("step", "deed") if n in values)])

    return rule_of


def endpoint_of(rule: str | None) -> str:
    return (rule or "").split(" ", maxsplit=1)[0]


def test_every_page_is_in_the_list(app, rules):
    """Each address that can be read with GET is visited as at least one role."""
    listed = {path for paths in PAGES.values() for path in paths}
    filled = {re.sub(r"\{(\w+)\}", stand_in, path) for path in listed}
    visited = {endpoint_of(rules(path)) for path in filled}
    every = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert every - NOT_PAGES - visited == set()


def stand_in(found: re.Match[str]) -> str:
    return "2026-12-01" if found[1] == "day" else "1"


@pytest.mark.parametrize("role", PAGES, ids=str)
def test_no_page_has_a_fault(served, new_page, sign_in_names, things, rules, role):
    address, _ = served
    page = new_page("ja", 390 if role in ON_A_PHONE else 1280)
    if role:
        sign_in(Mouse(page, address), sign_in_names[role])
    paths = {path.format(**things): REFUSED.get(path, 200) for path in PAGES[role]}
    if role is None:
        paths["/nowhere"] = 200  # a stranger is led to the door
    seen, linked, faults = {rules(path) for path in paths}, {}, []
    known = set() if role in WHOLE else set(COMMON) - {"/"}
    for path, status in paths.items():
        if path in known:  # looked at as an officer
            page.goto(address + path)
        else:
            faults += faults_of(page, address + path, status)
        for href in page.evaluate(LINKS):
            linked.setdefault(rules(href) if href.startswith("/") else None, href)
    page.goto(f"{address}/language/en?next=/help")
    for path in paths.keys() - known:
        page.goto(address + path)
        faults += too_wide(page, ENDS)
    unseen = {href for rule, href in linked.items() if rule and rule not in seen}
    assert faults + page.complaints == []
    assert unseen == set(), "linked for this role, and not in its list"


def faults_of(page, path, status):
    """Loads the page once; then axe, then each width."""
    answer = page.goto(path)
    if answer.status != status:
        return [f"{path}: {answer.status}"]
    expect(page.locator("h1")).to_have_count(1)
    found = AXE.run(page, options=TAGS).response["violations"]
    faults = [f"{path}: {v['id']} {v['nodes'][0]['html'][:120]}" for v in found]
    return faults + too_wide(page)


def too_wide(page, widths=WIDTHS):
    faults, before = [], page.viewport_size
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        over = page.evaluate(OVER)
        if over > 0:
            faults.append(f"{page.url}: {over} px too wide at {width}")
    page.set_viewport_size(before)
    return faults


@pytest.mark.parametrize("role", PAGES, ids=str)
def test_each_page_speaks_one_language(served, new_page, sign_in_names, things, role):
    """Japanese on an English page is data; no page shows the code of a sentence."""
    address, folder = served
    page = new_page("ja")
    if role:
        sign_in(Mouse(page, address), sign_in_names[role])
    data, code, faults = words.data_in_japanese(folder), words.codes(), set()
    for language in ("ja", "en"):
        page.goto(f"{address}/language/{language}?next=/help")
        for path in PAGES[role]:
            html = page.request.get(address + path.format(**things)).text()
            assert f'<html lang="{language}">' in html
            for piece in words.words_of(html, language):
                faults |= {f"{path} {language}: {found}" for found in code.findall(piece)}
                if language == "en" and words.JAPANESE.search(piece):
                    left = words.leaks(piece, data)
                    faults |= {f"{path} en: {left}"} if left else set()
    assert faults == set()
