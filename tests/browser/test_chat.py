"""What a carer does in a conversation beyond reading and writing, in a real browser against a real server."""

from playwright.sync_api import expect

from tests.browser.places_chat import menu


def test_signs_changes_and_reports_reach_the_service_and_the_other_phone(screen, room, phone):
    group = room("carer1", "carer2")
    title = group.coordinator.get(f"/groups/{group.group_id}")["name"]
    path = f"/conversations/{group.conversation_id}/messages"
    other = phone("carer2", connect=False)
    other.post(path, client_id="lamp", body="A lamp left on")
    here, there = screen("carer1").enter(title), screen("carer2").enter(title)
    for one in (here, there):
        one.is_live()

    menu(here, "A lamp")
    here.button("Report this message").click()
    here.page.go_back()  # as the phone's own button does: what lies over the conversation goes first
    expect(here.page.get_by_role("dialog")).to_have_count(0)
    here.sees_heading(title)
    expect(here.message("A lamp").get_by_role("button", name="More about the message")).to_be_focused()
    menu(here, "A lamp")
    here.button("Hug").click()
    expect(here.message("A lamp").get_by_role("button", name="Hug: 1")).to_have_attribute("aria-pressed", "true")
    expect(there.message("A lamp").get_by_role("button", name="Hug: 1")).to_have_attribute("aria-pressed", "false")
    here.message("A lamp").get_by_role("button", name="Hug: 1").click()
    expect(there.message("A lamp").get_by_role("button", name="Hug: 1")).to_have_count(0)

    menu(here, "A lamp")
    here.button("Report this message").click()
    here.page.get_by_label("Somebody may hurt themselves").check()
    here.button("Send the report").click()
    here.sees("Moderators will look at this message")
    expect(here.page.get_by_role("link", name="Call 000").first).to_be_visible()
    here.page.keyboard.press("Escape")
    expect(here.page.get_by_role("dialog")).to_have_count(0)
    here.sees_heading(title)
    (report,) = [one for one in phone("carer1", connect=False).get("/me/reports")["items"] if one["state"] == "open"][:1]
    assert report["reason"] == "risk_to_self"

    here.write("Mine, for now")
    expect(here.message("Mine, for now").get_by_role("time")).to_be_visible()
    menu(here, "Mine, for now")
    here.button("Change this message").click()
    here.page.get_by_label("Your words").fill("Call me on 0412 345 678")
    here.button("Save").click()
    here.button("Change it anyway").click()
    expect(there.message("0412 345 678")).to_contain_text("changed")
    menu(here, "0412 345 678")
    here.button("Take this message back").click()
    here.button("Take it back").click()
    here.sees("Its author took this message back")
    expect(there.message("took this message back")).to_be_visible()
    assert other.get(path)["items"][0]["state"] == "deleted"
    here.button(title).click()
    here.button("Close").click()  # by its own button, and nothing is left to go back through
    expect(here.page.get_by_role("dialog")).to_have_count(0)
    here.page.go_back()
    here.sees_heading("Conversations")
    assert here.errors == there.errors == []


def test_what_was_written_long_ago_is_found_and_shown_where_it_stands(screen, room, phone):
    group = room("carer1", "carer2")
    title = group.coordinator.get(f"/groups/{group.group_id}")["name"]
    other = phone("carer2", connect=False)
    path = f"/conversations/{group.conversation_id}/messages"
    other.post(path, client_id="old", body="The lighthouse was closed")
    for number in range(70):
        other.post(path, client_id=f"n{number}", body=f"Day {number}")
    other.wait_for(lambda: other.get("/search?q=lighthouse")["items"], "it to be found")
    here = screen("carer1").enter(title)
    here.button(title).click()
    here.button("Search in here").click()
    here.page.get_by_role("searchbox").fill("lighthouse")
    here.button("Search").click()
    here.page.get_by_role("button", name="The lighthouse was closed").click()
    expect(here.message("The lighthouse")).to_be_focused()
    expect(here.message("The lighthouse")).to_be_in_viewport()
    here.button("To the newest").click()
    expect(here.message("Day 69")).to_be_in_viewport()
    assert here.errors == []
