"""The code of conduct on the wire."""

from marshmallow import fields

from server.schemas.fields import Moment, QueryWhole, Text, Whole, WireSchema
from server.schemas.people import PersonRefSchema

LONGEST_TEXT = 20_000
LONGEST_CONFIDENTIALITY = 4_000


class CodeOfConductSchema(WireSchema):
    """Show `confidentiality_broken_when` together with `text` before asking anybody to agree."""

    version = Whole()
    title = fields.String()
    text = fields.String()
    confidentiality_broken_when = fields.String()
    created_at = Moment(allow_none=True)


class WriteCodeSchema(WireSchema):
    """The next version, and the version it was written from."""

    title = Text(most=120, one_line=True, required=True)
    text = Text(most=LONGEST_TEXT, required=True)
    confidentiality_broken_when = Text(most=LONGEST_CONFIDENTIALITY, required=True)
    version = Whole(least=1, required=True)


class CodeArgsSchema(WireSchema):
    version = QueryWhole(least=1, load_default=None)


class CodeVersionSchema(WireSchema):
    """`created_at` is null for the text that came with the software."""

    version = Whole()
    title = fields.String()
    created_at = Moment(allow_none=True)


class CodeVersionsSchema(WireSchema):
    items = fields.List(fields.Nested(CodeVersionSchema))
    next_cursor = fields.String(allow_none=True)


class AcceptanceSchema(WireSchema):
    version = Whole(least=1, required=True)


class AcceptedSchema(WireSchema):
    version = Whole()
    accepted_at = Moment()


class AcceptancesSchema(WireSchema):
    items = fields.List(fields.Nested(AcceptedSchema))
    next_cursor = fields.String(allow_none=True)


class CodeAwaitedSchema(PersonRefSchema):
    """Somebody who has yet to agree, and to which version they did last."""

    accepted_code_version = Whole()


class CodeAgreementSchema(WireSchema):
    """`active`: accounts that are in use; `agreed`: how many of them agreed to `version`, the newest. `items`: the rest."""

    version = Whole()
    active = Whole()
    agreed = Whole()
    items = fields.List(fields.Nested(CodeAwaitedSchema))
    next_cursor = fields.String(allow_none=True)
