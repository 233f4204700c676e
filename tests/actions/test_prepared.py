"""Prepared statements: the same statement, transaction and failures as the session's own, at less cost."""

from datetime import timedelta

import pytest
from sqlalchemy import bindparam, create_engine, insert, select, text, update
from sqlalchemy.exc import DBAPIError, ProgrammingError

from models.clock import clock
from models.conversations import Membership
from models.messages import Message, MessageState
from models.people import Person
from models.prepared import Prepared
from models.roles import Role
from models.session import current_engine, on_commit, reading, transaction
from models.snapshots import leading_to
from models.streams import Event, EventKind, Stream, record_event
from tests.factories.groups import make_group
from tests.factories.messages import PLAIN, post
from tests.factories.people import make_person
from tests.factories.queries import counted
from tests.factories.refusals import assert_refused

FIND = Prepared(select(Person).where(Person.id == bindparam("id")))
MESSAGE = Prepared(select(Message).where(Message.id == bindparam("id")))
RENAME = Prepared(update(Person.__table__).where(Person.id == bindparam("who")).values(display_name=bindparam("name")))
OPEN = Prepared(insert(Stream.__table__))


@pytest.fixture
def carer(app):
    return make_person()


@pytest.fixture
def group(carer):
    return make_group(carer)


def seen(person):
    with reading() as session:
        return FIND.row(session, id=person.id)[0]


def test_every_column_reads_as_the_model_reads_it(carer, group):
    sent = post(carer, group, "Grüße 🍵", content_warning="Hospital").message
    for mapped, key in ((Person, carer.id), (Message, sent.id)):
        with reading() as session:
            loaded = session.get(mapped, key)
            snapshot = Prepared(select(mapped).where(mapped.id == bindparam("id"))).row(session, id=key)[0]
        for column in mapped.__table__.c:
            assert getattr(snapshot, column.key) == getattr(loaded, column.key), column.key
    assert snapshot.state is MessageState.VISIBLE


def test_what_is_written_with_it_is_encrypted_at_rest(carer, group):
    sent = post(carer, group, PLAIN).message
    with reading() as session:
        (stored,) = session.execute(text("SELECT body FROM message WHERE id = :id"), {"id": sent.id}).one()
    assert PLAIN.encode() not in bytes(stored)


def test_a_snapshot_keeps_the_methods_of_its_class(carer, group):
    statement = Prepared(select(Membership).where(Membership.person_id == bindparam("id")))
    with reading() as session:
        assert statement.row(session, id=carer.id)[0].active is True


def test_an_outer_join_that_finds_nothing_gives_none(carer):
    statement = Prepared(
        select(Person, Membership, Person.role)
        .outerjoin(Membership, Membership.person_id == Person.id)
        .where(Person.id == bindparam("id"))
    )
    with reading() as session:
        person, membership, role = statement.row(session, id=carer.id)
    assert (person.id, membership, role) == (carer.id, None, Role.CARER)


def test_a_list_that_the_statement_names_is_not_asked_for(carer):
    others = [make_person(role=Role.MODERATOR), make_person(role=Role.COORDINATOR)]
    statement = Prepared(
        select(Person.id).where(Person.role.in_({Role.CARER, Role.MODERATOR}), Person.id.in_(bindparam("ids")))
    )
    with reading() as session:
        found = statement.rows(session, ids=[carer.id, *(one.id for one in others)])
    assert {one for (one,) in found} == {carer.id, others[0].id}


@pytest.mark.parametrize("name", ["display_name", "role", "nonsense"])
def test_nothing_in_a_snapshot_can_be_set(carer, name):
    with pytest.raises(AttributeError):
        setattr(seen(carer), name, "Somebody else")


def test_a_snapshot_is_no_object_to_save(carer):
    with pytest.raises(Exception, match="not mapped"), transaction() as session:
        session.add(seen(carer))


def test_a_relationship_that_was_not_loaded_cannot_be_followed(carer, group):
    sent = post(carer, group).message
    with reading() as session:
        message = MESSAGE.row(session, id=sent.id)[0]
    with pytest.raises(AttributeError, match="author was not loaded"):
        _ = message.author
    assert leading_to(message, author=carer).author is carer


def test_it_sees_what_the_session_changed_before(carer):
    with transaction() as session:
        session.get(Person, carer.id).display_name = "Robin"
        assert FIND.row(session, id=carer.id)[0].display_name == "Robin"


def test_the_session_sees_what_it_changed(carer):
    with transaction() as session:
        RENAME.run(session, who=carer.id, name="Robin")
        assert session.get(Person, carer.id).display_name == "Robin"
    assert seen(carer).display_name == "Robin"


