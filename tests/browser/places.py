"""Every screen of the client, each with what can be on it, for what looks at all of them.

A part of the client that is loaded later names its screens in a file of its own, `places_<part>.py`: `WHO` looks at them,
`PLACES` leads from the first screen to each, and `furnish(url)`, where there is one, puts something on them first.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any
from uuid import uuid4

from playwright.sync_api import Browser, expect

from tests.browser import (
    places_alert,
    places_chat,
    places_library,
    places_planning,
    places_review,
    places_service,
    places_settings,
    places_team,
    places_work,
    places_workers,
)
from tests.browser.screen import Screen
from tests.factories.clients import Phone
from tests.factories.rooms import open_room

PARTS: tuple[ModuleType, ...] = (
    places_alert,
    places_chat,
    places_library,
    places_planning,
    places_review,
    places_settings,
    places_work,
    places_service,
    places_team,
    places_workers,
)

Go = Callable[[Screen], Any]

TALK = (
    ("carer2", "We had a hard week. My son does not sleep and neither do I.", None),
    ("worker1", "Thank you for telling us. What has helped you through nights like that before?", None),
    ("consumerpeer", "When I was unwell, a lamp left on in the hall said: somebody is there.", None),
    ("carer2", "It was the third time this year that we had to call.", "hospital"),
)


def _sign_up(here: Screen) -> None:
    here.button("Join with an invite").click()
    here.page.get_by_label("The name others see").wait_for()


def _crisis(here: Screen) -> None:
    here.button("Help now").click()
    here.page.get_by_role("link", name="Call 000").wait_for()


def _settings(here: Screen) -> None:
    here.button("Settings").click()
    here.button("Sign out").wait_for()


def _chat(here: Screen) -> None:
    here.enter("An evening")
    here.message("a lamp left on").wait_for()


def _advice(here: Screen) -> None:
    _chat(here)
    here.write("Call me on 0412 345 678")
    here.button("Send anyway").first.wait_for()


def _support(here: Screen) -> None:
    _chat(here)
    here.write("I want to kill myself")
    here.page.get_by_role("alert", name="You do not have to carry this alone").wait_for()


def _held(here: Screen) -> None:
    here.enter("Looked at first")
    here.write("May I join in?")
    here.page.get_by_text("Waiting to be looked at").first.wait_for()


SIGNED_OUT: dict[str, Go] = {"sign-in": lambda here: here.button("Sign in").wait_for(), "sign-up": _sign_up}
SIGNED_IN: dict[str, Go] = {
    "conversations": lambda here: here.sees_heading("Conversations"),
    "chat": _chat,
    "advice": _advice,
    "held": _held,
    "crisis": _crisis,
    "settings": _settings,
    "support": _support,  # last: an answer like that leaves a question behind
}


def furnish(url: str) -> Phone:
    """Two groups with something in them, and what the later parts show; returns the carer who looks at them."""
    people = {name: Phone(url, name).sign_in() for name in ("coordinator", "carer1", "carer2", "worker1")}
    people["consumerpeer"] = Phone(url, "consumerpeer").sign_in()
    everybody = [people["carer1"], people["carer2"], people["worker1"]]
    evening = open_room(people["coordinator"], *everybody, name="An evening")
    evening.admit(people["consumerpeer"], standing="guest")
    open_room(people["coordinator"], people["carer1"], name="Looked at first", moderation="before")
    for name, body, warning in TALK:
        path = f"/conversations/{evening.conversation_id}/messages"
        people[name].post(path, client_id=uuid4().hex, body=body, content_warning=warning, acknowledged_advice=True)
    for part in PARTS:
        if hasattr(part, "furnish"):
            part.furnish(url)
    return people["carer1"]


@contextmanager
def tab(browser: Browser, url: str, carer: Phone | None, **options: Any) -> Iterator[Screen]:
    here = Screen(browser, url, as_=carer, **options).open()
    try:
        yield here
    finally:
        here.close()


def places(browser: Browser, url: str, carer: Phone, **options: Any) -> Iterator[tuple[str, Screen]]:
    """Each screen by its name, as it stands when somebody looks at it."""
    later = [(Phone(url, part.WHO).sign_in(), part.PLACES) for part in PARTS]
    for whose, known in ((None, SIGNED_OUT), (carer, SIGNED_IN), *later):
        with tab(browser, url, whose, **options) as here:
            for number, (name, go) in enumerate(known.items()):
                if number:
                    here.page.goto(url)
                go(here)
                expect(here.page.get_by_text("One moment.", exact=True)).to_have_count(0)  # all that is still on its way
                yield name, here
