"""The service's desk: what a coordinator and a supervisor do there, with those it concerns on other phones."""

from datetime import timedelta
from uuid import uuid4

import pyotp
import pytest
from playwright.sync_api import expect
from sqlalchemy import update
from sqlalchemy.orm import Session

from models.clock import clock, utc_text
from models.notifications import PushSubscription
from models.session import make_engine
from tests.browser.places_service import open_desk
from tests.factories.clients import NEW_PASSWORD, Phone
from tests.factories.notifications import new_push_keys

DESK = {"width": 1280, "height": 800}


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
    here = screen("coordinator", viewport=DESK)
    open_desk(here)
    here.page.locator("main .row", has_text="in the rota").press("Enter")
    here.page.locator(".week").wait_for()
    if not here.page.locator(".gap").count():
        here.button("Later").press("Enter")
    gap = here.page.locator(".gap").first
    expect(gap).to_contain_text("Nobody")
    gap.press("Enter")
    here.sees_heading("Fill this gap")
    here.page.get_by_role("button", name="Put Sparrow on").press("Enter")
    here.sees_heading("Rota")
    expect(here.page.get_by_role("status").filter(has_text="Sparrow is on")).to_be_visible()
    expect(here.page.locator(".week")).to_contain_text("Sparrow")
    after = coordinator.get("/rota/gaps")["items"]
    assert len(after) == len(before) - 1
    window = f"from={before[0]['since']}&to={before[0]['until']}"
    on = [one["person"]["id"] for one in worker.get(f"/rota?{window}")["items"] if one["layer"] == before[0]["layer"]]
    assert on == [worker.person["id"]]
    # On this shift already, so the service would not have them on another at that time.
    here.page.locator(".shift", has_text="Supervisor Hazel").last.press("Enter")
    here.button("Take them off this shift").press("Enter")
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
    desk.page.keyboard.press("Enter")
    desk.page.locator("main .row", has_text="Morning Kite").click()
    desk.button("Suspend").click()
    desk.page.get_by_label("Why").fill("They asked for a break.")
    desk.button("Suspend").click()
    desk.sees("Morning Kite is suspended")
    desk.button("Let them back").wait_for()
    expect(carer.page.get_by_label("Password")).to_be_visible()
    assert desk.errors == carer.errors == []
