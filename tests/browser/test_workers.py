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


def _hour_in_sydney() -> int:
    """When it is nine on Monday in Tokyo, where clocks never change."""
    now = datetime.now(UTC).astimezone(ZoneInfo("Asia/Tokyo"))
    monday = now.replace(hour=9, minute=0) + timedelta(days=-now.weekday() % 7)
    return monday.astimezone(ZoneInfo("Australia/Sydney")).hour
