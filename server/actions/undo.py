"""Taking back a decision that was taken a moment ago, or carrying it out once that time is over."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.desk import PendingDecision
from models.errors import DomainError
from models.messages import Message, MessageState
from models.people import Person, PersonState
from models.policy import allows, authorise
from models.review import Case
from models.streams import REVIEW_DESK, EventKind, record_to_desk, record_to_inboxes
from moderation import review
from moderation.desk import DeskAction, require
from server.actions.pending import attached_to, keep_as_draft, said_in, set_state
from server.actions.review import audit_case, settle_case
from server.actions.sanctions import Asked, check_sanction, hold_for_sanction
from server.actions.tombstones import lock_kept
from server.queries.desk import load_scene
from server.queries.messages import lock_message
from server.queries.review import case_facts, get_case


def undo_decision(session: Session, actor: Person, case_id: str, *, now: datetime) -> Case:
    """Take back one's own decision of a moment ago: what it hid is seen again. Raises NothingToUndo once it stands."""
    case, message = _lock(session, case_id)
    facts = case_facts(session, case)
    authorise("review.decide", actor, facts)
    require(DeskAction.UNDO, load_scene(session, actor, case, message, facts, at=now))
    pending = session.get_one(PendingDecision, case_id)
    if pending.hid and message is not None and message.state is MessageState.HIDDEN:
        set_state(session, message, MessageState.VISIBLE, now)
    keep_as_draft(session, pending, now)
    session.delete(pending)
    review.touch(case)
    audit_case(session, actor.id, "case.undone", case, now, {"decision": pending.decision.value})
    record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)
    return case


def carry_out_pending(session: Session, case_id: str, *, now: datetime) -> bool:
    """Let a decision stand whose time to be undone is over. False where another process, or its maker, was faster.

    It does not stand where the case has moved on since (somebody reported more, the author took the message back), or
    where whoever took it may decide no more: nobody has judged what is there now.
    """
    waiting = session.get(PendingDecision, case_id)
    if waiting is None:
        return False
    moderator = session.get_one(Person, waiting.moderator_id)
    attached = attached_to(waiting)
    about_id = get_case(session, case_id).about_id
    concerned, may_sanction = _hold_concerned(session, moderator, about_id, attached.sanction, waiting, now)
    case, message = _lock(session, case_id)
    pending = session.get(PendingDecision, case_id, populate_existing=True)
    if pending is None or pending.until > now:
        return False
    session.delete(pending)
    if not (may_sanction and _stands(session, pending, case, message, moderator)):
        _give_back(session, pending, case, now)
        return True
    if pending.hid and message is not None:
        message.state = MessageState.VISIBLE  # as it was when it was judged; nobody sees it in between
    said = said_in(pending)
    settle_case(session, moderator, case, message, said, attached, concerned, version=case.version, now=now)
    return True


def _hold_concerned(
    session: Session, moderator: Person, about_id: str, sanction: Asked | None, pending: PendingDecision, now: datetime
) -> tuple[Person | None, bool]:
    """Whom the sanction concerns that goes with it, locked first as everywhere, and whether it can still be imposed."""
    try:
        concerned = hold_for_sanction(session, moderator, about_id, sanction, pending.decision)
        check_sanction(session, moderator, sanction, pending.decision, now=now)
    except DomainError:
        return None, False
    return concerned, True


def _lock(session: Session, case_id: str) -> tuple[Case, Message | None]:
    """The message first, as everybody does."""
    case = get_case(session, case_id)
    message = lock_message(session, case.message_id) if case.message_id is not None else None
    lock_kept(session, case)
    return get_case(session, case_id, lock=True), message


def _stands(session: Session, pending: PendingDecision, case: Case, message: Message | None, moderator: Person) -> bool:
    if pending.hid and (message is None or message.state is not MessageState.HIDDEN):
        return False
    may = moderator.state is PersonState.ACTIVE and allows("review.decide", moderator, case_facts(session, case))
    fits = pending.hid or pending.decision in review.possible_decisions(case, message)
    return may and fits and case.version == pending.version


def _give_back(session: Session, pending: PendingDecision, case: Case, now: datetime) -> None:
    """The case stays with its moderator, what was hidden stays hidden until it is decided, and they are told."""
    keep_as_draft(session, pending, now)
    review.touch(case)
    data = {"case_id": case.id, "what": "decision_not_carried_out"}
    record_to_inboxes(session, [pending.moderator_id], EventKind.NOTICE_CASE, case.id, now=now, data=data)
    audit_case(session, None, "case.not_carried_out", case, now, {"decision": pending.decision.value})
    record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)
