"""What every socket handler shares: parse, check the sign-in, one transaction, one ack, one error map.

Handlers are registered on the python-socketio server itself. Events of one socket are handled one after the other, in the
order they were sent, so a client's own messages keep their order.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from marshmallow import Schema, ValidationError
from sqlalchemy.orm import Session

from models.clock import clock
from models.errors import DomainError, Invalid, NotFound, SessionEnded, TokenExpired, TooMany
from models.people import Person
from models.session import reading, transaction
from realtime.delivery import Connected, Delivery
from server.headers import Wsgi
from server.limits import RateLimits, network_of
from server.problems import ack_error, ack_internal_error, domain_problem
from server.queries.people import get_actor, see_actor
from server.schemas.sockets import CLIENT_EVENTS
from server.translation import asked_in, translated

log = structlog.get_logger("hearthside.sockets")

SOCKET_PATH = "/socket.io"


class Call(NamedTuple):
    """One event from one socket, parsed."""

    sid: str
    connected: Connected
    data: dict[str, Any]
    now: datetime
    limits: RateLimits


Handler = Callable[[Call], Mapping[str, Any]]


@contextmanager
def acting(call: Call) -> Iterator[tuple[Session, Person]]:
    """A transaction with the socket's person loaded afresh; commits when the block ends."""
    with transaction() as session:
        yield session, get_actor(session, call.connected.person_id, call.connected.sign_in_id, now=call.now)


@contextmanager
def looking(call: Call) -> Iterator[tuple[Session, Person]]:
    """A read with the socket's person loaded afresh."""
    with reading() as session:
        yield session, sender(session, call)


def sender(session: Session, call: Call) -> Person:
    """The socket's person loaded afresh, for what changes nothing about them; in a transaction, for what is done often."""
    return see_actor(session, call.connected.person_id, call.connected.sign_in_id, now=call.now)


def register_handler(server: Any, delivery: Delivery, limits: RateLimits, name: str, handler: Handler) -> None:
    """Answer event `name` with the handler's result as `{ok: true, ...}`, or `{ok: false, error}`."""
    schema = CLIENT_EVENTS[name].payload()

    def on_event(sid: str, *args: Any) -> dict[str, Any]:
        try:
            connected = _counted(delivery, limits, sid)
            data = _parse(connected, schema, name, args)
            call = Call(sid=sid, connected=connected, data=data, now=clock.now(), limits=limits)
            return {"ok": True, **translated(handler(call), connected.language)}
        except DomainError as error:
            return {"ok": False, "error": ack_error(error, delivery.language_of(sid))}
        except Exception:
            log.exception("handler failed", socket_event=name)
            return {"ok": False, "error": ack_internal_error(delivery.language_of(sid))}

    server.on(name, on_event)


def refuse_unknown_events(server: Any, delivery: Delivery, limits: RateLimits) -> None:
    """Every event of a client is answered, also one that nobody handles: else it waits for ever."""

    def on_unknown(_event: str, sid: str, *_args: Any) -> dict[str, Any]:
        try:
            _counted(delivery, limits, sid)
        except DomainError as error:
            return {"ok": False, "error": ack_error(error, delivery.language_of(sid))}
        return {"ok": False, "error": ack_error(NotFound(), delivery.language_of(sid))}

    server.on("*", on_unknown)


class LimitOpenings:
    """In front of the socket server: an address that opens sessions without end is refused before one is made."""

    def __init__(self, inner: Wsgi, limits: RateLimits) -> None:
        self._inner = inner
        self._limits = limits

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith(SOCKET_PATH) and "sid=" not in environ.get("QUERY_STRING", ""):
            try:
                self._limits.spend("socket_open.address", network_of(environ.get("REMOTE_ADDR") or "unknown"))
            except TooMany as refusal:
                return domain_problem(refusal, asked_in(environ))(environ, start_response)
        return self._inner(environ, start_response)


def _counted(delivery: Delivery, limits: RateLimits, sid: str) -> Connected:
    """Whose event this is. It counts like a request of theirs, whatever is in it."""
    connected = delivery.connected(sid)
    if connected is None:
        raise SessionEnded
    limits.spend("request.person", connected.person_id)
    return connected


def _parse(connected: Connected, schema: Schema, name: str, args: tuple[Any, ...]) -> dict[str, Any]:
    if clock.seconds() >= connected.token_until and name != "token:renew":
        raise TokenExpired
    if len(args) != 1:
        raise Invalid(errors={"_schema": ["One object is expected."]})
    try:
        data: dict[str, Any] = schema.load(args[0])
    except ValidationError as error:
        raise Invalid(errors=error.messages) from error
    return data
