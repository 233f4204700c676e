"""Who is writing: told to the others in the room at once, kept nowhere, over by itself."""

from datetime import timedelta

import pytest

from models.clock import clock
from models.errors import NotFound
from realtime.door import Call
from realtime.ephemeral import LASTS, QUIET, Typing
from server.limits import RateLimits
from tests.factories.groups import make_group
from tests.factories.people import make_person
from tests.factories.streams import head_of


@pytest.fixture
def people(app):
    return [make_person(display_name=name) for name in ("Wren", "Finch", "Robin")]


@pytest.fixture
def room(people, wire):
    """Wren with two phones and Finch in a group; Robin elsewhere."""
    group = make_group(*people[:2])
    for sid, person in (("wren", people[0]), ("wrens other", people[0]), ("finch", people[1]), ("robin", people[2])):
        wire.open(person, sid)
    return group.conversation_id


@pytest.fixture
def typing(wire):
    return Typing(wire.delivery, sleep=wire.sleep)


@pytest.fixture
def say(wire, typing, room):
    def say(sid, *, on=True, where=None):
        data = {"conversation_id": where or room, "typing": on}
        return typing.set(
            Call(sid=sid, connected=wire.delivery.connected(sid), data=data, now=clock.now(), limits=RateLimits())
        )

    return say


def heard(wire, sid):
    return [(data["display_name"], data["typing"]) for name, data in wire.got[sid] if name == "typing"]


def test_the_others_in_the_room_are_told_and_nobody_else(wire, room, say, people):
    say("wren")
    (word,) = [data for name, data in wire.got["finch"] if name == "typing"]
    assert word == {"conversation_id": room, "person_id": people[0].id, "display_name": "Wren", "typing": True}
    assert heard(wire, "wren") == heard(wire, "wrens other") == heard(wire, "robin") == []


def test_it_is_in_no_stream(room, say):
    before = head_of(room)
    say("wren")
    assert head_of(room) == before


def test_it_ends_by_being_said_once(wire, say):
    say("wren")
    say("wren", on=False)
    say("wren", on=False)
    assert heard(wire, "finch") == [("Wren", True), ("Wren", False)]


def test_it_ends_by_itself(wire, typing, say):
    say("wren")
    clock.move(LASTS - timedelta(seconds=1))
    typing.lapse()
    assert heard(wire, "finch") == [("Wren", True)]
    clock.move(timedelta(seconds=1))
    typing.lapse()
    typing.lapse()
    assert heard(wire, "finch") == [("Wren", True), ("Wren", False)]


def test_who_says_so_again_goes_on(wire, typing, say):
    say("wren")
    clock.move(LASTS - timedelta(seconds=1))
    say("wren")
    clock.move(timedelta(seconds=2))
    typing.lapse()
    assert ("Wren", False) not in heard(wire, "finch")


def test_saying_so_with_every_letter_tells_once(wire, say):
    for _ in range(5):
        say("wren")
    assert heard(wire, "finch") == [("Wren", True)]
    clock.move(QUIET)
    say("wren")
    assert heard(wire, "finch") == [("Wren", True)] * 2


def test_a_stranger_to_the_room_is_refused_and_not_shown(wire, say):
    with pytest.raises(NotFound):
        say("robin")
    assert heard(wire, "finch") == []


def test_a_word_from_another_process_is_shown_and_not_passed_on(wire, room, typing, people):
    passed = []
    typing.tell_others_with(passed.append)
    typing.heard({"conversation_id": room, "person_id": people[0].id, "display_name": "Wren", "typing": True})
    assert heard(wire, "finch") == [("Wren", True)]
    assert heard(wire, "wren") == passed == []


def test_what_is_said_here_is_passed_on(room, typing, say):
    passed = []
    typing.tell_others_with(passed.append)
    say("wren")
    say("wren", on=False)
    assert [word["typing"] for word in passed] == [True, False]
