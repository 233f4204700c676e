"""Without a mouse: what a carer and a carer peer worker do most, with the focus where it is looked for, and to be seen."""

from playwright.sync_api import expect

from tests.browser.screen import Screen
from tests.factories.alerts import roster
from tests.factories.clients import PASSWORD, Phone
from tests.factories.words import fresh_mark

ROLES = ("textbox", "searchbox", "button", "radio", "link", "combobox")
MOST_TABS = 60
# Of what has the focus: what is called so shows where it is, and is not off the screen.
SEEN = """() => {
  const one = document.activeElement, { outlineStyle, outlineWidth } = getComputedStyle(one);
  const { top, bottom, left, right } = one.getBoundingClientRect();
  const at = document.elementFromPoint((left + right) / 2, Math.max(1, Math.min((top + bottom) / 2, innerHeight - 1)));
  return {
    outlined: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
    inside: bottom > 0 && top < innerHeight && right > 0 && left < innerWidth,
    covered: !(one.contains(at) || at?.contains(one)),
  };
}"""


class Keys:
    """A person's keyboard: Tab to what is called so, and what they press there."""

    def __init__(self, here: Screen) -> None:
        self.here, self.press, self.type = here, here.page.keyboard.press, here.page.keyboard.type

    def to(self, words: str, *, exact: bool = False, back: bool = False) -> "Keys":
        page = self.here.page
        wanted = page.get_by_role(ROLES[0], name=words, exact=exact)
        for role in ROLES[1:]:
            wanted = wanted.or_(page.get_by_role(role, name=words, exact=exact))
        expect(wanted.first).to_be_visible()
        for _ in range(MOST_TABS):
            if wanted.evaluate_all("all => all.includes(document.activeElement)"):
                seen = page.evaluate(SEEN)
                assert seen == {"outlined": True, "inside": True, "covered": False}, words
                return self
            self.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"Tab never reached {words}")

    def enter(self, words: str, *, exact: bool = False, back: bool = False) -> None:
        self.to(words, exact=exact, back=back).press("Enter")

    def fill(self, words: str, text: str) -> None:
        self.to(words).type(text)

    def is_at(self, role: str, words: str) -> None:
        expect(self.here.page.get_by_role(role, name=words, exact=True)).to_be_focused()


def test_a_carer_signs_in_writes_answers_reacts_and_reports(screen, room, phone):
    group = room("carer3", "carer2")
    title = group.coordinator.get(f"/groups/{group.group_id}")["name"]
    other = phone("carer2", connect=False)
    other.post(f"/conversations/{group.conversation_id}/messages", client_id=fresh_mark(), body="A lamp left on")
    here = screen()
    keys = Keys(here)
    keys.fill("E-mail address", "carer3@demo.test")
    keys.fill("Password", PASSWORD)
    keys.press("Enter")
    here.sees_heading("Conversations")
    keys.enter(title)
    keys.is_at("heading", title)
    keys.enter("Go to where you write")
    keys.is_at("textbox", "Write a message")
    keys.type("Without a mouse")
    keys.press("Control+Enter")
    expect(here.message("Without a mouse").get_by_role("time")).to_be_visible()
    keys.is_at("textbox", "Write a message")
    keys.enter("Answer", exact=True, back=True)
    keys.is_at("textbox", "Write a message")
    keys.type("Answered")
    keys.press("Control+Enter")
    expect(here.message("Answered").get_by_role("time")).to_be_visible()
    expect(here.message("Answered").locator(".quote")).to_contain_text("Without a mouse")

    lamp = here.message("A lamp left on")
    keys.enter(f"More about the message of {other.person['display_name']}", back=True)
    title_of_sheet = here.page.get_by_role("dialog").get_by_role("heading", level=2)
    expect(title_of_sheet).to_be_focused()
    keys.enter("Hug")
    expect(lamp.get_by_role("button", name="Hug: 1")).to_have_attribute("aria-pressed", "true")
    expect(lamp.get_by_role("button", name="More about the message")).to_be_focused()
    keys.press("Enter")
    expect(title_of_sheet).to_be_focused()
    keys.enter("Report this message")
    expect(title_of_sheet).to_have_text("Report this message")
    expect(title_of_sheet).to_be_focused()
    keys.to("Somebody may hurt themselves").press("Space")
    keys.enter("Send the report")
    here.sees("Moderators will look at this message")
    keys.press("Escape")
    expect(here.page.get_by_role("dialog")).to_have_count(0)
    expect(lamp.get_by_role("button", name="More about the message")).to_be_focused()
    keys.enter("Help now", back=True)
    keys.is_at("heading", "If someone is in danger now, call")
    keys.to("Call 000")
    assert here.errors == []


def test_a_carer_finds_again_what_was_written_and_asks_a_worker(screen, room, phone):
    group = room("carer3", "carer2")
    mark = fresh_mark()
    path = f"/conversations/{group.conversation_id}/messages"
    other = phone("carer2", connect=False)
    other.post(path, client_id=mark, body=f"A lamp left on {mark}")
    other.wait_for(lambda: other.get(f"/search?q={mark}")["items"], "it to be found")
    here = screen("carer3")
    keys = Keys(here)
    keys.enter("Search", exact=True)
    expect(here.page.get_by_role("searchbox")).to_be_focused()
    keys.type(mark)
    keys.press("Enter")
    keys.enter(f"A lamp left on {mark}")
    expect(here.message(mark)).to_be_focused()
    keys.enter("Back", exact=True, back=True)
    keys.enter("Back", exact=True, back=True)
    keys.enter("One-to-one")
    keys.is_at("heading", "Carer peer workers")
    keys.enter(phone("worker3", connect=False).person["display_name"])
    keys.fill("What would you like to say first?", "Once a week.")
    keys.enter("Ask this worker")
    here.sees("Asked. No answer yet.")
    carer = phone("carer3", connect=False)
    (asked,) = [one for one in carer.get("/contact-requests?state=requested")["items"] if one["note"] == "Once a week."]
    carer.post(f"/contact-requests/{asked['id']}/withdraw")
    assert here.errors == []


def test_a_worker_answers_a_call_and_writes_a_note(server, screen):
    worker = Phone(server.url, "worker2").sign_in()
    roster(server.database_url, worker.person["id"])
    here = screen("worker2")
    here.is_live()
    keys = Keys(here)
    carer = Phone(server.url, "carer1").sign_in()
    asked = carer.post("/crisis/alerts", whose="carer")["alert"]
    expect(here.page.get_by_role("alertdialog").get_by_role("heading", level=2)).to_be_focused()
    keys.enter("I am coming")
    here.page.get_by_label("Write a message").wait_for()
    keys.fill("Write a message", "I am here.")
    keys.press("Control+Enter")
    expect(here.message("I am here.").get_by_role("time")).to_be_visible()
    assert carer.get(f"/crisis/alerts/{asked['id']}")["alert"]["taken_by"]["id"] == worker.person["id"]
    keys.enter("Back", exact=True, back=True)
    keys.enter("My work")
    here.sees(f"You are with {carer.person['display_name']}")
    here.sees("What you carry")  # all of it is there, and nothing moves any more
    keys.to("How did it end?").press("ArrowDown")
    keys.enter("Close it")
    here.sees_heading("Talk about it")
    keys.enter("Back", exact=True)
    here.sees("What you carry")
    keys.enter("Diary")
    keys.fill("What happened between you?", "We sat in silence.")
    keys.enter("Save", exact=True)
    here.page.locator(".card").filter(has_text="We sat in silence.").wait_for()
    assert here.errors == []
