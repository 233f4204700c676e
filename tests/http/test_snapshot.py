"""/snapshot: a cold start, all of one moment."""

import pytest
from sqlalchemy import event

from models.session import current_engine
from tests.factories.api import items
from tests.factories.groups import make_group
from tests.factories.messages import HOSTILE, post
from tests.factories.people import make_person
from tests.factories.queries import counted
from tests.factories.streams import head_of


@pytest.fixture
def carer(caller):
    return caller()


@pytest.fixture
def group(carer):
    return make_group(carer.person, make_person())


def snapshot(carer, **query):
    answer = carer.get("/snapshot", **query)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_it_is_the_list_the_newest_messages_and_the_heads(carer, group):
    for n in range(3):
        post(carer.person, group, f"Evening {n}.")
    taken = snapshot(carer)
    assert taken["conversations"] == items(carer.get("/conversations"))
    history = items(carer.get(f"/conversations/{group.conversation_id}/messages"))
    assert taken["messages"] == {group.conversation_id: history[::-1]}
    assert taken["streams"] == {stream: head_of(stream) for stream in (carer.person.id, group.conversation_id)}


def test_from_its_heads_nothing_is_missing_and_nothing_is_doubled(carer, group):
    post(carer.person, group, "Before.")
    taken = snapshot(carer)
    later = post(carer.person, group, "After.").message
    answer = carer.post("/sync", streams=taken["streams"]).get_json()["streams"]
    events = answer[group.conversation_id]["events"]
    assert [event["data"]["message"]["id"] for event in events] == [later.id]
    assert answer[carer.person.id]["events"] == []


def test_only_so_many_messages_of_each_are_in_it(carer, group):
    for n in range(5):
        post(carer.person, group, f"Evening {n}.")
    messages = snapshot(carer, messages=2)["messages"][group.conversation_id]
    assert [message["body"] for message in messages] == ["Evening 3.", "Evening 4."]
    assert snapshot(carer, messages=0)["messages"] == {group.conversation_id: []}


def test_what_waits_is_there_for_its_author_alone(carer, group, caller):
    held = post(carer.person, group, HOSTILE).message
    assert [message["id"] for message in snapshot(carer)["held"]] == [held.id]
    other = make_person()
    make_group(other)
    assert snapshot(caller(other))["held"] == []


def test_nothing_of_what_one_does_not_belong_to_is_in_it(caller, carer, group):
    post(carer.person, group, "Evening.")
    taken = snapshot(caller())
    assert (taken["conversations"], taken["messages"], taken["held"]) == ([], {}, [])
    assert group.conversation_id not in taken["streams"]


def test_more_conversations_cost_no_more_queries(carer):
    for _ in range(3):
        post(carer.person, make_group(carer.person), "Evening.")
    with counted() as few:
        snapshot(carer)
    for _ in range(9):
        post(carer.person, make_group(carer.person), "Evening.")
    with counted() as many:
        snapshot(carer)
    assert len(few) == len(many)


def test_it_pages_like_the_list(carer):
    groups = [make_group(carer.person) for _ in range(3)]
    first = snapshot(carer, limit=2)
    second = snapshot(carer, limit=2, cursor=first["next_cursor"])
    assert second["next_cursor"] is None
    assert {*first["messages"], *second["messages"]} == {group.conversation_id for group in groups}
    assert first["streams"] == second["streams"]


def test_what_is_said_while_it_is_read_is_not_in_it_and_comes_after(carer, group):
    post(carer.person, group, "Before.")
    meanwhile = []

    def say(_connection, _cursor, statement, *_rest):
        if "head_seq" in statement and not meanwhile:  # the list has been read, the heads and messages have not
            meanwhile.append(None)
            meanwhile[0] = post(carer.person, group, "Meanwhile.").message.id

    event.listen(current_engine(), "after_cursor_execute", say)
    try:
        taken = snapshot(carer)
    finally:
        event.remove(current_engine(), "after_cursor_execute", say)
    (row,) = taken["conversations"]
    assert [message["body"] for message in taken["messages"][row["id"]]] == ["Before."]
    assert taken["streams"][row["id"]] == row["head_seq"]
    answer = carer.post("/sync", streams=taken["streams"]).get_json()["streams"][row["id"]]
    assert [each["data"]["message"]["id"] for each in answer["events"]] == meanwhile
