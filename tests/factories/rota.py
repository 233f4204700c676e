"""People on the crisis rota, fit to be on it or not, and a rota that has one of everything."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from models.clock import clock, utc_text, whole_second
from models.ids import new_id
from models.people import Person
from models.roles import Role
from models.rota import (
    ClearanceKind,
    Layer,
    Leave,
    OverrideKind,
    RotaKind,
    RotaOverride,
    Turn,
)
from models.session import transaction
from models.shifts import FeedScope, Swap
from server.actions.calendar import create_feed
from server.actions.rota import create_draft, publish
from server.actions.rota_changes import record_clearance, record_leave
from server.actions.swaps import ask_swap, take_swap
from server.queries.rota_versions import VersionView
from tests.factories.notifications import make_subscription
from tests.factories.people import act, make_person, make_sign_in

HOUR = timedelta(hours=1)
WORKER = Role.CARER_PEER_WORKER


@dataclass(frozen=True, kw_only=True)
class Rota:
    """Ids: somebody on first now, somebody fit who is not, a draft that could be published, a change and a leave to come, a
    swap that somebody took, and somebody's feed with its token.
    """

    worker_id: str
    spare_id: str
    draft_id: str
    override_id: str
    leave_id: str
    swap_id: str
    feed_id: str
    feed_token: str


def moment(*, hours: float = 0) -> str:
    return utc_text(clock.now() + hours * HOUR)


def put_on_duty(
    person: Person, layer: Layer, *, since: datetime | None = None, until: datetime | None = None
) -> RotaOverride:
    """On from now for eight hours, unless said otherwise: a one-off, without asking whether they are fit."""
    since = since or whole_second(clock.now())
    with transaction() as session:
        override = RotaOverride(
            id=new_id(),
            kind=OverrideKind.ADD,
            layer=layer,
            since=since,
            until=until or since + timedelta(hours=8),
            person_id=person.id,
            made_by=person.id,
            made_at=clock.now(),
        )
        session.add(override)
    return override


def make_fit(person: Person, *, until: datetime | None = None) -> Person:
    """Trained and supervised for years, with a device that answered a trial page just now."""
    until = until or clock.now() + timedelta(days=700)
    by = make_person(Role.COORDINATOR)
    for kind in ClearanceKind:
        act(record_clearance, by, person_id=person.id, kind=kind, valid_until=until)
    confirm_device(person)
    return person


def confirm_device(person: Person) -> None:
    device = make_subscription(person, make_sign_in(person))
    device.confirmed_at = clock.now()
    with transaction() as session:
        session.add(device)


def fit_worker(role: Role = WORKER, **facts: Any) -> Person:
    return make_fit(make_person(role, **facts))


def recurring(*people: Person, layer: Layer = Layer.PRIMARY, turn: Turn = Turn.OCCURRENCE, **when: Any) -> dict[str, Any]:
    """One rule of a draft: every day from nine to five in Sydney, unless said otherwise."""
    usual = {"zone": "Australia/Sydney", "starts": "2026-01-05T09:00", "minutes": 480, "rrule": "FREQ=DAILY"}
    return {**usual, "layer": layer, "turn": turn, "people": [person.id for person in people], **when}


def make_draft(*rules: dict[str, Any], by: Person | None = None, **changes: Any) -> VersionView:
    facts = {"kind": RotaKind.REGULAR, "starts_at": whole_second(clock.now()), "ends_at": None, "opening": [], **changes}
    return act(create_draft, by or make_person(Role.COORDINATOR), rules=list(rules), **facts)


def publish_rota(*rules: dict[str, Any], **changes: Any) -> VersionView:
    """By the real action: nothing stands against anybody on it."""
    draft = make_draft(*rules, **changes)
    return act(publish, make_person(Role.COORDINATOR), draft.version.id, version=1)


def make_leave(person: Person, since: datetime, until: datetime) -> Leave:
    return act(record_leave, make_person(Role.COORDINATOR), person_id=person.id, since=since, until=until)


def ask(person: Person, since: datetime, until: datetime, layer: Layer = Layer.PRIMARY) -> Swap:
    return act(ask_swap, person, layer=layer, since=since, until=until, person_id=person.id)


def make_rota() -> Rota:
    now = clock.now()
    worker, spare = fit_worker(), fit_worker()
    put_on_duty(worker, Layer.PRIMARY)
    swap = ask(worker, now + 6 * HOUR, now + 7 * HOUR)
    act(take_swap, spare, swap.id)
    draft = make_draft(kind=RotaKind.TEMPORARY, starts_at=now + 5000 * HOUR, ends_at=now + 5200 * HOUR)
    made = act(create_feed, worker, scope=FeedScope.OWN)
    return Rota(
        worker_id=worker.id,
        spare_id=spare.id,
        draft_id=draft.version.id,
        override_id=put_on_duty(worker, Layer.PRIMARY, since=now + 99 * HOUR).id,
        leave_id=make_leave(worker, now + 400 * HOUR, now + 500 * HOUR).id,
        swap_id=swap.id,
        feed_id=made.feed.id,
        feed_token=made.token,
    )
