"""A crisis alert as people live it: the carer sees each step at once, and who is called hears of it at once."""

import pytest

from models.rota import Layer
from tests.factories.alerts import roster
from tests.factories.clients import Refused
from tests.factories.doors import DOORS, refusal

ASK = {"whose": "consumer", "note": "He has locked himself in and does not answer."}


@pytest.fixture
def on_duty(server, phone):
    """worker1 and worker2 are on duty; both are connected."""
    workers = [phone("worker1"), phone("worker2")]
    for worker in workers:
        roster(server.database_url, worker.person["id"])
    return workers


@pytest.fixture
def carer(phone):
    """Their alert is over when the test is."""
    one = phone("carer1")
    yield one
    for alert in one.get("/crisis/alerts")["items"]:
        if alert["closed_at"] is None:
            one.post(f"/crisis/alerts/{alert['id']}/cancel")


def about(alert_id):
    return lambda data: data.get("alert", {}).get("id") == alert_id


def ask(carer):
    return carer.post("/crisis/alerts", **ASK)["alert"]["id"]


def test_the_carer_sees_every_step_live_and_who_is_called_hears_at_once(carer, on_duty, phone):
    worker, other = on_duty
    desk = phone("supervisor")
    alert_id = ask(carer)
    for who in on_duty:
        paged = who.wait_event("alert.paged", about(alert_id))["data"]
        assert (paged["alert"]["carer"]["id"], paged["layer"]) == (carer.person["id"], "primary")
        assert "note" not in paged["alert"]
    carer.wait_event("alert.paging", about(alert_id))
    desk.wait_event("alert.paging", about(alert_id))

    taken = worker.call("alert:acknowledge", alert_id=alert_id)["alert"]
    seen = carer.wait_event("alert.acknowledged", about(alert_id))["data"]["alert"]
    assert (seen["conversation_id"], seen["taken_by"]["id"]) == (taken["conversation_id"], worker.person["id"])
    assert worker.person["display_name"] in seen["text"]
    theirs = other.wait_event("alert.acknowledged", about(alert_id))["data"]["alert"]
    assert (theirs["taken_by"]["id"], theirs["conversation_id"]) == (worker.person["id"], None)

    conversation_id = taken["conversation_id"]
    for who in (carer, worker):
        who.wait_for(lambda who=who: who.seqs_of(conversation_id) or conversation_id in who.heads, "the conversation")
    worker.send(conversation_id, "I am here. Are you safe?")
    carer.wait_for(lambda: carer.messages(conversation_id), "the first words")
    carer.wait_event("alert.in_contact", about(alert_id))
    worker.post(f"/crisis/alerts/{alert_id}/resolve", outcome="supported")
    carer.wait_event("alert.resolved", about(alert_id))
    desk.wait_event("alert.resolved", about(alert_id))
    with pytest.raises(Refused):
        carer.send(conversation_id, "Are you still there?")


def test_who_was_away_finds_the_page_when_they_come_back(carer, on_duty):
    worker, _ = on_duty
    known = dict(worker.seqs)
    worker.disconnect()
    alert_id = ask(carer)
    worker.connect(streams=known)
    assert worker.wait_event("alert.paged", about(alert_id))


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_both_doors_take_an_alert_and_refuse_the_second_with_who_was_first(carer, on_duty, door):
    first, second = on_duty
    alert_id = ask(carer)
    taken = door.acknowledge(first, alert_id)
    assert (taken["state"], taken["taken_by"]["id"], taken["note"]) == ("acknowledged", first.person["id"], ASK["note"])
    for refusing in DOORS:
        said = refusal(refusing.acknowledge, second, alert_id)
        assert (said["code"], said["status"], said["taken_by"]) == ("alert_taken", 409, taken["taken_by"])
    nobodys = "0190f3a0-0000-7000-8000-000000000000"
    assert refusal(door.acknowledge, second, nobodys)["code"] == "not_found"


def test_a_carer_may_not_take_their_own_nor_anothers(carer, on_duty, phone):
    alert_id = ask(carer)
    answers = [[refusal(door.acknowledge, who, alert_id) for door in DOORS] for who in (carer, phone("carer2"))]
    assert [answer[0]["code"] for answer in answers] == ["forbidden", "not_found"]
    assert all(one == other for one, other in answers)


def test_only_the_desk_hears_the_desk(carer, on_duty, phone, server):
    roster(server.database_url, phone("supervisor").person["id"], Layer.SUPERVISOR)
    hearing = {
        name
        for name in ("supervisor", "coordinator", "moderator1", "worker3", "carer2", "professional")
        if "desk:crisis" in phone(name).heads
    }
    assert hearing == {"supervisor", "coordinator"}
