"""Notes of one-to-ones: which of them somebody may read, to whom each is open, and who has read it.

Lock order: the decision on the team model, people, then notes in the order of their ids; inboxes and the audit trail last.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from models.conversations import Conversation, Membership
from models.decisions import DecisionName, TeamModel
from models.errors import NotFound
from models.notes import CareLink, Note, NoteRead, NoteRevision, NoteShare
from models.people import Person, PersonState
from models.policy import Facts, allows
from models.roles import Role
from server.queries.decisions import current_decision, hold_decision
from server.queries.paging import Page, itself, page_by_id

MOST_VERSIONS = 100
CARER, AUTHOR = aliased(Person), aliased(Person)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Somebody by pseudonym, in the role in which they wrote or read."""

    id: str
    display_name: str
    role: Role


@dataclass(frozen=True, kw_only=True)
class NoteView:
    """A note with the two people of it. `shared_with`: whom it is open to now, for the two only."""

    note: Note
    author: Shown
    carer: Person
    shared_with: Sequence[Person] = field(default_factory=tuple)


def held_team_model(session: Session) -> TeamModel:
    """The model that counts now and until the transaction ends."""
    hold_decision(session, DecisionName.TEAM_MODEL)
    return TeamModel(current_decision(session, DecisionName.TEAM_MODEL))


def get_note(session: Session, actor: Person, note_id: str, *, lock: bool = False) -> tuple[Note, Facts]:
    """A note the actor may read, and how they stand to it. Raises NotFound, the same whether there is none.

    `lock` keeps other changes to it out until the transaction ends.
    """
    query = select(Note).where(Note.id == note_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    note = session.scalars(query).one_or_none()
    if note is None:
        raise NotFound
    facts = Facts(
        note=note,
        conversation=session.get(Conversation, note.conversation_id),
        membership=session.get(Membership, (note.conversation_id, actor.id)),
    )
    if actor.role is Role.PROFESSIONAL:
        facts = facts._replace(opened_to_actor=_is_open_to(session, note, actor.id))
    if not allows("note.read", actor, facts):
        raise NotFound
    return note, facts


def _is_open_to(session: Session, note: Note, professional_id: str) -> bool:
    """Whether the note as it is now is open to them. Ended shares say so too; this asks for everything it rests on."""
    found = session.scalars(_open_shares(professional_id).where(NoteShare.note_id == note.id)).first()
    integrated = current_decision(session, DecisionName.TEAM_MODEL) == TeamModel.INTEGRATED
    return integrated and found is not None


def _open_shares(professional_id: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a query its callers go on with
    linked = exists().where(
        CareLink.carer_id == Note.carer_id, CareLink.professional_id == professional_id, CareLink.ended_at.is_(None)
    )
    return (
        select(NoteShare)
        .join(Note, Note.id == NoteShare.note_id)
        .join(CARER, CARER.id == Note.carer_id)
        .where(
            NoteShare.professional_id == professional_id,
            NoteShare.ended_at.is_(None),
            NoteShare.version == Note.version,
            Note.agreed_version == Note.version,
            Note.taken_back_at.is_(None),
            CARER.state == PersonState.ACTIVE,
            linked,
        )
    )


def view_notes(session: Session, notes: Sequence[Note], *, shares: bool) -> list[NoteView]:
    """Notes with their people, in two queries; with `shares` also whom each is open to."""
    ids = {person_id for note in notes for person_id in (note.author_id, note.carer_id)}
    people = {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(ids)))}
    open_to = _shared_with(session, [note.id for note in notes]) if shares else {}
    return [
        NoteView(
            note=note,
            author=_shown(people[note.author_id], note.author_role),
            carer=people[note.carer_id],
            shared_with=open_to.get(note.id, ()),
        )
        for note in notes
    ]


def _shown(person: Person, role: Role) -> Shown:
    return Shown(id=person.id, display_name=person.display_name, role=role)


