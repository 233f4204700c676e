"""The moderator's desk."""

from uuid import uuid4

from tests.browser.screen import Screen
from tests.factories.clients import Phone
from tests.factories.rooms import open_room

WHO = "moderator1"


def furnish(url: str) -> None:
    people = [Phone(url, name).sign_in() for name in ("coordinator", "carer1", "carer2")]
    room = open_room(*people, name="To be looked at")
    path = f"/conversations/{room.conversation_id}/messages"
    message = people[1].post(path, client_id=uuid4().hex, body="A word that hurts.")["message"]
    people[2].post(f"/messages/{message['id']}/report", reason="stigma")


def _queue(here: Screen) -> None:
    here.button("Review").click()
    here.page.locator(".review-row").first.wait_for()


def _case(here: Screen) -> None:
    _queue(here)
    here.page.locator(".review-row").filter(has_text="To be looked at").click()
    here.page.get_by_role("heading", name="Your decision").wait_for()


PLACES = {"review": _queue, "review-case": _case}
