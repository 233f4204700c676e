"""What has two doors gives the same answer at both: the same result, the same refusal."""

from datetime import UTC, datetime
from functools import partial
from itertools import count
from uuid import uuid4

import eventlet
import pytest

from models.contact_windows import DAYS
from tests.factories.clients import Refused
from tests.factories.doors import DOORS, HttpDoor, SocketDoor, refusal
from tests.factories.messages import HOSTILE, NUMBERED, PLAIN, RISKY
from tests.factories.review import case_about, decide_about
from tests.factories.waiting import ask_until

HTTP, SOCKET = HttpDoor(), SocketDoor()
NOBODYS = "0190f3a0-0000-7000-8000-000000000000"


def without(answer, *names):
    """The answer without what differs from one send to the next."""
    return {key: value for key, value in answer.items() if key not in names}


def same(answers):
    first, second = answers
    assert first == second
    return first


@pytest.fixture
def here(phone):
    return phone("carer1")


# what is sent -> (state, whether support comes with it)
SENT = {
    "plain": ({"body": PLAIN}, "visible", False),
    "trimmed": ({"body": f"  {PLAIN}\r\nAnd more.  "}, "visible", False),
    "with a content warning": ({"body": PLAIN, "content_warning": "Hospital"}, "visible", False),
    "held": ({"body": HOSTILE}, "held", False),
    "telling of risk": ({"body": RISKY}, "visible", True),
    "advice acknowledged": ({"body": NUMBERED, "acknowledged_advice": True}, "visible", False),
}


@pytest.mark.parametrize("what", SENT)
def test_sending_gives_the_same_answer_at_both_doors(here, room, what):
    body, state, helped = SENT[what]
    answers = []
    for door in DOORS:
        made = room("carer1")
        answer = door.send(here, made.conversation_id, client_id=uuid4().hex, **body)
        assert ("support" in answer) is helped
        message = answer["message"]
        assert (message["seq"] is None) is (state == "held")
        answers.append({**answer, "message": without(message, "id", "conversation_id", "client_id", "created_at")})
    assert same(answers)["message"]["state"] == state


def test_a_reply_gives_the_same_answer_at_both_doors(here, room):
    made = room("carer1")
    asked = HTTP.send(here, made.conversation_id, client_id=uuid4().hex, body="How are you?")["message"]["id"]
    for door in DOORS:
        answer = door.send(here, made.conversation_id, client_id=uuid4().hex, body="Well.", reply_to=asked)
        assert answer["message"]["reply_to"] == asked


REFUSED_SENDS = {
    "advice": ({"body": NUMBERED}, "advice_given"),
    "no body": ({}, "invalid"),
    "an empty body": ({"body": " "}, "invalid"),
    "a long body": ({"body": "x" * 4001}, "invalid"),
    "a number for a body": ({"body": 7}, "invalid"),
    "an unknown field": ({"body": PLAIN, "urgent": True}, "invalid"),
    "a reply to nothing": ({"body": PLAIN, "reply_to": NOBODYS}, "invalid"),
}


@pytest.mark.parametrize("what", REFUSED_SENDS)
def test_a_refused_send_is_refused_in_the_same_words_at_both_doors(here, room, what):
    body, code = REFUSED_SENDS[what]
    made = room("carer1")
    refusals = [refusal(door.send, here, made.conversation_id, client_id=uuid4().hex, **body) for door in DOORS]
    assert same(refusals)["code"] == code
    assert here.history(made.conversation_id) == []


# Hours that are always hours away: a quarter of an hour a week, and half a week off.
def far_off():
    day = DAYS[(datetime.now(UTC).weekday() + 3) % len(DAYS)]
    return {"timezone": "UTC", "windows": [{"day": day, "opens": "12:00", "closes": "12:15"}]}


