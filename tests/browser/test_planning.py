"""The service's desk: planning with the keyboard alone, who waits for a worker, and what only two do together."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from models.clock import clock, utc_text
from tests.browser.keyboard import Keyboard
from tests.browser.places_planning import REASON, draft_of_now, join
from tests.browser.places_service import open_desk
from tests.browser.test_service import DESK, make_worker
from tests.factories.clients import Phone
from tests.factories.rooms import begin

SHIFT = {"layer": "primary", "turn": "occurrence", "zone": "Australia/Sydney", "minutes": 240, "rrule": "FREQ=DAILY"}


@pytest.fixture
def coordinator(phone):
    return phone("coordinator", connect=False)


def test_a_coordinator_without_a_mouse_fills_a_gap_publishes_a_draft_and_invites(screen, server, coordinator):
    worker = make_worker(server, coordinator, "dunlin")
    starts = clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=45)
    rule = {**SHIFT, "starts": f"{starts:%Y-%m-%d}T20:00", "people": [worker.person["id"]]}
    about = {"kind": "temporary", "starts_at": utc_text(starts), "ends_at": utc_text(starts + timedelta(days=2))}
    draft = coordinator.post("/rota/shifts", **about, rules=[rule])
    here = screen(viewport=DESK)
    keys = Keyboard(here)
    keys.sign_in("coordinator")
    keys.enter(here.button("Service"))
    keys.is_on("The service")
    keys.enter(here.button("Rota"))
    keys.is_on("Rota")
    here.page.locator(".week").wait_for()
    while not here.page.locator(".gap").count():
        monday = here.page.locator(".week h3").first
        before = monday.inner_text()
        keys.enter(here.button("Later"))
        expect(monday).not_to_have_text(before)
    keys.enter(here.page.locator(".gap").first)
    keys.is_on("Fill this gap")
    keys.enter(here.page.get_by_role("button", name="Put Dunlin on"))
    keys.is_on("Rota")
    expect(here.page.get_by_role("status").filter(has_text="Dunlin is on")).to_be_visible()
    keys.enter(here.button("Plans and drafts"))
    keys.is_on("Plans and drafts")
    keys.enter(here.page.locator("main .row", has_text="for a time"))
    keys.is_on("Draft")
    expect(here.page.locator("main")).to_contain_text("Nothing stands against it")
    expect(here.page.locator(".card[data-change=new]")).to_contain_text("Dunlin")
    keys.enter(here.button("Publish"))
    keys.at(here.page.get_by_text("It counts from its start."))
    assert coordinator.get(f"/rota/shifts/{draft['id']}")["state"] == "draft"
    keys.press("Tab")
    keys.at(here.button("Yes, publish it"))
    keys.press("Enter")
    keys.is_on("Plans and drafts")
    here.sees("It is published.")
    window = f"from={utc_text(starts)}&to={utc_text(starts + timedelta(days=2))}"
    assert {one["person"]["id"] for one in worker.get(f"/rota?{window}")["items"]} == {worker.person["id"]}
    keys.enter(here.button("Invites"))
    keys.is_on("Invites")
    keys.enter(here.button("Make an invite"))
    keys.is_on("Make an invite")
    keys.write("Note for yourselves", "Without a mouse")
    keys.enter(here.button("Make an invite"))
    keys.is_on("The invite is ready")
    assert coordinator.get("/invites")["items"][0]["note"] == "Without a mouse"
    assert here.errors == []


def test_a_draft_is_written_checked_and_thrown_away(screen, coordinator):
    draft = draft_of_now(coordinator)
    here = screen("coordinator")
    open_desk(here, "Rota", "Plans and drafts").page.locator("main .row", has_text="Draft").first.click()
    here.sees("No device of theirs has answered")  # nobody made up has one, so there is nothing to publish
    assert here.button("Publish").count() == 0
    here.sees("The shifts and the people stay as they are.")
    here.button("Change the draft").click()
    here.page.get_by_label("Hours").first.fill("6")
    here.page.get_by_role("group", name="On which days").first.get_by_label("Sunday").set_checked(False)
    here.button("Save the draft").click()
    here.sees("The draft is saved.")
    expect(here.page.locator(".card[data-change=new]")).to_contain_text("Monday")
    expect(here.page.locator(".card[data-change=gone]")).to_have_count(1)
    kept = coordinator.get(f"/rota/shifts/{draft['id']}")
    assert (kept["rules"][0]["minutes"], "SU" in kept["rules"][0]["rrule"], kept["rules"][1:]) == (
        360,
        False,
        draft["rules"][1:],
    )
    here.button("Throw away").click()
    here.button("Yes, throw it away").click()
    here.sees("The draft is thrown away.")
    assert coordinator.get(f"/rota/shifts/{draft['id']}")["state"] == "discarded"
    assert here.errors == []


def test_a_draft_says_at_what_times_somebody_is_meant_to_be_there(screen, coordinator):
    draft = draft_of_now(coordinator)
    here = screen("coordinator")
    open_desk(here, "Rota", "Plans and drafts").page.locator("main .row", has_text="Draft").first.click()
    here.sees("At all times")
    here.button("Change the draft").click()
    here.button("Add a time").click()
    evening = here.page.get_by_role("group", name="Time 1")
    evening.get_by_label("Begins at").fill("18:00")
    evening.get_by_label("Hours").fill("4")
    for day in ("Saturday", "Sunday"):
        evening.get_by_label(day).set_checked(False)
    here.button("Add a time").click()
    here.button("Leave time 2 out").click()
    here.button("Save the draft").click()
    here.sees("The draft is saved.")
    expect(here.page.locator(".card[data-change=new]")).to_contain_text("18:00\u201322:00, Monday")
    kept = coordinator.get(f"/rota/shifts/{draft['id']}")
    assert kept["rules"] == draft["rules"]
    (opening,) = kept["opening"]
    assert opening.pop("starts").endswith("T18:00")
    assert opening == {"zone": "Australia/Sydney", "minutes": 240, "rrule": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"}
    # Taken out again, somebody is meant to be there always.
    here.button("Change the draft").click()
    here.button("Leave time 1 out").click()
    here.button("Save the draft").click()
    here.sees("At all times")
    assert coordinator.get(f"/rota/shifts/{draft['id']}")["opening"] == []
    here.button("Throw away").click()
    here.button("Yes, throw it away").click()
    here.sees("The draft is thrown away.")
    assert here.errors == []


def test_a_worker_is_asked_for_who_waits_and_two_of_the_service_open_what_they_wrote(screen, server, phone, coordinator):
    carer, worker = join(server.url, coordinator, "Curlew"), phone("worker1", connect=False)
    workers = [one["person"]["id"] for one in coordinator.get("/loads?limit=100")["items"]]
    walls = {one: carer.post("/walls", person_id=one, kind="other", reason=None)["wall"]["id"] for one in workers}
    carer.post("/waiting-list", wish="Mornings.")  # the service finds nobody by itself, because of the walls
    desk = open_desk(screen("coordinator"), "One-to-one")
    desk.page.get_by_role("button", name="Ask a worker for Curlew").click()
    desk.page.get_by_label("Worker", exact=True).select_option(worker.person["id"])
    desk.page.get_by_label("Why this carer is next").fill("They asked for mornings.")
    carer.request("DELETE", f"/walls/{walls[worker.person['id']]}")
    desk.button("Ask them").click()
    desk.sees(f"{worker.person['display_name']} is asked for Curlew.")
    contact = next(
        one for one in worker.get("/contact-requests?state=requested")["items"] if one["carer"]["id"] == carer.person["id"]
    )
    worker.post(f"/contact-requests/{contact['id']}/accept")
    begin(contact, carer, worker)
    talk = carer.get(f"/contact-requests/{contact['id']}")["contact"]["conversation_id"]
    carer.post(f"/conversations/{talk}/messages", client_id=uuid4().hex, body="Only between us two.")
    # One asks, another agrees, the one reads, and the carer learns of it.
    one = open_desk(screen("supervisor"), "Private access", "Ask to read one")
    one.page.get_by_label("Which conversation").select_option("")
    one.page.get_by_label("Number of the conversation").fill(talk)
    one.page.get_by_label("Why").fill(REASON)
    one.button("Ask the second person").click()
    one.sees("Somebody else has to agree.")
    assert one.button("Agree").count() == 0
    open_desk(desk.open(), "Private access")
    asked = desk.page.locator("main .card").filter(has_text="Waits for an answer").filter(has_text="Supervisor Hazel").first
    asked.get_by_role("button", name="Agree").click()
    expect(desk.page.locator("main .card").filter(has_text="Supervisor Hazel").first).to_contain_text("Open now")
    assert carer.get("/me/access-log")["items"] == []
    open_desk(one.open(), "Private access").button("Read it").first.click()
    one.sees("Only between us two.")
    one.button("Back").click()
    one.button("End it now").first.click()
    one.sees("1 page was read.")
    [seen] = carer.get("/me/access-log")["items"]
    assert (seen["who"]["display_name"], seen["purpose"], seen["pages_read"]) == ("Supervisor Hazel", "safety", 1)
    assert desk.errors == one.errors == []


def test_a_rule_of_screening_is_tried_before_it_counts(screen, coordinator):
    here = open_desk(screen("coordinator"), "Screening", "Write a rule")
    here.page.get_by_label("Words", exact=True).fill("wonder tonic\nmiracle cure*")
    here.page.get_by_label("Why").fill("Adverts for tonics.")
    here.button("Save the draft").click()
    here.sees("Try it first, as it is written now.")
    assert here.button("Put it in force").count() == 0
    here.button("Try it now").click()
    here.page.get_by_role("heading", name="What it would have done").wait_for()
    here.button("Put it in force").click()
    here.sees("In force by Coordinator Fern")
    [rule] = [one for one in coordinator.get("/review/screening-rules")["items"] if "wonder tonic" in one["phrases"]]
    assert (rule["state"], rule["phrases"]) == ("active", ["wonder tonic", "miracle cure*"])
    here.button("End it").click()
    here.button("Yes, end it for good").click()
    here.sees("Counts no more")
    assert here.errors == []


def test_a_coordinator_agrees_to_a_contact_and_lifts_a_wall_with_consent(screen, server, phone, coordinator):
    peer = phone("consumerpeer", connect=False)
    asks, walled = (join(server.url, coordinator, name) for name in ("Sandpiper", "Godwit"))
    rule = next(one for one in coordinator.get("/decisions")["items"] if one["name"] == "peer_role_model")
    decided = coordinator.put("/decisions/peer_role_model", value="by_consent", reason="Tried.", version=rule["version"])
    contact = asks.post("/contact-requests", worker_id=peer.person["id"], note=None)["contact"]
    walled.post("/walls", person_id=peer.person["id"], kind="supports_the_consumer", reason=None)
    here = open_desk(screen("coordinator"), "One-to-one")
    here.button(f"Agree that Sandpiper and {peer.person['display_name']} talk").press("Enter")
    expect(here.page.locator("h1")).to_be_focused()  # what was pressed is gone
    assert coordinator.get(f"/contact-requests/{contact['id']}")["contact"]["needs"] == ["worker"]
    here.page.locator("main .row", has_text="Who must not meet").click()
    here.button(f"Record consent for Godwit and {peer.person['display_name']}").click()
    here.page.get_by_label("Where the consent is on file").fill("Folder 7.")
    here.button("Put it on record").click()
    here.sees("may meet now.")
    [wall] = [one for one in coordinator.get("/walls")["items"] if one["carer"]["id"] == walled.person["id"]]
    assert (wall["stands"], wall["consent_note"]) == (False, "Folder 7.")
    asks.post(f"/contact-requests/{contact['id']}/withdraw")
    coordinator.put("/decisions/peer_role_model", value="distinct", reason="As before.", version=decided["version"])
    assert here.errors == []


def test_a_coordinator_sees_who_has_not_agreed_to_the_newest_code_yet(screen, new_server):
    server = new_server()
    coordinator, carer = (Phone(server.url, name).sign_in() for name in ("coordinator", "carer1"))
    now = coordinator.get("/code-of-conduct")
    written = {name: now[name] for name in ("title", "text", "confidentiality_broken_when", "version")}
    version = coordinator.put("/code-of-conduct", **written)["version"]
    for one in (coordinator, carer):
        one.post("/me/acceptances", version=version)
    here = open_desk(screen("coordinator", at=server), "Roles and decisions", "Read it, or write it anew")
    here.page.get_by_role("heading", name="Who has agreed").wait_for()
    here.sees(re.compile(r"^2 of \d+ people agreed to this version"))
    awaited = here.page.locator("main .card", has_text="Last agreed to version")
    expect(awaited.filter(has_text="Pebble")).to_contain_text(f"version {now['version']}")
    expect(awaited.filter(has_text=carer.person["display_name"])).to_have_count(0)
    # Whoever agrees meanwhile is gone from the list when one comes back to it.
    left = screen("carer4", at=server)
    left.sees_heading("Our code of conduct has changed")
    left.button("Agree and go on").click()
    left.sees_heading("Conversations")
    here.button("Back").click()
    here.button("Read it, or write it anew").click()
    here.sees(re.compile(r"^3 of \d+ people"))
    expect(awaited.filter(has_text="Pebble")).to_have_count(0)
    assert here.errors == left.errors == []
