"""The main flow by keyboard: each page can be walked, seen and left; errors take the focus."""

import pytest
from playwright.sync_api import expect

from tests.browser.hands import MOST_TABS, Keyboard, sign_in
from tests.browser.test_main_job import NEXT, PRIMARY, move, write_need
from tests.faults.house import times

pytestmark = pytest.mark.browser

STEPS = ("worry", "wish", "kind", "role", "time", "place", "data", "closing")
OFFERING = "details[name=offer]"
# What Tab should reach: of radio buttons one a group, of what is folded away nothing.
STOPS = """() => {
  const seen = new Set();
  return [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')]
    .filter(e => e.tabIndex >= 0 && !e.disabled && e.type !== 'hidden' && e.checkVisibility())
    .filter(e => {
      if (e.type !== 'radio') return true;
      const isFirst = !seen.has(e.name);
      seen.add(e.name);
      return isFirst;
    }).length;
}"""
# Where the focus is, whether it can be seen there, and whether it came after the stop before.
STOP = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const box = (e.getClientRects()[0] ?? e.getBoundingClientRect());
  const style = getComputedStyle(e);
  const x = box.left + box.width / 2, y = box.top + box.height / 2;
  const top = document.elementFromPoint(x, y);
  const before = window.stopBefore;
  if (before && e === window.firstStop) return null;  // from the last stop the browser begins anew
  window.firstStop ??= e;
  window.stopBefore = e;
  return {
    name: `${e.tagName} ${e.id || e.getAttribute('href') || e.textContent.trim().slice(0, 30)}`,
    ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    size: box.width > 0 && box.height > 0,
    there: x >= 0 && x <= innerWidth && y >= 0 && y <= innerHeight,
    onTop: !!top && (e.contains(top) || top.contains(e)),
    later: !before || !!(before.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING),
  };
}"""


def walk(page):
    """Tab through the whole page and out of it: nothing hidden, out of order, left out, a trap."""
    page.evaluate(
        "window.stopBefore = window.firstStop = null; document.activeElement.blur(); scrollTo(0, 0)"
    )
    expected, count = page.evaluate(STOPS), 0
    where = page.url
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None:
            break
        count += 1
        for claim in ("ring", "size", "there", "onTop", "later"):
            assert stop[claim], (where, claim, stop["name"])
    else:
        raise AssertionError(f"{where} cannot be left by Tab")
    assert count == expected, (where, count, expected)
    for _ in range(3):  # over the edge of the page, where the browser's own parts may lie
        page.keyboard.press("Shift+Tab")
    came_back = page.evaluate("document.activeElement !== document.body")
    assert came_back, f"no way back into {where}"


def skips(page):
    """The first stop leads past the menu to the page's own part."""
    page.reload()
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    expect(page.locator("a.skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)"), (
        page.url
    )


def errs(page, button):
    """After a refused press the summary has the focus, and its first link leads into the field."""
    hand = Keyboard(page, "")
    with page.expect_navigation():
        hand.press(button)
    expect(page.locator("#error-summary")).to_be_focused()
    expect(page.locator("#error-summary h2")).to_be_in_viewport()
    page.keyboard.press("Tab")
    link = page.locator("#error-summary a").first
    expect(link).to_be_focused()
    field = link.get_attribute("href")
    page.keyboard.press("Enter")
    expect(page.locator(field)).to_be_focused()


def folds(page, summary):
    """Opened by Enter and closed by Space; what is inside is reached by Tab."""
    hand = Keyboard(page, "")
    hand.reach(summary)
    details = page.locator(summary).first.locator("xpath=..")
    page.keyboard.press("Enter")
    expect(details).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    assert details.evaluate("e => e.contains(document.activeElement)"), summary
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    expect(details).not_to_have_attribute("open", "")


WAYS = [("ja", 1440), ("en", 390)][: times(1, 2)]


@pytest.mark.parametrize(("language", "width"), WAYS)
def test_the_main_flow_is_walked_by_keyboard(served, new_page, sign_in_names, language, width):
    address, _folder = served
    page = new_page(language, width)
    page.emulate_media(reduced_motion="reduce")  # where the focus is, is seen at once
    hand = Keyboard(page, address)
    hand.go(f"/language/{language}?next=/help")
    sign_in(hand, sign_in_names["officer"])
    walk_the_questions(hand)
    number = write_need(hand)
    walk(page)
    sign_in(hand, sign_in_names["manager"])
    hand.go(f"/requests/{number}/endorse")
    walk(page)
    move(hand, number, "endorse")
    sign_in(hand, sign_in_names["coordinator"])
    walk_the_desk(hand, number)
    assert page.complaints == []


def walk_the_questions(hand):
    """An officer begins; each question is walked, and one is answered wrongly."""
    page = hand.page
    for path in ("/", "/requests", "/requests/new"):
        hand.go(path)
        walk(page)
    folds(page, "main details > summary")
    folds(page, "details.account > summary")
    skips(page)
    with page.expect_navigation():
        hand.press(PRIMARY)
    draft = page.url.split("/edit/")[0].removeprefix(hand.address)
    for step in STEPS:
        hand.go(f"{draft}/edit/{step}")
        walk(page)
    hand.go(f"{draft}/edit/kind")
    skips(page)
    errs(page, NEXT)
    hand.go(f"{draft}/check")
    walk(page)


def walk_the_desk(hand, number):
    """A coordinator accepts it, settles what is left and proposes somebody."""
    page = hand.page
    hand.go("/desk")
    walk(page)
    hand.go(f"/requests/{number}")
    walk(page)
    move(hand, number, "receive")
    gap = page.locator("main .notice--care li a").first
    expect(gap).to_be_visible()  # it says at the top what is left
    walk(page)
    with page.expect_navigation():
        hand.press("main .notice--care li a")
    expect(page.locator("#basis_codes-0")).to_be_in_viewport()
    hand.go(f"/requests/{number}/edit/basis")
    walk(page)
    hand.choose("#basis_codes-0")
    hand.send(NEXT)
    expect(page.locator("main .notice--care li a")).to_have_count(0)
    hand.go(f"/requests/{number}/open")
    walk(page)
    move(hand, number, "open")
    hand.go(f"/requests/{number}/candidates")
    walk(page)
    skips(page)
    hand.press(f"{OFFERING} > summary")
    errs(page, "details[open] .btn--primary")
    hand.type("details[open] input[name=reason], main [name=reason]", "必須条件を満たすため")
    with page.expect_navigation():
        hand.press("details[open] .btn--primary, main form .btn--primary")
    page.wait_for_url(lambda url: "/proposals/" in url and not url.endswith("/new"))
    walk(page)
    skips(page)
