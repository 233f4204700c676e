"""Two processes are one service: what happens at one is seen at the other, in the one order."""

import time
from itertools import chain

import eventlet
import pytest

from tests.factories.clients import Refused, sign_up
from tests.factories.messages import HOSTILE, PLAIN
from tests.factories.review import case_about, decide_about
from tests.factories.words import fresh_mark


@pytest.fixture
def stream(made):
    return made.conversation_id


def test_messages_sent_at_both_arrive_at_both_in_one_order(on_a, on_b, stream):
    phones = [on_a("carer1"), on_a("carer2"), on_b("carer1"), on_b("carer2")]

    def write(one):
        return [one.send(stream, f"No {n}.")["message"]["id"] for n in range(15)]

    sent = [task.wait() for task in [eventlet.spawn(write, one) for one in phones]]
    for one in phones:
        one.wait_for(lambda one=one: len(one.messages(stream)) >= 60, "sixty messages")
        one.sync()
        order = [message["id"] for message in one.messages(stream)]
        assert order == [message["id"] for message in phones[0].messages(stream)]
        assert sorted(order) == sorted(chain.from_iterable(sent))
        seqs = one.seqs_of(stream)
        assert seqs == list(range(seqs[0], seqs[0] + 60))


def test_the_same_client_id_at_both_at_once_makes_one_message(on_a, on_b, stream):
    here, there = on_a("carer1"), on_b("carer1")
    for n in range(10):
        client_id = f"{stream}.{n}"
        going = [eventlet.spawn(one.send, stream, PLAIN, client_id=client_id) for one in (here, there)]
        assert len({task.wait()["message"]["id"] for task in going}) == 1
    assert len(here.history(stream)) == 10


def test_leaving_at_one_stops_delivery_at_the_other_at_that_very_event(on_a, on_b, made, stream):
    speaker, leaver = on_a("carer2"), on_b("carer1")
    on_a("carer1", connect=False).post(f"/groups/{made.group_id}/leave")
    said = speaker.send(stream, "Said after they left.")["message"]
    leaver.wait_event("notice.membership")
    on_b("carer2").sync()
    another = on_b("carer2")
    another.send(stream, "And once more.")
    another.wait_event("message.created", lambda data: data["message"]["body"] == "And once more.")
    leaver.sync()
    assert leaver.seqs_of(stream) == []
    assert said["seq"] == speaker.wait_event("member.left")["seq"] + 1


def test_joining_at_one_starts_delivery_at_the_other_where_nobody_listened(on_a, on_b, made, stream):
    speaker, newcomer = on_a("carer2"), on_b("carer5")
    speaker.send(stream, "Said before they came.")
    on_a("carer5", connect=False).post(f"/groups/{made.group_id}/join")
    joined = newcomer.wait_event("member.joined")
    said = speaker.send(stream, "Welcome.")["message"]
    newcomer.wait_event("message.created")
    assert newcomer.seqs_of(stream) == [joined["seq"], said["seq"]]


@pytest.mark.parametrize("how", ["signing out", "a token used twice"])
def test_a_sign_in_that_ends_at_one_is_cut_at_the_other_within_a_second(two, on_a, on_b, how):
    socket = on_b("carer1", own_sign_in=True)
    socket.url = two.a.url
    if how == "a token used twice":
        used = socket.refresh_token
        socket.refresh()
    since = time.monotonic()
    if how == "signing out":
        socket.post("/auth/logout")
    else:
        with pytest.raises(Refused):
            socket.refresh(used)
    socket.wait_for(lambda: socket.closed, "the end of the connection")
    assert time.monotonic() - since < 1.0
    assert socket.ended == [{"reason": {"signing out": "signed_out", "a token used twice": "token_reused"}[how]}]


