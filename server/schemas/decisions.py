"""What the service has decided, on the wire."""

from typing import Any

from marshmallow import fields

from models.decisions import DecisionName
from server.queries.decisions import Standing
from server.schemas.fields import Moment, Text, Truth, Whole, WireSchema
from server.schemas.people import PersonRefSchema


class DecideServiceSchema(WireSchema):
    """The value, why, and the version it was decided from (0: the default)."""

    value = Text(most=40, one_line=True, required=True)
    reason = Text(most=2000, required=True)
    version = Whole(required=True)
    end_open_contacts = Truth(load_default=False)


class ServiceDecisionSchema(WireSchema):
    """What stands. Who decided it and why is for coordinators and supervisors; nobody decided version 0, the default."""

    name = fields.Enum(DecisionName, by_value=True)
    value = fields.String()
    version = Whole()
    since = Moment(allow_none=True)
    decided_by = fields.Nested(PersonRefSchema, allow_none=True)
    reason = fields.String(allow_none=True)


class ServiceDecisionsSchema(WireSchema):
    items = fields.List(fields.Nested(ServiceDecisionSchema))
    next_cursor = fields.String(allow_none=True)


def dump_standing(standing: Standing, *, with_reason: bool) -> dict[str, Any]:
    """Ready for ServiceDecisionSchema, without who and why unless the viewer may know."""
    return {
        "name": standing.name,
        "value": standing.value,
        "version": standing.version,
        "since": standing.since,
        "decided_by": standing.decided_by if with_reason else None,
        "reason": standing.reason if with_reason else None,
    }
