"""/conversations and /sync: what one belongs to, what is said there, and what was missed."""

from uuid import uuid4

import pytest

from models.groups import ModerationMode
from models.ids import new_id
from models.review import DecisionKind
from models.roles import Role
from tests.factories.api import assert_problem, assert_refused_field, items
from tests.factories.groups import make_group
from tests.factories.messages import HOSTILE, NUMBERED, PLAIN, RISKY, case_of, decide
from tests.factories.people import make_person
from tests.factories.races import race


@pytest.fixture
def carer(caller):
    return caller()


@pytest.fixture
def friend(caller):
    return caller()


@pytest.fixture
def group(carer, friend):
    return make_group(carer.person, friend.person)


def messages(group):
    return f"/conversations/{group.conversation_id}/messages"


def send(person, group, body=PLAIN, **more):
    return person.post(messages(group), **{"client_id": uuid4().hex, "body": body, **more})


def sent(person, group, body=PLAIN, **more):
    answer = send(person, group, body, **more)
    assert answer.status_code in {200, 201}, answer.text
    return answer.get_json()["message"]


def test_a_message_is_answered_as_its_author_sees_it(carer, group):
    answer = send(carer, group, "Grüße 🍵", client_id="c-1", content_warning="Hospital")
    assert answer.status_code == 201
    assert set(answer.get_json()) == {"message"}
    message = answer.get_json()["message"]
    assert message["author"] == {
        "id": carer.person.id,
        "display_name": carer.person.display_name,
        "role": "carer",
        "role_label": "Carer",
    }
    shown = {name: message[name] for name in ("client_id", "body", "content_warning", "state", "edited_at", "reactions")}
    assert shown == {
        "client_id": "c-1",
        "body": "Grüße 🍵",
        "content_warning": "Hospital",
        "state": "visible",
        "edited_at": None,
        "reactions": {},
    }
    assert message["created_at"].endswith("Z")


