"""Two people at once: whoever comes second decides by what the first left behind."""

import pytest

from models.clock import clock
from models.contacts import OPEN, ContactState, WallKind
from models.decisions import DecisionName, PeerRoleModel
from models.people import Person
from models.roles import Role
from models.session import transaction
from server.actions.contacts import (
    MOST_REQUESTS,
    accept_contact,
    agree_to_contact,
    decline_contact,
    end_conversation,
    request_contact,
    withdraw_contact,
)
from server.actions.decisions import make_decision
from server.actions.messages import post_message
from server.actions.openings import change_openings
from server.actions.walls import declare_wall, record_consent, withdraw_consent
from tests.factories.contacts import ask, by_consent, connect, contact_now, contacts_between, wall_off
from tests.factories.messages import PLAIN, post
from tests.factories.openings import make_terms
from tests.factories.people import act, make_person
from tests.factories.races import behind, race
from tests.factories.streams import kinds_of

MODEL = DecisionName.PEER_ROLE_MODEL


@pytest.fixture
def carer():
    return make_person()


@pytest.fixture
def worker():
    return make_person(Role.CARER_PEER_WORKER)


@pytest.fixture
def consumer_worker():
    by_consent()
    return make_person(Role.CONSUMER_PEER_WORKER)


@pytest.fixture
def coordinator():
    return make_person(Role.COORDINATOR)


def during(action, actor, *args, then, **facts):
    """`then` starts once this action is done and not committed; what `then` came to after the commit."""
    with transaction() as session:
        action(session, session.get(Person, actor.id), *args, **facts, now=clock.now())
        session.flush()
        second = behind(then)
    return second.outcome()


def declaring(declarer, other):
    return lambda: wall_off(declarer, other)


def test_the_same_request_twice_at_once_is_one_contact(carer, worker):
    views = race(*(lambda: act(request_contact, carer, worker_id=worker.id, note=None) for _ in range(4)))
    assert len({asked.view.contact.id for asked in views}) == 1
    assert kinds_of(worker.id) == ["contact.requested"]


def test_many_requests_at_once_stay_within_the_bound(carer):
    workers = [make_person(Role.CARER_PEER_WORKER) for _ in range(MOST_REQUESTS + 2)]
    outcomes = race(*(lambda w=w: act(request_contact, carer, worker_id=w.id, note=None) for w in workers))
    assert outcomes.count("requests_full") == 2


def test_a_worker_who_accepts_many_at_once_stays_within_what_they_take_on(worker):
    make_terms(worker, capacity=2)
    contacts = [ask(make_person(), worker) for _ in range(5)]
    outcomes = race(*(lambda c=contact: act(accept_contact, worker, c.id) for contact in contacts))
    assert outcomes.count("worker_full") == 3


def test_a_pause_that_is_being_made_lets_nobody_new_in_behind_it(worker, carer):
    pause = {"changes": {"paused": True}, "version": None}
    asking = during(
        change_openings, worker, **pause, then=lambda: act(request_contact, carer, worker_id=worker.id, note=None)
    )
    assert asking == "worker_unavailable"


def test_the_last_two_agreements_at_once_open_one_conversation(carer, consumer_worker, coordinator):
    contact = ask(carer, consumer_worker)
    race(
        lambda: act(accept_contact, consumer_worker, contact.id),
        lambda: act(agree_to_contact, coordinator, contact.id),
        lambda: act(accept_contact, consumer_worker, contact.id),
    )
    assert contact_now(contact.id).state is ContactState.ACCEPTED
    assert kinds_of(carer.id).count("contact.accepted") == 1
    assert kinds_of(contact_now(contact.id).conversation_id) == ["member.joined", "member.joined"]


def test_a_request_that_waited_for_a_wall_is_refused(carer, worker):
    facts = {"person_id": carer.id, "kind": WallKind.OTHER, "reason": None}
    assert during(declare_wall, worker, then=lambda: ask(carer, worker), **facts) == "worker_unavailable"


