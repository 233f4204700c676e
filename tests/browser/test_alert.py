"""A carer asks for somebody on duty, at the web client."""

from playwright.sync_api import expect

from tests.factories.alerts import roster
from tests.factories.clients import Phone


def test_a_carer_asks_for_somebody_and_is_told_at_every_step_who_comes(server, screen):
    worker = Phone(server.url, "worker1").sign_in()
    roster(server.database_url, worker.person["id"])
    here = screen("carer2")
    here.is_live()
    here.button("Help now").click()
    here.button("Ask somebody of the service to come").click()
    expect(here.page.get_by_role("link", name="Call 000")).to_be_visible()
    here.page.get_by_label("The person I care for").check()
    here.page.get_by_label("What is happening?").fill("She does not come out of her room.")
    here.button("Call somebody now").click()
    expect(here.page.get_by_role("heading", name="Somebody is being called")).to_be_visible()
    here.open_again()  # the tab was closed, or the battery went
    here.button("Help now").click()
    here.button("Ask somebody of the service to come").click()
    expect(here.page.get_by_role("heading", name="Somebody is being called")).to_be_visible()
    asked = worker.get("/crisis/alerts?state=paging")["items"][0]
    assert asked["note"] == "She does not come out of her room."
    worker.post(f"/crisis/alerts/{asked['id']}/acknowledge")
    expect(here.page.get_by_role("heading", name="Somebody is coming")).to_be_visible()
    here.sees(f"{worker.person['display_name']} (Carer peer worker)")
    here.button("Write with them").click()
    expect(here.page.get_by_label("Write a message")).to_be_visible()
    here.button("Help now").click()
    here.button("Ask somebody of the service to come").click()
    here.button("I do not need anybody any more").click()
    expect(here.page.get_by_role("heading", name="Taken back")).to_be_visible()
    here.button("Ask again").click()
    expect(here.button("Call somebody now")).to_be_visible()
    assert here.errors == []


def test_who_asks_without_a_connection_is_heard_once_when_it_is_back(server, screen):
    here = screen("carer4")
    here.keeps_shell()
    here.button("Help now").click()
    here.button("Ask somebody of the service to come").click()
    here.page.get_by_label("Me", exact=True).check()
    here.context.set_offline(True)
    here.button("Call somebody now").click()
    here.sees("There is no connection. Trying again")
    here.context.set_offline(False)
    expect(here.page.locator("[data-alert]")).to_be_visible()
    carer = Phone(server.url, "carer4").sign_in()
    assert len(carer.get("/crisis/alerts")["items"]) == 1
    carer.post(f"/crisis/alerts/{carer.get('/crisis/alerts')['items'][0]['id']}/cancel")
    assert here.errors == []
