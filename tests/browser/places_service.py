"""The service's desk, as a coordinator sees it."""

from tests.browser.screen import Screen

WHO = "coordinator"


def open_desk(here: Screen, *names: str) -> Screen:
    """From the first screen to the desk, and on by the buttons of these names."""
    here.button("Service").click()
    here.sees_heading("The service")
    for name in names:
        here.page.locator("button:visible").filter(has=here.page.get_by_text(name, exact=True)).or_(
            here.page.locator("button:visible", has_text=name)
        ).first.click()
    return here


def _start(here: Screen) -> None:
    open_desk(here)
    here.sees("gap in the rota")


def _week(here: Screen) -> None:
    open_desk(here, "Rota").page.locator(".week").wait_for()
    if not here.page.locator(".gap").count():
        here.button("Later").click()
    here.page.locator(".gap").first.wait_for()


def _gap(here: Screen) -> None:
    _week(here)
    here.page.locator(".gap").first.click()
    here.page.get_by_role("heading", name="Who could be on").wait_for()


def _month(here: Screen) -> None:
    open_desk(here, "Rota", "Month").page.locator(".month").wait_for()


def _away(here: Screen) -> None:
    open_desk(here, "Rota", "Somebody is away").page.get_by_label("Away from").wait_for()


def _person(here: Screen) -> None:
    open_desk(here, "People", "Rowan")
    here.sees("Nobody supervises them yet")


def _suspend(here: Screen) -> None:
    open_desk(here, "People", "Heron", "Suspend").page.get_by_label("Why").wait_for()


def _invited(here: Screen) -> None:
    open_desk(here, "Invites", "Make an invite").page.get_by_label("Last day").wait_for()
    here.button("Make an invite").click()
    here.sees_heading("The invite is ready")


def _invites(here: Screen) -> None:
    open_desk(here, "Invites").page.get_by_text("Take back").first.wait_for()


PLACES = {
    "service": _start,
    "service-week": _week,
    "service-gap": _gap,
    "service-month": _month,
    "service-away": _away,
    "service-people": lambda here: open_desk(here, "People").page.get_by_text("Rowan").wait_for(),
    "service-person": _person,
    "service-suspend": _suspend,
    "service-invited": _invited,
    "service-invites": _invites,
}
