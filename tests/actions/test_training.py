"""Training on record: without what is required nobody begins a new contact, and nobody learns of a lapse only afterwards."""

from datetime import timedelta

import pytest

from models.clock import clock
from models.contacts import ContactState
from models.roles import Role
from models.rota import ClearanceKind
from models.session import reading, transaction
from models.training import TrainingState, use_kinds
from server.actions.contacts import accept_contact
from server.actions.rota_changes import record_clearance
from server.actions.training_checks import check_training
from server.jobs.loops import background_loops
from server.jobs.training import check_training_forever
from server.queries.fitness import load_records
from server.queries.training import training_of
from tests.factories.contacts import ask, by_consent, connect, suspend
from tests.factories.people import act, make_person
from tests.factories.refusals import assert_refused
from tests.factories.streams import audited, events_of

DAY = timedelta(days=1)
TWO_KINDS = """
[[training]]
code = "peer_work"
label = "Carer peer work"
required = true
[[training]]
code = "suicide_first_aid"
label = "Suicide first aid"
required = true
"""


@pytest.fixture
def coordinator():
    return make_person(Role.COORDINATOR)


@pytest.fixture(params=[Role.CARER_PEER_WORKER, Role.CONSUMER_PEER_WORKER])
def worker(request):
    """The rule is the same for both peer roles. Nothing is on record yet."""
    by_consent()
    return make_person(request.param, trained=False)


@pytest.fixture
def _two_required(tmp_path):
    file = tmp_path / "training.toml"
    file.write_text(TWO_KINDS)
    use_kinds(str(file))
    yield
    use_kinds(None)


def record(worker, *, days=400, training=None, kind=ClearanceKind.TRAINING):
    by = make_person(Role.SUPERVISOR)
    return act(record_clearance, by, person_id=worker.id, kind=kind, training=training, valid_until=clock.now() + days * DAY)


def check():
    with transaction() as session:
        return check_training(session, now=clock.now())


def told(person):
    return [
        (event.data["training"], event.data["days"]) for event in events_of(person.id) if event.kind == "notice.training"
    ]


def states(worker):
    with reading() as session:
        found = training_of(session, worker, worker.id, now=clock.now())
    return {each.training or each.kind.value: each.state for each in found}


def test_a_worker_without_training_on_record_is_asked_by_nobody(worker):
    assert_refused("worker_unavailable", ask, make_person(), worker)
    record(worker)
    assert ask(make_person(), worker).state is ContactState.REQUESTED


def test_nor_is_one_whose_training_has_lapsed_until_it_is_renewed(worker):
    record(worker, days=5)
    connected = connect(make_person(), worker)
    clock.move(6 * DAY)
    assert_refused("worker_unavailable", ask, make_person(), worker)
    assert connected.state is ContactState.ACCEPTED
    record(worker)
    assert ask(make_person(), worker).state is ContactState.REQUESTED


def test_a_record_taken_back_counts_no_more(worker):
    record(worker)
    record(worker, days=-1)
    assert_refused("worker_unavailable", ask, make_person(), worker)


def test_who_was_asked_before_it_lapsed_cannot_accept_and_is_told_why():
    worker = make_person(Role.CARER_PEER_WORKER, trained=False)
    record(worker, days=1)
    contact = ask(make_person(), worker)
    clock.move(2 * DAY)
    assert_refused("training_lapsed", act, accept_contact, worker, contact.id)
    record(worker)
    act(accept_contact, worker, contact.id)


def test_training_that_is_not_required_is_no_condition(worker):
    record(worker)
    record(worker, training="family_violence", days=-1)
    assert ask(make_person(), worker).state is ContactState.REQUESTED


@pytest.mark.usefixtures("_two_required")
def test_every_training_that_is_required_must_be_on_record_for_contacts_and_the_rota(worker):
    record(worker)
    assert_refused("worker_unavailable", ask, make_person(), worker)
    record(worker, training="suicide_first_aid", days=3)
    assert ask(make_person(), worker).state is ContactState.REQUESTED
    with reading() as session:
        found = load_records(session, [worker.id], now=clock.now())[worker.id]
    assert found.trained_until < clock.now() + 4 * DAY
    clock.move(4 * DAY)
    assert_refused("worker_unavailable", ask, make_person(), worker)


def test_a_kind_of_training_there_is_not_is_refused(worker, coordinator):
    later = clock.now() + DAY
    facts = {"person_id": worker.id, "valid_until": later}
    for kind, training in ((ClearanceKind.TRAINING, "juggling"), (ClearanceKind.SUPERVISION, "peer_work")):
        assert_refused("invalid", act, record_clearance, coordinator, kind=kind, training=training, **facts)
    act(record_clearance, coordinator, kind=ClearanceKind.TRAINING, training="peer_work", **facts)
    assert audited(worker.id)[-1] == "rota.clearance_recorded"


def test_a_worker_sees_how_each_training_stands(worker):
    record(worker, days=20)
    record(worker, days=-1, training="cultural_safety")
    record(worker, kind=ClearanceKind.SUPERVISION)
    found = states(worker)
    assert found["peer_work"] is TrainingState.LAPSES_SOON
    assert found["cultural_safety"] is TrainingState.LAPSED
    assert found["family_violence"] is TrainingState.MISSING
    assert found["supervision"] is TrainingState.CURRENT


def test_worker_and_coordinators_are_told_30_and_7_days_before_and_once_each(worker, coordinator):
    record(worker, days=40)
    record(worker, days=45, kind=ClearanceKind.SUPERVISION)
    stranger = make_person(Role.CARER_PEER_WORKER)
    assert (check(), told(worker)) == (0, [])
    clock.move(11 * DAY)
    assert (check(), check()) == (1, 0)
    assert told(worker) == told(coordinator) == [(None, 30)]
    clock.move(23 * DAY)
    assert (check(), check()) == (2, 0)
    assert told(worker) == told(coordinator) == [(None, 30), (None, 7), (None, 30)]
    clock.move(20 * DAY)
    assert check() == 0
    assert told(stranger) == []


def test_whoever_renewed_in_time_is_not_told(worker, coordinator):
    record(worker, days=20)
    record(worker, days=400)
    assert (check(), told(worker), told(coordinator)) == (0, [], [])


def test_what_lapses_within_a_week_needs_one_notice_only(worker):
    record(worker, days=5)
    assert (check(), check()) == (1, 0)
    assert told(worker) == [(None, 7)]


def test_of_an_account_that_is_not_in_use_nobody_is_told(worker, coordinator):
    record(worker, days=5)
    suspend(worker)
    assert (check(), told(coordinator)) == (0, [])


def test_a_process_that_does_background_work_gives_the_notices_by_itself(worker, settings):
    record(worker, days=5)
    rounds = []

    def sleep(seconds):
        rounds.append(seconds)
        if len(rounds) == 2:
            raise SystemExit

    (loop,) = [loop for loop in background_loops(settings) if loop is check_training_forever]
    with pytest.raises(SystemExit):
        loop(sleep)
    assert rounds == [3600.0, 3600.0]
    assert told(worker) == [(None, 7)]
