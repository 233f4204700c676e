"""An installation to measure: a database with people and groups of several sizes, as the service's own actions make them."""

import base64
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from models import code_of_conduct, migrations
from models.auth import SignIn
from models.clock import clock
from models.groups import Focus, Form, JoinPolicy, ModerationMode
from models.ids import new_id
from models.people import Person
from models.roles import Role
from models.session import current_engine, transaction, unbind
from models.streams import Stream
from server.actions.auth import SIGN_IN_LASTS, register
from server.actions.groups import create_group, put_member
from server.app import create_app
from server.passwords import hash_password
from server.queries.people import email_index
from server.settings import read_settings
from server.tokens import issue_tokens

AT_ONCE = 500  # people made in one transaction


@dataclass(frozen=True, kw_only=True)
class Room:
    """A group's conversation, and which of the installation's people are in it."""

    conversation_id: str
    members: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Installation:
    app: Flask
    environ: dict[str, str]
    people: list[tuple[Person, SignIn]]
    rooms: dict[str, list[Room]]

    def token(self, number: int) -> str:
        """A fresh access token of one of the people; it lasts a quarter of an hour."""
        with self.app.app_context():
            return issue_tokens(*self.people[number]).access_token


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(folder: Path) -> dict[str, str]:
    """A production environment with fresh secrets and a free port; the load comes from one address and few people."""
    port = free_port()
    return {
        "DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite'}",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "SECRET_KEY": secrets.token_urlsafe(48),
        "JWT_SECRET_KEY": secrets.token_urlsafe(48),
        "RATE_LIMIT_FACTOR": "1000",  # a few people here do what many would
        "ENCRYPTION_KEYS": "k1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
    }


def make_installation(folder: Path, *, people: int, rooms: dict[str, tuple[int, int]]) -> Installation:
    """Migrate a database and fill it. `rooms`: name -> (how many groups, how many members each)."""
    environ = environment(folder)
    app = create_app(read_settings(environ))
    migrations.upgrade(current_engine())
    with app.app_context():
        with transaction() as session:
            coordinator = _register(session, 0, Role.COORDINATOR)
        everybody: list[tuple[Person, SignIn]] = []
        while len(everybody) < people:
            with transaction() as session:
                everybody += _add_people(session, coordinator, range(len(everybody), min(people, len(everybody) + AT_ONCE)))
        made: dict[str, list[Room]] = {}
        for name, (count, size) in rooms.items():
            made[name] = []
            for number in range(count):
                members = range(number * size, (number + 1) * size)
                conversation_id = make_group(coordinator, f"{name} {number}", [everybody[at][0].id for at in members])
                made[name].append(Room(conversation_id=conversation_id, members=members))
    return Installation(app=app, environ=environ, people=everybody, rooms=made)


def _add_people(session: Session, like: Person, numbers: Sequence[int]) -> list[tuple[Person, SignIn]]:
    """Carers with an inbox and a sign-in, as `register` and `sign_in` leave them, but for the audit trail: that is the part
    which would take a minute for ten thousand.
    """
    now = clock.now()
    added = []
    for number in numbers:
        email = f"person{number + 1}@bench.invalid"
        person = Person(
            id=new_id(),
            role=Role.CARER,
            display_name=f"Person {number + 1}",
            email=email,
            email_index=email_index(email),
            email_verified_at=now,
            password_hash=like.password_hash,
            timezone=like.timezone,
            region=like.region,
            accepted_code_version=like.accepted_code_version,
            second_factor_due=False,
            created_at=now,
        )
        begun = SignIn(
            id=new_id(),
            person_id=person.id,
            refresh_id=new_id(),
            device_name=None,
            created_at=now,
            refreshed_at=now,
            expires_at=now + SIGN_IN_LASTS,
        )
        added.append((person, begun))
    session.add_all([person for person, _ in added])
    session.flush()
    session.add_all([Stream(id=person.id, head_seq=0, moved_at=now) for person, _ in added])
    session.add_all([begun for _, begun in added])
    return added


def make_group(coordinator: Person, name: str, member_ids: Sequence[str]) -> str:
    """A group with these people in it; the id of its conversation."""
    now = clock.now()
    with transaction() as session:
        view = create_group(
            session,
            coordinator,
            name=name,
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
        for person_id in member_ids:
            put_member(session, coordinator, view.group.id, person_id, state="member", standing=None, now=now)
        return view.group.conversation_id


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


def _register(session: Session, number: int, role: Role) -> Person:
    return register(
        session,
        email=f"person{number}@bench.invalid",
        password_hash="never signs in by password",
        display_name=f"Person {number}",
        timezone="Australia/Sydney",
        region="AU",
        accepted_code_version=code_of_conduct.STARTER_VERSION,
        role=role,
        now=clock.now(),
    )
