"""The service's desk: what a coordinator and a supervisor do there, with those it concerns on other phones."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pyotp
import pytest
from playwright.sync_api import expect
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from models.clock import clock, utc_text
from models.jobs import Job, JobKind, JobState
from models.notifications import PushSubscription
from models.session import make_engine
from tests.browser.places_service import open_desk
from tests.factories.clients import NEW_PASSWORD, Phone, Refused
from tests.factories.files import make_mp3, make_pdf
from tests.factories.notifications import new_push_keys
from tests.factories.waiting import ask_until

DESK = {"width": 1280, "height": 800}


def arrives(here, title):
    """A screen is there, and what is pressed next is pressed there."""
    here.sees_heading(title)
    expect(here.page.locator("h1")).to_be_focused()


@pytest.fixture
def coordinator(phone):
    return phone("coordinator", connect=False)


def make_worker(server, coordinator, name):
    """A carer peer worker who is on no shift, trained and supervised, with a device that answered a trial page."""
    one = Phone(server.url, name)
    code = coordinator.post("/invites", role="carer_peer_worker")["code"]
    about = {"display_name": name.title(), "timezone": "Australia/Sydney", "region": "AU"}
    agreed = {"accepted_code_version": one.get("/code-of-conduct")["version"], "invite_code": code}
    one.take(one.post("/auth/register", email=one.email, password=NEW_PASSWORD, **about, **agreed))
    secret = one.post("/me/second-factor")["secret"]
    one.post("/me/second-factor/confirm", otp=pyotp.TOTP(secret).now())
    until = utc_text(clock.now() + timedelta(days=300))
    for kind in ("training", "supervision"):
        coordinator.post("/rota/clearances", person_id=one.person["id"], kind=kind, valid_until=until)
    endpoint = f"https://fcm.googleapis.com/fcm/send/{uuid4().hex}"
    one.post("/me/push-subscriptions", endpoint=endpoint, keys=new_push_keys())
    engine = make_engine(server.database_url)
    with Session(engine) as session:
        answered = update(PushSubscription).where(PushSubscription.person_id == one.person["id"])
        session.execute(answered.values(confirmed_at=clock.now()))
        session.commit()
    engine.dispose()
    return one


def test_a_coordinator_fills_a_gap_with_the_keyboard_and_the_worker_is_on(screen, server, coordinator):
    worker = make_worker(server, coordinator, "sparrow")
    before = coordinator.get("/rota/gaps")["items"]
    chosen = next(one for one in before if one["since"][11:13] == "11" and one["until"][11:13] == "13")  # 22:00 in Sydney
    here = screen("coordinator", viewport=DESK, timezone_id="America/New_York")  # the rota is on its own clocks
    open_desk(here)
    here.page.locator("main .row", has_text="in the rota").press("Enter")
    arrives(here, "Rota")
    here.page.locator(".week").wait_for()
    evening = here.page.locator(".gap").filter(has_text="22:00\u201324:00")  # others may have made gaps besides
    if not evening.count():
        here.button("Later").press("Enter")
    gap = evening.first
    expect(gap).to_contain_text("Nobody")
    gap.press("Enter")
    arrives(here, "Fill this gap")
    here.page.get_by_role("button", name="Put Sparrow on").press("Enter")
    arrives(here, "Rota")
    expect(here.page.get_by_role("status").filter(has_text="Sparrow is on")).to_be_visible()
    expect(here.page.locator(".week")).to_contain_text("Sparrow")
    after = coordinator.get("/rota/gaps")["items"]
    assert len(after) == len(before) - 1
    window = f"from={chosen['since']}&to={chosen['until']}"
    on = [one["person"]["id"] for one in worker.get(f"/rota?{window}")["items"] if one["layer"] == chosen["layer"]]
    assert on == [worker.person["id"]]
    # What is taken away shows as a gap at once.
    here.page.locator(".shift", has_text="Supervisor Hazel").last.press("Enter")
    arrives(here, "Shift of Supervisor Hazel")
    here.button("Take them off this shift").press("Enter")
    expect(here.page.get_by_text("Nobody is on then")).to_be_focused()  # so that a key held down does not do both
    here.button("Yes, take Supervisor Hazel off").press("Enter")
    here.sees("Supervisor Hazel is off")
    expect(here.page.locator(".gap").filter(has_text="Supervisor on call")).to_be_visible()
    assert here.errors == []


def test_a_coordinator_invites_a_carer_who_joins_with_the_code(screen, coordinator):
    desk = open_desk(screen("coordinator"), "Invites", "Make an invite")
    desk.page.get_by_label("Note for yourselves").fill("Evening group")
    desk.button("Make an invite").click()
    code = desk.page.locator(".code-once").inner_text()
    carer = screen()
    carer.button("Join with an invite").click()
    carer.page.get_by_label("Invite code").fill(code)
    carer.page.get_by_label("The name others see").fill("Morning Kite")
    carer.page.get_by_label("E-mail address").fill("kite@example.org")
    carer.page.get_by_label("Password").fill(NEW_PASSWORD)
    carer.page.get_by_label("I have read this and agree").check()
    carer.button("Join").click()
    carer.sees_heading("Conversations")
    desk.button("Back").click()
    expect(desk.page.locator(".card", has_text="Evening group")).to_contain_text("Used 1 of 1")
    assert code not in desk.page.content()
    # Found by name, and their sessions ended: their phone says so by itself.
    open_desk(desk, "People")
    desk.page.get_by_label("Name begins with").fill("Morning K")
    desk.button("Search").click()
    desk.page.locator("main .row", has_text="Morning Kite").click()
    desk.button("Suspend").click()
    desk.page.get_by_label("Why").fill("They asked for a break.")
    desk.button("Suspend").click()
    desk.sees("Morning Kite is suspended")
    desk.button("Let them back").wait_for()
    expect(carer.page.get_by_label("Password")).to_be_visible()
    assert desk.errors == carer.errors == []


def test_a_coordinator_checks_a_helpline_and_every_carer_is_shown_when(screen, phone, coordinator):
    desk = open_desk(screen("coordinator"), "Helplines", "Carer Gateway")
    desk.sees("Never checked by anybody here")
    line = next(one for one in coordinator.get("/crisis/helplines")["items"] if one["name"].startswith("Carer Gateway"))
    # Somebody else changes it meanwhile: what is checked must be what was read.
    fields = ("region", "name", "phone", "sms", "chat_url", "zone", "hours", "whose", "for_whom", "languages", "source")
    changed = {name: line[name] for name in fields} | {"note": "Ask for a carer.", "version": line["version"]}
    coordinator.put(f"/crisis/helplines/{line['id']}", **changed)
    desk.button("I checked it today: it is right").click()
    desk.sees("Ask for a carer.")
    expect(desk.page.locator("main .error[role=alert]")).not_to_be_empty()
    desk.button("I checked it today: it is right").click()
    desk.sees(f"{line['name']} is checked.")
    today = clock.now().date().isoformat()
    shown = phone("carer1", connect=False).get("/crisis?region=AU")["helplines"]
    assert [one["last_verified_on"] for one in shown if one["name"] == line["name"]] == [today]
    assert desk.errors == []


def test_a_coordinator_opens_a_group_and_brings_somebody_in(screen, phone):
    desk = open_desk(screen("coordinator"), "Groups", "Make a group")
    desk.page.get_by_label("Name", exact=True).fill("Night owls")
    desk.page.get_by_label("What it is about").fill("For whoever is awake.")
    desk.page.get_by_label("Who can join").select_option("invite")
    desk.page.get_by_label("Opening hours", exact=True).fill("monday at eight")
    desk.button("Save").click()
    desk.sees("This line of the opening hours cannot be read: monday at eight")
    desk.page.get_by_label("Opening hours", exact=True).fill("mon 00:00-12:00")
    desk.button("Save").click()
    desk.button("People of Night owls").click()
    desk.page.get_by_label("Their name begins with").fill("Pebble")
    desk.button("Search").click()
    desk.page.locator("main .row", has_text="Pebble").click()
    desk.page.locator("main .row", has_text="Reads and writes").click()
    desk.sees("Pebble is a member of Night owls.")
    carer = phone("carer4", connect=False)
    group = carer.group("Night owls")
    assert (group["membership"]["state"], group["opening_hours"]["windows"][0]["opens"]) == ("member", "00:00")
    assert desk.errors == []


HOSTILE = "<img src=x onerror=document.title='hit'>\n\n[look](javascript:document.title='hit')\n\nIt is **quiet** & 1 < 2."


def test_a_piece_is_written_read_by_two_and_then_in_the_library(screen, phone):
    desk = open_desk(screen("coordinator"), "Library", "Write a new piece")
    for label, words in {
        "Title": "A walk at dusk",
        "Short name for its address": "walk-at-dusk",
        "In short": "Air helps.",
    }.items():
        desk.page.get_by_label(label).fill(words)
    desk.page.get_by_label("Text", exact=True).fill(HOSTILE)
    desk.page.get_by_label("Looking after yourself").check()
    desk.button("Save and look").click()
    desk.sees("This was left out")
    preview = desk.page.locator(".preview")
    expect(preview).to_contain_text("It is quiet & 1 < 2.")
    expect(preview.locator("strong")).to_have_text("quiet")
    assert preview.locator("img, a, script").count() == 0
    desk.button("Ask for readers").click()
    desk.button("It can be shown").click()
    expect(desk.page.locator("main .error[role=alert]")).to_contain_text("Somebody else has to read")
    # Read by somebody who has lived it, and by one other: only then is it shown.
    worker, carer = phone("worker1", connect=False), phone("carer1", connect=False)
    worker.post("/resources/walk-at-dusk/review", version=1, agreed=True)
    with pytest.raises(Refused, match="not_found"):
        carer.get("/resources/walk-at-dusk")
    other = open_desk(screen("supervisor"))
    other.page.locator("main .row", has_text="waits for a reader").click()
    other.page.locator("main .row", has_text="A walk at dusk").click()
    other.button("It can be shown").click()
    other.sees("In the library")
    assert carer.get("/resources/walk-at-dusk")["title"] == "A walk at dusk"
    assert (desk.page.title(), desk.errors, other.errors) == ("Hearth", [], [])


def test_a_file_is_chosen_looked_through_and_read_by_a_carer_and_a_recording_heard(screen, phone):
    desk = open_desk(screen("coordinator"), "Library", "Write a new piece")
    page = desk.page
    page.get_by_label("What it is", exact=True).select_option("file")
    chosen = {"mimeType": "application/pdf", "buffer": b"<html><script>document.title='hit'</script>"}
    page.get_by_label("Choose the file").set_input_files({"name": "form.pdf", **chosen})
    expect(page.locator("#source-error")).to_contain_text("none that the library can take")
    script = make_pdf(catalogue=b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>")
    page.get_by_label("Choose the file").set_input_files({"name": "form.pdf", **chosen, "buffer": script})
    desk.sees("Programs that would run when it is opened")
    desk.sees("PDF · 1 page")
    for label, words in {"Title": "A form", "Short name for its address": "a-form", "In short": "To fill in."}.items():
        page.get_by_label(label).fill(words)
    page.get_by_label("Text", exact=True).fill("Take it with you.")
    page.get_by_label("Looking after yourself").check()
    desk.button("Save and look").click()
    desk.sees("This was left out")
    desk.button("Ask for readers").click()
    desk.sees("Waits for readers")
    desk.button("Get the file").click()  # as whoever decides about it does first
    expect(page.get_by_role("link", name="Open it")).to_have_attribute("href", re.compile("^blob:"))
    # A recording, without its words at first.
    worker, supervisor = phone("worker1", connect=False), phone("supervisor", connect=False)
    sound = worker.upload("/resource-files", make_mp3(120), "audio/mpeg")
    words = {"title": "A breath", "summary": "To calm down.", "body": "Listen.", "categories": ["self_care"]}
    more = {"authors": [{"name": "Wren", "role": "editor"}], "licence": "CC BY 4.0", "language": "en", "kind": "file"}
    worker.post("/resources", slug="a-breath", file={"id": sound["id"]}, **words, **more)
    with pytest.raises(Refused, match="transcript_missing"):
        worker.post("/resources/a-breath/submit", version=1)
    page.get_by_role("button", name="Back").click()
    page.locator("main .row", has_text="A breath").click()
    desk.button("Change it").click()
    page.get_by_label("What is said in it").fill("Breathe in.")
    desk.button("Save and look").click()
    desk.sees("Saved as a draft")
    worker.post("/resources/a-breath/submit", version=1)
    worker2 = phone("worker2", connect=False)
    for slug, readers in {"a-form": (worker, supervisor), "a-breath": (worker2, supervisor)}.items():
        for one in readers:
            one.post(f"/resources/{slug}/review", version=1, agreed=True)
    carer = screen("carer1")
    reads_and_hears(carer)
    assert (desk.page.title(), desk.errors, carer.errors) == ("Hearth", [], [])


def reads_and_hears(carer):
    carer.button("Library").click()
    look_for(carer, "form")
    carer.page.locator(".piece-row", has_text="A form").click()
    carer.page.get_by_role("button", name="Get the file").click()
    expect(carer.page.get_by_role("link", name="Open it")).to_have_attribute("href", re.compile("^blob:"))
    expect(carer.page.get_by_role("link", name="Open it")).to_be_focused()
    with carer.page.expect_download() as saved:
        carer.page.get_by_role("link", name="Save on this phone").click()
    content = Path(saved.value.path()).read_bytes()
    assert (saved.value.suggested_filename, content[:8], b"JavaScript" in content) == ("a-form.pdf", b"%PDF-1.7", False)
    carer.page.get_by_role("button", name="Back").click()
    look_for(carer, "breath")
    carer.page.locator(".piece-row", has_text="A breath").click()
    carer.page.get_by_role("button", name="Listen").click()
    heard = carer.page.locator("audio")
    expect(heard).to_be_visible()
    ask_until(lambda: heard.evaluate("one => one.duration || 0"), lambda seconds: seconds > 2, within=15)
    carer.page.get_by_text("Read what is said").click()
    carer.sees("Breathe in.")
    # Without a connection what is said is still there to be read; the file itself says that it is not.
    carer.button("Back").click()
    carer.context.set_offline(True)
    carer.page.locator(".piece-row", has_text="A breath").click()
    carer.sees("The file is not kept on this phone.")
    carer.page.get_by_text("Read what is said").click()
    carer.sees("Breathe in.")
    carer.context.set_offline(False)


def look_for(here, words):
    here.page.get_by_label("What are you looking for?").fill(words)
    here.button("Search").click()


def test_a_supervisor_takes_a_debrief_and_the_worker_knows_who_comes(screen, phone):
    worker = phone("worker3", connect=False)
    asked = worker.post("/debriefs", wish="soon", words="It was a long night.")["debrief"]
    here = screen("supervisor")
    open_desk(here)
    here.page.locator("main .row", has_text="would like to talk").click()
    here.sees("It was a long night.")
    here.button("I will talk with Clover").click()
    here.button("Clover and I have talked").wait_for()
    taken = worker.get(f"/debriefs/{asked['id']}")["debrief"]
    assert (taken["state"], taken["taken_by"]["display_name"]) == ("taken", "Supervisor Hazel")
    here.button("Clover and I have talked").click()
    expect(here.page.get_by_text("It was a long night.")).to_have_count(0)
    assert worker.get(f"/debriefs/{asked['id']}")["debrief"]["state"] == "done"
    assert here.errors == []


def audit_checked_anew(server, *statements):
    """After these changes, which no action made, the service goes through its audit trail once more."""
    engine = make_engine(server.database_url)
    checks = select(Job.id).where(Job.kind == JobKind.AUDIT_CHECK, Job.state == JobState.WAITING)

    def waiting():
        with Session(engine) as session:
            return session.scalars(checks).all()

    (first,) = ask_until(waiting, bool, within=20)
    with Session(engine) as session:
        for statement in statements:
            session.execute(text(statement))
        session.execute(update(Job).where(Job.id == first).values(due_at=clock.now()))
        session.commit()
    ask_until(waiting, lambda now: now and now != [first], within=20)
    engine.dispose()


def test_a_coordinator_sees_that_the_audit_trail_holds_and_that_it_does_not(screen, own_server):
    audit_checked_anew(own_server)
    desk = open_desk(screen("coordinator", at=own_server), "Audit")
    standing = desk.page.get_by_role("region", name="The trail is whole")
    expect(standing).to_contain_text("up to number")
    standing.get_by_text("An anchor to keep").click()
    expect(standing.locator("details code")).to_have_text(re.compile(r"^\d+:[0-9a-f]{64}$"))
    audit_checked_anew(own_server, "UPDATE audit_entry SET actor_id = NULL WHERE seq = 2")
    open_desk(desk)
    desk.page.locator("main .row", has_text="The audit trail is broken").click()
    desk.sees_heading("Audit")
    expect(desk.page.get_by_role("region", name="The trail is broken")).to_contain_text("Number 2 was changed")
    assert desk.errors == []
