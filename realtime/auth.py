"""Connecting with a token, and renewing it while connected."""

from collections.abc import Callable, Mapping
from typing import Any

import socketio
import structlog
from flask import Flask
from marshmallow import ValidationError

from models.clock import clock
from models.errors import DomainError, Invalid, NotSignedIn, TokenInvalid
from models.session import reading
from realtime.admission import Admission
from realtime.delivery import Connected, Delivery
from realtime.door import Call, Handler
from server.limits import RateLimits, network_of
from server.problems import INTERNAL, ack_error
from server.queries.people import see_actor
from server.schemas.streams import SyncArgsSchema
from server.tokens import read_access_token

log = structlog.get_logger("hearthside.sockets")

ConnectHandler = Callable[[str, dict[str, Any], Any], None]


def make_connect(app: Flask, server: Any, delivery: Delivery, limits: RateLimits) -> ConnectHandler:
    """The handler of a new socket: checks its token and positions, then attaches it to its streams."""
    positions_schema = SyncArgsSchema()
    admission = Admission()

    def connect(sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        address = network_of(environ.get("REMOTE_ADDR") or "unknown")
        try:
            admission.enter()
            try:
                limits.spend("socket_connect.address", address)
                taken, positions = _admit(auth, address)
                delivery.connect(sid, taken)
            except BaseException:
                admission.leave()
                raise
        except DomainError as error:
            raise socketio.exceptions.ConnectionRefusedError(error.plain_words(), ack_error(error)) from error
        except Exception as error:
            log.exception("connect failed")
            refusal = socketio.exceptions.ConnectionRefusedError(INTERNAL[1], {"code": INTERNAL[0], "status": 500})
            raise refusal from error
        # After this handler returns the client is told it is connected; events come only after that.
        server.start_background_task(_attach, sid, positions)

    def _attach(sid: str, positions: Mapping[str, int]) -> None:
        try:
            delivery.attach(sid, positions)
        finally:
            admission.leave()

    def _admit(auth: Any, address: str) -> tuple[Connected, Mapping[str, int]]:
        if not isinstance(auth, dict):
            raise NotSignedIn
        claims = read_access_token(app, auth.get("token"))
        limits.spend("socket_connect.person", claims.person_id)
        try:
            positions = positions_schema.load({"streams": auth.get("streams", {})})["streams"]
        except ValidationError as error:
            raise Invalid(errors=error.messages) from error
        with reading() as session:
            actor = see_actor(session, claims.person_id, claims.sign_in_id, now=clock.now())
        connected = Connected(
            person_id=actor.id,
            sign_in_id=claims.sign_in_id,
            token_until=claims.expires_at,
            accepted_code=actor.accepted_code_version,
            address=address,
        )
        return connected, positions

    return connect


def make_renew(app: Flask) -> Handler:
    """`token:renew`: a fresh token of the same sign-in keeps the socket; any other is refused."""

    def renew(call: Call) -> Mapping[str, Any]:
        claims = read_access_token(app, call.data["token"])
        mine = (call.connected.person_id, call.connected.sign_in_id)
        if (claims.person_id, claims.sign_in_id) != mine:
            raise TokenInvalid
        with reading() as session:
            see_actor(session, claims.person_id, claims.sign_in_id, now=call.now)
        call.connected.token_until = claims.expires_at
        call.connected.asked_to_renew = False
        return {}

    return renew
