"""Asking for somebody, before and after. Whoever is called sees it too, so it is taken back."""

from tests.browser.screen import Screen

WHO = "carer5"


def open_alert(here: Screen) -> Screen:
    here.button("Help now").click()
    here.button("Ask somebody of the service to come").click()
    here.sees_heading("Ask for somebody")
    here.button("Call somebody now").or_(here.button("Ask again")).wait_for()
    return here


def _taken_back(here: Screen) -> None:
    open_alert(here)
    if here.button("Ask again").count():
        here.button("Ask again").click()
    here.page.get_by_label("Me", exact=True).check()
    here.button("Call somebody now").click()
    here.button("I do not need anybody any more").click()
    here.page.get_by_role("heading", name="Taken back").wait_for()


PLACES = {"alert": open_alert, "alert-taken-back": _taken_back}
