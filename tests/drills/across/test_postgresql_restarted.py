"""PostgreSQL is restarted in the middle of sends: what was refused is sent again, what was acknowledged is there."""

import random
import time

import pytest
from sqlalchemy import text

from models.session import make_engine
from tests.drills.ledger import settle
from tests.drills.rounds import ROUNDS, drill
from tests.drills.talk import Talk
from tests.drills.writers import come_back
from tests.factories.clients import Phone
from tests.factories.rooms import open_room

SENDS_BETWEEN = (5, 20)


@pytest.mark.timeout(600)
def test_1_nothing_is_lost_doubled_or_reordered_when_postgresql_restarts(two, postgresql):
    phones = [Phone(two[n % 2].url, f"carer{n + 1}").sign_in() for n in range(4)]
    stream = open_room(Phone(two[0].url, "coordinator").sign_in(), *phones).conversation_id
    for phone in phones:
        phone.connect()
    talk = Talk(stream, phones[:2])
    chance = random.Random(5)
    with drill("PostgreSQL restarted mid-send") as one:
        with talk.going_on():
            for number in range(ROUNDS):
                talk.wait_acks(chance.randint(*SENDS_BETWEEN))
                since = time.monotonic()
                postgresql.restart(("immediate", "fast")[number % 2])
                back = time.monotonic()
                for writer in talk.writers:
                    talk.wait_ack_of(writer, beyond=len(writer.acknowledged))
                one.recovered_after(time.monotonic() - back)
                one.worst("longest without PostgreSQL", back - since)
        for phone in phones:
            if phone.closed:  # a server that cannot read for a socket hangs up on it
                come_back(phone)
        settle(one, stream, talk.writers, phones, stood=talk.stood)
        assert sum(writer.sent_again for writer in talk.writers) > 0  # the restarts did hit sends
    for phone in phones:
        phone.disconnect()


def test_a_commit_waits_for_the_log_also_where_the_server_is_set_not_to(postgresql):
    engine = make_engine(postgresql.url)
    with engine.connect() as connection:
        default = connection.scalar(text("SELECT reset_val FROM pg_settings WHERE name = 'synchronous_commit'"))
        assert default == "off"
        connection.rollback()
        assert connection.scalar(text("SHOW synchronous_commit")) == "on"
    engine.dispose()
