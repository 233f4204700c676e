"""One typed settings object, read from the environment once. `.env.example` lists every name.

Outside demo mode the service refuses to start with a missing or weak secret and says which one it is.
"""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from models.contacts import REQUEST_LASTS
from models.crypto import Keyring, KeyringError
from models.escalation import PolicyError, load_policy
from models.exposure import DEFAULT_CAP, MOST_CAP
from models.helplines import REGION_NAMES
from models.openings import MOST_CAPACITY, MOST_HOURS, Limits
from models.push_endpoints import usable_host
from models.training import TrainingFileError, load_kinds
from server.vapid import VapidError, new_key, read_key

MIN_SECRET_CHARS = 32
MIN_SECRET_VARIETY = 10  # different characters a secret must have: refuses "aaaa…" and "123123…"
LARGEST_PORT = 65_535
FEWEST_REQUEST_HOURS, MOST_REQUEST_HOURS = 1, 720
PLACEHOLDERS = ("change", "secret", "example", "password", "default", "insecure")
LEAVE_TO = "https://www.wikipedia.org/"  # says nothing about who looked at what before
DEMO_FOLDER = Path("var/demo")


class SettingsError(Exception):
    """The environment does not make a usable service. `problems` has one plain line for each thing to mend."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that differs from one installation to the next."""

    demo: bool
    host: str
    port: int
    metrics_port: int | None = None
    metrics_host: str = "127.0.0.1"
    public_url: str
    origins: tuple[str, ...]
    database_url: str
    redis_url: str | None
    secret_key: str = field(repr=False)
    jwt_secret_key: str = field(repr=False)
    encryption_keys: str = field(repr=False)
    trusted_proxies: int = 0
    open_sign_up: bool = True
    approve_sign_ups: bool = False
    smtp_url: str | None = field(default=None, repr=False)  # may hold a password
    mail_from: str = "hearthside@localhost"
    rate_limit_factor: int = 1
    api_docs: bool = False
    leave_to: str = LEAVE_TO  # where the web client's quick exit leads
    search: bool = True
    photos_url: str = "file:var/photos"
    training_kinds: str | None = None  # a file of the kinds of training there are; None: the one that comes with it
    escalation_policy: str | None = None  # a file that says who is paged for an alert; None: the one that comes with it
    service_timezone: str = "UTC"  # on whose clock the months of its reports begin
    region: str | None = None  # whose lines of help are shown to a phone that does not say where it is
    contact_requests_last: timedelta = REQUEST_LASTS  # how long a worker has to answer a carer
    contact_capacity: int = Limits.capacity  # carers a worker talks with at once, unless they say otherwise
    weekly_hours: int = (
        Limits.weekly_hours
    )  # of contact windows and shifts, past which a worker's load is said to be too much
    severe_cases_per_shift: int = DEFAULT_CAP  # somebody at the review desk looks at before a pause
    jobs: bool = True  # whether a serving process also does background work
    vapid_private_key: str | None = field(default=None, repr=False)  # None: no Web Push
    vapid_subject: str = ""
    push_hosts: frozenset[str] = frozenset()  # beside the push services that are known

    def keyring(self) -> Keyring:
        return Keyring.parse(self.encryption_keys, index_secret=self.secret_key)


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment. Raises SettingsError naming every missing or weak value at once."""
    values = dict(os.environ if environ is None else environ)
    demo = _switch(values, "DEMO", default=False)
    if demo:
        values = {**_demo_values(), **{name: value for name, value in values.items() if value}}
    problems = [] if demo else _weak_secrets(values)
    problems += _bad_keys(values)
    region = values.get("REGION", "").strip().upper() or None
    if region is not None and region not in REGION_NAMES:
        problems.append(f"REGION must be one of {', '.join(REGION_NAMES)}, or left out")
    port = _number(values, "PORT", 8000, problems)
    metrics_port = _number(values, "METRICS_PORT", 0, problems)
    proxies = _number(values, "TRUSTED_PROXIES", 0, problems)
    factor = _number(values, "RATE_LIMIT_FACTOR", 10 if demo else 1, problems)
    if factor == 0:
        problems.append("RATE_LIMIT_FACTOR must be at least 1")
    hours = _number(values, "CONTACT_REQUEST_HOURS", int(REQUEST_LASTS.total_seconds() // 3600), problems)
    if not FEWEST_REQUEST_HOURS <= hours <= MOST_REQUEST_HOURS:
        problems.append(f"CONTACT_REQUEST_HOURS must be from {FEWEST_REQUEST_HOURS} to {MOST_REQUEST_HOURS}")
    capacity = _within(values, "CONTACT_CAPACITY", Limits.capacity, MOST_CAPACITY, problems)
    weekly_hours = _within(values, "WEEKLY_HOURS", Limits.weekly_hours, MOST_HOURS, problems)
    severe_cases = _within(values, "SEVERE_CASES_PER_SHIFT", DEFAULT_CAP, MOST_CAP, problems)
    problems += _bad_zone(values)
    problems += _bad_smtp(values)
    problems += _bad_policy(values) + _bad_training(values)
    problems += _bad_push(values)
    if not values.get("PHOTOS_URL", "file:").startswith(("file:", "s3://")):
        problems.append("PHOTOS_URL looks like file:/var/lib/hearthside/photos or s3://bucket/prefix")
    problems += _bad_leave(values)
    for name in ("DATABASE_URL", "PUBLIC_URL"):
        if not demo and not values.get(name):
            problems.append(f"{name} is missing")
    if problems:
        raise SettingsError(problems)
    public_url = values.get("PUBLIC_URL") or f"http://127.0.0.1:{port}"
    own = {public_url.rstrip("/")}
    if demo:
        own |= {f"http://127.0.0.1:{port}", f"http://localhost:{port}"}
    more = {origin.strip().rstrip("/") for origin in values.get("CORS_ORIGINS", "").split(",")}
    return Settings(
        demo=demo,
        host=values.get("HOST", "127.0.0.1"),
        port=port,
        metrics_port=metrics_port or None,
        metrics_host=values.get("METRICS_HOST") or "127.0.0.1",
        public_url=public_url,
        origins=tuple(sorted(own | (more - {""}))),
        database_url=values["DATABASE_URL"],
        redis_url=values.get("REDIS_URL") or None,
        secret_key=values["SECRET_KEY"],
        jwt_secret_key=values["JWT_SECRET_KEY"],
        encryption_keys=values["ENCRYPTION_KEYS"],
        trusted_proxies=proxies,
        service_timezone=values.get("SERVICE_TIMEZONE") or "UTC",
        open_sign_up=_switch(values, "OPEN_SIGN_UP", default=True),
        approve_sign_ups=_switch(values, "APPROVE_SIGN_UPS", default=False),
        smtp_url=values.get("SMTP_URL") or None,
        mail_from=values.get("MAIL_FROM") or f"hearthside@{urlsplit(public_url).hostname or 'localhost'}",
        rate_limit_factor=factor,
        photos_url=values.get("PHOTOS_URL") or f"file:{'var/demo' if demo else 'var'}/photos",
        search=_switch(values, "SEARCH", default=True),
        api_docs=_switch(values, "API_DOCS", default=demo),
        leave_to=values.get("LEAVE_TO") or LEAVE_TO,
        training_kinds=values.get("TRAINING_KINDS") or None,
        escalation_policy=values.get("ESCALATION_POLICY") or None,
        region=region,
        contact_requests_last=timedelta(hours=hours),
        contact_capacity=capacity,
        weekly_hours=weekly_hours,
        severe_cases_per_shift=severe_cases,
        jobs=_switch(values, "JOBS", default=True),
        vapid_private_key=values.get("VAPID_PRIVATE_KEY") or None,
        vapid_subject=values.get("VAPID_SUBJECT", ""),
        push_hosts=_push_hosts(values),
    )


def _bad_zone(values: Mapping[str, str]) -> list[str]:
    known = (values.get("SERVICE_TIMEZONE") or "UTC") in available_timezones()
    return [] if known else ["SERVICE_TIMEZONE must be a time zone, as Australia/Sydney"]


def _bad_leave(values: Mapping[str, str]) -> list[str]:
    known = urlsplit(values.get("LEAVE_TO") or LEAVE_TO).scheme in {"http", "https"}
    return [] if known else ["LEAVE_TO must be the address of a page, as https://www.wikipedia.org/"]


def _number(values: Mapping[str, str], name: str, default: int, problems: list[str]) -> int:
    text = values.get(name) or str(default)
    if not text.isdecimal() or int(text) > LARGEST_PORT:
        problems.append(f"{name} must be a whole number")
        return default
    return int(text)


def _within(values: Mapping[str, str], name: str, default: int, most: int, problems: list[str]) -> int:
    found = _number(values, name, default, problems)
    if not 1 <= found <= most:
        problems.append(f"{name} must be from 1 to {most}")
    return found


def _switch(values: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = values.get(name, "").strip().lower()
    return text in {"1", "true", "yes", "on"} if text else default


def _weak_secrets(values: Mapping[str, str]) -> list[str]:
    problems = []
    for name in ("SECRET_KEY", "JWT_SECRET_KEY"):
        value = values.get(name, "")
        if not value:
            problems.append(f"{name} is missing")
        elif len(value) < MIN_SECRET_CHARS or len(set(value)) < MIN_SECRET_VARIETY:
            problems.append(f"{name} is weak: at least {MIN_SECRET_CHARS} varied characters are needed")
        elif any(word in value.lower() for word in PLACEHOLDERS):
            problems.append(f"{name} looks like a placeholder")
    if values.get("SECRET_KEY") and values.get("SECRET_KEY") == values.get("JWT_SECRET_KEY"):
        problems.append("SECRET_KEY and JWT_SECRET_KEY must differ")
    return problems


def _bad_keys(values: Mapping[str, str]) -> list[str]:
    text = values.get("ENCRYPTION_KEYS", "")
    if not text:
        return ["ENCRYPTION_KEYS is missing"]
    try:
        Keyring.parse(text, index_secret="")
    except KeyringError as error:
        return [f"ENCRYPTION_KEYS: {error}"]
    parts = filter(None, (piece.strip() for piece in text.split(",")))
    weak = [part for part in parts if len(set(base64.b64decode(part.partition(":")[2]))) < MIN_SECRET_VARIETY]
    return ["ENCRYPTION_KEYS: a key is not random"] if weak else []


def _bad_smtp(values: Mapping[str, str]) -> list[str]:
    url = values.get("SMTP_URL", "")
    if url and not (url.startswith(("smtp://", "smtps://")) and urlsplit(url).hostname):
        return ["SMTP_URL looks like smtp://user:password@host:587 or smtps://user:password@host:465"]
    return []


def _bad_policy(values: Mapping[str, str]) -> list[str]:
    try:
        load_policy(values.get("ESCALATION_POLICY") or None)
    except PolicyError as error:
        return [f"ESCALATION_POLICY: {error}"]
    return []


def _bad_training(values: Mapping[str, str]) -> list[str]:
    try:
        load_kinds(values.get("TRAINING_KINDS") or None)
    except TrainingFileError as error:
        return [f"TRAINING_KINDS: {error}"]
    return []


def _bad_push(values: Mapping[str, str]) -> list[str]:
    problems = []
    key, subject = values.get("VAPID_PRIVATE_KEY", ""), values.get("VAPID_SUBJECT", "")
    if key:
        try:
            read_key(key)
        except VapidError:
            problems.append(
                "VAPID_PRIVATE_KEY must be a key made by `flask push keys`, or the path of a PEM file with a P-256 key"
            )
        if not subject:
            problems.append("VAPID_SUBJECT is missing: mailto:somebody@your.host, whom push services can write to")
    parts = urlsplit(subject)
    if subject and not ((parts.scheme == "mailto" and "@" in parts.path) or (parts.scheme == "https" and parts.hostname)):
        problems.append("VAPID_SUBJECT looks like mailto:somebody@your.host or https://your.host")
    problems += [
        f"PUSH_HOSTS: {host!r} is not like push.example.org or .example.org"
        for host in sorted(_push_hosts(values))
        if not usable_host(host)
    ]
    return problems


def _push_hosts(values: Mapping[str, str]) -> frozenset[str]:
    named = (host.strip().lower() for host in values.get("PUSH_HOSTS", "").split(","))
    return frozenset(filter(None, named))


def _demo_values() -> dict[str, str]:
    """Secrets of this machine's demo, made at its first start and kept, so that its database opens again."""
    path = DEMO_FOLDER / "secrets.json"
    try:
        kept: dict[str, str] = json.loads(path.read_text())
    except FileNotFoundError:
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        kept = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "JWT_SECRET_KEY": secrets.token_urlsafe(48),
            "ENCRYPTION_KEYS": f"k1:{key}",
        }
    if "VAPID_PRIVATE_KEY" not in kept:
        kept |= {"VAPID_PRIVATE_KEY": new_key(), "VAPID_SUBJECT": "mailto:demo@example.org"}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps(kept))
    return {"DATABASE_URL": f"sqlite:///{DEMO_FOLDER / 'hearthside.sqlite'}", **kept}
