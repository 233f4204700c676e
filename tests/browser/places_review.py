"""The moderator's desk."""

from uuid import uuid4

from tests.browser.screen import Screen
from tests.factories.clients import Phone
from tests.factories.review import decide_about
from tests.factories.rooms import open_room

WHO = "moderator1"


def furnish(url: str) -> None:
    """A case to decide, two adverts, one that is decided and has a loose end, an appeal, and a colleague who is there."""
    people = [Phone(url, name).sign_in() for name in ("coordinator", "carer1", "carer2")]
    room = open_room(*people, name="To be looked at")
    path = f"/conversations/{room.conversation_id}/messages"

    def reported(body: str, reason: str, note: str | None = None) -> str:
        message = people[1].post(path, client_id=uuid4().hex, body=body)["message"]
        people[2].post(f"/messages/{message['id']}/report", reason=reason, note=note)
        return str(message["id"])

    reported("A word that hurts.", "stigma", "It was about my brother.")
    for body in ("A blanket that heals, half the price.", "The same blanket again."):
        reported(body, "spam")
    colleague = Phone(url, "moderator2").sign_in()
    decide_about(colleague, reported("Nothing matters today.", "risk_to_self"), "dismiss")
    wrong = {"person_id": people[1].person["id"], "kind": "warning", "reason": "stigma", "words": "What you wrote hurts."}
    decision = colleague.post("/review/sanctions", **wrong)["sanction"]["decision_id"]
    people[1].post(f"/decisions/{decision}/appeal", words="I quoted a newspaper.")


def _queue(here: Screen) -> None:
    here.button("Review").click()
    here.page.locator(".review-row").first.wait_for()


def _case(here: Screen) -> None:
    _queue(here)
    here.page.locator(".review-row").filter(has_text="Hurtful words").filter(has_text="To be looked at").click()
    here.page.get_by_role("heading", name="Your decision").wait_for()


def _sanction(here: Screen) -> None:
    _case(here)
    here.page.get_by_label("Take it out").check()
    here.page.get_by_label("What follows for them").select_option("read_only")
    here.page.get_by_text("You decide.").wait_for()
    here.page.get_by_label("Look after it again").select_option("3")
    for folded in ("This report was made to harm", "Leave it to others", "Ask for a second opinion"):
        here.page.locator("summary").filter(has_text=folded).click()


def _keys(here: Screen) -> None:
    _case(here)
    here.page.keyboard.press("Alt+Slash")
    here.page.get_by_role("dialog", name="Keys").wait_for()


def _mine(here: Screen) -> None:
    _queue(here)
    here.button("You at the desk").click()
    here.page.get_by_text("In the last 7 days").wait_for()
    here.page.get_by_label("Hard cases only").wait_for()


def _ends(here: Screen) -> None:
    _queue(here)
    here.button("Loose ends").click()
    here.page.locator("summary").first.click()
    here.button("Keep it").first.wait_for()


def _bulk(here: Screen) -> None:
    _queue(here)
    here.button("Adverts").click()
    here.page.get_by_label("All of these").check()
    here.button("Show the words").first.click()
    here.page.get_by_text("blanket").first.wait_for()


def _appeals(here: Screen) -> None:
    _queue(here)
    here.button("Appeals").click()
    here.page.locator(".review-row").first.wait_for()


def _appeal(here: Screen) -> None:
    _appeals(here)
    here.page.locator(".review-row").first.click()
    here.button("Send the answer").wait_for()


PLACES = {
    "review": _queue,
    "review-case": _case,
    "review-sanction": _sanction,
    "review-keys": _keys,
    "review-mine": _mine,
    "review-ends": _ends,
    "review-bulk": _bulk,
    "review-appeals": _appeals,
    "review-appeal": _appeal,
}