def test_the_same_send_again_is_answered_200_with_the_first_result(carer, group):
    first, again = send(carer, group, client_id="c1"), send(carer, group, client_id="c1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json() == again.get_json()


def test_other_words_under_the_same_client_id_are_a_conflict(carer, group):
    send(carer, group, client_id="c1")
    assert_problem(send(carer, group, "Other words", client_id="c1"), 409, "idempotency_conflict")


def test_advice_is_given_and_nothing_posted(carer, group):
    problem = assert_problem(send(carer, group, NUMBERED), 409, "advice_given")
    assert [set(one) for one in problem["advice"]] == [{"label", "text"}]
    assert items(carer.get(messages(group))) == []
    message = sent(carer, group, NUMBERED, acknowledged_advice=True)
    assert [one["label"] for one in message["advice"]] == ["contact_details"]


def test_words_of_risk_are_answered_with_support(carer, group):
    support = send(carer, group, RISKY).get_json()["support"]
    assert support["emergency"]["numbers"] == ["000"]
    assert {"name", "hours", "region", "last_verified_on"} <= set(support["helplines"][0])


def test_a_held_message_is_shown_to_its_author_only(carer, friend, group):
    held = sent(carer, group, HOSTILE)
    assert (held["state"], held["seq"]) == ("held", None)
    own, others = carer.get(messages(group)).get_json(), friend.get(messages(group)).get_json()
    assert [(row["id"], row["body"]) for row in own["held"]] == [(held["id"], HOSTILE)]
    assert (others["items"], others["held"]) == ([], [])
    assert held["id"] not in friend.post("/sync", streams={group.conversation_id: 0}).text


def test_a_removed_message_is_a_stone_without_its_words(carer, friend, group):
    message = sent(friend, group, HOSTILE)
    decide(make_person(Role.MODERATOR), case_of(message["id"]), DecisionKind.APPROVE)
    carer.post(f"/messages/{message['id']}/report", reason="abuse")
    decide(make_person(Role.MODERATOR), case_of(message["id"]), DecisionKind.REMOVE)
    for person in (carer, friend):
        (row,) = items(person.get(messages(group)))
        assert (row["id"], row["state"], row["body"], row["content_warning"]) == (message["id"], "removed", "", None)
        assert HOSTILE not in person.post("/sync", streams={group.conversation_id: 0}).text


def test_client_id_and_advice_are_for_the_author_only(carer, friend, group):
    sent(carer, group, NUMBERED, acknowledged_advice=True)
    (row,) = items(friend.get(messages(group)))
    assert "client_id" not in row
    assert row["advice"] == []


def test_history_pages_both_ways(carer, group):
    seqs = [sent(carer, group)["seq"] for _ in range(3)]
    newest = carer.get(messages(group), limit=2).get_json()
    assert ([row["seq"] for row in newest["items"]], newest["next_cursor"]) == ([seqs[2], seqs[1]], str(seqs[1]))
    older = carer.get(messages(group), limit=2, before=newest["next_cursor"]).get_json()
    assert ([row["seq"] for row in older["items"]], older["next_cursor"]) == ([seqs[0]], None)
    onward = carer.get(messages(group), after=seqs[0]).get_json()
    assert [row["seq"] for row in onward["items"]] == seqs[1:]


@pytest.mark.parametrize("query", [{"before": "0"}, {"before": "x"}, {"after": "-1"}, {"limit": "101"}, {"page": "1"}])
def test_a_page_that_cannot_be_meant_is_refused(carer, group, query):
    assert_refused_field(carer.get(messages(group), **query), *query)


def test_the_largest_positions_are_harmless(carer, group):
    far = 2**53 - 1
    assert items(carer.get(messages(group), after=far)) == []
    assert items(carer.get(messages(group), before=far)) == []
    assert carer.put(f"/conversations/{group.conversation_id}/read", seq=far).status_code == 200
    assert carer.post("/sync", streams={group.conversation_id: far}).get_json()["streams"][group.conversation_id]["limited"]


@pytest.mark.parametrize("length", [0, 4001])
def test_a_message_has_1_to_4000_characters(carer, group, length):
    assert_refused_field(send(carer, group, "x" * length), "body")


def test_a_message_of_4000_characters_of_any_kind_fits(carer, group):
    assert len(sent(carer, group, "\U0001f375" * 4000)["body"]) == 4000


@pytest.mark.parametrize("client_id", ["", "x" * 65, "a b", "ü", "a\n", "a/b"])
def test_a_client_id_is_short_and_plain(carer, group, client_id):
    assert_refused_field(send(carer, group, client_id=client_id), "client_id")


def test_a_reply_points_at_a_message_that_is_there(carer, group):
    parent = sent(carer, group)
    assert sent(carer, group, reply_to=parent["id"])["reply_to"] == parent["id"]
    assert_refused_field(send(carer, group, reply_to=new_id()), "reply_to")


def test_the_list_says_what_is_unread(carer, friend, group):
    message = sent(friend, group)
    (row,) = items(carer.get("/conversations"))
    assert row == {
        "id": group.conversation_id,
        "kind": "group",
        "title": group.name,
        "other": None,
        "visitor": None,
        "head_seq": message["seq"],
        "read_seq": row["read_seq"],
        "unread_count": 1,
        "muted": False,
        "can_post": True,
        "photos": False,
        "open_now": True,
        "opens_at": None,
        "read_only_until": None,
        "ended_at": None,
        "reading": None,
        "reporting_rule": None,
    }
    answer = carer.put(f"/conversations/{group.conversation_id}/read", seq=message["seq"])
    assert answer.get_json() == {"read_seq": message["seq"]}
    assert [row["unread_count"] for row in items(carer.get("/conversations"))] == [0]


def test_sync_gives_what_was_missed_in_order(carer, friend, group):
    first, second = sent(friend, group), sent(friend, group)
    answer = carer.post("/sync", streams={group.conversation_id: first["seq"] - 1}).get_json()
    assert answer["next_poll_seconds"] > 0
    missed = answer["streams"][group.conversation_id]
    assert (missed["head_seq"], missed["limited"]) == (second["seq"], False)
    assert [event["kind"] for event in missed["events"]] == ["message.created"] * 2
    assert [event["data"]["message"]["id"] for event in missed["events"]] == [first["id"], second["id"]]
    assert set(missed["events"][0]) == {"stream_id", "seq", "kind", "at", "data"}


def test_sync_answers_streams_left_out_with_their_heads(carer, group):
    streams = carer.post("/sync", streams={}).get_json()["streams"]
    assert set(streams) == {carer.person.id, group.conversation_id}
    assert all(stream["events"] == [] for stream in streams.values())


def test_sync_says_nothing_of_streams_one_may_not_read(caller, group):
    stranger = caller()
    asked = dict.fromkeys((group.conversation_id, "desk:review", new_id(), "x"), 0)
    assert set(stranger.post("/sync", streams=asked).get_json()["streams"]) == {stranger.person.id}


def test_a_role_is_stamped_on_what_was_said(caller, carer):
    worker = caller(Role.CARER_PEER_WORKER)
    group = make_group(carer.person, facilitator=worker.person, moderation=ModerationMode.BEFORE)
    sent(worker, group)
    (row,) = items(carer.get(messages(group)))
    assert (row["author"]["role"], row["author"]["role_label"]) == ("carer_peer_worker", "Carer peer worker")


def test_a_conversation_one_is_not_in_does_not_exist(caller, group):
    stranger = caller(Role.MODERATOR)
    assert_problem(stranger.get(messages(group)), 404, "not_found")
    assert_problem(send(stranger, group), 404, "not_found")
    assert_problem(stranger.put(f"/conversations/{group.conversation_id}/read", seq=1), 404, "not_found")
    assert items(stranger.get("/conversations")) == []


def test_one_client_id_into_two_rooms_at_once_is_one_message_and_one_clear_refusal(caller):
    carer = caller()
    rooms = [make_group(carer.person) for _ in range(2)]
    for n in range(5):
        body = {"client_id": f"same.{n}", "body": "Good evening."}
        paths = [f"/conversations/{room.conversation_id}/messages" for room in rooms]
        answers = race(*[lambda path=path, body=body: carer.post(path, **body) for path in paths])
        assert sorted(answer.status_code for answer in answers) == [201, 409]
        (refused,) = [answer for answer in answers if answer.status_code == 409]
        assert_problem(refused, 409, "idempotency_conflict")
