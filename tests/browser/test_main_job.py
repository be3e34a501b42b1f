"""From a need to scheduled time in the browser: by mouse and by keyboard alone."""

import sqlite3
import time
from contextlib import closing
from datetime import datetime

import pytest
from playwright.sync_api import expect

from talentshare.kernel import clock
from tests.browser.hands import Keyboard, Mouse, sign_in

pytestmark = pytest.mark.browser

PRIMARY = "main .btn--primary"
NEXT = "main form button[type=submit].btn--primary:not([tabindex])"


def write_need(hand):
    """The officer's questions, one a page; returns the reference number."""
    hand.go("/requests/new")
    hand.send(PRIMARY)
    answers = {
        "worry": lambda: hand.type("#worry", "移行計画の工程が妥当か、判断できる人がいません。"),
        "wish": lambda: write_wish(hand),
        "kind": lambda: hand.choose("#kind-0"),
        "role": lambda: hand.choose("#role_code-0"),
        "skills": lambda: None,
        "time": lambda: write_time(hand),
        "place": lambda: hand.choose("#place-0"),
        "data": lambda: write_data(hand),
        "closing": lambda: write_closing(hand),
    }
    for step, answer in answers.items():
        hand.page.wait_for_url(lambda url, step=step: f"/edit/{step}" in url)
        answer()
        hand.send(NEXT)
    hand.page.wait_for_url(lambda url: url.endswith("/check"))
    number = hand.page.url.split("/")[-2]
    hand.send(PRIMARY)
    hand.page.wait_for_url(lambda url: "/check" not in url)
    return number


def write_wish(hand):
    hand.type("#wish", "計画の点検と、毎週の打合せへの同席")
    hand.pick_first("#theme_code")
    hand.pick_first("#phase_code")


def write_time(hand):
    hand.type("#minutes_per_week", "2")
    hand.type("#inside_minutes_per_week", "1")
    hand.type("#week_count", "4")
    hand.type("#earliest_on", "令和9年1月18日")
    hand.type("#latest_end_on", "2027/3/31")


def write_data(hand):
    hand.choose("#personal_data-0")
    hand.choose("#is_procurement-0")


def write_closing(hand):
    hand.type("#title", "移行計画の点検")
    hand.pick_first("#cost_bearer")


def move(hand, number, deed):
    hand.go(f"/requests/{number}/{deed}")
    assert hand.page.locator("main form .btn--primary").count(), hand.page.inner_text("main")
    hand.send("main form .btn--primary")
    hand.page.wait_for_url(lambda url: not url.endswith(f"/{deed}"))


@pytest.mark.parametrize(
    ("hand_of", "language"),
    [(Mouse, "ja"), (Keyboard, "en")],
    ids=["mouse-ja", "keyboard-en"],
)
def test_from_a_need_to_scheduled_time(served, new_page, sign_in_names, hand_of, language):
    address, folder = served
    page = new_page(language, 1280)
    hand = hand_of(page, address)
    names = sign_in_names

    hand.go(f"/language/{language}?next=/help")
    sign_in(hand, names["officer"])
    number = write_need(hand)
    expect(page.locator("main")).to_contain_text(number)

    sign_in(hand, names["manager"])
    move(hand, number, "endorse")

    proposal = prepare(hand, names, number)
    sign_in(hand, names["second"])
    hand.go(f"/proposals/{proposal}")
    hand.send(PRIMARY)
    sign_in(hand, names["coordinator"])
    hand.go(f"/proposals/{proposal}")
    hand.send(PRIMARY)

    who = specialist_of(folder, proposal)
    sign_in(hand, who)
    hand.go("/offers")
    hand.send(f"a[href='/offers/{proposal}']")
    hand.send(PRIMARY)
    propose(hand, names, proposal)
    agree(hand, names, proposal)

    expect(page.locator(".tag--ok").first).to_have_text(CONFIRMED[language], ignore_case=True)
    assert state_of(folder, proposal) == "confirmed"
    assert booked_minutes(folder, proposal) == 3 * 120 + 90  # a holiday in the fourth week
    sign_in(hand, who)
    hand.go("/me/availability?month=2027-01")
    expect(page.locator(".cal__uses").first).to_be_visible()
    assert page.complaints == []


CONFIRMED = {"ja": "確定", "en": "confirmed"}


def prepare(hand, names, number):
    """Receive, open, choose the first candidate; returns the id of the proposal."""
    page = hand.page
    sign_in(hand, names["coordinator"])
    move(hand, number, "receive")
    hand.go(f"/requests/{number}/edit/basis")
    hand.choose("#basis_codes-0")
    hand.send(NEXT)
    move(hand, number, "open")
    hand.go(f"/requests/{number}/candidates")
    hand.press("details[name=offer] > summary")
    hand.type("details[open] input[name=reason]", "必須条件を満たし、希望する週を確保できるため")
    hand.send("details[open] .btn--primary")
    page.wait_for_url(lambda url: "/proposals/" in url and not url.endswith("/new"))
    return page.url.rstrip("/").split("/")[-1].split("?")[0]


def propose(hand, names, proposal):
    """Record the consent at home, then put the person before the body."""
    sign_in(hand, names["coordinator"])
    hand.go(f"/proposals/{proposal}")
    hand.type("form[action$='/desk/consent'] [name=who]", "所属グループのリーダー")
    hand.type("form[action$='/desk/consent'] [name=on]", "2026/11/20")
    hand.send("form[action$='/desk/consent'] .btn--primary")
    hand.send("form[action$='/desk/propose'] .btn--primary")


def agree(hand, names, proposal):
    """The body's own decision, and the agreement."""
    sign_in(hand, names["manager"])
    hand.go(f"/proposals/{proposal}")
    hand.type("[name=decided_on]", f"{datetime.fromtimestamp(time.time(), clock.TOKYO):%Y/%m/%d}")
    hand.type("[name=decider_title]", "デジタル戦略課長")
    hand.type("[name=document_number]", "デ第123号")
    hand.send("button[name=answer][value=agree]")


def one(folder, sql, *values):
    with closing(sqlite3.connect(folder / "talentshare.sqlite")) as connection:
        return connection.execute(sql, values).fetchone()[0]


def specialist_of(folder, proposal):
    return one(
        folder,
        "SELECT sign_in_name FROM person JOIN specialist s ON s.person_id = person.id"
        " JOIN proposal ON proposal.specialist_id = s.id WHERE proposal.id = ?",
        proposal,
    )


def state_of(folder, proposal):
    return one(folder, "SELECT state FROM proposal WHERE id = ?", proposal)


def booked_minutes(folder, proposal):
    return one(
        folder,
        "SELECT sum(minutes) FROM allocation_week JOIN proposal USING (allocation_id)"
        " WHERE proposal.id = ?",
        proposal,
    )