@pytest.mark.parametrize("how", ["suspended", "role_changed", "revoked_by_service"])
def test_what_the_service_does_at_one_cuts_the_socket_at_the_other_within_a_second(two, on_a, record_property, how):
    coordinator, somebody = on_a("coordinator", connect=False), sign_up(two.a.url)
    somebody.url = two.b.url
    somebody.connect()
    path = f"/people/{somebody.person['id']}"
    role = {"role": "carer_peer_worker", "current_role": "carer", "reason": "Agreed.", "handovers": []}
    since = time.monotonic()
    if how == "suspended":
        coordinator.post(f"{path}/suspend", reason="Until we have spoken.")
    elif how == "role_changed":
        coordinator.post(f"{path}/role", **role)
    else:
        coordinator.request("DELETE", f"{path}/sessions")
    somebody.wait_for(lambda: somebody.closed, "the end of the connection")
    took = time.monotonic() - since
    record_property("seconds", round(took, 3))
    print(f"cut across processes, {how}: {took * 1000:.0f} ms")
    assert took < 1.0
    assert somebody.ended == [{"reason": how}]


def test_of_two_claims_at_once_at_both_exactly_one_is_taken(on_a, on_b, stream):
    author, first, second = on_a("carer1"), on_a("moderator1"), on_b("moderator2")
    for n in range(8):
        message = author.send(stream, HOSTILE, client_id=f"{stream}.{n}")["message"]
        case_id = case_about(first, message["id"])["id"]
        going = [eventlet.spawn(one.call, "case:claim", case_id=case_id) for one in (first, second)]
        acks = [task.wait() for task in going]
        assert sorted(ack["ok"] for ack in acks) == [False, True]
        lost = next(ack for ack in acks if not ack["ok"])
        assert lost["error"]["code"] == "case_claimed"
        winner = (first, second)[[ack["ok"] for ack in acks].index(True)]
        decide_about(winner, message["id"], "remove")


def test_a_decision_at_one_reaches_members_author_and_desk_at_the_other(on_a, on_b, stream):
    author, other, moderator, desk = on_b("carer1"), on_b("carer2"), on_a("moderator1"), on_b("moderator2")
    held = author.send(stream, HOSTILE)["message"]
    decide_about(moderator, held["id"], "approve")
    other.wait_event("message.created", lambda data: data["message"]["id"] == held["id"])
    author.wait_event("notice.message", lambda data: data["message_id"] == held["id"])
    desk.wait_event("case.closed", lambda data: data["case"]["target"]["message_id"] == held["id"])


def test_a_client_whose_process_is_gone_goes_on_at_the_other_with_exactly_what_it_missed(two, on_a, on_b, stream):
    wanderer, speaker = on_a("carer1"), on_b("carer2")
    speaker.send(stream, "Seen at the first.")
    wanderer.wait_event("message.created")
    two.a.kill()
    try:
        wanderer.wait_for(lambda: wanderer.closed, "the end of the connection")
        missed = speaker.send(stream, "Said meanwhile.")["message"]
        wanderer.url = two.b.url
        wanderer.connect()
        fresh = speaker.send(stream, f"Said afterwards {fresh_mark()}.")["message"]
        wanderer.wait_event("message.created", lambda data: data["message"]["id"] == fresh["id"])
        assert wanderer.seqs_of(stream)[1:] == [missed["seq"], fresh["seq"]]
    finally:
        two.a.start()


def test_marks_of_two_devices_at_once_never_go_back(on_a, on_b, stream):
    here, there = on_a("carer1"), on_b("carer1")
    for n in range(40):
        here.send(stream, f"No {n}.")
    for seq in range(2, 40, 2):
        going = [
            eventlet.spawn(one.call, "read:mark", conversation_id=stream, seq=to)
            for one, to in ((here, seq + 1), (there, seq))
        ]
        for task in going:
            assert task.wait()["ok"]
        row = next(row for row in here.get("/conversations")["items"] if row["id"] == stream)
        assert row["read_seq"] == seq + 1
    here.sync()
    marks = [event["data"]["read_seq"] for event in here.events if event["kind"] == "read.changed"]
    assert marks == sorted(set(marks))
