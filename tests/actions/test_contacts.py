"""A carer asks, who is needed agrees, two people talk, either ends it."""

import pytest

from models.contacts import ContactState, Wall, WallKind
from models.conversations import ConversationKind, Standing
from models.decisions import DecisionName, PeerRoleModel
from models.ids import new_id
from models.messages import MessageState
from models.people import Person
from models.roles import Role
from models.session import reading, transaction
from server.actions.contacts import (
    MOST_CONTACTS,
    MOST_REQUESTS,
    accept_contact,
    agree_to_contact,
    change_worker,
    decline_contact,
    end_contact,
    end_conversation,
    request_contact,
    withdraw_contact,
)
from server.actions.messages import mark_read
from server.queries.conversations import list_conversations
from tests.factories.contacts import (
    ask,
    by_consent,
    connect,
    contact_events,
    contact_now,
    contacts_between,
    conversation_now,
    decided,
    suspend,
)
from tests.factories.groups import make_group, membership_of
from tests.factories.messages import HOSTILE, NUMBERED, RISKY, case_of, post, report
from tests.factories.people import act, make_person
from tests.factories.refusals import assert_refused
from tests.factories.streams import audited, events_of, kinds_of


@pytest.fixture
def carer():
    return make_person(display_name="Fern")


@pytest.fixture
def worker():
    return make_person(Role.CARER_PEER_WORKER, display_name="Wren")


@pytest.fixture
def consumer_worker():
    by_consent()
    return make_person(Role.CONSUMER_PEER_WORKER, display_name="Rook")


@pytest.fixture
def coordinator():
    return make_person(Role.COORDINATOR)


def rows_of(person):
    with reading() as session:
        return list_conversations(session, session.get(Person, person.id), limit=50, cursor=None).items


def change_role(person, role):
    with transaction() as session:
        session.get_one(Person, person.id).role = role


def test_asking_is_the_carers_agreement_and_the_worker_hears_of_it(carer, worker):
    view = act(request_contact, carer, worker_id=worker.id, note="My son is ill.").view
    assert view.contact.state is ContactState.REQUESTED
    assert [agreement.party.value for agreement in view.agreements] == ["carer"]
    assert [party.value for party in view.needs] == ["worker"]
    (event,) = events_of(worker.id)
    assert (event.kind, event.data) == ("contact.requested", {"contact_id": view.contact.id, "conversation_id": None})
    assert kinds_of(carer.id) == []


def test_asking_again_while_it_is_open_is_the_same_contact(carer, worker):
    first = act(request_contact, carer, worker_id=worker.id, note=None)
    again = act(request_contact, carer, worker_id=worker.id, note="Other words.")
    assert (first.is_new, again.is_new) == (True, False)
    assert first.view.contact.id == again.view.contact.id
    assert kinds_of(worker.id) == ["contact.requested"]
    act(accept_contact, worker, first.view.contact.id)
    assert act(request_contact, carer, worker_id=worker.id, note=None).view.contact.state is ContactState.ACCEPTED


def test_after_a_no_a_carer_may_ask_again(carer, worker):
    first = ask(carer, worker)
    act(decline_contact, worker, first.id, reply=None)
    assert ask(carer, worker).id != first.id


def test_accepting_opens_a_conversation_of_two(carer, worker):
    contact = connect(carer, worker)
    conversation = conversation_now(contact)
    assert (conversation.kind, conversation.ended_at) == (ConversationKind.ONE_TO_ONE, None)
    assert membership_of(carer, contact).standing is Standing.MEMBER
    assert membership_of(worker, contact).standing is Standing.MEMBER
    assert kinds_of(conversation.id) == ["member.joined", "member.joined"]
    assert kinds_of(carer.id)[:2] == ["notice.membership", "contact.accepted"]
    assert kinds_of(worker.id)[:3] == ["contact.requested", "notice.membership", "contact.accepted"]
    assert events_of(carer.id)[1].data == {"contact_id": contact.id, "conversation_id": conversation.id}


def test_nothing_is_unread_when_a_conversation_begins(carer, worker):
    connect(carer, worker)
    (row,) = rows_of(carer)
    assert (row.unread_count, row.read_seq, row.head_seq) == (0, 2, 2)


def test_accepting_twice_opens_one_conversation(carer, worker):
    contact = connect(carer, worker)
    assert act(accept_contact, worker, contact.id).contact.conversation_id == contact.conversation_id
    assert len(rows_of(worker)) == 1


