"""The reflective diary on the wire."""

from typing import Any

from marshmallow import fields

from models.diary import QUESTIONS, DiaryEntry
from models.people import Person
from server.schemas.fields import IdField, Moment, Text, Truth, Whole, WireSchema
from server.schemas.people import PersonRefSchema


class DiaryAnswersSchema(WireSchema):
    """Three questions: what happened between you, what helped or did not, and why it mattered."""

    happened = Text(most=4000, required=True)
    helped = Text(most=4000, allow_none=True, load_default=None)
    mattered = Text(most=4000, allow_none=True, load_default=None)


class DiaryChangeSchema(DiaryAnswersSchema):
    version = Whole(required=True, least=1)


class DiaryShareSchema(WireSchema):
    version = Whole(required=True, least=1)
    acknowledged_advice = Truth(load_default=False)


class DiaryEntrySchema(WireSchema):
    """One's own. `shared_at`: since when one's supervisor may read it."""

    id = IdField()
    happened = fields.String()
    helped = fields.String(allow_none=True)
    mattered = fields.String(allow_none=True)
    created_at = Moment()
    changed_at = Moment(allow_none=True)
    shared_at = Moment(allow_none=True)
    version = Whole()


class DiaryAnswerSchema(WireSchema):
    entry = fields.Nested(DiaryEntrySchema)


class DiarySchema(WireSchema):
    """`questions`: by name, in the words in which they are asked."""

    questions = fields.Dict(keys=fields.String(), values=fields.String())
    items = fields.List(fields.Nested(DiaryEntrySchema))
    next_cursor = fields.String(allow_none=True)


class SharedEntrySchema(DiaryEntrySchema):
    person = fields.Nested(PersonRefSchema)


class SharedEntriesSchema(WireSchema):
    items = fields.List(fields.Nested(SharedEntrySchema))
    next_cursor = fields.String(allow_none=True)


def dump_entry(entry: DiaryEntry) -> dict[str, Any]:
    names = ("id", *QUESTIONS, "created_at", "changed_at", "shared_at", "version")
    return {name: getattr(entry, name) for name in names}


def dump_shared_entry(shared: tuple[DiaryEntry, Person]) -> dict[str, Any]:
    return {**dump_entry(shared[0]), "person": shared[1]}
