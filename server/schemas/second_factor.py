"""The second factor on the wire."""

from marshmallow import fields

from server.actions.second_factor import ResetReason
from server.schemas.fields import Moment, Secret, Whole, WireSchema


class PresenceSchema(WireSchema):
    """The password, for a session that began more than fifteen minutes ago."""

    password = Secret(most=128, allow_none=True, load_default=None)


class EnrolmentSchema(WireSchema):
    """`url` is what an authenticator app reads; `secret` is for typing it in by hand."""

    secret = fields.String()
    url = fields.String()


class OtpSchema(WireSchema):
    otp = Secret(most=40, required=True)


class OtpWithPresenceSchema(PresenceSchema):
    otp = Secret(most=40, required=True)


class RecoveryCodesSchema(WireSchema):
    """Shown this once and not kept."""

    recovery_codes = fields.List(fields.String())


class FactorsSchema(WireSchema):
    """`totp`: an authenticator app counts, since `confirmed_at`. `required`: one's role may not be without any."""

    totp = fields.Boolean()
    confirmed_at = Moment(allow_none=True)
    recovery_codes_left = Whole()
    passkeys = Whole()
    required = fields.Boolean()


class ResetSchema(WireSchema):
    reason = fields.Enum(ResetReason, by_value=True, required=True)
