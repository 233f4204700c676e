"""Finding messages again: what one may see now, by what it says now, and by nothing it used to say."""

import re

import pytest
from sqlalchemy import insert, select, update

from models.messages import Message, MessageState
from models.review import DecisionKind
from models.roles import Role
from models.search import SearchTerm
from models.session import current_engine, reading, transaction
from server.actions.edits import delete_message, edit_message
from server.actions.groups import leave_group
from server.jobs.search import AT_A_TIME, BATCH, index_due
from server.queries.search import search_messages
from tests.factories.groups import make_group
from tests.factories.messages import HOSTILE, case_of, decide, post, report
from tests.factories.people import act, make_person
from tests.factories.queries import counted
from tests.factories.refusals import assert_refused


@pytest.fixture
def carer():
    return make_person()


@pytest.fixture
def reader():
    return make_person()


@pytest.fixture
def group(carer, reader):
    return make_group(carer, reader)


def index():
    while index_due(lambda _seconds: None) == BATCH:
        pass


def found(person, text, *, group=None, limit=50, cursor=None):
    with reading() as session:
        return search_messages(
            session,
            person,
            text=text,
            conversation_id=group.conversation_id if group else None,
            limit=limit,
            cursor=cursor,
        )


def ids(person, text, *, group=None):
    return [message.id for message in found(person, text, group=group).items]


def terms(message):
    with reading() as session:
        return session.scalars(select(SearchTerm.term).where(SearchTerm.message_id == message.id)).all()


def test_a_message_is_found_by_its_words_in_any_form(carer, reader, group):
    sent = post(carer, group, "The kettle helped me through the night.", content_warning="Hospital").message
    post(carer, group, "Good morning everybody.")
    index()
    for text in ("kettle", "helping", "KETTLES night", "hospital"):
        assert ids(reader, text) == ids(reader, text, group=group) == [sent.id]
    assert ids(reader, "kettle morning") == []


def test_the_newest_come_first_a_page_at_a_time(carer, reader, group):
    sent = [post(carer, group, f"Kettle number {n}.").message.id for n in range(5)]
    index()
    first = found(reader, "kettle", limit=2)
    second = found(reader, "kettle", limit=2, cursor=first.next_cursor)
    last = found(reader, "kettle", limit=2, cursor=second.next_cursor)
    pages = [[message.id for message in page.items] for page in (first, second, last)]
    assert pages == [[sent[4], sent[3]], [sent[2], sent[1]], [sent[0]]]
    assert last.next_cursor is None


def test_only_what_one_may_read_is_found(carer, group):
    post(carer, group, "Kettle.")
    index()
    stranger = make_person()
    assert ids(stranger, "kettle") == []
    assert_refused("not_found", found, stranger, "kettle", group=group)


def test_who_left_finds_nothing_there_any_more(carer, reader, group):
    post(carer, group, "Kettle.")
    index()
    act(leave_group, reader, group.id)
    assert ids(reader, "kettle") == []


def test_staff_do_not_find_what_they_do_not_belong_to(carer, group):
    post(carer, group, "Kettle.")
    index()
    for role in (Role.MODERATOR, Role.SUPERVISOR, Role.COORDINATOR):
        assert ids(make_person(role), "kettle") == []


def test_a_held_message_is_found_by_nobody_until_it_is_let_through(carer, reader, group):
    held = post(carer, group, f"{HOSTILE} kettle").message
    index()
    assert ids(reader, "kettle") == ids(carer, "kettle") == []
    decide(make_person(Role.MODERATOR), case_of(held.id), DecisionKind.APPROVE)
    index()
    assert ids(reader, "kettle") == [held.id]


@pytest.mark.parametrize("decision", [DecisionKind.HIDE, DecisionKind.REMOVE])
def test_what_was_taken_out_of_sight_is_not_found_and_is_again_once_it_is_back(carer, reader, group, decision):
    sent = post(carer, group, "Kettle.").message
    index()
    report(reader, sent)
    moderator = make_person(Role.MODERATOR)
    decide(moderator, case_of(sent.id), decision)
    assert ids(reader, "kettle") == []
    decide(moderator, case_of(sent.id), DecisionKind.RESTORE)
    assert ids(reader, "kettle") == [sent.id]


def test_an_edited_message_is_found_by_what_it_says_now_at_once_and_later(carer, reader, group):
    sent = post(carer, group, "The kettle is on.").message
    index()
    act(edit_message, carer, sent.id, body="The lantern is on.", content_warning=None, acknowledged_advice=False)
    assert ids(reader, "kettle") == []  # though the index still has it
    index()
    assert ids(reader, "lantern") == [sent.id]
    assert ids(reader, "kettle") == []


