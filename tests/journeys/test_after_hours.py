"""A carer writes and their worker is at home: it is kept, they know when it is read, and nobody is left alone."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from models.clock import utc_text
from models.contact_windows import DAYS
from tests.factories.alerts import roster
from tests.factories.clients import Refused
from tests.factories.doors import DOORS
from tests.factories.messages import PLAIN, RISKY
from tests.factories.rooms import begin


@pytest.fixture
def server(new_server):
    return new_server()


@pytest.fixture
def here(server, phone):
    return lambda name: phone(name, at=server)


def at_home_and_there(here):
    """A worker whom the demo's rota has not put on just now, and another."""
    now = datetime.now(UTC)
    window = f"from={utc_text(now)}&to={utc_text(now + timedelta(minutes=5))}"
    on = {span["person"]["id"] for span in here("coordinator").get(f"/rota?{window}")["items"]}
    workers = [here(name) for name in ("worker1", "worker2", "worker3")]
    home = next(worker for worker in workers if worker.person["id"] not in on)
    return home, next(worker for worker in workers if worker is not home)


def other_day():
    """A window three days from now, in whatever zone."""
    day = (datetime.now(UTC) + timedelta(days=3)).weekday()
    return {"day": DAYS[day], "opens": "09:00", "closes": "12:00"}


def talk_between(carer, worker):
    contact = carer.post("/contact-requests", worker_id=worker.person["id"])["contact"]
    place = worker.post(f"/contact-requests/{contact['id']}/accept")["contact"]["conversation_id"]
    begin(contact, carer, worker)
    for person in (carer, worker):
        person.wait_for(lambda person=person: 2 in person.seqs_of(place), "both to come in")
    return place


def test_a_carer_who_writes_at_night_is_answered_alike_at_both_doors_and_the_one_on_duty_hears_of_risk(here, server):
    carer, (worker, there) = here("carer1"), at_home_and_there(here)
    roster(server.database_url, there.person["id"])
    place = talk_between(carer, worker)
    worker.put("/me/availability", windows=[other_day()], timezone="UTC")

    answers = [door.send(carer, place, client_id=uuid4().hex, body=PLAIN) for door in DOORS]
    said = [
        {name: answer[name] for name in ("read_from", "read_from_local", "user_message", "turn_to")} for answer in answers
    ]
    assert said[0] == said[1]
    assert said[0]["read_from"].endswith("T09:00:00.000Z")
    for answer in answers:
        worker.wait_event("message.created", lambda data, sent=answer: data["message"]["id"] == sent["message"]["id"])

    for door in DOORS:
        with pytest.raises(Refused) as caught:
            door.send(worker, place, client_id=uuid4().hex, body=PLAIN)
        assert [advice["label"] for advice in caught.value.problem["advice"]] == ["after_hours"]

    carer.send(place, RISKY)
    noticed = there.wait_event("notice.concern")["data"]
    assert place not in str(noticed)
    assert carer.person["id"] not in str(there.events)
    (shown,) = there.get("/crisis/concerns")["items"]
    there.post(f"/crisis/concerns/{shown['id']}/offer")
    offer = carer.wait_event("notice.crisis_offer")["data"]
    assert "would talk with you" in offer["user_message"]
    assert "look out for an alert" in noticed["user_message"]
    assert offer["concern_id"] == noticed["concern_id"] == shown["id"]
    alert = carer.post("/crisis/alerts", whose="carer", message_id=offer["message_id"])["alert"]
    there.wait_event("alert.paged", lambda data: data["alert"]["id"] == alert["id"])
    assert not any(event["kind"] == "notice.concern" for event in worker.events)
