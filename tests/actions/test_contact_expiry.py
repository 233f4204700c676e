"""A request that nobody answers ends by itself, and the carer is pointed to others. A no has a reason for each reader."""

from contextlib import suppress
from datetime import timedelta

import pytest

from models.clock import clock
from models.contacts import REQUEST_LASTS, ContactState
from models.roles import Role
from server.actions.contacts import accept_contact, decline_contact, request_contact
from server.jobs.contacts import watch_contacts
from server.jobs.loops import background_loops
from tests.factories.contacts import ask, connect, contact_events, contact_now, contacts_between, wait
from tests.factories.people import act, make_person
from tests.factories.privacy import everything_stored
from tests.factories.refusals import assert_refused
from tests.factories.settings import make_settings
from tests.factories.streams import audited, events_of

MOMENT = timedelta(seconds=1)


@pytest.fixture
def carer():
    return make_person()


@pytest.fixture
def worker():
    return make_person(Role.CARER_PEER_WORKER)


def watch():
    return watch_contacts(lasts=REQUEST_LASTS)


def test_a_request_that_nobody_answers_ends_after_its_time_and_not_before(carer, worker):
    contact = ask(carer, worker)
    clock.move(REQUEST_LASTS - MOMENT)
    assert watch() == 0
    assert contact_now(contact.id).state is ContactState.REQUESTED
    clock.move(MOMENT)
    assert watch() == 1
    assert contact_now(contact.id).state is ContactState.EXPIRED
    for person in (carer, worker):
        assert contact_events(events_of(person.id))[-1] == "contact.expired"
    assert audited(contact.id) == ["contact.requested", "contact.expired"]
    assert watch() == 0


def test_how_long_there_is_to_answer_is_the_services_to_say(carer, worker):
    contact = act(request_contact, carer, worker_id=worker.id, note=None, lasts=timedelta(hours=1)).view.contact
    clock.move(timedelta(hours=1))
    watch()
    assert contact_now(contact.id).state is ContactState.EXPIRED


def test_what_was_answered_does_not_expire(carer, worker):
    contact = connect(carer, worker)
    clock.move(REQUEST_LASTS * 2)
    assert watch() == 0
    assert contact_now(contact.id).state is ContactState.ACCEPTED


def test_a_request_whose_time_is_over_cannot_be_accepted_even_before_anybody_looked(carer, worker):
    contact = ask(carer, worker)
    clock.move(REQUEST_LASTS)
    assert_refused("contact_closed", act, accept_contact, worker, contact.id)


def test_the_carer_may_ask_the_same_worker_again(carer, worker):
    contact = ask(carer, worker)
    clock.move(REQUEST_LASTS)
    watch()
    again = ask(carer, worker)
    assert again.id != contact.id
    assert act(accept_contact, worker, again.id).contact.state is ContactState.ACCEPTED


def test_one_that_cannot_be_ended_does_not_keep_the_others_waiting(carer, worker, monkeypatch):
    first, second = ask(carer, worker), ask(make_person(), worker)
    from server.actions import contacts  # noqa: PLC0415
    from server.jobs import contacts as jobs  # noqa: PLC0415

    def broken(session, contact_id, *, now):
        if contact_id == first.id:
            raise RuntimeError
        return contacts.expire_request(session, contact_id, now=now)

    monkeypatch.setattr(jobs, "expire_request", broken)
    clock.move(REQUEST_LASTS)
    assert watch() == 1
    states = [contact_now(each.id).state for each in (first, second)]
    assert states == [ContactState.REQUESTED, ContactState.EXPIRED]


def test_a_no_keeps_its_two_reasons_apart(carer, worker):
    contact = ask(carer, worker)
    view = act(decline_contact, worker, contact.id, reply="I am away.", private_reason="We were at school together.")
    assert (view.contact.reply, view.contact.private_reason) == ("I am away.", "We were at school together.")
    assert not any("school" in value for value in everything_stored()["audit_entry.data"])


def test_every_process_with_background_work_looks_after_contacts(carer, worker):
    """Each of its loops for one round: among them is the one that ends what nobody answered, after the time that is set."""
    contact = ask(carer, worker)
    clock.move(REQUEST_LASTS)
    loops = background_loops(make_settings(contact_requests_last=timedelta(hours=1)))
    waits_on_list = make_person()
    wait(waits_on_list)

    def once(seconds):
        if seconds:
            raise SystemExit

    for loop in loops:
        with suppress(SystemExit):
            loop(once)
    assert contact_now(contact.id).state is ContactState.EXPIRED
    (offer,) = contacts_between(waits_on_list, worker)
    assert offer.expires_at == offer.created_at + timedelta(hours=1)
