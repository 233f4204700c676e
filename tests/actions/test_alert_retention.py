"""What was said with an alert goes when its time is over; that it was, stays while the service must answer for it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from models.alerts import Alert, AlertPage, FollowUp, Outcome
from models.clock import clock
from models.decisions import DecisionName
from models.session import reading
from server.actions.alerts import acknowledge_alert, begin_contact, resolve_alert
from server.jobs.retention import sweep_all
from tests.factories.alerts import NOTE, alert_now, ask, on_duty
from tests.factories.contacts import decided
from tests.factories.people import act, make_person

pytestmark = pytest.mark.usefixtures("app")


def taken():
    counts = sweep_all(pause=lambda: None)
    return {name: counts[name] for name in ("words_of_alerts", "old_alerts") if counts[name]}


def left():
    with reading() as session:
        return [session.scalar(select(func.count()).select_from(table)) for table in (Alert, AlertPage, FollowUp)]


@pytest.fixture
def over():
    worker = on_duty()
    alert_id = ask(make_person()).alert.id
    act(acknowledge_alert, worker, alert_id)
    act(begin_contact, worker, alert_id)
    return act(resolve_alert, worker, alert_id, outcome=Outcome.SUPPORTED).alert.id


def test_the_words_of_an_alert_go_when_the_service_has_decided(over):
    decided(DecisionName.RETENTION_CRISIS, "60")
    clock.move(timedelta(days=59))
    assert (taken(), alert_now(over).note) == ({}, NOTE)
    clock.move(timedelta(days=2))
    assert taken() == {"words_of_alerts": 1}
    assert (alert_now(over).note, alert_now(over).outcome) == (None, Outcome.SUPPORTED)


def test_what_is_left_of_an_alert_goes_after_seven_years_with_all_that_hangs_on_it(over):
    clock.move(timedelta(days=2554))
    assert (taken(), left()) == ({}, [1, 1, 2])
    clock.move(timedelta(days=2))
    assert "old_alerts" in taken()
    assert left() == [0, 0, 0]


def test_an_open_alert_keeps_its_words_however_old_it_is():
    alert_id = ask().alert.id
    clock.move(timedelta(days=4000))
    assert taken() == {}
    assert alert_now(alert_id).note == NOTE
