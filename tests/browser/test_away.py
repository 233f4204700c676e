"""Without a connection, without a server, and away from the page at once."""

import pytest
from playwright.sync_api import expect

LEFT = "https://www.wikipedia.org/"


def title_of(group):
    return group.coordinator.get(f"/groups/{group.group_id}")["name"]


def test_the_crisis_numbers_are_there_without_a_connection_and_signed_out(screen, new_server):
    server = new_server()
    here = screen(at=server)
    here.keeps_shell()
    server.kill()
    here.open_again()
    here.button("Help now").click()
    expect(here.page.get_by_role("link", name="Call 000")).to_have_attribute("href", "tel:000")
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


BUTTON, KEYS = "the button", "Shift three times"


@pytest.mark.parametrize("how", [BUTTON, KEYS])
def test_leaving_forgets_everything_and_shows_another_page(screen, room, how):
    group = room("carer1")
    here = screen("carer1").enter(title_of(group))
    here.context.route(LEFT, lambda route: route.fulfill(body="<title>Elsewhere</title>", content_type="text/html"))
    token = here.page.evaluate("JSON.parse(localStorage['hearth.sign-in']).access")
    here.write("Somebody comes in")
    expect(here.message("Somebody comes in").get_by_role("time")).to_be_visible()
    if how is BUTTON:
        here.button("Leave this page at once").click()
    else:
        here.page.keyboard.press("Shift")
        here.page.keyboard.press("Shift")
        # The browser never says of the third that it was pressed: the page is gone by then.
        here.page.evaluate("void setTimeout(() => dispatchEvent(new KeyboardEvent('keydown', { key: 'Shift' })))")
    here.page.wait_for_url(LEFT)
    assert here.page.title() == "Elsewhere"
    entries = here.page.evaluate("history.length")
    here.page.goto(here.url)
    assert here.page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert here.page.evaluate("indexedDB.databases().then(all => all.length)") == 0
    expect(here.page.get_by_label("Password")).to_be_visible()
    expect(here.page.get_by_text("Somebody comes in")).to_have_count(0)
    assert entries <= 3  # a blank tab, this one, and the one that going back left behind
    answer = here.context.request.get(f"{here.url}/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status == 401


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
