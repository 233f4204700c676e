"""Exports and erasures: how far they are, and what an erasure leaves behind."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, undefer

from models.alerts import Alert, AlertPage
from models.appeals import APPEAL_WITHIN, Appeal, AppealState
from models.audit import AuditEntry
from models.auth import SignIn
from models.beginnings import BeginningAgreement, BeginningText
from models.break_glass import BreakGlass
from models.code_of_conduct import Acceptance, CodeOfConduct
from models.conversations import Membership
from models.decisions import ServiceDecision
from models.flags import SetAside
from models.jobs import Job, JobState
from models.messages import Message
from models.notes import CareLink, Note, NoteRead
from models.people import Person, PersonState
from models.privacy import Export
from models.resources import ResourceReview, ResourceVersion
from models.retention import RULES, Class
from models.review import Case, CaseState, Decision, DecisionKind, Report
from models.role_descriptions import RoleDescription
from models.roles import Role
from models.sanctions import Sanction
from models.shifts import ShiftRecord
from models.visits import Visit
from server.queries.stretches import shown_in_open_case


def newest_export(session: Session, person_id: str) -> Export | None:
    """The last one asked for, with its sealed bytes."""
    query = select(Export).options(undefer(Export.sealed)).where(Export.person_id == person_id)
    return session.scalars(query.order_by(Export.requested_at.desc(), Export.id.desc()).limit(1)).one_or_none()


def exports_since(session: Session, person_id: str, since: datetime) -> list[datetime]:
    """When each export of these last hours was asked for, the oldest first."""
    query = select(Export.requested_at).where(Export.person_id == person_id, Export.requested_at > since)
    return list(session.scalars(query.order_by(Export.requested_at)))


def has_live_job(session: Session, subject_id: str) -> bool:
    """Whether somebody still has this to do: a job that was given up leaves nothing waiting or running."""
    live = Job.state.in_([JobState.WAITING, JobState.RUNNING])
    return session.scalars(select(Job.id).where(Job.subject_id == subject_id, live).limit(1)).first() is not None


def lock_person(session: Session, person_id: str) -> Person:
    """Kept from other changes until the transaction ends; what only refers to the person goes on (`key_share`)."""
    return session.scalars(
        select(Person)
        .where(Person.id == person_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def lock_other_coordinators(session: Session, person_id: str) -> list[str]:
    """Ids of the active coordinators but this one, with all of them locked: two who leave at once are told apart."""
    ids = session.scalars(
        select(Person.id)
        .where(Person.role == Role.COORDINATOR, Person.state == PersonState.ACTIVE)
        .order_by(Person.id)
        .with_for_update(key_share=True)
    )
    return [found for found in ids if found != person_id]


def open_case_of_message() -> ColumnElement[bool]:
    """About the message itself, or about a stretch of a conversation with it in it."""
    return or_(exists().where(Case.message_id == Message.id, Case.state != CaseState.CLOSED), shown_in_open_case())


def appealable_message(now: datetime) -> ColumnElement[bool]:
    """What took it out of sight can still be appealed, or is: its text is kept for those who hear that."""
    taken = Decision.decision.in_([DecisionKind.HIDE, DecisionKind.REMOVE])
    appealed = exists().where(Appeal.decision_id == Decision.id, Appeal.state == AppealState.OPEN)
    return (
        exists()
        .where(Case.message_id == Message.id, Decision.case_id == Case.id, taken)
        .where(or_(Decision.created_at > now - APPEAL_WITHIN, appealed))
    )


def open_case_of_report() -> ColumnElement[bool]:
    return exists().where(Case.id == Report.case_id, Case.state != CaseState.CLOSED)


def decisions_told(person_id: str) -> Select[*tuple[Any, ...]]:
    """Decisions about a person's messages, but for those that left a reported message as it was.

    They were never told of those: to show them would be to say that somebody reported them.
    """
    changed = Decision.decision.in_([DecisionKind.HIDE, DecisionKind.REMOVE, DecisionKind.RESTORE])
    reported = exists().where(Report.case_id == Case.id)
    return (
        select(Decision, Case.message_id)
        .join(Case, Case.id == Decision.case_id)
        .join(Message, Message.id == Case.message_id)
        .where(Message.author_id == person_id, or_(changed, ~reported))
    )


def what_stays(session: Session, person_id: str, *, now: datetime) -> list[dict[str, Any]]:
    """`[{kind, count, why, until}]` for what an erasure does not take at once; kinds with nothing in them are left out."""
    kept = []
    for kind, count in _counts(session, person_id).items():
        rule = RULES[kind]
        if count and rule.becomes is not Class.ERASED:
            kept.append({"kind": kind, "count": count, "why": rule.why, "until": rule.until(now)})
    return kept


def _counts(session: Session, person_id: str) -> Mapping[str, int]:
    def count(query: Select[*tuple[Any, ...]]) -> int:
        return session.scalar(select(func.count()).select_from(query.subquery())) or 0

    own_reports = and_(Report.reporter_id == person_id, Report.note.is_not(None))
    return {
        "messages_under_review": count(select(Message.id).where(Message.author_id == person_id, open_case_of_message())),
        "report_notes_under_review": count(select(Report.id).where(own_reports, open_case_of_report())),
        "reports": count(select(Report.id).where(Report.reporter_id == person_id))
        + count(select(SetAside.id).where(SetAside.reporter_id == person_id)),
        "sign_ins": count(select(SignIn.id).where(SignIn.person_id == person_id)),
        "acceptances": count(select(Acceptance.version).where(Acceptance.person_id == person_id))
        + count(select(BeginningAgreement.contact_id).where(BeginningAgreement.person_id == person_id)),
        "decisions": count(decisions_told(person_id).with_only_columns(Decision.id)),
        "sanctions": count(select(Sanction.id).where(Sanction.person_id == person_id)),
        "shifts": count(select(ShiftRecord.id).where(ShiftRecord.person_id == person_id)),
        "work_for_the_service": sum(
            count(query)
            for query in (
                select(Decision.id).where(Decision.moderator_id == person_id),
                select(SetAside.id).where(or_(SetAside.by == person_id, SetAside.undone_by == person_id)),
                select(Sanction.id).where(Sanction.imposed_by == person_id),
                select(Appeal.id).where(Appeal.decided_by == person_id),
                select(BreakGlass.id).where(or_(BreakGlass.asked_by == person_id, BreakGlass.answered_by == person_id)),
                select(ServiceDecision.id).where(ServiceDecision.decided_by == person_id),
                select(RoleDescription.version).where(RoleDescription.created_by == person_id),
                select(ResourceReview.number).where(ResourceReview.reviewer_id == person_id),
                select(ResourceVersion.number).where(ResourceVersion.written_by == person_id),
                select(CodeOfConduct.version).where(CodeOfConduct.created_by == person_id),
                select(BeginningText.version).where(BeginningText.created_by == person_id),
            )
        ),
        "note_records": count(select(Note.id).where(or_(Note.author_id == person_id, Note.carer_id == person_id)))
        + count(select(NoteRead.id).where(NoteRead.reader_id == person_id))
        + count(select(CareLink.id).where(or_(CareLink.carer_id == person_id, CareLink.professional_id == person_id))),
        "alert_records": count(select(Alert.id).where(or_(Alert.carer_id == person_id, Alert.taken_by == person_id)))
        + count(select(AlertPage.id).where(AlertPage.person_id == person_id)),
        "audit_entries": count(
            select(AuditEntry.seq).where(or_(AuditEntry.actor_id == person_id, AuditEntry.subject_id == person_id))
        ),
        "places": count(select(Membership.conversation_id).where(Membership.person_id == person_id))
        + count(select(Visit.id).where(Visit.supervisor_id == person_id)),
    }


def day_before(now: datetime) -> datetime:
    return now - timedelta(days=1)
