"""A phone sleeps: its network is there and nothing of it answers. The server lets it go; when it wakes it misses nothing."""

import time

import eventlet
import pytest

from tests.drills.ledger import compare, settle
from tests.drills.raw import RawClient
from tests.drills.rounds import AT_LENGTH, ROUNDS, drill
from tests.drills.talk import Talk
from tests.factories.clients import Phone
from tests.factories.rooms import open_room
from tests.factories.server import Server

ASLEEP_S = 60.0 if AT_LENGTH else 8.0
UNLIMITED = {"RATE_LIMIT_FACTOR": "1000"}
# In life the server asks after 25 seconds and waits 20.
COMMAND = ("wsgi.py",) if AT_LENGTH else ("-m", "tests.drills.quick_server", "pings")


@pytest.mark.timeout(300)
def test_1_a_client_that_slept_is_let_go_and_misses_nothing_when_it_wakes(new_demo, folder):
    server = Server(new_demo(), folder, environ=UNLIMITED, command=COMMAND)
    server.start()
    try:
        _sleep_and_wake(server)
    finally:
        server.stop()
    assert "Traceback" not in server.log_text()


def _sleep_and_wake(server):
    writer, owner = (Phone(server.url, name).sign_in() for name in ("carer1", "carer2"))
    stream = open_room(Phone(server.url, "coordinator").sign_in(), writer, owner).conversation_id
    writer.connect()
    talk = Talk(stream, [writer], pause_s=0.05)
    facts = {"position": talk.stood, "history": lambda after: owner.history(stream, after=after)}
    sleepers = [RawClient(server.port, owner.access_token, stream, **facts) for _ in range(ROUNDS)]
    with drill(f"a client asleep for {ASLEEP_S:.0f} s") as one, talk.going_on():
        for sleeper in sleepers:
            sleeper.connect()
        eventlet.sleep(ASLEEP_S)
        for sleeper in sleepers:  # one by one: each wakes into a room that talks
            since = time.monotonic()
            sleeper.read_to_the_end()
            before = sleeper.position
            sleeper.connect()
            sleeper.read_until(sleeper.heads[stream])
            one.recovered_after(time.monotonic() - since)
            assert sleeper.position > before, "nothing was said while it slept"
    settle(one, stream, talk.writers, [writer], stood=talk.stood)
    log = writer.history(stream, after=talk.stood)
    for sleeper in sleepers:
        sleeper.read_until(log[-1]["seq"])
        compare(one, [message["id"] for message in log], sleeper.messages)
        sleeper.close()
    assert one.faults == (0, 0, 0)
    writer.disconnect()
