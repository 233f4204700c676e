"""What the service decides: on record with who and why, and never with a silent effect on people in contact."""

import pytest
from sqlalchemy import select

from models.audit import AuditEntry
from models.contacts import ContactState
from models.decisions import DEFAULTS, DecisionName, PeerRoleModel
from models.roles import Role
from models.session import reading
from server.actions.decisions import make_decision
from server.queries.decisions import current_decision, decision_history
from tests.factories.contacts import ask, by_consent, connect, contact_now, decided
from tests.factories.people import act, make_person
from tests.factories.refusals import assert_refused
from tests.factories.streams import kinds_of

MODEL = DecisionName.PEER_ROLE_MODEL
DISTINCT, BY_CONSENT = PeerRoleModel.DISTINCT.value, PeerRoleModel.BY_CONSENT.value


@pytest.fixture
def coordinator():
    return make_person(Role.COORDINATOR)


def decide(actor, value=BY_CONSENT, *, name=MODEL, version=0, end_open_contacts=False):
    facts = {"reason": "Talked through.", "version": version, "end_open_contacts": end_open_contacts}
    return act(make_decision, actor, name, value=value, **facts)


def current(name=MODEL):
    with reading() as session:
        return current_decision(session, name)


@pytest.mark.parametrize("name", DecisionName)
def test_until_somebody_decides_the_default_stands(name):
    assert current(name) == DEFAULTS[name]


def test_the_newest_decision_stands_and_the_earlier_ones_stay_on_record(coordinator):
    decide(coordinator)
    standing = decide(coordinator, DISTINCT, version=1)
    assert (current(), standing.version, standing.reason, standing.decided_by.id) == (
        DISTINCT,
        2,
        "Talked through.",
        coordinator.id,
    )
    with reading() as session:
        first = decision_history(session, MODEL, limit=1, cursor=None)
        rest = decision_history(session, MODEL, limit=1, cursor=first.next_cursor)
    assert [item.value for item in (*first.items, *rest.items)] == [DISTINCT, BY_CONSENT]
    assert rest.next_cursor is None


def test_one_decision_does_not_touch_another(coordinator):
    decide(coordinator, "365", name=DecisionName.RETENTION_GROUP)
    assert current(DecisionName.RETENTION_GROUP) == "365"
    assert current(DecisionName.RETENTION_CRISIS) == DEFAULTS[DecisionName.RETENTION_CRISIS]


def test_what_was_decided_meanwhile_is_not_overwritten(coordinator):
    decide(coordinator)
    refused = assert_refused("stale_version", decide, coordinator, DISTINCT, version=0)
    assert refused.extras() == {"version": 1}
    assert current() == BY_CONSENT


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
def test_only_a_coordinator_decides(role):
    assert_refused("forbidden", decide, make_person(role))
    assert current() == DISTINCT


def test_what_is_not_a_choice_is_refused(coordinator):
    assert_refused("invalid", decide, coordinator, "mixed")
    assert current() == DISTINCT


def test_a_decision_is_in_the_audit_trail_without_its_reason(coordinator):
    decide(coordinator)
    with reading() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "decision.made"))
    assert entry.actor_id == coordinator.id
    assert entry.data == {"name": MODEL.value, "value": BY_CONSENT, "before": DISTINCT, "version": 1}


@pytest.fixture
def contacts():
    """One that goes on and one that waits, both by consent."""
    by_consent()
    worker = make_person(Role.CONSUMER_PEER_WORKER)
    return connect(make_person(), worker), ask(make_person(), worker)


def test_contacts_that_rely_on_consent_are_not_ended_by_the_way(coordinator, contacts):
    refused = assert_refused("contacts_open", decide, coordinator, DISTINCT, version=1)
    assert refused.extras() == {"contacts": 2}
    assert current() == BY_CONSENT
    assert [contact_now(contact.id).state for contact in contacts] == [ContactState.ACCEPTED, ContactState.REQUESTED]


def test_they_are_ended_when_that_is_said_and_everybody_is_told(coordinator, contacts):
    decide(coordinator, DISTINCT, version=1, end_open_contacts=True)
    assert [contact_now(contact.id).state for contact in contacts] == [ContactState.ENDED, ContactState.DECLINED]
    going_on, waiting = contacts
    assert kinds_of(going_on.carer_id)[-1] == "contact.ended"
    assert kinds_of(waiting.carer_id)[-1] == "contact.declined"
    assert {"contact.ended", "contact.declined"} <= set(kinds_of(going_on.worker_id))
    assert_refused("pairing_not_allowed", ask, make_person(), make_person(Role.CONSUMER_PEER_WORKER))


def test_many_are_ended_in_one_go(coordinator):
    by_consent()
    workers = [make_person(Role.CONSUMER_PEER_WORKER) for _ in range(3)]
    contacts = [connect(make_person(), worker) for worker in (*workers, *reversed(workers))]
    decided(MODEL, DISTINCT, end_open_contacts=True)
    assert {contact_now(contact.id).state for contact in contacts} == {ContactState.ENDED}
