"""Both agree to what a one-to-one contact is before either writes; and again once that has changed in substance."""

import pytest

from models.conversations import ConversationKind
from models.people import Person
from models.roles import Role
from models.session import reading
from server.actions.beginnings import agree_to_beginning, write_beginning
from server.actions.contacts import accept_contact, end_conversation
from server.actions.edits import edit_message
from server.actions.roles import describe_role
from server.queries.conversations import list_conversations
from tests.factories.contacts import ask, begin, connect
from tests.factories.messages import PLAIN
from tests.factories.one_to_ones import make_private, write
from tests.factories.people import act, make_person
from tests.factories.refusals import assert_refused
from tests.factories.streams import audited, events_of


@pytest.fixture
def carer():
    return make_person()


@pytest.fixture
def worker():
    return make_person(Role.CARER_PEER_WORKER)


@pytest.fixture
def coordinator():
    return make_person(Role.COORDINATOR)


def accepted(carer, worker):
    return act(accept_contact, worker, ask(carer, worker).id).contact


def agree(person, contact, version=1, role_version=1):
    return act(agree_to_beginning, person, contact.id, version=version, role_version=role_version)


def publish(coordinator, version, *, in_substance, **changes):
    facts = {"title": "Anew", "is_this": ["Listening."], "is_not": ["Treatment."], "duty_of_care": "We care.", **changes}
    return act(write_beginning, coordinator, version=version, in_substance=in_substance, **facts)


def can_post(person, contact):
    with reading() as session:
        rows = list_conversations(session, session.get(Person, person.id), limit=50, cursor=None).items
    return next(row.can_post for row in rows if row.id == contact.conversation_id)


def test_nobody_writes_before_both_have_agreed(carer, worker):
    contact = accepted(carer, worker)
    for step in (None, carer):
        if step is not None:
            agree(step, contact)
        for person in (carer, worker):
            refusal = assert_refused("agreement_required", write, person, contact.conversation_id)
            assert "crisis" in refusal.plain_words()
            assert not can_post(person, contact)
    assert refusal.extras() == {"contact_id": contact.id, "needs": ["worker"]}
    agree(worker, contact)
    for person in (carer, worker):
        assert can_post(person, contact)
        assert write(person, contact.conversation_id).body == PLAIN


def test_both_hear_of_each_agreement_and_it_is_on_record(carer, worker):
    contact = accepted(carer, worker)
    agree(worker, contact)
    agree(carer, contact)
    agree(carer, contact)  # again: nothing new
    for person in (carer, worker):
        heard = [event.data for event in events_of(person.id) if event.kind == "contact.beginning"]
        assert [(data["party"], data["begun"]) for data in heard] == [("worker", False), ("carer", True)]
    assert audited(contact.id).count("beginning.agreed") == 2


def test_it_can_be_agreed_to_before_the_worker_accepts(carer, worker):
    contact = ask(carer, worker)
    begin(contact, carer, worker)
    contact = act(accept_contact, worker, contact.id).contact
    assert write(carer, contact.conversation_id)


def test_only_the_two_agree_and_only_while_it_is_open(carer, worker, coordinator):
    contact = accepted(carer, worker)
    for person in (make_person(), make_person(Role.CARER_PEER_WORKER), coordinator):
        assert_refused("not_found", agree, person, contact)
    act(end_conversation, carer, contact.conversation_id)
    assert_refused("contact_closed", agree, carer, contact)


def test_a_change_in_substance_is_agreed_to_again_before_either_writes_on(carer, worker, coordinator):
    contact = connect(carer, worker)
    sent = write(carer, contact.conversation_id)
    publish(coordinator, 1, in_substance=True)
    assert not can_post(carer, contact)
    assert_refused("agreement_required", write, carer, contact.conversation_id)
    words = {"body": "Other words.", "content_warning": None, "acknowledged_advice": False}
    assert_refused("agreement_required", act, edit_message, carer, sent.id, **words)
    assert_refused("stale_version", agree, carer, contact, version=1)
    agree(carer, contact, version=2)
    agree(worker, contact, version=2)
    assert write(carer, contact.conversation_id)
    assert act(edit_message, carer, sent.id, **words).is_new


def test_a_change_of_wording_asks_nobody_again_but_is_what_newcomers_agree_to(carer, worker, coordinator):
    contact = connect(carer, worker)
    publish(coordinator, 1, in_substance=False)
    assert write(carer, contact.conversation_id)
    newcomer = make_person()
    fresh = accepted(newcomer, worker)
    assert_refused("stale_version", agree, newcomer, fresh, version=1)
    agree(newcomer, fresh, version=2)
    agree(worker, fresh, version=2)
    assert write(newcomer, fresh.conversation_id)
    publish(coordinator, 2, in_substance=True)
    assert_refused("agreement_required", write, newcomer, fresh.conversation_id)


def test_what_is_agreed_to_names_the_description_of_the_workers_role(carer, worker, coordinator):
    contact = accepted(carer, worker)
    described = {"summary": "Listens.", "does": ["Listens."], "does_not": ["Judge."], "written_with": [worker.id]}
    act(describe_role, coordinator, Role.CARER_PEER_WORKER, version=1, **described)
    assert_refused("stale_version", agree, carer, contact)
    assert agree(carer, contact, role_version=2).role.version == 2


def test_two_who_write_the_next_version_at_once_clash(coordinator):
    publish(coordinator, 1, in_substance=True)
    assert_refused("stale_version", publish, coordinator, 1, in_substance=True)
    assert audited(coordinator.id).count("beginning.written") == 1


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
def test_only_coordinators_write_it(role):
    assert_refused("forbidden", publish, make_person(role), 1, in_substance=True)


def test_a_crisis_contact_waits_for_no_agreement(carer, worker, coordinator):
    publish(coordinator, 1, in_substance=True)
    assert write(carer, make_private(carer, worker, kind=ConversationKind.CRISIS))
