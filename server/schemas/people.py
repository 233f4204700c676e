"""People on the wire. An address is seen by its owner only; everybody else sees a pseudonym and a role."""

from typing import Any, Protocol

from marshmallow import fields, validate

from models.display_names import NameWarning
from models.password_rules import LONGEST, SHORTEST
from models.people import PersonState
from models.roles import ROLE_LABELS, Role
from server.schemas.fields import IdField, Moment, Region, Secret, Text, Whole, WireSchema, Zone


def display_name_field(**more: Any) -> Text:
    return Text(least=2, most=40, one_line=True, **more)


def address_field(**more: Any) -> fields.Email:
    return fields.Email(validate=validate.Length(max=254), **more)


def new_password_field(**more: Any) -> Secret:
    """Only its size is looked at here; `models/password_rules.py` says whether it may be set."""
    return Secret(least=SHORTEST, most=LONGEST, **more)


class PersonRefSchema(WireSchema):
    """How a person appears to others. The role is never left out: nobody may be unsure who is speaking."""

    id = IdField()
    display_name = fields.String()
    role = fields.Enum(Role, by_value=True)
    role_label = fields.Function(lambda who: ROLE_LABELS[who.role], metadata={"type": "string"})


class PersonSchema(PersonRefSchema):
    """A person as they see themselves."""

    email = fields.String()
    # Where the service sends no mail, every address is believed, and this says so of each.
    email_verified = fields.Function(lambda who: not who.email_verification_due, metadata={"type": "boolean"})
    state = fields.Enum(PersonState, by_value=True)
    timezone = fields.String()
    region = fields.String()
    accepted_code_version = Whole()
    created_at = Moment()


class MeSchema(PersonSchema):
    """`due`: codes of what stands between the person and the service, in the order it is asked for."""

    due = fields.List(fields.String())


class ProfileChangeSchema(WireSchema):
    display_name = display_name_field()
    timezone = Zone()
    region = Region()


class NameWarningSchema(WireSchema):
    """A name may be kept all the same."""

    code = fields.Enum(NameWarning, by_value=True)
    text = fields.String()


class ChangedProfileSchema(PersonSchema):
    warnings = fields.List(fields.Nested(NameWarningSchema))


class PasswordChangeSchema(WireSchema):
    current_password = Secret(most=128, required=True)
    password = new_password_field(required=True)


class EmailChangeSchema(WireSchema):
    email = address_field(required=True)
    password = Secret(most=128, required=True)


class Named(Protocol):
    """Somebody as others see them."""

    @property
    def id(self) -> str: ...
    @property
    def display_name(self) -> str: ...
    @property
    def role(self) -> Role: ...


def person_ref(person: Named, role: Role | None = None) -> dict[str, Any]:
    """`{id, display_name, role, role_label}`; `role` where it was stamped rather than current."""
    role = role or person.role
    return {
        "id": person.id,
        "display_name": person.display_name,
        "role": role.value,
        "role_label": ROLE_LABELS[role],
    }
