"""Changing and taking back one's own words: what was said before is kept for moderators, what was deleted for nobody."""

from uuid import uuid4

import pytest

from models.groups import ModerationMode
from models.messages import Message, MessageRevision, MessageState, ReactionName
from models.review import CaseState, DecisionKind
from models.roles import Role
from models.session import reading
from server.actions.edits import delete_message, edit_message
from server.actions.groups import leave_group
from server.actions.reactions import set_reaction
from server.actions.review import open_case
from server.queries.messages import page_history
from server.schemas.messages import dump_message
from tests.factories.groups import make_group
from tests.factories.messages import HOSTILE, PLAIN, RISKY, RUDE, case_of, decide, find_case, message_now, post, report
from tests.factories.people import act, make_person
from tests.factories.races import race
from tests.factories.refusals import assert_refused
from tests.factories.streams import events_of, kinds_of

OTHER = "Thank you all, it helped more than I can say."


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


def edit(person, message, body=OTHER, *, warning=None, acknowledged=False):
    return act(edit_message, person, message.id, body=body, content_warning=warning, acknowledged_advice=acknowledged)


def delete(person, message):
    return act(delete_message, person, message.id)


def revisions(message):
    with reading() as session:
        return [row.body for row in session.query(MessageRevision).filter_by(message_id=message.id)]


def shown(message, viewer):
    return dump_message(message_now(message.id), viewer.id)["body"]


def test_an_edit_gives_the_message_other_words_in_its_old_place(carer, reader, message):
    edited = edit(carer, message, warning="Hospital").message
    assert (edited.seq, edited.state) == (message.seq, MessageState.VISIBLE)
    assert edited.edited_at is not None
    assert shown(message, reader) == OTHER
    assert message_now(message.id).content_warning == "Hospital"


def test_an_edit_is_an_event_that_says_nothing_itself(carer, group, message):
    edit(carer, message)
    last = events_of(group.conversation_id)[-1]
    assert (last.kind, last.subject_id, last.data) == ("message.updated", message.id, {})


def test_what_it_said_before_is_kept_in_order(carer, message):
    edit(carer, message)
    edit(carer, message, "And good night.")
    assert revisions(message) == [PLAIN, OTHER]


def test_the_same_words_again_change_nothing(carer, group, message):
    before = kinds_of(group.conversation_id)
    assert edit(carer, message, PLAIN).is_new is False
    assert kinds_of(group.conversation_id) == before
    assert message_now(message.id).edited_at is None


def test_only_its_author_edits_a_message(reader, message):
    assert_refused("forbidden", edit, reader, message)
    assert_refused("not_found", edit, make_person(), message)
    assert shown(message, reader) == PLAIN


def test_who_left_does_not_edit_any_more(carer, group, message):
    act(leave_group, carer, group.id)
    assert_refused("not_found", edit, carer, message)


def test_advice_about_an_edit_changes_nothing_until_it_is_acknowledged(carer, reader, message):
    assert_refused("advice_given", edit, carer, message, RUDE)
    assert shown(message, reader) == PLAIN
    edited = edit(carer, message, RUDE, acknowledged=True).message
    assert (edited.body, edited.advice) == (RUDE, ["hostility"])


def test_an_edit_that_would_be_held_leaves_the_room_until_a_moderator_has_seen_it(carer, reader, group, message):
    assert edit(carer, message, HOSTILE).message.state is MessageState.HIDDEN
    assert shown(message, reader) == ""
    assert kinds_of(group.conversation_id)[-1] == "message.updated"
    decide(make_person(Role.MODERATOR), case_of(message.id), DecisionKind.RESTORE)
    assert shown(message, reader) == HOSTILE


def test_where_everything_is_read_first_an_edit_is_too(carer, reader):
    group = make_group(carer, reader, moderation=ModerationMode.BEFORE)
    message = post(carer, group).message
    decide(make_person(Role.MODERATOR), case_of(message.id), DecisionKind.APPROVE)
    assert edit(carer, message).message.state is MessageState.HIDDEN
    assert shown(message, reader) == ""
    assert case_of(message.id).state is CaseState.OPEN


def test_a_held_message_can_be_edited_and_stays_held_without_a_word_to_the_room(carer, group):
    held = post(carer, group, HOSTILE).message
    before = kinds_of(group.conversation_id)
    assert edit(carer, held).message.state is MessageState.HELD
    assert kinds_of(group.conversation_id) == before


def test_a_moderator_who_read_the_old_words_does_not_decide_about_the_new(carer, reader, message):
    report(reader, message)
    seen = case_of(message.id).version
    edit(carer, message)
    moderator = make_person(Role.MODERATOR)
    assert_refused("stale_version", decide, moderator, case_of(message.id), DecisionKind.REMOVE, version=seen)
    detail = act(open_case, moderator, case_of(message.id).id)
    assert [row.body for row in detail.revisions] == [PLAIN]


