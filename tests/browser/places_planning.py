"""The service's desk, as a coordinator sees what is planned, who waits for a worker, and what is only done by two."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from models.clock import clock, utc_text
from tests.browser.places_service import open_desk
from tests.browser.screen import Screen
from tests.factories.clients import NEW_PASSWORD, Phone
from tests.factories.rooms import begin

WHO = "coordinator"
REASON = "The carer told us that the worker asked them for money, and we have to look."


def join(url: str, coordinator: Phone, name: str, **invited: Any) -> Phone:
    """Somebody new, who came in with an invite."""
    one = Phone(url, f"{name.lower()}-{uuid4().hex[:6]}")
    code = coordinator.post("/invites", role="carer", **invited)["code"]
    agreed = {"accepted_code_version": one.get("/code-of-conduct")["version"], "invite_code": code}
    about = {"display_name": name, "timezone": "Australia/Sydney", "region": "AU"}
    one.take(one.post("/auth/register", email=one.email, password=NEW_PASSWORD, **about, **agreed))
    return one


def draft_of_now(coordinator: Phone, **changed: Any) -> dict[str, Any]:
    """A draft as the rota is now, but for what is changed."""
    newest = next(
        one for one in coordinator.get("/rota/shifts")["items"] if (one["state"], one["kind"]) == ("published", "regular")
    )
    now = coordinator.get(f"/rota/shifts/{newest['id']}")
    starts = utc_text(clock.now() + timedelta(days=7))
    return coordinator.post("/rota/shifts", kind="regular", starts_at=starts, rules=now["rules"], **changed)


def furnish(url: str) -> None:
    coordinator, supervisor, worker, peer = (
        Phone(url, name).sign_in() for name in ("coordinator", "supervisor", "worker2", "consumerpeer")
    )
    linnet, plover = (join(url, coordinator, name) for name in ("Linnet", "Plover"))
    for name in ("worker1", "worker2", "worker3"):  # else the service would soon ask one of them by itself
        linnet.post("/walls", person_id=Phone(url, name).sign_in().person["id"], kind="other", reason=None)
    linnet.post("/waiting-list", wish="Somebody who knows nights without sleep. Evenings are best.")
    plover.post("/waiting-list", wish=None)
    plover.post("/walls", person_id=peer.person["id"], kind="supports_the_consumer", reason=None)
    worker.put("/me/worker-profile", relationships=["parent"], languages=["en"], approach="I listen first.")
    contact = plover.post("/contact-requests", worker_id=worker.person["id"], note=None)["contact"]
    contact = worker.post(f"/contact-requests/{contact['id']}/accept")["contact"]
    begin(contact, plover, worker)
    talk = plover.get(f"/contact-requests/{contact['id']}")["contact"]["conversation_id"]
    plover.post(f"/conversations/{talk}/messages", client_id=uuid4().hex, body="Thank you for taking the time.")
    asked = coordinator.post(f"/conversations/{talk}/break-glass", purpose="complaint", reason=REASON, minutes=1440)
    supervisor.post(f"/break-glass/{asked['id']}/grant")
    supervisor.post(f"/conversations/{talk}/break-glass", purpose="safety", reason=REASON, minutes=30)
    body = {"kind": "phrases", "label": "spam", "severity": "low", "phrases": ["cheap pills", "buy now"]}
    coordinator.post("/review/screening-rules", **body, reason="Adverts came in last week.")
    draft_of_now(coordinator)


def _plans(here: Screen) -> None:
    open_desk(here, "Rota", "Plans and drafts")
    here.sees("Counts now")


def _draft(here: Screen) -> None:
    _plans(here)
    here.page.locator("main .row", has_text="Draft").first.click()
    here.page.get_by_role("heading", name="What publishing changes").wait_for()


def _write(here: Screen) -> None:
    _draft(here)
    here.button("Change the draft").click()
    here.page.get_by_label("Begins at").first.wait_for()


def _pairs(here: Screen, *names: str) -> Screen:
    open_desk(here, "One-to-one")
    here.sees("Linnet")
    for name in names:
        here.page.locator("main button", has_text=name).first.click()
    return here


def _profile(here: Screen) -> None:
    _pairs(here, "Profiles of workers").page.locator("main .row").first.click()
    here.button("Let carers see it").wait_for()


def _access(here: Screen, *names: str) -> Screen:
    open_desk(here, "Private access")
    here.sees("Open now")
    for name in names:
        here.button(name).first.click()
    return here


def _rule(here: Screen) -> None:
    open_desk(here, "Screening").page.locator("main .row", has_text="cheap pills").first.click()
    here.button("Try it now").click()
    here.page.get_by_role("heading", name="What it would have done").wait_for()


def _code(here: Screen) -> None:
    open_desk(here, "Roles and decisions", "Read it, or write it anew")
    here.button("Write the next version").wait_for()
    here.sees("people agreed to this version.")


def _code_written(here: Screen) -> None:
    _code(here)
    here.button("Write the next version").click()
    here.button("Put it in force").wait_for()


PLACES = {
    "planning-plans": _plans,
    "planning-draft": _draft,
    "planning-written": _write,
    "planning-pairs": _pairs,
    "planning-assign": lambda here: _pairs(here, "Ask a worker").button("Ask them").wait_for(),
    "planning-profile": _profile,
    "planning-loads": lambda here: _pairs(here, "What workers carry").page.get_by_text("Hours this week").first.wait_for(),
    "planning-walls": lambda here: (
        _pairs(here, "Who must not meet")
        .button("Record consent")
        .or_(here.page.get_by_role("button", name="Record consent for"))
        .first.wait_for()
    ),
    "planning-cover": lambda here: _pairs(here, "A worker will be away").page.get_by_label("Colleague").wait_for(),
    "planning-access": _access,
    "planning-access-asked": lambda here: _access(here, "Ask to read one").page.get_by_label("For how long").wait_for(),
    "planning-access-read": lambda here: _access(here, "Read it").page.get_by_text("Thank you for taking").wait_for(),
    "planning-screening": lambda here: open_desk(here, "Screening").page.get_by_text("cheap pills").first.wait_for(),
    "planning-shipped": lambda here: (
        open_desk(here, "Screening", "That it came with").page.get_by_text("Silence it").first.wait_for()
    ),
    "planning-rule": _rule,
    "planning-rule-written": lambda here: (
        open_desk(here, "Screening", "Write a rule").page.get_by_label("How grave").wait_for()
    ),
    "planning-code": _code,
    "planning-code-written": _code_written,
}
