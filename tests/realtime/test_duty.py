"""That somebody on duty has the app open is noted by the process their socket is in, and of nobody else."""

from datetime import timedelta

import pytest

from models.clock import clock
from models.roles import Role
from models.rota import Layer
from models.session import reading
from realtime.duty import note_duty
from server.queries.duty import workers_within_reach
from tests.factories.people import make_person
from tests.factories.rota import put_on_duty


@pytest.fixture
def worker(app):
    worker = make_person(Role.CARER_PEER_WORKER)
    put_on_duty(worker, Layer.PRIMARY)
    return worker


def there():
    with reading() as session:
        return [person.id for person in workers_within_reach(session, at=clock.now())]


def test_a_worker_is_there_while_a_socket_of_theirs_is_live(wire, worker):
    note_duty(wire.delivery)
    assert there() == []
    wire.open(worker, "worker")
    wire.open(make_person(), "carer")
    note_duty(wire.delivery)
    assert there() == [worker.id]
    wire.delivery.disconnect("worker")
    clock.move(timedelta(seconds=61))
    note_duty(wire.delivery)
    assert there() == []


def test_a_socket_that_was_hung_up_on_is_nobody_who_is_there(wire, worker):
    wire.open(worker, "worker")
    wire.delivery.connected("worker").leaving = True
    assert wire.delivery.people() == set()