def test_slow_mode_is_told_in_the_same_words_at_both_doors_and_the_same_message_goes_out_later(here, room):
    refusals, late = [], []
    for door in DOORS:
        made = room("carer1", slow_mode_seconds=1)
        door.send(here, made.conversation_id, client_id=uuid4().hex, body=PLAIN)
        client_id = uuid4().hex
        refusals.append(refusal(door.send, here, made.conversation_id, client_id=client_id, body="And this."))
        ask_until(partial(goes_out, door, here, made.conversation_id, client_id), bool, within=30)
        late.append([message["body"] for message in here.history(made.conversation_id)])
    told = same(refusals)
    assert (told["code"], told["status"], told["retry_after"]) == ("slow_mode", 429, 1)
    assert same(late) == [PLAIN, "And this."]


def goes_out(door, here, conversation_id, client_id):
    try:
        return door.send(here, conversation_id, client_id=client_id, body="And this.")
    except Refused:
        return None


def test_a_closed_group_says_so_in_the_same_words_at_both_doors_and_still_hears_a_risk(here, room):
    made = room("carer1", opening_hours=far_off())
    refusals = [refusal(door.send, here, made.conversation_id, client_id=uuid4().hex, body=PLAIN) for door in DOORS]
    told = same(refusals)
    assert (told["code"], told["status"]) == ("group_closed", 403)
    assert told["opens_at"].endswith("T12:00:00.000Z")
    assert told["support"]["helplines"]
    for door in DOORS:
        answer = door.send(here, made.conversation_id, client_id=uuid4().hex, body=RISKY)
        assert (answer["message"]["state"], bool(answer["support"]["helplines"])) == ("held", True)


@pytest.mark.parametrize("whose", ["another's room", "nobody's room", "a room that was left"])
def test_a_room_that_is_not_ones_own_is_not_found_at_both_doors(here, room, whose):
    made = room("carer2")
    if whose == "a room that was left":
        made.admit(here)
        made.remove(here)
    conversation_id = NOBODYS if whose == "nobody's room" else made.conversation_id
    sends = [refusal(door.send, here, conversation_id, client_id=uuid4().hex, body=PLAIN) for door in DOORS]
    reads = [refusal(door.read, here, conversation_id, seq=1) for door in DOORS]
    assert same(sends)["code"] == same(reads)["code"] == "not_found"
    for door in DOORS:
        assert conversation_id not in door.sync(here, streams={conversation_id: 0})["streams"]


@pytest.mark.parametrize(("first", "second"), [(HTTP, SOCKET), (SOCKET, HTTP), (SOCKET, SOCKET), (HTTP, HTTP)])
@pytest.mark.parametrize("body", [PLAIN, HOSTILE, RISKY], ids=["plain", "held", "risky"])
def test_the_same_client_id_gives_the_first_result_across_doors(here, room, first, second, body):
    made, client_id = room("carer1"), uuid4().hex
    answers = [door.send(here, made.conversation_id, client_id=client_id, body=body) for door in (first, second)]
    assert same(answers)["message"]["client_id"] == client_id
    conflict = refusal(second.send, here, made.conversation_id, client_id=client_id, body="Other words.")
    assert (conflict["code"], conflict["status"]) == ("idempotency_conflict", 409)
    elsewhere = refusal(second.send, here, room("carer1").conversation_id, client_id=client_id, body=body)
    assert elsewhere["code"] == "idempotency_conflict"
    newest = here.get(f"/conversations/{made.conversation_id}/messages")
    assert [message["id"] for message in newest["items"] + newest["held"]] == [answers[0]["message"]["id"]]


def test_the_same_client_id_at_both_doors_at_once_makes_one_message(phone, here, room):
    made, too = room("carer1"), phone("carer1")
    for n in range(10):
        client_id = f"{made.group_id}.{n}"
        going = [
            eventlet.spawn(door.send, one, made.conversation_id, client_id=client_id, body=PLAIN)
            for door, one in ((HTTP, here), (SOCKET, here), (SOCKET, too))
        ]
        ids = {task.wait()["message"]["id"] for task in going}
        assert len(ids) == 1
    here.wait_for(lambda: len(here.messages(made.conversation_id)) >= 10, "ten messages")
    here.sync()
    assert len(here.messages(made.conversation_id)) == len(here.history(made.conversation_id)) == 10