@pytest.mark.parametrize("coordinator_first", [True, False])
def test_by_consent_it_begins_with_the_last_of_three_agreements(carer, consumer_worker, coordinator, coordinator_first):
    contact = ask(carer, consumer_worker)
    steps = [(agree_to_contact, coordinator), (accept_contact, consumer_worker)]
    first, last = steps if coordinator_first else reversed(steps)
    view = act(first[0], first[1], contact.id)
    assert (view.contact.state, len(view.needs), view.contact.conversation_id) == (ContactState.REQUESTED, 1, None)
    assert kinds_of(carer.id) == ["contact.agreed"]
    view = act(last[0], last[1], contact.id)
    assert (view.contact.state, view.needs) == (ContactState.ACCEPTED, ())
    assert {agreement.party.value for agreement in view.agreements} == {"carer", "worker", "coordinator"}
    assert kinds_of(carer.id) == ["contact.agreed", "notice.membership", "contact.accepted"]


def test_a_consumer_peer_worker_is_a_guest_with_a_carer(carer, consumer_worker):
    contact = connect(carer, consumer_worker)
    assert membership_of(consumer_worker, contact).standing is Standing.GUEST
    assert membership_of(carer, contact).standing is Standing.MEMBER


def test_a_coordinator_has_no_part_in_a_usual_contact(carer, worker, coordinator):
    contact = ask(carer, worker)
    assert_refused("not_found", act, agree_to_contact, coordinator, contact.id)


def test_only_the_worker_who_was_asked_answers(carer, worker, coordinator):
    contact = ask(carer, worker)
    assert_refused("forbidden", act, accept_contact, carer, contact.id)
    for stranger in (make_person(), make_person(Role.CARER_PEER_WORKER), coordinator):
        assert_refused("not_found", act, accept_contact, stranger, contact.id)
        assert_refused("not_found", act, decline_contact, stranger, contact.id, reply=None)
        assert_refused("not_found", act, withdraw_contact, stranger, contact.id)


def test_a_worker_declines_with_kind_words(carer, worker):
    contact = ask(carer, worker)
    view = act(decline_contact, worker, contact.id, reply="I am away for a while.")
    assert (view.contact.state, view.contact.reply) == (ContactState.DECLINED, "I am away for a while.")
    assert kinds_of(carer.id) == ["contact.declined"]
    assert "away" not in str([event.data for event in events_of(carer.id)])
    assert_refused("contact_closed", act, accept_contact, worker, contact.id)


def test_a_worker_may_still_decline_after_agreeing_until_it_begins(carer, consumer_worker, coordinator):
    contact = ask(carer, consumer_worker)
    act(accept_contact, consumer_worker, contact.id)
    act(decline_contact, consumer_worker, contact.id, reply=None)
    assert_refused("contact_closed", act, agree_to_contact, coordinator, contact.id)


def test_what_has_begun_is_ended_not_declined_or_taken_back(carer, worker):
    contact = connect(carer, worker)
    assert_refused("contact_closed", act, decline_contact, worker, contact.id, reply=None)
    assert_refused("contact_closed", act, withdraw_contact, carer, contact.id)
    assert contact_now(contact.id).reply is None


def test_a_carer_takes_a_request_back(carer, worker):
    contact = ask(carer, worker)
    assert_refused("forbidden", act, withdraw_contact, worker, contact.id)
    assert act(withdraw_contact, carer, contact.id).contact.state is ContactState.WITHDRAWN
    assert act(withdraw_contact, carer, contact.id).contact.state is ContactState.WITHDRAWN
    assert kinds_of(worker.id) == ["contact.requested", "contact.withdrawn"]
    assert_refused("contact_closed", act, accept_contact, worker, contact.id)


def test_roles_are_looked_at_again_when_somebody_agrees(carer, worker):
    contact = ask(carer, worker)
    change_role(worker, Role.CONSUMER_PEER_WORKER)
    assert_refused("pairing_not_allowed", act, accept_contact, worker, contact.id)
    change_role(worker, Role.CARER_PEER_WORKER)
    assert act(accept_contact, worker, contact.id).contact.state is ContactState.ACCEPTED


def test_a_role_that_changed_meanwhile_may_need_one_more_agreement(carer, worker, coordinator):
    by_consent()
    contact = ask(carer, worker)
    change_role(worker, Role.CONSUMER_PEER_WORKER)
    assert [party.value for party in act(accept_contact, worker, contact.id).needs] == ["coordinator"]
    assert act(agree_to_contact, coordinator, contact.id).contact.state is ContactState.ACCEPTED


