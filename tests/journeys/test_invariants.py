"""The invariants of ARCHITECTURE that exist so far, each with a test named after it. Crashes: `tests/drills`."""

import random

import eventlet
import pytest

from tests.factories.clients import Refused
from tests.factories.database import all_rows, files_at_rest
from tests.factories.messages import HOSTILE, PLAIN, RISKY
from tests.factories.review import decide_about
from tests.factories.rooms import open_room


def test_1_an_acknowledged_send_appears_exactly_once_in_one_order_for_every_member_across_reconnects(phone, room):
    names = ("carer1", "carer2", "carer3", "worker1")
    stream = room(*names).conversation_id
    phones = [phone(name) for name in names]
    acknowledged = []

    def write_and_wander(one):
        chance = random.Random(one.name)  # the same wandering in every run
        for n in range(20):
            acknowledged.append(one.send(stream, f"{one.name} {n}.")["message"]["id"])
            if chance.random() < 0.3:
                one.lose_network()
                one.connect()

    for task in [eventlet.spawn(write_and_wander, one) for one in phones]:
        task.wait()
    for one in phones:
        one.wait_for(lambda one=one: len(one.messages(stream)) >= 80, "eighty messages")
        one.sync()
        order = [message["id"] for message in one.messages(stream)]
        assert order == [message["id"] for message in phones[0].history(stream)]
        assert sorted(order) == sorted(acknowledged)
        assert one.seqs_of(stream) == list(range(one.seqs_of(stream)[0], one.seqs_of(stream)[0] + 80))


@pytest.mark.parametrize("body", [PLAIN, HOSTILE, RISKY], ids=["plain", "held", "risky"])
def test_2_the_same_client_id_again_returns_the_first_result_and_changes_nothing(phone, room, body):
    stream = room("carer1", "carer2").conversation_id
    carer, other, moderator = phone("carer1"), phone("carer2"), phone("moderator1")
    first = carer.send(stream, body, client_id=stream)
    before = {**carer.sync({}), **moderator.sync({})}
    known = len(other.events)
    assert all(carer.send(stream, body, client_id=stream) == first for _ in range(3))
    assert {**carer.sync({}), **moderator.sync({})} == before
    other.sync()
    assert [event for event in other.events[known:] if event["seq"] > (first["message"]["seq"] or 0)] == []


def test_3_nobody_receives_an_event_of_a_stream_they_may_not_read(phone, room):
    desk = {"moderator1", "moderator2", "supervisor", "coordinator"}
    everybody = ["carer1", "carer2", "carer5", "worker1", "worker2", "consumerpeer", "professional", *sorted(desk)]
    made = room("carer1", "carer2")
    stream, phones = made.conversation_id, {name: phone(name) for name in everybody}
    carer, other, moderator = phones["carer1"], phones["carer2"], phones["moderator1"]
    said = other.send(stream, PLAIN)["message"]
    held = carer.send(stream, HOSTILE)["message"]
    carer.send(stream, RISKY)
    carer.post(f"/messages/{said['id']}/report", reason="other")
    decide_about(moderator, said["id"], "hide")
    decide_about(moderator, said["id"], "restore")
    decide_about(moderator, held["id"], "approve")
    carer.call("read:mark", conversation_id=stream, seq=2)
    made.admit(phones["carer5"])
    phones["carer5"].wait_event("member.joined")
    made.remove(phones["carer5"])
    last = carer.send(stream, "The last word.")["message"]
    carer.wait_event("message.created", lambda data: data["message"]["id"] == last["id"])
    for name in desk:
        phones[name].wait_event("case.closed", lambda data: data["case"]["target"]["message_id"] == held["id"])
    for name, one in phones.items():
        one.sync()
        mine = {one.person["id"]} | ({stream} if name in {"carer1", "carer2"} else set())
        mine |= {"desk:review"} if name in desk else set()
        fresh = [event for event in one.events if stream in str(event) or event["stream_id"] == stream]
        allowed = mine | ({stream} if name == "carer5" else set())
        assert {event["stream_id"] for event in fresh} <= allowed, name
        assert ("desk:review" in {event["stream_id"] for event in fresh}) is (name in desk), name
    while_there = [event["kind"] for event in phones["carer5"].events if event["stream_id"] == stream]
    assert while_there == ["member.joined"]


