"""How somebody stands in the service's groups: for the desk before it decides, and for the person themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.appeals import Appeal
from models.errors import NotFound
from models.people import Person, PersonState
from models.review import Case, Decision
from models.sanctions import Sanction
from moderation.sanctions import Suggestion, suggest
from server.queries.appeals import newest_appeals
from server.queries.privacy import decisions_told
from server.queries.sanctions import newest_sanctions

MOST = 50  # of each kind of thing that is shown


@dataclass(frozen=True, kw_only=True)
class PersonStanding:
    """The newest of each; `people` are those who decided. `suggestion`: what usually comes next, for the desk."""

    person: Person
    present: Sequence[Sanction]
    past: Sequence[Sanction]
    decisions: Sequence[tuple[Decision, str | None]]  # with the message it was about
    appeals: Sequence[Appeal]
    suggestion: Suggestion
    people: Mapping[str, Person]


def standing_of(session: Session, person_id: str, *, at: datetime, own: bool = False) -> PersonStanding:
    """`own`: as the person may see it, who was told of some decisions only. Raises NotFound for somebody gone."""
    person = session.get(Person, person_id)
    if person is None or person.state is PersonState.ERASED:
        raise NotFound
    sanctions = newest_sanctions(session, person_id)
    about = select(Decision, Case.message_id).join(Case, Case.id == Decision.case_id).where(Case.about_id == person_id)
    query = decisions_told(person_id) if own else about
    decisions = session.execute(query.order_by(Decision.id.desc()).limit(MOST)).all()
    deciders = {row[0].moderator_id for row in decisions} | {each.imposed_by for each in sanctions}
    people = session.scalars(select(Person).where(Person.id.in_(deciders))) if not own else ()
    return PersonStanding(
        person=person,
        present=[each for each in sanctions if each.limits(at)],
        past=[each for each in sanctions if not each.limits(at)],
        decisions=[(row[0], row[1]) for row in decisions],
        appeals=newest_appeals(session, person_id, MOST),
        suggestion=suggest(sanctions, now=at),
        people={each.id: each for each in people},
    )
