"""Migrations: there and back on an empty database of the run's kind, in step with the tables."""

import pytest
from sqlalchemy import inspect, select

from models import migrations
from models.resource_index import is_part_of_the_index
from models.session import bind, reading
from models.streams import REVIEW_DESK, Stream
from models.tables import metadata
from moderation.flags import NORMAL
from tests.factories import database
from tests.factories.flags import reports_in
from tests.factories.groups import make_group
from tests.factories.messages import case_of, post, report
from tests.factories.people import make_person


@pytest.fixture
def engine(database_url):
    return bind(database.new_database(database_url))


def tables(engine):
    names = set(inspect(engine).get_table_names()) - {"alembic_version"}
    return {name for name in names if not is_part_of_the_index(name)}


def test_an_upgraded_database_has_every_table_and_agrees_with_them(engine):
    migrations.upgrade(engine)
    migrations.check(engine)
    assert tables(engine) == set(metadata.tables)


def test_a_downgraded_database_is_empty_and_can_be_upgraded_again(engine):
    migrations.upgrade(engine)
    migrations.downgrade(engine, "base")
    assert tables(engine) == set()
    migrations.upgrade(engine)
    migrations.check(engine)


def test_upgrading_twice_changes_nothing(engine):
    migrations.upgrade(engine)
    person = make_person()
    migrations.upgrade(engine)
    with reading() as session:
        assert session.scalar(select(Stream.id).where(Stream.id == person.id)) == person.id


def test_reports_from_before_they_weighed_weigh_as_most_do(engine):
    migrations.upgrade(engine)
    author, *readers = (make_person() for _ in range(3))
    message = post(author, make_group(author, *readers)).message
    for reader in readers:
        report(reader, message)
    migrations.downgrade(engine, "0013")
    migrations.upgrade(engine)
    case = case_of(message.id)
    assert (case.weight, [one.weight for one in reports_in(case.id)]) == (2 * NORMAL, [NORMAL, NORMAL])


def test_a_database_is_at_the_head_only_once_upgraded(engine):
    assert not migrations.at_head(engine)
    migrations.upgrade(engine)
    assert migrations.at_head(engine)


def test_the_desks_are_there_from_the_start(engine):
    migrations.upgrade(engine)
    with reading() as session:
        assert session.scalar(select(Stream.head_seq).where(Stream.id == REVIEW_DESK)) == 0


def test_drift_between_tables_and_migrations_is_found(engine):
    migrations.upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit_entry ADD COLUMN forgotten INTEGER")
    with pytest.raises(Exception, match="forgotten"):
        migrations.check(engine)
