"""Who is called when something new is there, on which device, and when not; over a push service that checks every call."""

import base64
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from sqlalchemy import select, update

from models.auth import IDLE_LASTS, EndReason, SignIn
from models.clock import clock
from models.conversations import Membership
from models.jobs import MOST_ATTEMPTS, Job, JobKind, JobState
from models.notifications import NotificationSettings, PushSubscription
from models.people import Person, PersonState
from models.review import DecisionKind
from models.roles import Role
from models.session import reading, transaction
from server.actions.auth import end_sign_in
from server.actions.edits import delete_message, edit_message
from server.actions.groups import join_group, leave_group
from server.actions.messages import mark_read, mute
from server.actions.privacy import erase_oneself
from server.actions.push import AGAIN_AFTER, MESSAGE_TTL, SETTLE, claim_telling, enqueue_push
from server.jobs.kinds import make_works
from server.jobs.push_sweep import OVERLAP, PushSweep
from server.push_services import LONGEST_WAIT, REST
from server.queries.push import find_untold
from tests.factories.groups import make_group, put_out
from tests.factories.messages import PLAIN, case_of, claim, decide, post
from tests.factories.people import act, make_person
from tests.factories.push import Calls, in_one
from tests.factories.push_service import running_push_service
from tests.factories.queries import counted
from tests.factories.races import race
from tests.factories.settings import make_settings


@pytest.fixture(autouse=True)
def _june():
    at(2030, 6, 10, 1)  # before anybody signs in, so that they still are in the evening


@pytest.fixture
def calls():
    with running_push_service() as service:
        yield Calls(service)
        assert service.refusals == []


@pytest.fixture
def writer():
    return make_person()


@pytest.fixture
def reader():
    return make_person(display_name="Juniper Vale")


@pytest.fixture
def group(writer, reader):
    return make_group(writer, reader, name="The Quiet Garden")


@pytest.fixture
def phone(calls, reader):
    return calls.phone(reader)


def told(group):
    return {"kind": "message", "conversation_id": group.conversation_id}


def waiting(kind=JobKind.PUSH):
    with reading() as session:
        return session.scalars(select(Job).where(Job.kind == kind, Job.state == JobState.WAITING).order_by(Job.id)).all()


def devices_of(person):
    with reading() as session:
        return session.scalars(select(PushSubscription.id).where(PushSubscription.person_id == person.id)).all()


def at(*parts):
    clock.move(datetime(*parts, tzinfo=UTC) - clock.now())


def quiet(person, begin, end):
    with transaction() as session:
        session.add(NotificationSettings(person_id=person.id, quiet_from=begin, quiet_until=end))


def read_all(person, group):
    act(mark_read, person, conversation_id=group.conversation_id, seq=10_000)


# -- being told ------------------------------------------------------------------------------------------------------


def test_who_has_something_new_is_told_once_and_the_writer_is_not(calls, writer, reader, group, phone):
    own = calls.phone(writer)
    post(writer, group)
    calls.settle()
    assert phone.data == [told(group)]
    assert own.pushes == []
    calls.settle()
    clock.move(MESSAGE_TTL)
    calls.settle()
    assert len(phone.pushes) == 1


def test_a_push_says_nothing_but_ids(calls, writer, reader, group, phone):
    post(writer, group, body="My sister is back in hospital.")
    calls.settle()
    (push,) = phone.pushes
    assert set(push.data) == {"kind", "conversation_id"}
    head = {name: push.headers[name] for name in ("content-encoding", "urgency", "ttl")}
    assert head == {"content-encoding": "aes128gcm", "urgency": "normal", "ttl": str(int(MESSAGE_TTL.total_seconds()))}
    outside = orjson.dumps(push.headers).decode() + base64.b64encode(push.body).decode()
    assert group.conversation_id not in outside
    assert reader.id not in outside


