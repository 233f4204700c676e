"""Two moderators at their desks."""

from playwright.sync_api import Request, expect

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


def test_a_covered_message_is_looked_at_and_taken_out_and_its_author_may_only_read_there_for_some_days(screen, room, phone):
    group = room("carer1", "carer2")
    title = group.coordinator.get(f"/groups/{group.group_id}")["name"]
    author, reader = phone("carer1"), phone("carer2")
    message = author.send(group.conversation_id, "Another word that hurts.")["message"]
    reader.post(f"/messages/{message['id']}/report", reason="abuse", note=None)
    ann = screen("moderator1", viewport=WIDE)
    ann.button("Review").click()
    ann.page.locator(".review-row").filter(has_text=title).click()
    ann.sees("The words are covered.")
    expect(ann.page.get_by_text("Another word that hurts.")).to_have_count(0)
    ann.button("Show the words").click()
    ann.sees("Another word that hurts.")
    ann.page.get_by_label("Take it out").check()
    ann.page.get_by_label("What follows for them").select_option("read_only")
    expect(ann.page.get_by_text("You decide.")).to_be_visible()
    lengths = ann.page.get_by_label("For how long")
    expect(lengths.locator("option").last).to_have_text("7 days")
    lengths.select_option("72")
    ann.page.get_by_label("Words to the person").fill("What you wrote hurt somebody.")
    ann.page.get_by_label("Look after it again").select_option("3")
    ann.page.get_by_label("Note for the desk").fill("The second time.")
    # Away for a moment and back, to a page of its own: nothing of it is lost.
    ann.button("You at the desk").click()
    ann.sees("What you looked at")
    ann.open_again()
    ann.button("Review").click()
    ann.page.locator(".review-row").filter(has_text=title).click()
    ann.button("Show the words").click()
    ann.sees("Another word that hurts.")
    expect(ann.page.get_by_label("What follows for them")).to_have_value("read_only")
    expect(ann.page.get_by_label("For how long")).to_have_value("72")
    expect(ann.page.get_by_label("Words to the person")).to_have_value("What you wrote hurt somebody.")
    expect(ann.page.get_by_label("Look after it again")).to_have_value("3")
    expect(ann.page.get_by_label("Note for the desk")).to_have_value("The second time.")
    sent: list[Request] = []
    ann.page.on("request", lambda one: sent.append(one) if one.url.endswith("/decide") else None)
    ann.button("Decide").click()
    expect(ann.button("Undo")).to_be_focused()
    (asked,) = [one.post_data_json for one in sent]
    assert (asked["sanction"]["kind"], asked["sanction"]["hours"]) == ("read_only", 72)
    assert asked["sanction"]["conversation_id"] == group.conversation_id
    assert asked["follow_up"]["at"]
    assert case_about(phone("moderator1"), message["id"])["pending"]["decision"] == "remove"
    assert ann.errors == []


def test_an_appeal_is_decided_by_the_second_moderator_and_not_by_the_one_who_decided_before(screen, phone):
    somebody = phone("carer3")
    first = phone("moderator1")
    about = {"person_id": somebody.person["id"], "kind": "warning", "reason": "stigma"}
    decision = first.post("/review/sanctions", **about, words="What you wrote hurts.")["sanction"]["decision_id"]
    made = somebody.post(f"/decisions/{decision}/appeal", words="I quoted a newspaper.")["appeal"]
    ann, ben = screen("moderator1", viewport=WIDE), screen("moderator2", viewport=WIDE)
    for here in (ann, ben):
        here.button("Review").click()
        here.button("Appeals").click()
        here.page.locator(".review-row").filter(has_text=somebody.person["display_name"]).click()
        here.sees("I quoted a newspaper.")
    ann.sees("Somebody else has to decide this one.")
    expect(ann.button("Send the answer")).to_have_count(0)
    ben.page.get_by_label("It was wrong: take it back").check()
    ben.page.get_by_label("Words to the person").fill("You are right.")
    ben.page.get_by_label("Note for the desk").fill("A quotation.")
    ben.button("Send the answer").click()
    ben.sees_heading("Appeals")
    (answered,) = [one for one in somebody.get("/me/appeals")["items"] if one["id"] == made["id"]]
    assert (answered["state"], answered["answer"]) == ("overturned", "You are right.")
    assert ann.errors == ben.errors == []
