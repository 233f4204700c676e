"""The service's desk, as a coordinator sees it."""

from tests.browser.screen import Screen
from tests.factories.clients import Phone
from tests.factories.files import make_pdf

WHO = "coordinator"


def furnish(url: str) -> None:
    """Somebody says that a link of the library is broken."""
    carer = Phone(url, "carer3").sign_in()
    carer.post("/resource-suggestions", words="The page about respite is gone.", url="https://example.org/old")


def open_desk(here: Screen, *names: str) -> Screen:
    """From the first screen to the desk, and on by the buttons of these names."""
    here.button("Service").click()
    here.sees_heading("The service")
    here.page.locator("main[aria-busy]").wait_for(state="detached")  # what is due moves the rest down
    for place, name in enumerate(names):
        among = here.page.locator("button:visible" if place else ".desk-nav button:visible, .narrow-only button:visible")
        among.filter(has=here.page.get_by_text(name, exact=True)).or_(among.filter(has_text=name)).first.click()
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


def _line(here: Screen) -> None:
    open_desk(here, "Helplines", "Lifeline")
    here.button("I checked it today: it is right").wait_for()


def _line_written(here: Screen) -> None:
    open_desk(here, "Helplines", "Add a helpline").page.get_by_label("Name of the line").wait_for()


def _rules(here: Screen) -> None:
    open_desk(here, "Roles and decisions")
    here.sees("What each role is")


def _decide(here: Screen) -> None:
    _rules(here)
    here.page.get_by_role("button", name="Decide: May a worker").click()
    here.page.get_by_label("Why").wait_for()


def _role(here: Screen) -> None:
    _rules(here)
    here.button("Write anew: Supervisor").click()
    here.page.get_by_label("Supervisor Hazel").wait_for()


def _members(here: Screen) -> None:
    open_desk(here, "Groups").page.get_by_role("button", name="People of Parents").click()
    here.page.get_by_text("Facilitator").first.wait_for()


def _member(here: Screen) -> None:
    _members(here)
    here.page.locator("main .row").first.click()
    here.page.locator("main .row", has_text="Remove").wait_for()


def _group(here: Screen) -> None:
    open_desk(here, "Groups").page.get_by_role("button", name="Change Parents").click()
    here.page.get_by_label("Opening hours", exact=True).wait_for()


def _piece(here: Screen) -> None:
    open_desk(here, "Library", "Due to be read again").page.locator("main .row").first.click()
    here.page.get_by_role("heading", name="How it looks").wait_for()


def _piece_written(here: Screen) -> None:
    open_desk(here, "Library", "Write a new piece").page.get_by_label("Text", exact=True).wait_for()


def _piece_file(here: Screen) -> None:
    _piece_written(here)
    here.page.get_by_label("What it is", exact=True).select_option("file")
    made = make_pdf(catalogue=b"/OpenAction << /S /JavaScript /JS (x) >>")
    chosen = {"name": "form.pdf", "mimeType": "application/pdf", "buffer": made}
    here.page.get_by_label("Choose the file").set_input_files([chosen])
    here.page.get_by_text("Programs that would run").wait_for()


def _piece_service(here: Screen) -> None:
    _piece_written(here)
    here.page.get_by_label("What it is", exact=True).select_option("service")
    here.page.get_by_label("Who it is for").scroll_into_view_if_needed()


def _versions(here: Screen) -> None:
    _piece(here)
    here.button("Earlier versions").click()
    here.page.locator("main .row", has_text="Version 1").click()
    here.page.locator("pre").wait_for()


def _answer(here: Screen) -> None:
    open_desk(here, "Library", "Suggestions").button("Answer").first.click()
    here.page.get_by_label("We take it up").wait_for()


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
    "service-lines": lambda here: open_desk(here, "Helplines").page.get_by_text("Never checked").first.wait_for(),
    "service-line": _line,
    "service-line-written": _line_written,
    "service-rules": _rules,
    "service-decide": _decide,
    "service-role": _role,
    "service-groups": lambda here: open_desk(here, "Groups").page.get_by_text("Siblings").first.wait_for(),
    "service-members": _members,
    "service-member": _member,
    "service-group": _group,
    "service-library": lambda here: open_desk(here, "Library").page.get_by_role("heading", name="In the making").wait_for(),
    "service-due": lambda here: open_desk(here, "Library", "Due to be read again").page.get_by_text("by 2").first.wait_for(),
    "service-piece": _piece,
    "service-piece-written": _piece_written,
    "service-piece-file": _piece_file,
    "service-piece-service": _piece_service,
    "service-version": _versions,
    "service-suggestions": lambda here: open_desk(here, "Library", "Suggestions").button("Answer").first.wait_for(),
    "service-answer": _answer,
    "service-reports": lambda here: open_desk(here, "Reports").page.get_by_role("table").first.wait_for(),
    "service-audit": lambda here: open_desk(here, "Audit").page.get_by_text("Coordinator Fern").first.wait_for(),
}
