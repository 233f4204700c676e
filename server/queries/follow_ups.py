"""What is owed after alerts, as those concerned and the service see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session, aliased

from models.alerts import OPEN_FOLLOW_UPS, Alert, FollowUp, FollowUpState
from models.errors import NotFound
from models.people import Person
from models.policy import Facts, allows
from models.prepared import Prepared
from server.queries.paging import Page, page_by_id

CARER, OWED_TO = aliased(Person), aliased(Person)
WITH_PEOPLE = (
    select(FollowUp, CARER, OWED_TO)
    .join(Alert, Alert.id == FollowUp.alert_id)
    .join(CARER, CARER.id == Alert.carer_id)
    .outerjoin(OWED_TO, OWED_TO.id == FollowUp.person_id)
)


@dataclass(frozen=True, kw_only=True)
class FollowUpView:
    """`person`: whose it is; None: the service's."""

    follow_up: FollowUp
    carer: Person
    person: Person | None


def get_follow_up(session: Session, actor: Person, follow_up_id: str) -> FollowUpView:
    """Raises NotFound, also for one this person may not know of."""
    row = session.execute(WITH_PEOPLE.where(FollowUp.id == follow_up_id)).one_or_none()
    if row is None or not allows("follow_up.read", actor, Facts(follow_up=row[0])):
        raise NotFound
    return FollowUpView(follow_up=row[0], carer=row[1], person=row[2])


def lock_follow_up(session: Session, follow_up_id: str) -> FollowUp:
    query = select(FollowUp).where(FollowUp.id == follow_up_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def list_follow_ups(
    session: Session, actor: Person, *, state: FollowUpState | None, limit: int, cursor: str | None
) -> Page[FollowUpView]:
    """Newest first: one's own once they are due, everybody's for the desk; without `state` those still open."""
    query = WITH_PEOPLE.where(FollowUp.state.in_(OPEN_FOLLOW_UPS) if state is None else FollowUp.state == state)
    if not allows("alert.desk", actor, Facts()):
        query = query.where(FollowUp.person_id == actor.id, FollowUp.told_at.is_not(None))

    def show(follow_up: FollowUp, carer: Person, person: Person | None) -> FollowUpView:
        return FollowUpView(follow_up=follow_up, carer=carer, person=person)

    return page_by_id(session, query, FollowUp, show, limit=limit, cursor=cursor)


DUE = Prepared(
    select(FollowUp.id)
    .where(FollowUp.told_at.is_(None), FollowUp.due_at <= bindparam("now"))
    .order_by(FollowUp.due_at)
    .limit(bindparam("limit", type_=Integer))
)


def due_follow_ups(session: Session, *, now: datetime, limit: int) -> Sequence[str]:
    """Those nobody was told of yet, the longest due first."""
    return [follow_up_id for (follow_up_id,) in DUE.rows(session, now=now, limit=limit)]
