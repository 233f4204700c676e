"""An installation to measure: a database with one group and its members, and a server process over it."""

import base64
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from models import code_of_conduct, migrations
from models.clock import clock
from models.groups import Focus, Form, JoinPolicy, ModerationMode
from models.roles import Role
from models.session import current_engine, transaction, unbind
from server.actions.auth import register, sign_in
from server.actions.groups import create_group, put_member
from server.app import create_app
from server.passwords import hash_password
from server.settings import read_settings
from server.tokens import issue_tokens

ROOT = Path(__file__).resolve().parents[1]
READY_WITHIN_S = 30.0


@dataclass(frozen=True, kw_only=True)
class Room:
    """A group's conversation and an access token for each of its members."""

    conversation_id: str
    tokens: list[str]


@dataclass(frozen=True, kw_only=True)
class Running:
    port: int
    process: psutil.Process

    def cpu_seconds(self) -> float:
        """User and system time the server process has used so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


def environment(folder: Path, database_url: str | None = None) -> dict[str, str]:
    """A production environment with fresh secrets and a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return {
        "DATABASE_URL": database_url or f"sqlite:///{folder / 'bench.sqlite'}",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "SECRET_KEY": secrets.token_urlsafe(48),
        "JWT_SECRET_KEY": secrets.token_urlsafe(48),
        "RATE_LIMIT_FACTOR": "1000",  # a few people here do what many would
        "ENCRYPTION_KEYS": "k1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
    }


def make_room(environ: dict[str, str], members: int) -> Room:
    """Migrate the database and put `members` carers into one group."""
    app = create_app(read_settings(environ))
    migrations.upgrade(current_engine())
    now = clock.now()
    tokens = []
    with app.app_context(), transaction() as session:
        people = []
        for number in range(members + 1):
            person = register(
                session,
                email=f"person{number}@bench.invalid",
                password_hash="never signs in by password",
                display_name=f"Person {number}",
                timezone="Australia/Sydney",
                region="AU",
                accepted_code_version=code_of_conduct.STARTER_VERSION,
                role=Role.COORDINATOR if number == 0 else Role.CARER,
                now=now,
            )
            people.append(person)
        view = create_group(
            session,
            people[0],
            name="Bench",
            description="A room to measure in.",
            focus=Focus.SOCIAL,
            form=Form.OPEN_ENDED,
            audience=["any"],
            join_policy=JoinPolicy.OPEN,
            moderation=ModerationMode.AFTER,
            screening={},
            capacity=None,
            now=now,
        )
        session.flush()
        for person in people[1:]:
            put_member(session, people[0], view.group.id, person.id, state="member", standing=None, now=now)
            begun = sign_in(session, person, device_name=None, now=now)
            tokens.append(issue_tokens(person, begun).access_token)
        conversation_id = view.group.conversation_id
    unbind()
    return Room(conversation_id=conversation_id, tokens=tokens)


def make_people(environ: dict[str, str], emails: Sequence[str], password: str) -> None:
    """Migrate the database and make a carer for each address."""
    create_app(read_settings(environ))
    migrations.upgrade(current_engine())
    now = clock.now()
    hashed = [hash_password(password) for _ in emails]
    with transaction() as session:
        for email, password_hash in zip(emails, hashed, strict=True):
            register(
                session,
                email=email,
                password_hash=password_hash,
                display_name=email.partition("@")[0],
                timezone="Australia/Sydney",
                region="AU",
                accepted_code_version=code_of_conduct.STARTER_VERSION,
                now=now,
            )
    unbind()


@contextmanager
def serving(environ: dict[str, str], folder: Path) -> Iterator[Running]:
    """The server process, ready, over the environment's database."""
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "wsgi.py"], cwd=ROOT, env={**os.environ, **environ}, stdout=output, stderr=output
        )
    try:
        _wait_for(int(environ["PORT"]), process, log)
        yield Running(port=int(environ["PORT"]), process=psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(timeout=15)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"the server did not start:\n{log.read_text()[-3000:]}")