def test_an_edit_that_tells_of_risk_brings_help_and_a_case(carer, message):
    assert edit(carer, message, RISKY).support is not None
    assert case_of(message.id).queue.value == "safety"


@pytest.mark.parametrize("state", ["removed", "deleted", "hidden"])
def test_what_is_out_of_sight_is_not_edited(carer, reader, message, state):
    if state == "deleted":
        delete(carer, message)
    else:
        report(reader, message)
        kind = DecisionKind.REMOVE if state == "removed" else DecisionKind.HIDE
        decide(make_person(Role.MODERATOR), case_of(message.id), kind)
    assert_refused("message_not_editable", edit, carer, message)


def test_two_edits_at_once_keep_both_histories(carer, message):
    race(lambda: edit(carer, message, "First."), lambda: edit(carer, message, "Second."))
    assert len(revisions(message)) == 2
    assert {*revisions(message), message_now(message.id).body} == {PLAIN, "First.", "Second."}


def test_a_send_that_is_repeated_after_an_edit_gets_its_message(carer, group):
    client_id = uuid4().hex
    first = post(carer, group, client_id=client_id).message
    edit(carer, first)
    again = post(carer, group, client_id=client_id)
    assert (again.is_new, again.message.id, again.message.body) == (False, first.id, OTHER)
    assert_refused("idempotency_conflict", post, carer, group, OTHER, client_id=client_id)


def test_a_deleted_message_leaves_a_tombstone_in_its_place(carer, reader, group, message):
    delete(carer, message)
    with reading() as session:
        [item] = page_history(session, reader, group.conversation_id, before=None, after=None, limit=10).items
    assert (item.id, item.seq, item.state) == (message.id, message.seq, MessageState.DELETED)
    assert shown(message, reader) == shown(message, carer) == ""
    last = events_of(group.conversation_id)[-1]
    assert (last.kind, last.data) == ("message.removed", {"reason": "deleted"})


def test_of_a_deleted_message_nothing_is_kept(carer, reader, message):
    edit(carer, message, warning="Hospital")
    act(set_reaction, reader, message.id, name=ReactionName.HEART, on=True)
    delete(carer, message)
    left = message_now(message.id)
    assert (left.body, left.content_warning, left.sent_digest, left.reactions) == ("", None, None, {})
    assert revisions(message) == []


def test_an_open_case_keeps_the_words_until_it_is_closed(carer, reader, message):
    report(reader, message)
    delete(carer, message)
    assert shown(message, reader) == ""
    moderator = make_person(Role.MODERATOR)
    assert act(open_case, moderator, case_of(message.id).id).view.message.body == PLAIN
    decide(moderator, case_of(message.id), DecisionKind.DISMISS)
    assert message_now(message.id).body == ""


def test_deleting_twice_is_deleting_once(carer, group, message):
    race(*[lambda: delete(carer, message)] * 3)
    assert kinds_of(group.conversation_id).count("message.removed") == 1


def test_only_its_author_deletes_a_message(reader, message):
    assert_refused("forbidden", delete, reader, message)
    assert_refused("not_found", delete, make_person(), message)
    assert message_now(message.id).state is MessageState.VISIBLE


def test_a_held_message_of_another_is_not_even_forbidden(carer, reader, group):
    held = post(carer, group, HOSTILE).message
    assert_refused("not_found", delete, reader, held)


def test_who_left_may_still_take_back_their_words(carer, group, message):
    act(leave_group, carer, group.id)
    delete(carer, message)
    assert message_now(message.id).state is MessageState.DELETED


def test_a_held_message_is_deleted_without_a_word_to_the_room(carer, group):
    held = post(carer, group, HOSTILE).message
    before = kinds_of(group.conversation_id)
    delete(carer, held)
    assert kinds_of(group.conversation_id) == before
    assert find_case(held.id).state is CaseState.OPEN


def test_a_repeat_of_a_send_that_was_deleted_brings_nothing_back(carer, group):
    client_id = uuid4().hex
    first = post(carer, group, client_id=client_id).message
    delete(carer, first)
    again = post(carer, group, client_id=client_id)
    assert (again.is_new, again.message.id, again.message.state) == (False, first.id, MessageState.DELETED)


def test_what_was_removed_is_not_deleted_out_of_the_moderators_sight(carer, reader, message):
    report(reader, message)
    decide(make_person(Role.MODERATOR), case_of(message.id), DecisionKind.REMOVE)
    assert_refused("message_not_editable", delete, carer, message)


def test_somebody_mentioned_must_be_here(carer, reader, group):
    sent = post(carer, group, mentions=[reader.id]).message
    assert dump_message(message_now(sent.id), None)["mentions"] == [reader.id]
    assert_refused("invalid", post, carer, group, mentions=[reader.id, make_person().id])
    with reading() as session:
        assert session.query(Message).count() == 1
