"""People on the wire. An address is seen by its owner only; everybody else sees a pseudonym and a role."""

from typing import Any

from marshmallow import fields

from models.people import Person
from models.roles import ROLE_LABELS, Role
from server.schemas.fields import IdField, Moment, Text, Whole, WireSchema


class PersonRefSchema(WireSchema):
    """How a person appears to others. The role is never left out: nobody may be unsure who is speaking."""

    id = IdField()
    display_name = fields.String()
    role = fields.Enum(Role, by_value=True)
    role_label = fields.Function(lambda who: ROLE_LABELS[who.role], metadata={"type": "string"})


class PersonSchema(PersonRefSchema):
    """A person as they see themselves."""

    email = fields.String()
    timezone = fields.String()
    region = fields.String()
    accepted_code_version = Whole()
    created_at = Moment()


def person_ref(person: Person, role: Role | None = None) -> dict[str, Any]:
    """`{id, display_name, role, role_label}`; `role` where it was stamped rather than current."""
    role = role or person.role
    return {
        "id": person.id,
        "display_name": person.display_name,
        "role": role.value,
        "role_label": ROLE_LABELS[role],
    }


def display_name_field(**more: Any) -> Text:
    return Text(least=2, most=40, one_line=True, **more)
