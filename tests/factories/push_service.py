"""A push service that speaks the protocol, and devices that subscribed there: keys, encryption and signatures are real.

It answers as RFC 8030 and RFC 8292 say: 201 for a push whose token is signed by the key the device subscribed for, is meant
for this service and is in date; 403 for any other.
"""

import base64
import json
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from models.clock import clock
from server.vapid import public_key, read_key
from tests.factories.settings import VAPID_PRIVATE_KEY

CREDENTIALS = re.compile(r"vapid t=([^ ,]+), k=([A-Za-z0-9_-]+)")


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Push:
    """One push as a device got it."""

    headers: dict[str, str]
    data: dict[str, Any]
    body: bytes


@dataclass
class Device:
    """A browser that subscribed at a push service. `answers`: (status, headers) to give instead of 201, the next first."""

    path: str
    endpoint: str
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    pushes: list[Push] = field(default_factory=list)
    tries: int = 0

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._auth = os.urandom(16)

    @property
    def keys(self) -> dict[str, str]:
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": text(point), "auth": text(self._auth)}

    @property
    def subscription(self) -> dict[str, Any]:
        """What the browser hands to its page."""
        return {"endpoint": self.endpoint, "keys": self.keys}

    @property
    def data(self) -> list[dict[str, Any]]:
        return [push.data for push in self.pushes]

    def receive(self, headers: dict[str, str], body: bytes) -> None:
        opened = http_ece.decrypt(body, private_key=self._key, auth_secret=self._auth, version=headers["content-encoding"])
        self.pushes.append(Push(headers, json.loads(opened), body))


class PushService:
    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.host = f"127.0.0.1:{server.server_address[1]}"
        self.url = f"http://{self.host}"
        self.devices: dict[str, Device] = {}
        self.refusals: list[str] = []
        self.order: list[str] = []

    def device(self) -> Device:
        path = f"/push/{text(os.urandom(12))}"
        self.devices[path] = Device(path, self.url + path)
        return self.devices[path]

    def take(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        device = self.devices.get(path)
        if device is None:
            return 404, {}
        device.tries += 1
        refusal = self._refusal(headers)
        if refusal is not None:
            self.refusals.append(refusal)
            return 403, {}
        if device.answers:
            return device.answers.pop(0)
        device.receive(headers, body)
        self.order.append(path)
        return 201, {"Location": f"{self.url}/message/1"}

    def _refusal(self, headers: dict[str, str]) -> str | None:
        """What is wrong with how the sender shows who it is, or with what a push must say of itself."""
        found = CREDENTIALS.fullmatch(headers.get("authorization", ""))
        key = read_key(VAPID_PRIVATE_KEY)
        if found is None or found[2] != public_key(key):
            return "not the key the device subscribed for"
        try:
            claims = jwt.decode(
                found[1], key.public_key(), algorithms=["ES256"], audience=self.url, options={"verify_exp": False}
            )
        except jwt.PyJWTError as error:
            return type(error).__name__
        left = claims["exp"] - clock.now().timestamp()
        if not 0 < left <= 24 * 3600 or not claims["sub"].startswith(("mailto:", "https://")):
            return "out of date, or nobody to complain to"
        topic = headers.get("topic")
        if not headers.get("ttl", "").isdecimal() or (topic is not None and not re.fullmatch("[A-Za-z0-9_-]{1,32}", topic)):
            return "no TTL, or not a topic"
        return None


@contextmanager
def running_push_service() -> Iterator[PushService]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, more = service.take(self.path, headers, body)
            self.send_response(status)
            for name, value in {**more, "Content-Length": "0"}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service = PushService(server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