def _shared_with(session: Session, note_ids: Collection[str]) -> Mapping[str, list[Person]]:
    rows = session.execute(
        select(NoteShare.note_id, Person)
        .join(Person, Person.id == NoteShare.professional_id)
        .where(NoteShare.note_id.in_(note_ids), NoteShare.ended_at.is_(None))
        .order_by(Person.id)
    )
    found: dict[str, list[Person]] = {}
    for note_id, person in rows:
        found.setdefault(note_id, []).append(person)
    return found


def page_notes(session: Session, actor: Person, conversation_id: str, *, limit: int, cursor: str | None) -> Page[Note]:
    """The actor's notes of this conversation, as its carer or as who wrote them, newest first."""
    mine = or_(Note.carer_id == actor.id, Note.author_id == actor.id)
    query = select(Note).where(Note.conversation_id == conversation_id, mine)
    return page_by_id(session, query, Note, itself, limit=limit, cursor=cursor)


@dataclass(frozen=True, kw_only=True)
class SharedNote:
    """That a note is open to the professional who asks: whose and by whom, and not what it says."""

    note: Note
    share: NoteShare
    author: Shown
    carer: Person


def list_shared_notes(session: Session, actor: Person, *, limit: int, cursor: str | None) -> Page[SharedNote]:
    """Notes that are open to this professional now, those opened last first; none while notes stay between two."""
    if current_decision(session, DecisionName.TEAM_MODEL) != TeamModel.INTEGRATED:
        return Page(items=(), next_cursor=None)
    query = _open_shares(actor.id).join(AUTHOR, AUTHOR.id == Note.author_id).add_columns(Note, CARER, AUTHOR)

    def show(share: NoteShare, note: Note, carer: Person, author: Person) -> SharedNote:
        return SharedNote(note=note, share=share, carer=carer, author=_shown(author, note.author_role))

    return page_by_id(session, query, NoteShare, show, limit=limit, cursor=cursor)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One read of a note by somebody else than the two of it."""

    read: NoteRead
    reader: Shown


def list_reads(session: Session, note: Note, *, limit: int, cursor: str | None) -> Page[Reading]:
    """Who read the note and when, newest first. The carer's own looks are left out."""
    query = (
        select(NoteRead, Person)
        .join(Person, Person.id == NoteRead.reader_id)
        .where(NoteRead.note_id == note.id, NoteRead.reader_id != note.carer_id)
    )

    def show(read: NoteRead, person: Person) -> Reading:
        return Reading(read=read, reader=_shown(person, read.reader_role))

    return page_by_id(session, query, NoteRead, show, limit=limit, cursor=cursor)


def versions_of(session: Session, note: Note) -> Sequence[NoteRevision]:
    """What the note said before each of its edits, newest first; at most the 100 newest."""
    query = select(NoteRevision).where(NoteRevision.note_id == note.id).order_by(NoteRevision.version.desc())
    return session.scalars(query.limit(MOST_VERSIONS)).all()


def seen_versions(session: Session, reader_id: str, note_ids: Collection[str]) -> set[tuple[str, int]]:
    """(note, version) of each of these notes that this person was shown."""
    query = select(NoteRead.note_id, NoteRead.version).where(NoteRead.reader_id == reader_id, NoteRead.note_id.in_(note_ids))
    return {(row[0], row[1]) for row in session.execute(query)}


def open_shares_of(session: Session, note_id: str) -> Sequence[NoteShare]:
    return session.scalars(
        select(NoteShare).where(NoteShare.note_id == note_id, NoteShare.ended_at.is_(None)).order_by(NoteShare.id)
    ).all()


def lock_notes(session: Session, where: ColumnElement[bool]) -> Sequence[Note]:
    """Those notes that are agreed to be shared and for which this holds, locked in the order of their ids."""
    return session.scalars(
        select(Note)
        .where(Note.agreed_version.is_not(None), where)
        .order_by(Note.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def shared_with_professional(professional_id: str, carer_id: str | None = None) -> ColumnElement[bool]:
    """For a query of notes: open to this professional, or only those of one carer."""
    open_now = and_(NoteShare.note_id == Note.id, NoteShare.professional_id == professional_id, NoteShare.ended_at.is_(None))
    return exists().where(open_now) if carer_id is None else and_(exists().where(open_now), Note.carer_id == carer_id)
