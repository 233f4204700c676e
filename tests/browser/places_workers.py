"""Choosing somebody to talk with one-to-one."""

from tests.browser.screen import Screen

WHO = "carer5"


def open_workers(here: Screen) -> Screen:
    here.button("One-to-one").click()
    here.page.get_by_role("heading", name="Everybody").wait_for()
    here.page.locator(".row").first.wait_for()
    return here


def open_worker(here: Screen) -> Screen:
    open_workers(here).page.locator(".row").first.click()
    here.button("Ask this worker").or_(here.button("See how it stands")).wait_for()
    return here


PLACES = {"workers": open_workers, "worker": open_worker}