@pytest.mark.parametrize("orm_first", [True, False])
def test_both_are_undone_together(carer, orm_first):
    other = make_person()

    def by_orm(session):
        session.get(Person, other.id).display_name = "Robin"
        session.flush()

    def prepared(session):
        RENAME.run(session, who=carer.id, name="Robin")

    def both():
        with transaction() as session:
            for change in (by_orm, prepared) if orm_first else (prepared, by_orm):
                change(session)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        both()
    assert {seen(carer).display_name, seen(other).display_name} == {carer.display_name, other.display_name}


def test_a_change_by_it_alone_is_committed_and_announced(carer, group):
    heard = []
    stop = on_commit(lambda recorded, _at_hand: heard.extend(recorded))
    try:
        with transaction() as session:
            seq = record_event(session, group.conversation_id, EventKind.MEMBER_JOINED, carer.id, now=clock.now())
    finally:
        stop()
    assert heard == [(group.conversation_id, seq)]
    with reading() as session:
        assert session.get(Event, (group.conversation_id, seq)).subject_id == carer.id


def test_a_unique_place_that_is_taken_is_a_conflict_and_undoes_everything(carer):
    def rename(*, and_take: str):
        with transaction() as session:
            RENAME.run(session, who=carer.id, name="Robin")
            OPEN.run(session, id=and_take, head_seq=0, moved_at=clock.now())

    assert_refused("conflict", rename, and_take="desk:review")
    assert seen(carer).display_name == carer.display_name
    rename(and_take="desk:other")
    assert seen(carer).display_name == "Robin"


def test_a_refusal_of_the_database_is_the_one_the_session_would_raise_without_parameters(carer):
    statement = select(Person.id).where(text("no_such_column = 1"), Person.display_name == bindparam("name"))

    def refusal(ask):
        with pytest.raises(Exception) as raised, reading() as session:  # noqa: PT011 - the two databases differ
            ask(session)
        return raised.value if isinstance(raised.value, DBAPIError) else raised.value.__cause__

    ours = refusal(lambda session: Prepared(statement).rows(session, name="waxwing"))
    theirs = refusal(lambda session: session.execute(statement, {"name": "waxwing"}))
    assert type(ours) is type(theirs)
    assert "no_such_column" in str(ours)
    assert ours.params is None


def test_a_database_that_goes_away_in_between_is_unavailable_and_comes_back(carer, on_postgresql):
    def rename(*, away: bool):
        with transaction() as session:
            RENAME.run(session, who=carer.id, name="Robin")
            if away:
                lose(session.info["driver"].connection, on_postgresql=on_postgresql)
            FIND.rows(session, id=carer.id)

    assert_refused("unavailable", rename, away=True)
    assert seen(carer).display_name == carer.display_name
    rename(away=False)
    assert seen(carer).display_name == "Robin"


def lose(connection, *, on_postgresql):
    """PostgreSQL ends the connection; SQLite is told to give up, as it does by itself when the disk fails."""
    if on_postgresql:
        with create_engine(current_engine().url).connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": connection.get_backend_pid()})
    else:
        connection.set_progress_handler(lambda: 1, 1)


def test_a_value_left_out_or_too_many_is_a_mistake(carer):
    with reading() as session:
        with pytest.raises(TypeError):
            FIND.row(session)
        with pytest.raises(TypeError):
            FIND.row(session, id=carer.id, role="carer")
        with pytest.raises((KeyError, ProgrammingError)):  # the driver misses it
            FIND.row(session, person=carer.id)


def test_a_time_without_a_zone_is_refused(app):
    with pytest.raises(ValueError, match="without a zone"), transaction() as session:
        OPEN.run(session, id="somewhere", head_seq=0, moved_at=(clock.now() + timedelta(1)).replace(tzinfo=None))


NAMES = Prepared(
    select(Person.id, Person.display_name)
    .where(Person.id.in_(bindparam("ids")), Person.role == bindparam("role"))
    .order_by(Person.id)
)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 9])
def test_a_list_of_values_finds_all_of_them_and_nothing_else(carer, count):
    wanted = [make_person() for _ in range(count)]
    moderator = make_person(Role.MODERATOR)
    ids = [person.id for person in wanted] + ([moderator.id] if wanted else [])
    with reading() as session:
        found = NAMES.rows(session, ids=ids, role=Role.CARER)
    assert found == sorted((person.id, person.display_name) for person in wanted)


def test_lists_of_like_length_are_one_statement(carer):
    with counted() as sent, reading() as session:
        for count in range(5, 9):
            NAMES.rows(session, ids=[carer.id] * count, role=Role.CARER)
    assert len(set(sent)) == 1


def test_whoever_counts_statements_hears_of_it(carer):
    with counted() as sent:
        seen(carer)
    assert len(sent) == 1
