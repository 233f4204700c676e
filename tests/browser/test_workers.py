"""A carer and a carer peer worker find each other at the web client."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.factories.clients import Phone
from tests.factories.rooms import begin


def test_a_carer_asks_a_worker_agrees_writes_and_ends_it_without_a_reason(server, screen):
    worker = Phone(server.url, "worker2").sign_in()
    name = worker.person["display_name"]
    kept = worker.get("/me/availability")
    worker.put("/me/availability", windows=[{"day": "mon", "opens": "09:00", "closes": "12:00"}], timezone="Asia/Tokyo")
    here = screen("carer5")
    here.is_live()
    here.button("One-to-one").click()
    here.page.locator(".row").filter(has_text=name).first.click()
    here.sees_heading(name)
    expect(here.page.locator(".role").filter(has_text="Carer peer worker")).to_be_visible()
    expect(here.page.get_by_role("listitem").filter(has_text=re.compile(rf"Monday.*{_hour_in_sydney()}:00"))).to_be_visible()
    here.page.get_by_label("What would you like to say first?").fill("Once a week, if you can.")
    here.button("Ask this worker").click()
    here.sees("Asked. No answer yet.")
    (asked,) = worker.get("/contact-requests?state=requested")["items"]
    assert asked["note"] == "Once a week, if you can."
    worker.post(f"/contact-requests/{asked['id']}/accept")
    here.sees("They said yes. Read this before you begin.")
    here.button("I agree to this").click()
    here.sees("The worker still reads what this is.")
    begin(asked, worker)
    here.button("Open the conversation").click()
    here.write("Hello.")
    here.sees_once("Hello.")
    here.button("Back").click()
    here.button("End this").click()
    here.button("Yes, do it").click()
    here.sees("This has ended")
    assert worker.get(f"/contact-requests/{asked['id']}")["contact"]["state"] == "ended"
    worker.put("/me/availability", windows=kept["windows"], timezone=kept["timezone"])
    assert here.errors == []


def test_two_screens_ask_agree_write_and_the_carer_changes_the_worker_without_a_reason(server, screen):
    carer, worker = screen("carer4"), screen("worker3")
    name = Phone(server.url, "worker3").sign_in().person["display_name"]
    carer.button("One-to-one").click()
    carer.page.locator(".row").filter(has_text=name).first.click()
    carer.button("Ask this worker").click()
    carer.sees("Asked. No answer yet.")
    worker.button("My work").click()
    theirs = worker.page.get_by_role("listitem").filter(
        has_text=Phone(server.url, "carer4").sign_in().person["display_name"]
    )
    theirs.get_by_role("button", name="Yes, I take this on").click()
    carer.button("I agree to this").click()
    theirs.get_by_role("button", name="Read and agree to begin").click()
    worker.button("I agree to this").click()
    worker.button("Open the conversation").click()
    carer.button("Open the conversation").click()
    carer.write("Nobody slept here.")
    worker.sees_once("Nobody slept here.")
    worker.write("I am glad you write.")
    carer.sees_once("I am glad you write.")
    carer.page.locator(".between summary").click()
    carer.button("Hours, change or end").click()
    (mine,) = Phone(server.url, "carer4").sign_in().get("/contact-requests?state=accepted")["items"]
    wrote = (
        Phone(server.url, "worker3")
        .sign_in()
        .post(f"/conversations/{mine['conversation_id']}/notes", body="We talked of sleep.")
    )
    assert wrote["note"]["body"] == "We talked of sleep."
    carer.button("Notes about your talks").click()
    carer.sees("We talked of sleep.")
    carer.page.get_by_text("Who read it").click()
    carer.sees("Nobody else read it.")
    carer.button("Back").click()
    carer.button("Change the worker").click()
    carer.button("Yes, do it").click()
    expect(worker.page.locator(".closed")).to_be_visible()
    carer.sees("May suit you")
    carer.page.locator(".row").filter(has_text=name).first.click()
    carer.button("Ask this worker").click()
    carer.sees("Asked. No answer yet.")
    peer = Phone(server.url, "worker3").sign_in()
    (asked,) = peer.get("/contact-requests?state=requested")["items"]
    peer.post(f"/contact-requests/{asked['id']}/decline", reply="My days are full.")
    carer.page.get_by_label("What matters to you?").fill("Evenings.")
    carer.button("Join the list").click()
    carer.sees("You wait for a worker")
    phone = Phone(server.url, "carer4").sign_in()
    assert phone.get("/waiting-list/mine")["waiting"]["wish"] == "Evenings."
    carer.button("Leave the list").click()
    carer.button("Yes, leave it").click()
    expect(carer.button("Join the list")).to_be_visible()
    carer.button("Back").click()
    carer.button("Who looked at your private conversations").click()
    carer.sees("Nobody looked.")
    assert carer.errors == worker.errors == []


def _hour_in_sydney() -> int:
    """When it is nine on Monday in Tokyo, where clocks never change."""
    now = datetime.now(UTC).astimezone(ZoneInfo("Asia/Tokyo"))
    monday = now.replace(hour=9, minute=0) + timedelta(days=-now.weekday() % 7)
    return monday.astimezone(ZoneInfo("Australia/Sydney")).hour
