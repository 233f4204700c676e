"""A one-to-one outside the worker's windows, as both see it: kept and delivered, and everybody knows when it is read."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from models.clock import clock
from models.openings import AfterHours
from models.roles import Role
from models.rota import Layer
from models.session import reading
from server.queries.crisis_memory import remember
from server.queries.push import when_to_tell
from server.schemas.fields import wire_time
from tests.factories.api import assert_problem, items
from tests.factories.groups import make_group
from tests.factories.messages import HOSTILE, PLAIN, RISKY
from tests.factories.one_to_ones import make_one_to_one
from tests.factories.openings import make_terms, move_to
from tests.factories.people import make_person
from tests.factories.queries import counted
from tests.factories.rota import fit_worker, make_leave, put_on_duty
from tests.factories.streams import kinds_of

HOUR = timedelta(hours=1)


@pytest.fixture
def carer(caller):
    return caller(make_person(timezone="Asia/Kolkata"))


@pytest.fixture
def worker(caller):
    return caller(make_person(Role.CARER_PEER_WORKER))


@pytest.fixture
def talk(carer, worker):
    return make_one_to_one(carer.person, worker.person)


def send(author, talk, body=PLAIN, **more):
    path = f"/conversations/{talk.conversation_id}/messages"
    return author.post(path, **{"client_id": uuid4().hex, "body": body, **more})


def after_hours():
    with reading() as session:
        return [(row.person_id, row.messages) for row in session.scalars(select(AfterHours))]


def test_what_a_carer_writes_outside_the_windows_is_there_at_once_and_they_learn_when_it_is_read(carer, worker, talk):
    make_terms(worker.person)
    night = move_to(3)
    answer = send(carer, talk)
    assert answer.status_code == 201
    said = answer.get_json()
    assert said["message"]["seq"] == 1
    opens = night + 6 * HOUR
    assert said["read_from"] == opens.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert said["read_from_local"] == f"{opens:%Y-%m-%d}T14:30:00+05:30"
    assert "at 14:30, your time." in said["user_message"]
    assert kinds_of(talk.conversation_id)[-1] == "message.created"
    (shown,) = worker.get(f"/conversations/{talk.conversation_id}/messages").get_json()["items"]
    assert shown["body"] == PLAIN


def test_they_are_told_where_to_turn_until_then(carer, worker, talk):
    make_terms(worker.person)
    move_to(3)
    turn_to = send(carer, talk).get_json()["turn_to"]
    assert turn_to["emergency"]["numbers"]
    assert turn_to["helplines"]
    assert turn_to["page"] == "/api/v1/crisis.html"
    assert turn_to["alert"] == {"whose": "carer"}
    assert turn_to["staffed_now"] is False
    assert carer.get("/crisis.html").status_code == 200


def test_who_is_on_duty_is_named_as_on_the_crisis_page(carer, worker, talk):
    make_terms(worker.person)
    move_to(3)
    there = fit_worker()
    put_on_duty(there, Layer.PRIMARY)
    with reading() as session:
        remember(session, clock.now())
    turn_to = send(carer, talk).get_json()["turn_to"]
    assert turn_to["staffed_now"] is True
    assert turn_to["on_duty"] == [{"display_name": there.display_name, "role": "carer_peer_worker"}]


def test_the_same_send_again_says_the_same(carer, worker, talk):
    make_terms(worker.person)
    move_to(3)
    body = {"client_id": "again", "body": PLAIN}
    first, second = (send(carer, talk, **body) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.get_json() == first.get_json()


@pytest.mark.parametrize("named", [True, False])
def test_within_a_window_and_where_none_was_named_there_is_nothing_to_say(carer, worker, talk, named):
    if named:
        make_terms(worker.person)
    move_to(10)
    assert set(send(carer, talk).get_json()) == {"message"}


def test_a_worker_is_asked_gently_before_they_write_outside_their_windows_and_may(carer, worker, talk):
    make_terms(worker.person)
    move_to(22)
    problem = assert_problem(send(worker, talk), 409, "advice_given")
    assert [advice["label"] for advice in problem["advice"]] == ["after_hours"]
    assert kinds_of(talk.conversation_id) == []
    assert after_hours() == []
    assert send(worker, talk, acknowledged_advice=True).status_code == 201
    assert send(worker, talk, acknowledged_advice=True).status_code == 201
    assert after_hours() == [(worker.person.id, 2)]


def test_within_their_windows_nobody_asks_or_counts(worker, talk):
    make_terms(worker.person)
    move_to(10)
    assert send(worker, talk).status_code == 201
    assert after_hours() == []


def test_other_advice_is_given_with_it(worker, talk):
    make_terms(worker.person)
    move_to(22)
    problem = assert_problem(send(worker, talk, "Call me on 0412 345 678 tomorrow."), 409, "advice_given")
    assert [advice["label"] for advice in problem["advice"]] == ["contact_details", "after_hours"]


def test_words_that_tell_of_a_risk_are_not_kept_waiting_for_an_hour(worker, talk):
    make_terms(worker.person)
    move_to(22)
    assert send(worker, talk, RISKY).status_code == 201


def test_in_a_group_it_is_not_asked_and_takes_no_query_more(carer, worker):
    make_terms(worker.person)
    move_to(22)
    group = make_group(carer.person, worker.person)
    with counted() as sent:
        assert send(worker, group).status_code == 201
    assert not [statement for statement in sent if "contact_terms" in statement]


def test_a_one_to_one_takes_two_queries_more_than_a_group(carer, worker, talk, on_postgresql):
    make_terms(worker.person)
    for hour in (3, 10):
        move_to(hour)
        send(carer, talk)
        with counted() as sent:
            assert send(carer, talk).status_code == 201
        assert len(sent) == (10 if on_postgresql else 9), sent


def test_a_held_message_is_answered_alike(carer, worker, talk):
    make_terms(worker.person)
    move_to(3)
    said = send(carer, talk, HOSTILE, acknowledged_advice=True).get_json()
    assert said["message"]["state"] == "held"
    assert "read_from" in said


def test_the_conversation_says_when_it_is_read_before_anybody_writes(carer, worker, talk):
    make_terms(worker.person)
    night = move_to(3)
    opens = night + 6 * HOUR
    said = carer.get(f"/conversations/{talk.conversation_id}/messages").get_json()["reading"]
    assert (said["open_now"], said["read_from_local"]) == (False, f"{opens:%Y-%m-%d}T14:30:00+05:30")
    assert said["turn_to"]["helplines"]
    (listed,) = items(carer.get("/conversations"))
    assert listed["reading"] == {name: said[name] for name in ("open_now", "read_from", "read_from_local")}
    (shown,) = carer.get("/snapshot").get_json()["conversations"]
    assert shown["reading"] == listed["reading"]


def test_within_a_window_the_conversation_says_that_it_is_read_now(carer, worker, talk):
    make_terms(worker.person)
    move_to(10)
    said = carer.get(f"/conversations/{talk.conversation_id}/messages").get_json()["reading"]
    assert (said["open_now"], "turn_to" in said) == (True, False)
    (listed,) = items(carer.get("/conversations"))
    assert listed["reading"]["open_now"] is True


def test_to_the_worker_and_where_nothing_is_promised_it_says_nothing(carer, worker, talk):
    assert "reading" not in carer.get(f"/conversations/{talk.conversation_id}/messages").get_json()
    assert items(carer.get("/conversations"))[0]["reading"] is None
    make_terms(worker.person)
    assert "reading" not in worker.get(f"/conversations/{talk.conversation_id}/messages").get_json()
    assert items(worker.get("/conversations"))[0]["reading"] is None


@pytest.mark.parametrize("author", ["carer", "worker"])
def test_contact_details_are_advised_against_in_both_directions_with_the_reason(carer, worker, talk, author):
    writer = {"carer": carer, "worker": worker}[author]
    body = {"client_id": "number", "body": "Call me on 0412 345 678 tomorrow."}
    problem = assert_problem(send(writer, talk, **body), 409, "advice_given")
    (advice,) = problem["advice"]
    assert advice["label"] == "contact_details"
    assert "in the app" in advice["text"]
    assert "work" in advice["text"]
    assert kinds_of(talk.conversation_id) == []
    assert send(writer, talk, **body, acknowledged_advice=True).status_code == 201


def test_in_a_group_the_reason_is_the_groups(carer, worker):
    group = make_group(carer.person, worker.person)
    (advice,) = assert_problem(send(carer, group, "Call me on 0412 345 678 tomorrow."), 409, "advice_given")["advice"]
    assert "the two of you" not in advice["text"].lower()


@pytest.mark.parametrize("said_by", ["the worker", "the rota"])
def test_a_worker_who_is_away_is_not_there_at_any_hour_also_without_named_windows(carer, worker, talk, said_by):
    assert "read_from" not in send(carer, talk).get_json()
    back = clock.now().replace(microsecond=0) + 30 * HOUR
    if said_by == "the rota":
        make_leave(worker.person, clock.now() - HOUR, back)
    else:
        leave = [{"since": wire_time(clock.now() - HOUR), "until": wire_time(back)}]
        assert worker.put("/me/availability", leave=leave).status_code == 200
    there = fit_worker()
    put_on_duty(there, Layer.PRIMARY)
    said = send(carer, talk, RISKY).get_json()
    assert said["read_from"] == wire_time(back)
    assert said["turn_to"]
    assert "notice.concern" in kinds_of(there.id)
    with reading() as session:
        assert when_to_tell(session, worker.person.id, talk.conversation_id, now=clock.now()) == back
    assert_problem(send(worker, talk), 409, "advice_given")
    clock.move(31 * HOUR)
    assert "read_from" not in send(carer, talk).get_json()
