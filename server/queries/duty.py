"""Which carer peer workers are there now: on duty, and within reach. Never who else is, and never a carer."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.notifications import CONFIRMED_LASTS, PushSubscription
from models.people import Person
from models.roles import Role
from models.rota import DutyPresence
from server.queries.rota import OnDuty, on_duty

SEEN_LASTS = timedelta(minutes=1)


def workers_within_reach(session: Session, *, at: datetime, on: Sequence[OnDuty] | None = None) -> Sequence[Person]:
    """Those whose app was open within the last minute, or who have a device that answered a trial page lately.

    In the order of asking. `on`: who is on duty, where that is known.
    """
    order = [one.person_id for one in (on_duty(session, at=at) if on is None else on)]
    seen = select(DutyPresence.person_id).where(DutyPresence.seen_at > at - SEEN_LASTS)
    paged = select(PushSubscription.person_id).where(PushSubscription.confirmed_at > at - CONFIRMED_LASTS)
    there = session.scalars(
        select(Person).where(
            Person.id.in_(order),
            Person.role == Role.CARER_PEER_WORKER,
            or_(Person.id.in_(seen), Person.id.in_(paged)),
        )
    ).all()
    return sorted(there, key=lambda person: order.index(person.id))
