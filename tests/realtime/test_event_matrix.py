"""Who may do what through each socket event: each event as each role, however they stand. The table is written by hand."""

from uuid import uuid4

import pytest
import socketio.exceptions

from models.auth import EndReason, SignIn
from models.clock import clock
from models.conversations import Membership, MemberState, Standing
from models.roles import Role
from models.session import transaction
from server.actions.auth import end_sign_in
from server.schemas.sockets import CLIENT_EVENTS
from tests.factories.conditions import CONDITIONS, make_hindered
from tests.factories.messages import case_of, post, report
from tests.factories.people import make_person, make_sign_in, make_tokens
from tests.factories.scenes import scene
from tests.http.routes import make_world
from tests.http.test_matrix import ALL, LETTERS, NONE, belong

# event -> roles let through as a stranger to the group, as a member of it, and as the author of the message in question.
EVENTS = {
    "message:send": (NONE, ALL, ALL),
    "read:mark": (NONE, ALL, ALL),
    "sync": (ALL, ALL, ALL),
    "typing:set": (NONE, ALL, ALL),
    "case:claim": ("ms", "ms", NONE),
    "alert:acknowledge": ("s", "s", "s"),  # nobody was called
    "token:renew": (ALL, ALL, ALL),
}


@pytest.fixture
def door(app, wire):
    return wire.answer_events(app, app.extensions["limits"])


def payload(event, world, token):
    place = {"conversation_id": world.group.conversation_id}
    return {
        "message:send": {**place, "client_id": uuid4().hex, "body": "Good evening to you all."},
        "read:mark": {**place, "seq": 1},
        "typing:set": {**place, "typing": True},
        "sync": {"streams": {world.group.conversation_id: 0}},
        "case:claim": {"case_id": world.case.id},
        "alert:acknowledge": {"alert_id": world.alert_id},
        "token:renew": {"token": token},
    }[event]


def say(app, door, person, event, world):
    """The ack of the event from a fresh socket of this person."""
    begun, sid = make_sign_in(person), uuid4().hex
    door.connect(person, sid, begun=begun)
    return door.say(sid, event, payload(event, world, make_tokens(app, person, begun).access_token))


def let_through(ack):
    """Whether the person was allowed; what they asked for may still clash with what others did before them."""
    if ack["ok"]:
        return True
    assert ack["error"]["status"] in {401, 403, 404, 409}, ack
    return ack["error"]["status"] == 409


def letters(roles):
    return "".join(letter for letter, role in LETTERS.items() if role in roles)


def test_every_event_has_a_row():
    assert set(EVENTS) == set(CLIENT_EVENTS)


@pytest.mark.parametrize("event", EVENTS)
def test_exactly_the_named_roles_are_let_through(app, door, event):
    world = scene(make_world)
    strangers, members, authors = set(), set(), set()
    for role in Role:
        stranger, member, author = (make_person(role) for _ in range(3))
        belong(member, world.group)
        belong(author, world.group)
        message = post(author, world.group).message
        report(world.author, message)
        theirs = type(world)(**{**vars(world), "message": message, "case": case_of(message.id)})
        for person, about, allowed in (
            (stranger, world, strangers),
            (member, world, members),
            (author, theirs, authors),
        ):
            if let_through(say(app, door, person, event, about)):
                allowed.add(role)
    assert (letters(strangers), letters(members), letters(authors)) == EVENTS[event]


@pytest.mark.parametrize("event", EVENTS)
def test_a_facilitator_is_let_through_as_a_member_is(app, door, event):
    world = scene(make_world)
    facilitator = make_person(Role.CARER_PEER_WORKER)
    place = {"conversation_id": world.group.conversation_id, "person_id": facilitator.id, "since": clock.now()}
    with transaction() as session:
        session.add(Membership(**place, state=MemberState.MEMBER, standing=Standing.FACILITATOR))
    assert let_through(say(app, door, facilitator, event, world)) is ("w" in EVENTS[event][1])


@pytest.mark.parametrize("code", CONDITIONS)
@pytest.mark.parametrize("role", Role)
def test_whoever_something_stands_in_the_way_of_is_told_what_and_opens_no_socket(app, door, role, code):
    world = scene(make_world)
    person = make_hindered(role, code)
    belong(person, world.group)
    for event in EVENTS:
        error = say(app, door, person, event, world)["error"]
        assert (error["code"], error["status"]) == (code, 403), event
    with pytest.raises(socketio.exceptions.ConnectionRefusedError) as refused:
        door.knock("fresh", make_tokens(app, person).access_token)
    assert refused.value.error_args["data"]["code"] == code


@pytest.mark.parametrize("role", Role)
def test_whoever_signed_out_a_moment_ago_is_refused_whatever_they_say(app, door, role):
    world = scene(make_world)
    person = make_person(role)
    belong(person, world.group)
    begun = make_sign_in(person)
    token = make_tokens(app, person, begun).access_token
    door.connect(person, "s1", begun=begun)
    assert door.say("s1", "sync", {"streams": {}})["ok"]
    with transaction() as session:
        ended = session.get_one(SignIn, begun.id)
        end_sign_in(session, ended, reason=EndReason.SIGNED_OUT, by=person.id, now=clock.now())
    for event in EVENTS:
        error = door.say("s1", event, payload(event, world, token))["error"]
        assert (error["code"], error["status"]) == ("session_ended", 401), event


@pytest.mark.parametrize("event", [*EVENTS, "no:such:event"])
def test_nobody_is_let_through_on_a_socket_that_was_never_let_in(door, event):
    world = scene(make_world)
    error = door.say("unknown", event, payload(event, world, "x") if event in EVENTS else {})["error"]
    assert (error["code"], error["status"]) == ("session_ended", 401)
