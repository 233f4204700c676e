"""A worker's devices are silent outside their contact windows, and then there is one word; a carer's never wait for them."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from models.clock import clock
from models.contact_windows import Window
from models.people import Person
from models.roles import Role
from models.session import transaction
from server.actions.notifications import change_settings
from server.actions.openings import change_openings
from server.actions.rota_changes import withdraw_leave
from tests.factories.digests import Digests, at, come, make_reader
from tests.factories.groups import make_group
from tests.factories.mail import receiving
from tests.factories.messages import post
from tests.factories.one_to_ones import make_one_to_one, write
from tests.factories.openings import make_terms
from tests.factories.people import act, make_person
from tests.factories.push import Calls
from tests.factories.push_service import running_push_service
from tests.factories.rota import make_leave

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NIGHT, OPEN = (2030, 6, 10, 3), (2030, 6, 10, 9)


@pytest.fixture(autouse=True)
def _june():
    at(*NIGHT)


@pytest.fixture
def calls():
    with running_push_service() as service:
        yield Calls(service)
        assert service.refusals == []


@pytest.fixture
def carer():
    return make_person()


@pytest.fixture
def worker():
    return make_person(Role.CARER_PEER_WORKER)


@pytest.fixture
def talk(carer, worker):
    return make_one_to_one(carer, worker)


@pytest.fixture
def phone(calls, worker):
    return calls.phone(worker)


def told(talk):
    return {"kind": "message", "conversation_id": talk.conversation_id}


def test_outside_their_windows_no_device_of_theirs_rings_and_then_one_word_comes(calls, carer, worker, talk, phone):
    make_terms(worker)
    for _ in range(3):
        write(carer, talk.conversation_id)
        calls.settle()
    assert phone.data == []
    at(2030, 6, 10, 8, 59, 30)
    calls.send()
    assert phone.data == []
    at(*OPEN)
    calls.send()
    calls.settle()
    assert phone.data == [told(talk)]


def test_within_a_window_they_are_told_at_once(calls, carer, worker, talk, phone):
    at(2030, 6, 10, 10)
    make_terms(worker)
    write(carer, talk.conversation_id)
    calls.settle()
    assert phone.data == [told(talk)]


def test_who_has_named_no_windows_is_told_at_any_hour(calls, carer, talk, phone):
    write(carer, talk.conversation_id)
    calls.settle()
    assert phone.data == [told(talk)]


def test_a_window_that_was_named_counts_for_more_than_quiet_hours(calls, carer, worker, talk, phone):
    act(change_settings, worker, quiet_from=0, quiet_until=23 * 60, email_digest=True)
    make_terms(worker)
    at(2030, 6, 10, 10)
    write(carer, talk.conversation_id)
    calls.settle()
    assert phone.data == [told(talk)]


def test_a_group_of_theirs_is_no_one_to_one(calls, carer, worker, phone):
    make_terms(worker)
    group = make_group(carer, worker)
    post(carer, group)
    calls.settle()
    assert phone.data == [told(group)]


def test_the_carers_own_devices_do_not_wait_for_the_workers_windows(calls, carer, worker, talk):
    make_terms(worker)
    theirs = calls.phone(carer)
    write(worker, talk.conversation_id, acknowledged_advice=True)
    calls.settle()
    assert theirs.data == [told(talk)]


def test_leave_keeps_their_devices_silent_until_it_is_over(calls, carer, worker, talk, phone):
    make_terms(worker)
    make_leave(worker, clock.now(), clock.now() + 3 * DAY)
    write(carer, talk.conversation_id)
    calls.settle()
    at(2030, 6, 10, 10)
    calls.send()
    assert phone.data == []
    at(2030, 6, 13, 9)
    calls.send()
    calls.settle()
    assert phone.data == [told(talk)]


def test_leave_that_is_taken_back_keeps_nothing_waiting(calls, carer, worker, talk, phone):
    make_terms(worker)
    leave = make_leave(worker, clock.now(), clock.now() + 3 * DAY)
    write(carer, talk.conversation_id)
    calls.settle()
    at(2030, 6, 10, 10)
    act(withdraw_leave, make_person(Role.COORDINATOR), leave.id)
    calls.send()
    calls.send()
    assert phone.data == [told(talk)]


def test_who_is_somebody_else_by_now_is_told_as_anybody(calls, carer, worker, talk, phone):
    make_terms(worker)
    with_role(worker, Role.SUPERVISOR)
    write(carer, talk.conversation_id)
    calls.settle()
    assert phone.data == [told(talk)]


def test_new_windows_hold_for_what_waits_already(calls, carer, worker, talk, phone):
    make_terms(worker)
    write(carer, talk.conversation_id)
    calls.settle()
    assert phone.data == []
    every_night = [Window(day, 0, 6 * 60) for day in range(7)]
    act(change_openings, worker, changes={"windows": every_night}, version=None)
    calls.send()
    calls.send()
    assert phone.data == [told(talk)]


def with_role(person, role):
    with transaction() as session:
        session.execute(update(Person).where(Person.id == person.id).values(role=role))


@pytest.fixture(scope="module")
def receiver(tmp_path_factory):
    with receiving(tmp_path_factory.mktemp("mail") / "box") as found:
        yield found


@pytest.fixture
def digests(settings, receiver):
    at(2030, 6, 10, 0)  # ten in the morning in Sydney, where they are
    receiver.empty()
    return Digests(settings, receiver)


@pytest.fixture
def reader(digests):
    return make_reader(role=Role.CARER_PEER_WORKER, email="juniper@example.test")


def test_no_mail_about_a_carer_goes_out_before_a_window_opens_and_then_one(digests, carer, reader):
    make_terms(reader, [Window(day, 20 * 60, 20 * 60 + 30) for day in range(7)])  # by UTC: six in the morning in Sydney
    write(carer, make_one_to_one(carer, reader).conversation_id)
    assert digests.hours(19) == []
    clock.move(HOUR / 2)
    assert len(digests.hours(2)) == 1
    assert digests.hours(48) == []


def test_without_windows_mail_about_a_carer_goes_out_by_day_as_always(digests, carer, reader):
    write(carer, make_one_to_one(carer, reader).conversation_id)
    assert len(digests.hours(8)) == 1


def test_mail_about_a_group_does_not_wait_for_a_window(digests, carer, reader):
    make_terms(reader, [Window(day, 20 * 60, 20 * 60 + 30) for day in range(7)])
    post(carer, make_group(carer, reader))
    assert len(digests.hours(8)) == 1
    come(reader)
