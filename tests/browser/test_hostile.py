"""Nothing that a person wrote is run, wherever others read it: a carer who writes nothing but attacks, and who sees them."""

import pytest
from playwright.sync_api import expect

from tests.browser.screen import PATIENCE_MS, Screen
from tests.factories.clients import Phone, Refused
from tests.factories.review import case_about
from tests.factories.rooms import begin, open_room
from tests.factories.waiting import ask_until

WIDE = {"width": 1280, "height": 800}
CALLED, DRAWN = "<img src=x onerror=alert(1)>", "<svg/onload=alert(2)>"
SCRIPT = "<script>alert(3)</script>"
LINKS = '[x](javascript:alert(4)) javascript:alert(4) <a href="javascript:alert(4)">x</a>'
TEMPLATES = "${alert(5)} {{constructor.constructor('alert(5)')()}}"
HIDDEN = 'a\u200bb\u200d\ufeffc "><iframe srcdoc="<script>parent.alert(6)</script>">'
EVERYTHING = f"{CALLED} {DRAWN} {SCRIPT} {LINKS} {TEMPLATES} {HIDDEN}"
MADE = "[src='x'], [onload], [onerror], script:not([src]), iframe, a[href^='javascript' i]"


def shows(here: Screen, *words: str) -> None:
    """As words, and nothing came of them."""
    for one in words:
        expect(here.page.locator("main, .notice, header").filter(has_text=one).first).to_be_visible()
    assert here.page.locator(MADE).count() == 0
    assert here.page.title() == "Hearth"
    assert here.errors == []  # a dialog would be among them


@pytest.fixture
def integrated(server):
    """Notes may be shared with a care team."""
    coordinator = Phone(server.url, "coordinator").sign_in()

    def decide(value):
        now = next(one for one in coordinator.get("/decisions")["items"] if one["name"] == "team_model")
        coordinator.put("/decisions/team_model", value=value, reason=EVERYTHING, version=now["version"])

    decide("integrated")
    yield
    decide("complementary")


@pytest.mark.usefixtures("integrated")
def test_a_carer_names_a_professional_shares_a_note_and_goes_to_another_worker_and_nothing_of_it_is_run(
    server, browser, newcomer
):
    carer = newcomer("attacker", called=CALLED)
    worker, other, professional = (Phone(server.url, name).sign_in() for name in ("worker1", "worker3", "professional"))
    named = professional.person["display_name"]
    contact = carer.post("/contact-requests", worker_id=worker.person["id"], note=EVERYTHING)["contact"]

    there = Screen(browser, server.url, as_=worker).open()
    there.button("My work").click()
    shows(there, EVERYTHING, CALLED)
    talk = worker.post(f"/contact-requests/{contact['id']}/accept")["contact"]["conversation_id"]
    begin(contact, carer, worker)
    worker.post(f"/conversations/{talk}/notes", body=EVERYTHING, acknowledged_advice=True)

    here = Screen(browser, server.url, as_=carer).open()
    here.button("One-to-one").click()
    here.page.locator(".row").filter(has_text="You talk one-to-one").click()
    here.button("Notes about your talks").click()
    shows(here, EVERYTHING)
    here.button("To share it, name your care team").click()
    here.page.get_by_label("Their code").fill("nobody's code")
    here.button("Add to my care team").click()
    here.sees("This code cannot be used")
    here.page.get_by_label("Their code").fill(professional.post("/invites", role="carer")["code"])
    here.button("Add to my care team").click()
    here.sees(f"{named} is on your care team")
    here.button("Back").click()
    here.page.get_by_text("Share with the care team").click()
    here.page.get_by_role("button", name=named).click()
    here.button("I agree to share it").click()
    here.sees("Shared with:")
    (shared,) = professional.get("/notes")["items"]
    assert professional.get(f"/notes/{shared['id']}")["note"]["body"] == EVERYTHING

    proposed = {"kind": "handover", "worker_id": other.person["id"], "note": EVERYTHING}
    transfer = worker.post(f"/contact-requests/{contact['id']}/transfers", **proposed)["transfer"]
    other.post(f"/transfers/{transfer['id']}/accept")
    here.page.go_back()
    here.button("One-to-one").click()
    shows(here, EVERYTHING)
    here.button("Yes, with the note").click()
    now = f"/transfers/{transfer['id']}"
    done = ask_until(lambda: other.get(now)["transfer"], lambda one: one["state"] == "done", within=PATIENCE_MS / 1000)
    assert done["note"] == EVERYTHING
    here.button("Settings").click()
    here.page.locator(".row").filter(has_text="Your care team").click()
    here.button("Take off the list").click()
    here.sees("are closed to them at once")
    here.button("Take off the list").click()
    here.sees("You have named nobody yet.")
    assert professional.get("/notes")["items"] == []
    shows(here)
    shows(there)
    for one in (here, there):
        one.close()


def test_what_hostile_people_are_called_and_write_is_words_at_every_desk(server, browser, newcomer, screen):
    carer = newcomer("hostile", called=f"{CALLED} b")
    coordinator, reader = (Phone(server.url, name).sign_in() for name in ("coordinator", "carer2"))
    title = f"{SCRIPT} {TEMPLATES}"
    room = open_room(coordinator, carer, reader, name=title, description=EVERYTHING)
    path = f"/conversations/{room.conversation_id}/messages"
    sent = {"client_id": "hostile", "body": EVERYTHING, "content_warning": SCRIPT, "acknowledged_advice": True}
    message = carer.post(path, **sent)["message"]
    for turned in ("a\u202eb", "\u2066a"):  # what would turn the words beside it round does not come in
        with pytest.raises(Refused, match="invalid"):
            carer.post(path, client_id="turned", body=turned)
    reader.post(f"/messages/{message['id']}/report", reason="stigma", note=EVERYTHING)

    here = screen("carer2").enter(title)
    here.button("Show").click()
    shows(here, EVERYTHING, f"{CALLED} b")
    here.page.locator("h1 button").click()
    expect(here.page.get_by_role("dialog")).to_contain_text(EVERYTHING)
    shows(here)

    desk = screen("moderator1", viewport=WIDE)
    desk.button("Review").click()
    desk.page.locator(".review-row").filter(has_text=SCRIPT).click()
    desk.page.get_by_role("heading", name="Your decision").wait_for()
    shows(desk, EVERYTHING, f"{CALLED} b")
    assert case_about(Phone(server.url, "moderator1").sign_in(), message["id"])["state"] != "closed"

    office = screen("coordinator", viewport=WIDE)
    office.button("Service").click()
    office.page.locator("button:visible", has_text="People").first.click()
    office.page.get_by_label("Name begins with").fill(f"{CALLED} b")
    office.button("Search").click()
    office.page.locator(".row").filter(has_text=f"{CALLED} b").click()
    expect(office.page.get_by_role("heading", level=1)).to_contain_text(CALLED)
    shows(office)
    office.button("Back").click()
    office.button("Back").click()
    office.page.locator("button:visible", has_text="Groups").first.click()
    shows(office, title)
