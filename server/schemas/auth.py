"""Signing up, in and out."""

from marshmallow import EXCLUDE, fields, validate

from models.auth import EndReason
from server.schemas.fields import IdField, Moment, Region, Secret, Text, Whole, WireSchema, Zone
from server.schemas.people import (
    NameWarningSchema,
    PersonSchema,
    address_field,
    display_name_field,
    new_password_field,
)

LONGEST_TOKEN = 4096


class RegisterSchema(WireSchema):
    email = address_field(required=True)
    password = new_password_field(required=True)
    display_name = display_name_field(required=True)
    timezone = Zone(required=True)
    region = Region(required=True)
    accepted_code_version = Whole(least=1, required=True)
    invite_code = Text(most=60, one_line=True, allow_none=True, load_default=None)
    device_name = Text(most=60, one_line=True, load_default=None)


class LoginSchema(WireSchema):
    email = fields.String(required=True, validate=validate.Length(min=1, max=254))
    password = Secret(most=128, required=True)
    otp = Secret(most=40, allow_none=True, load_default=None)
    device_name = Text(most=60, one_line=True, load_default=None)


class TokensSchema(WireSchema):
    """`expires_in` is the access token's life in seconds."""

    person = fields.Nested(PersonSchema)
    access_token = fields.String()
    refresh_token = fields.String()
    expires_in = Whole()


class RegisteredSchema(TokensSchema):
    """`warnings`: what the display name seems to give away; it was taken all the same."""

    warnings = fields.List(fields.Nested(NameWarningSchema))


class RefreshHeadersSchema(WireSchema):
    """A client that repeats a refresh whose answer it never heard sends the same key, of chance and new for each refresh,
    and is given the pair again. Without it a token used twice ends the session.
    """

    class Meta:
        unknown = EXCLUDE

    idempotency_key = fields.String(
        data_key="Idempotency-Key",
        load_default=None,
        allow_none=False,
        validate=validate.Regexp(r"[A-Za-z0-9_-]{8,64}\Z", error="Not a key."),
        metadata={"pattern": "^[A-Za-z0-9_-]{8,64}$"},
    )


class ResetRequestSchema(WireSchema):
    email = address_field(required=True)


class ProofSchema(WireSchema):
    """A code from a mail; case, spaces and dashes do not matter."""

    code = Secret(most=60, required=True)


class PasswordResetSchema(ProofSchema):
    password = new_password_field(required=True)


class SignInSchema(WireSchema):
    id = IdField()
    device_name = fields.String(allow_none=True)
    created_at = Moment()
    refreshed_at = Moment()
    expires_at = Moment()
    current = fields.Boolean()


class SignInsSchema(WireSchema):
    items = fields.List(fields.Nested(SignInSchema))
    next_cursor = fields.String(allow_none=True)


class RenewSchema(WireSchema):
    token = Secret(most=LONGEST_TOKEN, required=True)


class SessionEndedSchema(WireSchema):
    """Why: how the sign-in ended, or that its token ran out and no fresh one was given."""

    reason = fields.String(validate=validate.OneOf([*EndReason, "token_expired"]))


class RenewAskedSchema(WireSchema):
    """Send `token:renew` with a fresh access token within this time, or the socket closes."""

    within_seconds = Whole()
