"""What lies over a conversation, and finding again what was written there."""

from uuid import uuid4

from tests.browser.screen import PATIENCE_MS, Screen
from tests.factories.clients import Phone
from tests.factories.photos import make_picture
from tests.factories.rooms import open_room
from tests.factories.waiting import ask_until

WHO = "carer3"
TITLE = "Thursday walks"
TALK = (
    ("worker1", "Good evening, all. Tell us how your week was, if you like."),
    ("carer2", "We walked to the river. He laughed, for the first time in months."),
)


def furnish(url: str) -> None:
    """A group with photos, signs of support, and a message of one's own."""
    people = {name: Phone(url, name).sign_in() for name in ("coordinator", WHO, "carer2", "worker1")}
    members = [people[name] for name in (WHO, "carer2", "worker1")]
    words = "For everybody who cares for somebody and likes to walk."
    room = open_room(people["coordinator"], *members, name=TITLE, description=words, photos=True)
    path = f"/conversations/{room.conversation_id}"
    sent = {name: people[name].post(f"{path}/messages", client_id=uuid4().hex, body=body)["message"] for name, body in TALK}
    photo = people[WHO].upload(f"{path}/photos", make_picture((600, 400)))
    own = people[WHO].post(
        f"{path}/messages",
        client_id=uuid4().hex,
        body="The river, this morning. Thank you for asking.",
        reply_to=sent["worker1"]["id"],
        photos=[{"id": photo["id"], "description": "A bench by the water"}],
    )["message"]
    for name, sign in (("carer2", "heart"), ("worker1", "heart"), (WHO, "candle")):
        people[name].put(f"/messages/{own['id']}/reactions/{sign}")


def _enter(here: Screen) -> None:
    here.enter(TITLE)
    _scroll_to_photo(here)


def _scroll_to_photo(here: Screen) -> None:
    """A question may stand below it; and what is drawn late at the end takes whoever reads the end along, once or twice."""
    photo = here.message("this morning").locator(".thumb")

    def shown() -> int:
        photo.scroll_into_view_if_needed()
        return photo.locator("img[src^=blob]").count()

    ask_until(shown, bool, within=PATIENCE_MS / 1000)


def menu(here: Screen, body: str) -> None:
    here.message(body).get_by_role("button", name="More about the message").click()
    here.page.get_by_role("dialog").get_by_role("heading", level=2).wait_for()


def _menu(here: Screen) -> None:
    _enter(here)
    menu(here, "to the river")
    here.page.get_by_role("group", name="A sign of support").wait_for()


def _report(here: Screen) -> None:
    _menu(here)
    here.button("Report this message").click()
    here.page.get_by_label("Something else").check()


def _thanks(here: Screen) -> None:
    _menu(here)
    here.button("Report this message").click()
    here.page.get_by_label("Somebody may hurt themselves").check()
    here.button("Send the report").click()
    here.page.get_by_role("link", name="Call 000").first.wait_for()


def _change(here: Screen) -> None:
    _enter(here)
    menu(here, "this morning")
    here.button("Change this message").click()
    here.page.get_by_label("Your words").fill("The river. My number is 0412 345 678")
    here.button("Save").click()
    here.button("Change it anyway").wait_for()


def _take_back(here: Screen) -> None:
    _enter(here)
    menu(here, "this morning")
    here.button("Take this message back").click()
    here.button("Keep it").wait_for()


def _picture(here: Screen) -> None:
    _enter(here)
    here.message("this morning").get_by_role("button", name="Photo: A bench").click()
    here.page.locator(".picture").wait_for()


def _about(here: Screen) -> None:
    here.enter(TITLE)
    here.button(TITLE).click()
    here.button("Leave this group").wait_for()


def _role(here: Screen) -> None:
    _about(here)
    here.page.get_by_role("button", name="What “Carer peer worker” means").click()
    here.page.get_by_role("heading", name="What they do", exact=True).wait_for()


def _choosing(here: Screen) -> None:
    _enter(here)
    picture = {"name": "walk.png", "mimeType": "image/png", "buffer": make_picture((400, 300), kind="PNG")}
    here.page.get_by_label("Add a photo").set_input_files([picture])
    here.page.get_by_label("What is in it?").wait_for()


def _search(here: Screen) -> None:
    here.button("Search").click()
    here.page.get_by_label("Search in all your conversations").fill("river")
    here.button("Search").click()
    here.page.get_by_role("button", name="We walked to the river").wait_for()


def _question(here: Screen) -> None:
    here.enter(TITLE)
    here.write("I want to kill myself")
    here.button("Fold this").click()
    here.button("Not now").wait_for()


PLACES = {
    "chat-signs": _enter,
    "chat-menu": _menu,
    "chat-change": _change,
    "chat-take-back": _take_back,
    "chat-report": _report,
    "chat-report-thanks": _thanks,
    "chat-photo": _picture,
    "chat-photo-chosen": _choosing,
    "chat-about": _about,
    "chat-role": _role,
    "chat-search": _search,
    "chat-question": _question,  # last: it leaves something behind
}
