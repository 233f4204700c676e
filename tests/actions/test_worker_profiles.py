"""What a worker says of themselves: carers see the last version a coordinator agreed to, and nothing else."""

import pytest
from sqlalchemy import select

from models.clock import clock
from models.ids import new_id
from models.roles import Role
from models.session import reading
from models.worker_profiles import EMPTY, ProfileState, WorkerProfile
from server.actions.worker_profiles import agree_to_profile, send_back_profile, withdraw_profile, write_profile
from server.queries.worker_profiles import list_profiles, own_profile
from tests.factories.people import act, make_person
from tests.factories.privacy import erase
from tests.factories.races import race
from tests.factories.refusals import assert_refused
from tests.factories.streams import audited, events_of
from tests.factories.worker_profiles import publish, write

GREEK = {"languages": ["el"], "approach": "I listen first."}


@pytest.fixture
def worker():
    return make_person(Role.CARER_PEER_WORKER)


@pytest.fixture
def coordinator():
    return make_person(Role.COORDINATOR)


def own(worker):
    with reading() as session:
        return own_profile(session, worker, now=clock.now())


def versions(worker):
    with reading() as session:
        query = select(WorkerProfile).where(WorkerProfile.worker_id == worker.id).order_by(WorkerProfile.version)
        return [(row.version, row.state.value, row.content is not None) for row in session.scalars(query)]


def waiting(coordinator, state=ProfileState.WAITING):
    with reading() as session:
        return [view.profile.id for view in list_profiles(session, coordinator, state=state, limit=50, cursor=None).items]


def told(person):
    return [event.data["change"] for event in events_of(person.id) if event.kind == "notice.profile"]


def test_nobody_has_to_say_anything(worker, coordinator):
    act(agree_to_profile, coordinator, write(worker))
    assert own(worker).agreed.says == EMPTY


def test_what_is_written_waits_for_a_coordinator_and_is_then_what_counts(worker, coordinator):
    profile_id = write(worker, **GREEK)
    assert (own(worker).agreed, own(worker).draft.id) == (None, profile_id)
    assert waiting(coordinator) == [profile_id]
    act(agree_to_profile, coordinator, profile_id)
    assert (own(worker).agreed.id, own(worker).draft) == (profile_id, None)
    assert own(worker).agreed.says == {**EMPTY, **GREEK}
    assert waiting(coordinator) == []


def test_what_was_agreed_stays_while_another_version_waits(worker, coordinator):
    first, second = publish(worker, **GREEK), write(worker, languages=["it"])
    assert (own(worker).agreed.id, own(worker).draft.id) == (first, second)
    act(agree_to_profile, coordinator, second)
    assert (own(worker).agreed.id, own(worker).draft) == (second, None)
    assert versions(worker) == [(1, "replaced", False), (2, "agreed", True)]


def test_agreement_is_to_the_very_version_that_was_read(worker, coordinator):
    read = write(worker, **GREEK)
    write(worker, languages=["it"])
    assert_refused("profile_not_waiting", act, agree_to_profile, coordinator, read)
    assert own(worker).agreed is None
    assert versions(worker) == [(1, "replaced", False), (2, "waiting", True)]


def test_sent_back_it_comes_with_a_word_why_and_what_was_agreed_stays(worker, coordinator):
    first, second = publish(worker, **GREEK), write(worker, approach="I was at St Vincent's with my son.")
    act(send_back_profile, coordinator, second, reason="Please leave the hospital's name out.")
    found = own(worker)
    assert found.agreed.id == first
    assert (found.draft.state, found.draft.answer) == (ProfileState.SENT_BACK, "Please leave the hospital's name out.")
    assert_refused("profile_not_waiting", act, agree_to_profile, coordinator, second)
    third = write(worker, approach="I was in hospital with my son.")
    assert versions(worker) == [(1, "agreed", True), (2, "replaced", False), (3, "waiting", True)]
    act(agree_to_profile, coordinator, third)


def test_agreeing_or_writing_the_same_again_changes_nothing(worker, coordinator):
    profile_id = write(worker, **GREEK)
    assert write(worker, **GREEK) == profile_id
    act(agree_to_profile, coordinator, profile_id)
    act(agree_to_profile, coordinator, profile_id)
    assert versions(worker) == [(1, "agreed", True)]
    assert audited(profile_id) == ["worker_profile.written", "worker_profile.agreed"]