def test_a_wall_that_waited_for_a_request_ends_it(carer, worker):
    during(request_contact, carer, then=declaring(worker, carer), worker_id=worker.id, note=None)
    (contact,) = contacts_between(carer, worker)
    assert contact.state is ContactState.DECLINED


def test_a_wall_that_waited_for_an_agreement_ends_what_began(carer, worker):
    contact = ask(carer, worker)
    during(accept_contact, worker, contact.id, then=declaring(carer, worker))
    assert contact_now(contact.id).state is ContactState.ENDED


def test_an_agreement_that_waited_for_a_wall_begins_nothing(carer, worker):
    contact = ask(carer, worker)
    facts = {"person_id": worker.id, "kind": WallKind.OTHER, "reason": None}
    accepting = during(declare_wall, carer, then=lambda: act(accept_contact, worker, contact.id), **facts)
    assert accepting == "contact_closed"
    assert contact_now(contact.id).conversation_id is None


def test_a_request_during_consents_withdrawal_is_refused_or_ended(carer, worker, coordinator):
    wall = wall_off(worker, carer, WallKind.SUPPORTS_THE_CONSUMER)
    act(record_consent, coordinator, wall.id, note="On file.")
    race(lambda: act(withdraw_consent, coordinator, wall.id), lambda: ask(carer, worker))
    assert not [contact for contact in contacts_between(carer, worker) if contact.state in OPEN]


def test_taking_back_and_accepting_at_once_is_one_of_the_two(carer, worker):
    contact = ask(carer, worker)
    outcomes = race(
        lambda: act(withdraw_contact, carer, contact.id),
        lambda: act(accept_contact, worker, contact.id),
        lambda: act(decline_contact, worker, contact.id, reply=None),
    )
    assert outcomes.count("contact_closed") == 2


def deciding(coordinator, **more):
    facts = {"value": PeerRoleModel.DISTINCT, "reason": "So.", "version": 1, "end_open_contacts": False, **more}
    return lambda: act(make_decision, coordinator, MODEL, **facts)


def test_a_decision_that_waited_for_a_request_sees_it(carer, consumer_worker, coordinator):
    facts = {"worker_id": consumer_worker.id, "note": None}
    assert during(request_contact, carer, then=deciding(coordinator), **facts) == "contacts_open"


def test_a_request_that_waited_for_a_decision_is_refused(carer, consumer_worker, coordinator):
    facts = {"value": PeerRoleModel.DISTINCT, "reason": "So.", "version": 1, "end_open_contacts": False}
    refused = during(make_decision, coordinator, MODEL, then=lambda: ask(carer, consumer_worker), **facts)
    assert refused == "pairing_not_allowed"


def test_two_decisions_at_once_are_one_and_a_clash(coordinator):
    first = {"value": PeerRoleModel.BY_CONSENT, "version": 0}
    outcomes = race(*(deciding(coordinator, **first) for _ in range(3)))
    clashes = [outcome for outcome in outcomes if outcome in {"stale_version", "conflict"}]
    assert len(clashes) == 2


def test_a_message_that_waited_for_the_end_is_refused(carer, worker):
    contact = connect(carer, worker)
    ending = during(end_conversation, worker, contact.conversation_id, then=lambda: post(carer, contact))
    assert ending == "conversation_ended"
    assert "message.created" not in kinds_of(contact.conversation_id)


def test_an_end_that_waited_for_a_message_comes_after_it(carer, worker):
    contact = connect(carer, worker)
    facts = {"conversation_id": contact.conversation_id, "client_id": "c1", "body": PLAIN}
    during(post_message, carer, then=lambda: act(end_conversation, worker, contact.conversation_id), **facts)
    assert kinds_of(contact.conversation_id)[-1] == "message.created"
    assert contact_now(contact.id).state is ContactState.ENDED
