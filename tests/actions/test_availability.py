"""Whether somebody can be reached in a crisis: true only of who is rostered, cleared, within reach and free."""

from datetime import timedelta

import pytest

from models.alerts import Outcome
from models.clock import clock
from models.roles import Role
from models.rota import ClearanceKind, Layer
from models.session import reading, transaction
from server.actions.alerts import acknowledge_alert, begin_contact, resolve_alert
from server.actions.duty import note_presence
from server.actions.rota_changes import record_clearance
from server.queries.availability import MOST_AT_ONCE, look_up_availability
from server.queries.duty import SEEN_LASTS
from tests.factories.alerts import ask
from tests.factories.people import act, make_person
from tests.factories.rota import HOUR, fit_worker, make_fit, make_leave, put_on_duty

WORKER = Role.CARER_PEER_WORKER


def found():
    with reading() as session:
        return look_up_availability(session, clock.now())


def names():
    available = found()
    assert available.staffed_now is bool(available.on_duty)
    return [one.display_name for one in available.on_duty]


def open_the_app(*people):
    with transaction() as session:
        note_presence(session, [person.id for person in people], now=clock.now())


@pytest.fixture
def wren():
    """On first for eight hours, with training, supervision and a device that answered."""
    wren = fit_worker(display_name="Wren")
    put_on_duty(wren, Layer.PRIMARY)
    return wren


def test_somebody_rostered_cleared_and_within_reach_is_named_with_their_role(wren):
    (one,) = found().on_duty
    assert (one.display_name, one.role) == ("Wren", WORKER)
    assert found().next_staffed_at is None


def test_nobody_is_there_before_and_after_the_shift(wren):
    clock.move(8 * HOUR)
    assert names() == []


def test_who_is_fit_and_not_on_the_rota_is_not_there():
    fit_worker()
    assert names() == []


def test_without_a_device_the_app_must_be_open(wren):
    jay = make_person(WORKER, display_name="Jay")
    for kind in ClearanceKind:
        until = clock.now() + timedelta(days=30)
        act(record_clearance, make_person(Role.COORDINATOR), person_id=jay.id, kind=kind, valid_until=until)
    put_on_duty(jay, Layer.BACKUP)
    assert names() == ["Wren"]
    open_the_app(jay)
    assert names() == ["Wren", "Jay"]
    clock.move(SEEN_LASTS)
    assert names() == ["Wren"]


@pytest.mark.parametrize("kind", ClearanceKind)
def test_who_is_not_cleared_any_more_is_not_there(wren, kind):
    soon = clock.now() + HOUR
    act(record_clearance, make_person(Role.COORDINATOR), person_id=wren.id, kind=kind, valid_until=soon)
    assert names() == ["Wren"]
    clock.move(HOUR + timedelta(seconds=1))
    assert names() == []


def test_who_is_away_is_not_there(wren):
    make_leave(wren, clock.now() + HOUR, clock.now() + 2 * HOUR)
    assert names() == ["Wren"]
    clock.move(HOUR)
    assert names() == []


def test_a_supervisor_behind_them_is_not_who_answers():
    put_on_duty(make_fit(make_person(Role.SUPERVISOR)), Layer.SUPERVISOR)
    assert names() == []


def test_who_has_as_many_contacts_as_one_can_is_not_free_until_one_is_over(wren):
    taken = [ask() for _ in range(MOST_AT_ONCE)]
    for alert in taken:
        assert names() == ["Wren"]
        act(acknowledge_alert, wren, alert.alert.id)
    assert names() == []
    act(begin_contact, wren, taken[0].alert.id)
    act(resolve_alert, wren, taken[0].alert.id, outcome=Outcome.SUPPORTED)
    assert names() == ["Wren"]


def test_while_nobody_is_there_the_next_start_is_known():
    nobody_yet = found()
    assert nobody_yet.next_staffed_at is None
    later, sooner = clock.now() + 30 * HOUR, clock.now() + 20 * HOUR
    put_on_duty(make_fit(make_person(Role.SUPERVISOR)), Layer.SUPERVISOR, since=clock.now() + HOUR, until=later)
    for since in (later, sooner):
        put_on_duty(fit_worker(), Layer.BACKUP, since=since, until=since + HOUR)
    assert found().next_staffed_at == sooner.replace(microsecond=0) or found().next_staffed_at == sooner
