"""People with phones that are called, and a service that calls them."""

from collections.abc import Callable
from typing import Any

from models.auth import SignIn
from models.clock import clock
from models.jobs import JobKind
from models.people import Person
from models.session import transaction
from server.actions.push import SETTLE
from server.actions.push_subscriptions import subscribe
from server.jobs.engine import Engine
from server.jobs.kinds import make_works
from server.jobs.push_sweep import PushSweep
from tests.factories.people import act, make_sign_in
from tests.factories.push_service import Device, PushService
from tests.factories.settings import make_settings


class Calls:
    """What a process does about pushes, by hand: `settle()` looks, waits as long as it takes, and sends."""

    def __init__(self, service: PushService) -> None:
        self.service = service
        self.settings = make_settings(push_hosts=frozenset({service.host}))
        self.sweep = PushSweep()
        push = make_works(self.settings)[JobKind.PUSH]
        self.engine = Engine({JobKind.PUSH: push}, sleep=lambda _seconds: None)

    def look(self) -> int:
        return self.sweep.look(lambda _seconds: None)

    def send(self) -> int:
        return self.engine.run_due()

    def settle(self) -> None:
        self.look()
        clock.move(SETTLE)
        self.send()

    def phone(self, person: Person, sign_in: SignIn | None = None) -> Device:
        """A device of this person's that subscribed, at a sign-in of its own unless given."""
        device = self.service.device()
        self.subscribe(person, device, sign_in)
        return device

    def subscribe(self, person: Person, device: Device, sign_in: SignIn | None = None) -> Any:
        begun = sign_in or make_sign_in(person)
        hosts = self.settings.push_hosts
        made, _ = act(subscribe, person, begun.id, endpoint=device.endpoint, **device.keys, hosts=hosts)
        return made


def in_one(action: Callable[..., Any], *args: Any, **more: Any) -> Any:
    """One function in its own transaction, the time handed down."""
    with transaction() as session:
        return action(session, *args, **more, now=clock.now())
