"""Without a server, and signed out in another tab."""

from playwright.sync_api import expect


def title_of(group):
    return group.coordinator.get(f"/groups/{group.group_id}")["name"]


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
