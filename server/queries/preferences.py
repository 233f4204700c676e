"""What a carer said they look for, to nobody but them."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from models.people import Person
from models.policy import Facts, authorise
from models.preferences import CarerPreferences, Preference, read_preferences
from models.prepared import Prepared

OWN = Prepared(select(CarerPreferences.content).where(CarerPreferences.person_id == bindparam("person_id")))


def own_preferences(session: Session, actor: Person) -> Sequence[Preference]:
    """In the order in which they were given; none for whoever said nothing yet."""
    authorise("preferences.own", actor, Facts())
    row = OWN.row(session, person_id=actor.id)
    return read_preferences(row[0]) if row is not None else []
