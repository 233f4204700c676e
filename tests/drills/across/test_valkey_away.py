"""Valkey goes away, or stands still: messages cross all the same, at most three seconds later, and nobody waits for it."""

import time

import eventlet
import pytest

from tests.drills.ledger import settle
from tests.drills.rounds import AT_LENGTH, ROUNDS, drill
from tests.drills.talk import Talk
from tests.factories.clients import Phone
from tests.factories.rooms import open_room
from tests.factories.waiting import ask_until

AWAY_S = 5.0 if AT_LENGTH else 2.5
CROSSES_WITHIN_S = 3.0
AT_ONCE_S = 0.5  # crossings this quick in a row mean that hints flow again: comparing heads alone is slower
SEND_WITHIN_S = 1.0


class Witness(Phone):
    """Remembers when each event came."""

    def __init__(self, url, name):
        super().__init__(url, name)
        self.came = {}

    def _take_event(self, event):
        self.came[event["stream_id"], event["seq"]] = time.monotonic()
        super()._take_event(event)


class Timed(Phone):
    """Remembers when each of its messages was acknowledged."""

    def __init__(self, url, name):
        super().__init__(url, name)
        self.acknowledged = {}

    def send(self, conversation_id, body, **more):
        answer = super().send(conversation_id, body, **more)
        self.acknowledged[conversation_id, answer["message"]["seq"]] = time.monotonic()
        return answer


def slowest_crossing(here, there, since, until):
    """Seconds from ack to arrival of the slowest message acknowledged in this time; fails when one has not come."""
    keys = [key for key, at in here.acknowledged.items() if since <= at <= until]
    return max(there.came[key] - here.acknowledged[key] for key in keys)


def hints_flow(here, there):
    """Whether the last three messages crossed at once."""
    last = list(here.acknowledged)[-3:]
    return all(key in there.came and there.came[key] - here.acknowledged[key] < AT_ONCE_S for key in last)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("how", ["stopped", "frozen"])
def test_1_without_valkey_nothing_is_missing_after_three_seconds_and_no_send_waits(two, valkey, how):
    here, there = Timed(two[0].url, "carer1").sign_in(), Witness(two[1].url, "carer2").sign_in()
    stream = open_room(Phone(two[0].url, "coordinator").sign_in(), here, there).conversation_id
    for phone in (here, there):
        phone.connect()
    away, back = {"stopped": (valkey.stop, valkey.start), "frozen": (valkey.freeze, valkey.thaw)}[how]
    talk = Talk(stream, [here], pause_s=0.1)
    with drill(f"Valkey {how} for {AWAY_S:.0f} s") as one:
        with talk.going_on():
            for _ in range(ROUNDS):
                talk.wait_acks(5)
                since = time.monotonic()
                away()
                try:
                    eventlet.sleep(AWAY_S)
                finally:
                    back()
                until = time.monotonic()
                ask_until(lambda: hints_flow(here, there), bool, within=60)
                one.recovered_after(time.monotonic() - until)
                one.worst("slowest crossing", slowest_crossing(here, there, since, until))
        one.worst("slowest send", talk.writers[0].slowest_s)
        settle(one, stream, talk.writers, [here, there], stood=talk.stood)
    assert one.figures["slowest crossing"] < CROSSES_WITHIN_S
    assert one.figures["slowest send"] < SEND_WITHIN_S
    for phone in (here, there):
        phone.disconnect()
