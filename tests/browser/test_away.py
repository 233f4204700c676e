"""Without a server, away from the page at once, and signed out in another tab."""

import json
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.leaving import LEFT
from tests.browser.screen import kept
from tests.factories.clients import Phone, Refused


def leave(url, phone, title, how):
    state = {"cookies": [], "origins": [kept(url, phone)]}
    command = [sys.executable, "-m", "tests.browser.leaving", url, title, how]
    done = subprocess.run(command, input=json.dumps(state), capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def title_of(group):
    return group.coordinator.get(f"/groups/{group.group_id}")["name"]


def test_the_crisis_numbers_are_there_without_a_connection_and_signed_out(screen, new_server):
    server = new_server()
    here = screen(at=server)
    here.keeps_shell()
    server.kill()
    here.open_again()
    here.button("Help now").click()
    expect(here.page.get_by_role("link", name="Call 000").first).to_have_attribute("href", "tel:000")
    here.sees("There is no connection. These are the numbers this phone kept.")
    here.page.get_by_role("link", name="Other countries, and who it is about").click()
    expect(here.page.get_by_role("heading", name="If someone is in danger now, call")).to_be_visible()
    expect(here.page.get_by_role("link", name="Call 000").first).to_be_visible()


def test_what_was_written_outlives_the_tab_and_the_server_and_arrives_once(screen, new_server, signed_in):
    server = new_server()
    here, there = (screen(name, at=server).enter("Parents") for name in ("carer1", "carer2"))
    for one in (here, there):
        one.is_live()
    here.keeps_shell()
    server.kill()
    here.write("Written while nobody answered")
    expect(here.message("Written while nobody answered")).to_contain_text("Waits for a connection")
    here.open_again()  # from what the phone kept
    here.sees("There is no connection right now")
    server.start()
    here.enter("Parents")
    for one in (here, there):
        expect(one.message("Written while nobody answered").get_by_role("time")).to_be_visible()
        one.sees_once("Written while nobody answered")
    reader = signed_in.phone(server.url, "carer2")
    place = next(one["id"] for one in reader.get("/conversations")["items"] if one["title"] == "Parents")
    bodies = [one["body"] for one in reader.get(f"/conversations/{place}/messages")["items"]]
    assert bodies == ["Written while nobody answered"]


@pytest.mark.parametrize("how", ["button", "shift"])
@pytest.mark.usefixtures("browser")  # skips where there is none
def test_leaving_forgets_everything_and_shows_another_page(server, room, how):
    group, phone = room("carer1"), Phone(server.url, "carer1").sign_in()
    left = leave(server.url, phone, title_of(group), how)
    assert (left["title"], left["url"]) == ("Elsewhere", LEFT)
    assert (left["kept"], left["databases"], left["shows"]) == (0, 0, 0)
    assert not left["own_pages"]
    over = how == "button"
    assert left["entries"] <= 3 + over  # a blank tab, this one, and those that going back left behind
    assert not left["before"].startswith(server.url)
    with pytest.raises(Refused, match="session_ended"):
        phone.get("/me")


def test_capitals_do_not_leave(screen, room):
    group = room("carer1")
    here = screen("carer1").enter(title_of(group))
    here.page.get_by_label("Write a message").press_sequentially("ABC")
    for letter in ("D", "E", "F"):
        here.page.keyboard.press(f"Shift+{letter}")
    expect(here.page.get_by_label("Write a message")).to_have_value("ABCDEF")


def test_signing_out_here_signs_out_in_the_other_tab(screen):
    here = screen("carer2")
    other = here.context.new_page()
    other.goto(here.url)
    expect(other.get_by_role("heading", name="Conversations")).to_be_visible()
    here.button("Settings").click()
    here.button("Sign out").click()
    expect(here.page.get_by_label("Password")).to_be_visible()
    expect(other.get_by_label("Password")).to_be_visible()


def test_who_is_signed_out_from_elsewhere_hears_that_something_was_not_sent(screen, room):
    here = screen("carer1").enter(title_of(room("carer1")))
    here.is_live()
    here.write("Call me on 0412 345 678")
    here.sees("Before this goes out")
    token = here.page.evaluate("JSON.parse(localStorage['hearth.sign-in']).access")
    Phone(here.url, "carer1").request("POST", "/auth/logout", headers={"Authorization": f"Bearer {token}"})
    here.sees("What you wrote and was not sent yet is gone from this phone")
    expect(here.page.get_by_label("Password")).to_be_visible()


@pytest.fixture
def asking(screen):
    """A signed-in phone that is not open yet, and every asking for what the first screen shows."""
    here = screen("carer1", service_workers="block")  # it would answer from what it keeps
    here.is_live()
    here.page.goto("about:blank")
    asked = []
    here.page.on("request", lambda one: asked.append(one.url) if "/api/v1/snapshot" in one.url else None)
    return here, asked


def test_the_first_screen_asks_once_for_what_it_shows(asking):
    here, asked = asking
    here.open().is_live()
    assert len(asked) == 1


def test_what_the_first_screen_shows_is_asked_for_before_the_client_can_say_a_word(asking):
    here, asked = asking
    here.page.route("**/words/**", lambda route: route.abort())
    with here.page.expect_request("**/api/v1/snapshot*"):
        here.open()
    assert len(asked) == 1
    expect(here.page.locator(".app")).to_have_count(0)


def test_a_service_that_is_too_busy_as_the_app_is_opened_is_not_asked_again_at_once(asking):
    here, asked = asking
    busy = {"code": "unavailable", "user_message": "Please wait.", "retry_after": 60}
    here.page.route("**/api/v1/snapshot*", lambda route: route.fulfill(status=503, json=busy))
    here.open().sees("There is no connection right now")
    assert len(asked) == 1


@pytest.mark.parametrize("change", ["until = 0", "access = 'worn-out'"])
def test_a_token_that_holds_no_more_is_renewed_as_the_app_is_opened(screen, change):
    here = screen("carer1")
    here.is_live()
    before = here.page.evaluate(
        f"(() => {{ const now = JSON.parse(localStorage['hearth.sign-in']); now.{change};"
        "localStorage['hearth.sign-in'] = JSON.stringify(now); return now.refresh; })()"
    )
    here.page.reload()
    here.is_live()
    assert here.page.evaluate("JSON.parse(localStorage['hearth.sign-in']).refresh") != before


def test_a_sign_in_that_ended_meanwhile_is_told_as_the_app_is_opened(screen):
    here = screen("carer1")
    here.is_live()
    token = here.page.evaluate("JSON.parse(localStorage['hearth.sign-in']).access")
    here.page.goto("about:blank")
    Phone(here.url, "carer1").request("POST", "/auth/logout", headers={"Authorization": f"Bearer {token}"})
    here.open()
    here.sees("sign in again")
    expect(here.page.get_by_label("Password")).to_be_visible()
    assert here.page.evaluate("localStorage['hearth.sign-in'] ?? null") is None
