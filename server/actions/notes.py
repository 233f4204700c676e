"""A worker's notes: writing, changing and taking them back; opening one to the team, as its carer alone decides.

Lock order: the decision on the team model, people, notes by id. What somebody but the author is shown is recorded by the
transaction that shows it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, true
from sqlalchemy.orm import Session

from models.decisions import TeamModel
from models.errors import StaleVersion
from models.ids import new_id
from models.notes import (
    Note,
    NoteRead,
    NoteRevision,
    NoteShare,
    NotesStayBetweenTwo,
    NoteTakenBack,
    NoteUnread,
    ProfessionalNotLinked,
)
from models.people import Person, PersonState
from models.phrases import Phrase
from models.policy import authorise
from models.roles import Role
from models.streams import EventKind, lock_stream, record_to_inboxes
from moderation.audit import write_audit
from moderation.outcomes import ADVICE, RISKS, Sender, look_up
from moderation.screening import Label, screen
from server.actions.messages import AdviceGiven, ConversationEnded
from server.queries.accounts import hold_role
from server.queries.care_team import list_care_team
from server.queries.contacts import find_contact_of
from server.queries.conversations import get_place
from server.queries.notes import (
    NoteView,
    get_note,
    held_team_model,
    lock_notes,
    open_shares_of,
    page_notes,
    seen_versions,
    shared_with_professional,
    versions_of,
    view_notes,
)
from server.queries.paging import Page
from server.queries.screening_rules import current_rules


def write_note(
    session: Session, actor: Person, conversation_id: str, *, body: str, acknowledged_advice: bool, now: datetime
) -> NoteView:
    """The worker of a one-to-one keeps a note. Raises NotFound, ConversationEnded, Forbidden, AdviceGiven."""
    lock_stream(session, conversation_id)  # whoever ends it, or erases an account, holds this
    place = get_place(session, actor, conversation_id)
    if place.conversation.ended_at is not None:
        raise ConversationEnded
    contact = find_contact_of(session, conversation_id)
    authorise("note.write", actor, place.facts._replace(contact=contact))
    _advise(session, actor, body, acknowledged=acknowledged_advice)
    note = Note(
        id=new_id(),
        conversation_id=conversation_id,
        author_id=actor.id,
        author_role=actor.role,
        carer_id=contact.carer_id if contact is not None else "",
        body=body,
        version=1,
        created_at=now,
    )
    session.add(note)
    session.flush()  # the audit row and the view name it
    _audit(session, actor.id, "note.written", note, now)
    _tell_both(session, note, EventKind.NOTE_WRITTEN, now)
    return _view(session, note)


def edit_note(
    session: Session, actor: Person, note_id: str, *, body: str, version: int, acknowledged_advice: bool, now: datetime
) -> NoteView:
    """Give a note other words: a new version, which nobody else may read until its carer agrees anew.

    What it said before is kept for the two. Raises NotFound, Forbidden, StaleVersion, NoteTakenBack, AdviceGiven.
    """
    note, facts = get_note(session, actor, note_id)
    authorise("note.edit", actor, facts)
    carer = hold_role(session, note.carer_id)
    note, _ = get_note(session, actor, note_id, lock=True)
    if note.taken_back_at is not None or carer is None or carer.state is PersonState.ERASED:
        raise NoteTakenBack
    if version != note.version:
        raise StaleVersion(version=note.version)
    _advise(session, actor, body, acknowledged=acknowledged_advice)
    if body == note.body:
        return _view(session, note)
    session.add(NoteRevision(note_id=note.id, version=note.version, body=note.body, replaced_at=now))
    _close(session, note, by=actor.id, now=now)
    note.body, note.edited_at = body, now
    note.version += 1
    _audit(session, actor.id, "note.changed", note, now)
    _tell_both(session, note, EventKind.NOTE_CHANGED, now)
    return _view(session, note)


def take_back_note(session: Session, actor: Person, note_id: str, *, now: datetime) -> NoteView:
    """Its author takes a note back: all its words are gone, for everybody. Doing it again changes nothing."""
    note, facts = get_note(session, actor, note_id, lock=True)
    authorise("note.take_back", actor, facts)
    if note.taken_back_at is None:
        _close(session, note, by=actor.id, now=now)
        note.body, note.taken_back_at = "", now
        session.execute(delete(NoteRevision).where(NoteRevision.note_id == note.id))
        _audit(session, actor.id, "note.taken_back", note, now)
        _tell_both(session, note, EventKind.NOTE_TAKEN_BACK, now)
    return _view(session, note)


def share_note(
    session: Session,
    actor: Person,
    note_id: str,
    *,
    version: int,
    professional_ids: Collection[str] | None,
    now: datetime,
) -> NoteView:
    """The carer agrees that these professionals read this very version; None: all whom they have named so far.

    Whoever was named before and is not now reads it no more. Raises NotFound, Forbidden, NotesStayBetweenTwo,
    ProfessionalNotLinked, NoteTakenBack, StaleVersion, NoteUnread.
    """
    model = held_team_model(session)
    note, facts = get_note(session, actor, note_id)
    authorise("note.share", actor, facts)
    if model is not TeamModel.INTEGRATED:
        raise NotesStayBetweenTwo
    wanted = _hold_linked(session, actor, professional_ids)
    note, _ = get_note(session, actor, note_id, lock=True)
    if note.taken_back_at is not None:
        raise NoteTakenBack
    if version != note.version:
        raise StaleVersion(version=note.version)
    if (note.id, version) not in seen_versions(session, actor.id, [note.id]):
        raise NoteUnread
    shared = {share.professional_id for share in open_shares_of(session, note.id)}
    if note.agreed and shared == wanted:
        return _view(session, note)
    _end_shares(session, note, shared - wanted, now)
    for professional_id in sorted(wanted - shared):
        session.add(NoteShare(id=new_id(), note_id=note.id, version=version, professional_id=professional_id, since=now))
    note.agreed_version, note.agreed_at = version, now
    session.flush()  # the view reads them back
    _audit(session, actor.id, "note.shared", note, now, {"with": sorted(wanted)})
    _tell_both(session, note, EventKind.NOTE_SHARED, now)
    _tell_team(session, note, EventKind.NOTE_SHARED, wanted - shared, now)
    return _view(session, note)


def unshare_note(session: Session, actor: Person, note_id: str, *, now: datetime) -> NoteView:
    """The carer takes their agreement back: from now on the note is between the two. Doing it again changes nothing."""
    note, facts = get_note(session, actor, note_id, lock=True)
    authorise("note.unshare", actor, facts)
    _close(session, note, by=actor.id, now=now)
    return _view(session, note)


def read_notes(
    session: Session, actor: Person, conversation_id: str, *, limit: int, cursor: str | None, now: datetime
) -> Page[NoteView]:
    """A page of notes of a conversation, for its carer (who has then seen them) and for who wrote them."""
    place = get_place(session, actor, conversation_id)
    authorise("note.list", actor, place.facts._replace(contact=find_contact_of(session, conversation_id)))
    page = page_notes(session, actor, conversation_id, limit=limit, cursor=cursor)
    _record_seen(session, actor, [(note, note.version) for note in page.items], now)
    return Page(items=view_notes(session, page.items, shares=True), next_cursor=page.next_cursor)


def read_note(session: Session, actor: Person, note_id: str, *, now: datetime) -> NoteView:
    """One note. Whoever did not write it has then read it, and the carer can see that. Raises NotFound."""
    if actor.role is Role.PROFESSIONAL:
        held_team_model(session)  # nobody takes the agreement away while this is shown
    note, _ = get_note(session, actor, note_id, lock=True)
    if actor.role is Role.PROFESSIONAL:
        _record_read(session, actor, note, note.version, now)
        data = {"note_id": note.id, "conversation_id": note.conversation_id, "reader_id": actor.id}
        record_to_inboxes(session, [note.carer_id], EventKind.NOTE_READ, note.id, now=now, data=data)
        return _view(session, note, shares=False)
    _record_seen(session, actor, [(note, note.version)], now)
    return _view(session, note)


def read_versions(session: Session, actor: Person, note_id: str, *, now: datetime) -> Sequence[NoteRevision]:
    """What the note said before its edits, for the two. Raises NotFound, Forbidden."""
    note, facts = get_note(session, actor, note_id)
    authorise("note.versions", actor, facts)
    found = versions_of(session, note)
    _record_seen(session, actor, [(note, revision.version) for revision in found], now)
    return found


def withdraw_notes(session: Session, where: ColumnElement[bool] | None, *, by: str | None, now: datetime) -> None:
    """Between the two again: every note for which this holds, or all there are. The carers' agreements are gone with it."""
    for note in lock_notes(session, true() if where is None else where):
        _close(session, note, by=by, now=now)


