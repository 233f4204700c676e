"""A client stops reading while the room talks: it costs the others nothing, and the server no memory without a bound."""

import time

import psutil
import pytest

from tests.drills.ledger import compare, settle
from tests.drills.raw import RawClient
from tests.drills.rounds import AT_LENGTH, ROUNDS, drill
from tests.drills.talk import Talk
from tests.factories.clients import Phone
from tests.factories.rooms import open_room
from tests.factories.server import Server
from tests.factories.waiting import ask_until

UNLIMITED = {"RATE_LIMIT_FACTOR": "1000"}
COMMAND = ("wsgi.py",) if AT_LENGTH else ("-m", "tests.drills.quick_server", "queues")
PADDING = " \u770b" * 1_900  # near the longest a message may be, and three bytes a character
LET_GO_WITHIN_S = 300 if AT_LENGTH else 60
MOST_GROWTH_MB = 96  # a queue of a thousand such messages is a tenth of it, and who waits for them shares them


class LongWinded(Phone):
    def send(self, conversation_id, body, **more):
        return super().send(conversation_id, body + PADDING, **more)


@pytest.mark.timeout(600)
def test_1_a_client_that_stops_reading_is_let_go_and_comes_back_to_everything(new_demo, folder):
    server = Server(new_demo(), folder, environ=UNLIMITED, command=COMMAND)
    server.start()
    try:
        _stop_reading(server)
    finally:
        server.stop()
    assert "Traceback" not in server.log_text()


def _stop_reading(server):
    writer, reader, owner = (
        kind(server.url, name).sign_in() for kind, name in ((LongWinded, "carer1"), (Phone, "carer2"), (Phone, "carer3"))
    )
    stream = open_room(Phone(server.url, "coordinator").sign_in(), writer, reader, owner).conversation_id
    writer.connect()
    reader.connect()
    talk = Talk(stream, [writer])
    process = psutil.Process(server.pid)
    facts = {"position": talk.stood, "history": lambda after: owner.history(stream, after=after)}
    stuck = [RawClient(server.port, owner.access_token, stream, **facts) for _ in range(ROUNDS)]
    with drill("a client that stops reading") as one, talk.going_on():
        for client in stuck:
            client.connect()
        before = process.memory_info().rss

        def let_go():
            for client in stuck:
                client.seem_alive()
            return server.log_text().count("reason=slow_reader")

        ask_until(let_go, lambda count: count >= ROUNDS, within=LET_GO_WITHIN_S)
        one.figures["server grew by MB"] = (process.memory_info().rss - before) / (1 << 20)
        for client in stuck:
            since = time.monotonic()
            client.read_to_the_end()
            client.connect()
            client.read_until(client.heads[stream])
            one.recovered_after(time.monotonic() - since)
    one.figures["slowest send"] = talk.writers[0].slowest_s
    settle(one, stream, talk.writers, [writer, reader], stood=talk.stood, padding=PADDING)
    log = writer.history(stream, after=talk.stood)
    for client in stuck:
        client.read_until(log[-1]["seq"])
        compare(one, [message["id"] for message in log], client.messages)
        client.close()
    assert one.faults == (0, 0, 0)
    assert one.figures["server grew by MB"] < MOST_GROWTH_MB
    for phone in (writer, reader):
        phone.disconnect()
