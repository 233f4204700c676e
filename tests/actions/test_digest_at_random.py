"""However people come, go, read, write and move over random days: what must hold of every mail holds."""

from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from models.clock import clock
from models.conversations import Membership
from models.jobs import Job, JobKind
from models.people import Person
from models.session import reading, transaction
from models.streams import heads
from server.actions.messages import mark_read, mute
from server.jobs.kinds import make_works
from server.queries.notifications import AWAY_FOR, ONE_A_DAY
from tests.factories.digests import at, come, make_reader
from tests.factories.groups import make_group
from tests.factories.messages import post
from tests.factories.people import act, make_person
from tests.factories.settings import make_settings

# Clocks go forward in Sydney in the first of these nights, back in Dublin and New York some weeks later.
BEGINNING = (2030, 10, 4, 23)
ZONES = ["Australia/Sydney", "Europe/Dublin", "America/New_York", "Asia/Kathmandu"]
PEOPLE = 3


@dataclass
class Known:
    """What the test knows of one person."""

    person: Person
    zone: str
    came: list = field(default_factory=list)
    mailed: list = field(default_factory=list)


class InHand:
    attempts = 1

    def renew(self, session, *, now):
        pass


WHO = st.integers(0, PEOPLE - 1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("hours"), st.integers(1, 14)),
        st.tuples(st.just("post"), st.just(0)),
        st.tuples(st.sampled_from(["come", "read", "write", "mute", "unmute"]), WHO),
        st.tuples(st.just("move"), st.tuples(WHO, st.sampled_from(ZONES))),
    ),
    min_size=10,
    max_size=35,
)


@pytest.fixture
def works():
    return make_works(make_settings(smtp_url="smtp://127.0.0.1:9"))


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(zones=st.lists(st.sampled_from(ZONES), min_size=PEOPLE, max_size=PEOPLE), steps=STEPS)
def test_nobody_gets_two_mails_without_having_been_here_between_nor_any_at_night(works, zones, steps):
    at(*BEGINNING)
    everybody = [Known(person=make_reader(timezone=zone), zone=zone, came=[clock.now()]) for zone in zones]
    writer = make_person()
    group = make_group(writer, *(known.person for known in everybody))
    # At the end everybody who may be mailed is: they were here, then something new came, and a day and a night passed.
    ending = [("unmute", who) for who in range(PEOPLE)] + [("come", who) for who in range(PEOPLE)]
    for what, which in [*steps, ("hours", 24), *ending, ("post", 0), ("hours", 31)]:
        if what == "hours":
            for _ in range(which):
                clock.move(timedelta(hours=1))
                works[JobKind.DIGEST](InHand())
                check_mail(everybody, group)
        else:
            do(what, which, everybody, writer, group)
    assert all(known.mailed and known.mailed[-1] > known.came[-1] for known in everybody)


def do(what, which, everybody, writer, group):
    if what == "post":
        post(writer, group)
        return
    if what == "move":
        who, zone = which
        everybody[who].zone = zone
        with transaction() as session:
            session.execute(update(Person).where(Person.id == everybody[who].person.id).values(timezone=zone))
        return
    known = everybody[which]
    if what == "come":
        known.came.append(clock.now())
        come(known.person)
    elif what == "read":
        act(mark_read, known.person, conversation_id=group.conversation_id, seq=10_000)
    elif what == "write":
        post(known.person, group)
    else:
        act(mute, known.person, conversation_id=group.conversation_id, muted=what == "mute")


def check_mail(everybody, group):
    arrived = take_mail()
    now = clock.now()
    for known in everybody:
        count = arrived.count(known.person.email)
        assert count <= 1
        if count:
            assert 9 <= now.astimezone(ZoneInfo(known.zone)).hour < 20
            assert known.came[-1] <= now - AWAY_FOR
            if known.mailed:
                assert known.mailed[-1] < known.came[-1]
                assert known.mailed[-1] <= now - ONE_A_DAY
            with reading() as session:
                membership = session.get(Membership, (group.conversation_id, known.person.id))
                assert not membership.muted
                assert membership.read_seq < heads(session, [group.conversation_id])[group.conversation_id]
            known.mailed.append(now)


def take_mail():
    """Whom mail was queued to since the last look."""
    with transaction() as session:
        queued = session.scalars(select(Job).where(Job.kind == JobKind.MAIL)).all()
        addresses = [orjson.loads(job.payload)["to"] for job in queued]
        for job in queued:
            session.delete(job)
    return addresses
