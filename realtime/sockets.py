"""Attaching the Socket.IO door to the application: the server, its handlers, delivery, and hints between processes."""

from collections.abc import Callable
from typing import Any, cast

import structlog
from flask import Flask
from flask_socketio import SocketIO

from models.session import on_commit
from realtime import alerts, messages, review, streams
from realtime.auth import make_connect, make_renew
from realtime.delivery import MOST_OF_ADDRESS, MOST_OF_PERSON, Delivery
from realtime.door import LimitOpenings, refuse_unknown_events, register_handler
from realtime.duty import note_duty_forever
from realtime.ephemeral import Typing
from realtime.hints import Hints
from realtime.json_codec import JsonCodec
from realtime.packets import MAX_FRAME
from realtime.transport import FanOut, hang_up, harden
from server.headers import Front
from server.limits import RateLimits
from server.settings import Settings

log = structlog.get_logger("hearthside.sockets")

PING_INTERVAL_S = 25
PING_TIMEOUT_S = 20
RECONNECT_WITHIN_MS = 5_000

HANDLERS = {
    "message:send": messages.send,
    "read:mark": messages.read_mark,
    "sync": streams.sync,
    "case:claim": review.claim,
    "alert:acknowledge": alerts.acknowledge,
}


def attach_sockets(app: Flask, settings: Settings) -> Callable[[], None]:
    """Put the Socket.IO door in front of the app. Returns what tells every client that this process is going away."""
    limits: RateLimits = app.extensions["limits"]
    outermost = cast("Front", app.wsgi_app)
    app.wsgi_app = outermost.inner  # type: ignore[method-assign, assignment]
    front = SocketIO(
        app,
        async_mode="eventlet",
        client_manager=FanOut(),
        async_handlers=False,  # one after the other for each socket: a client's sends keep their order
        cors_allowed_origins=list(settings.origins),
        cors_credentials=False,  # a token is shown in the CONNECT, never a cookie
        json=JsonCodec,
        logger=False,
        engineio_logger=False,
        manage_session=False,
        max_http_buffer_size=MAX_FRAME,
        ping_interval=PING_INTERVAL_S,
        ping_timeout=PING_TIMEOUT_S,
        allow_upgrades=True,
        http_compression=False,
        cookie=None,
    )
    # What SocketIO put in front of the app stands behind the outermost part: proxies, headers and limits are for it too.
    outermost.inner = LimitOpenings(app.wsgi_app, limits)
    app.wsgi_app = outermost  # type: ignore[method-assign]
    server = front.server
    harden(server)
    delivery = Delivery(
        server,
        hang_up=lambda sid: hang_up(server, sid),
        most_of_person=MOST_OF_PERSON * limits.factor,
        most_of_address=MOST_OF_ADDRESS * limits.factor,
    )
    typing = register_handlers(app, server, delivery, limits)
    on_commit(delivery.committed)
    server.start_background_task(delivery.compare_forever)
    server.start_background_task(typing.lapse_forever)
    server.start_background_task(note_duty_forever, delivery, server.sleep)
    if settings.redis_url:
        _start_hints(server, delivery, typing, settings.redis_url)
    app.extensions["delivery"] = delivery
    return lambda: server.emit("server:draining", {"reconnect_within_ms": RECONNECT_WITHIN_MS})


def register_handlers(app: Flask, server: Any, delivery: Delivery, limits: RateLimits) -> Typing:
    """All that a client may say, from its connecting to its going; returns who is writing."""
    typing = Typing(delivery, sleep=server.sleep)
    server.on("connect", make_connect(app, server, delivery, limits))
    server.on("disconnect", lambda sid, *_reason: delivery.disconnect(sid))
    for name, handler in {**HANDLERS, "typing:set": typing.set, "token:renew": make_renew(app)}.items():
        register_handler(server, delivery, limits, name, handler)
    refuse_unknown_events(server, delivery, limits)
    return typing


def _start_hints(server: Any, delivery: Delivery, typing: Typing, url: str) -> None:
    hints = Hints(url, heard=delivery.moved, heard_word=typing.heard, sleep=server.sleep)
    delivery.tell_others_with(hints.tell)
    typing.tell_others_with(hints.tell_word)
    server.start_background_task(hints.tell_forever)
    server.start_background_task(hints.listen_forever)
