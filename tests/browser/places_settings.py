"""What a carer sets for themselves."""

from playwright.sync_api import expect

from tests.browser.screen import Screen
from tests.factories.clients import Phone

WHO = "carer4"
PAGES = {
    "settings-profile": "Your name and clock",
    "settings-calls": "Calls to this phone",
    "settings-lock": "Lock",
    "settings-factors": "Signing in",
    "settings-sign-ins": "Where you are signed in",
    "settings-care-team": "Your care team",
    "settings-standing": "Decisions and reports",
    "settings-data": "Your data",
}


def furnish(url: str) -> None:
    """A professional is named."""
    code = Phone(url, "professional").sign_in().post("/invites", role="carer")["code"]
    Phone(url, WHO).sign_in().post("/me/care-team", invite_code=code)


def open_settings(here: Screen, title: str) -> Screen:
    here.button("Settings").click()
    here.page.locator(".row", has=here.page.get_by_text(title, exact=True)).click()
    here.sees_heading(title)
    expect(here.page.get_by_text("One moment.")).to_have_count(0)
    return here


def _locked(here: Screen) -> None:
    open_settings(here, "Lock")
    here.page.get_by_label("PIN", exact=True).fill("2846")
    here.page.get_by_label("The PIN once more").fill("2846")
    here.button("Set the lock").click()
    here.button("Lock now").click()
    here.sees_heading("Locked")


PLACES = {name: (lambda here, title=title: open_settings(here, title)) for name, title in PAGES.items()} | {
    "locked": _locked
}
