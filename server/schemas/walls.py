"""Walls on the wire: to who declared them, and to coordinators."""

from typing import Any

from marshmallow import fields

from models.contacts import Party, WallKind
from server.queries.walls import WallView
from server.schemas.fields import IdField, Moment, Text, WireSchema
from server.schemas.people import PersonRefSchema


class DeclareWallSchema(WireSchema):
    person_id = IdField(required=True)
    kind = fields.Enum(WallKind, by_value=True, required=True)
    reason = Text(most=2000, allow_none=True, load_default=None)


class ConsentSchema(WireSchema):
    """Where the consumer's consent is on file."""

    note = Text(most=1000, required=True)


class WallSchema(WireSchema):
    """`reason` is for who wrote it only, `consent_note` for coordinators only."""

    id = IdField()
    carer = fields.Nested(PersonRefSchema)
    worker = fields.Nested(PersonRefSchema)
    declared_by = fields.Enum(Party, by_value=True)
    kind = fields.Enum(WallKind, by_value=True)
    reason = fields.String(allow_none=True)
    declared_at = Moment()
    stands = fields.Boolean(metadata={"description": "false while the consumer's consent is on record"})
    consent_recorded_at = Moment(allow_none=True)
    consent_note = fields.String(allow_none=True)


class WallAnswerSchema(WireSchema):
    wall = fields.Nested(WallSchema)


class WallsSchema(WireSchema):
    items = fields.List(fields.Nested(WallSchema))
    next_cursor = fields.String(allow_none=True)


def dump_wall(view: WallView) -> dict[str, Any]:
    """A wall as its viewer may see it, ready for WallSchema."""
    wall = view.wall
    names = ["id", "kind", "declared_at", "stands", "consent_recorded_at"]
    return {
        **{name: getattr(wall, name) for name in names},
        "carer": view.carer,
        "worker": view.worker,
        "declared_by": Party.CARER if wall.declared_by == wall.carer_id else Party.WORKER,
        "reason": wall.reason if view.own else None,
        "consent_note": None if view.own else wall.consent_note,
    }
