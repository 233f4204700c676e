"""A peer worker's own part."""

from tests.browser.screen import Screen
from tests.factories.clients import Phone

WHO = "worker1"
PAGES = {
    "work-hours": "Hours and pause",
    "work-shifts": "Shifts",
    "work-diary": "Diary",
    "work-talk": "Talk about it",
}


def open_work(here: Screen, title: str | None = None) -> Screen:
    here.button("My work").click()
    here.sees_heading("My work")
    here.page.get_by_role("heading", name="What you carry").wait_for()
    if title:
        here.page.locator(".row", has=here.page.get_by_text(title, exact=True)).click()
        here.sees_heading(title)
        here.page.locator("main button").first.wait_for()
    return here


def furnish(url: str) -> None:
    carer, worker = Phone(url, "carer3").sign_in(), Phone(url, "worker1").sign_in()
    carer.post("/contact-requests", worker_id=worker.person["id"], note="My sister was in hospital in May.")
    worker.post("/me/diary", happened="We talked about nights.", helped="Silence.", mattered=None)


PLACES = {"work": open_work} | {name: (lambda here, title=title: open_work(here, title)) for name, title in PAGES.items()}
