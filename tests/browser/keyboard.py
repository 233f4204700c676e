"""Somebody without a mouse at the web client: where the focus is, and the way to what they want."""

from playwright.sync_api import Locator, expect

from tests.browser.screen import Screen
from tests.factories.clients import PASSWORD

MOST_TABS = 80
# Whether what has the focus can be seen to have it. The title of a screen is read out, and needs no frame.
SEEN = (
    "one => one.tagName === 'H1' || (one.matches(':focus-visible') && parseFloat(getComputedStyle(one).outlineWidth) >= 2)"
)


class Keyboard:
    def __init__(self, here: Screen) -> None:
        self.page = here.page
        self.press, self.type = here.page.keyboard.press, here.page.keyboard.type

    def at(self, wanted: Locator) -> None:
        """The focus is there, to be seen."""
        expect(wanted).to_be_focused()
        assert wanted.evaluate(SEEN)

    def tab_to(self, wanted: Locator) -> None:
        wanted.wait_for()
        for _ in range(MOST_TABS):
            if wanted.evaluate("one => one === document.activeElement"):
                return self.at(wanted)
            self.press("Tab")
        raise AssertionError(f"Tab never reached {wanted}")

    def enter(self, wanted: Locator) -> None:
        self.tab_to(wanted)
        self.press("Enter")

    def write(self, label: str, words: str) -> None:
        self.tab_to(self.page.get_by_label(label))
        self.type(words)

    def is_on(self, title: str) -> None:
        """The screen called so has just come, and a screen reader reads it out."""
        self.at(self.page.get_by_role("heading", name=title, exact=True, level=1))

    def sign_in(self, name: str) -> None:
        self.write("E-mail address", f"{name}@demo.test")
        self.write("Password", PASSWORD)
        self.press("Enter")
        self.page.get_by_role("heading", name="Conversations", exact=True, level=1).wait_for()
