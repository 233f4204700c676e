"""Two moderators at their desks."""

from playwright.sync_api import expect

from tests.factories.review import case_about

WIDE = {"width": 1280, "height": 800}


def test_of_two_moderators_one_has_a_case_the_other_sees_it_and_a_decision_can_be_taken_back(screen, room, phone):
    group = room("carer1", "carer2")
    title = group.coordinator.get(f"/groups/{group.group_id}")["name"]
    author, reader = phone("carer1"), phone("carer2")
    message = author.send(group.conversation_id, "A word that hurts.")["message"]
    reader.post(f"/messages/{message['id']}/report", reason="stigma", note=None)
    ann, ben = screen("moderator1", viewport=WIDE), screen("moderator2")
    for here in (ann, ben):
        here.is_live()
        here.button("Review").click()
        here.page.locator(".review-row").filter(has_text=title).click()
        here.sees("A word that hurts.")
    ann.button("Take this case").click()
    ann.sees("You have this case.")
    expect(ben.page.get_by_role("main").get_by_text("Looked at by")).to_be_visible()
    expect(ben.button("Take this case")).to_have_count(0)
    ann.page.get_by_label("Take it out").check()
    ann.page.get_by_label("Note for the desk").fill("The word.")
    ann.button("Decide").click()
    expect(ann.button("Undo")).to_be_focused()
    ann.page.keyboard.press("Enter")
    expect(ann.page.get_by_label("Note for the desk")).to_have_value("The word.")
    case = case_about(phone("moderator1"), message["id"])
    assert (case["state"], case["pending"]) != ("closed", None)
    assert ann.errors == ben.errors == []
