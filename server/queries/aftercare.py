"""What is owed after decided cases: loose ends, follow-ups that are due, and what support was offered to somebody."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from models.aftercare import Aftercare, AftercareState, SupportState
from models.people import Person
from models.policy import Facts, authorise
from models.review import LOOSE_END, Case
from server.queries.paging import Page, as_id, as_moment, decode_cursor, encode_cursor, itself, page_by_id
from server.queries.review import CaseView, view_cases


def find_aftercare(session: Session, case_id: str) -> Aftercare | None:
    """As it is now; whoever changes it holds its case."""
    query = select(Aftercare).where(Aftercare.case_id == case_id)
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def list_loose_ends(session: Session, actor: Person, *, limit: int, cursor: str | None, at: datetime) -> Page[CaseView]:
    """Cases that are decided and not done, those decided longest ago first."""
    authorise("review.read", actor, Facts())
    query = select(Case).where(LOOSE_END).order_by(Case.closed_at, Case.id)
    after = decode_cursor(cursor, as_moment, as_id)
    if after is not None:
        closed_at, case_id = after
        query = query.where(or_(Case.closed_at > closed_at, and_(Case.closed_at == closed_at, Case.id > case_id)))
    cases = session.scalars(query.limit(limit + 1)).all()
    last = cases[limit - 1] if len(cases) > limit else None
    next_cursor = encode_cursor(last.closed_at, last.id) if last is not None else None
    return Page(items=view_cases(session, cases[:limit], at=at), next_cursor=next_cursor)


def due_follow_ups(session: Session, *, now: datetime, limit: int) -> Sequence[str]:
    """Cases whose scheduled follow-up has come, the longest due first."""
    due = (Aftercare.follow_up == AftercareState.SCHEDULED, Aftercare.follow_up_at <= now)
    return session.scalars(select(Aftercare.case_id).where(*due).order_by(Aftercare.follow_up_at).limit(limit)).all()


def list_support(session: Session, actor: Person, *, limit: int, cursor: str | None) -> Page[Aftercare]:
    """What the actor was offered after something about their words was decided, the newest first."""
    query = select(Aftercare).where(
        Aftercare.author_id == actor.id, Aftercare.support == SupportState.OFFERED, Aftercare.support_reason.is_not(None)
    )
    return page_by_id(session, query, Aftercare, itself, limit=limit, cursor=cursor)
