"""Helplines as coordinators keep them, and what this process knows of them."""

from typing import Any

from models.crisis import base_directory
from models.helpline_changes import Listing
from models.people import Person
from models.roles import Role
from models.session import reading
from server.actions.helplines import (
    add_helpline,
    change_helpline,
    restore_helpline,
    verify_helpline,
    withdraw_helpline,
)
from server.queries.helplines import get_helpline
from tests.factories.people import act, make_person

ACTIONS = {"verify": verify_helpline, "withdraw": withdraw_helpline, "restore": restore_helpline}


def entry(**changes: Any) -> dict[str, Any]:
    """A line of New Zealand as a coordinator writes it."""
    usual = {
        "region": "NZ",
        "name": "Listening Ear",
        "phone": "0800 123 456",
        "zone": "Pacific/Auckland",
        "hours": "24/7",
        "whose": ["carer", "consumer"],
        "for_whom": "Carers, family and friends",
        "languages": ["en"],
        "source": "https://listening.example.org",
    }
    return {**usual, **changes}


def now_listed(line_id: str) -> Listing:
    with reading() as session:
        return get_helpline(session, line_id)


def add(by: Person | None = None, **changes: Any) -> Listing:
    return act(add_helpline, by or make_person(Role.COORDINATOR), entry=entry(**changes))


def change(line_id: str, *, by: Person | None = None, **changes: Any) -> Listing:
    """What is not named stays as it is."""
    old = now_listed(line_id)
    written = {**old.line.entry, **changes}
    return act(change_helpline, by or make_person(Role.COORDINATOR), line_id, entry=written, version=old.version)


def do(what: str, line_id: str, *, by: Person | None = None, version: int | None = None) -> Listing:
    seen = now_listed(line_id).version if version is None else version
    return act(ACTIONS[what], by or make_person(Role.COORDINATOR), line_id, version=seen)


def verify(line_id: str, **more: Any) -> Listing:
    return do("verify", line_id, **more)


def ids_of(region: str) -> set[str]:
    return {line.id for line in base_directory().lines if line.region == region}
