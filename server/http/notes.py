"""/notes and /conversations/{id}/notes: what a worker keeps of a one-to-one, and whom its carer opens it to."""

from typing import Any
from uuid import UUID

from models.clock import clock
from models.policy import Facts, authorise
from server.actions import notes as actions
from server.http.door import Blueprint, acting, identify, limits, looking
from server.queries.notes import get_note, list_reads, list_shared_notes
from server.schemas.groups import PageArgsSchema
from server.schemas.notes import (
    EditNoteSchema,
    NoteAnswerSchema,
    NoteReadsSchema,
    NotesSchema,
    NoteVersionsSchema,
    SharedNotesSchema,
    ShareNoteSchema,
    WriteNoteSchema,
    dump_note,
    dump_reading,
    dump_shared_note,
    dump_version,
)

blp = Blueprint("notes", __name__, url_prefix="/api/v1", description="Notes of one-to-ones")

Answer = dict[str, Any]


@blp.get("/conversations/<uuid:private_id>/notes")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, NotesSchema)
def notes(args: dict[str, Any], private_id: UUID) -> Answer:
    # Not a mere read: that the carer has seen a version is what they may then agree to.
    with acting() as (session, actor):
        page = actions.read_notes(session, actor, str(private_id), **args, now=clock.now())
        return {"items": [dump_note(view, actor) for view in page.items], "next_cursor": page.next_cursor}


@blp.post("/conversations/<uuid:private_id>/notes")
@blp.signed_in
@blp.arguments(WriteNoteSchema)
@blp.response(201, NoteAnswerSchema)
def write(data: dict[str, Any], private_id: UUID) -> Answer:
    limits().spend("note.person", identify().person_id)
    with acting() as (session, actor):
        view = actions.write_note(session, actor, str(private_id), **data, now=clock.now())
        return {"note": dump_note(view, actor)}


@blp.get("/notes")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, SharedNotesSchema)
def shared_notes(args: dict[str, Any]) -> Answer:
    with looking() as (session, actor):
        authorise("note.shared_list", actor, Facts())
        page = list_shared_notes(session, actor, **args)
        return {"items": [dump_shared_note(shared) for shared in page.items], "next_cursor": page.next_cursor}


@blp.get("/notes/<uuid:note_id>")
@blp.signed_in
@blp.response(200, NoteAnswerSchema)
def read(note_id: UUID) -> Answer:
    # That it was read is committed before this answer leaves.
    with acting() as (session, actor):
        return {"note": dump_note(actions.read_note(session, actor, str(note_id), now=clock.now()), actor)}


@blp.patch("/notes/<uuid:note_id>")
@blp.signed_in
@blp.arguments(EditNoteSchema)
@blp.response(200, NoteAnswerSchema)
def edit(data: dict[str, Any], note_id: UUID) -> Answer:
    limits().spend("note.person", identify().person_id)
    with acting() as (session, actor):
        return {"note": dump_note(actions.edit_note(session, actor, str(note_id), **data, now=clock.now()), actor)}


@blp.delete("/notes/<uuid:note_id>")
@blp.signed_in
@blp.response(200, NoteAnswerSchema)
def take_back(note_id: UUID) -> Answer:
    with acting() as (session, actor):
        return {"note": dump_note(actions.take_back_note(session, actor, str(note_id), now=clock.now()), actor)}


@blp.post("/notes/<uuid:note_id>/agree")
@blp.signed_in
@blp.arguments(ShareNoteSchema)
@blp.response(200, NoteAnswerSchema)
def agree(data: dict[str, Any], note_id: UUID) -> Answer:
    with acting() as (session, actor):
        return {"note": dump_note(actions.share_note(session, actor, str(note_id), **data, now=clock.now()), actor)}


@blp.post("/notes/<uuid:note_id>/withdraw")
@blp.signed_in
@blp.response(200, NoteAnswerSchema)
def withdraw(note_id: UUID) -> Answer:
    with acting() as (session, actor):
        return {"note": dump_note(actions.unshare_note(session, actor, str(note_id), now=clock.now()), actor)}


@blp.get("/notes/<uuid:note_id>/versions")
@blp.signed_in
@blp.response(200, NoteVersionsSchema)
def versions(note_id: UUID) -> Answer:
    with acting() as (session, actor):
        found = actions.read_versions(session, actor, str(note_id), now=clock.now())
        return {"items": [dump_version(revision) for revision in found], "next_cursor": None}


@blp.get("/notes/<uuid:note_id>/reads")
@blp.signed_in
@blp.arguments(PageArgsSchema, location="query")
@blp.response(200, NoteReadsSchema)
def reads(args: dict[str, Any], note_id: UUID) -> Answer:
    with looking() as (session, actor):
        note, facts = get_note(session, actor, str(note_id))
        authorise("note.reads", actor, facts)
        page = list_reads(session, note, **args)
        return {"items": [dump_reading(reading) for reading in page.items], "next_cursor": page.next_cursor}
