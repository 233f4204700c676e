"""Accesses to private conversations, asked for and granted by the real actions."""

from typing import Any

from models.break_glass import AccessPurpose, BreakGlass
from models.people import Person
from models.roles import Role
from models.session import reading
from server.actions.break_glass import ask_for_access, grant_access
from server.queries.break_glass import AccessView
from tests.factories.people import act, make_person

REASON = "A carer told the service that she is afraid."


def ask(person: Person, conversation_id: str, **more: Any) -> AccessView:
    facts = {"purpose": AccessPurpose.SAFETY, "reason": REASON, "minutes": 60, **more}
    view: AccessView = act(ask_for_access, person, conversation_id, **facts)
    return view


def grant(access_id: str, by: Person | None = None) -> AccessView:
    view: AccessView = act(grant_access, by or make_person(Role.COORDINATOR), access_id)
    return view


def opened(person: Person, conversation_id: str, **more: Any) -> str:
    """The id of an access that this person asked for and another granted."""
    access_id = ask(person, conversation_id, **more).access.id
    grant(access_id)
    return access_id


def access_now(access_id: str) -> BreakGlass:
    with reading() as session:
        return session.get_one(BreakGlass, access_id)
