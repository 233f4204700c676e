"""Appeals on the wire."""

from typing import Any

from marshmallow import fields, validate

from models.appeals import Appeal, AppealState
from models.messages import Message
from models.review import DecisionKind
from models.sanctions import SanctionKind, SanctionReason
from server.queries.appeals import AppealDetail, AppealView
from server.schemas.fields import IdField, Moment, Text, Whole, WireSchema, wire_time
from server.schemas.groups import PageArgsSchema
from server.schemas.messages import MessageSchema, dump_message
from server.schemas.people import PersonRefSchema, person_ref

OUTCOMES = (AppealState.UPHELD, AppealState.OVERTURNED)


class MakeAppealSchema(WireSchema):
    words = Text(most=2000, required=True)


class DecideAppealSchema(WireSchema):
    """`words` are to the person, `note` is for the desk. Upheld: the decision stands."""

    outcome = fields.String(required=True, validate=validate.OneOf([each.value for each in OUTCOMES]))
    note = Text(most=1000, required=True)
    words = Text(most=2000, required=True)
    version = Whole(least=1, required=True)


class AppealsArgsSchema(PageArgsSchema):
    state = fields.Enum(AppealState, by_value=True, load_default=AppealState.OPEN)


class OwnAppealSchema(WireSchema):
    """`due_at`: by when the service means to answer. `answer`: what it said."""

    id = IdField()
    decision_id = IdField()
    state = fields.Enum(AppealState, by_value=True)
    words = fields.String(allow_none=True)
    answer = fields.String(allow_none=True)
    made_at = Moment()
    due_at = Moment()
    closed_at = Moment(allow_none=True)


class OwnAppealsSchema(WireSchema):
    items = fields.List(fields.Nested(OwnAppealSchema))
    next_cursor = fields.String(allow_none=True)


class AppealSchema(WireSchema):
    """For the desk, without words: those are in the appeal read by itself."""

    id = IdField()
    decision_id = IdField()
    state = fields.Enum(AppealState, by_value=True)
    person = fields.Nested(PersonRefSchema)
    decision = fields.Enum(DecisionKind, by_value=True, allow_none=True, metadata={"description": "on a case"})
    case_id = IdField(allow_none=True)
    sanction = fields.Enum(SanctionKind, by_value=True, allow_none=True)
    made_at = Moment()
    due_at = Moment()
    closed_at = Moment(allow_none=True)
    version = Whole()


class AppealsSchema(WireSchema):
    items = fields.List(fields.Nested(AppealSchema))
    next_cursor = fields.String(allow_none=True)


class DecidedSchema(WireSchema):
    """What was decided, by whom, and in which words."""

    by = fields.Nested(PersonRefSchema)
    at = Moment()
    note = fields.String(allow_none=True, metadata={"description": "of the decision on the case"})
    reason = fields.Enum(SanctionReason, by_value=True, allow_none=True, metadata={"description": "of the sanction"})
    words = fields.String(allow_none=True, metadata={"description": "to the person, of the sanction"})
    until = Moment(allow_none=True)


class AppealDetailSchema(AppealSchema):
    words = fields.String()
    answer = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    decided = fields.Nested(DecidedSchema)
    message = fields.Nested(MessageSchema, allow_none=True)
    may_decide = fields.Boolean(metadata={"description": "whether whoever reads this may decide it"})


class DecidedAppealSchema(WireSchema):
    appeal = fields.Nested(AppealSchema)


class AppealAnswerSchema(WireSchema):
    appeal = fields.Nested(OwnAppealSchema)


def dump_own_appeal(appeal: Appeal) -> dict[str, Any]:
    return {
        "id": appeal.id,
        "decision_id": appeal.about,
        "state": appeal.state.value,
        "words": appeal.words,
        "answer": appeal.answer,
        "made_at": wire_time(appeal.made_at),
        "due_at": wire_time(appeal.due_at),
        "closed_at": wire_time(appeal.closed_at) if appeal.closed_at else None,
    }


def dump_appeal(view: AppealView) -> dict[str, Any]:
    appeal, decision, sanction = view.appeal, view.decision, view.sanction
    return {
        "id": appeal.id,
        "decision_id": appeal.about,
        "state": appeal.state.value,
        "person": person_ref(view.person),
        "decision": decision.decision.value if decision else None,
        "case_id": decision.case_id if decision else None,
        "sanction": sanction.kind.value if sanction else None,
        "made_at": wire_time(appeal.made_at),
        "due_at": wire_time(appeal.due_at),
        "closed_at": wire_time(appeal.closed_at) if appeal.closed_at else None,
        "version": appeal.version,
    }


def dump_appeal_detail(detail: AppealDetail) -> dict[str, Any]:
    appeal, disputed = detail.view.appeal, detail.disputed
    decision, sanction = disputed.decision, disputed.sanction
    return {
        **dump_appeal(detail.view),
        "words": appeal.words,
        "answer": appeal.answer,
        "note": appeal.note,
        "decided": {
            "by": person_ref(detail.decided_by),
            "at": wire_time(disputed.decided_at),
            "note": decision.note if decision else None,
            "reason": sanction.reason.value if sanction else None,
            "words": sanction.words if sanction else None,
            "until": wire_time(sanction.until) if sanction and sanction.until else None,
        },
        "message": _with_text(disputed.message),
        "may_decide": detail.may_decide,
    }


def _with_text(message: Message | None) -> dict[str, Any] | None:
    """The text it is about, out of sight for everybody else."""
    if message is None:
        return None
    shown = {"body": message.body, "content_warning": message.content_warning, "photos": message.photos}
    return {**dump_message(message, None), **shown, "resource": message.resource_sent}