def test_every_device_of_a_person_is_told(calls, writer, reader, group):
    phones = [calls.phone(reader) for _ in range(3)]
    post(writer, group)
    calls.settle()
    assert [phone.data for phone in phones] == [[told(group)]] * 3


def test_messages_that_follow_each_other_make_one_push(calls, writer, group, phone):
    for _ in range(3):
        post(writer, group)
        calls.look()
        clock.move(timedelta(seconds=1))
    assert len(waiting()) == 1
    calls.settle()
    assert len(phone.pushes) == 1


def test_who_did_not_look_is_told_again_only_after_a_while_and_who_did_at_once(calls, writer, reader, group, phone):
    post(writer, group)
    calls.settle()
    post(writer, group)
    calls.settle()
    assert len(phone.pushes) == 1
    clock.move(AGAIN_AFTER)
    calls.settle()
    assert len(phone.pushes) == 2
    read_all(reader, group)
    post(writer, group)
    calls.settle()
    assert len(phone.pushes) == 3


def test_pushes_of_one_conversation_replace_each_other_and_others_do_not(calls, writer, reader, group, phone):
    second = calls.phone(reader)
    other = make_group(writer, reader)
    for _ in range(2):
        post(writer, group)
        post(writer, other)
        calls.settle()
        for place in (group, other):
            read_all(reader, place)
    topics = {}
    for push in phone.pushes:
        topics.setdefault(push.data["conversation_id"], []).append(push.headers["topic"])
    assert sorted(map(len, topics.values())) == [2, 2]
    assert {len(set(found)) for found in topics.values()} == {1}
    # Nor does a push service see that two devices talk in the same place.
    assert len({push.headers["topic"] for push in phone.pushes + second.pushes}) == 4


def test_an_open_client_that_reads_at_once_is_not_called(calls, writer, reader, group, phone):
    post(writer, group)
    calls.look()
    read_all(reader, group)
    clock.move(SETTLE)
    calls.send()
    assert phone.pushes == []
    assert waiting() == []


def test_only_messages_count(calls, writer, reader, group, phone):
    message = post(writer, group).message
    read_all(reader, group)
    act(edit_message, writer, message.id, body="Thank you all again.", content_warning=None, acknowledged_advice=False)
    act(join_group, make_person(), group.id)
    calls.settle()
    assert phone.pushes == []
    post(writer, group)
    calls.settle()
    assert phone.data == [told(group)]


def test_a_message_that_is_held_calls_nobody_until_it_is_released(calls, writer, reader, phone):
    place = make_group(writer, reader, moderation="before")
    held = post(writer, place).message
    calls.settle()
    assert phone.pushes == []
    moderator = make_person(Role.MODERATOR)
    claim(moderator, case_of(held.id))
    decide(moderator, case_of(held.id), DecisionKind.APPROVE)
    calls.settle()
    assert phone.data == [told(place)]


# -- not being told --------------------------------------------------------------------------------------------------


def mutes(reader, writer, group, message):
    act(mute, reader, conversation_id=group.conversation_id, muted=True)


def leaves(reader, writer, group, message):
    act(leave_group, reader, group.id)


def is_put_out(reader, writer, group, message):
    put_out(group, reader)


def reads(reader, writer, group, message):
    read_all(reader, group)


def is_suspended(reader, writer, group, message):
    with transaction() as session:
        session.execute(update(Person).where(Person.id == reader.id).values(state=PersonState.SUSPENDED))


def erases_themselves(reader, writer, group, message):
    act(erase_oneself, reader)


def takes_it_back(reader, writer, group, message):
    act(delete_message, writer, message.id)


def signs_out(reader, writer, group, message):
    with transaction() as session:
        for sign_in in session.scalars(select(SignIn).where(SignIn.person_id == reader.id)):
            end_sign_in(session, sign_in, reason=EndReason.SIGNED_OUT, by=reader.id, now=clock.now())