def test_coordinators_hear_of_what_waits_and_the_worker_of_the_answer(worker, coordinator):
    profile_id = write(worker, **GREEK)
    assert told(coordinator) == ["waiting"]
    act(send_back_profile, coordinator, profile_id, reason="Shorter, please.")
    act(agree_to_profile, coordinator, write(worker, languages=["el"]))
    assert told(worker) == ["sent_back", "agreed"]
    assert "Shorter" not in repr([event.data for event in events_of(worker.id)])


def test_what_another_device_wrote_is_not_lost(worker):
    act(write_profile, worker, version=0, fields={**EMPTY, **GREEK})
    refused = assert_refused("stale_version", act, write_profile, worker, version=0, fields={**EMPTY, "languages": ["it"]})
    assert refused.facts["version"] == 1
    act(write_profile, worker, version=1, fields={**EMPTY, "languages": ["it"]})
    assert own(worker).draft.says["languages"] == ["it"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("relationships", ["boss"]),
        ("conditions", ["sadness"]),
        ("languages", ["Greek"]),
        ("cultures", ["martian"]),
        ("topics", ["football"]),
        ("gender", "x"),
        ("age_band", "old"),
    ],
)
def test_words_that_are_not_in_the_vocabulary_are_refused(worker, field, value):
    refused = assert_refused("invalid", act, write_profile, worker, version=None, fields={**EMPTY, field: value})
    assert set(refused.facts["errors"]) == {field}
    assert own(worker).draft is None


def test_nobody_is_published_without_the_training_they_need(coordinator):
    worker = make_person(Role.CARER_PEER_WORKER, trained=False)
    profile_id = write(worker, **GREEK)
    assert_refused("training_missing", act, agree_to_profile, coordinator, profile_id)
    assert not own(worker).trained
    assert own(worker).draft.id == profile_id


def test_only_coordinators_answer_and_only_peer_workers_write(worker):
    profile_id = write(worker, **GREEK)
    for role in set(Role) - {Role.COORDINATOR}:
        assert_refused("forbidden", act, agree_to_profile, make_person(role), profile_id)
        assert_refused("forbidden", act, send_back_profile, make_person(role), profile_id, reason="No.")
    for role in set(Role) - {Role.CARER_PEER_WORKER, Role.CONSUMER_PEER_WORKER}:
        assert_refused("forbidden", act, write_profile, make_person(role), version=None, fields=EMPTY)
    write(make_person(Role.CONSUMER_PEER_WORKER), **GREEK)


def test_a_profile_nobody_wrote_is_not_found(coordinator):
    assert_refused("not_found", act, agree_to_profile, coordinator, new_id())


def test_a_worker_takes_everything_back_at_once(worker, coordinator):
    publish(worker, **GREEK)
    write(worker, languages=["it"])
    act(withdraw_profile, worker)
    act(withdraw_profile, worker)
    assert versions(worker) == [(1, "withdrawn", False), (2, "withdrawn", False)]
    assert (own(worker).agreed, own(worker).draft, waiting(coordinator)) == (None, None, [])
    publish(worker, **GREEK)
    assert own(worker).agreed.version == 3


def test_with_the_account_go_the_words(worker, coordinator):
    publish(worker, **GREEK)
    write(worker, languages=["it"])
    erase(worker)
    assert versions(worker) == [(1, "withdrawn", False), (2, "withdrawn", False)]
    assert waiting(coordinator) == []


def test_those_who_have_waited_longest_come_first_page_by_page(coordinator):
    written = [write(make_person(Role.CARER_PEER_WORKER), **GREEK) for _ in range(3)]
    with reading() as session:
        first = list_profiles(session, coordinator, state=ProfileState.WAITING, limit=2, cursor=None)
        rest = list_profiles(session, coordinator, state=ProfileState.WAITING, limit=2, cursor=first.next_cursor)
    assert [view.profile.id for view in [*first.items, *rest.items]] == written
    assert rest.next_cursor is None


def test_two_who_write_and_agree_at_once_leave_one_version_agreed_and_one_waiting_at_most(worker, coordinator):
    first = write(worker, **GREEK)
    agreed, _ = race(
        lambda: act(agree_to_profile, coordinator, first).profile.id,
        lambda: write(worker, languages=["it"]),
    )
    assert agreed in {first, "profile_not_waiting"}
    found = own(worker)
    assert (found.agreed.id if found.agreed else "profile_not_waiting") == agreed
    assert found.draft.says["languages"] == ["it"]