def test_nobody_begins_with_somebody_whose_account_is_paused(carer, worker):
    contact = ask(carer, worker)
    suspend(carer)
    assert_refused("contact_unavailable", act, accept_contact, worker, contact.id)


def test_walls_are_looked_at_again_when_somebody_agrees(carer, worker):
    """Declaring one ends the request; one that came in another way must not be passed either."""
    contact = ask(carer, worker)
    facts = {"carer_id": carer.id, "worker_id": worker.id, "declared_by": carer.id}
    with transaction() as session:
        session.add(Wall(id=new_id(), kind=WallKind.OTHER, declared_at=contact.created_at, **facts))
    assert_refused("contact_unavailable", act, accept_contact, worker, contact.id)


def test_a_carer_may_wait_for_so_many_answers(carer):
    workers = [make_person(Role.CARER_PEER_WORKER) for _ in range(MOST_REQUESTS + 1)]
    requests = [ask(carer, worker) for worker in workers[:MOST_REQUESTS]]
    assert_refused("requests_full", ask, carer, workers[-1])
    act(withdraw_contact, carer, requests[0].id)
    assert ask(carer, workers[-1]).state is ContactState.REQUESTED


def test_a_carer_talks_with_so_many_workers(carer):
    waiting = make_person(Role.CARER_PEER_WORKER)
    request = ask(carer, waiting)
    contacts = [connect(carer, make_person(Role.CARER_PEER_WORKER)) for _ in range(MOST_CONTACTS)]
    assert_refused("contacts_full", ask, carer, make_person(Role.CARER_PEER_WORKER))
    assert_refused("contact_unavailable", act, accept_contact, waiting, request.id)
    act(end_conversation, carer, contacts[0].conversation_id)
    assert act(accept_contact, waiting, request.id).contact.state is ContactState.ACCEPTED


@pytest.mark.parametrize("ender", ["carer", "worker"])
def test_either_ends_it_and_both_are_told_the_same(carer, worker, ender):
    contact = connect(carer, worker)
    act(end_conversation, {"carer": carer, "worker": worker}[ender], contact.conversation_id)
    assert contact_now(contact.id).state is ContactState.ENDED
    assert conversation_now(contact).ended_at is not None
    told = [(event.kind, event.data) for person in (carer, worker) for event in events_of(person.id)[-1:]]
    assert told == [("contact.ended", {"contact_id": contact.id, "conversation_id": contact.conversation_id})] * 2


def test_ending_twice_tells_once(carer, worker):
    contact = connect(carer, worker)
    act(end_conversation, carer, contact.conversation_id)
    act(end_conversation, worker, contact.conversation_id)
    assert kinds_of(carer.id).count("contact.ended") == 1


def test_in_an_ended_conversation_both_read_and_nobody_writes(carer, worker):
    contact = connect(carer, worker)
    sent = post(carer, contact, client_id="before")
    act(end_conversation, worker, contact.conversation_id)
    for person in (carer, worker):
        assert_refused("conversation_ended", post, person, contact)
        (row,) = rows_of(person)
        assert (row.can_post, row.ended_at is not None) == (False, True)
        assert act(mark_read, person, conversation_id=contact.conversation_id, seq=3) == 3
    assert post(carer, contact, client_id="before").message.id == sent.message.id  # an answer that got lost on the way


def test_the_list_names_the_other_and_their_role(carer, worker):
    contact = connect(carer, worker)
    (mine,), (theirs,) = rows_of(carer), rows_of(worker)
    assert (mine.id, mine.title, mine.other.id) == (contact.conversation_id, "Wren (Carer peer worker)", worker.id)
    assert (theirs.title, theirs.other.id, theirs.can_post) == ("Fern (Carer)", carer.id, True)


def test_a_group_is_not_ended_like_a_contact(carer, worker):
    group = make_group(carer, facilitator=worker)
    assert_refused("forbidden", act, end_conversation, worker, group.conversation_id)
    assert_refused("forbidden", act, change_worker, carer, group.conversation_id, worker_id=None)


def test_strangers_cannot_end_what_they_do_not_know_of(carer, worker, coordinator):
    contact = connect(carer, worker)
    for stranger in (coordinator, make_person(Role.MODERATOR), make_person()):
        assert_refused("not_found", act, end_conversation, stranger, contact.conversation_id)
        assert_refused("not_found", act, change_worker, stranger, contact.conversation_id, worker_id=None)


