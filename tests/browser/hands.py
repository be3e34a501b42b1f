"""Two ways to use a page: by mouse, and by keyboard alone."""

from playwright.sync_api import Page

PASSWORD = "fictional-tokyo-2026"
MOST_TABS = 250
MOST_CHOICES = 12


class Mouse:
    """Somebody who points and clicks."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address

    def first(self, selector):
        return self.page.locator(selector).locator("visible=true").first

    def press(self, selector):
        self.first(selector).click()

    def send(self, selector):
        """Press what leads to another page, and wait for that page."""
        with self.page.expect_navigation():
            self.press(selector)

    def type(self, selector, text):
        self.first(selector).fill(text)

    def choose(self, selector):
        self.page.locator(selector).check()

    def pick_first(self, selector):
        self.page.locator(selector).select_option(index=1)

    def go(self, path):
        """Type the address."""
        self.page.goto(self.address + path)


class Keyboard(Mouse):
    """Somebody who has no mouse: Tab, Shift+Tab, Space, Enter, arrows and letters."""

    def reach(self, selector):
        """Tab until the wanted part has the focus; back by Shift+Tab when it lies behind."""
        wanted = self.first(selector)
        wanted.wait_for()
        key = "Shift+Tab" if wanted.evaluate(LIES_BEHIND) else "Tab"
        for _ in range(MOST_TABS):
            if wanted.evaluate("e => e === document.activeElement"):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{key} does not reach {selector}")

    def press(self, selector):
        self.reach(selector)
        self.page.keyboard.press("Enter")

    def type(self, selector, text):
        self.reach(selector)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, selector):
        """Tab enters a group of radio buttons once, at the chosen or the first one."""
        wanted = self.page.locator(selector)
        if wanted.get_attribute("type") == "checkbox":
            self.reach(selector)
            if not wanted.is_checked():
                self.page.keyboard.press("Space")
        else:
            self.choose_one(wanted)
        assert wanted.is_checked(), f"the keys do not choose {selector}"

    def choose_one(self, wanted):
        group = f"input[type=radio][name='{wanted.get_attribute('name')}']"
        chosen = f"{group}:checked"
        self.reach(chosen if self.page.locator(chosen).count() else group)
        for _ in range(MOST_CHOICES):
            if wanted.evaluate("e => e === document.activeElement"):
                self.page.keyboard.press("Space")
                return
            self.page.keyboard.press("ArrowDown")

    def pick_first(self, selector):
        """The arrow changes a closed list at once, as it does on the Windows of a town hall."""
        self.reach(selector)
        self.page.keyboard.press("Home")
        self.page.keyboard.press("ArrowDown")
        picked = self.page.locator(selector)
        assert picked.evaluate("e => e.selectedIndex") == 1, f"nothing is picked in {selector}"


LIES_BEHIND = (
    "e => !!(e.compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_FOLLOWING)"
)


def sign_in(hand, name):
    """At the door, as anybody does it; the field of the name is the first."""
    hand.page.context.clear_cookies(name="talentshare")
    hand.go("/sign-in")
    fill_in_the_door(hand, name)


def fill_in_the_door(hand, name):
    hand.type("#sign_in_name", name)
    hand.type("#password", PASSWORD)
    with hand.page.expect_navigation():
        hand.page.keyboard.press("Enter")
    hand.page.wait_for_url(lambda url: "/sign-in" not in url)
