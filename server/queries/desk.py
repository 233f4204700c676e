"""What lies on a case beside its flags, and the case as one person of the desk has it before them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, exists, select
from sqlalchemy.orm import Session

from models.desk import CaseDraft, CaseSkip, Escalation, PendingDecision, SecondOpinion
from models.errors import NotFound
from models.messages import Message
from models.people import Person, PersonState
from models.policy import Actor, Facts
from models.prepared import Prepared
from models.review import Case, CaseState, Flag
from models.roles import Role
from moderation.desk import OnDesk, Scene
from server.queries.messages import load_messages


def on_desk(session: Session, cases: Sequence[Case]) -> dict[str, OnDesk]:
    """By case, in three queries however many there are, and one more where some are closed."""
    ids = [case.id for case in cases]
    if not ids:
        return {}
    query = (
        select(PendingDecision, Escalation)
        .select_from(Case)
        .outerjoin(PendingDecision, PendingDecision.case_id == Case.id)
        .outerjoin(Escalation, Escalation.case_id == Case.id)
        .where(Case.id.in_(ids))
        .add_columns(Case.id)
    )
    beside = {row[2]: (row[0], row[1]) for row in session.execute(query)}
    opinions = newest_opinions(session, ids)
    closed = [case.message_id for case in cases if case.state is CaseState.CLOSED and case.message_id is not None]
    decided_anew = _open_again(session, closed)
    return {
        case.id: OnDesk(
            pending=beside[case.id][0],
            escalation=beside[case.id][1],
            opinion=opinions.get(case.id),
            newer_case=case.state is CaseState.CLOSED and case.message_id in decided_anew,
        )
        for case in cases
    }


def newest_opinions(session: Session, case_ids: Sequence[str]) -> Mapping[str, SecondOpinion]:
    found = session.scalars(select(SecondOpinion).where(SecondOpinion.case_id.in_(case_ids)).order_by(SecondOpinion.id))
    return {opinion.case_id: opinion for opinion in found}


def _open_again(session: Session, message_ids: Iterable[str]) -> frozenset[str | None]:
    wanted = list(message_ids)
    if not wanted:
        return frozenset()
    return frozenset(
        session.scalars(select(Case.message_id).where(Case.message_id.in_(wanted), Case.state != CaseState.CLOSED))
    )


def load_scene(session: Session, actor: Actor, case: Case, message: Message | None, facts: Facts, *, at: datetime) -> Scene:
    """The case before this person; `message` as it is locked, or None to read it here."""
    if message is None and case.message_id is not None:
        message = load_messages(session, [case.message_id])[case.message_id]
    labels = session.scalars(select(Flag.label).where(Flag.case_id == case.id).distinct()).all()
    desk = on_desk(session, [case])[case.id]
    return Scene(actor=actor, case=case, message=message, labels=labels, facts=facts, desk=desk, at=at)


def laid_aside_by(person_id: str, *, at: datetime) -> ColumnElement[bool]:
    """Of a case: this person laid it aside, for now."""
    return exists().where(CaseSkip.case_id == Case.id, CaseSkip.moderator_id == person_id, CaseSkip.until > at)


def skips_of(session: Session, case_ids: Sequence[str], person_id: str | None, *, at: datetime) -> Sequence[CaseSkip]:
    """Skips that still count, of one person or (None) of everybody, the oldest first."""
    query = select(CaseSkip).where(CaseSkip.case_id.in_(case_ids), CaseSkip.until > at)
    if person_id is not None:
        query = query.where(CaseSkip.moderator_id == person_id)
    return session.scalars(query.order_by(CaseSkip.skipped_at)).all()


def everybody_skipped(session: Session, case: Case, parties: frozenset[str], *, at: datetime) -> bool:
    """Whether no moderator is left who could take the case and has not laid it aside."""
    moderators = active_of(session, Role.MODERATOR) - parties
    return moderators <= {skip.moderator_id for skip in skips_of(session, [case.id], None, at=at)}


def active_of(session: Session, *roles: Role) -> set[str]:
    return set(session.scalars(select(Person.id).where(Person.role.in_(roles), Person.state == PersonState.ACTIVE)))


def get_draft(session: Session, case_id: str, moderator_id: str) -> CaseDraft:
    found = session.get(CaseDraft, (case_id, moderator_id))
    if found is None:
        raise NotFound
    return found


def _due(case_id: Any, at: Any, *where: ColumnElement[bool]) -> Prepared:
    """Ids of cases for which the time `at` has come, the longest due first."""
    query = select(case_id).where(at <= bindparam("now"), *where).order_by(at)
    return Prepared(query.limit(bindparam("limit", type_=Integer)))


DECISIONS = _due(PendingDecision.case_id, PendingDecision.until)
REMINDERS = _due(Escalation.case_id, Escalation.remind_at)
LAPSED = _due(
    Case.id,
    Case.claim_until,
    Case.state == CaseState.CLAIMED,
    ~exists().where(PendingDecision.case_id == Case.id),
)


def due_decisions(session: Session, *, at: datetime, limit: int) -> Sequence[str]:
    """Cases whose decision can no longer be undone and is to be carried out."""
    return [case_id for (case_id,) in DECISIONS.rows(session, now=at, limit=limit)]


def due_reminders(session: Session, *, at: datetime, limit: int) -> Sequence[str]:
    return [case_id for (case_id,) in REMINDERS.rows(session, now=at, limit=limit)]


def lapsed_claims(session: Session, *, at: datetime, limit: int) -> Sequence[str]:
    """Cases whose claim has run out and that nobody laid back yet."""
    return [case_id for (case_id,) in LAPSED.rows(session, now=at, limit=limit)]
