"""What stands around a case, on the wire."""

from collections.abc import Sequence
from typing import Any

from marshmallow import fields

from server.queries.case_context import AuthorStanding, CaseContext, Earlier
from server.schemas.desk import dump_said
from server.schemas.fields import IdField, Moment, Whole, WireSchema, wire_time
from server.schemas.messages import MessageSchema, dump_message
from server.schemas.people import PersonRefSchema, person_ref


class CaseMessageSchema(MessageSchema):
    body = fields.String(allow_none=True, metadata={"description": "null while the case is blurred"})


class EarlierSchema(WireSchema):
    """A decision in another case, without what was noted to it."""

    case_id = IdField()
    decision = fields.String()
    reason = fields.String(allow_none=True)
    template = fields.String(allow_none=True)
    created_at = Moment()


class AuthorStandingSchema(WireSchema):
    person = fields.Nested(PersonRefSchema)
    account_since = Moment()
    member_since = Moment(allow_none=True, metadata={"description": "of the group it happened in"})
    removed_in_90_days = Whole(metadata={"description": "messages of theirs that were removed and stayed so"})
    earlier_decisions = fields.List(fields.Nested(EarlierSchema))


class CaseContextSchema(WireSchema):
    """`before` and `after`: up to five messages each of a group, oldest first, as its members see them."""

    before = fields.List(fields.Nested(CaseMessageSchema))
    after = fields.List(fields.Nested(CaseMessageSchema))
    author = fields.Nested(AuthorStandingSchema)
    earlier_decisions = fields.List(fields.Nested(EarlierSchema), metadata={"description": "on the same target"})


def dump_context(context: CaseContext) -> dict[str, Any]:
    return {
        "before": [dump_message(message, None) for message in context.before],
        "after": [dump_message(message, None) for message in context.after],
        "author": _dump_author(context.author),
        "earlier_decisions": _dump_earlier(context.earlier),
    }


def _dump_author(author: AuthorStanding) -> dict[str, Any]:
    return {
        "person": person_ref(author.person),
        "account_since": wire_time(author.person.created_at),
        "member_since": wire_time(author.member_since) if author.member_since else None,
        "removed_in_90_days": author.removed,
        "earlier_decisions": _dump_earlier(author.earlier),
    }


def _dump_earlier(earlier: Sequence[Earlier]) -> list[dict[str, Any]]:
    return [
        {"case_id": case.id, **dump_said(decision), "created_at": wire_time(decision.created_at)}
        for decision, case in earlier
    ]