def is_away_for_too_long(reader, writer, group, message):
    with transaction() as session:
        idle = {"refreshed_at": clock.now() - IDLE_LASTS}
        session.execute(update(SignIn).where(SignIn.person_id == reader.id).values(**idle))


CHANGES = [
    mutes,
    leaves,
    is_put_out,
    reads,
    is_suspended,
    erases_themselves,
    takes_it_back,
    signs_out,
    is_away_for_too_long,
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("moment", ["before the look", "while it waits", "while it is tried again"])
def test_what_changed_since_keeps_the_phone_silent(calls, writer, reader, group, phone, change, moment):
    message = post(writer, group).message
    if moment != "before the look":
        assert calls.look() == 1
        clock.move(SETTLE)
    if moment == "while it is tried again":
        phone.answers = [(503, {})]
        calls.send()
        assert phone.tries == 1
    change(reader, writer, group, message)
    calls.settle()
    clock.move(timedelta(minutes=10))
    calls.send()
    assert phone.pushes == []
    assert waiting() == []


def test_the_same_setting_without_a_change_does_call(calls, writer, reader, group, phone):
    post(writer, group)
    calls.look()
    clock.move(SETTLE)
    phone.answers = [(503, {})]
    calls.send()
    clock.move(timedelta(minutes=10))
    calls.send()
    assert phone.data == [told(group)]


def test_who_joins_is_not_told_of_what_was_said_before(calls, writer, group):
    post(writer, group)
    newcomer = make_person()
    phone = calls.phone(newcomer)
    act(join_group, newcomer, group.id)
    calls.settle()
    assert phone.pushes == []
    post(writer, group)
    calls.settle()
    assert phone.data == [told(group)]


def test_who_comes_back_is_not_told_of_what_was_said_meanwhile(calls, writer, reader, group, phone):
    act(leave_group, reader, group.id)
    post(writer, group)
    act(join_group, reader, group.id)
    calls.settle()
    assert phone.pushes == []
    post(writer, group)
    calls.settle()
    assert phone.data == [told(group)]


def test_nobody_without_a_device_costs_a_job(calls, writer, group):
    post(writer, group)
    assert calls.look() == 0
    assert waiting() == []


# -- quiet hours -----------------------------------------------------------------------------------------------------


def test_in_quiet_hours_a_push_waits_for_the_morning_of_the_persons_own_place(calls, writer, reader, group, phone):
    at(2030, 6, 10, 13)  # eleven in the evening in Sydney
    quiet(reader, 22 * 60, 7 * 60)
    post(writer, group)
    calls.settle()
    (job,) = waiting()
    assert (job.due_at, job.attempts) == (datetime(2030, 6, 10, 21, tzinfo=UTC), 0)
    post(writer, group)
    calls.settle()
    assert len(waiting()) == 1  # what comes in the night is told of together
    at(2030, 6, 10, 20, 59)
    calls.send()
    assert phone.pushes == []
    at(2030, 6, 10, 21)
    calls.send()
    assert phone.data == [told(group)]


def test_what_was_read_in_the_night_is_not_told_of_in_the_morning(calls, writer, reader, group, phone):
    at(2030, 6, 10, 13)
    quiet(reader, 22 * 60, 7 * 60)
    post(writer, group)
    calls.settle()
    read_all(reader, group)
    at(2030, 6, 10, 21)
    calls.send()
    assert (phone.pushes, waiting()) == ([], [])


def test_quiet_hours_that_begin_while_it_is_tried_again_count_as_well(calls, writer, reader, group, phone):
    at(2030, 6, 10, 11, 59)
    quiet(reader, 22 * 60, 7 * 60)
    post(writer, group)
    calls.look()
    clock.move(SETTLE)
    phone.answers = [(503, {})]
    calls.send()
    at(2030, 6, 10, 12, 5)
    calls.send()
    assert phone.pushes == []
    at(2030, 6, 10, 21)
    calls.send()
    assert phone.data == [told(group)]


def test_somebody_elsewhere_is_called_meanwhile(calls, writer, group, phone):
    at(2030, 6, 10, 13)
    awake = make_person(timezone="Europe/Dublin")
    other = make_group(writer, awake)
    quiet(awake, 22 * 60, 7 * 60)
    theirs = calls.phone(awake)
    post(writer, other)
    calls.settle()
    assert theirs.data == [told(other)]


# -- several at once, and what is lost -------------------------------------------------------------------------------


def test_two_processes_that_look_at_once_make_one_job(calls, writer, reader, group, phone):
    for _ in range(5):
        post(writer, group)
        sweeps = [PushSweep() for _ in range(3)]
        race(*[lambda sweep=sweep: sweep.look(lambda _seconds: None) for sweep in sweeps])
        assert len(waiting()) == 1
        clock.move(AGAIN_AFTER + SETTLE)
        calls.send()
    assert len(phone.pushes) == 5


def test_who_was_found_by_two_is_taken_on_by_one(calls, writer, reader, group, phone):
    calls.phone(writer)
    post(writer, group)
    with reading() as session:
        (untold,) = find_untold(session, [group.conversation_id], limit=10)  # and never who wrote it
    assert untold.person_id == reader.id
    assert [in_one(claim_telling, untold), in_one(claim_telling, untold)] == [True, False]


def test_a_process_that_starts_finds_what_was_written_while_none_looked(calls, writer, group, phone):
    post(writer, group)
    clock.move(timedelta(hours=1))
    calls.settle()
    assert phone.data == [told(group)]


def test_what_shows_late_under_an_earlier_time_is_found(calls, writer, group, phone):
    calls.look()
    clock.move(OVERLAP / 2)
    calls.look()
    clock.move(-OVERLAP / 4)  # as somebody whose transaction began before the look and ended after it
    post(writer, group)
    clock.move(OVERLAP / 4)
    assert calls.look() == 1


def test_a_look_at_nothing_is_one_short_query(calls, writer, group, phone):
    post(writer, group)
    calls.settle()
    with counted() as sent:
        assert calls.look() == 0
    (query,) = [line for line in sent if line.startswith("SELECT")]
    assert "moved_at" in query


def test_more_people_than_fit_into_a_page_are_all_told(calls, writer, monkeypatch):
    monkeypatch.setattr("server.jobs.push_sweep.PAGE", 4)
    monkeypatch.setattr("server.jobs.push_sweep.CLAIMS", 2)
    people = [make_person() for _ in range(9)]
    phones = [calls.phone(person) for person in people]
    post(writer, make_group(writer, *people))
    calls.settle()
    assert [len(phone.pushes) for phone in phones] == [1] * 9


# -- devices and services that fail ----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten_and_the_others_are_told(calls, writer, reader, group, status):
    dead, alive = calls.phone(reader), calls.phone(reader)
    dead.answers = [(status, {})]
    post(writer, group)
    calls.settle()
    assert alive.data == [told(group)]
    assert len(devices_of(reader)) == 1
    assert waiting() == []


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_device_that_cannot_be_reached_now_is_tried_again_and_the_others_are_told_once(
    calls, writer, reader, group, status
):
    slow, quick = calls.phone(reader), calls.phone(reader)
    slow.answers = [(status, {})] * 2
    post(writer, group)
    calls.settle()
    assert (slow.pushes, quick.data) == ([], [told(group)])
    for _ in range(3):
        clock.move(timedelta(minutes=5))
        calls.settle()
    assert (slow.tries, slow.data, quick.data) == (3, [told(group)], [told(group)])
    assert len(devices_of(reader)) == 2


@pytest.mark.parametrize("status", [301, 400, 401, 403, 413])
def test_a_refusal_that_would_come_again_is_not_asked_for_again(calls, writer, reader, group, phone, status):
    other = calls.service.device()
    phone.answers = [(status, {"Location": other.endpoint})]
    post(writer, group)
    calls.settle()
    clock.move(timedelta(hours=1))
    calls.settle()
    assert (phone.tries, other.tries, waiting()) == (1, 0, [])
    assert len(devices_of(reader)) == 1


def test_a_service_that_asks_for_time_is_given_it_within_bounds(calls, writer, group, phone):
    for asked, given in (("600", timedelta(minutes=10)), ("999999999", LONGEST_WAIT)):
        phone.answers = [(429, {"Retry-After": asked})]
        post(writer, group)
        clock.move(AGAIN_AFTER)
        calls.settle()
        tries = phone.tries
        clock.move(given - timedelta(seconds=1))
        calls.send()
        assert phone.tries == tries
        clock.move(timedelta(seconds=1))
        calls.send()
        assert phone.tries == tries + 1


def test_a_service_that_asks_for_time_until_a_date_is_given_it(calls, writer, group, phone):
    at(2030, 6, 10, 2)
    post(writer, group)
    phone.answers = [(503, {"Retry-After": "Mon, 10 Jun 2030 02:20:00 GMT"})]
    calls.settle()
    at(2030, 6, 10, 2, 19)
    calls.send()
    assert phone.tries == 1
    at(2030, 6, 10, 2, 20, 5)
    calls.send()
    assert phone.data == [told(group)]


def test_a_push_that_comes_too_late_is_dropped(calls, writer, reader, group, phone):
    assert in_one(enqueue_push, person_id=reader.id, data={"kind": "x"}, ttl=timedelta(minutes=1)) == 1
    phone.answers = [(503, {})]
    calls.send()
    clock.move(timedelta(minutes=1))
    calls.send()
    assert (phone.tries, waiting()) == (1, [])


def test_tries_come_to_an_end(calls, reader, phone):
    in_one(enqueue_push, person_id=reader.id, data={"kind": "x"}, ttl=timedelta(days=20))
    phone.answers = [(503, {})] * 50
    for _ in range(MOST_ATTEMPTS + 3):
        calls.send()
        clock.move(timedelta(hours=2))
    assert phone.tries == MOST_ATTEMPTS


def test_a_service_that_does_not_answer_is_left_alone_for_a_while_but_for_what_is_urgent(calls, reader, monkeypatch):
    with running_push_service() as away:
        phone = Calls(away).phone(reader)
        calls.settings = make_settings(push_hosts=frozenset({away.host}))
        calls = type(calls)(away)
    tried = []
    monkeypatch.setattr("server.push_services.log.warning", lambda words, **facts: tried.append((words, facts["error"])))
    for _ in range(3):
        in_one(enqueue_push, person_id=reader.id, data={"kind": "x"}, ttl=timedelta(hours=1))
    calls.send()
    assert tried == [("push service away", "ConnectionError")]
    in_one(enqueue_push, person_id=reader.id, data={"kind": "x"}, ttl=timedelta(hours=1), urgent=True)
    calls.send()
    assert len(tried) == 2
    clock.move(REST)
    calls.send()
    assert len(tried) > 2
    assert phone.pushes == []


def test_a_host_the_operator_took_off_the_list_is_not_spoken_to(calls, reader, phone):
    in_one(enqueue_push, person_id=reader.id, data={"kind": "x"}, ttl=timedelta(hours=1))
    works = make_works(make_settings())
    calls.engine._works = {JobKind.PUSH: works[JobKind.PUSH]}
    calls.send()
    assert (phone.tries, waiting()) == (0, [])


def test_without_web_push_what_was_queued_before_is_dropped(calls, reader, phone):
    in_one(enqueue_push, person_id=reader.id, data={"kind": "x"}, ttl=timedelta(hours=1))
    works = make_works(make_settings(vapid_private_key=None))
    calls.engine._works = {JobKind.PUSH: works[JobKind.PUSH]}
    calls.send()
    assert (phone.tries, waiting()) == (0, [])


# -- urgent pushes ---------------------------------------------------------------------------------------------------


def test_an_urgent_push_goes_to_every_device_at_once_whatever_is_muted_or_quiet(calls, writer, reader, group):
    at(2030, 6, 10, 13)
    phones = [calls.phone(reader), calls.phone(reader)]
    quiet(reader, 22 * 60, 7 * 60)
    mutes(reader, writer, group, None)
    data = {"kind": "alert", "alert_id": "0198c0de-0000-7000-8000-000000000000"}
    ttl = timedelta(minutes=3)
    assert in_one(enqueue_push, person_id=reader.id, data=data, topic=data["alert_id"], urgent=True, ttl=ttl) == 2
    calls.send()
    assert [phone.data for phone in phones] == [[data]] * 2
    (push,) = phones[0].pushes
    assert (push.headers["urgency"], push.headers["ttl"]) == ("high", "180")


def test_all_pushes_are_of_one_size(calls, writer, reader, group, phone):
    post(writer, group)
    calls.settle()
    in_one(enqueue_push, person_id=reader.id, data={"kind": "alert", "alert_id": "x" * 36}, ttl=timedelta(minutes=3))
    in_one(enqueue_push, person_id=reader.id, data={"kind": "x"}, ttl=timedelta(minutes=3))
    calls.send()
    assert len(phone.pushes) == 3
    assert len({len(push.body) for push in phone.pushes}) == 1


def test_an_urgent_push_goes_before_all_others(calls, writer, reader, group, phone):
    other = make_person()
    theirs = calls.phone(other)
    in_one(enqueue_push, person_id=other.id, data={"kind": "x"}, ttl=timedelta(hours=1))
    clock.move(timedelta(minutes=1))
    in_one(enqueue_push, person_id=reader.id, data={"kind": "y"}, ttl=timedelta(hours=1), urgent=True)
    calls.send()
    assert calls.service.order == [phone.path, theirs.path]


@pytest.mark.parametrize("change", [is_suspended, signs_out, erases_themselves, is_away_for_too_long])
def test_nobody_is_paged_who_cannot_use_the_service(calls, writer, reader, group, phone, change):
    message = post(writer, group).message
    page = {"person_id": reader.id, "data": {"kind": "alert"}, "urgent": True, "ttl": timedelta(minutes=3)}
    assert in_one(enqueue_push, **page) == 1
    change(reader, writer, group, message)
    assert in_one(enqueue_push, **page) == 0
    calls.send()
    assert phone.pushes == []


# -- what lies around ------------------------------------------------------------------------------------------------


def test_no_words_names_or_addresses_in_jobs(calls, writer, reader, group, phone):
    post(writer, group, body=PLAIN)
    calls.look()
    secrets = (PLAIN, group.name, reader.display_name, reader.email, phone.endpoint, phone.keys["auth"])
    for _ in range(2):
        for job in waiting():
            assert not [secret for secret in secrets if secret in job.payload]
        phone.answers = [(503, {})]
        clock.move(SETTLE)
        calls.send()
    assert len(waiting()) == 1


def test_no_names_addresses_or_conversations_in_the_log(calls, writer, reader, group, phone, caplog, capsys):
    phone.answers = [(403, {}), (503, {}), (410, {})]
    for _ in range(3):
        post(writer, group)
        clock.move(timedelta(minutes=10))
        calls.settle()
    written = caplog.text + "".join(capsys.readouterr())
    assert "push refused" in written
    for secret in (phone.path, phone.keys["auth"], reader.email, reader.display_name, group.conversation_id, PLAIN):
        assert secret not in written


def test_notified_only_grows(calls, writer, reader, group, phone):
    def notified():
        with reading() as session:
            return session.get(Membership, (group.conversation_id, reader.id)).notified_seq

    seen = []
    for _ in range(3):
        seen.append(notified())
        post(writer, group)
        calls.look()
    assert seen == sorted(set(seen))
    assert notified() == post(writer, group).message.seq - 1
