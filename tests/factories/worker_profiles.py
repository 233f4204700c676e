"""Peer workers with agreed profiles, and carers who look for somebody."""

from typing import Any

from models.peer_vocabulary import Trait
from models.people import Person
from models.preferences import Preference, Weight
from models.roles import Role
from models.worker_profiles import EMPTY
from server.actions.preferences import change_preferences
from server.actions.worker_profiles import agree_to_profile, write_profile
from tests.factories.people import act, make_person


def write(worker: Person, **fields: Any) -> str:
    """A version that waits for a coordinator; its id."""
    written: str = act(write_profile, worker, version=None, fields={**EMPTY, **fields}).draft.id
    return written


def publish(worker: Person, **fields: Any) -> str:
    """A version that carers see; its id."""
    profile_id = write(worker, **fields)
    act(agree_to_profile, make_person(Role.COORDINATOR), profile_id)
    return profile_id


def listed_worker(role: Role = Role.CARER_PEER_WORKER, *, person: dict[str, Any] | None = None, **fields: Any) -> Person:
    """A worker in the directory, of whom a coordinator agreed to these fields."""
    worker = make_person(role, **(person or {}))
    publish(worker, **fields)
    return worker


def look_for(carer: Person, *wishes: tuple[Trait, str] | tuple[Trait, str, Weight]) -> None:
    preferences = [
        Preference(kind=kind, value=value, **({"weight": more[0]} if more else {})) for kind, value, *more in wishes
    ]
    act(change_preferences, carer, preferences=preferences)
