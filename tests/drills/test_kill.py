"""Invariant 1 under kill -9: what was acknowledged is there, once, in one order, for everybody."""

import random
import time
from collections import Counter

import eventlet
import pytest

from tests.drills.rounds import AT_LENGTH, drill
from tests.drills.writers import Writer, come_back, text_of
from tests.factories import database
from tests.factories.clients import Phone
from tests.factories.rooms import open_room
from tests.factories.server import Server

KILLS = 20 if AT_LENGTH else 5  # each start of the server takes some seconds
WRITERS = ("carer1", "carer2", "carer3", "worker1")
LISTENER = "carer4"
SENDS_BETWEEN = (5, 30)  # acknowledged sends from one kill to the next


@pytest.fixture
def crashing(database_url, folder):
    """A server that is started and killed by the test, always on the same port and database."""
    server = Server(database.new_database(database_url), folder)
    yield server
    server.kill()


def kill_and_restart(server, acks, listener):
    """kill -9 in the middle of sends: at a moment that only the number of acknowledgements decides."""
    chance = random.Random(20)  # the same distances in every run
    recoveries = []
    for _ in range(KILLS):
        for _ in range(chance.randint(*SENDS_BETWEEN)):
            acks.get(timeout=30)
        server.kill()
        since = time.monotonic()
        server.start()
        come_back(listener)
        recoveries.append(time.monotonic() - since)
    return recoveries


@pytest.mark.timeout(240)
def test_1_every_acknowledged_message_is_there_once_in_one_order_for_all_after_every_kill(crashing):
    crashing.start()
    phones = [Phone(crashing.url, name).sign_in() for name in (*WRITERS, LISTENER)]
    stream = open_room(Phone(crashing.url, "coordinator").sign_in(), *phones).conversation_id
    for phone in phones:
        phone.patience_s = 2.0
        phone.connect()
    stood = phones[0].heads[stream]
    acks = eventlet.Queue()
    writers = [Writer(phone, stream, acks.put) for phone in phones[:-1]]
    over = eventlet.Event()
    at_work = [eventlet.spawn(writer.write, over.ready) for writer in writers]
    recoveries = kill_and_restart(crashing, acks, phones[-1])
    over.send()
    for task in at_work:
        task.wait()

    history = phones[0].history(stream)
    # Each was sent until it was acknowledged, so exactly those are there.
    acknowledged = Counter(text_of(client_id) for writer in writers for client_id in writer.acknowledged)
    assert Counter(message["body"] for message in history) == acknowledged
    assert set(acknowledged.values()) == {1}
    assert [message["seq"] for message in history] == list(range(stood + 1, stood + 1 + len(history)))
    for writer in writers:
        own = [message["body"] for message in history if message["author"]["id"] == writer.phone.person["id"]]
        assert own == [text_of(client_id) for client_id in writer.acknowledged]
    assert sum(writer.sent_again for writer in writers) >= KILLS  # the kills did hit sends

    order = [message["id"] for message in history]
    for phone in phones:
        come_back(phone)
        phone.wait_for(lambda phone=phone: len(phone.messages(stream)) >= len(order), "all messages")
        phone.sync()
        assert [message["id"] for message in phone.messages(stream)] == order, phone.name
        assert phone.seqs_of(stream) == [message["seq"] for message in history], phone.name
        assert [message["id"] for message in phone.history(stream)] == order
        phone.disconnect()
    assert "Traceback" not in crashing.log_text()
    with drill("the only process killed mid-send and started") as one:
        for seconds in recoveries:
            one.recovered_after(seconds)
