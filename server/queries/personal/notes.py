"""Notes of one-to-ones, whom they were opened to, and who came in, in somebody's export."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, String, case, cast, or_, select

from models.contacts import Contact
from models.notes import CareLink, Note, NoteRead, NoteRevision, NoteShare
from models.visits import Visit
from server.queries.personal.sections import Other, Section, all_but


def _notes(person_id: str) -> Select[*tuple[Any, ...]]:
    """Also what a worker noted about the person: it is about them, and they may always read it."""
    wrote = Note.author_id == person_id
    return (
        select(*all_but(Note, "author_id", "carer_id"), case((wrote, "wrote it"), else_="it is about you").label("you"))
        .add_columns(Other.display_name.label("with_name"), Other.role.label("with_role"))
        .join(Other, Other.id == case((wrote, Note.carer_id), else_=Note.author_id))
        .where(or_(wrote, Note.carer_id == person_id))
    )


def _note_revisions(person_id: str) -> Select[*tuple[Any, ...]]:
    mine = or_(Note.author_id == person_id, Note.carer_id == person_id)
    return select(*all_but(NoteRevision)).join(Note, Note.id == NoteRevision.note_id).where(mine)


def _note_shares(person_id: str) -> Select[*tuple[Any, ...]]:
    to_you = case((NoteShare.professional_id == person_id, True), else_=False)
    return (
        select(NoteShare.id, NoteShare.note_id, NoteShare.version, to_you.label("to_you"))
        .add_columns(Other.display_name.label("to_name"), NoteShare.since, NoteShare.ended_at)
        .join(Note, Note.id == NoteShare.note_id)
        .join(Other, Other.id == NoteShare.professional_id)
        .where(or_(Note.carer_id == person_id, Note.author_id == person_id, NoteShare.professional_id == person_id))
    )


def _note_reads(person_id: str) -> Select[*tuple[Any, ...]]:
    """By the person, and by others of notes about them."""
    by_you = case((NoteRead.reader_id == person_id, True), else_=False)
    return (
        select(*all_but(NoteRead, "reader_id"), by_you.label("by_you"), Other.display_name.label("reader_name"))
        .join(Note, Note.id == NoteRead.note_id)
        .join(Other, Other.id == NoteRead.reader_id)
        .where(or_(Note.carer_id == person_id, NoteRead.reader_id == person_id))
    )


def _care_team(person_id: str) -> Select[*tuple[Any, ...]]:
    carer = CareLink.carer_id == person_id
    return (
        select(CareLink.id, Other.display_name.label("with_name"), Other.role.label("with_role"))
        .add_columns(CareLink.since, CareLink.ended_at)
        .join(Other, Other.id == case((carer, CareLink.professional_id), else_=CareLink.carer_id))
        .where(or_(carer, CareLink.professional_id == person_id))
    )


def _visits(person_id: str) -> Select[*tuple[Any, ...]]:
    """By the person, and to one-to-ones of theirs."""
    came = Visit.supervisor_id == person_id
    columns = (Visit.id, Visit.conversation_id, case((came, "came"), else_="were visited").label("you"), Visit.state)
    theirs = select(Contact.conversation_id).where(or_(Contact.carer_id == person_id, Contact.worker_id == person_id))
    return (
        select(*columns, Other.display_name.label("who_came"), Visit.asked_at, Visit.began_at, Visit.ended_at)
        .join(Other, Other.id == Visit.supervisor_id)
        .where(or_(came, Visit.conversation_id.in_(theirs)))
    )


SECTIONS: Sequence[Section] = (
    Section(
        name="notes",
        title="Notes of one-to-ones",
        about="What a worker noted about your talks, or what you noted as a worker.",
        covers=("note.author_id", "note.carer_id"),
        query=_notes,
        key=Note.id,
    ),
    Section(
        name="note_revisions",
        title="What those notes said before they were changed",
        about="Earlier words of the notes above.",
        covers=(),
        query=_note_revisions,
        key=cast(NoteRevision.note_id, String) + ":" + cast(NoteRevision.version, String),
    ),
    Section(
        name="note_shares",
        title="Notes shared with professionals",
        about="Which version of a note was open to whom, from when until when.",
        covers=("note_share.professional_id",),
        query=_note_shares,
        key=NoteShare.id,
    ),
    Section(
        name="note_reads",
        title="Who read those notes",
        about="When you read a note, and when others read one about you.",
        covers=("note_read.reader_id",),
        query=_note_reads,
        key=NoteRead.id,
    ),
    Section(
        name="visits",
        title="When a supervisor came into a one-to-one",
        about="Who came, from when until when.",
        covers=("visit.supervisor_id",),
        query=_visits,
        key=Visit.id,
    ),
    Section(
        name="care_team",
        title="Professionals and carers you know here",
        about="Who came by whose referral, or was named by whom.",
        covers=("care_link.carer_id", "care_link.professional_id"),
        query=_care_team,
        key=CareLink.id,
    ),
)
