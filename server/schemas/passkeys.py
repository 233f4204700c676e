"""Passkeys on the wire. Credentials are as a browser's `PublicKeyCredential.toJSON()` makes them."""

from typing import Any

from marshmallow import EXCLUDE, fields, validate

from server.schemas.fields import IdField, Moment, Text, WireSchema

LONGEST_CREDENTIAL_ID = 1400
LONGEST_PART = 16_000
BASE64URL = "^[A-Za-z0-9_-]+$"


def base64url(most: int = LONGEST_PART, **more: Any) -> fields.String:
    checks = [validate.Length(min=1, max=most), validate.Regexp(BASE64URL)]
    return fields.String(**{"required": True, "validate": checks, **more})


class BrowserSchema(WireSchema):
    """What a browser made: it adds fields of its own, more with every year."""

    class Meta:
        unknown = EXCLUDE


class NewCredentialResponseSchema(BrowserSchema):
    clientDataJSON = base64url()  # noqa: N815 - the browser's name
    attestationObject = base64url()  # noqa: N815 - the browser's name
    transports = fields.List(fields.String(validate=validate.Length(max=40)), validate=validate.Length(max=20))


class NewCredentialSchema(BrowserSchema):
    id = base64url(LONGEST_CREDENTIAL_ID)
    rawId = base64url(LONGEST_CREDENTIAL_ID)  # noqa: N815 - the browser's name
    type = fields.String(required=True, validate=validate.Equal("public-key"))
    response = fields.Nested(NewCredentialResponseSchema, required=True)


class AnswerResponseSchema(BrowserSchema):
    clientDataJSON = base64url()  # noqa: N815 - the browser's name
    authenticatorData = base64url()  # noqa: N815 - the browser's name
    signature = base64url()
    userHandle = base64url(200)  # noqa: N815 - the browser's name


class AnswerSchema(BrowserSchema):
    id = base64url(LONGEST_CREDENTIAL_ID)
    rawId = base64url(LONGEST_CREDENTIAL_ID)  # noqa: N815 - the browser's name
    type = fields.String(required=True, validate=validate.Equal("public-key"))
    response = fields.Nested(AnswerResponseSchema, required=True)


class PasskeyOptionsSchema(WireSchema):
    """`options` goes to the browser as it is: `PublicKeyCredential.parseCreationOptionsFromJSON` or
    `parseRequestOptionsFromJSON`. The challenge is good once, for five minutes.
    """

    challenge_id = IdField()
    options = fields.Dict()


class AddPasskeySchema(WireSchema):
    challenge_id = IdField(required=True)
    credential = fields.Nested(NewCredentialSchema, required=True)
    name = Text(most=60, one_line=True, required=True)


class SignInWithPasskeySchema(WireSchema):
    challenge_id = IdField(required=True)
    credential = fields.Nested(AnswerSchema, required=True)
    device_name = Text(most=60, one_line=True, load_default=None)


class PasskeySchema(WireSchema):
    """`backed_up`: a copy of it is kept by the maker of the device or of a password manager."""

    id = IdField()
    name = fields.String()
    backed_up = fields.Boolean()
    created_at = Moment()
    last_used_at = Moment(allow_none=True)


class PasskeysSchema(WireSchema):
    items = fields.List(fields.Nested(PasskeySchema))
    next_cursor = fields.String(allow_none=True)
