"""How the rota's burden was shared in a stretch of time, for those who plan it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.fairness import Share, share_of
from models.people import Person, PersonState
from models.rota import LAYER_ROLES
from server.queries.rota import spans_between

MOST_PEOPLE = 200


@dataclass(frozen=True, kw_only=True)
class PersonShare:
    person: Person
    share: Share


def fairness(session: Session, since: datetime, until: datetime, *, now: datetime) -> Sequence[PersonShare]:
    """Everybody who was or will be on, and everybody who could be, by name: who had nothing is told, too."""
    spans = spans_between(session, since, until, now=now)
    could = Person.role.in_(set(LAYER_ROLES.values())) & (Person.state == PersonState.ACTIVE)
    people = session.scalars(
        select(Person)
        .where(or_(Person.id.in_(sorted({span.person_id for span in spans})), could))
        .order_by(Person.display_name, Person.id)
        .limit(MOST_PEOPLE)
    ).all()
    return [
        PersonShare(person=person, share=share_of([span for span in spans if span.person_id == person.id], person.timezone))
        for person in people
    ]
