"""Supervision on the wire."""

from typing import Any

from marshmallow import fields, validate

from models.supervision import MOST_THEMES, SupervisionState, Theme
from server.queries.supervision import SessionView
from server.schemas.fields import IdField, Moment, Text, UtcMoment, WireSchema
from server.schemas.groups import PageArgsSchema
from server.schemas.people import PersonRefSchema


class SupervisorSchema(WireSchema):
    supervisor = fields.Nested(PersonRefSchema, allow_none=True)


class AssignSupervisorSchema(WireSchema):
    """Null: nobody for now."""

    supervisor_id = IdField(required=True, allow_none=True)


class SupervisionSchema(SupervisorSchema):
    """Who supervises oneself, and whom one supervises."""

    supervised = fields.List(fields.Nested(PersonRefSchema))


class PlanSessionSchema(WireSchema):
    """`worker_id` is for a supervisor to say; a worker plans with their own supervisor."""

    worker_id = IdField(load_default=None, allow_none=True)
    planned_at = UtcMoment(required=True)


class HoldSessionSchema(WireSchema):
    themes = fields.List(fields.Enum(Theme, by_value=True), required=True, validate=validate.Length(min=1, max=MOST_THEMES))
    words = Text(most=4000, allow_none=True, load_default=None, metadata={"description": "for the two, and nobody else"})


class SessionArgsSchema(PageArgsSchema):
    state = fields.Enum(SupervisionState, by_value=True, load_default=None)


class SupervisionSessionSchema(WireSchema):
    id = IdField()
    worker = fields.Nested(PersonRefSchema)
    supervisor = fields.Nested(PersonRefSchema)
    state = fields.Enum(SupervisionState, by_value=True)
    planned_at = Moment()
    closed_at = Moment(allow_none=True)
    themes = fields.List(fields.Enum(Theme, by_value=True))
    words = fields.String(allow_none=True)


class SessionAnswerSchema(WireSchema):
    session = fields.Nested(SupervisionSessionSchema)


class SessionsSchema(WireSchema):
    items = fields.List(fields.Nested(SupervisionSessionSchema))
    next_cursor = fields.String(allow_none=True)


def dump_session(view: SessionView) -> dict[str, Any]:
    names = ("id", "state", "planned_at", "closed_at", "themes", "words")
    found = {name: getattr(view.session, name) for name in names}
    return {**found, "worker": view.worker, "supervisor": view.supervisor}
