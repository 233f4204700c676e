"""At the desk: without a mouse, with what the desk asks of whoever sits there, and for whoever answers for it."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.keyboard import Keyboard
from tests.factories.review import case_about, decide_about

WIDE = {"width": 1280, "height": 800}
# As AltGr types on some keyboards.
TYPED = """() => document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
  { code: "KeyP", key: "þ", altKey: true, modifierAltGraph: true, bubbles: true }))"""
KEPT_OF_THE_KEYS = "Object.entries(localStorage).filter(([name]) => name.includes('keys'))"


@pytest.fixture
def reported(room, phone):
    """`reported("words", "spam")`: the title of the group a message was written in, and its id; somebody reported it."""
    group = room("carer1", "carer2")
    title = group.coordinator.get(f"/groups/{group.group_id}")["name"]
    author, reader = phone("carer1", connect=False), phone("carer2", connect=False)

    def report(body, reason):
        path = f"/conversations/{group.conversation_id}/messages"
        message = author.post(path, client_id=uuid4().hex, body=body)["message"]
        reader.post(f"/messages/{message['id']}/report", reason=reason, note=None)
        return title, message["id"]

    return report


def closed(moderator, message_id):
    """The closed case about this message."""
    cases = moderator.get("/review/cases?state=closed&limit=100")["items"]
    (case,) = [one for one in cases if one["target"]["message_id"] == message_id]
    return case


def test_a_moderator_without_a_mouse_takes_a_case_decides_takes_it_back_and_answers_an_appeal(screen, phone, reported):
    title, message = reported("A word that hurts.", "stigma")
    somebody, colleague = phone("carer4", connect=False), phone("moderator2", connect=False)
    about = {"person_id": somebody.person["id"], "kind": "warning", "reason": "stigma", "words": "What you wrote hurts."}
    decision = colleague.post("/review/sanctions", **about)["sanction"]["decision_id"]
    appeal = somebody.post(f"/decisions/{decision}/appeal", words="I asked, and meant no harm.")["appeal"]
    here = screen(viewport=WIDE)
    hands = Keyboard(here)

    hands.sign_in("moderator1")
    hands.enter(here.button("Review"))
    hands.is_on("Review desk")
    hands.press("Alt+Slash")
    hands.at(here.page.get_by_role("heading", name="Keys", exact=True))
    hands.press("Escape")
    hands.is_on("Review desk")
    turn_to(here, hands, title)
    decide_and_take_back(here, hands)
    assert case_about(colleague, message)["pending"]["decision"] == "remove"
    answer_appeal(here, hands, somebody.person["display_name"])
    (answered,) = [one for one in somebody.get("/me/appeals")["items"] if one["id"] == appeal["id"]]
    assert (answered["state"], answered["answer"]) == ("overturned", "You are right.")
    switch_keys_off(here, hands)
    assert here.errors == []


def turn_to(here, hands, title):
    """Through the list, from its end, to the case in that group; each time it is said which one it is."""
    rows = here.page.locator(".review-row")
    rows.first.wait_for()
    for _ in range(rows.count()):
        hands.press("Alt+KeyK")
        hands.is_on("A case")
        shown = rows.and_(here.page.locator("[aria-current]")).inner_text()
        expect(here.page.locator("p.away[role=status]").filter(has_text=shown.partition("\n")[0])).to_have_count(1)
        if title in shown:
            return
    raise AssertionError("the case is not in the list")


def decide_and_take_back(here, hands):
    field = here.page.get_by_label
    here.button("Take this case").wait_for()
    hands.press("Alt+KeyC")
    here.sees("You have this case.")
    hands.at(here.page.locator("#rv-head"))
    hands.press("Alt+KeyG")
    hands.at(field("Let it stay"))
    while not field("Take it out").is_checked():
        hands.press("ArrowDown")
    hands.tab_to(field("What follows for them"))
    hands.type("A warn")
    hands.write("Words to the person", "This hurt somebody.")
    hands.write("Note for the desk", "The word.")
    here.page.evaluate(TYPED)
    hands.at(field("Note for the desk"))
    hands.press("Alt+KeyG")
    hands.at(here.button("Undo"))
    hands.press("Alt+KeyU")
    hands.is_on("A case")
    expect(field("Note for the desk")).to_have_value("The word.")
    expect(field("What follows for them")).to_have_value("warning")
    expect(field("Words to the person")).to_have_value("This hurt somebody.")
    hands.press("Alt+KeyG")
    hands.at(field("Take it out"))
    hands.press("Alt+KeyG")
    hands.at(here.button("Undo"))


def answer_appeal(here, hands, name):
    hands.enter(here.button("Appeals"))
    hands.is_on("Appeals")
    hands.enter(here.page.locator(".review-row").filter(has_text=name))
    hands.is_on("An appeal")
    hands.tab_to(here.page.get_by_label("The decision stands"))
    hands.press("ArrowDown")
    hands.at(here.page.get_by_label("It was wrong: take it back"))
    hands.write("Words to the person", "You are right.")
    hands.write("Note for the desk", "A question.")
    hands.enter(here.button("Send the answer"))
    hands.is_on("Appeals")


def switch_keys_off(here, hands):
    hands.press("Alt+KeyC")
    here.sees("Not possible here now: Take this case")
    hands.press("Alt+Slash")
    hands.tab_to(here.page.get_by_label("Use these keys"))
    hands.press("Space")
    hands.press("Alt+Slash")  # the switch is for this one too
    hands.at(here.page.get_by_label("Use these keys"))
    hands.press("Escape")
    hands.press("Alt+KeyJ")
    hands.is_on("Appeals")
    assert here.page.evaluate(KEPT_OF_THE_KEYS) == [["hearth.desk-keys", "off"]]


def test_at_the_desk_one_says_so_decides_adverts_together_and_ties_loose_ends(screen, phone, reported):
    title, _ = reported("Half price.", "spam")
    _, taken = reported("Half price again.", "spam")
    _, grave = reported("Nothing matters today.", "risk_to_self")
    _, meant_ill = reported("We are glad you are here.", "other")
    colleague = phone("moderator2", connect=False)
    decide_about(colleague, grave, "dismiss")
    here = screen("moderator1", viewport=WIDE)
    here.button("Review").click()
    be_there(here, phone("moderator1", connect=False), colleague)

    here.button("Back").click()
    here.button("Adverts").click()
    decide_all_but_one(here, title, lambda: colleague.post(f"/review/cases/{case_about(colleague, taken)['id']}/claim"))
    here.button("Back").click()
    here.button("Loose ends").click()
    look_again_later(here, title)
    assert closed(colleague, grave)["loop"]["follow_up"]["state"] == "scheduled"
    here.button("Back").click()
    here.page.locator(".review-row").filter(has_text=title).filter(has_text="Another reason").click()
    here.page.get_by_text("This report was made to harm").click()
    here.page.get_by_label("Why, for those who answer for it").fill("It was to hurt the writer.")
    here.button("Set it aside").click()
    here.sees("1 report is set aside. 1 case is closed.")
    assert closed(colleague, meant_ill)["state"] == "closed"
    leave_to_others(here, title)
    assert here.errors == []


def be_there(here, myself, colleague):
    here.button("You at the desk").click()
    here.button("I am here now").click()
    here.sees("You are at the desk until")
    assert myself.person["id"] in [one["person"]["id"] for one in colleague.get("/review/duty")["items"]]
    here.button("Have a pause").click()
    here.sees("You are having a pause.")
    assert myself.person["id"] not in [one["person"]["id"] for one in colleague.get("/review/duty")["items"]]
    here.page.get_by_role("button", name="I am back until").click()
    here.sees("You are at the desk until")
    here.page.get_by_label("Every case").check()
    here.sees("Kept.")
    assert myself.get("/me/desk-preferences")["blur"] == "all"
    here.page.get_by_label("Hard cases only").check()
    here.sees("Kept.")
    here.button("Ask for a talk").click()
    here.sees("You asked for a talk")
    here.button("I stop for today").click()
    here.sees("You have not said that you are at the desk.")


def decide_all_but_one(here, title, take_one):
    mine = here.page.get_by_role("listitem").filter(has_text=title)
    expect(mine).to_have_count(2)
    for one in mine.all():
        one.get_by_role("checkbox").check()
    take_one()
    here.page.get_by_label("Take it out").check()
    here.page.get_by_label("Note for the desk").fill("Adverts.")
    here.button("Decide").click()
    here.sees("1 case is decided. 1 did not go through.")
    expect(mine).to_have_count(1)
    expect(mine).to_contain_text("Not done: somebody else looks at it.")
    expect(mine.get_by_role("checkbox")).to_be_checked()


def leave_to_others(here, title):
    """Laid aside it is out of sight, and can be found again."""
    row = here.page.locator(".review-row").filter(has_text=title)
    expect(row).to_have_count(1)  # what was closed is gone from the list
    row.click()
    here.page.locator("summary").filter(has_text="Leave it to others").click()
    here.button("Leave it to others").click()
    expect(row).to_have_count(0)
    here.page.get_by_label("Also those that I left to others").check()
    expect(row).to_have_count(1)


def look_again_later(here, title):
    end = here.page.get_by_role("listitem").filter(has_text=title).filter(has=here.button("Open the case"))
    end.get_by_text("What should happen now").first.click()
    end.get_by_label("Choose one").select_option("scheduled")
    end.get_by_label("When").select_option("3")
    end.get_by_label("Note for the desk, if you like").fill("Ask how the week was.")
    end.get_by_role("button", name="Keep it").click()
    expect(end).to_have_count(0)


def test_a_supervisor_is_called_answers_and_sees_how_the_desk_does(screen, phone, reported):
    title, message = reported("A word I cannot judge.", "stigma")
    first, second = phone("moderator1", connect=False), phone("moderator2", connect=False)
    here = screen("supervisor", viewport=WIDE)
    here.is_live()
    case = case_about(first, message)["id"]
    first.post(f"/review/cases/{case}/second-opinion", note="Is it meant as I read it?")
    second.post(f"/review/cases/{case}/escalate", note="Neither of us knows.")
    here.sees("A case at the review desk waits for your answer.")
    here.button("OK").click()
    here.button("Review").click()
    row = here.page.locator(".review-row").filter(has_text=title)
    expect(row).to_contain_text("Waits for your answer")
    row.click()
    here.sees("A second opinion was asked for: Is it meant as I read it?")
    here.sees("A supervisor was called: Neither of us knows.")
    here.button("I look after it").click()
    here.sees("You have this case.")
    assert case_about(first, message)["escalation"]["acknowledged_at"]
    here.button("Figures").click()
    here.sees("What it asks of moderators")
    with here.page.expect_download() as saved:
        here.button("Get the page of last month").click()
    assert saved.value.suggested_filename.startswith("moderation-")
    assert here.errors == []