def test_4_no_account_holds_two_peer_roles_and_each_speaks_in_its_own(phone, room):
    made = room("carer1", "worker1")
    guest, carer = phone("consumerpeer"), phone("carer1")
    with pytest.raises(Refused) as refused:
        guest.post(f"/groups/{made.group_id}/join")
    assert refused.value.code == "forbidden"
    for standing in ("member", "facilitator"):
        with pytest.raises(Refused) as refused:
            made.admit(guest, standing=standing)
        assert refused.value.code == "standing_not_for_role"
    made.admit(guest)
    guest.send(made.conversation_id, "Speaking as one who recovered.")
    phone("worker1").send(made.conversation_id, "Speaking as a carer.")
    carer.wait_for(lambda: len(carer.messages(made.conversation_id)) == 2, "two messages")
    labels = [message["author"]["role_label"] for message in carer.messages(made.conversation_id)]
    assert labels == ["Consumer peer worker", "Carer peer worker"]
    standings = {row["person"]["role"]: row["standing"] for row in carer.get(f"/groups/{made.group_id}/members")["items"]}
    assert standings["consumer_peer_worker"] == "guest"


CANARY = "quokkasunrise"


@pytest.fixture
def quiet_server(new_server):
    return new_server()


def say_the_canary_everywhere(phone, server):
    carer, worker, moderator = (phone(name, at=server) for name in ("carer1", "worker1", "moderator1"))
    coordinator = phone("coordinator", connect=False, at=server)
    stream = open_room(coordinator, carer, worker).conversation_id
    words = f"{CANARY} {PLAIN}"
    said = carer.send(stream, words, content_warning=CANARY)["message"]
    carer.post(f"/conversations/{stream}/messages", client_id="c2", body=words)
    held = carer.send(stream, f"{CANARY} {HOSTILE}")["message"]
    carer.send(stream, f"{CANARY} {RISKY}")
    worker.post(f"/messages/{said['id']}/report", reason="other", note=words)
    case_id = decide_about(moderator, said["id"], "hide")["id"]
    moderator.get(f"/review/cases/{case_id}")
    assert CANARY in str(moderator.post(f"/review/cases/{case_id}/reveal"))
    decide_about(moderator, held["id"], "approve")
    for wrong in (
        {"body": CANARY * 1000},
        {"body": words, CANARY: 1},
        {"body": f"{CANARY} ring 0412 345 678"},
        {"body": words, "client_id": CANARY + " "},
        {"body": [CANARY]},
    ):
        assert carer.call("message:send", **{"conversation_id": stream, "client_id": "c3", **wrong})["ok"] is False
        with pytest.raises(Refused):
            carer.post(f"/conversations/{stream}/messages", **{"client_id": "c3", **wrong})
    with pytest.raises(Refused):
        carer.get(f"/conversations/{stream}/messages?before={CANARY}")
    assert carer.call(CANARY, body=CANARY)["ok"] is False
    carer.socket.eio.send(f'2["message:send",{{"body":"{CANARY}')
    carer.wait_for(lambda: carer.closed, "the end of the connection")
    assert CANARY in str(worker.history(stream))


def test_7_no_message_text_in_logs_in_the_audit_trail_or_in_the_clear_at_rest(phone, quiet_server):
    say_the_canary_everywhere(phone, quiet_server)
    assert "route=/api/v1" in quiet_server.log_text()
    assert CANARY not in quiet_server.log_text()
    rows = all_rows(quiet_server.database_url)
    assert {"message", "report", "decision", "audit_entry", "event"} <= {table for table, _ in rows}
    assert [row for row in rows if CANARY in str(row)] == []
    files = files_at_rest(quiet_server.database_url)
    assert sum(file.stat().st_size for file in files) > 0
    for file in files:
        content = file.read_bytes()
        assert CANARY.encode() not in content, file
        assert CANARY.encode("utf-16-le") not in content, file
