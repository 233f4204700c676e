"""A moderator at the desk: without a mouse, and with what the desk asks of whoever sits there."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.factories.clients import PASSWORD
from tests.factories.review import case_about, decide_about

WIDE = {"width": 1280, "height": 800}
# Whether what has the focus can be seen to have it.
OUTLINED = "one => one.matches(':focus-visible') && parseFloat(getComputedStyle(one).outlineWidth) >= 2"


@pytest.fixture
def reported(room, phone):
    """`reported("words", "spam")`: the title of the group a message was written in, and its id; somebody reported it."""
    group = room("carer1", "carer2")
    title = group.coordinator.get(f"/groups/{group.group_id}")["name"]
    author, reader = phone("carer1", connect=False), phone("carer2", connect=False)

    def report(body, reason):
        sent = author.post(f"/conversations/{group.conversation_id}/messages", client_id=uuid4().hex, body=body)
        reader.post(f"/messages/{sent['message']['id']}/report", reason=reason, note=None)
        return title, sent["message"]["id"]

    return report


def test_a_moderator_without_a_mouse_takes_a_case_decides_takes_it_back_and_answers_an_appeal(screen, phone, reported):
    title, message = reported("A word that hurts.", "stigma")
    somebody, colleague = phone("carer4", connect=False), phone("moderator2", connect=False)
    about = {"person_id": somebody.person["id"], "kind": "warning", "reason": "stigma", "words": "What you wrote hurts."}
    decision = colleague.post("/review/sanctions", **about)["sanction"]["decision_id"]
    appeal = somebody.post(f"/decisions/{decision}/appeal", words="I asked, and meant no harm.")["appeal"]
    here = screen(viewport=WIDE)
    page, keys = here.page, here.page.keyboard

    def at(wanted):
        expect(wanted).to_be_focused()
        assert wanted.evaluate(OUTLINED) or wanted.evaluate("one => one.tagName") == "H1"

    def tab_to(wanted):
        wanted.wait_for()
        for _ in range(80):
            if wanted.evaluate("one => one === document.activeElement"):
                return at(wanted)
            keys.press("Tab")
        raise AssertionError(f"Tab never reached {wanted}")

    def heading(words):
        return page.get_by_role("heading", name=words, exact=True, level=1)

    tab_to(page.get_by_label("E-mail address"))
    keys.type("moderator1@demo.test")
    tab_to(page.get_by_label("Password"))
    keys.type(PASSWORD)
    keys.press("Enter")
    here.sees_heading("Conversations")
    tab_to(here.button("Review"))
    keys.press("Enter")
    at(heading("Review desk"))

    keys.press("Alt+Slash")
    at(page.get_by_role("heading", name="Keys", exact=True))
    keys.press("Escape")
    at(heading("Review desk"))
    tab_to(page.locator(".review-row").filter(has_text=title))
    keys.press("Enter")
    at(heading("A case"))
    here.button("Take this case").wait_for()
    keys.press("Alt+KeyC")
    here.sees("You have this case.")
    at(page.locator("#rv-head"))

    keys.press("Alt+KeyG")
    at(page.get_by_label("Let it stay"))
    while not page.get_by_label("Take it out").is_checked():
        keys.press("ArrowDown")
    at(page.get_by_label("Take it out"))
    tab_to(page.get_by_label("What follows for them"))
    keys.type("A warn")
    tab_to(page.get_by_label("Words to the person"))
    keys.type("This hurt somebody.")
    tab_to(page.get_by_label("Note for the desk"))
    keys.type("The word.")
    # What AltGr types is no press of ours.
    page.evaluate("""() => document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
      { code: "KeyP", key: "þ", altKey: true, modifierAltGraph: true, bubbles: true }))""")
    at(page.get_by_label("Note for the desk"))
    keys.press("Alt+KeyG")
    at(here.button("Undo"))
    keys.press("Alt+KeyU")
    at(heading("A case"))
    expect(page.get_by_label("Note for the desk")).to_have_value("The word.")
    expect(page.get_by_label("What follows for them")).to_have_value("warning")
    expect(page.get_by_label("Words to the person")).to_have_value("This hurt somebody.")
    keys.press("Alt+KeyG")
    at(page.get_by_label("Take it out"))
    keys.press("Alt+KeyG")
    at(here.button("Undo"))
    assert case_about(phone("moderator2"), message)["pending"]["decision"] == "remove"

    tab_to(here.button("Appeals"))
    keys.press("Enter")
    at(heading("Appeals"))
    tab_to(page.locator(".review-row").filter(has_text=somebody.person["display_name"]))
    keys.press("Enter")
    at(heading("An appeal"))
    tab_to(page.get_by_label("The decision stands"))
    keys.press("ArrowDown")
    at(page.get_by_label("It was wrong: take it back"))
    for field, words in (("Words to the person", "You are right."), ("Note for the desk", "A question.")):
        tab_to(page.get_by_label(field))
        keys.type(words)
    tab_to(here.button("Send the answer"))
    keys.press("Enter")
    at(heading("Appeals"))
    (answered,) = [one for one in somebody.get("/me/appeals")["items"] if one["id"] == appeal["id"]]
    assert (answered["state"], answered["answer"]) == ("overturned", "You are right.")

    keys.press("Alt+KeyC")
    here.sees("Not possible here now: Take this case")
    keys.press("Alt+Slash")
    tab_to(page.get_by_label("Use these keys"))
    keys.press("Space")
    keys.press("Alt+Slash")  # the switch is for this one too
    at(page.get_by_label("Use these keys"))
    keys.press("Escape")
    keys.press("Alt+KeyJ")
    at(heading("Appeals"))
    assert page.evaluate(
        "Object.keys(localStorage).filter(one => one.includes('keys')).map(one => [one, localStorage[one]])"
    ) == [["hearth.desk-keys", "off"]]
    assert here.errors == []


def test_at_the_desk_one_says_so_decides_adverts_together_and_ties_loose_ends(screen, phone, reported):
    title, _ = reported("Half price.", "spam")
    _, taken = reported("Half price again.", "spam")
    _, grave = reported("Nothing matters today.", "risk_to_self")
    _, meant_ill = reported("We are glad you are here.", "other")
    colleague = phone("moderator2", connect=False)
    decide_about(colleague, grave, "dismiss")
    here = screen("moderator1", viewport=WIDE)
    here.button("Review").click()

    here.button("You at the desk").click()
    here.button("I am here now").click()
    here.sees("You are at the desk until")
    there = [one["person"]["id"] for one in colleague.get("/review/duty")["items"]]
    assert phone("moderator1", connect=False).person["id"] in there
    here.button("Have a pause").click()
    here.sees("You are having a pause.")
    here.page.get_by_role("button", name="I am back until").click()
    here.sees("You are at the desk until")
    here.page.get_by_label("Every case").check()
    here.sees("Kept.")
    assert phone("moderator1", connect=False).get("/me/desk-preferences")["blur"] == "all"
    here.page.get_by_label("Hard cases only").check()
    here.sees("Kept.")
    here.button("Ask for a talk").click()
    here.sees("You asked for a talk")
    here.button("I stop for today").click()
    here.sees("You have not said that you are at the desk.")

    here.button("Back").click()
    here.button("Adverts").click()
    mine = here.page.get_by_role("listitem").filter(has_text=title)
    expect(mine).to_have_count(2)
    for one in mine.all():
        one.get_by_role("checkbox").check()
    colleague.post(f"/review/cases/{case_about(colleague, taken)['id']}/claim")
    here.page.get_by_label("Take it out").check()
    here.page.get_by_label("Note for the desk").fill("Adverts.")
    here.button("Decide").click()
    here.sees("1 case is decided. 1 did not go through.")
    expect(mine).to_have_count(1)
    expect(mine).to_contain_text("Not done: somebody else looks at it.")
    expect(mine.get_by_role("checkbox")).to_be_checked()

    here.button("Back").click()
    here.button("Loose ends").click()
    end = here.page.get_by_role("listitem").filter(has_text=title).filter(has=here.button("Open the case"))
    end.get_by_text("What should happen now").first.click()
    end.get_by_label("Choose one").select_option("scheduled")
    end.get_by_label("When").select_option("3")
    end.get_by_label("Note for the desk, if you like").fill("Ask how the week was.")
    end.get_by_role("button", name="Keep it").click()
    expect(end).to_have_count(0)
    (scheduled,) = [
        one for one in colleague.get("/review/cases?state=closed&limit=100")["items"] if one["target"]["message_id"] == grave
    ]
    assert scheduled["loop"]["follow_up"]["state"] == "scheduled"

    here.button("Back").click()
    here.page.locator(".review-row").filter(has_text=title).filter(has_text="Another reason").click()
    here.page.get_by_text("This report was made to harm").click()
    here.page.get_by_label("Why, for those who answer for it").fill("It was to hurt the writer.")
    here.button("Set it aside").click()
    here.sees("1 report is set aside. 1 case is closed.")
    assert meant_ill in [
        one["target"]["message_id"] for one in colleague.get("/review/cases?state=closed&limit=100")["items"]
    ]
    assert here.errors == []
