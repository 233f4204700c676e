"""Debrief requests on the wire."""

from typing import Any

from marshmallow import fields

from models.debriefs import DebriefSource, DebriefState, DebriefWish
from server.queries.debriefs import DebriefView
from server.schemas.fields import IdField, Moment, Text, Whole, WireSchema
from server.schemas.groups import PageArgsSchema
from server.schemas.people import PersonRefSchema


class AskDebriefSchema(WireSchema):
    wish = fields.Enum(DebriefWish, by_value=True, required=True)
    words = Text(
        most=2000, allow_none=True, load_default=None, metadata={"description": "for whoever talks with them; no names"}
    )


class DebriefArgsSchema(PageArgsSchema):
    state = fields.Enum(DebriefState, by_value=True, load_default=None)


class DebriefSchema(WireSchema):
    """`words` are for the worker and for supervisors. `reminders`: how often nobody had come in time."""

    id = IdField()
    person = fields.Nested(PersonRefSchema)
    source = fields.Enum(DebriefSource, by_value=True)
    wish = fields.Enum(DebriefWish, by_value=True)
    words = fields.String(allow_none=True)
    state = fields.Enum(DebriefState, by_value=True)
    asked_at = Moment()
    due_at = Moment(allow_none=True)
    reminders = Whole()
    taken_by = fields.Nested(PersonRefSchema, allow_none=True)
    taken_at = Moment(allow_none=True)
    closed_at = Moment(allow_none=True)


class DebriefAnswerSchema(WireSchema):
    debrief = fields.Nested(DebriefSchema)


class DebriefsSchema(WireSchema):
    items = fields.List(fields.Nested(DebriefSchema))
    next_cursor = fields.String(allow_none=True)


def dump_debrief(view: DebriefView) -> dict[str, Any]:
    names = ("id", "source", "wish", "state", "asked_at", "due_at", "reminders", "taken_at", "closed_at")
    found = {name: getattr(view.request, name) for name in names}
    words = view.request.words if view.words else None
    return {**found, "person": view.person, "taken_by": view.taken_by, "words": words}
