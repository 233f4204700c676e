"""Notes of one-to-ones, and the professionals they are opened to, made by the real actions."""

from typing import Any

from sqlalchemy import select

from models.contacts import Contact
from models.decisions import DecisionName, TeamModel
from models.notes import Note, NoteRead
from models.people import Person
from models.roles import Role
from models.session import reading
from server.actions.care_team import name_professional
from server.actions.invites import create_invite
from server.actions.notes import read_note, share_note, write_note
from server.queries.notes import NoteView
from tests.factories.contacts import connect, decided
from tests.factories.people import act, make_person

CALM = "We talked about sleep, and what to ask the clinic."


def integrated() -> None:
    decided(DecisionName.TEAM_MODEL, TeamModel.INTEGRATED)


def complementary() -> None:
    decided(DecisionName.TEAM_MODEL, TeamModel.COMPLEMENTARY)


def person_of(person_id: str) -> Person:
    with reading() as session:
        return session.get_one(Person, person_id)


def note_of(contact: Contact, body: str = CALM, **more: Any) -> NoteView:
    """A note by the worker of this contact."""
    facts = {"acknowledged_advice": False, **more}
    view: NoteView = act(write_note, person_of(contact.worker_id), contact.conversation_id, body=body, **facts)
    return view


def make_note(carer: Person | None = None, worker: Person | None = None, body: str = CALM) -> Note:
    contact = connect(carer or make_person(), worker or make_person(Role.CARER_PEER_WORKER))
    return note_of(contact, body).note


def named_by(carer: Person) -> Person:
    """A professional whom this carer has named with a code of theirs."""
    professional = make_person(Role.PROFESSIONAL)
    act(name_professional, carer, invite_code=act(create_invite, professional, role=Role.CARER).code)
    return professional


def opened(note: Note, *professionals: Person) -> NoteView:
    """The note, read by its carer and opened to these professionals, in a service that is integrated already."""
    carer = person_of(note.carer_id)
    version = act(read_note, carer, note.id).note.version
    ids = [professional.id for professional in professionals]
    view: NoteView = act(share_note, carer, note.id, version=version, professional_ids=ids)
    return view


def note_now(note_id: str) -> Note:
    with reading() as session:
        return session.get_one(Note, note_id)


def reads_of(note_id: str) -> list[tuple[str, int]]:
    """(reader, version) of each read, oldest first."""
    with reading() as session:
        rows = session.scalars(select(NoteRead).where(NoteRead.note_id == note_id).order_by(NoteRead.id))
        return [(row.reader_id, row.version) for row in rows]
