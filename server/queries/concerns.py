"""Concerns that stand now, for those who may do something about them: never whose they are."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from models.alerts import Alert
from models.concerns import Concern
from models.errors import NotFound
from models.people import Person
from models.policy import Facts, allows, authorise
from server.queries.paging import Page, itself, page_by_id
from server.queries.rota import on_duty
from server.queries.walls import standing_wall


def facts_about(session: Session, actor: Person, now: datetime) -> Facts:
    return Facts(on_call=any(duty.person_id == actor.id for duty in on_duty(session, at=now)))


ASKED = exists().where(Alert.carer_id == Concern.carer_id, Alert.closed_at.is_(None))


def has_asked(session: Session, carer_id: str) -> bool:
    """Whether an alert of theirs is open: then somebody comes, or is on the way to."""
    query = select(Alert.id).where(Alert.carer_id == carer_id, Alert.closed_at.is_(None))
    return session.scalars(query).one_or_none() is not None


def open_concern_in(session: Session, conversation_id: str, now: datetime) -> Concern | None:
    query = select(Concern).where(Concern.conversation_id == conversation_id, Concern.until > now)
    return session.scalars(query.order_by(Concern.id.desc()).limit(1).with_for_update()).one_or_none()


def get_concern(session: Session, actor: Person, concern_id: str, *, now: datetime, lock: bool = False) -> Concern:
    """The concern, also when it is over, if this person may know of it; else NotFound."""
    if not allows("concern.list", actor, facts_about(session, actor, now)):
        raise NotFound
    query = select(Concern).where(Concern.id == concern_id, ~standing_wall(Concern.carer_id, actor.id))
    if lock:
        query = query.with_for_update(of=Concern).execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def list_concerns(session: Session, actor: Person, *, limit: int, cursor: str | None, now: datetime) -> Page[Concern]:
    """Those that stand, newest first, without those of carers whom a wall keeps from the actor, or who have asked since."""
    authorise("concern.list", actor, facts_about(session, actor, now))
    query = select(Concern).where(Concern.until > now, ~ASKED, ~standing_wall(Concern.carer_id, actor.id))
    return page_by_id(session, query, Concern, itself, limit=limit, cursor=cursor)
