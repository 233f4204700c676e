"""How the rota's burden was shared in a stretch of time, for those who plan it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.alerts import AlertPage, PageAnswer
from models.fairness import Share, share_of
from models.people import Person, PersonState
from models.rota import LAYER_ROLES
from server.queries.rota import spans_between

MOST_PEOPLE = 200


@dataclass(frozen=True, kw_only=True)
class PersonShare:
    """`contacts`: crisis contacts they took in that time, and did not hand back."""

    person: Person
    share: Share
    contacts: int


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
    taken = _contacts(session, since, until)
    return [
        PersonShare(
            person=person,
            share=share_of([span for span in spans if span.person_id == person.id], person.timezone),
            contacts=taken.get(person.id, 0),
        )
        for person in people
    ]


def _contacts(session: Session, since: datetime, until: datetime) -> Mapping[str, int]:
    query = (
        select(AlertPage.person_id, func.count())
        .where(AlertPage.answer == PageAnswer.ACKNOWLEDGED, AlertPage.answered_at >= since, AlertPage.answered_at < until)
        .group_by(AlertPage.person_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}
