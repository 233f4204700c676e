"""`flask --app wsgi crisis drill`: calls everybody on the coming rota in test mode, and says who can be reached how."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import clock
from models.ids import new_id
from models.notifications import TRIAL_LASTS, PushSubscription
from models.people import Person
from models.roles import ROLE_LABELS
from models.rota import DutyPresence, Layer
from models.session import reading, transaction
from moderation.audit import write_audit
from server.actions.push import enqueue_trial
from server.push_services import PushServices
from server.queries.duty import SEEN_LASTS
from server.queries.push import live_subscriptions
from server.queries.rota import people_by_id, spans_between

POLL_S = 1.0
WAIT_S = 120


@dataclass(frozen=True, kw_only=True)
class Called:
    """One person of the rota, and their devices: those that were called, and those that answered since."""

    person: Person
    layers: Sequence[Layer]
    app_open: bool
    devices: frozenset[str]
    answered: frozenset[str] = frozenset()

    @property
    def reachable(self) -> bool:
        return bool(self.answered)


def run_drill(*, days: int, wait_s: int, sleep: Callable[[float], object]) -> Sequence[Called]:
    """Send a trial call to each device of each person on the rota of the coming days, and wait for the answers."""
    began = clock.now()
    with transaction() as session:
        called = list(_call(session, began, began + timedelta(days=days)))
        devices = sum(len(one.devices) for one in called)
        facts = {"people": len(called), "devices": devices, "days": days}
        write_audit(
            session, actor_id=None, action="crisis.drill", subject_kind="drill", subject_id=new_id(), now=began, data=facts
        )
    for _ in range(wait_s):
        answered = _answered(called, began)
        if sum(map(len, answered.values())) == devices:
            break
        sleep(POLL_S)
    answered = _answered(called, began)
    return [
        Called(
            person=one.person,
            layers=one.layers,
            app_open=one.app_open,
            devices=one.devices,
            answered=answered.get(one.person.id, frozenset()),
        )
        for one in called
    ]


def _call(session: Session, since: datetime, until: datetime) -> Iterator[Called]:
    layers: dict[str, set[Layer]] = {}
    for span in spans_between(session, since, until, now=since):
        layers.setdefault(span.person_id, set()).add(span.layer)
    people = people_by_id(session, layers)
    seen = set(session.scalars(select(DutyPresence.person_id).where(DutyPresence.seen_at > since - SEEN_LASTS)))
    for person in sorted(people.values(), key=lambda one: (one.display_name, one.id)):
        devices = live_subscriptions(session, person.id, now=since)
        for device in devices:
            enqueue_trial(session, person.id, device.id, ttl=TRIAL_LASTS, now=since)
        yield Called(
            person=person,
            layers=[layer for layer in Layer if layer in layers[person.id]],
            app_open=person.id in seen,
            devices=frozenset(device.id for device in devices),
        )


def _answered(called: Sequence[Called], since: datetime) -> Mapping[str, frozenset[str]]:
    """Devices that answered a trial call since then, by person."""
    ids = [one.person.id for one in called]
    query = select(PushSubscription.person_id, PushSubscription.id).where(
        PushSubscription.person_id.in_(ids), PushSubscription.confirmed_at >= since
    )
    found: dict[str, frozenset[str]] = {}
    with reading() as session:
        for person_id, device_id in session.execute(query):
            found[person_id] = found.get(person_id, frozenset()) | {device_id}
    return found


def line_of(one: Called) -> str:
    layers = ", ".join(layer.value for layer in one.layers)
    who = f"{one.person.display_name} ({ROLE_LABELS[one.person.role]}; {layers})"
    if not one.devices:
        how = "has no device that can be called"
    elif not one.answered:
        how = f"did not answer on any of {len(one.devices)} device(s)"
    else:
        how = f"answered on {len(one.answered)} of {len(one.devices)} device(s)"
    return f"{'  ' if one.reachable else '! '}{who}: {how}{'; has the app open' if one.app_open else ''}"


@click.command("drill")
@with_appcontext
@click.option("--days", type=click.IntRange(1, 30), default=7, show_default=True, help="How far ahead the rota is read.")
@click.option("--wait", "wait_s", type=click.IntRange(1, 600), default=WAIT_S, show_default=True, help="Seconds to wait.")
def drill(days: int, wait_s: int) -> None:
    """Call everybody on the coming rota in test mode. The exit code is 1 when somebody cannot be called.

    The calls are sent by whatever server or worker is running; a device answers by itself.
    """
    if PushServices.of(current_app.extensions["settings"]) is None:
        raise click.ClickException(
            "This service has no Web Push: set VAPID_PRIVATE_KEY. Until then nobody is called at home."
        )
    called = run_drill(days=days, wait_s=wait_s, sleep=time.sleep)
    for one in called:
        click.echo(line_of(one))
    missing = sum(not one.reachable for one in called)
    if not called:
        raise click.ClickException(f"Nobody is on the rota of the coming {days} day(s).")
    click.echo(f"{len(called) - missing} of {len(called)} people on the rota of the coming {days} day(s) can be called.")
    if missing:
        sys.exit(1)
