"""What a supervisor who visits a one-to-one hears on their socket: from the moment they came to the moment they went."""

import pytest

from models.messages import ReactionName
from models.roles import Role
from server.actions.edits import edit_message
from server.actions.reactions import set_reaction
from server.actions.visits import begin_visit, end_visit
from tests.factories.notes import person_of
from tests.factories.one_to_ones import make_one_to_one, write
from tests.factories.people import act, make_person
from tests.factories.visits import agree, asked_visit, come_in

BEFORE, DURING, AFTER = "Heron at dawn.", "Wattle at noon.", "Lantern at dusk."


@pytest.fixture
def contact(app):
    return make_one_to_one()


@pytest.fixture
def carer(contact):
    return person_of(contact.carer_id)


@pytest.fixture
def supervisor(app):
    return make_person(Role.SUPERVISOR)


def agreed(contact, supervisor):
    visit = asked_visit(contact, supervisor).visit
    agree(contact, visit)
    return visit


def heard(wire, sid, contact):
    """Texts of messages in the order in which this socket was sent them."""
    found = [event["data"].get("message") for event in wire.events(sid, contact.conversation_id)]
    return [message["body"] for message in found if message is not None]


def test_a_visitor_hears_from_the_moment_they_came_to_the_moment_they_went(wire, contact, carer, supervisor):
    wire.open(carer, "carer's phone")
    wire.open(supervisor, "phone")
    write(carer, contact.conversation_id, BEFORE)
    wire.settle()
    visit = agreed(contact, supervisor)
    act(begin_visit, supervisor, visit.id)
    wire.settle()
    write(carer, contact.conversation_id, DURING)
    wire.settle()
    act(end_visit, carer, visit.id)
    write(carer, contact.conversation_id, AFTER)
    wire.settle()
    assert heard(wire, "phone", contact) == [DURING]
    assert heard(wire, "carer's phone", contact) == [BEFORE, DURING, AFTER]
    kinds = [event["kind"] for event in wire.events("phone", contact.conversation_id)]
    assert kinds == ["member.joined", "message.created"]
    assert "phone" not in wire.rooms[contact.conversation_id]


@pytest.mark.parametrize("position", [0, 1])
def test_a_visitor_who_connects_asks_for_nothing_from_before(wire, contact, carer, supervisor, position):
    write(carer, contact.conversation_id, BEFORE)
    come_in(contact, supervisor)
    write(carer, contact.conversation_id, DURING)
    wire.open(supervisor, "phone", **{contact.conversation_id: position})
    assert heard(wire, "phone", contact) == [DURING]


def test_what_was_still_to_be_sent_when_a_visitor_came_is_not_sent_to_them(wire, contact, carer, supervisor):
    """The room lags behind: the visitor's notice lets them in before what was said earlier has gone out."""
    wire.open(carer, "carer's phone")
    wire.open(supervisor, "phone")
    visit = agreed(contact, supervisor)
    wire.last = {contact.conversation_id}
    write(carer, contact.conversation_id, BEFORE)
    act(begin_visit, supervisor, visit.id)
    write(carer, contact.conversation_id, DURING)
    wire.settle()
    assert heard(wire, "carer's phone", contact) == [BEFORE, DURING]
    assert heard(wire, "phone", contact) == [DURING]


def test_an_earlier_message_that_changes_reaches_a_visitor_without_its_words(wire, contact, carer, supervisor):
    wire.open(carer, "carer's phone")
    earlier = write(carer, contact.conversation_id, BEFORE)
    come_in(contact, supervisor)
    wire.open(supervisor, "phone")
    act(edit_message, carer, earlier.id, body="Heron changed.", content_warning=None, acknowledged_advice=False)
    act(set_reaction, carer, earlier.id, name=ReactionName.HUG, on=True)
    wire.settle()
    updated, reacted = wire.events("phone", contact.conversation_id)[-2:]
    assert updated["data"] == reacted["data"] == {"message_id": earlier.id}
    assert "Heron" not in str(wire.got["phone"])
    assert heard(wire, "carer's phone", contact)[-1] == "Heron changed."
    assert wire.seqs("phone", contact.conversation_id) == [2, 3, 4]


def test_who_comes_again_hears_what_is_said_from_then_on(wire, contact, carer, supervisor):
    wire.open(supervisor, "phone")
    visit = come_in(contact, supervisor)
    wire.settle()
    act(end_visit, carer, visit.id)
    write(carer, contact.conversation_id, BEFORE)
    come_in(contact, supervisor)
    write(carer, contact.conversation_id, DURING)
    wire.settle()
    assert heard(wire, "phone", contact) == [DURING]


def test_one_whom_both_let_read_everything_hears_of_earlier_messages_too(wire, contact, carer, supervisor):
    earlier = write(carer, contact.conversation_id, BEFORE)
    come_in(contact, supervisor, show_earlier=True)
    wire.open(supervisor, "phone", **{contact.conversation_id: 0})
    act(edit_message, carer, earlier.id, body="Heron changed.", content_warning=None, acknowledged_advice=False)
    wire.settle()
    assert heard(wire, "phone", contact)[-1] == "Heron changed."
