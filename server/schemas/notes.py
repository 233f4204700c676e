"""Notes of one-to-ones on the wire, and the professionals they may be opened to."""

from typing import Any

from marshmallow import fields, validate

from models.notes import LONGEST_NOTE, CareLink, NoteRevision
from models.people import Person
from server.queries.notes import NoteView, Reading, SharedNote
from server.schemas.fields import IdField, Moment, Text, Truth, Whole, WireSchema
from server.schemas.people import PersonRefSchema

MOST_PROFESSIONALS = 20


class WriteNoteSchema(WireSchema):
    """Where screening would word it otherwise, nothing is kept until it comes again with `acknowledged_advice`."""

    body = Text(most=LONGEST_NOTE, required=True)
    acknowledged_advice = Truth(load_default=False)


class EditNoteSchema(WriteNoteSchema):
    """`version`: the one that was read."""

    version = Whole(least=1, most=2**31 - 1, required=True)


class ShareNoteSchema(WireSchema):
    """The carer agrees to share this very version. `professional_ids`: with whom; left out, with all on their list."""

    version = Whole(least=1, most=2**31 - 1, required=True)
    professional_ids = fields.List(
        IdField(), allow_none=True, load_default=None, validate=validate.Length(max=MOST_PROFESSIONALS)
    )


class NoteSchema(WireSchema):
    """A note. `agreed`: the carer shares it as it is now; `shared_with` is told to the two only."""

    id = IdField()
    conversation_id = IdField(allow_none=True, metadata={"description": "for the two only"})
    author = fields.Nested(PersonRefSchema)
    carer = fields.Nested(PersonRefSchema)
    body = fields.String(metadata={"description": "empty once it was taken back"})
    version = Whole()
    agreed = fields.Boolean()
    agreed_version = Whole(allow_none=True)
    agreed_at = Moment(allow_none=True)
    shared_with = fields.List(fields.Nested(PersonRefSchema))
    created_at = Moment()
    edited_at = Moment(allow_none=True)
    taken_back_at = Moment(allow_none=True)


class NoteAnswerSchema(WireSchema):
    note = fields.Nested(NoteSchema)


class NotesSchema(WireSchema):
    items = fields.List(fields.Nested(NoteSchema))
    next_cursor = fields.String(allow_none=True)


class SharedNoteSchema(WireSchema):
    """That a note is open to the professional who asks; what it says is read by itself."""

    id = IdField()
    author = fields.Nested(PersonRefSchema)
    carer = fields.Nested(PersonRefSchema)
    version = Whole()
    since = Moment()


class SharedNotesSchema(WireSchema):
    items = fields.List(fields.Nested(SharedNoteSchema))
    next_cursor = fields.String(allow_none=True)


class NoteReadSchema(WireSchema):
    """`who`: in the role in which they read it."""

    who = fields.Nested(PersonRefSchema)
    version = Whole()
    at = Moment()


class NoteReadsSchema(WireSchema):
    items = fields.List(fields.Nested(NoteReadSchema))
    next_cursor = fields.String(allow_none=True)


class NoteVersionSchema(WireSchema):
    version = Whole()
    body = fields.String()
    replaced_at = Moment()


class NoteVersionsSchema(WireSchema):
    """What it said before each edit, newest first; at most the 100 newest."""

    items = fields.List(fields.Nested(NoteVersionSchema))
    next_cursor = fields.String(allow_none=True)


class NameProfessionalSchema(WireSchema):
    """A code that professional gave the carer."""

    invite_code = Text(most=60, one_line=True, required=True)


class CareLinkSchema(WireSchema):
    person = fields.Nested(PersonRefSchema)
    since = Moment()


class CareTeamSchema(WireSchema):
    items = fields.List(fields.Nested(CareLinkSchema))
    next_cursor = fields.String(allow_none=True)


def dump_note(view: NoteView, viewer: Person) -> dict[str, Any]:
    """A note as this person may see it, ready for NoteSchema."""
    note = view.note
    names = ["id", "body", "version", "agreed", "agreed_version", "agreed_at", "created_at", "edited_at", "taken_back_at"]
    between_two = viewer.id in (note.carer_id, note.author_id)
    return {
        **{name: getattr(note, name) for name in names},
        "conversation_id": note.conversation_id if between_two else None,
        "author": view.author,
        "carer": view.carer,
        "shared_with": view.shared_with if between_two else (),
    }


def dump_shared_note(shared: SharedNote) -> dict[str, Any]:
    return {
        "id": shared.note.id,
        "author": shared.author,
        "carer": shared.carer,
        "version": shared.share.version,
        "since": shared.share.since,
    }


def dump_reading(reading: Reading) -> dict[str, Any]:
    return {"who": reading.reader, "version": reading.read.version, "at": reading.read.at}


def dump_version(revision: NoteRevision) -> dict[str, Any]:
    return {"version": revision.version, "body": revision.body, "replaced_at": revision.replaced_at}


def dump_link(link: CareLink, person: Person) -> dict[str, Any]:
    return {"person": person, "since": link.since}