def test_of_a_deleted_message_nothing_stays_in_the_index(carer, reader, group):
    sent = post(carer, group, "Kettle.").message
    index()
    assert terms(sent)
    act(delete_message, carer, sent.id)
    assert terms(sent) == []
    index()
    assert terms(sent) == []
    assert ids(reader, "kettle") == []


def test_a_page_is_filled_past_what_is_out_of_sight(carer, reader, group):
    sent = [post(carer, group, f"Kettle {n}.").message for n in range(8)]
    index()
    for message in sent[2:]:
        report(reader, message)
        decide(make_person(Role.MODERATOR), case_of(message.id), DecisionKind.REMOVE)
    assert [message.id for message in found(reader, "kettle", limit=2).items] == [sent[1].id, sent[0].id]


def test_the_index_holds_no_word_and_the_same_word_differs_from_room_to_room(carer, reader, group):
    other = make_group(carer)
    here, there = post(carer, group, "Kettle").message, post(carer, other, "Kettle").message
    index()
    assert all(b"kettl" not in bytes(term) for term in terms(here))
    assert len(terms(here)) == len(terms(there)) == 1
    assert bytes(terms(here)[0]) != bytes(terms(there)[0])


def test_a_search_for_nothing_is_refused(carer):
    assert_refused("invalid", found, carer, "and the")


def test_indexing_again_changes_nothing(carer, group):
    sent = post(carer, group, "The kettle is on.").message
    index()
    before = sorted(map(bytes, terms(sent)))
    assert index_due(lambda _seconds: None) == 0
    assert sorted(map(bytes, terms(sent))) == before
    assert message_state(sent) is MessageState.VISIBLE


def message_state(message):
    with reading() as session:
        return session.get(Message, message.id).state


def test_a_search_is_a_fixed_number_of_queries(carer, reader, group):
    for n in range(12):
        post(carer, make_group(carer, reader), f"Kettle {n}.")
    index()
    with counted() as few:
        found(reader, "kettle", limit=2)
    with counted() as many:
        found(reader, "kettle", limit=10)
    assert len(few) == len(many)


def test_an_edit_while_its_message_is_being_indexed_is_indexed_next(carer, reader, group):
    sent = post(carer, group, "The kettle is on. " * (AT_A_TIME // 15)).message

    def meanwhile(_seconds):
        act(edit_message, carer, sent.id, body="The lantern is on.", content_warning=None, acknowledged_advice=False)

    index_due(meanwhile)
    assert terms(sent) == []
    index()
    assert ids(reader, "lantern") == [sent.id]


def test_more_than_is_written_at_once_is_indexed_all_the_same(carer, reader, group, monkeypatch):
    monkeypatch.setattr("server.jobs.search.ROWS_AT_A_TIME", 3)
    sent = [post(carer, group, f"Kettle and lantern number {n}.").message.id for n in range(7)]
    assert index_due(lambda _seconds: None) == len(sent)
    assert ids(reader, "kettle") == ids(reader, "lantern") == sent[::-1]
    assert index_due(lambda _seconds: None) == 0


def test_a_message_without_a_word_is_done_as_well(carer, group):
    sent = post(carer, group, "And so?").message
    assert index_due(lambda _seconds: None) == 1
    assert index_due(lambda _seconds: None) == 0
    assert terms(sent) == []


def test_who_comes_second_to_the_same_messages_changes_nothing(carer, group):
    sent = post(carer, group, "The kettle is on. " * (AT_A_TIME // 15)).message
    index_due(lambda _seconds: index())
    assert len(terms(sent)) == 1


def test_an_index_made_anew_keeps_nothing_of_the_old_one(carer, reader, group):
    sent = post(carer, group, "The kettle is on.").message
    index()
    before = sorted(map(bytes, terms(sent)))
    with transaction() as session:  # as an operator does who has another SECRET_KEY
        old = {"conversation_id": group.conversation_id, "term": b"anothers", "message_id": sent.id}
        session.execute(insert(SearchTerm).values(old))
        session.execute(update(Message).values(indexed=False))
    index()
    assert sorted(map(bytes, terms(sent))) == before


def test_what_is_due_is_found_without_a_look_at_all_messages(carer, group):
    with counted() as asked:
        index_due(lambda _seconds: None)
    if current_engine().dialect.name == "sqlite":
        with reading() as session:
            plan = session.connection().exec_driver_sql("EXPLAIN QUERY PLAN " + re.sub(r"\?|:\w+", "1", asked[0])).all()
        assert [row[-1] for row in plan] == ["SCAN message USING INDEX ix_message_not_indexed"]
