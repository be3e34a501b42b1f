"""What people do with forms: a short way by keyboard, and nothing lost when the time ran out."""

import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import expect

from tests.browser.hands import Keyboard, Mouse, fill_in_the_door, sign_in

pytestmark = pytest.mark.browser

MOST_ACTIONS = 5
NEXT_WEEK = "/me/week"
TITLE = "住民記録システムの移行計画を点検してほしい"
REMARK = "負担金の対象かどうかを、財政課に確認しています。"
SAVE = "main form .btn--primary:not([tabindex])"


class Counted:
    """A keyboard that counts what is done with it."""

    def __init__(self, page):
        self.page, self.actions = page, 0

    def press(self, key):
        self.page.keyboard.press(key)
        self.actions += 1

    def type(self, text):
        self.page.keyboard.type(text)
        self.actions += 1


def focused(page) -> str:
    return page.evaluate("document.activeElement.getAttribute('href') || document.activeElement.id")


@pytest.mark.parametrize("start", ["/", "/me/availability"])
def test_next_week_is_changed_in_five_keyboard_actions(served, new_page, sign_in_names, start):
    """Counted from the freshly loaded page, with no element in focus.

    Each press of a key counts as one action, Tab and Enter too; two keys held together
    (Control+A) count as one; the text typed into one field counts as one.
    """
    address, _ = served
    page = new_page("ja", 1280)
    hand = Keyboard(page, address)
    sign_in(hand, sign_in_names["specialist"])
    hand.go(start)
    counted = Counted(page)

    counted.press("Tab")
    assert focused(page).startswith(NEXT_WEEK)
    with page.expect_navigation():
        counted.press("Enter")
    field = page.locator("main form input[type=text]").first
    expect(field).to_be_focused()
    minutes = "1.5" if field.input_value() != "1.5" else "2"
    counted.press("Control+A")
    counted.type(minutes)
    with page.expect_navigation():
        counted.press("Enter")

    assert counted.actions <= MOST_ACTIONS
    expect(page.locator("[role=status]")).to_be_visible()
    expect(page.locator(f"#{field.get_attribute('id')}")).to_have_value(minutes)


def test_after_the_time_ran_out_one_returns_to_the_same_field(served, new_page, sign_in_names):
    address, folder = served
    page = new_page("ja", 390)
    hand = Mouse(page, address)
    sign_in(hand, sign_in_names["officer"])
    step = f"/requests/{draft_of_machida(folder)}/edit/closing"
    hand.go(step)
    hand.type("#title", TITLE)
    hand.type("#cost_note", REMARK)

    let_the_time_run_out(folder)
    hand.send(SAVE)
    expect(page.locator("main")).to_contain_text("入力していた内容は残してあります")
    fill_in_the_door(hand, sign_in_names["officer"])

    assert page.url == f"{address}{step}?restored=1#cost_note"
    expect(page.locator("main")).to_contain_text("入力していた内容を戻しました")
    expect(page.locator("#cost_note")).to_be_focused()
    expect(page.locator("#cost_note")).to_have_value(REMARK)
    expect(page.locator("#title")).to_have_value(TITLE)
    hand.send(SAVE)
    page.wait_for_url(lambda url: "/edit/closing" not in url)
    assert page.complaints == []


def draft_of_machida(folder) -> str:
    with closing(sqlite3.connect(folder / "talentshare.sqlite")) as connection:
        row = connection.execute(
            "SELECT number FROM talent_request JOIN body ON body.id = body_id"
            " WHERE body.code = '132098' AND state = 'draft'"
        ).fetchone()
    return row[0]


def let_the_time_run_out(folder) -> None:
    """Set back when each open session was last used: more than 30 minutes ago."""
    with closing(sqlite3.connect(folder / "talentshare.sqlite")) as connection, connection:
        changed = connection.execute(
            "UPDATE sign_in_session SET seen_at = datetime(seen_at, '-31 minutes') || '.000000'"
            " WHERE ended_at IS NULL"
        )
        assert changed.rowcount
