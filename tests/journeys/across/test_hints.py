"""Valkey carries hints and never the truth: without it messages cross a little later, and nobody waits for it."""

import re
import threading
import time

import pytest
import redis

from tests.factories.waiting import ask_until

CROSSES_WITHIN_S = 5.0
ACK_WITHIN_S = 1.0
# By comparing heads alone a message crosses after a second on average: ten would take longer than this.
TEN_WITHIN_S = 3.0


@pytest.fixture
def stream(made):
    return made.conversation_id


def crossing(sender, receiver, stream):
    """Seconds until a message is acknowledged, and until it has crossed."""
    since = time.monotonic()
    sent = sender.send(stream, "Across.")["message"]
    acknowledged = time.monotonic() - since
    receiver.wait_event("message.created", lambda data: data["message"]["id"] == sent["id"])
    return acknowledged, time.monotonic() - since


def ten_crossings(here, there, stream):
    """Seconds for ten messages to go to and fro, each sent when the one before has arrived."""
    return sum(crossing(*pair, stream)[1] for pair in [(here, there), (there, here)] * 5)


def has_crossed_everything(here, there, stream):
    for one in (here, there):
        one.sync()
    assert here.seqs_of(stream) == there.seqs_of(stream) == sorted(set(here.seqs_of(stream)))
    assert len(here.messages(stream)) == len(here.history(stream))


def test_hints_bring_messages_across_at_once(on_a, on_b, stream):
    here, there = on_a("carer1"), on_b("carer2")
    assert ten_crossings(here, there, stream) < TEN_WITHIN_S
    has_crossed_everything(here, there, stream)


@pytest.mark.parametrize("how", ["gone", "silent"])
def test_without_valkey_messages_cross_by_comparing_heads_and_with_it_at_once_again(two, on_a, on_b, stream, how):
    here, there = on_a("carer1"), on_b("carer2")
    away, back = {"gone": (two.valkey.stop, two.valkey.start), "silent": (two.valkey.freeze, two.valkey.thaw)}[how]
    away()
    try:
        for _ in range(4):
            acknowledged, crossed = crossing(here, there, stream)
            assert acknowledged < ACK_WITHIN_S
            assert crossed < CROSSES_WITHIN_S
    finally:
        back()
    ask_until(lambda: ten_crossings(here, there, stream), lambda took: took < TEN_WITHIN_S, within=60)
    has_crossed_everything(here, there, stream)


def test_joining_and_signing_out_cross_without_valkey_too(two, on_a, on_b, made, stream):
    newcomer = on_b("carer5", own_sign_in=True)
    two.valkey.stop()
    try:
        on_a("carer5", connect=False).post(f"/groups/{made.group_id}/join")
        newcomer.wait_event("member.joined")
        newcomer.url = two.a.url
        newcomer.post("/auth/logout")
        newcomer.wait_for(lambda: newcomer.closed, "the end of the connection", timeout=CROSSES_WITHIN_S)
        assert newcomer.ended == [{"reason": "signed_out"}]
    finally:
        two.valkey.start()


def test_hints_carry_ids_and_numbers_only(two, on_a, on_b, stream):
    here, there = on_a("carer1"), on_b("carer2")
    with redis.Redis.from_url(two.valkey.url) as client, client.pubsub(ignore_subscribe_messages=True) as channels:
        channels.psubscribe("*")
        ask_until(client.pubsub_numpat, bool, within=5)
        heard, over = [], threading.Event()

        def listen():
            while not over.is_set():
                message = channels.get_message(timeout=0.1)
                if message is not None:
                    heard.append(message["data"])

        listener = threading.Thread(target=listen)
        listener.start()
        here.send(stream, "Words that stay between us.")
        there.wait_event("message.created")
        ask_until(lambda: stream.encode() in b"".join(heard), bool, within=5)
        over.set()
        listener.join()
        # What is kept there are counts under digests, and nothing else.
        assert all(re.fullmatch(rb"LIMITS:[0-9a-f]{64}/[0-9]+", key) for key in client.scan_iter())
    assert b"Words" not in b"".join(heard)
