"""The work of an erasure: what the account's end did not take at once, page by page. Running it twice takes nothing more.

It ends `restricted` while a case about the person's words is open; the retention job finishes it when that closes.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from models.alerts import Alert
from models.appeals import Appeal
from models.clock import clock
from models.contacts import Contact, Handover, Wall
from models.conversations import Membership
from models.debriefs import DebriefRequest
from models.desk import CaseDraft, CaseSkip
from models.invites import Invite
from models.messages import Message
from models.notes import Note, NoteRevision
from models.privacy import Erasure, ErasureState
from models.resources import ResourceSuggestion
from models.review import Report
from models.session import fold_log, reading, transaction
from models.shifts import CalendarFeed, ShiftRecord
from models.streams import Event, EventKind
from models.supervision import SupervisionSession
from models.transfers import Transfer
from models.waiting import Waiting
from server.actions.tombstones import lay_tombstones
from server.jobs.engine import Claimed, Work
from server.queries.privacy import open_case_of_message, open_case_of_report

PAGE = 20  # messages made tombstones in one transaction: each is an event of its room and holds others up a little
EVENTS_PAGE = 500

log = structlog.get_logger("hearthside.erasure")


def make_erasure(*, pause: Callable[[], object]) -> Work:
    """`pause()` lets the rest of the process go on."""

    def erasure(claimed: Claimed) -> None:
        person_id = claimed.subject_id
        if person_id is None:
            return
        _lay_all_tombstones(claimed, person_id, pause)
        with transaction() as session:
            claimed.renew(session, now=clock.now())
            wipe_words(session, person_id, now=clock.now())
        _empty_inbox(claimed, person_id, pause)
        with transaction() as session:
            claimed.renew(session, now=clock.now())
            finish_erasure(session, person_id, now=clock.now())
        if not fold_log():
            log.info("database log not folded yet")

    return erasure


def _lay_all_tombstones(claimed: Claimed, person_id: str, pause: Callable[[], object]) -> None:
    """In the order in which everybody locks several messages. Each is looked at once."""
    after: tuple[str, str] | None = None
    while True:
        query = (
            select(Message.conversation_id, Message.id)
            .where(Message.author_id == person_id)
            .order_by(Message.conversation_id, Message.id)
            .limit(PAGE)
        )
        if after is not None:
            query = query.where(_beyond(*after))
        with reading() as session:
            page = session.execute(query).all()
        if not page:
            return
        with transaction() as session:
            claimed.renew(session, now=clock.now())
            lay_tombstones(session, [row.id for row in page], reason="erased", now=clock.now())
        after = (page[-1].conversation_id, page[-1].id)
        pause()


def _beyond(conversation_id: str, message_id: str) -> ColumnElement[bool]:
    return or_(
        Message.conversation_id > conversation_id,
        (Message.conversation_id == conversation_id) & (Message.id > message_id),
    )


def wipe_words(session: Session, person_id: str, *, now: datetime) -> None:
    """Notes and reasons the person wrote, or that were written to or about them, but for those of an open case."""
    theirs = (Contact.carer_id == person_id) | (Contact.worker_id == person_id)
    wipes: Sequence[tuple[Any, ColumnElement[bool], dict[str, Any]]] = (
        (Report, (Report.reporter_id == person_id) & ~open_case_of_report(), {"note": None}),
        (ResourceSuggestion, ResourceSuggestion.person_id == person_id, {"url": None, "words": "", "answer": None}),
        (
            Contact,
            theirs,
            {"note": None, "reply": None, "private_reason": None, "ending_summary": None},
        ),
        (
            Transfer,
            or_(Transfer.contact_id.in_(select(Contact.id).where(theirs)), Transfer.to_worker_id == person_id),
            {"note": None},
        ),
        (
            Waiting,
            or_(Waiting.carer_id == person_id, Waiting.forward_by == person_id),
            {"forward_reason": None},
        ),
        (Waiting, Waiting.carer_id == person_id, {"wish": None}),
        (Alert, Alert.carer_id == person_id, {"note": None}),
        (Appeal, Appeal.person_id == person_id, {"words": ""}),
        (Membership, Membership.person_id == person_id, {"sanctioned_at": None, "read_only_until": None}),
        (DebriefRequest, DebriefRequest.person_id == person_id, {"words": None}),
        (
            SupervisionSession,
            or_(SupervisionSession.worker_id == person_id, SupervisionSession.supervisor_id == person_id),
            {"words": None},
        ),
        (
            Wall,
            or_(Wall.carer_id == person_id, Wall.worker_id == person_id, Wall.declared_by == person_id),
            {"reason": None, "consent_note": None},
        ),
        (Handover, or_(Handover.from_person_id == person_id, Handover.decided_by == person_id), {"reason": ""}),
        (Note, _notes_of(person_id), {"body": ""}),
        (Invite, Invite.created_by == person_id, {"note": None}),
        (ShiftRecord, ShiftRecord.person_id == person_id, {"handover_note": None}),
        (CalendarFeed, (CalendarFeed.person_id == person_id) & CalendarFeed.revoked_at.is_(None), {"revoked_at": now}),
    )
    for table, whose, values in wipes:
        session.execute(update(table).where(whose).values(**values), execution_options={"synchronize_session": False})
    for table in (CaseDraft, CaseSkip):
        session.execute(
            delete(table).where(table.moderator_id == person_id), execution_options={"synchronize_session": False}
        )
    earlier = delete(NoteRevision).where(NoteRevision.note_id.in_(select(Note.id).where(_notes_of(person_id))))
    session.execute(earlier, execution_options={"synchronize_session": False})
    session.execute(
        update(Invite)
        .where(Invite.created_by == person_id, Invite.revoked_at.is_(None), Invite.uses < Invite.max_uses)
        .values(revoked_at=now)
    )


def _notes_of(person_id: str) -> ColumnElement[bool]:
    """Written by this person, or about them."""
    return or_(Note.author_id == person_id, Note.carer_id == person_id)


def _empty_inbox(claimed: Claimed, person_id: str, pause: Callable[[], object]) -> None:
    """All but the ends of their sessions: other processes may not have cut their sockets yet. Those go with retention."""
    kept = Event.kind == EventKind.SESSION_ENDED.value
    while True:
        with transaction() as session:
            claimed.renew(session, now=clock.now())
            seqs = session.scalars(
                select(Event.seq).where(Event.stream_id == person_id, ~kept).order_by(Event.seq).limit(EVENTS_PAGE)
            ).all()
            if seqs:
                session.execute(delete(Event).where(Event.stream_id == person_id, Event.seq <= seqs[-1], ~kept))
        if not seqs:
            return
        pause()


def finish_erasure(session: Session, person_id: str, *, now: datetime) -> None:
    """Note how far it is: `restricted` while something of theirs lies in an open case, else done."""
    erasure = session.scalars(
        select(Erasure).where(Erasure.person_id == person_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    held = (
        select(Message.id).where(Message.author_id == person_id, open_case_of_message()),
        select(Report.id).where(Report.reporter_id == person_id, Report.note.is_not(None), open_case_of_report()),
    )
    if any(session.scalars(query.limit(1)).first() is not None for query in held):
        erasure.state = ErasureState.RESTRICTED
    elif erasure.state is not ErasureState.DONE:
        erasure.state, erasure.finished_at = ErasureState.DONE, now
