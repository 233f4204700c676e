"""Speaking to push services (RFC 8030): one encrypted push to one device, and what came of it.

Nothing here touches the database. No redirect is followed, no answer is read, and a service that does not answer is left in
peace for a while, so that what is slow there holds up nothing here.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum
from http import HTTPStatus

import http_ece
import orjson
import requests
import structlog
from cryptography.hazmat.primitives.asymmetric import ec

from models.crypto import current_keyring
from models.notifications import PushSubscription
from models.push_endpoints import endpoint_allowed, host_of
from server.settings import Settings
from server.vapid import authorization, from_base64url, read_key

log = structlog.get_logger("hearthside.push")

CONNECT_S, ANSWER_S = 3.0, 5.0
PADDED_BYTES = 256
TOPIC_CHARS = 32  # RFC 8030's bound
REST = timedelta(seconds=30)  # for a service that did not answer
LONGEST_WAIT = timedelta(hours=1)  # a service may ask for more, and is asked again all the same
QUIET_LOG = timedelta(hours=1)  # between two lines about the same refusal


class Outcome(Enum):
    TAKEN = "taken"
    GONE = "gone"  # the device does not want pushes any more
    LATER = "later"
    REFUSED = "refused"  # and would be again


@dataclass(frozen=True)
class Answer:
    outcome: Outcome
    wait: timedelta = timedelta(0)  # for LATER: not sooner than that


class PushServices:
    """All push services, as this service is known to them."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, *, subject: str, hosts: frozenset[str]) -> None:
        self._key, self._subject, self._hosts = key, subject, hosts
        self._resting: dict[str, datetime] = {}
        self._logged: dict[tuple[str, int], datetime] = {}

    @classmethod
    def of(cls, settings: Settings) -> "PushServices | None":
        """None where there is no Web Push."""
        if settings.vapid_private_key is None:
            return None
        return cls(read_key(settings.vapid_private_key), subject=settings.vapid_subject, hosts=settings.push_hosts)

    def send(
        self,
        device: PushSubscription,
        data: Mapping[str, str],
        *,
        topic: str | None,
        urgent: bool,
        ttl: timedelta,
        now: datetime,
    ) -> Answer:
        """Hand one push to the device's push service. Takes eight seconds at most, and raises nothing for what it does."""
        endpoint, host = device.endpoint, host_of(device.endpoint)
        if not endpoint_allowed(endpoint, self._hosts):
            self._note(host, 0, now)  # the operator took it out of PUSH_HOSTS since
            return Answer(Outcome.REFUSED)
        rests_until = self._resting.get(host, now)
        if rests_until > now and not urgent:
            return Answer(Outcome.LATER, rests_until - now)
        headers = {
            "Authorization": authorization(self._key, subject=self._subject, endpoint=endpoint, now=now),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(math.ceil(ttl.total_seconds())),
            "Urgency": "high" if urgent else "normal",
        }
        if topic is not None:
            headers["Topic"] = topic_of(device, topic)
        try:
            status, wait = _post(endpoint, seal(device, data), headers, now)
        except requests.RequestException as error:
            log.warning("push service away", service=host, error=type(error).__name__)
            self._resting[host] = now + REST
            return Answer(Outcome.LATER)
        return self._answer(host, status, wait, now)

    def _answer(self, host: str, status: int, wait: timedelta, now: datetime) -> Answer:
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            self._resting.pop(host, None)
            return Answer(Outcome.TAKEN)
        if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            return Answer(Outcome.GONE)
        self._note(host, status, now)
        if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return Answer(Outcome.LATER, wait)
        return Answer(Outcome.REFUSED)

    def _note(self, host: str, status: int, now: datetime) -> None:
        """One line an hour for each kind of refusal: by service and status, never where the push was to go."""
        if self._logged.get((host, status), now) <= now:
            self._logged[host, status] = now + QUIET_LOG
            log.warning("push refused", service=host, status=status)


def seal(device: PushSubscription, data: Mapping[str, str]) -> bytes:
    """Readable for nobody but the device (RFC 8291), and of one size, by which a push service could tell what it is."""
    sealed: bytes = http_ece.encrypt(
        orjson.dumps(dict(data)).ljust(PADDED_BYTES),  # white space after it is JSON still
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=from_base64url(device.p256dh),
        auth_secret=from_base64url(device.auth),
        version="aes128gcm",
    )
    return sealed


def topic_of(device: PushSubscription, topic: str) -> str:
    """Another on each device: a push service must not see who talks in the same conversation."""
    return current_keyring().blind_index(f"push topic {device.id} {topic}")[:TOPIC_CHARS]


def _post(endpoint: str, body: bytes, headers: Mapping[str, str], now: datetime) -> tuple[int, timedelta]:
    with requests.Session() as session:
        session.trust_env = False  # no credentials of this machine's go along
        with session.post(
            endpoint, data=body, headers=headers, timeout=(CONNECT_S, ANSWER_S), allow_redirects=False, stream=True
        ) as response:
            return response.status_code, _retry_after(response.headers.get("Retry-After", ""), now)


def _retry_after(text: str, now: datetime) -> timedelta:
    """What the service asks for, within bounds; nothing where it cannot be read."""
    if text.isascii() and text.isdecimal():
        return min(timedelta(seconds=int(text[:9])), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return timedelta(0)
    until = until.replace(tzinfo=UTC) if until.tzinfo is None else until
    return max(timedelta(0), min(until - now, LONGEST_WAIT))
