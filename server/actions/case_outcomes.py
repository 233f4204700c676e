"""What a decision about a case changes, and who is told of it: the room, the author, everyone who reported it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.conversations import Membership
from models.desk import CaseDraft
from models.flags import ReportState
from models.messages import Message, MessageState
from models.review import Case, CaseState, Decision, DecisionKind, Report
from models.streams import EventKind, lock_stream, record_event, record_to_inboxes
from server.actions.aftercare import begin_aftercare
from server.actions.messages import deliver, notice
from server.actions.tombstones import let_texts_go

AUTHOR_OUTCOME: Mapping[DecisionKind, str] = {
    DecisionKind.HIDE: "hidden",
    DecisionKind.REMOVE: "removed",
    DecisionKind.RESTORE: "restored",
}
ACTED = frozenset({DecisionKind.REMOVE, DecisionKind.HIDE, DecisionKind.UPHOLD})


def carry_out(
    session: Session, case: Case, message: Message | None, decision: Decision, after: MessageState | None, *, now: datetime
) -> None:
    """Let a decision that was taken be seen: the message moves to `after`, author and reporters are told."""
    before = message.state if message is not None else None
    if message is not None and after is not None and before is not after:
        _move_message(session, message, after, now)
    _tell_author(session, message, decision, before, now)
    if case.state is CaseState.CLOSED:
        _tell_reporters(session, case, message, decision.decision, now)
        wind_up(session, case, decision.decision, now=now)


def wind_up(session: Session, case: Case, decision: DecisionKind, *, now: datetime) -> None:
    """Whatever closed it, once its reporters were told: no draft is left of it, support begins, kept texts go."""
    session.execute(delete(CaseDraft).where(CaseDraft.case_id == case.id))
    begin_aftercare(session, case, decision, now=now)
    let_texts_go(session, case)


def _move_message(session: Session, message: Message, after: MessageState, now: datetime) -> None:
    """Move the message and tell its room, which hears nothing of what it never saw."""
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


def _tell_author(
    session: Session, message: Message | None, decision: Decision, before: MessageState | None, now: datetime
) -> None:
    """What became of their message, and the id by which that can be appealed.

    Whose message stays as it was hears nothing: they never knew of the case.
    """
    if message is None:
        return
    outcome = AUTHOR_OUTCOME.get(decision.decision, "approved" if before is MessageState.HELD else None)
    if outcome is not None:
        why = {"decision_id": decision.id, "reason": decision.reason.value if decision.reason else None}
        data = notice(message, outcome) | why
        record_to_inboxes(session, [message.author_id], EventKind.NOTICE_MESSAGE, message.id, now=now, data=data)


def _tell_reporters(session: Session, case: Case, message: Message | None, decision: DecisionKind, now: datetime) -> None:
    """What came of what they reported."""
    outcome = "action_taken" if decision in ACTED else "no_action"
    standing = select(Report).where(Report.case_id == case.id, Report.state == ReportState.STANDING)
    for report in session.scalars(standing.order_by(Report.reporter_id)):
        data = {"report_id": report.id, "message_id": message.id if message else None, "outcome": outcome}
        record_to_inboxes(session, [report.reporter_id], EventKind.NOTICE_REPORT, report.id, now=now, data=data)