def withdraw_notes_of(session: Session, person_id: str, *, by: str | None, now: datetime) -> None:
    """Nothing this person wrote, or that is about them, is open to the team any more, and nothing is open to them."""
    withdraw_notes(session, or_(Note.author_id == person_id, Note.carer_id == person_id), by=by, now=now)
    close_to_professional(session, person_id, by=by, now=now)


def close_to_professional(
    session: Session, professional_id: str, *, carer_id: str | None = None, by: str | None, now: datetime
) -> None:
    """This professional reads no note any more, or none of one carer's. Others to whom those are open go on."""
    for note in lock_notes(session, shared_with_professional(professional_id, carer_id)):
        _end_shares(session, note, {professional_id}, now)
        _audit(session, by, "note.unshared", note, now, {"with": [professional_id]})
        _tell_both(session, note, EventKind.NOTE_UNSHARED, now)


def _hold_linked(session: Session, carer: Person, professional_ids: Collection[str] | None) -> set[str]:
    """Ids of the professionals meant, whose roles then stay as they are. Raises ProfessionalNotLinked."""
    named = None if professional_ids is None else set(professional_ids)
    for person_id in sorted(named or {person.id for _, person in list_care_team(session, carer.id)}):
        hold_role(session, person_id)
    linked = {person.id for _, person in list_care_team(session, carer.id)}
    if named is not None and named - linked:
        raise ProfessionalNotLinked(errors={"professional_ids": ["You have not named somebody in this list."]})
    return linked if named is None else named


