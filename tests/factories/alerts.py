"""Crisis alerts, made and moved by the real actions and the real engine."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from models.alerts import Alert, AlertPage, FollowUp
from models.clock import clock
from models.crisis import Whose
from models.people import Person
from models.roles import Role
from models.rota import Layer
from models.session import reading
from server.actions.alerts import open_alert
from server.jobs.escalation import Escalation
from server.queries.alerts import AlertView
from tests.factories.people import act, make_person
from tests.factories.rota import put_on_duty
from tests.factories.streams import kinds_of

NOTE = "He has locked himself in and does not answer."


def on_duty(layer: Layer = Layer.PRIMARY, **more: Any) -> Person:
    """Somebody new on the rota in this layer."""
    person = make_person(Role.SUPERVISOR if layer is Layer.SUPERVISOR else Role.CARER_PEER_WORKER)
    put_on_duty(person, layer, **more)
    return person


def ask(carer: Person | None = None, **more: Any) -> AlertView:
    facts = {"whose": Whose.CONSUMER, "note": NOTE, "message_id": None, **more}
    return act(open_alert, carer or make_person(), **facts).view


def alert_now(alert_id: str) -> Alert:
    with reading() as session:
        return session.get_one(Alert, alert_id)


def pages(alert_id: str) -> list[AlertPage]:
    with reading() as session:
        return list(session.scalars(select(AlertPage).where(AlertPage.alert_id == alert_id).order_by(AlertPage.id)))


def follow_ups(alert_id: str) -> list[FollowUp]:
    with reading() as session:
        return list(session.scalars(select(FollowUp).where(FollowUp.alert_id == alert_id).order_by(FollowUp.id)))


def engine() -> Escalation:
    return Escalation(sleep=lambda _seconds: None)


def go_on(**time: int) -> None:
    """Let this much time pass, and the engine go round until nothing is due."""
    clock.move(timedelta(**time))
    running = engine()
    while running.go_round():
        pass


def times_paged(person: Person) -> int:
    return kinds_of(person.id).count("alert.paged")
