"""A conversation of a thousand messages, on a phone: it scrolls, and whoever writes meanwhile loses no key."""

from playwright.sync_api import expect

MESSAGES = 1_000
WORDS = "the kettle is on and nobody here sleeps yet so I read what all of you wrote and write this while I do"


def test_a_thousand_messages_scroll_while_somebody_writes_and_no_key_is_lost(screen, room, phone):
    group = room("carer1", "carer2")
    title = group.coordinator.get(f"/groups/{group.group_id}")["name"]
    other, path = phone("carer2", connect=False), f"/conversations/{group.conversation_id}/messages"
    said = [f"Evening number {number}, and the kettle is on." for number in range(MESSAGES)]
    for number, body in enumerate(said):
        other.post(path, client_id=f"long-{number}", body=body)
    here = screen("carer1").enter(title)
    here.is_live()
    shown = here.page.locator(".message")
    here.sees_once(said[-1])
    while (before := shown.count()) < MESSAGES:
        here.button("Show earlier messages").click()
        shown.nth(before).wait_for()
    assert here.page.locator(".message .body").all_text_contents() == said
    field = here.page.get_by_label("Write a message")
    field.focus()
    here.page.mouse.move(180, 300)
    words, places = WORDS.split(), []
    for number, word in enumerate(words):
        here.page.keyboard.type(f"{word} ")
        here.page.mouse.wheel(0, -4_000 if number < len(words) / 2 else 4_000)
        places.append(here.page.locator(".messages").evaluate("one => one.scrollTop"))
        if number % 5 == 0:
            other.post(path, client_id=f"meanwhile-{number}", body=f"Meanwhile {number}.")
    assert max(places) - min(places) > 10_000  # pixels: it did go through it
    expect(field).to_have_value(f"{WORDS} ")
    here.sees_once("Meanwhile 15.")
    here.button("Send").click()
    expect(here.message("nobody here sleeps yet").get_by_role("time")).to_be_visible()  # it is with the service
    assert other.get(path)["items"][0]["body"] == WORDS
    assert here.errors == []
