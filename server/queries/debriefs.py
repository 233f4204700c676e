"""Debrief requests: one's own, and everybody's for those who could talk with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from models.debriefs import OPEN_DEBRIEFS, DebriefRequest, DebriefSource, DebriefState
from models.errors import NotFound
from models.people import Person
from models.policy import Facts, allows
from server.queries.paging import Page, page_by_id

ASKED_BY, TAKEN_BY = aliased(Person), aliased(Person)
WITH_PEOPLE = (
    select(DebriefRequest, ASKED_BY, TAKEN_BY)
    .join(ASKED_BY, ASKED_BY.id == DebriefRequest.person_id)
    .outerjoin(TAKEN_BY, TAKEN_BY.id == DebriefRequest.taken_by)
)


@dataclass(frozen=True, kw_only=True)
class DebriefView:
    """`words`: whether the viewer may read what it is about."""

    request: DebriefRequest
    person: Person
    taken_by: Person | None
    words: bool


def facts_of(request: DebriefRequest) -> Facts:
    return Facts(debrief=request, about=request.person_id)


def get_debrief(session: Session, actor: Person, debrief_id: str, *, lock: bool = False) -> DebriefView:
    """Raises NotFound, also for one this person may not know of."""
    if lock:
        query = select(DebriefRequest).where(DebriefRequest.id == debrief_id).with_for_update()
        session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    row = session.execute(WITH_PEOPLE.where(DebriefRequest.id == debrief_id)).one_or_none()
    if row is None or not allows("debrief.read", actor, facts_of(row[0])):
        raise NotFound
    return _view(actor, row[0], row[1], row[2])


def find_debrief(session: Session, source: DebriefSource, source_id: str) -> DebriefRequest | None:
    query = select(DebriefRequest).where(DebriefRequest.source == source, DebriefRequest.source_id == source_id)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()


def list_debriefs(
    session: Session, actor: Person, *, state: DebriefState | None, limit: int, cursor: str | None
) -> Page[DebriefView]:
    """Those that wait longest first: one's own, or everybody's for the desk; without `state` those that are open."""
    states = OPEN_DEBRIEFS if state is None else {state}
    query = WITH_PEOPLE.where(DebriefRequest.state.in_(states))
    if not allows("debrief.desk", actor, Facts()):
        query = query.where(DebriefRequest.person_id == actor.id)
    show = partial(_view, actor)
    return page_by_id(session, query, DebriefRequest, show, limit=limit, cursor=cursor, oldest_first=True)


def due_debriefs(session: Session, now: datetime, *, limit: int = 200) -> Sequence[str]:
    """Those somebody is to be told of again, the longest due first."""
    query = select(DebriefRequest.id).where(DebriefRequest.due_at <= now)
    return session.scalars(query.order_by(DebriefRequest.due_at).limit(limit)).all()


def _view(actor: Person, request: DebriefRequest, person: Person, taken_by: Person | None) -> DebriefView:
    words = allows("debrief.words", actor, facts_of(request))
    return DebriefView(request=request, person=person, taken_by=taken_by, words=words)
