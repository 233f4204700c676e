"""What a report can be set aside with, and all that is locked for it: messages, then cases, then the reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from models.flags import ReportState
from models.messages import Message, MessageState
from models.review import Case, CaseState, Flag, FlagSource, Report, TargetKind
from server.queries.messages import WITH_AUTHOR
from server.queries.stretches import shown_in_open_case


@dataclass(frozen=True, kw_only=True)
class Held:
    """Reports in the order of their ids, with their cases and the messages those are about; all of it locked."""

    reports: Sequence[Report]
    cases: Mapping[str, Case]
    messages: Mapping[str, Message]

    def case_of(self, report: Report) -> Case:
        return self.cases[report.case_id]

    def message_of(self, case: Case) -> Message | None:
        return self.messages[case.message_id] if case.message_id is not None else None


def open_with(session: Session, marked: Report) -> list[str]:
    """Ids of this report and of all its reporter's that stand in a case which is not closed."""
    others = (
        select(Report.id)
        .join(Case, Case.id == Report.case_id)
        .where(Report.reporter_id == marked.reporter_id, Report.state == ReportState.STANDING)
        .where(Case.state != CaseState.CLOSED)
    )
    return sorted({marked.id, *session.scalars(others)})


def set_aside_with(session: Session, set_aside_id: str) -> list[str]:
    """Ids of what one step set aside and still is."""
    return list(session.scalars(select(Report.id).where(Report.set_aside_id == set_aside_id)))


def people_in(session: Session, report_ids: Sequence[str]) -> list[str]:
    """Whom the cases of these reports are about where no message is what they are about, in the order of locks."""
    query = select(Case.about_id).join(Report, Report.case_id == Case.id)
    about = session.scalars(query.where(Report.id.in_(report_ids), Case.target_kind != TargetKind.MESSAGE))
    return sorted(set(about))


def hold_reports(session: Session, report_ids: Sequence[str]) -> Held:
    """These reports as they are now, kept from changes together with their cases and what those keep or are about."""
    case_ids = set(session.scalars(select(Report.case_id).where(Report.id.in_(report_ids))))
    cases = select(Case.message_id, Case.conversation_id, Case.target_kind).where(Case.id.in_(case_ids))
    rows = session.execute(cases).all()
    talks = {row.conversation_id for row in rows if row.target_kind is TargetKind.CONVERSATION}
    # What was taken back in a talk is wiped when the case that keeps it closes.
    kept = and_(Message.conversation_id.in_(talks), Message.state == MessageState.DELETED, shown_in_open_case())
    about = Message.id.in_({row.message_id for row in rows if row.message_id is not None})
    messages = session.scalars(
        select(Message)
        .options(WITH_AUTHOR)
        .where(or_(about, kept) if talks else about)
        .order_by(Message.conversation_id, Message.id)
        .with_for_update(of=Message, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    locked = session.scalars(
        select(Case)
        .where(Case.id.in_(case_ids))
        .order_by(Case.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    reports = session.scalars(
        select(Report)
        .where(Report.id.in_(report_ids))
        .order_by(Report.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    return Held(
        reports=reports,
        cases={case.id: case for case in locked},
        messages={message.id: message for message in messages},
    )


def has_support(session: Session, case: Case) -> bool:
    """Whether a reason to look at the case is left: a report that stands, or what screening found."""
    standing = exists().where(Report.case_id == case.id, Report.state == ReportState.STANDING)
    found = exists().where(Flag.case_id == case.id, Flag.source != FlagSource.REPORT)
    return bool(session.scalar(select(or_(standing, found))))
