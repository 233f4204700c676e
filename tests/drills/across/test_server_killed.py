"""One of two server processes is killed in the middle of sends: its clients go on at the other."""

import random
import time

import pytest

from tests.drills.ledger import settle
from tests.drills.rounds import ROUNDS, drill
from tests.drills.talk import Talk
from tests.drills.writers import come_back
from tests.factories.clients import Phone
from tests.factories.rooms import open_room

SENDS_BETWEEN = (5, 20)


@pytest.mark.timeout(600)
def test_1_nothing_is_lost_doubled_or_reordered_when_one_of_two_processes_is_killed(two):
    phones = [Phone(two[n % 2].url, f"carer{n + 1}").sign_in() for n in range(4)]
    stream = open_room(Phone(two[0].url, "coordinator").sign_in(), *phones).conversation_id
    for phone in phones:
        phone.connect()
    writing, listening = phones[:2], phones[2:]
    talk = Talk(stream, writing, urls=[server.url for server in two])
    chance = random.Random(3)  # the same distances in every run
    with drill("one of two processes killed mid-send") as one:
        with talk.going_on():
            for number in range(ROUNDS):
                talk.wait_acks(chance.randint(*SENDS_BETWEEN))
                victim, other = two[number % 2], two[1 - number % 2]
                cut_off = [phone for phone in listening if phone.url == victim.url]
                stranded = [writer for writer in talk.writers if writer.phone.url == victim.url]
                sent = {id(writer): len(writer.acknowledged) for writer in stranded}
                victim.kill()
                since = time.monotonic()
                for phone in cut_off:
                    come_back(phone, [other.url])
                for writer in stranded:
                    talk.wait_ack_of(writer, beyond=sent[id(writer)])
                one.recovered_after(time.monotonic() - since)
                victim.start()
                for phone in cut_off:  # so that there is somebody to strand in the next round
                    come_back(phone, [victim.url])
        settle(one, stream, talk.writers, phones, stood=talk.stood)
    for phone in phones:
        phone.disconnect()
