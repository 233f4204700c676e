"""Reports from members, and what moderators do about cases. Everyone concerned is told; every step is in the audit trail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.conversations import Membership
from models.ids import new_id
from models.messages import Message, MessageState
from models.people import Person
from models.policy import Facts, authorise
from models.review import Case, CaseState, Decision, DecisionKind, FlagSource, Report, ReportReason
from models.streams import REVIEW_DESK, EventKind, lock_stream, record_event, record_to_desk, record_to_inboxes
from moderation import review
from moderation.audit import write_audit
from moderation.review import URGENCY_OF_REASON, Reason, gather
from server.actions.desk_duty import keep_at_desk
from server.actions.messages import deliver, notice
from server.actions.tombstones import wipe_text
from server.queries.messages import lock_message, lock_seen_message
from server.queries.review import CaseDetail, case_parties, detail_case, find_report, get_case, has_open_case

AUTHOR_OUTCOME: Mapping[DecisionKind, str] = {
    DecisionKind.HIDE: "hidden",
    DecisionKind.REMOVE: "removed",
    DecisionKind.RESTORE: "restored",
}


def report_message(
    session: Session, actor: Person, message_id: str, *, reason: ReportReason, note: str | None, now: datetime
) -> Report:
    """A member asks for eyes on a message. The same member reporting it again while it is open changes nothing.

    Raises NotFound for a message the member cannot see.
    """
    message, place = lock_seen_message(session, actor, message_id)
    authorise("message.report", actor, place.facts)
    earlier = find_report(session, actor.id, message_id)
    if earlier is not None:
        return earlier
    flag = Reason(source=FlagSource.REPORT, label=reason.value, severity=int(URGENCY_OF_REASON[reason]))
    case, is_new = gather(session, message, [flag], now=now)
    report = Report(
        id=new_id(),
        case_id=case.id,
        message_id=message_id,
        reporter_id=actor.id,
        reason=reason,
        note=note,
        created_at=now,
    )
    session.add(report)
    session.flush()  # the desk's event and the audit row name them
    _audit(session, actor, "message.reported", case, now, {"report_id": report.id, "reason": reason.value})
    kind = EventKind.CASE_OPENED if is_new else EventKind.CASE_CHANGED
    record_to_desk(session, REVIEW_DESK, kind, case.id, now=now)
    return report


def open_case(session: Session, actor: Person, case_id: str, *, now: datetime) -> CaseDetail:
    """Everything a moderator needs to decide a case, the text included; that they looked is in the audit trail."""
    authorise("review.open", actor, Facts(parties=case_parties(session, get_case(session, case_id))))
    detail = detail_case(session, case_id, at=now)
    _audit(session, actor, "case.read", detail.view.case, now)
    return detail


def claim_case(session: Session, actor: Person, case_id: str, *, now: datetime) -> Case:
    """Take a case in hand for ten minutes; claiming one's own again keeps it. Raises CaseClaimed, CaseClosed."""
    case = _lock_for_decision(session, actor, case_id, now)
    review.claim(case, actor.id, now=now)
    _audit(session, actor, "case.claimed", case, now)
    record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)
    return case


def release_case(session: Session, actor: Person, case_id: str, *, now: datetime) -> Case:
    """Lay a case back for others. Raises CaseClaimed when it is in another's hands."""
    case = _lock_for_decision(session, actor, case_id, now)
    if case.state is not CaseState.OPEN:
        review.release(case, actor.id, now=now)
        _audit(session, actor, "case.released", case, now)
        record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)
    return case


def decide_case(
    session: Session,
    actor: Person,
    case_id: str,
    *,
    decision: DecisionKind,
    note: str,
    version: int,
    now: datetime,
) -> Case:
    """Decide a case: the message moves, the room sees it, author and reporters are told.

    Raises StaleVersion, CaseClaimed, CaseClosed, DecisionNotPossible; then nothing has changed.
    """
    case = get_case(session, case_id)
    message = lock_message(session, case.message_id)
    case = _lock_for_decision(session, actor, case_id, now)
    if case.state is CaseState.CLOSED and has_open_case(session, message.id):
        raise review.CaseClosed  # the newer case is where this is decided now
    before = message.state
    after = review.settle(case, message, decision, actor.id, version=version, now=now)
    taken = Decision(id=new_id(), case_id=case.id, moderator_id=actor.id, decision=decision, note=note, created_at=now)
    session.add(taken)
    _audit(
        session,
        actor,
        f"case.{decision.value}",
        case,
        now,
        {"decision_id": taken.id, "message_state": after.value},
    )
    _change_message(session, message, before, after, now)
    _tell_people(session, case, message, decision, before, now)
    closed = case.state is CaseState.CLOSED
    if closed and message.state is MessageState.DELETED:
        wipe_text(session, message)  # its author took it back; only this case still kept it
    kind = EventKind.CASE_CLOSED if closed else EventKind.CASE_CHANGED
    record_to_desk(session, REVIEW_DESK, kind, case.id, now=now)
    return case


def _lock_for_decision(session: Session, actor: Person, case_id: str, now: datetime) -> Case:
    case = get_case(session, case_id, lock=True)
    authorise("review.decide", actor, Facts(parties=case_parties(session, case)))
    keep_at_desk(session, actor, now=now)
    return case


def _change_message(session: Session, message: Message, before: MessageState, after: MessageState, now: datetime) -> None:
    """Move the message and tell its room, which hears nothing of what it never saw."""
    if before is after:
        return
    message.state = after
    if message.seq is None:
        if after is MessageState.VISIBLE:
            lock_stream(session, message.conversation_id)  # their next message counts on the same row
            membership = session.get(Membership, (message.conversation_id, message.author_id))
            deliver(session, message, membership, now=now)
    elif after is MessageState.REMOVED:
        record_event(
            session,
            message.conversation_id,
            EventKind.MESSAGE_REMOVED,
            message.id,
            now=now,
            data={"reason": "moderated"},
        )
    else:
        record_event(session, message.conversation_id, EventKind.MESSAGE_UPDATED, message.id, now=now)


def _tell_people(
    session: Session,
    case: Case,
    message: Message,
    decision: DecisionKind,
    before: MessageState,
    now: datetime,
) -> None:
    """The author hears what became of their message, each reporter what came of their report.

    An author whose message stays as it was hears nothing: they never knew of the case.
    """
    notices: dict[str, tuple[EventKind, str, dict[str, Any]]] = {}
    outcome = "approved" if before is MessageState.HELD else None
    outcome = AUTHOR_OUTCOME.get(decision, outcome)
    if outcome is not None:
        notices[message.author_id] = (EventKind.NOTICE_MESSAGE, message.id, notice(message, outcome))
    if case.state is CaseState.CLOSED:
        acted = decision in (DecisionKind.REMOVE, DecisionKind.HIDE)
        for report in session.scalars(select(Report).where(Report.case_id == case.id)):
            data = {
                "report_id": report.id,
                "message_id": message.id,
                "outcome": "action_taken" if acted else "no_action",
            }
            notices.setdefault(report.reporter_id, (EventKind.NOTICE_REPORT, report.id, data))
    for person_id in sorted(notices):
        kind, subject_id, data = notices[person_id]
        record_to_inboxes(session, [person_id], kind, subject_id, now=now, data=data)


def _audit(
    session: Session,
    actor: Person,
    action: str,
    case: Case,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    write_audit(session, actor_id=actor.id, action=action, subject_kind="case", subject_id=case.id, now=now, data=data)
