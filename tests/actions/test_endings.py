"""A planned end: a day both know, a summary the carer reads first, room for a last word, and the right to end it now."""

from datetime import timedelta

import pytest

from models.clock import clock
from models.contacts import ENDING_LATEST, ENDING_SOONEST, REQUEST_LASTS, ContactState
from models.people import Person
from models.roles import Role
from models.session import reading
from server.actions.contacts import end_conversation
from server.actions.endings import plan_ending, take_back_ending
from server.jobs.contacts import watch_contacts
from server.queries.contacts import get_contact
from server.schemas.contacts import dump_contact
from tests.factories.contacts import connect, contact_events, contact_now, conversation_now
from tests.factories.one_to_ones import write
from tests.factories.people import act, make_person
from tests.factories.refusals import assert_refused
from tests.factories.streams import audited, events_of

WEEK = timedelta(days=7)
MOMENT = timedelta(seconds=1)


@pytest.fixture
def carer():
    return make_person()


@pytest.fixture
def worker():
    return make_person(Role.CARER_PEER_WORKER)


@pytest.fixture
def contact(carer, worker):
    return connect(carer, worker)


def plan(person, contact, ends_at, summary=None):
    return act(plan_ending, person, contact.conversation_id, ends_at=ends_at, summary=summary)


def seen_by(person, contact):
    with reading() as session:
        return dump_contact(get_contact(session, session.get_one(Person, person.id), contact.id))


def watch():
    return watch_contacts(lasts=REQUEST_LASTS)


def test_the_carer_reads_the_summary_before_it_ends_and_both_write_until_then(carer, worker, contact):
    day = clock.now() + WEEK
    plan(worker, contact, day, "You found your own way of resting.")
    shown = seen_by(carer, contact)["ending"]
    assert (shown["ends_at"], shown["proposed_by"], shown["summary"]) == (
        day,
        "worker",
        "You found your own way of resting.",
    )
    assert contact_events(events_of(carer.id))[-1] == "contact.ending"
    clock.move(WEEK - MOMENT)
    assert watch() == 0
    for person in (carer, worker):
        assert write(person, contact.conversation_id)
    clock.move(MOMENT)
    assert watch() == 1
    assert contact_now(contact.id).state is ContactState.ENDED
    assert conversation_now(contact).ended_at is not None
    assert_refused("conversation_ended", write, carer, contact.conversation_id)
    assert seen_by(carer, contact)["ending"]["summary"] == "You found your own way of resting."
    assert contact_events(events_of(carer.id))[-1] == "contact.ended"


def test_the_carer_may_propose_a_day_and_the_worker_adds_the_summary(carer, worker, contact):
    day = clock.now() + WEEK
    plan(carer, contact, day)
    plan(worker, contact, day, "It was good to know you.")
    assert seen_by(carer, contact)["ending"] == {
        "ends_at": day,
        "proposed_by": "carer",
        "summary": "It was good to know you.",
    }
    assert_refused("invalid", plan, carer, contact, day, "Mine")


def test_what_is_new_is_known_a_day_before_it_ends(carer, worker, contact):
    now = clock.now()
    for day in (now - WEEK, now + ENDING_SOONEST - MOMENT, now + ENDING_LATEST + WEEK):
        assert_refused("invalid", plan, worker, contact, day)
    day = now + WEEK
    plan(worker, contact, day, "First words.")
    clock.move(WEEK - ENDING_SOONEST + MOMENT)
    assert_refused("invalid", plan, worker, contact, day, "Other words.")
    assert seen_by(carer, contact)["ending"]["summary"] == "First words."


def test_saying_the_same_again_changes_nothing(worker, contact):
    day = clock.now() + WEEK
    for _ in range(2):
        plan(worker, contact, day, "So.")
    assert audited(contact.id).count("contact.ending_planned") == 1


def test_who_proposed_it_last_takes_it_back_and_the_other_proposes_another_day(carer, worker, contact):
    place, day = contact.conversation_id, clock.now() + WEEK
    plan(worker, contact, day, "So.")
    assert_refused("forbidden", act, take_back_ending, carer, place)
    plan(carer, contact, day + WEEK)
    assert_refused("forbidden", act, take_back_ending, worker, place)
    act(take_back_ending, carer, place)
    assert seen_by(worker, contact)["ending"] is None
    assert_refused("not_found", act, take_back_ending, carer, place)
    clock.move(WEEK * 3)
    assert watch() == 0
    assert contact_now(contact.id).state is ContactState.ACCEPTED


@pytest.mark.parametrize("who", ["carer", "worker"])
def test_either_may_still_end_it_at_once(carer, worker, contact, who):
    plan(worker, contact, clock.now() + WEEK)
    person = carer if who == "carer" else worker
    act(end_conversation, person, contact.conversation_id)
    assert contact_now(contact.id).state is ContactState.ENDED
    clock.move(WEEK)
    assert watch() == 0
    assert_refused("forbidden", plan, worker, contact, clock.now() + WEEK)


def test_nobody_else_plans_the_end_of_a_contact(contact):
    for role in (Role.COORDINATOR, Role.SUPERVISOR, Role.CARER_PEER_WORKER, Role.CARER):
        assert_refused("not_found", plan, make_person(role), contact, clock.now() + WEEK)
