"""The lock, passkeys, calls, sign-ins and one's data, as somebody sets them on their phone."""

import json
import zipfile
from contextlib import contextmanager

import pyotp
import pytest
from playwright.sync_api import expect

from tests.browser.places_settings import open_settings
from tests.browser.screen import Screen
from tests.factories.clients import NEW_PASSWORD, Phone, Refused

KEPT = "() => JSON.stringify({...localStorage})"
OUTBOX = """() => new Promise((resolve, reject) => {
  const asked = indexedDB.open("hearth", 1);
  asked.onerror = () => reject(asked.error);
  asked.onsuccess = () => {
    const all = asked.result.transaction("outbox").objectStore("outbox").getAll();
    all.onsuccess = () => (asked.result.close(), resolve(JSON.stringify(all.result)));
  };
})"""
LEAVE_OPEN = """() => new Promise((resolve) => {
  const asked = indexedDB.open("hearth", 1);
  asked.onsuccess = () => {
    const change = asked.result.transaction("outbox", "readwrite");
    const left = { client_id: "left", person_id: "nobody", body: "Left open", written_at: 1, state: "waiting" };
    change.objectStore("outbox").put(left);
    change.oncomplete = () => (asked.result.close(), resolve());
  };
})"""


@contextmanager
def a_key(here):
    """An authenticator of the browser's own, which says yes."""
    session = here.context.new_cdp_session(here.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield
    session.detach()


def at(server, browser, who, **options):
    """A tab at an address whose name a passkey may be bound to."""
    url = server.url.replace("127.0.0.1", "localhost")
    return Screen(browser, url, as_=who, **options).open()


def enter(here, pin):
    here.page.get_by_label("PIN").fill(pin)
    here.button("Open").click()


def test_a_locked_phone_keeps_nothing_that_opens_anything_and_the_pin_opens_it(screen, room, phone):
    group = room("carer2")
    title = group.coordinator.get(f"/groups/{group.group_id}")["name"]
    here = screen("carer2").enter(title)
    here.page.route("**/messages", lambda route: route.abort())
    for body in ("He broke the door", "Then it was quiet"):
        here.write(body)
        here.sees(body)
    assert "He broke the door" in here.page.evaluate(OUTBOX)
    here.button("Back").click()
    open_settings(here, "Lock")
    here.page.get_by_label("PIN", exact=True).fill("2846")
    here.page.get_by_label("The PIN once more").fill("2847")
    here.button("Set the lock").click()
    here.sees("The two are not the same")
    here.page.get_by_label("The PIN once more").fill("2846")
    here.button("Set the lock").click()
    here.button("Lock now").click()
    here.sees_heading("Locked")
    kept = here.page.evaluate(KEPT)
    assert "hearth.sealed" in kept
    assert "eyJ" not in kept  # no token
    assert "@" not in kept
    here.sees("2 messages wait to be sent")
    waiting = json.loads(here.page.evaluate(OUTBOX))
    assert [sorted(one) for one in waiting] == [["client_id", "sealed"]] * 2
    # What a phone that was locked before this was sealed, or that died meanwhile, left open: closed at the next start.
    here.page.evaluate(LEAVE_OPEN)
    here.button("Help now").click()
    here.page.get_by_role("link", name="Call 000").wait_for()
    here.button("Back").click()
    here.open_again().sees_heading("Locked")
    here.sees("3 messages wait to be sent")
    enter(here, "1111")
    here.sees("Tries left: 4")
    assert "Left open" not in here.page.evaluate(OUTBOX)
    enter(here, "2846")
    here.enter(title)
    for body in ("He broke the door", "Then it was quiet"):
        expect(here.message(body).get_by_role("time")).to_be_visible()
    items = phone("carer2", connect=False).get(f"/conversations/{group.conversation_id}/messages")["items"]
    assert [one["body"] for one in items] == ["Then it was quiet", "He broke the door"]
    # Nobody touched it for longer than was set, and the app was closed meanwhile.
    here.page.evaluate("localStorage.setItem('hearth.seen', String(Date.now() - 6 * 60_000))")
    here.open_again().sees_heading("Locked")
    for left in (4, 3, 2, 1):
        enter(here, "0000")
        here.sees(f"Tries left: {left}")
    here.sees("One more wrong PIN, and this phone forgets everything, also what you wrote and did not send yet")
    enter(here, "0000")
    here.sees("Those were five wrong tries")
    expect(here.page.get_by_label("Password")).to_be_visible()
    assert here.page.evaluate(KEPT) == "{}"
    assert here.page.evaluate("indexedDB.databases().then(all => all.length)") == 0
    assert here.errors == []


def test_what_was_asked_for_as_the_app_was_opened_does_not_outlast_its_locking(screen):
    here = screen("carer1", service_workers="block")
    open_settings(here, "Lock")
    here.page.get_by_label("PIN", exact=True).fill("2846")
    here.page.get_by_label("The PIN once more").fill("2846")
    here.button("Set the lock").click()
    here.button("Lock now").wait_for()
    here.page.evaluate("localStorage.setItem('hearth.seen', String(Date.now() - 6 * 60_000))")
    asked = []
    here.page.on("request", lambda one: asked.append(one.url) if "/api/v1/snapshot" in one.url else None)
    here.page.reload()
    here.sees_heading("Locked")
    enter(here, "2846")
    here.is_live()
    assert len(asked) == 2


def test_a_passkey_signs_in_and_opens_the_lock_and_the_sealed_sign_in_is_ended(server, browser, newcomer):
    somebody = newcomer("keyring")
    here = at(server, browser, somebody)
    with a_key(here):
        open_settings(here, "Signing in")
        here.page.get_by_label("What to call it").fill("Blue phone")
        here.button("Add a passkey").click()
        expect(here.page.get_by_role("heading", name="Blue phone")).to_be_visible()
        here.button("Back").click()
        here.page.locator(".row", has=here.page.get_by_text("Lock", exact=True)).click()
        for label in ("PIN", "The PIN once more"):
            here.page.get_by_label(label, exact=True).fill("9071")
        here.button("Set the lock").click()
        here.page.evaluate(LEAVE_OPEN)
        here.button("Lock now").click()
        here.sees_heading("Locked")
        here.button("Use a passkey").click()
        here.sees("It is sealed with your PIN")
        assert "Left open" not in here.page.evaluate(OUTBOX)
        here.button("OK").click()
        open_settings(here, "Lock")
        here.sees("It is sealed with your PIN")
        expect(here.button("Take the lock away")).to_have_count(0)  # or nothing would ever open what waits
        here.button("Lock now").click()
        enter(here, "9071")
        here.sees_heading("Conversations")
        assert "Left open" in here.page.evaluate(OUTBOX)
        open_settings(here, "Lock")
        expect(here.button("Take the lock away")).to_be_visible()
        here.button("Back").click()
        here.button("Sign out").click()
        here.button("Use a passkey").click()
        here.sees_heading("Conversations")
    with pytest.raises(Refused, match="session_ended"):
        somebody.get("/me")  # the sign-in that lay sealed on the phone
    assert here.errors == []
    here.close()


def test_a_second_step_is_set_up_asked_for_and_taken_away(server, browser, newcomer):
    here = at(server, browser, newcomer("stepper"))
    open_settings(here, "Signing in")
    here.button("Set up").click()
    secret = here.page.locator("code").inner_text()
    here.page.get_by_label("The code it shows").fill(pyotp.TOTP(secret).now())
    here.button("Turn it on").click()
    here.sees("Your recovery codes.")
    recovery = here.page.locator("code").first.inner_text()
    here.button("I have written them down").click()
    here.button("Back").click()
    here.button("Sign out").click()
    here.page.get_by_label("E-mail address").fill("stepper@demo.test")
    here.page.get_by_label("Password").fill(NEW_PASSWORD)
    here.button("Sign in").click()
    here.page.get_by_label("Code from your authenticator app").fill(recovery)
    here.button("Sign in").click()
    here.sees_heading("Conversations")
    assert here.errors == []
    here.close()


def test_a_name_quiet_hours_and_another_sign_in_are_changed(screen, newcomer, server, browser):
    somebody = newcomer("settler")
    elsewhere = Phone(server.url, "settler")
    elsewhere.take(elsewhere.post("/auth/login", email=elsewhere.email, password=NEW_PASSWORD, device_name="Old tablet"))
    here = open_settings(at(server, browser, somebody), "Your name and clock")
    here.page.get_by_label("The name others see").fill("Willow")
    here.page.get_by_label("Your clock").select_option("Pacific/Auckland")
    here.button("Save").click()
    here.sees("Saved.")
    here.button("Back").click()
    here.sees("Signed in as Willow")
    here.page.locator(".row").filter(has_text="Calls to this phone").click()
    here.page.get_by_label("Do not call me in these hours").check()
    here.page.get_by_label("From").fill("21:30")
    here.button("Save").click()
    here.sees("Saved.")
    assert somebody.get("/me/notifications")["quiet_from"] == "21:30"
    assert somebody.get("/me")["timezone"] == "Pacific/Auckland"
    here.button("Back").click()
    here.page.locator(".row").filter(has_text="Where you are signed in").click()
    old = here.page.locator(".card").filter(has_text="Old tablet")
    old.get_by_role("button", name="Sign out there").click()
    expect(old).to_have_count(0)
    with pytest.raises(Refused, match="session_ended"):
        elsewhere.get("/me")
    assert here.errors == []
    here.close()


def test_all_of_ones_data_comes_as_a_file_and_leaving_for_good_asks_twice(server, browser, newcomer, tmp_path):
    somebody = newcomer("goer")
    here = open_settings(at(server, browser, somebody), "Your data")
    with here.page.expect_download(timeout=60_000) as coming:
        here.button("Prepare my file").click()
    coming.value.save_as(tmp_path / "mine.zip")
    assert zipfile.ZipFile(tmp_path / "mine.zip").testzip() is None
    here.button("Erase my account").click()
    here.page.get_by_label("Type “erase”").fill("no")
    here.button("Erase everything now").click()
    here.page.get_by_role("alert").filter(has_text="Type “erase”").wait_for()
    here.page.get_by_label("Type “erase”").fill("erase")
    here.button("Erase everything now").click()
    here.sees("Your account is being erased")
    with pytest.raises(Refused):
        somebody.get("/me")
    assert here.errors == []
    here.close()


def test_a_call_shows_neutral_words_and_leads_to_what_is_new(screen, room):
    group = room("carer3")
    here = screen("carer3")
    here.context.grant_permissions(["notifications"])
    here.keeps_shell()
    session = here.context.new_cdp_session(here.page)
    registrations = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda said: registrations.extend(said["registrations"]))
    session.send("ServiceWorker.enable")
    while not registrations:
        here.page.wait_for_timeout(20)
    call = {"origin": here.url, "registrationId": registrations[0]["registrationId"]}
    data = {"kind": "message", "conversation_id": group.conversation_id}
    session.send("ServiceWorker.deliverPushMessage", {**call, "data": json.dumps(data)})
    shown = "async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(one => [one.title, one.body])"
    while not here.page.evaluate(shown):
        here.page.wait_for_timeout(20)
    assert here.page.evaluate(shown) == [["Hearth", "Something new is there."]]


