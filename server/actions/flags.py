"""Reports from members: asking for eyes on something they can see. Each lands in the case of its target."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.ids import new_id
from models.people import Person
from models.policy import authorise
from models.review import FlagSource, Report, ReportReason
from models.streams import REVIEW_DESK, EventKind, record_to_desk
from moderation.audit import write_audit
from moderation.review import URGENCY_OF_REASON, Reason, Target, gather
from server.actions.crisis_questions import ask_after_report
from server.queries.messages import lock_seen_message
from server.queries.review import find_report


def report_message(
    session: Session, actor: Person, message_id: str, *, reason: ReportReason, note: str | None, now: datetime
) -> Report:
    """A member asks for eyes on a message. The same member reporting it again while it is open changes nothing.

    Raises NotFound for a message the member cannot see.
    """
    message, place = lock_seen_message(session, actor, message_id)
    authorise("message.report", actor, place.facts)
    target = Target.message(message)
    standing = target.open_case(session)
    earlier = find_report(session, actor.id, standing.id) if standing is not None else None
    if earlier is not None:
        return earlier
    flag = Reason(source=FlagSource.REPORT, label=reason.value, severity=int(URGENCY_OF_REASON[reason]))
    case, is_new = gather(session, target, [flag], now=now)
    report = Report(
        id=new_id(),
        case_id=case.id,
        reporter_id=actor.id,
        reason=reason,
        note=note,
        created_at=now,
    )
    session.add(report)
    session.flush()  # the desk's event and the audit row name them
    write_audit(
        session,
        actor_id=actor.id,
        action="message.reported",
        subject_kind="case",
        subject_id=case.id,
        now=now,
        data={"report_id": report.id, "reason": reason.value},
    )
    ask_after_report(session, case, message, place.conversation.kind, reason, now=now)
    kind = EventKind.CASE_OPENED if is_new else EventKind.CASE_CHANGED
    record_to_desk(session, REVIEW_DESK, kind, case.id, now=now)
    return report
