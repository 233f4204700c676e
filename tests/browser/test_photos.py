"""A photo on its way through a group whose messages are looked at first, and what is asked of whoever writes of danger."""

from playwright.sync_api import expect

from tests.browser.screen import Screen
from tests.factories.photos import make_picture
from tests.factories.review import decide_about


def test_a_photo_waits_with_its_message_and_then_is_seen_on_another_phone_and_peace_is_had_from_the_group(
    screen, room, phone
):
    group = room("carer1", "carer2", moderation="before", photos=True)
    title = group.coordinator.get(f"/groups/{group.group_id}")["name"]
    here, there = screen("carer1").enter(title), screen("carer2").enter(title)
    for one in (here, there):
        one.is_live()
    picture = {"name": "walk.png", "mimeType": "image/png", "buffer": make_picture((400, 300), kind="PNG")}
    here.page.get_by_label("Add a photo").set_input_files([picture])
    here.page.get_by_label("What is in it?").fill("A bench by the water")
    here.write("Our bench")
    own = here.message("Our bench")
    expect(own).to_contain_text("Waiting to be looked at")
    thumb = own.get_by_role("button", name="Photo: A bench by the water")
    expect(thumb.locator("img[src^=blob]")).to_be_visible()
    path = f"/conversations/{group.conversation_id}/messages"
    assert phone("carer2", connect=False).get(path)["items"] == []
    (held,) = phone("carer1", connect=False).get(path)["held"]
    decide_about(phone("moderator1", connect=False), held["id"], "approve")
    expect(own.get_by_text("Waiting to be looked at")).to_have_count(0)
    seen = there.message("Our bench").get_by_role("button", name="Photo: A bench by the water")
    expect(seen.locator("img[src^=blob]")).to_be_visible()
    there.context.set_offline(True)  # what a bad line loses is asked for again
    seen.click()
    expect(there.page.get_by_role("dialog").get_by_role("status")).to_be_visible()
    there.context.set_offline(False)
    large = there.page.get_by_role("dialog").locator("img.picture")
    expect(large).to_have_js_property("naturalWidth", 400)
    expect(large).to_have_attribute("alt", "A bench by the water")
    there.page.go_back()
    expect(there.page.get_by_role("dialog")).to_have_count(0)

    there.button(title).click()
    there.button("Silent").click()
    expect(there.button("Silent")).to_have_attribute("aria-pressed", "true")
    mine = phone("carer2", connect=False).get("/conversations?limit=100")["items"]
    assert [one["muted"] for one in mine if one["id"] == group.conversation_id] == [True]
    there.button("Close").click()
    expect(there.message("Our bench")).to_be_visible()
    assert here.errors == there.errors == []


def test_whoever_wrote_of_danger_is_asked_whose_it_is_and_the_answer_shows_who_can_be_called(
    server, browser, screen, room, newcomer
):
    somebody, group = newcomer("asked"), room("carer2")
    group.admit(somebody)
    title = group.coordinator.get(f"/groups/{group.group_id}")["name"]
    here, there = Screen(browser, server.url, as_=somebody).open().enter(title), screen("carer2").enter(title)
    here.is_live()
    here.write("I want to kill myself")
    asked = here.page.get_by_role("region", name="A question for you alone")
    asked.get_by_role("listitem").first.get_by_role("button").click()
    expect(asked.get_by_role("status")).to_be_visible()
    expect(asked.get_by_role("link", name="Call 000").first).to_have_attribute("href", "tel:000")
    assert asked.get_by_role("link").count() > 2  # lines of help, not the emergency number alone
    (answered,) = somebody.get("/me/crisis-questions")["items"]
    assert answered["conversation_id"] == group.conversation_id
    there.sees_once("I want to kill myself")
    assert there.page.locator(".question").count() == 0  # nobody else hears that it was asked
    assert here.errors == there.errors == []
    here.close()
