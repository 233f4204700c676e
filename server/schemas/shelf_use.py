"""Bookmarks, whether a piece helped, and suggestions, on the wire."""

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from models.resources import ProblemKind, ResourceSuggestion, SuggestionState
from server.schemas.fields import IdField, Moment, Text, Truth, Whole, WireSchema
from server.schemas.groups import PageArgsSchema
from server.schemas.resource_cards import slug_field
from server.schemas.resource_details import https


class BookmarkedSchema(WireSchema):
    bookmarked = Truth()


class UseSchema(WireSchema):
    """None is a small number."""

    opened = Whole()
    helpful = Whole(allow_none=True)
    not_helpful = Whole(allow_none=True)


class SuggestionsArgsSchema(PageArgsSchema):
    state = fields.Enum(SuggestionState, by_value=True, load_default=SuggestionState.OPEN)


class HelpfulSchema(WireSchema):
    helpful = Truth(required=True)
    why = Text(most=500, allow_none=True, load_default=None)


class SuggestResourceSchema(WireSchema):
    """Something to add; or with `resource` (a slug) and `problem`, what is wrong with a piece."""

    words = Text(most=1000, required=True)
    url = https(allow_none=True, load_default=None)
    resource = slug_field(allow_none=True, load_default=None)
    problem = fields.Enum(ProblemKind, by_value=True, allow_none=True, load_default=None)

    @validates_schema
    def about_something(self, data: Any, **_: Any) -> None:
        if (data["resource"] is None) is not (data["problem"] is None):
            raise ValidationError("A problem is with a piece, and a piece has a problem.", "problem")


class AnswerSuggestionSchema(WireSchema):
    taken_up = Truth(required=True)
    answer = Text(most=500, allow_none=True, load_default=None)


class SuggestionViewSchema(WireSchema):
    id = IdField()
    resource = fields.String(allow_none=True)
    problem = fields.Enum(ProblemKind, by_value=True, allow_none=True)
    words = fields.String()
    url = fields.String(allow_none=True)
    state = fields.Enum(SuggestionState, by_value=True)
    answer = fields.String(allow_none=True)
    created_at = Moment()
    answered_at = Moment(allow_none=True)


class SuggestionsViewSchema(WireSchema):
    items = fields.List(fields.Nested(SuggestionViewSchema))
    next_cursor = fields.String(allow_none=True)


def dump_suggestion(suggestion: ResourceSuggestion, slug: str | None) -> dict[str, Any]:
    answered = suggestion.answered_at
    return {
        "id": suggestion.id,
        "resource": slug,
        "problem": suggestion.problem,
        "words": suggestion.words,
        "url": suggestion.url,
        "state": suggestion.state,
        "answer": suggestion.answer,
        "created_at": suggestion.created_at,
        "answered_at": answered,
    }
