"""What a carer does at the web client, in a real browser against a real server."""

import re

import pytest
from playwright.sync_api import expect


def test_a_carer_signs_in_reads_and_writes(screen, room, phone):
    group = room("carer1", "worker1")
    phone("worker1", connect=False).post(
        f"/conversations/{group.conversation_id}/messages", client_id="from-worker", body="Good evening, all"
    )
    title = group.coordinator.get(f"/groups/{group.group_id}")["name"]
    here = screen().sign_in("carer1")
    expect(here.page.locator(".row").filter(has_text=title)).to_contain_text("1 new")
    here.enter(title)
    said = here.message("Good evening, all")
    expect(said).to_contain_text("Carer peer worker")
    expect(said.locator("[data-role=carer_peer_worker] svg")).to_be_visible()
    here.write("Good evening from me")
    expect(here.message("Good evening from me")).to_contain_text("You")
    here.button("Back").click()
    row = here.page.locator(".row").filter(has_text=title)
    expect(row).to_be_visible()
    expect(row).not_to_contain_text("new")
    history = phone("worker1", connect=False).get(f"/conversations/{group.conversation_id}/messages")["items"]
    assert [one["body"] for one in history] == ["Good evening from me", "Good evening, all"]
    assert here.errors == []


def test_two_phones_in_one_conversation_see_the_same_in_the_same_order(screen, room):
    group = room("carer1", "carer2")
    title = group.coordinator.get(f"/groups/{group.group_id}")["name"]
    one, two = (screen(name).enter(title) for name in ("carer1", "carer2"))
    for here in (one, two):
        here.is_live()
    for number in range(3):
        one.write(f"one says {number}")
        two.write(f"two says {number}")
    for here in (one, two):
        for number in range(3):
            here.sees_once(f"one says {number}")
            here.sees_once(f"two says {number}")
        expect(here.page.get_by_text("Being sent")).to_have_count(0)
    assert one.bodies() == two.bodies()
    assert one.errors == two.errors == []


def test_a_carer_joins_with_an_invite_and_agrees_to_the_code(screen, phone):
    code = phone("coordinator", connect=False).post("/invites", role="carer")["code"]
    here = screen()
    here.button("Join with an invite").click()
    here.page.get_by_label("Invite code").fill(code)
    here.page.get_by_label("The name others see").fill("Quiet Harbour")
    here.page.get_by_label("E-mail address").fill("harbour@example.org")
    here.page.get_by_label("Password").fill("seven herons by the lake")
    here.button("Join").click()  # not without having agreed
    here.sees_heading("Join")
    here.page.get_by_label("I have read this and agree").check()
    here.button("Join").click()
    here.sees_heading("Conversations")
    here.sees("You are in no group yet")


def test_advice_is_shown_before_a_message_goes_out_and_it_can_be_sent_anyway(screen, room):
    group = room("carer1")
    here = screen("carer1").enter(group.coordinator.get(f"/groups/{group.group_id}")["name"])
    here.write("call me on 0412 345 678")
    here.sees("Before this goes out")
    here.button("Change it").click()
    expect(here.page.get_by_label("Write a message")).to_have_value("call me on 0412 345 678")
    here.button("Send").click()
    here.button("Send anyway").click()
    expect(here.message("0412 345 678").get_by_role("time")).to_be_visible()
    here.sees_once("0412 345 678")
    expect(here.page.get_by_text("Before this goes out")).to_have_count(0)


def test_pressed_twice_at_once_a_message_goes_out_once(screen, room, phone):
    group = room("carer1")
    here = screen("carer1").enter(group.coordinator.get(f"/groups/{group.group_id}")["name"])
    here.page.get_by_label("Write a message").fill("Only once, please")
    here.page.evaluate("const form = document.querySelector('.composer'); form.requestSubmit(); form.requestSubmit()")
    expect(here.message("Only once, please").get_by_role("time")).to_be_visible()
    items = phone("carer1", connect=False).get(f"/conversations/{group.conversation_id}/messages")["items"]
    assert [one["body"] for one in items] == ["Only once, please"]


def test_a_held_message_says_so_and_stays(screen, room):
    group = room("carer1", moderation="before")
    here = screen("carer1").enter(group.coordinator.get(f"/groups/{group.group_id}")["name"])
    here.write("May I join in?")
    expect(here.message("May I join in?")).to_contain_text("Somebody of the service looks at it first")
    here.open_again().enter(group.coordinator.get(f"/groups/{group.group_id}")["name"])
    expect(here.message("May I join in?")).to_contain_text("Waiting to be looked at")


def test_numbers_are_there_when_words_tell_of_danger(screen, room):
    group = room("carer1")
    here = screen("carer1").enter(group.coordinator.get(f"/groups/{group.group_id}")["name"])
    here.write("I want to kill myself")
    help_ = here.page.get_by_role("alert", name="You do not have to carry this alone")
    expect(help_.get_by_role("link", name="Call 000")).to_have_attribute("href", "tel:000")


def test_a_content_warning_folds_what_is_behind_it(screen, room, phone):
    group = room("carer1", "carer2")
    sent = {"client_id": "warned", "body": "what happened that night", "content_warning": "hospital"}
    phone("carer2", connect=False).post(f"/conversations/{group.conversation_id}/messages", **sent)
    here = screen("carer1").enter(group.coordinator.get(f"/groups/{group.group_id}")["name"])
    here.sees("Content warning: hospital")
    expect(here.page.get_by_text("what happened that night")).to_have_count(0)
    here.button("Show").click()
    here.sees("what happened that night")


@pytest.mark.parametrize("expired", ["by this phone's clock", "by the server's word"])
def test_a_token_is_renewed_while_the_app_is_open(screen, room, expired):
    group = room("carer1")
    here = screen("carer1").enter(group.coordinator.get(f"/groups/{group.group_id}")["name"])
    here.is_live()
    change = "now.until = 0" if expired == "by this phone's clock" else "now.access = 'worn-out'"
    before = here.page.evaluate(
        f"(() => {{ const now = JSON.parse(localStorage['hearth.sign-in']); {change};"
        "localStorage['hearth.sign-in'] = JSON.stringify(now); return now.refresh; })()"
    )
    here.write("Still here")
    expect(here.message("Still here").get_by_role("time")).to_be_visible()
    assert here.page.evaluate("JSON.parse(localStorage['hearth.sign-in']).refresh") != before


def test_another_language_is_chosen_and_kept_until_somebody_leaves(screen):
    here = screen("carer2")
    here.keeps_shell()
    here.button("Settings").click()
    here.button("العربية").click()
    here.sees_heading("المحادثات")
    assert here.page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    here.open_again().sees_heading("المحادثات")
    here.context.set_offline(True)  # what the service worker keeps is in this language too
    here.page.reload()
    here.sees("لا يوجد اتصال الآن")
    here.context.set_offline(False)
    here.button("الإعدادات").click()
    expect(here.page.locator("[data-role=carer]")).to_have_text(" مقدّم رعاية")
    here.button("تسجيل الخروج").click()
    password = here.page.get_by_label("كلمة المرور")
    expect(password).to_be_visible()
    assert here.context.cookies() == []
    here.page.locator("[type=email]").fill("carer2@demo.test")
    password.fill("not the one it is")
    here.page.locator("form button.strong").click()  # the service answers in the language of the page
    expect(here.page.get_by_role("alert")).to_contain_text("لا يتوافقان")
    assert re.search("[A-Za-z]", here.page.get_by_role("alert").inner_text()) is None