def test_marking_as_read_gives_the_same_answer_at_both_doors(here, room):
    answers = []
    for door in DOORS:
        stream = room("carer1").conversation_id
        for n in range(3):
            here.send(stream, f"Message {n}.")
        known = here.sync({})[here.person["id"]]["head_seq"]
        answers.append([door.read(here, stream, seq=seq)["read_seq"] for seq in (2, 1, 3, 1000, 0)])
        told = here.sync({here.person["id"]: known})[here.person["id"]]["events"]
        assert [event["data"] for event in told if event["kind"] == "read.changed"] == [
            {"conversation_id": stream, "read_seq": seq} for seq in (2, 3, 4)
        ]
    assert same(answers) == [2, 2, 3, 4, 4]


@pytest.mark.parametrize("body", [{}, {"seq": -1}, {"seq": "1"}, {"seq": 1.0}, {"seq": True}, {"seq": 1, "more": 1}])
def test_a_mark_that_cannot_be_meant_is_refused_in_the_same_words_at_both_doors(here, room, body):
    stream = room("carer1").conversation_id
    assert same([refusal(door.read, here, stream, **body) for door in DOORS])["code"] == "invalid"


def test_syncing_gives_the_same_answer_at_both_doors(here, phone, room):
    stream = room("carer1", "carer2").conversation_id
    for n in range(3):
        phone("carer2").send(stream, f"Message {n}.")
    here.send(stream, "Mine, with its client id.")
    for streams in ({}, {stream: 0}, {stream: 2, here.person["id"]: 0}, {stream: 10_000}, {NOBODYS: 0}):
        answer = same([door.sync(here, streams=streams) for door in DOORS])
        assert set(answer["streams"]) >= {stream, here.person["id"]}


@pytest.mark.parametrize(
    "body", [{}, {"streams": []}, {"streams": {"a": "1"}}, {"streams": {"a": -1}}, {"streams": {}, "b": 1}]
)
def test_a_sync_that_cannot_be_meant_is_refused_in_the_same_words_at_both_doors(here, body):
    assert same([refusal(door.sync, here, **body) for door in DOORS])["code"] == "invalid"


@pytest.fixture
def desk_case(here, room):
    """A fresh case each time it is called."""
    number = count()

    def make(*people):
        made = room("carer1", *people)
        client_id = f"{made.group_id}.{next(number)}"
        message = here.send(made.conversation_id, HOSTILE, client_id=client_id)["message"]
        return message["id"]

    return make


def test_claiming_gives_the_same_answer_at_both_doors(phone, desk_case):
    moderator = phone("moderator1")
    answers = []
    for door in DOORS:
        case = case_about(moderator, desk_case())
        claimed = door.claim(moderator, case["id"])
        assert door.claim(moderator, case["id"])["version"] == claimed["version"] + 1  # kept for longer
        target = without(claimed["target"], "message_id", "conversation_id", "title")
        times = ("id", "target", "opened_at", "due_at", "claim_until")
        answers.append({**without(claimed, *times), "target": target})
    assert same(answers)["claimed_by"] == moderator.person["id"]


def test_a_refused_claim_is_refused_in_the_same_words_at_both_doors(phone, desk_case):
    moderator, second = phone("moderator1"), phone("moderator2")
    message_id = desk_case()
    case_id = case_about(moderator, message_id)["id"]
    moderator.call("case:claim", case_id=case_id)
    assert same([refusal(door.claim, second, case_id) for door in DOORS])["code"] == "case_claimed"
    decide_about(moderator, message_id, "remove")
    assert same([refusal(door.claim, second, case_id) for door in DOORS])["code"] == "case_closed"
    assert same([refusal(door.claim, second, NOBODYS) for door in DOORS])["code"] == "not_found"
    for name in ("carer1", "worker1", "professional", "coordinator"):
        assert same([refusal(door.claim, phone(name), case_id) for door in DOORS])["code"] == "forbidden", name
