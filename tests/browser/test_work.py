"""What a carer peer worker does at the web client: above all, answering when a carer asks for somebody now."""

from playwright.sync_api import expect

from tests.browser.places_work import open_work
from tests.factories.alerts import roster
from tests.factories.clients import Phone

# All of these buttons in one go.
PRESS = """names => [...document.querySelectorAll("button")]
  .filter(one => names.includes(one.innerText)).reverse().forEach(one => one.click())"""


def test_a_call_stands_over_everything_until_it_is_answered_and_leads_to_the_carer(server, screen):
    worker = Phone(server.url, "worker2").sign_in()
    roster(server.database_url, worker.person["id"])
    here = screen("worker2")
    here.is_live()
    here.button("Settings").click()  # whatever they look at
    carer = Phone(server.url, "carer4").sign_in()
    asked = carer.post("/crisis/alerts", whose="consumer", note="He has locked himself in.")["alert"]
    called = here.page.get_by_role("alertdialog")
    expect(called).to_contain_text("He has locked himself in.")
    expect(called).to_contain_text("It is about the person they care for.")
    here.page.reload()  # a phone that was put away, and taken out again
    expect(called).to_contain_text(f"{carer.person['display_name']} asks for somebody now")
    here.button("I am coming").click()
    expect(here.page.get_by_label("Write a message")).to_be_visible()
    here.write("I am here. Are you safe where you are?")
    expect(here.message("Are you safe where you are?").get_by_role("time")).to_be_visible()  # it is with the service
    here.button("Back").click()
    open_work(here)
    here.sees(f"You are with {carer.person['display_name']}")
    here.page.get_by_label("How did it end?").select_option("supported")
    here.button("Close it").click()
    here.sees_heading("Talk about it")
    here.page.get_by_label("What about?").fill("It was a long hour.")
    here.button("Ask for a talk").click()
    expect(here.page.get_by_role("listitem").filter(has_text="It was a long hour.")).to_contain_text("nobody has come yet")
    assert carer.get(f"/crisis/alerts/{asked['id']}")["alert"]["state"] == "resolved"
    assert here.errors == []


def test_who_cannot_come_says_so_and_the_call_goes_on(server, screen):
    worker = Phone(server.url, "worker3").sign_in()
    roster(server.database_url, worker.person["id"])
    here = screen("worker3")
    here.is_live()
    carer = Phone(server.url, "carer5").sign_in()
    asked = carer.post("/crisis/alerts", whose="carer")["alert"]
    here.button("I cannot").click()
    here.sees_heading("Conversations")
    assert carer.get(f"/crisis/alerts/{asked['id']}")["alert"]["taken_by"] is None
    carer.post(f"/crisis/alerts/{asked['id']}/cancel")
    assert here.errors == []


def test_a_worker_takes_a_carer_on_sets_their_hours_and_writes_their_diary(server, screen):
    carer, worker, coordinator, supervisor = (
        Phone(server.url, name).sign_in() for name in ("carer2", "worker1", "coordinator", "supervisor")
    )
    coordinator.put(f"/people/{worker.person['id']}/supervisor", supervisor_id=supervisor.person["id"])
    carer.post("/contact-requests", worker_id=worker.person["id"], note="I would like to talk with a father.")
    here = open_work(screen("worker1"))
    here.page.locator(".card").filter(has_text="talk with a father").get_by_role(
        "button", name="Yes, I take this on"
    ).click()
    mine = here.page.locator(".card").filter(has=here.page.get_by_role("button", name="Notes"))
    mine.filter(has_text=carer.person["display_name"]).get_by_role("button", name="Notes").click()
    here.page.get_by_label("Write a note").fill("We agreed on Tuesdays.")
    here.button("Save").click()
    expect(here.page.locator(".card").filter(has_text="We agreed on Tuesdays.")).to_contain_text("Between the two of you.")
    here.button("Back").click()
    here.page.locator(".row", has=here.page.get_by_text("Hours and pause", exact=True)).click()
    here.button("Add hours").click()
    here.page.get_by_role("combobox", name="Day").select_option(label="Tuesday")
    here.page.evaluate(PRESS, ["Save", "Pause now"])  # neither waits for the other's answer, and both are meant
    expect(here.button("End the pause")).to_be_visible()
    kept = worker.get("/me/availability")
    assert (kept["windows"], kept["paused"]) == ([{"day": "tue", "opens": "09:00", "closes": "12:00"}], True)
    here.button("End the pause").click()
    here.button("Back").click()
    here.page.locator(".row", has=here.page.get_by_text("Diary", exact=True)).click()
    here.page.get_by_label("What happened between you?").fill("We sat in silence.")
    here.button("Save").click()
    written = here.page.locator(".card").filter(has_text="We sat in silence.")
    written.get_by_role("button", name="Share with my supervisor").click()
    expect(written).to_contain_text("Your supervisor may read this")
    assert here.errors == []
