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
from server.problems import INTERNAL, ack_error, ack_internal_error
from server.queries.people import see_actor
from server.schemas.streams import SyncArgsSchema
from server.tokens import read_access_token
from server.translation import asked_in
from server.words import wanted

log = structlog.get_logger("hearthside.sockets")

ConnectHandler = Callable[[str, dict[str, Any], Any], None]


def make_connect(app: Flask, server: Any, delivery: Delivery, limits: RateLimits) -> ConnectHandler:
    """The handler of a new socket: checks its token and positions, then attaches it to its streams."""
    positions_schema = SyncArgsSchema()
    admission = Admission()

    def connect(sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        address = network_of(environ.get("REMOTE_ADDR") or "unknown")
        language = _language(environ, auth)
        try:
            admission.enter()
            try:
                limits.spend("socket_connect.address", address)
                taken, positions = _admit(auth, address, language)
                delivery.connect(sid, taken)
            except BaseException:
                admission.leave()
                raise
        except DomainError as error:
            refusal = ack_error(error, language)
            raise socketio.exceptions.ConnectionRefusedError(refusal["user_message"], refusal) from error
        except Exception as error:
            log.exception("connect failed")
            refusal = socketio.exceptions.ConnectionRefusedError(INTERNAL[1], ack_internal_error(language))
            raise refusal from error
        # After this handler returns the client is told it is connected; events come only after that.
        server.start_background_task(_attach, sid, positions)

    def _attach(sid: str, positions: Mapping[str, int]) -> None:
        try:
            delivery.attach(sid, positions)
        finally:
            admission.leave()

    def _admit(auth: Any, address: str, language: str) -> tuple[Connected, Mapping[str, int]]:
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
            language=language,
        )
        return connected, positions

    return connect


def _language(environ: dict[str, Any], auth: Any) -> str:
    """The one named as it connects, for browsers let no client set a header there; else as for a request."""
    named = auth.get("language") if isinstance(auth, dict) else None
    return wanted(named if isinstance(named, str) else "", (asked_in(environ),))


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
