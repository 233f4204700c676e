"""The library's screens: its front, what was found, a page, what one kept, and saying that something is wrong."""

from tests.browser.screen import Screen
from tests.factories.clients import Phone
from tests.factories.files import make_mp3

WHO = "carer4"
PIECE = "respite-and-how-to-ask"
RECORDING = "a-minute-of-breathing"


def furnish(url: str) -> None:
    reader = Phone(url, WHO).sign_in()
    reader.put(f"/me/bookmarks/{PIECE}")
    reader.put("/me/bookmarks/story-a-sister")
    reader.post("/resource-suggestions", words="How to pay for respite.")
    worker, *readers = (Phone(url, name).sign_in() for name in ("worker1", "worker2", "supervisor"))
    sound = worker.upload("/resource-files", make_mp3(3_000), "audio/mpeg")
    worker.post(
        "/resources",
        slug=RECORDING,
        kind="file",
        language="en",
        title="A minute of breathing",
        summary="To come down when it is all too much.",
        body="Listen to it in a quiet place, or read it.",
        categories=["self_care"],
        authors=[{"name": "Carer Peer Worker Wren", "role": "lived_experience_author"}],
        licence="CC BY 4.0",
        file={"id": sound["id"], "transcript": "Breathe in, slowly.\n\nAnd out."},
    )
    worker.post(f"/resources/{RECORDING}/submit", version=1)
    for one in readers:
        one.post(f"/resources/{RECORDING}/review", version=1, agreed=True)


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


def _recording(here: Screen) -> None:
    here.button("Library").click()
    here.page.get_by_label("What are you looking for?").fill("a minute of breathing")
    here.button("Search").click()
    here.page.locator(".piece-row").filter(has_text="A minute of breathing").click()
    here.page.get_by_role("button", name="Listen").click()
    here.page.locator("audio").wait_for()
    here.page.get_by_text("Read what is said").click()


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
    here.button("What you told us").click()
    here.page.get_by_text("How to pay for respite.").wait_for()


PLACES = {
    "library": _front,
    "library-found": _found,
    "library-page": _piece,
    "library-recording": _recording,
    "library-bookmarks": _bookmarks,
    "library-report": _report,
    "library-suggest": _suggest,
    "library-suggestions": _suggestions,
}
