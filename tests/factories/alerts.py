"""Crisis alerts, made and moved by the real actions and the real engine."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.alerts import Alert, AlertPage, FollowUp
from models.clock import clock
from models.helplines import Whose
from models.ids import new_id
from models.people import Person
from models.roles import Role
from models.rota import Layer, OverrideKind, RotaOverride
from models.session import make_engine, reading
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


def roster(database_url: str, person_id: str, layer: Layer = Layer.PRIMARY) -> None:
    """Onto the rota of a running server, for eight hours from now."""
    engine, now = make_engine(database_url), clock.now()
    times = {"since": now - timedelta(minutes=1), "until": now + timedelta(hours=8), "made_at": now}
    who = {"person_id": person_id, "made_by": person_id}
    with Session(engine) as session:
        session.add(RotaOverride(id=new_id(), kind=OverrideKind.ADD, layer=layer, **who, **times))
        session.commit()
    engine.dispose()


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
