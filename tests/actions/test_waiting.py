"""Who waits for a worker sees where, goes by the time they joined, and is passed by nobody but on record."""

from datetime import timedelta

import pytest

from models.clock import clock
from models.contacts import REQUEST_LASTS, ContactState, Origin
from models.roles import Role
from models.session import reading
from models.waiting import WaitingState
from server.actions.contacts import accept_contact, decline_contact, withdraw_contact
from server.actions.waiting import assign_worker, bring_forward, join_waiting_list, leave_waiting_list
from server.jobs.contacts import watch_contacts
from server.queries.waiting import find_waiting, list_waiting, view_waiting
from tests.factories.contacts import (
    ask,
    by_consent,
    connect,
    contact_events,
    contact_now,
    contacts_between,
    wait,
    wall_off,
)
from tests.factories.openings import make_terms
from tests.factories.people import act, make_person
from tests.factories.privacy import erase
from tests.factories.refusals import assert_refused
from tests.factories.streams import audited, events_of


@pytest.fixture
def coordinator():
    return make_person(Role.COORDINATOR)


def make_worker(**terms):
    worker = make_person(Role.CARER_PEER_WORKER)
    make_terms(worker, **terms)
    return worker


def waits_in_turn(*carers):
    for carer in carers:
        wait(carer)
        clock.move(timedelta(minutes=1))
    return carers


def watch():
    return watch_contacts(lasts=REQUEST_LASTS)


def place(carer):
    with reading() as session:
        waiting = find_waiting(session, carer.id)
        return view_waiting(session, waiting) if waiting is not None else None


def order():
    with reading() as session:
        page = list_waiting(session, limit=2, cursor=None)
        found = list(page.items)
        while page.next_cursor is not None:
            page = list_waiting(session, limit=2, cursor=page.next_cursor)
            found += page.items
        return found


def offered(worker, *carers):
    """Which of these carers this worker has been asked for and has not answered."""
    return [
        carer
        for carer in carers
        if any(contact.state is ContactState.REQUESTED for contact in contacts_between(carer, worker))
    ]


def test_a_carer_sees_their_place_and_since_when():
    first, second, third = waits_in_turn(make_person(), make_person(), make_person())
    assert [place(carer).place for carer in (first, second, third)] == [1, 2, 3]
    assert place(third).total == 3
    assert place(first).waiting.joined_at < place(second).waiting.joined_at
    act(leave_waiting_list, first)
    assert [place(carer) and place(carer).place for carer in (first, second, third)] == [None, 1, 2]


def test_joining_again_keeps_the_place():
    first, _ = waits_in_turn(make_person(), make_person())
    again = act(join_waiting_list, first, wish="Another wish")
    assert (again.is_new, again.view.place, again.view.waiting.wish) == (False, 1, None)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CARER])
def test_only_carers_wait(role):
    assert_refused("forbidden", act, join_waiting_list, make_person(role), wish=None)


def test_whoever_waits_longest_is_offered_the_next_worker_with_a_place():
    first, second = waits_in_turn(make_person(), make_person())
    worker = make_worker(capacity=1)
    assert watch() == 1
    assert offered(worker, first, second) == [first]
    (contact,) = contacts_between(first, worker)
    assert (contact.origin, contact.state) == (Origin.WAITING_LIST, ContactState.REQUESTED)
    for person in (first, worker):
        assert contact_events(events_of(person.id))[-1] == "contact.requested"
    assert place(first).offer_id == contact.id
    assert watch() == 0  # nobody has room for the second


def test_the_worker_says_yes_and_the_carer_has_met_somebody():
    first, second = waits_in_turn(make_person(), make_person())
    worker = make_worker(capacity=1)
    watch()
    (contact,) = contacts_between(first, worker)
    assert act(accept_contact, worker, contact.id).contact.state is ContactState.ACCEPTED
    assert place(first) is None
    assert place(second).place == 1
    assert watch() == 0  # full


def test_nobody_is_offered_while_no_worker_has_a_place():
    (carer,) = waits_in_turn(make_person())
    connect(make_person(), make_worker(capacity=1))
    make_worker(paused_at=clock.now())
    assert watch() == 0
    free = make_worker()
    assert watch() == 1
    assert offered(free, carer) == [carer]


@pytest.mark.parametrize("ending", ["declined", "withdrawn", "expired"])
def test_whoever_was_offered_a_worker_and_did_not_begin_keeps_their_place_for_another(ending):
    first, second = waits_in_turn(make_person(), make_person())
    worker = make_worker(capacity=1)
    watch()
    (contact,) = contacts_between(first, worker)
    if ending == "declined":
        act(decline_contact, worker, contact.id, reply=None)
    elif ending == "withdrawn":
        act(withdraw_contact, first, contact.id)
    else:
        clock.move(REQUEST_LASTS)
    watch()
    assert contact_now(contact.id).state.value == ending
    assert place(first).place == 1
    assert offered(worker, first, second) == [second]  # the same two are not brought together again
    other = make_worker()
    watch()
    assert offered(other, first, second) == [first]


def test_a_wall_is_gone_around_without_a_word():
    first, second = waits_in_turn(make_person(), make_person())
    worker = make_worker(capacity=1)
    wall_off(worker, first)
    watch()
    assert offered(worker, first, second) == [second]
    assert place(first).place == 1