def test_a_carer_changes_the_worker_without_a_reason(carer, worker):
    other = make_person(Role.CARER_PEER_WORKER)
    contact = connect(carer, worker)
    changed = act(change_worker, carer, contact.conversation_id, worker_id=other.id)
    assert (changed.ended.contact.id, changed.ended.contact.state) == (contact.id, ContactState.ENDED)
    assert (changed.asked.worker.id, changed.asked.contact.state) == (other.id, ContactState.REQUESTED)
    assert kinds_of(worker.id)[-1] == "contact.ended"
    assert kinds_of(other.id) == ["contact.requested"]


def test_changing_the_worker_counts_the_one_that_ends_no_more(carer):
    contacts = [connect(carer, make_person(Role.CARER_PEER_WORKER)) for _ in range(MOST_CONTACTS)]
    other = make_person(Role.CARER_PEER_WORKER)
    assert act(change_worker, carer, contacts[0].conversation_id, worker_id=other.id).asked is not None


def test_a_change_that_cannot_be_made_leaves_all_as_it_was(carer, worker):
    contact, away = connect(carer, worker), make_person(Role.CARER_PEER_WORKER)
    suspend(away)
    assert_refused("worker_unavailable", act, change_worker, carer, contact.conversation_id, worker_id=away.id)
    assert_refused("pairing_not_allowed", act, change_worker, carer, contact.conversation_id, worker_id=make_person().id)
    assert_refused("invalid", act, change_worker, carer, contact.conversation_id, worker_id=worker.id)
    assert contact_now(contact.id).state is ContactState.ACCEPTED
    assert contact_events(events_of(worker.id))[-1] == "contact.beginning"


def test_only_the_carer_changes_the_worker(carer, worker):
    contact = connect(carer, worker)
    assert_refused("forbidden", act, change_worker, worker, contact.conversation_id, worker_id=None)


def test_whoever_handles_somebody_elses_leaving_ends_what_is_open(carer, worker, coordinator):
    going_on, waiting = connect(carer, worker), ask(make_person(), worker)

    def end_all(session, actor, *, now):
        for contact in (going_on, waiting):
            end_contact(session, session.merge(contact, load=True), by=actor, now=now)

    act(end_all, coordinator)
    act(end_all, coordinator)  # what is over stays as it is
    assert contact_now(going_on.id).state is ContactState.ENDED
    assert contact_now(waiting.id).state is ContactState.DECLINED
    assert audited(going_on.id)[-1] == "contact.ended"
    assert [kinds_of(person_id)[-1] for person_id in (carer.id, waiting.carer_id)] == ["contact.ended", "contact.declined"]


def test_messages_are_screened_as_in_a_group_and_bear_the_role(carer, worker):
    contact = connect(carer, worker)
    assert post(worker, contact).message.author_role is Role.CARER_PEER_WORKER
    assert post(carer, contact, RISKY).support is not None
    assert post(carer, contact, HOSTILE).message.state is MessageState.HELD
    assert_refused("advice_given", post, carer, contact, NUMBERED)


def test_a_message_of_the_other_can_be_reported(carer, worker):
    contact = connect(carer, worker)
    message = post(worker, contact).message
    report(carer, message)
    assert case_of(message.id).conversation_id == contact.conversation_id


def test_every_step_is_in_the_audit_trail(carer, consumer_worker, coordinator):
    contact = ask(carer, consumer_worker, "My son is ill.")
    act(agree_to_contact, coordinator, contact.id)
    act(accept_contact, consumer_worker, contact.id)
    act(end_conversation, carer, contact_now(contact.id).conversation_id)
    assert audited(contact.id) == ["contact.requested", "contact.agreed", "contact.accepted", "contact.ended"]


def test_taking_consent_back_from_the_service_does_not_touch_usual_contacts(carer, worker):
    by_consent()
    usual = connect(carer, worker)
    decided(DecisionName.PEER_ROLE_MODEL, PeerRoleModel.DISTINCT)
    assert contact_now(usual.id).state is ContactState.ACCEPTED


def test_who_is_not_there_cannot_be_asked(carer):
    assert_refused("worker_unavailable", act, request_contact, carer, worker_id=new_id(), note=None)


def test_ended_contacts_stay_on_record(carer, worker):
    act(end_conversation, carer, connect(carer, worker).conversation_id)
    connect(carer, worker)
    assert [contact.state for contact in contacts_between(carer, worker)] == [ContactState.ENDED, ContactState.ACCEPTED]
