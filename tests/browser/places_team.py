"""The desk as a supervisor sees it: looking after the team."""

from datetime import timedelta

from models.clock import clock, utc_text
from tests.browser.places_service import open_desk
from tests.browser.screen import Screen
from tests.factories.clients import Phone

WHO = "supervisor"


def furnish(url: str) -> None:
    """A worker who would like to talk, whom this supervisor supervises and meets today, and who shared how they are."""
    coordinator, supervisor, worker = (Phone(url, name).sign_in() for name in ("coordinator", "supervisor", "worker2"))
    coordinator.put(f"/people/{worker.person['id']}/supervisor", supervisor_id=supervisor.person["id"])
    worker.post("/debriefs", wish="soon", words="The call on Sunday stays with me.")
    made = worker.post("/me/check-ins", rested=2, coping=3, supported=4, words="Long week.", share=True)
    assert made["check_in"]["shared"]
    soon = utc_text(clock.now() + timedelta(minutes=5))
    supervisor.post("/supervision/sessions", worker_id=worker.person["id"], planned_at=soon)


def open_team(here: Screen, *names: str) -> Screen:
    open_desk(here, "The team")
    here.sees("Would like to talk")
    for name in names:
        here.page.locator("main .row, main button").filter(has_text=name).first.click()
    return here


def _hold(here: Screen) -> None:
    open_team(here, "Sessions").page.get_by_role("button", name="We have met").first.click()
    here.page.get_by_label("A note for both of you").wait_for()


def _plan(here: Screen) -> None:
    open_team(here, "Sessions", "Plan a session").page.get_by_label("With whom").wait_for()


def _figures(here: Screen) -> None:
    here.button("Review").click()
    here.button("Figures").click()
    here.page.get_by_role("heading", name="What it asks of moderators").wait_for()
    here.page.get_by_text("In the last 28 days").first.wait_for()


PLACES = {
    "review-figures": _figures,
    "team": lambda here: open_team(here).button("I will talk with Maple").wait_for(),
    "team-alerts": lambda here: open_team(here, "Crisis calls").page.get_by_label("Which").wait_for(),
    "team-concerns": lambda here: open_team(here, "Worries").page.get_by_text("Nothing of the kind").wait_for(),
    "team-sessions": lambda here: open_team(here, "Sessions").page.get_by_text("Planned").first.wait_for(),
    "team-hold": _hold,
    "team-plan": _plan,
    "team-shared": lambda here: open_team(here, "Shared with you").page.get_by_text("Long week").wait_for(),
    "team-loads": lambda here: open_team(here, "Workloads").page.get_by_text("Hours this week").first.wait_for(),
}
