"""Whether a worker takes on somebody new, and when they read what is written to them."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from models.clock import clock
from models.ids import new_id
from models.openings import AfterHours, ContactLeave, ContactTerms, Limits, current_limits, use_limits
from models.people import Person
from models.retention import WORK_LASTS
from models.roles import Role
from models.session import reading, transaction
from server.actions.contacts import accept_contact, agree_to_contact
from server.jobs.retention import sweep_all
from server.queries.openings import openings
from tests.factories.contacts import ask, by_consent
from tests.factories.one_to_ones import make_one_to_one, make_request
from tests.factories.openings import make_terms, move_to
from tests.factories.people import act, make_person
from tests.factories.queries import counted
from tests.factories.refusals import assert_refused
from tests.factories.rota import make_leave

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def worker():
    return make_person(Role.CARER_PEER_WORKER)


def opening(worker, at=None):
    with reading() as session:
        return openings(session, [worker.id], at or clock.now())[worker.id]


def test_they_are_open_within_a_window_and_open_next_when_the_next_begins(worker):
    make_terms(worker)
    at = move_to(8, 30)
    for now, is_open, opens_at in (
        (at, False, at + HOUR / 2),
        (at + HOUR, True, at + HOUR),
        (at + 8.5 * HOUR, False, at + DAY + HOUR / 2),
    ):
        found = opening(worker, now)
        assert (found.open_now, found.next_open_at) == (is_open, opens_at)


def test_it_is_the_clock_of_the_named_place_that_counts(worker):
    make_terms(worker, zone="Asia/Tokyo")  # nine hours ahead, always
    move_to(0, 30)
    assert opening(worker).open_now
    move_to(9)
    assert not opening(worker).open_now


def test_who_named_no_windows_takes_people_on_and_promises_no_hour(worker):
    found = opening(worker)
    assert (found.takes_new, found.open_now, found.next_open_at) == (True, False, None)


def test_every_contact_that_goes_on_takes_a_place_and_a_request_takes_none(worker):
    make_terms(worker, capacity=2)
    assert (opening(worker).places_left, opening(worker).takes_new) == (2, True)
    make_request(make_person(), worker)
    make_one_to_one(worker=worker)
    assert (opening(worker).places_left, opening(worker).takes_new) == (1, True)
    make_one_to_one(worker=worker)
    assert (opening(worker).places_left, opening(worker).takes_new) == (0, False)


def test_who_says_nothing_has_as_many_places_as_the_service_says(worker):
    was = current_limits()
    use_limits(Limits(capacity=1))
    try:
        assert opening(worker).places_left == 1
        make_one_to_one(worker=worker)
        assert not opening(worker).takes_new
    finally:
        use_limits(was)


def test_a_coordinator_whose_agreement_would_be_one_too_many_is_told_that_it_cannot_begin():
    by_consent()
    worker, coordinator = make_person(Role.CONSUMER_PEER_WORKER), make_person(Role.COORDINATOR)
    contact = ask(make_person(), worker)
    act(accept_contact, worker, contact.id)
    make_terms(worker, capacity=0)
    assert_refused("contact_unavailable", act, agree_to_contact, coordinator, contact.id)


def test_who_pauses_takes_nobody_new_and_reads_all_the_same(worker):
    move_to(10)
    make_terms(worker, paused_at=clock.now())
    assert (opening(worker).takes_new, opening(worker).open_now) == (False, True)


def test_who_is_away_takes_nobody_new_and_reads_when_they_are_back(worker):
    make_terms(worker)
    now = move_to(10)
    make_leave(worker, now - DAY, now + 3 * DAY + HOUR)
    found = opening(worker)
    assert (found.takes_new, found.open_now, found.next_open_at) == (False, False, now + 3 * DAY + HOUR)
    assert opening(worker, now + 3 * DAY + HOUR).takes_new


def test_a_leave_that_is_to_come_takes_nothing_yet(worker):
    make_terms(worker)
    now = move_to(10)
    make_leave(worker, now + DAY, now + 3 * DAY)
    assert opening(worker).takes_new
    assert opening(worker).open_now


def test_they_are_found_in_as_many_queries_for_three_as_for_three_hundred():
    workers = [make_person(Role.CARER_PEER_WORKER) for _ in range(3)]
    make_terms(workers[0], capacity=5)
    ids = [worker.id for worker in workers]
    others = [f"00000000-0000-7000-8000-{number:012}" for number in range(297)]
    now = clock.now()
    with reading() as session, counted() as few:
        found = openings(session, ids, now)
    with reading() as session, counted() as many:
        assert openings(session, [*ids, *others], now).items() >= found.items()
    assert len(few) == len(many) == 3


def make_many(number):
    """Workers copied from one, each with windows of their own, in four zones."""
    first = make_person(Role.CARER_PEER_WORKER)
    zones = ["Australia/Sydney", "Europe/London", "America/New_York", "Asia/Kolkata"]
    ids = [new_id() for _ in range(number)]
    columns = [column for column in Person.__mapper__.column_attrs if column.key not in ("id", "name_skeleton")]
    copied = {column.key: getattr(first, column.key) for column in columns}
    unproven = {"email_index": "", "email_verified_at": None, "name_skeleton": None}
    with transaction() as session:
        session.execute(insert(Person), [{**copied, **unproven, "id": worker_id} for worker_id in ids])
        terms = [
            {
                "person_id": worker_id,
                "zone": zones[place % 4],
                "windows_text": " ".join(f"{day}.{400 + place % 300}.{1020 + place % 300}" for day in range(5)),
                "changed_at": clock.now(),
                "version": 1,
            }
            for place, worker_id in enumerate(ids)
        ]
        session.execute(insert(ContactTerms), terms)
    return ids


def test_two_thousand_are_looked_up_at_once():
    ids = make_many(2000)
    with reading() as session, counted() as asked:
        found = openings(session, ids, clock.now())
    assert len(asked) == 3
    assert len({each.next_open_at for each in found.values()}) > 100


def test_how_late_they_worked_and_when_they_were_away_is_forgotten_after_a_while(worker):
    make_terms(worker)
    now = clock.now()
    with transaction() as session:
        session.add(AfterHours(person_id=worker.id, day=now.date(), messages=3))
        session.add(ContactLeave(id=new_id(), person_id=worker.id, since=now - DAY, until=now, made_at=now))
    for move, kept in ((WORK_LASTS - DAY, 1), (2 * DAY, 0)):
        clock.move(move)
        sweep_all(pause=lambda: None)
        with reading() as session:
            left = [len(session.scalars(select(table)).all()) for table in (AfterHours, ContactLeave, ContactTerms)]
        assert left == [kept, kept, 1]