def test_who_was_warned_reads_why_and_says_that_it_was_wrong_and_is_answered_by_somebody_else(
    screen, newcomer, server, browser
):
    somebody = newcomer("warned")
    moderator, supervisor = (Phone(server.url, name).sign_in() for name in ("moderator1", "supervisor"))
    about = {"person_id": somebody.person["id"], "kind": "warning", "reason": "stigma"}
    moderator.post("/review/sanctions", **about, words="What you wrote about people with this illness hurts.")
    here = open_settings(at(server, browser, somebody), "Decisions and reports")
    here.sees("What you wrote about people with this illness hurts.")
    here.button("This was wrong").click()
    here.page.get_by_label("What should we know?").fill("I quoted a newspaper.")
    here.button("Send").click()
    here.sees("Somebody else looks at it.")
    appeals = supervisor.get("/review/appeals?limit=100")["items"]
    (appeal,) = [one for one in appeals if one["person"]["id"] == somebody.person["id"]]
    answer = {
        "outcome": "overturned",
        "note": "A quotation.",
        "words": "You are right, it was a quotation.",
        "version": appeal["version"],
    }
    supervisor.post(f"/review/appeals/{appeal['id']}/decide", **answer)
    here.button("Back").click()
    here.page.locator(".row", has=here.page.get_by_text("Decisions and reports", exact=True)).click()
    here.sees("You are right, it was a quotation.")
    here.sees("taken back after your appeal")
    assert here.errors == []
    here.close()
