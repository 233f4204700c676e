"""The library's screens: its front, what was found, a page, what one kept, and saying that something is wrong."""

from tests.browser.screen import Screen
from tests.factories.clients import Phone

WHO = "carer4"
PIECE = "respite-and-how-to-ask"


def furnish(url: str) -> None:
    reader = Phone(url, WHO).sign_in()
    reader.put(f"/me/bookmarks/{PIECE}")
    reader.put("/me/bookmarks/story-a-sister")
    reader.post("/resource-suggestions", words="How to pay for respite.")


def _front(here: Screen) -> None:
    here.button("Library").click()
    here.page.get_by_role("heading", name="First steps").wait_for()
    here.page.get_by_role("heading", name="By subject").wait_for()


def _found(here: Screen) -> None:
    here.button("Library").click()
    here.page.get_by_label("What are you looking for?").fill("a break from caring")
    here.button("Search").click()
    here.page.locator("mark").first.wait_for()
    here.page.get_by_text("Show only some").click()


def _piece(here: Screen) -> None:
    _found(here)
    here.page.locator(".piece-row").filter(has_text="Respite").first.click()
    here.button("Kept").wait_for()


def _bookmarks(here: Screen) -> None:
    here.button("Library").click()
    here.button("Bookmarks").click()
    here.page.locator(".piece-row").nth(1).wait_for()


def _report(here: Screen) -> None:
    _piece(here)
    here.button("Something is wrong with this page").click()
    here.page.get_by_label("A link does not work").wait_for()


def _suggest(here: Screen) -> None:
    here.button("Library").click()
    here.button("Suggest a page").click()
    here.page.get_by_label("What should be here?").wait_for()


def _suggestions(here: Screen) -> None:
    here.button("Library").click()
    here.button("What you told the library").click()
    here.page.get_by_text("How to pay for respite.").wait_for()


PLACES = {
    "library": _front,
    "library-found": _found,
    "library-page": _piece,
    "library-bookmarks": _bookmarks,
    "library-report": _report,
    "library-suggest": _suggest,
    "library-suggestions": _suggestions,
}
