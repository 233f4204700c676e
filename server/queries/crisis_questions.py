"""Crisis questions, as whoever is asked sees them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.crisis_questions import AGAIN_AFTER, MOST_ANSWERS, CrisisQuestion
from models.errors import NotFound
from models.messages import Message
from models.people import Person
from server.queries.paging import Page, page_by_id


def get_question(session: Session, actor: Person, question_id: str) -> CrisisQuestion:
    """Raises NotFound, also for a question that somebody else was asked."""
    question = session.get(CrisisQuestion, question_id)
    if question is None or question.person_id != actor.id:
        raise NotFound
    return question


def lock_question(session: Session, question_id: str) -> CrisisQuestion:
    """Under its case's lock."""
    return session.get_one(CrisisQuestion, question_id, with_for_update=True, populate_existing=True)


def question_of(session: Session, case_id: str) -> CrisisQuestion | None:
    return session.scalars(select(CrisisQuestion).where(CrisisQuestion.case_id == case_id)).one_or_none()


def asked_lately(session: Session, person_id: str, *, now: datetime) -> bool:
    query = select(CrisisQuestion.id).where(
        CrisisQuestion.person_id == person_id, CrisisQuestion.asked_at > now - AGAIN_AFTER
    )
    return session.scalars(query.limit(1)).first() is not None


def list_questions(
    session: Session, actor: Person, *, limit: int, cursor: str | None, at: datetime
) -> Page[tuple[CrisisQuestion, str]]:
    """The actor's that may still be answered, or answered otherwise, each with where it was written; the newest first."""
    query = (
        select(CrisisQuestion, Message.conversation_id)
        .join(Message, Message.id == CrisisQuestion.message_id)
        .where(CrisisQuestion.person_id == actor.id, CrisisQuestion.expires_at > at, CrisisQuestion.answers < MOST_ANSWERS)
    )

    def show(question: CrisisQuestion, conversation_id: str) -> tuple[CrisisQuestion, str]:
        return question, conversation_id

    return page_by_id(session, query, CrisisQuestion, show, limit=limit, cursor=cursor)


def questions_of(session: Session, case_ids: Sequence[str]) -> dict[str, CrisisQuestion]:
    """By case."""
    query = select(CrisisQuestion).where(CrisisQuestion.case_id.in_(case_ids))
    return {question.case_id: question for question in session.scalars(query)}
