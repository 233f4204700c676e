"""People of each role, made by the real action; nobody's password is hashed unless a test signs in with it."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from flask import Flask

from models import code_of_conduct
from models.auth import RECENT, SignIn
from models.clock import clock
from models.ids import new_id
from models.openings import TAKES_CARERS
from models.people import Person
from models.roles import Role
from models.rota import Clearance, ClearanceKind
from models.session import transaction
from server.actions.auth import register, sign_in
from server.tokens import Tokens, issue_tokens

NUMBERS = count(1)  # no two people have names that look alike


def make_person(role: Role = Role.CARER, *, trained: bool = True, **changes: Any) -> Person:
    """An account of this role that has accepted the code of conduct; of a peer worker, with the training they need."""
    facts = {
        "email": f"{uuid4().hex}@example.test",
        "password_hash": "nobody signs in with this",
        "display_name": f"{role.value.replace('_', ' ').capitalize()} {next(NUMBERS)}",
        "timezone": "Australia/Sydney",
        "region": "AU",
        "accepted_code_version": code_of_conduct.STARTER_VERSION,
        **changes,
    }
    with transaction() as session:
        person = register(session, **facts, role=role, now=clock.now())
        if trained and role in TAKES_CARERS:
            session.add_all(_training(person))
        return person


def _training(person: Person) -> list[Clearance]:
    now = clock.now()
    record = {"kind": ClearanceKind.TRAINING, "valid_until": now + timedelta(days=700), "recorded_at": now}
    return [Clearance(id=new_id(), person_id=person.id, recorded_by=person.id, training=None, **record)]


def make_sign_in(person: Person, *, device_name: str | None = None) -> SignIn:
    with transaction() as session:
        return sign_in(session, person, device_name=device_name, now=clock.now())


def signed_in_long_ago(person: Person) -> SignIn:
    """A session that still counts, of somebody who showed who they are too long ago for what cannot be undone."""
    with transaction() as session:
        return sign_in(session, person, device_name=None, now=clock.now() - RECENT)


def make_tokens(app: Flask, person: Person, begun: SignIn | None = None) -> Tokens:
    """A pair for a session of this person, a new one unless given."""
    begun = begun or make_sign_in(person)
    with app.app_context():
        return issue_tokens(person, begun)


def act(action: Callable[..., Any], actor: Person, *args: Any, **facts: Any) -> Any:
    """Run one action as a door would: in its own transaction, the actor loaded afresh, the time handed down."""
    with transaction() as session:
        return action(session, session.get(Person, actor.id), *args, **facts, now=clock.now())
