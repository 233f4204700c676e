"""`flask crisis drill`: everybody on the coming rota is called in test mode, and who does not answer is named."""

import pytest
from sqlalchemy import select

from models.audit import AuditEntry
from models.clock import clock
from models.roles import Role
from models.rota import Layer
from models.session import reading
from server.actions.push_subscriptions import confirm_trial
from server.crisis_drill import line_of, run_drill
from tests.factories.people import act, make_person
from tests.factories.push import Calls
from tests.factories.push_service import running_push_service
from tests.factories.rota import HOUR, put_on_duty

WORKER = Role.CARER_PEER_WORKER


@pytest.fixture
def calls(app):
    with running_push_service() as service:
        yield Calls(service)
        assert service.refusals == []


def drilled(calls, *answering):
    """The drill while these (person, device) answer each call of theirs; what it said of everybody."""

    def meanwhile(_seconds):
        calls.send()
        for person, device in answering:
            for push in device.pushes:
                act(confirm_trial, person, push.data["subscription_id"], code=push.data["code"])
            device.pushes.clear()

    return [line_of(one) for one in run_drill(days=7, wait_s=3, sleep=meanwhile)]


def test_who_answered_who_did_not_and_who_cannot_be_called_are_told_apart(calls):
    ann, bo, cy = (make_person(WORKER, display_name=name) for name in ("Ann", "Bo", "Cy"))
    dee = make_person(Role.SUPERVISOR, display_name="Dee")
    put_on_duty(ann, Layer.PRIMARY)
    put_on_duty(ann, Layer.BACKUP, since=clock.now() + 30 * HOUR)
    put_on_duty(bo, Layer.BACKUP, since=clock.now() + 100 * HOUR)
    put_on_duty(cy, Layer.PRIMARY, since=clock.now() + 160 * HOUR)
    put_on_duty(dee, Layer.SUPERVISOR)
    phone, _tablet = calls.phone(ann), calls.phone(ann)
    calls.phone(bo)
    assert drilled(calls, (ann, phone), (dee, calls.phone(dee))) == [
        "  Ann (Carer peer worker; primary, backup): answered on 1 of 2 device(s)",
        "! Bo (Carer peer worker; backup): did not answer on any of 1 device(s)",
        "! Cy (Carer peer worker; primary): has no device that can be called",
        "  Dee (Supervisor; supervisor): answered on 1 of 1 device(s)",
    ]


def test_only_the_coming_days_count_and_nobody_else_is_called(calls):
    later, never = make_person(WORKER), make_person(WORKER)
    put_on_duty(later, Layer.PRIMARY, since=clock.now() + 8 * 24 * HOUR)
    phones = [calls.phone(person) for person in (later, never)]
    assert drilled(calls) == []
    assert [phone.pushes for phone in phones] == [[], []]


def test_an_answer_of_before_does_not_count(calls):
    ann = make_person(WORKER, display_name="Ann")
    put_on_duty(ann, Layer.PRIMARY)
    phone = calls.phone(ann)
    assert drilled(calls, (ann, phone))[0].startswith("  ")
    clock.move(HOUR)
    assert drilled(calls)[0].startswith("! ")


def test_the_command_says_so_and_fails_when_somebody_cannot_be_called(app):
    put_on_duty(make_person(WORKER, display_name="Ann"), Layer.PRIMARY)
    run = app.test_cli_runner().invoke(args=["crisis", "drill", "--wait", "1"])
    assert run.exit_code == 1
    assert "! Ann (Carer peer worker; primary): has no device that can be called" in run.output
    assert "0 of 1 people" in run.output
    with reading() as session:
        facts = session.scalars(select(AuditEntry.data).where(AuditEntry.action == "crisis.drill")).one()
    assert facts == {"people": 1, "devices": 0, "days": 7}
