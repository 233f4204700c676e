"""What the hot paths ask of the database: a fixed number of queries, however much there is."""

from uuid import uuid4

import pytest

from models.roles import Role
from tests.factories.api import Caller
from tests.factories.contacts import connect, propose, wait
from tests.factories.groups import make_group
from tests.factories.messages import PLAIN, RISKY, post
from tests.factories.openings import make_terms
from tests.factories.people import make_person
from tests.factories.queries import counted


@pytest.fixture
def carer(caller):
    return caller()


@pytest.fixture
def group(carer):
    return make_group(carer.person, make_person())


def queries(request, *args, **body):
    with counted() as sent:
        answer = request(*args, **body)
    assert answer.status_code < 300, answer.text
    return sent


def path(group, what="messages"):
    return f"/conversations/{group.conversation_id}/{what}"


def test_sending_a_message_takes_eight_queries(carer, group, on_postgresql):
    """The actor, the stream's lock, the place, an earlier send; the seq, the event, the count, the message.

    SQLite lets one transaction write at a time, and needs no lock.
    """
    for _ in range(2):
        sent = queries(carer.post, path(group), client_id=uuid4().hex, body=PLAIN)
        assert len(sent) == (8 if on_postgresql else 7), sent


def test_sending_takes_no_more_in_a_large_room(carer):
    small = make_group(carer.person)
    large = make_group(carer.person, *(make_person() for _ in range(10)))
    counts = {len(queries(carer.post, path(group), client_id=uuid4().hex, body=PLAIN)) for group in (small, large)}
    assert len(counts) == 1


def test_repeating_a_send_takes_half_of_that(carer, group, on_postgresql):
    body = {"client_id": "c1", "body": PLAIN}
    carer.post(path(group), **body)
    assert len(queries(carer.post, path(group), **body)) == (4 if on_postgresql else 3)


@pytest.mark.parametrize("count", [1, 30])
def test_a_page_of_history_takes_four_queries(carer, group, count):
    """The actor, the place, the page with its authors, one's own held messages."""
    for _ in range(count):
        post(carer.person, group)
    sent = queries(carer.get, path(group), limit=50)
    assert len(sent) == 4, sent


@pytest.mark.parametrize("count", [1, 10])
def test_the_list_of_conversations_takes_two_queries(carer, count):
    """The actor, and the conversations with what is unread in each."""
    for _ in range(count):
        friend = make_person()
        post(friend, make_group(carer.person, friend))
    sent = queries(carer.get, "/conversations")
    assert len(sent) == 2, sent


@pytest.mark.parametrize("count", [1, 4])
def test_one_to_ones_in_the_list_take_two_more(carer, count):
    """Whose worker has named windows, and who of these is away."""
    for _ in range(count):
        worker = make_person(Role.CARER_PEER_WORKER)
        make_terms(worker)
        connect(carer.person, worker)
    sent = queries(carer.get, "/conversations")
    assert len(sent) == 4, sent


def test_a_page_of_a_one_to_one_takes_one_query_more(carer):
    """When it is read."""
    worker = make_person(Role.CARER_PEER_WORKER)
    make_terms(worker)
    talk = connect(carer.person, worker)
    sent = queries(carer.get, f"/conversations/{talk.conversation_id}/messages")
    assert len(sent) == 5, sent


@pytest.mark.parametrize("count", [1, 4])
def test_the_list_of_contacts_takes_three_queries(carer, count):
    """The actor, the contacts with their people, who agreed."""
    for _ in range(count):
        connect(carer.person, make_person(Role.CARER_PEER_WORKER))
    sent = queries(carer.get, "/contact-requests")
    assert len(sent) == 3, sent


@pytest.mark.parametrize("count", [1, 10])
def test_the_waiting_list_takes_three_queries_however_long(app, count):
    """The actor, who waits with what was offered, how many there are."""
    for _ in range(count):
        wait(make_person())
    sent = queries(Caller(app, make_person(Role.COORDINATOR)).get, "/waiting-list")
    assert len(sent) == 3, sent


@pytest.mark.parametrize("count", [1, 4])
def test_the_list_of_transfers_takes_two_queries(app, count):
    """The actor, the transfers with the people they concern."""
    worker, other = make_person(Role.CARER_PEER_WORKER), make_person(Role.CARER_PEER_WORKER)
    for _ in range(count):
        propose(connect(make_person(), worker), other)
    sent = queries(Caller(app, other).get, "/transfers")
    assert len(sent) == 2, sent


@pytest.mark.parametrize("count", [1, 20])
def test_sync_takes_as_many_queries_however_much_was_missed(carer, group, count):
    """The actor, their conversations' heads, their inbox's, one stream's events with their messages."""
    position = post(carer.person, group).message.seq
    for _ in range(count):
        post(carer.person, group)
    sent = queries(carer.post, "/sync", streams={group.conversation_id: position})
    assert len(sent) == 4, sent


def test_sync_with_nothing_missed_takes_three_queries(carer, group):
    sent = queries(carer.post, "/sync", streams={})
    assert len(sent) == 3, sent


@pytest.mark.parametrize("count", [1, 10])
def test_the_desk_takes_as_many_queries_however_many_cases(caller, carer, group, count):
    for _ in range(count):
        post(carer.person, group, RISKY)
    sent = queries(caller(Role.MODERATOR).get, "/review/cases")
    assert len(sent) == 11, sent


@pytest.mark.parametrize("count", [1, 10])
def test_the_list_of_groups_takes_three_queries(carer, count):
    for _ in range(count):
        make_group(make_person())
    sent = queries(carer.get, "/groups")
    assert len(sent) == 3, sent
