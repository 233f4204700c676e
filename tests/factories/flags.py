"""Reports on people and on stretches of conversations, made by the real actions, and what became of them."""

from typing import Any

from sqlalchemy import select

from models.audit import AuditEntry
from models.people import Person
from models.review import Case, DecisionKind, Flag, Report, ReportReason, TargetKind
from models.session import reading
from models.streams import Event
from server.actions.flags import report_conversation, report_person
from server.actions.review import decide_case, open_case
from server.queries.review import CaseDetail
from tests.factories.people import act


def report_them(who: Person, about: Person, reason: ReportReason = ReportReason.ABUSE, note: str | None = None) -> Report:
    made: Report = act(report_person, who, about.id, reason=reason, note=note)
    return made


def show(who: Person, conversation_id: str, *seqs: int, reason: ReportReason = ReportReason.ABUSE, **more: Any) -> Report:
    """Report the stretch from the first of these messages to the last."""
    ends = {"from_seq": min(seqs), "to_seq": max(seqs)}
    made: Report = act(report_conversation, who, conversation_id, reason=reason, **{"note": None, **ends, **more})
    return made


def look(who: Person, case_id: str) -> CaseDetail:
    detail: CaseDetail = act(open_case, who, case_id)
    return detail


def settle(who: Person, case_id: str, decision: DecisionKind = DecisionKind.DISMISS) -> Case:
    """Decide a case of any kind at its present version."""
    facts = {"decision": decision, "note": "Looked at it.", "version": case_now(case_id).version}
    decided: Case = act(decide_case, who, case_id, **facts)
    return decided


def case_now(case_id: str) -> Case:
    with reading() as session:
        return session.get_one(Case, case_id)


def cases_of(kind: TargetKind, about: Person) -> list[Case]:
    with reading() as session:
        query = select(Case).where(Case.target_kind == kind, Case.about_id == about.id)
        return list(session.scalars(query.order_by(Case.id)))


def report_now(report_id: str) -> Report:
    with reading() as session:
        return session.get_one(Report, report_id)


def reports_in(case_id: str) -> list[Report]:
    with reading() as session:
        return list(session.scalars(select(Report).where(Report.case_id == case_id).order_by(Report.id)))


def flags_in(case_id: str) -> list[Flag]:
    with reading() as session:
        return list(session.scalars(select(Flag).where(Flag.case_id == case_id).order_by(Flag.id)))


def notices_of(person: Person, kind: str) -> list[dict[str, Any]]:
    with reading() as session:
        query = select(Event).where(Event.stream_id == person.id, Event.kind == kind).order_by(Event.seq)
        return [event.data for event in session.scalars(query)]


def audited(subject_id: str) -> list[AuditEntry]:
    with reading() as session:
        return list(session.scalars(select(AuditEntry).where(AuditEntry.subject_id == subject_id).order_by(AuditEntry.seq)))