def _advise(session: Session, actor: Person, body: str, *, acknowledged: bool) -> None:
    """Raises AdviceGiven where the words name somebody who is not here to agree, or may hurt who reads them.

    Nothing is held back: who reads it is the carer, and the worker answers for their words.
    """
    hits = screen(body, region=actor.region, service=current_rules(session))
    found = [hit for hit in hits if hit.label not in RISKS]
    # Said of somebody who is not there, a hard word is let pass in a talk; in a note it sticks to them.
    labels = dict.fromkeys(
        hit.label
        for hit in found
        if hit.label is Label.HOSTILITY or look_up(hit.label, hit.severity, None, Sender.MEMBER).counts
    )
    if labels and not acknowledged:
        raise AdviceGiven(advice=[{"label": label.value, "text": Phrase(ADVICE[label])} for label in labels], support=None)


def _close(session: Session, note: Note, *, by: str | None, now: datetime) -> None:
    """Open to nobody else, and agreed no more. The note is locked."""
    if note.agreed_version is None:
        return
    shared = {share.professional_id for share in open_shares_of(session, note.id)}
    _end_shares(session, note, shared, now)
    note.agreed_version, note.agreed_at = None, None
    _audit(session, by, "note.unshared", note, now, {"with": sorted(shared)})
    _tell_both(session, note, EventKind.NOTE_UNSHARED, now)


def _end_shares(session: Session, note: Note, professional_ids: Collection[str], now: datetime) -> None:
    for share in open_shares_of(session, note.id):
        if share.professional_id in professional_ids:
            share.ended_at = now
    session.flush()  # what is open is asked for again below and by the view
    _tell_team(session, note, EventKind.NOTE_UNSHARED, professional_ids, now)


def _record_seen(session: Session, actor: Person, shown: Sequence[tuple[Note, int]], now: datetime) -> None:
    """The carer's first look at each version: what they may then agree to. The author's own looks are nobody's business."""
    theirs = [(note, version) for note, version in shown if note.carer_id == actor.id]
    seen = seen_versions(session, actor.id, [note.id for note, _ in theirs])
    for note, version in theirs:
        if (note.id, version) not in seen:
            _record_read(session, actor, note, version, now)


def _record_read(session: Session, actor: Person, note: Note, version: int, now: datetime) -> None:
    session.add(NoteRead(id=new_id(), note_id=note.id, version=version, reader_id=actor.id, reader_role=actor.role, at=now))
    _audit(session, actor.id, "note.read", note, now, {"read_version": version})


def _view(session: Session, note: Note, *, shares: bool = True) -> NoteView:
    session.flush()  # the people and shares are read back
    return view_notes(session, [note], shares=shares)[0]


def _tell_both(session: Session, note: Note, kind: EventKind, now: datetime) -> None:
    data = {"note_id": note.id, "conversation_id": note.conversation_id, "version": note.version}
    there = _not_erased(session, [note.carer_id, note.author_id])
    record_to_inboxes(session, there, kind, note.id, now=now, data=data)


def _tell_team(session: Session, note: Note, kind: EventKind, people: Iterable[str], now: datetime) -> None:
    """Professionals learn which note, and not of which conversation."""
    data = {"note_id": note.id, "version": note.version}
    record_to_inboxes(session, _not_erased(session, sorted(people)), kind, note.id, now=now, data=data)


def _not_erased(session: Session, ids: Sequence[str]) -> list[str]:
    """Whoever erased their account has no inbox that anybody reads."""
    return [each for each in ids if session.get_one(Person, each).state is not PersonState.ERASED]


def _audit(
    session: Session, by: str | None, action: str, note: Note, now: datetime, data: Mapping[str, Any] | None = None
) -> None:
    write_audit(
        session,
        actor_id=by,
        action=action,
        subject_kind="note",
        subject_id=note.id,
        now=now,
        data={"carer_id": note.carer_id, "version": note.version, **(data or {})},
    )
