"""The reflective diary: the writer's own, a supervisor's while it is shared, and nobody recognised in what is shared."""

import pytest

from models.diary import SomebodyIdentifiable
from models.errors import Forbidden, NotFound, StaleVersion
from models.people import Person
from models.roles import Role
from models.session import reading, transaction
from models.supervision import NoSupervisor
from moderation.screening import Label, Severity
from server.actions.diary import change_entry, delete_entry, share_entry, unshare_entry, write_entry
from server.queries.diary import get_entry, list_entries, list_shared_entries
from tests.factories.groups import make_group
from tests.factories.one_to_ones import make_one_to_one
from tests.factories.people import act, make_person
from tests.factories.screening_rules import activate, draft
from tests.factories.streams import kinds_of
from tests.factories.supervision import ANSWERS, assign, make_pair, write


@pytest.fixture
def pair(app):
    return make_pair()


def share(worker, entry, *, acknowledged=False, version=1):
    return act(share_entry, worker, entry.id, version=version, acknowledged_advice=acknowledged)


def shared_with(supervisor):
    with reading() as session:
        page = list_shared_entries(session, supervisor, limit=10, cursor=None)
        return [(entry.id, person.id) for entry, person in page.items]


def named_in(worker, **answers):
    """What is pointed at in these answers: (question, label, text)."""
    entry = write(worker, **answers)
    with pytest.raises(SomebodyIdentifiable) as caught:
        share(worker, entry)
    given = {**ANSWERS, **answers}
    return {
        (each["question"], each["label"], given[each["question"]][each["start"] : each["end"]])
        for each in caught.value.facts["found"]
    }


def test_an_entry_is_its_writers_alone(pair):
    entry = write(pair.worker)
    with reading() as session:
        assert get_entry(session, pair.worker, entry.id).answers == ANSWERS
        for stranger in (pair.supervisor, make_person(Role.COORDINATOR), make_person(Role.CARER_PEER_WORKER)):
            with pytest.raises(NotFound):
                get_entry(session, stranger, entry.id)
    assert shared_with(pair.supervisor) == []


def test_the_newest_comes_first_and_pages_go_on(pair):
    made = [write(pair.worker, happened=f"Day {n}.").id for n in range(3)]
    with reading() as session:
        first = list_entries(session, pair.worker, limit=2, cursor=None)
        rest = list_entries(session, pair.worker, limit=2, cursor=first.next_cursor)
    assert [entry.id for entry in (*first.items, *rest.items)] == made[::-1]


def test_a_supervisor_reads_what_is_shared_until_it_is_not(pair):
    entry = write(pair.worker)
    share(pair.worker, entry)
    assert shared_with(pair.supervisor) == [(entry.id, pair.worker.id)]
    assert "notice.supervision" in kinds_of(pair.supervisor.id)
    with transaction() as session:
        unshare_entry(session, pair.worker, entry.id)
    assert shared_with(pair.supervisor) == []


def test_what_was_shared_with_one_supervisor_is_not_the_nexts(pair):
    entry = write(pair.worker)
    share(pair.worker, entry)
    other = make_person(Role.SUPERVISOR)
    assign(pair.worker, other)
    assert (shared_with(pair.supervisor), shared_with(other)) == ([], [])


def test_what_is_changed_is_shared_no_more(pair):
    entry = write(pair.worker)
    share(pair.worker, entry)
    changed = act(change_entry, pair.worker, entry.id, answers={"happened": "Other words."}, version=1)
    assert (changed.answers, changed.version, changed.shared_at) == ({"happened": "Other words."}, 2, None)
    assert shared_with(pair.supervisor) == []
    with pytest.raises(StaleVersion):
        share(pair.worker, entry, version=1)


def test_what_is_deleted_is_gone(pair):
    entry = write(pair.worker)
    share(pair.worker, entry)
    with transaction() as session:
        delete_entry(session, pair.worker, entry.id)
    assert shared_with(pair.supervisor) == []
    with pytest.raises(NotFound):
        share(pair.worker, entry)


def test_without_a_supervisor_there_is_nobody_to_share_with(app):
    worker = make_person(Role.CONSUMER_PEER_WORKER)
    entry = write(worker)
    with pytest.raises(NoSupervisor):
        share(worker, entry)


def test_names_of_carers_the_worker_talks_with_are_pointed_at(pair):
    carer, member, stranger = (make_person(display_name=name) for name in ("Wattle", "Blue Heron", "Kestrel"))
    make_one_to_one(carer, pair.worker)
    make_group(member, facilitator=pair.worker)
    assert named_in(
        pair.worker, happened="I spoke with wattle, and Wattles grew.", helped=f"Blue Heron said: {stranger.display_name}."
    ) == {
        ("happened", "known_name", "wattle"),
        ("helped", "known_name", "Blue Heron"),
    }


def test_numbers_and_third_people_are_pointed_at(pair):
    found = named_in(pair.worker, happened="She gave me 0412 345 678.", mattered="His name is Peter Smith.")
    assert {(question, label) for question, label, _ in found} >= {
        ("happened", "contact_details"),
        ("mattered", "third_party_privacy"),
    }


def test_what_the_service_looks_for_itself_is_pointed_at(pair):
    activate(draft("the yellow house", label=Label.THIRD_PARTY_PRIVACY, severity=Severity.LOW))
    assert named_in(pair.worker, happened="We met at the Yellow House.") == {
        ("happened", "third_party_privacy", "the Yellow House")
    }


def test_it_can_be_shared_as_it_is_by_saying_so(pair):
    entry = write(pair.worker, happened="She gave me 0412 345 678.")
    with pytest.raises(SomebodyIdentifiable):
        share(pair.worker, entry)
    assert shared_with(pair.supervisor) == []
    share(pair.worker, entry, acknowledged=True)
    assert shared_with(pair.supervisor) == [(entry.id, pair.worker.id)]


@pytest.mark.parametrize("role", [Role.CARER, Role.SUPERVISOR, Role.MODERATOR, Role.PROFESSIONAL])
def test_the_diary_is_for_peer_workers(app, role):
    write(make_person(Role.CARER_PEER_WORKER))
    with pytest.raises(Forbidden):
        act(write_entry, make_person(role), answers=ANSWERS)


def test_who_is_no_peer_worker_any_more_keeps_what_they_wrote_and_can_delete_it(pair):
    entry = write(pair.worker)
    with transaction() as session:
        session.get_one(Person, pair.worker.id).role = Role.MODERATOR
    with pytest.raises(Forbidden):
        act(change_entry, pair.worker, entry.id, answers=ANSWERS, version=1)
    with transaction() as session:
        moved_on = session.get_one(Person, pair.worker.id)
        assert [each.id for each in list_entries(session, moved_on, limit=10, cursor=None).items] == [entry.id]
        delete_entry(session, moved_on, entry.id)
    with reading() as session, pytest.raises(NotFound):
        get_entry(session, pair.worker, entry.id)


def test_who_became_somebody_else_reads_nothing_that_was_shared(pair):
    share(pair.worker, write(pair.worker))
    with transaction() as session:
        session.get_one(Person, pair.worker.id).role = Role.MODERATOR
    assert shared_with(pair.supervisor) == []
