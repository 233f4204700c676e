"""A stand-in for the Socket.IO server at the edge of Delivery: rooms and sockets in memory, everything written down."""

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Any

import eventlet
from flask import Flask

from models.auth import SignIn
from models.clock import clock
from models.people import Person
from realtime.delivery import Connected, Delivery
from realtime.sockets import register_handlers
from server.limits import RateLimits
from tests.factories.people import make_sign_in

TOKEN_LASTS_S = 900


class Wire:
    """What Delivery asks of the Socket.IO server. Background tasks wait for `settle()`, unless `live`."""

    def __init__(self, *, live: bool = False, **caps: int) -> None:
        self.got: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
        self.rooms: dict[str, set[str]] = defaultdict(set)
        self.cut: list[str] = []
        self.handlers: dict[str, Callable[..., Any]] = {}
        self.hung_up: list[str] = []
        self.on_sleep: Callable[[], Any] = lambda: None
        self.on_emit: Callable[[], Any] = lambda: None
        self.last: set[str] = set()
        self.delivery = Delivery(self, hang_up=self.hung_up.append, **caps)  # type: ignore[arg-type]
        self._live = live
        self._tasks: list[Any] = []

    def emit(
        self,
        name: str,
        data: dict[str, Any],
        *,
        to: str | None = None,
        room: str | None = None,
        skip_sid: Collection[str] = (),
    ) -> None:
        self.on_emit()
        for sid in [to] if to is not None else sorted(self.rooms[str(room)].difference(skip_sid)):
            self.got[sid].append((name, data))

    def enter_room(self, sid: str, room: str) -> None:
        self.rooms[room].add(sid)

    def leave_room(self, sid: str, room: str) -> None:
        self.rooms[room].discard(sid)

    def disconnect(self, sid: str) -> None:
        self.cut.append(sid)
        for room in self.rooms.values():
            room.discard(sid)
        self.delivery.disconnect(sid)

    def sleep(self, seconds: float) -> None:
        self.on_sleep()
        if self._live:
            eventlet.sleep(seconds)

    def start_background_task(self, task: Callable[..., Any], *args: Any) -> None:
        self._tasks.append(eventlet.spawn(task, *args) if self._live else (task, args))

    def settle(self) -> None:
        """Run background tasks until there are none."""
        while self._tasks:
            # What is to come last is the sending of these streams.
            ready = (at for at, task in enumerate(self._tasks) if self._live or task[1][0] not in self.last)
            task = self._tasks.pop(next(ready, 0))
            if self._live:
                task.wait()
            else:
                task[0](*task[1])

    # -- what clients say ------------------------------------------------------------------------------------------

    def on(self, name: str, handler: Callable[..., Any]) -> None:
        self.handlers[name] = handler

    def answer_events(self, app: Flask, limits: RateLimits) -> "Wire":
        """Answer what clients say with the handlers of the real door."""
        register_handlers(app, self, self.delivery, limits)
        return self

    def say(self, sid: str, event: str, *payloads: Any) -> dict[str, Any]:
        """The ack of an event."""
        if event in self.handlers:
            return dict(self.handlers[event](sid, *payloads))
        return dict(self.handlers["*"](event, sid, *payloads))

    def knock(self, sid: str, token: object, *, address: str = "198.51.100.1") -> None:
        """Connect as a client with this token would, from this address. Raises ConnectionRefusedError."""
        self.handlers["connect"](sid, {"REMOTE_ADDR": address}, {"token": token})
        self.settle()

    # -- sockets -----------------------------------------------------------------------------------------------------

    def connect(self, person: Person, sid: str, *, begun: SignIn | None = None) -> str:
        """A socket that has been let in and is not attached yet."""
        begun = begun or make_sign_in(person)
        until = int(clock.now().timestamp()) + TOKEN_LASTS_S
        connected = Connected(
            person_id=person.id, sign_in_id=begun.id, token_until=until, accepted_code=person.accepted_code_version
        )
        self.delivery.connect(sid, connected)
        return sid

    def open(self, person: Person, sid: str, **positions: int) -> str:
        """A socket that has been let in, attached after these positions, and sent what was due."""
        self.connect(person, sid)
        self.delivery.attach(sid, positions)
        self.settle()
        return sid

    def events(self, sid: str, stream_id: str) -> list[dict[str, Any]]:
        return [data for name, data in self.got[sid] if name == "event" and data["stream_id"] == stream_id]

    def seqs(self, sid: str, stream_id: str) -> list[int]:
        return [event["seq"] for event in self.events(sid, stream_id)]

    def heads(self, sid: str) -> list[dict[str, int]]:
        return [data["streams"] for name, data in self.got[sid] if name == "heads"]
