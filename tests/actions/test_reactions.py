"""Answering with a sign: a small kind set, once per person and sign, counted exactly."""

import pytest

from models.messages import MessageState, ReactionName
from models.review import DecisionKind
from models.roles import Role
from models.session import reading
from server.actions.reactions import set_reaction
from server.queries.messages import page_history
from server.schemas.messages import dump_history
from tests.factories.groups import make_group
from tests.factories.messages import HOSTILE, case_of, decide, message_now, post, report
from tests.factories.people import act, make_person
from tests.factories.races import race
from tests.factories.refusals import assert_refused
from tests.factories.streams import events_of, kinds_of


@pytest.fixture
def carer():
    return make_person()


@pytest.fixture
def reader():
    return make_person()


@pytest.fixture
def group(carer, reader):
    return make_group(carer, reader)


@pytest.fixture
def message(carer, group):
    return post(carer, group).message


def react(person, message, name=ReactionName.HEART, *, on=True):
    return act(set_reaction, person, message.id, name=name, on=on)


def seen(viewer, group):
    with reading() as session:
        page = page_history(session, viewer, group.conversation_id, before=None, after=None, limit=10)
        return dump_history(page, viewer.id)["items"][0]["reactions"]


def test_everybody_sees_how_many_and_each_their_own(carer, reader, group, message):
    react(reader, message)
    react(carer, message)
    react(reader, message, ReactionName.HUG)
    assert seen(reader, group) == {"heart": {"count": 2, "mine": True}, "hug": {"count": 1, "mine": True}}
    assert seen(carer, group) == {"heart": {"count": 2, "mine": True}, "hug": {"count": 1, "mine": False}}


def test_a_reaction_is_an_event_that_says_what_changed(reader, group, message):
    react(reader, message)
    last = events_of(group.conversation_id)[-1]
    assert (last.kind, last.subject_id) == ("reaction.changed", message.id)
    assert last.data == {"changed": {"person_id": reader.id, "name": "heart", "on": True}}


def test_reacting_twice_is_reacting_once(reader, group, message):
    race(*[lambda: react(reader, message)] * 4)
    assert message_now(message.id).reactions == {"heart": 1}
    assert kinds_of(group.conversation_id).count("reaction.changed") == 1


def test_many_at_once_are_counted_exactly(group, message):
    people = [make_person() for _ in range(6)]
    circle = make_group(*people)
    message = post(people[0], circle).message
    race(*[lambda person=person: react(person, message) for person in people])
    assert message_now(message.id).reactions == {"heart": 6}


def test_a_reaction_that_is_taken_back_leaves_nothing(reader, group, message):
    react(reader, message)
    react(reader, message, on=False)
    react(reader, message, on=False)
    assert seen(reader, group) == {}
    assert kinds_of(group.conversation_id).count("reaction.changed") == 2


def test_nobody_reacts_to_what_they_cannot_see(carer, reader, group, message):
    assert_refused("not_found", react, make_person(), message)
    held = post(carer, group, HOSTILE).message
    assert_refused("not_found", react, reader, held)
    assert_refused("message_not_there", react, carer, held)


def test_a_message_that_comes_back_has_its_reactions_still(carer, reader, group, message):
    react(reader, message)
    report(reader, message)
    moderator = make_person(Role.MODERATOR)
    decide(moderator, case_of(message.id), DecisionKind.HIDE)
    assert message_now(message.id).state is MessageState.HIDDEN
    assert_refused("message_not_there", react, reader, message, ReactionName.HUG)
    decide(moderator, case_of(message.id), DecisionKind.RESTORE)
    assert seen(reader, group) == {"heart": {"count": 1, "mine": True}}
