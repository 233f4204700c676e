"""Break-glass: asking to read a private conversation, answering, reading, and telling its members afterwards.

Lock order: the access, then inboxes. Every step is in the audit trail; a page that could not be recorded is not shown.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from models.break_glass import AccessPurpose, BreakGlass, BreakGlassState
from models.errors import Conflict, Forbidden
from models.ids import new_id
from models.jobs import JobKind, enqueue
from models.people import Person
from models.policy import Facts, authorise
from models.streams import EventKind, record_to_inboxes
from moderation.audit import write_audit
from server.queries.break_glass import (
    AccessView,
    PrivatePage,
    belonged,
    find_access,
    get_private_conversation,
    lock_access,
    page_private,
    people_to_tell,
    view_access,
)


class AccessAsked(Conflict):
    code = "access_asked"
    user_message = "You have asked for this already, and it waits for an answer or is open."


class AccessAnswered(Conflict):
    code = "access_answered"
    user_message = "This request was answered already, or waited too long. Please look again."


class AccessClosed(Forbidden):
    code = "access_closed"
    user_message = "This access is not open. It may have ended, or nobody has granted it yet."


def ask_for_access(
    session: Session,
    actor: Person,
    conversation_id: str,
    *,
    purpose: AccessPurpose,
    reason: str,
    minutes: int,
    now: datetime,
) -> AccessView:
    """Ask to read a conversation one does not belong to. Raises NotFound (also for a group), Forbidden, AccessAsked."""
    authorise("break_glass.list", actor, Facts())
    conversation = get_private_conversation(session, conversation_id)
    authorise("break_glass.ask", actor, Facts(members=belonged(session, conversation.id)))
    if find_access(session, actor.id, conversation.id, at=now) is not None:
        raise AccessAsked
    access = BreakGlass(
        id=new_id(),
        conversation_id=conversation.id,
        state=BreakGlassState.ASKED,
        asked_by=actor.id,
        asked_as=actor.role,
        purpose=purpose,
        reason=reason,
        minutes=minutes,
        asked_at=now,
        pages_read=0,
    )
    session.add(access)
    _audit(session, actor.id, "break_glass.asked", access, now, {"purpose": purpose.value, "minutes": minutes})
    return view_access(session, access, at=now)


def grant_access(session: Session, actor: Person, access_id: str, *, now: datetime) -> AccessView:
    """Open it for as long as was asked, from now on; when it is over its members are told. Raises AccessAnswered."""
    access = _lock_to_answer(session, actor, access_id, now)
    access.state, access.expires_at = BreakGlassState.GRANTED, now + timedelta(minutes=access.minutes)
    enqueue(session, JobKind.BREAK_GLASS_END, now=now, subject_id=access.id, due_at=access.expires_at)
    _audit(session, actor.id, "break_glass.granted", access, now, {"minutes": access.minutes})
    return view_access(session, access, at=now)


def refuse_access(session: Session, actor: Person, access_id: str, *, now: datetime) -> AccessView:
    """Raises AccessAnswered."""
    access = _lock_to_answer(session, actor, access_id, now)
    access.state = BreakGlassState.REFUSED
    _audit(session, actor.id, "break_glass.refused", access, now)
    return view_access(session, access, at=now)


def end_access(session: Session, actor: Person, access_id: str, *, now: datetime) -> AccessView:
    """End it early, or take a request back. Ending what is over changes nothing."""
    access = _lock_as(session, actor, access_id, "break_glass.end")
    if access.state in (BreakGlassState.ASKED, BreakGlassState.GRANTED):
        _close(session, access, actor.id, now)
    return view_access(session, access, at=now)


def read_private(
    session: Session,
    actor: Person,
    access_id: str,
    *,
    before: int | None,
    after: int | None,
    limit: int,
    now: datetime,
) -> PrivatePage:
    """One page, for whoever asked, while it is open. That it was read is recorded by the transaction that shows it.

    Raises AccessClosed.
    """
    access = _lock_as(session, actor, access_id, "break_glass.read")
    if not access.open(now):
        raise AccessClosed
    page = page_private(session, access, before=before, after=after, limit=limit)
    access.first_read_at = access.first_read_at or now
    access.pages_read += 1
    seqs = [message.seq for message in page.items if message.seq is not None]
    shown = {"from_seq": min(seqs, default=None), "to_seq": max(seqs, default=None), "count": len(seqs)}
    _audit(session, actor.id, "break_glass.read", access, now, shown)
    return page


def close_expired_access(session: Session, access_id: str, *, now: datetime) -> None:
    """What is left to do once the time is over: the members are told, unless they have been. Bears being run twice."""
    access = lock_access(session, access_id)
    if access.told_at is None and access.state_at(now) is BreakGlassState.ENDED:
        _close(session, access, None, now)


def _lock_as(session: Session, actor: Person, access_id: str, permission: str) -> BreakGlass:
    """Raises Forbidden to whom the whole matter is none of their business, and only then NotFound."""
    authorise("break_glass.list", actor, Facts())
    access = lock_access(session, access_id)
    members = belonged(session, access.conversation_id)
    authorise(permission, actor, Facts(members=members, made_by=access.asked_by))
    return access


def _lock_to_answer(session: Session, actor: Person, access_id: str, now: datetime) -> BreakGlass:
    access = _lock_as(session, actor, access_id, "break_glass.answer")
    if access.state_at(now) is not BreakGlassState.ASKED:
        raise AccessAnswered
    access.answered_by, access.answered_at = actor.id, now
    return access


def _close(session: Session, access: BreakGlass, by: str | None, now: datetime) -> None:
    """Over, by somebody or by the clock. Only what was granted is told of: nobody could read before."""
    over_by_then = access.until is not None and access.until <= now
    access.state = BreakGlassState.ENDED
    access.ended_at = access.until if over_by_then else now
    _audit(session, by, "break_glass.ended", access, now, {"pages_read": access.pages_read})
    if access.expires_at is not None and access.told_at is None:
        access.told_at = now
        data = {"conversation_id": access.conversation_id, "break_glass_id": access.id}
        people = people_to_tell(session, access.conversation_id)
        record_to_inboxes(session, people, EventKind.NOTICE_ACCESS, access.id, now=now, data=data)


def _audit(
    session: Session,
    actor_id: str | None,
    action: str,
    access: BreakGlass,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    write_audit(
        session,
        actor_id=actor_id,
        action=action,
        subject_kind="break_glass",
        subject_id=access.id,
        now=now,
        data={"conversation_id": access.conversation_id, **(data or {})},
    )
