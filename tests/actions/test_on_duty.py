"""Who is on duty at a moment, as everything that pages people asks it."""

from datetime import timedelta

from models.clock import clock
from models.roles import Role
from models.rota import Layer
from models.session import reading
from server.queries.rota import on_duty
from tests.factories.people import make_person
from tests.factories.rota import put_on_duty

WORKER, SUPERVISOR = Role.CARER_PEER_WORKER, Role.SUPERVISOR
HOUR = timedelta(hours=1)


def names(at=None):
    with reading() as session:
        return [(each.layer, each.person_id) for each in on_duty(session, at=at or clock.now())]


def test_somebody_put_on_is_on_from_the_start_to_before_the_end():
    worker, now = make_person(WORKER), clock.now()
    put_on_duty(worker, Layer.PRIMARY, since=now + HOUR, until=now + 2 * HOUR)
    assert names(now) == []
    assert names(now + HOUR) == [(Layer.PRIMARY, worker.id)]
    assert names(now + 2 * HOUR) == []


def test_the_primary_comes_first_then_the_backup_then_the_supervisor():
    supervisor, backup, primary = make_person(SUPERVISOR), make_person(WORKER), make_person(WORKER)
    put_on_duty(supervisor, Layer.SUPERVISOR)
    put_on_duty(backup, Layer.BACKUP)
    put_on_duty(primary, Layer.PRIMARY)
    assert names() == [
        (Layer.PRIMARY, primary.id),
        (Layer.BACKUP, backup.id),
        (Layer.SUPERVISOR, supervisor.id),
    ]


def test_nobody_of_another_role_is_ever_on():
    for role in set(Role) - {WORKER}:
        put_on_duty(make_person(role), Layer.PRIMARY)
    assert names() == []
