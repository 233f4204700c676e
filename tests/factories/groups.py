"""Groups with people in them, made by the real actions."""

from typing import Any
from uuid import uuid4

from models.conversations import Membership, Standing
from models.groups import Audience, Focus, Form, Group, JoinPolicy, ModerationMode
from models.people import Person
from models.roles import Role
from models.session import reading
from server.actions.groups import create_group, put_member
from tests.factories.people import act, make_person


def group_fields(**changes: Any) -> dict[str, Any]:
    return {
        "name": f"Group {uuid4().hex[:12]}",
        "description": "We talk about daily life, and about ourselves.",
        "focus": Focus.INTERACTIONAL,
        "form": Form.OPEN_ENDED,
        "audience": [Audience.ANY.value],
        "join_policy": JoinPolicy.OPEN,
        "moderation": ModerationMode.AFTER,
        "screening": {},
        "capacity": None,
        "photos": False,
        **changes,
    }


def make_group(*members: Person, facilitator: Person | None = None, **changes: Any) -> Group:
    """A group that a coordinator made and put these people into."""
    coordinator = make_person(Role.COORDINATOR)
    group: Group = act(create_group, coordinator, **group_fields(**changes)).group
    for person in members:
        act(put_member, coordinator, group.id, person.id, state="member", standing=None)
    if facilitator is not None:
        act(put_member, coordinator, group.id, facilitator.id, state="member", standing=Standing.FACILITATOR)
    return group


def put_out(group: Group, person: Person) -> None:
    act(put_member, make_person(Role.COORDINATOR), group.id, person.id, state="removed", standing=None)


def membership_of(person: Person, group: Group) -> Membership | None:
    with reading() as session:
        return session.get(Membership, (group.conversation_id, person.id))
