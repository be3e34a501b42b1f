"""A coordinator orders a plan in the browser, reads it, compares it and prepares proposals from it."""

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE, serving
from tests.browser.hands import Mouse, sign_in
from tests.conftest import make_demo
from tests.faults.house import IS_SOAK

pytestmark = pytest.mark.browser

COMPILED = 240_000  # milliseconds in which a plan ends on a machine that compiles first
PROOF = {"ja": "検算済み", "en": "verified"}
WHY = {"ja": "計画案の比較の結果、適任と判断したため", "en": "The best of the plans compared"}
APPLIED = {"ja": "提案を準備しました", "en": "Proposal prepared"}


@pytest.fixture(scope="module")
def town(demo_folder, tmp_path_factory) -> Path:
    """The demo; in a soak the one with 400 specialists and 600 positions."""
    if not IS_SOAK:
        return demo_folder
    folder = tmp_path_factory.mktemp("full") / "demo"
    make_demo(folder, "--size", "full")
    return folder


@contextmanager
def jobs(folder: Path):
    """The process that works at plans, beside the server."""
    environment = os.environ | {
        "TALENTSHARE_DEMO": "1",
        "TALENTSHARE_HTTPS": "0",
        "TALENTSHARE_INSTANCE": str(folder),
    }
    environment.pop("TALENTSHARE_DATABASE_URL", None)
    command = [str(Path(sys.executable).with_name("talentshare")), "jobs", "serve"]
    process = subprocess.Popen(command, env=environment)
    try:
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def ordered(hand) -> int:
    """Order a plan of all that is open, and wait until its page shows it; its number."""
    hand.go("/plans/new")
    hand.send("main .btn--primary")
    number = int(re.search(r"/plans/(\d+)$", hand.page.url)[1])
    expect(hand.page.locator("#plan")).to_be_visible(timeout=COMPILED)
    return number


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_plan_is_ordered_read_compared_and_applied(town, tmp_path, new_page, language):
    with serving(town, tmp_path / "instance") as (address, folder), jobs(folder):
        hand = Mouse(new_page(language), address)
        sign_in(hand, "chousei1")
        hand.go(f"/language/{language}?next=/help")
        first = ordered(hand)
        page = hand.page
        expect(page.locator("main .notice").first).to_contain_text(PROOF[language])
        rows = page.locator("table.plan .plan-row").count()
        assert rows > 0
        assert page.locator("#left").count() == 1  # somebody stays unassigned, with the reason
        second = ordered(hand)
        hand.go(f"/plans/{second}/compare?with={first}")
        assert page.locator("main h1").count() == 1
        hand.go(f"/plans/{second}")
        page.locator(".plan-row__box").first.check()
        hand.type("#apply [name=reason]", WHY[language])
        hand.send("#apply .btn--primary")
        expect(page.locator("table.plan")).to_contain_text(APPLIED[language])
        page.locator("table.plan a[href^='/proposals/']").first.click()
        expect(page.locator("main")).to_contain_text(WHY[language])
        assert page.complaints == []