def test_a_consumer_peer_worker_is_nobodys_turn():
    by_consent()
    (carer,) = waits_in_turn(make_person())
    make_terms(make_person(Role.CONSUMER_PEER_WORKER))
    assert watch() == 0
    assert place(carer).offer_id is None


def test_a_coordinators_exception_goes_first_and_everybody_sees_that_there_is_one(coordinator):
    first, second, third = waits_in_turn(make_person(), make_person(), make_person())
    act(bring_forward, coordinator, place(third).waiting.id, reason="She is alone with two children.")
    assert [view.carer.id for view in order()] == [third.id, first.id, second.id]
    assert [view.place for view in order()] == [1, 2, 3]
    assert (place(first).place, place(first).exceptions_ahead) == (2, 1)
    assert audited(place(third).waiting.id) == ["waiting.joined", "waiting.brought_forward"]
    worker = make_worker(capacity=1)
    watch()
    assert offered(worker, first, second, third) == [third]


def test_exceptions_go_in_the_order_in_which_they_were_made(coordinator):
    first, second, third = waits_in_turn(make_person(), make_person(), make_person())
    for carer in (third, second):
        act(bring_forward, coordinator, place(carer).waiting.id, reason="So.")
        clock.move(timedelta(minutes=1))
    assert [view.carer.id for view in order()] == [third.id, second.id, first.id]
    assert [view.exceptions_ahead for view in order()] == [0, 1, 2]


def test_a_coordinator_asks_a_worker_for_who_is_first_without_a_reason_and_for_others_with_one(coordinator):
    first, second, third = waits_in_turn(make_person(), make_person(), make_person())
    worker = make_worker()
    places = [place(carer).waiting.id for carer in (first, second, third)]
    assert_refused("reason_needed", act, assign_worker, coordinator, places[1], worker_id=worker.id, reason=None)
    act(assign_worker, coordinator, places[0], worker_id=worker.id, reason=None)
    act(assign_worker, coordinator, places[1], worker_id=worker.id, reason=None)  # who was before them is asked for
    assert offered(worker, first, second, third) == [first, second]
    (contact,) = contacts_between(second, worker)
    assert contact.origin is Origin.ASSIGNED
    act(accept_contact, worker, contact.id)
    assert place(second) is None


def test_letting_somebody_go_first_by_assigning_is_an_exception_on_record(coordinator):
    first, second = waits_in_turn(make_person(), make_person())
    entry = place(second).waiting.id
    act(assign_worker, coordinator, entry, worker_id=make_worker().id, reason="They speak the same language.")
    assert place(second).waiting.forward_reason == "They speak the same language."
    assert audited(entry) == ["waiting.joined", "waiting.brought_forward", "waiting.assigned"]
    assert place(first).exceptions_ahead == 1


def test_assigning_holds_to_pairing_walls_and_what_the_worker_takes(coordinator):
    (carer,) = waits_in_turn(make_person())
    entry = place(carer).waiting.id
    walled, away = make_worker(), make_worker(paused_at=clock.now())
    wall_off(walled, carer)
    facts = {"reason": None}
    assert_refused("pairing_not_allowed", act, assign_worker, coordinator, entry, worker_id=make_person().id, **facts)
    consumer_worker = make_person(Role.CONSUMER_PEER_WORKER)
    assert_refused("pairing_not_allowed", act, assign_worker, coordinator, entry, worker_id=consumer_worker.id, **facts)
    for worker in (walled, away):
        assert_refused("worker_unavailable", act, assign_worker, coordinator, entry, worker_id=worker.id, **facts)
    free = make_worker()
    act(assign_worker, coordinator, entry, worker_id=free.id, **facts)
    assert_refused("offer_open", act, assign_worker, coordinator, entry, worker_id=make_worker().id, **facts)


def test_leaving_takes_back_what_was_offered(coordinator):
    (carer,) = waits_in_turn(make_person())
    worker = make_worker()
    watch()
    entry = place(carer).waiting
    act(leave_waiting_list, carer)
    act(leave_waiting_list, carer)
    (contact,) = contacts_between(carer, worker)
    assert contact.state is ContactState.WITHDRAWN
    assert_refused("waiting_over", act, bring_forward, coordinator, entry.id, reason="So.")


def test_a_contact_asked_for_oneself_ends_the_waiting_when_it_begins():
    (carer,) = waits_in_turn(make_person())
    worker = make_worker(capacity=0)
    ask(carer, worker)
    assert place(carer) is not None
    connect(carer, make_person(Role.CARER_PEER_WORKER))
    assert place(carer) is None


def test_the_wish_goes_with_the_offer_and_then_is_kept_no_longer_on_the_list():
    carer = make_person()
    wait(carer, "Somebody who knows hospitals.")
    worker = make_worker()
    watch()
    (contact,) = contacts_between(carer, worker)
    assert contact.note == "Somebody who knows hospitals."
    entry = place(carer).waiting
    act(accept_contact, worker, contact.id)
    with reading() as session:
        kept = session.get_one(type(entry), entry.id)
        assert (kept.state, kept.wish) == (WaitingState.MET, None)


def test_who_leaves_the_service_waits_no_longer():
    first, second = waits_in_turn(make_person(), make_person())
    erase(first)
    assert place(second).place == 1
