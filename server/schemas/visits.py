"""Visits of supervisors on the wire."""

from typing import Any

from marshmallow import fields

from models.visits import LONGEST_VISIT, SHORTEST_VISIT, VisitState
from server.queries.visits import VisitView
from server.schemas.fields import IdField, Moment, Truth, Whole, WireSchema
from server.schemas.groups import PageArgsSchema
from server.schemas.people import PersonRefSchema


class AskVisitSchema(WireSchema):
    """`supervisor_id`: whom the worker asks; left out by a supervisor who asks to come in.

    `show_earlier`: whoever asks agrees that what was said before is read, if they are one of the two.
    """

    supervisor_id = IdField(allow_none=True, load_default=None)
    minutes = Whole(
        least=int(SHORTEST_VISIT.total_seconds()) // 60, most=int(LONGEST_VISIT.total_seconds()) // 60, required=True
    )
    show_earlier = Truth(load_default=False)


class AgreeVisitSchema(WireSchema):
    show_earlier = Truth(load_default=False)


class VisitArgsSchema(PageArgsSchema):
    conversation_id = IdField(load_default=None)


class VisitSchema(WireSchema):
    """`needs`: whose agreement is missing. `due_at`: when it is off, or over, by itself."""

    id = IdField()
    conversation_id = IdField()
    state = fields.Enum(VisitState, by_value=True)
    supervisor = fields.Nested(PersonRefSchema)
    asked_by = IdField()
    minutes = Whole()
    needs = fields.List(fields.String())
    shows_earlier = fields.Boolean(metadata={"description": "both agreed that what was said before is read"})
    asked_at = Moment()
    began_at = Moment(allow_none=True)
    due_at = Moment()
    ended_at = Moment(allow_none=True)


class VisitAnswerSchema(WireSchema):
    visit = fields.Nested(VisitSchema)


class VisitsSchema(WireSchema):
    items = fields.List(fields.Nested(VisitSchema))
    next_cursor = fields.String(allow_none=True)


class SupervisorsSchema(WireSchema):
    items = fields.List(fields.Nested(PersonRefSchema))
    next_cursor = fields.String(allow_none=True)


def dump_visit(view: VisitView) -> dict[str, Any]:
    visit = view.visit
    names = ["id", "conversation_id", "state", "asked_by", "minutes", "shows_earlier", "asked_at", "began_at", "due_at"]
    agreed = {"carer": visit.carer_agreed_at, "worker": visit.worker_agreed_at}
    return {
        **{name: getattr(visit, name) for name in names},
        "ended_at": visit.ended_at,
        "supervisor": view.supervisor,
        "needs": [party for party, at in agreed.items() if at is None],
    }
