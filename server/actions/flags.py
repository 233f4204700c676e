"""Reports from members: asking for eyes on something they can see. Each lands in the case of its target.

Invariant: of one target there is one open case, and in it at most one report of each member. What is said of a risk is never
lost, also where the same member said something lesser before, or was not believed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.errors import Conflict, NotFound
from models.flags import MOST_STRETCHES, ReportState, ReportStretch
from models.ids import new_id
from models.people import Person, PersonState
from models.policy import Facts, authorise
from models.review import Case, FlagSource, Report, ReportReason, TargetKind
from models.streams import REVIEW_DESK, EventKind, record_to_desk
from moderation.audit import write_audit
from moderation.flags import NORMAL, is_safety, weigh
from moderation.review import URGENCY_OF_REASON, Reason, Target, gather, touch
from server.actions.crisis_questions import ask_after_report
from server.queries.conversations import get_place
from server.queries.flags import find_report, get_met, record_of
from server.queries.messages import lock_seen_message
from server.queries.privacy import lock_person
from server.queries.review import get_case
from server.queries.stretches import Stretch, lock_stretch, look_at_stretch, stretches_in


class StretchesFull(Conflict):
    code = "stretches_full"
    user_message = "You have shown moderators several parts of this conversation. They are looking at these first."


def report_message(
    session: Session, actor: Person, message_id: str, *, reason: ReportReason, note: str | None, now: datetime
) -> Report:
    """A member asks for eyes on a message. The same member reporting it again while it is open changes nothing.

    Raises NotFound for a message the member could not see.
    """
    message, place = lock_seen_message(session, actor, message_id)
    authorise("message.report", actor, place.facts)
    report = _file(session, actor, Target.message(message), reason=reason, note=note, now=now)
    ask_after_report(session, get_case(session, report.case_id), message, place.conversation.kind, report.reason, now=now)
    return report


def report_person(
    session: Session, actor: Person, person_id: str, *, reason: ReportReason, note: str | None, now: datetime
) -> Report:
    """A member asks for eyes on how somebody behaves whom they have met here.

    Raises Forbidden for oneself, and NotFound for whom they have not met, which is the same as for who is not there.
    """
    authorise("person.report", actor, Facts(about=person_id))
    get_met(session, actor, person_id, at=now)
    if lock_person(session, person_id).state is PersonState.ERASED:
        raise NotFound
    target = Target(kind=TargetKind.PERSON, about_id=person_id)
    return _file(session, actor, target, reason=reason, note=note, now=now)


def report_conversation(
    session: Session,
    actor: Person,
    conversation_id: str,
    *,
    reason: ReportReason,
    note: str | None,
    from_seq: int,
    to_seq: int,
    now: datetime,
) -> Report:
    """One of two shows moderators a stretch of their conversation, and nothing else of it. About the other one.

    Another stretch joins the report while it is open. Raises NotFound, Forbidden (a group, or a visitor), Invalid, and
    StretchesFull.
    """
    place = get_place(session, actor, conversation_id)
    authorise("conversation.report", actor, place.facts)
    stretch = look_at_stretch(session, actor, place, from_seq, to_seq)
    lock_person(session, stretch.about_id)  # two stretches at once open one case
    lock_stretch(session, conversation_id, stretch)
    target = Target(kind=TargetKind.CONVERSATION, about_id=stretch.about_id, conversation_id=conversation_id)
    report = _file(session, actor, target, reason=reason, note=note, now=now)
    _show(session, actor, report, stretch, now)
    return report


def _file(
    session: Session, actor: Person, target: Target, *, reason: ReportReason, note: str | None, now: datetime
) -> Report:
    """The member's report in the open case of this target, the one they made before if they did."""
    standing = target.open_case(session)
    earlier = find_report(session, actor.id, standing.id) if standing is not None else None
    if earlier is not None:
        return _say_again(session, actor, target, earlier, reason=reason, note=note, now=now)
    weight = weigh(record_of(session, actor.id, at=now), reason)
    case, is_new = gather(session, target, [_flag(reason)], now=now, weight=weight)
    report = Report(
        id=new_id(),
        case_id=case.id,
        reporter_id=actor.id,
        reason=reason,
        note=note,
        weight=weight,
        created_at=now,
        state=ReportState.STANDING,
    )
    session.add(report)
    session.flush()  # the desk's event and the audit row name them
    _audit(session, actor, f"{target.kind.value}.reported", report, now, {"reason": reason.value})
    record_to_desk(session, REVIEW_DESK, EventKind.CASE_OPENED if is_new else EventKind.CASE_CHANGED, case.id, now=now)
    return report


def _say_again(
    session: Session, actor: Person, target: Target, report: Report, *, reason: ReportReason, note: str | None, now: datetime
) -> Report:
    """Once more changes nothing, but where it tells of a risk and did not before, or was not believed."""
    set_aside = report.state is ReportState.SET_ASIDE
    if not is_safety(reason) or (is_safety(report.reason) and not set_aside):
        return report
    if set_aside:
        report.state, report.set_aside_id, report.weight = ReportState.STANDING, None, NORMAL
    case, _ = gather(session, target, [_flag(reason)], now=now, weight=report.weight if set_aside else 0)
    report.reason = reason
    report.note = "\n".join(words for words in (report.note, note) if words) or None
    _audit(session, actor, "report.raised", report, now, {"reason": reason.value})
    record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)
    return report


def _show(session: Session, actor: Person, report: Report, stretch: Stretch, now: datetime) -> None:
    """Put a stretch with the report, unless another of it shows as much, or nobody looks at the report."""
    shown = stretches_in(session, [report.id]).get(report.id, [])
    if any(one.from_seq <= stretch.from_seq and stretch.to_seq <= one.to_seq for one in shown):
        return
    if report.state is not ReportState.STANDING:
        return
    if len(shown) >= MOST_STRETCHES:
        raise StretchesFull
    ends = {"from_seq": stretch.from_seq, "to_seq": stretch.to_seq}
    session.add(ReportStretch(id=new_id(), report_id=report.id, created_at=now, **ends))
    if shown:
        case: Case = get_case(session, report.case_id)  # locked above
        touch(case)
        _audit(session, actor, "conversation.shown", report, now, ends)
        record_to_desk(session, REVIEW_DESK, EventKind.CASE_CHANGED, case.id, now=now)


def _flag(reason: ReportReason) -> Reason:
    return Reason(source=FlagSource.REPORT, label=reason.value, severity=int(URGENCY_OF_REASON[reason]))


def _audit(session: Session, actor: Person, action: str, report: Report, now: datetime, data: Mapping[str, Any]) -> None:
    write_audit(
        session,
        actor_id=actor.id,
        action=action,
        subject_kind="case",
        subject_id=report.case_id,
        now=now,
        data={"report_id": report.id, **data},
    )
