"""Choosing somebody to talk with one-to-one."""

from tests.browser.screen import Screen
from tests.factories.clients import Phone
from tests.factories.rooms import begin

WHO = "carer5"


def open_workers(here: Screen) -> Screen:
    here.button("One-to-one").click()
    here.page.get_by_role("heading", name="Everybody").wait_for()
    here.page.locator(".row").first.wait_for()
    return here


def open_worker(here: Screen) -> Screen:
    open_workers(here).page.locator(".row").filter(has_text="Has a place for you").first.click()
    here.button("Ask this worker").or_(here.button("See how it stands")).wait_for()
    return here


def open_contact(here: Screen) -> Screen:
    open_workers(here).page.locator(".row").filter(has_text="You talk one-to-one").first.click()
    here.button("End this").wait_for()
    return here


def open_talk(here: Screen) -> Screen:
    open_contact(here).button("Open the conversation").click()
    here.page.locator(".between summary").click()
    here.button("Hours, change or end").wait_for()
    return here


def open_notes(here: Screen) -> Screen:
    open_contact(here).button("Notes about your talks").click()
    here.page.get_by_text("Who read it").wait_for()
    return here


def open_seen(here: Screen) -> Screen:
    open_workers(here).button("Who looked at your private conversations").click()
    here.page.get_by_text("Nobody looked.").wait_for()
    return here


def furnish(url: str) -> None:
    carer, worker = Phone(url, WHO).sign_in(), Phone(url, "worker3").sign_in()
    contact = carer.post("/contact-requests", worker_id=worker.person["id"], note=None)["contact"]
    worker.post(f"/contact-requests/{contact['id']}/accept")
    begin(contact, carer, worker)
    talk = carer.get(f"/contact-requests/{contact['id']}")["contact"]["conversation_id"]
    worker.post(f"/conversations/{talk}/notes", body="We talked of nights.")
    other = Phone(url, "worker1").sign_in()
    proposed = {"kind": "handover", "worker_id": other.person["id"], "note": "We spoke of his sleep."}
    transfer = worker.post(f"/contact-requests/{contact['id']}/transfers", **proposed)["transfer"]
    other.post(f"/transfers/{transfer['id']}/accept")


PLACES = {
    "workers": open_workers,
    "worker": open_worker,
    "contact": open_contact,
    "one-to-one": open_talk,
    "notes": open_notes,
    "seen": open_seen,
}
